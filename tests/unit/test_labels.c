/* SPDX-License-Identifier: MIT
 * Labels beside points: what is shown is checked here from its own boxes and circles. */
#include "base/err.h"
#include "chart/labels.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"

#define MOST 1000

static const struct pm_label_area area = {640, 360, 12};
static struct pm_label label[MOST];
static char name[MOST][48];

static uint64_t state;

static double draw(void) /* [0, 1) */
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

/* Accuracy grows with the logarithm of time, with noise: the shape of every real table. */
static void make_set(size_t n, uint64_t seed)
{
    state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (size_t i = 0; i < n; i++) {
        const double t = draw(), noise = (draw() - 0.5) * 0.35;
        snprintf(name[i], sizeof name[i], "Network-%zu-%.*s", i, (int)(draw() * 8), "mobilesx");
        label[i] = (struct pm_label){.x = 20 + 600 * t,
                                     .y = 20 + 320 * fmin(fmax(1 - sqrt(t) + noise, 0), 1),
                                     .radius = 7,
                                     .text = name[i],
                                     .importance = draw()};
    }
}

struct rect {
    double x0, y0, x1, y1;
};

static struct rect rect_of(const struct pm_label *l, double font_px)
{
    const double half = 0.56 * font_px; /* ascent and descent of the font: 1.117 */
    const double x = l->x + l->dx, y = l->y + l->dy;
    return (struct rect){x, y - half, x + l->width, y + half};
}

static bool meet(const struct rect *a, const struct rect *b)
{
    return a->x0 < b->x1 && b->x0 < a->x1 && a->y0 < b->y1 && b->y0 < a->y1;
}

static double distance(const struct rect *r, double x, double y)
{
    return hypot(fmax(0, fmax(r->x0 - x, x - r->x1)), fmax(0, fmax(r->y0 - y, y - r->y1)));
}

static void check_one(size_t n, size_t i, const struct pm_label_area *in)
{
    const struct rect r = rect_of(&label[i], in->font_px);
    assert_true(r.x0 >= 0 && r.y0 >= 0 && r.x1 <= in->width && r.y1 <= in->height);
    for (size_t j = 0; j < n; j++) {
        if (distance(&r, label[j].x, label[j].y) < label[j].radius)
            fail_msg("\"%s\" covers the point of \"%s\"", label[i].text, label[j].text);
        if (j == i || !label[j].shown)
            continue;
        const struct rect s = rect_of(&label[j], in->font_px);
        if (meet(&r, &s))
            fail_msg("\"%s\" and \"%s\" overlap", label[i].text, label[j].text);
    }
    const double far = distance(&r, label[i].x, label[i].y) - label[i].radius;
    assert_true(label[i].leader ? far > 10 : far < 10);
    if (!label[i].leader)
        return;
    const double x = label[i].x + label[i].leader_dx, y = label[i].y + label[i].leader_dy;
    assert_true(distance(&r, x, y) < 0.1 * in->font_px); /* the line ends at the label */
}

static size_t place_and_check(size_t n, const struct pm_label_area *in)
{
    struct pm_err err = {0};
    if (pm_labels_place(label, n, in, &err) != 0)
        fail_msg("%s", err.msg);
    size_t shown = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(isfinite(label[i].dx) && isfinite(label[i].dy));
        if (!label[i].shown) {
            assert_false(label[i].must);
            continue;
        }
        shown++;
        check_one(n, i, in);
    }
    return shown;
}

static void test_one(void **unused)
{
    (void)unused;
    label[0] = (struct pm_label){.x = 300, .y = 180, .radius = 7, .text = "ResNet-50"};
    assert_int_equal(place_and_check(1, &area), 1);
    assert_close(label[0].dx, 9.5, 1e-9);
    assert_close(label[0].dy, 0, 1e-9);
    label[0].x = 639; /* at the edges: to its left, above or below it */
    assert_int_equal(place_and_check(1, &area), 1);
    assert_true(label[0].dx < -60);
    label[0].y = 0;
    assert_int_equal(place_and_check(1, &area), 1);
    assert_int_equal(pm_labels_place(NULL, 0, &area, NULL), 0);
}

