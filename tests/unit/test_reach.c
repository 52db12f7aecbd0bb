/* SPDX-License-Identifier: MIT
 * What a calibration spans, and how a prediction beyond it is bounded or withheld. */
#include "advise/reach.h"
#include "record/catalogue.h"
#include "stats/sample.h"

#include "base/err.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"

#define ROWS 16

static struct pm_cost_part part(enum pm_cost_feature kind, long size, long stride, double amount)
{
    struct pm_cost_part p = {.kind = kind, .size = size, .stride = stride};
    p.cost[kind] = amount;
    return p;
}

static struct pm_catalogue_entry network(struct pm_cost_part *parts, size_t n)
{
    struct pm_catalogue_entry e = {.part = parts, .parts = n};
    pm_cost_sum(parts, n, e.cost);
    return e;
}

static void spans_what_was_timed(void **unused)
{
    struct pm_reach reach = {{0}, {0}, 0};
    struct pm_cost_part timed[] = {part(PM_COST_SPATIAL, 3, 2, 1), part(PM_COST_SPATIAL, 11, 4, 1),
                                   part(PM_COST_POOLED, 13, 1, 1), part(PM_COST_POOLED, 2, 2, 1)};
    const struct pm_catalogue_entry row = network(timed, 4);
    (void)unused;
    pm_reach_add(&reach, &row);
    static const struct {
        enum pm_cost_feature kind;
        long size, stride;
        bool spanned;
    } asked[] = {{PM_COST_SPATIAL, 3, 1, true},   {PM_COST_SPATIAL, 3, 2, true},
                 {PM_COST_SPATIAL, 11, 4, true},  {PM_COST_SPATIAL, 3, 4, false}, /* leaps */
                 {PM_COST_SPATIAL, 13, 1, false}, {PM_COST_POOLED, 13, 1, true},
                 {PM_COST_POOLED, 14, 1, false},  {PM_COST_POOLED, 2, 2, true},
                 {PM_COST_POOLED, 4, 8, false},   {PM_COST_GROUPED, 3, 1, false},
                 {PM_COST_ADDED, 1, 1, false}};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const struct pm_cost_part p = part(asked[i].kind, asked[i].size, asked[i].stride, 1);
        if (pm_reach_spans(&reach, &p) != asked[i].spanned)
            fail_msg("%s %ld stride %ld", pm_cost_name(asked[i].kind), asked[i].size,
                     asked[i].stride);
    }
}

/* Times that are 10 ms a unit of convolutions, 1 ms a unit of windows and 4 ms a unit written. */
static struct pm_cost_fit law(void)
{
    double cost[ROWS * PM_COST_FEATURES] = {0}, ms[ROWS];
    struct pm_cost_fit fit;
    struct pm_err err = {0};
    for (size_t i = 0; i < ROWS; i++) {
        double *row = cost + i * PM_COST_FEATURES;
        row[PM_COST_SPATIAL] = (double)(i + 1);
        row[PM_COST_POOLED] = (double)(i % 3);
        row[PM_COST_WRITTEN] = (double)(i % 5);
        ms[i] = 10 * row[PM_COST_SPATIAL] + row[PM_COST_POOLED] + 4 * row[PM_COST_WRITTEN];
        ms[i] *= i % 2 == 0 ? 1.001 : 0.999;
    }
    assert_int_equal(pm_cost_fit(cost, ms, ROWS, PM_COST_FEATURES, 0.95, &fit, &err), 0);
    assert_int_equal(fit.verdict, PM_FIT_OK);
    return fit;
}

static struct pm_reached predict(double convolved, long size, double pooled)
{
    struct pm_reach reach = {{0}, {0}, 0};
    struct pm_cost_part timed[] = {part(PM_COST_SPATIAL, 3, 1, 1), part(PM_COST_POOLED, 3, 1, 1)};
    struct pm_cost_part asked[] = {part(PM_COST_SPATIAL, 3, 1, convolved),
                                   part(PM_COST_POOLED, size, 1, pooled)};
    const struct pm_catalogue_entry row = network(timed, 2), e = network(asked, 2);
    const struct pm_cost_fit fit = law();
    pm_reach_add(&reach, &row);
    struct pm_reached r = pm_reach_predict(&reach, &fit, &e);
    assert_true(r.beyond == NULL || r.beyond == &asked[1]);
    r.beyond = NULL; /* it was of this function */
    return r;
}

static void what_lies_beyond_is_bounded(void **unused)
{
    (void)unused;
    const struct pm_reached inside = predict(5, 3, 5);
    assert_false(inside.extrapolated);
    assert_true(inside.usable);
    assert_close(inside.time.value, 55, 0.03);
    assert_true(inside.time.hi < 1.1 * inside.time.value);

    /* a little of it: no word, and no wider */
    const struct pm_reached little = predict(5, 9, 0.1);
    assert_false(little.extrapolated);
    assert_true(little.time.hi < 1.1 * little.time.value);

    /* some: said, and what it may take, at a written value's price thrice, is in the interval */
    const struct pm_reached some = predict(5, 9, 5);
    assert_true(some.extrapolated);
    assert_true(some.usable);
    assert_close(some.time.value, inside.time.value, 1e-12);
    assert_true(some.time.hi >= 50 + 3 * 4 * 4.9 && some.time.lo <= 50 + 5.1 / 3);

    /* most of it: may be off by a factor of three, so there is no figure */
    const struct pm_reached most = predict(1, 9, 10);
    assert_true(most.extrapolated);
    assert_false(most.usable);
}

/* Work that no row has is no figure either. */
static void what_no_row_has_gives_none(void **unused)
{
    struct pm_reach reach = {{0}, {0}, 0};
    struct pm_cost_part asked[] = {part(PM_COST_SPATIAL, 3, 1, 5), part(PM_COST_OTHER, 1, 1, 1)};
    const struct pm_catalogue_entry e = network(asked, 2);
    const struct pm_cost_fit fit = law();
    (void)unused;
    reach.size[PM_COST_SPATIAL] = 3;
    reach.stride[PM_COST_SPATIAL] = 1;
    const struct pm_reached r = pm_reach_predict(&reach, &fit, &e);
    assert_true(r.extrapolated);
    assert_false(r.usable);
    assert_int_equal(r.time.unseen, PM_COST_OTHER);
}

/* So is depth, where layers themselves take the time. */
static void depth_is_spanned_too(void **unused)
{
    struct pm_cost_fit fit = law();
    (void)unused;
    fit.price[PM_COST_LAYERS] = 1000; /* 1 ms a layer */
    fit.largest[PM_COST_LAYERS] = 0.06;
    for (int deep = 0; deep < 2; deep++) {
        struct pm_reach reach = {{0}, {0}, 0};
        struct pm_cost_part timed[] = {part(PM_COST_SPATIAL, 3, 1, 1)};
        struct pm_cost_part asked[] = {part(PM_COST_SPATIAL, 3, 1, 1)};
        timed[0].cost[PM_COST_LAYERS] = 0.06;
        asked[0].cost[PM_COST_LAYERS] = deep ? 0.3 : 0.06;
        const struct pm_catalogue_entry row = network(timed, 1), e = network(asked, 1);
        pm_reach_add(&reach, &row);
        const struct pm_reached r = pm_reach_predict(&reach, &fit, &e);
        assert_int_equal(r.extrapolated, deep);
        assert_true(!deep || r.time.hi >= 10 + 60 + 3 * 240 * 0.99);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_what_was_timed),
        cmocka_unit_test(what_lies_beyond_is_bounded),
        cmocka_unit_test(what_no_row_has_gives_none),
        cmocka_unit_test(depth_is_spanned_too),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