static void test_spread(void **unused)
{
    (void)unused;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        make_set(15, seed);
        const size_t shown = place_and_check(15, &area);
        if (shown != 15)
            fail_msg("seed %d: %zu of 15 are shown", (int)seed, shown);
    }
}

static void test_crowded(void **unused)
{
    (void)unused;
    const size_t sizes[] = {30, 60, MOST};
    const size_t least[] = {24, 28, 14}; /* shown, at least */
    for (size_t k = 0; k < 3; k++) {
        size_t fewest = SIZE_MAX;
        for (uint64_t seed = 1; seed <= 20; seed++) {
            make_set(sizes[k], seed);
            label[sizes[k] / 2].must = true;
            const size_t shown = place_and_check(sizes[k], &area);
            fewest = shown < fewest ? shown : fewest;
        }
        if (fewest < least[k])
            fail_msg("%zu of %zu are shown", fewest, sizes[k]);
    }
}

/* Two labels and room for one: the more important stays, wherever it stands in the list. */
static void test_importance(void **unused)
{
    (void)unused;
    const struct pm_label_area narrow = {80, 16, 12};
    for (size_t first = 0; first < 2; first++) {
        for (size_t i = 0; i < 2; i++)
            label[i] = (struct pm_label){.x = 4, .y = 8, .radius = 3, .text = "ResNet-50"};
        label[first].importance = 1;
        assert_int_equal(place_and_check(2, &narrow), 1);
        assert_true(label[first].shown);
        label[1 - first].must = true; /* and one that must be shown before either */
        assert_int_equal(place_and_check(2, &narrow), 1);
        assert_true(label[1 - first].shown);
    }
}

/* No good place near: a far one with a line; none at all: shown all the same, inside. */
static void test_must(void **unused)
{
    (void)unused;
    size_t n = 0;
    for (double y = 120; y <= 240; y += 12) {
        for (double x = 200; x <= 440; x += 12)
            label[n++] = (struct pm_label){.x = x, .y = y, .radius = 7, .text = "x"};
    }
    label[n / 2].must = true;
    label[n / 2].text = "the pick";
    place_and_check(n, &area);
    assert_true(label[n / 2].shown && label[n / 2].leader);

    const struct pm_label_area small = {200, 100, 12};
    for (size_t i = 0; i < 60; i++)
        label[i] = (struct pm_label){.x = 100, .y = 50, .radius = 150, .text = "x", .must = i == 7};
    assert_int_equal(pm_labels_place(label, 60, &small, NULL), 0);
    const struct rect r = rect_of(&label[7], small.font_px);
    assert_true(label[7].shown && !label[8].shown);
    assert_true(r.x0 >= 0 && r.y0 >= 0 && r.x1 <= small.width && r.y1 <= small.height);
}

static void test_same_again(void **unused)
{
    (void)unused;
    static struct pm_label first[60];
    make_set(60, 5);
    place_and_check(60, &area);
    memcpy(first, label, sizeof first);
    place_and_check(60, &area); /* its own outputs change nothing */
    for (size_t i = 0; i < 60; i++) {
        assert_true(first[i].dx == label[i].dx && first[i].dy == label[i].dy);
        assert_int_equal(first[i].shown, label[i].shown);
    }
}

/* Darknet's table as every page shows it: top-1 against the logarithm of time. */
static void test_darknet(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        double top1, ms;
    } table[] = {{"AlexNet", 57.0, 290},       {"Darknet Reference", 61.1, 140},
                 {"VGG-16", 70.5, 4360},       {"Extraction", 72.5, 970},
                 {"Darknet19", 72.9, 870},     {"Darknet19 448", 76.4, 2960},
                 {"ResNet-18", 70.7, 570},     {"ResNet-34", 72.4, 1110},
                 {"ResNet-50", 75.8, 1130},    {"ResNet-101", 77.1, 2230},
                 {"ResNet-152", 77.6, 3310},   {"ResNeXt-50", 77.8, 1200},
                 {"ResNeXt-101", 77.7, 2240},  {"ResNeXt-152", 77.6, 3310},
                 {"DenseNet-201", 77.0, 1380}, {"Darknet53", 77.2, 2110},
                 {"Darknet53 448", 78.5, 7210}};
    const size_t n = sizeof table / sizeof *table;
    const struct pm_label_area sizes[] = {{640, 360, 12}, {760, 380, 12}, {560, 320, 11}};
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < n; i++) {
            label[i] = (struct pm_label){.text = table[i].name, .radius = 8};
            label[i].x = sizes[k].width * log(table[i].ms / 100) / log(100);
            label[i].y = sizes[k].height * (80 - table[i].top1) / 25;
            label[i].importance = table[i].top1;
        }
        label[11].must = true;
        const size_t shown = place_and_check(n, &sizes[k]);
        if (shown != n)
            fail_msg("%zu of %zu are shown on %g px", shown, n, sizes[k].width);
    }
}

static void test_width(void **unused)
{
    (void)unused;
    assert_close(pm_label_width("ResNet-50", 12), 12 * 4.899, 1e-9);
    assert_close(pm_label_width("\xc3\x85", 10), 7.23, 1e-9); /* A with a ring */
    assert_close(pm_label_width("", 12), 0, 1e-9);
    assert_close(pm_label_width(NULL, 12), 0, 1e-9);
    assert_true(pm_label_width("\xe2\x80\xa6", 12) >= 12); /* the ellipsis is 1 em */
    assert_true(pm_label_width("\xe7\xbd\x91\xe7\xbb\x9c", 12) >= 24);
    assert_true(pm_label_width("\xf0\x9f\x98\x80", 12) >= 12 * 1.3);
    assert_true(pm_label_width("\xff\xfe\xf0\x9f", 12) > 0); /* broken, and cut short */
}

static void test_hostile(void **unused)
{
    (void)unused;
    static char longest[301];
    memset(longest, 'W', 300);
    const char *const texts[] = {longest,
                                 "\xff\xfe",
                                 "\xf0\x9f",
                                 "\x1b[31m",
                                 "\xe2\x80\xae"
                                 "abc",
                                 "",
                                 NULL,
                                 "</script>",
                                 "ok"};
    const size_t n = sizeof texts / sizeof *texts;
    for (size_t i = 0; i < n; i++)
        label[i] =
            (struct pm_label){.x = 60.0 + 60 * (double)i, .y = 90, .radius = 7, .text = texts[i]};
    label[0].must = true;
    assert_int_equal(pm_labels_place(label, n, &area, NULL), 0);
    assert_true(label[0].shown && label[0].x + label[0].dx == 0); /* wider than the area */
    assert_false(label[5].shown || label[6].shown);
    assert_true(label[8].shown);

    make_set(15, 3);
    label[2].x = (double)NAN;
    label[3].y = (double)INFINITY;
    label[4].radius = (double)NAN;
    label[5].importance = (double)NAN;
    label[6].x = -1e300;
    for (size_t i = 0; i < 15; i++)
        label[i].must = i == 2 || i == 6;
    assert_int_equal(pm_labels_place(label, 15, &area, NULL), 0);
    assert_false(label[2].shown || label[3].shown || label[4].shown);
    assert_true(label[5].shown && label[6].shown);
    for (size_t i = 0; i < 15; i++)
        assert_true(isfinite(label[i].dx) && isfinite(label[i].dy));

    for (size_t i = 0; i < MOST; i++) /* all in one place, all to be shown */
        label[i] = (struct pm_label){.x = 1, .y = 1, .radius = 9, .text = "same", .must = true};
    assert_int_equal(pm_labels_place(label, MOST, &area, NULL), 0);
}

static void test_refused(void **unused)
{
    (void)unused;
    const struct pm_label_area bad[] = {{0, 100, 12},
                                        {100, -1, 12},
                                        {100, 100, 0},
                                        {(double)NAN, 100, 12},
                                        {100, (double)INFINITY, 12}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct pm_err err = {0};
        label[0] = (struct pm_label){.text = "x"};
        assert_int_equal(pm_labels_place(label, 1, &bad[i], &err), -1);
        assert_int_equal(err.code, PM_EINTERNAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one),     cmocka_unit_test(test_spread),
        cmocka_unit_test(test_crowded), cmocka_unit_test(test_importance),
        cmocka_unit_test(test_must),    cmocka_unit_test(test_same_again),
        cmocka_unit_test(test_darknet), cmocka_unit_test(test_width),
        cmocka_unit_test(test_hostile), cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
