/* SPDX-License-Identifier: MIT
 * The catalogue: our figures against the published ones, finding networks, the user's own. */
#include "base/err.h"
#include "record/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"

static char tree[2048]; /* of the sources: TESTS/.. */

static void must(int result, const struct pm_err *err)
{
    if (result != 0)
        fail_msg("%s: %s", err->where, err->msg);
}

static void load_ours(struct pm_catalogue *c)
{
    char own[2100], path[2100];
    const char *const dirs[] = {own, "/usr/share/darknet/cfg"};
    struct pm_err err = {0};
    snprintf(own, sizeof own, "%s/data/networks", tree);
    snprintf(path, sizeof path, "%s/data/networks.json", tree);
    must(pm_catalogue_load(path, dirs, 2, c, &err), &err);
}

static void published_figures(void **unused)
{
    struct pm_catalogue c = {0};
    int gops = 0, weights = 0, both = 0;
    (void)unused;
    load_ours(&c);
    assert_int_equal(c.n, 41);
    for (size_t i = 0; i < c.n; i++) {
        const struct pm_catalogue_entry *e = &c.entry[i];
        if (e->problem != NULL)
            fail_msg("%s: %s", e->id, e->problem);
        if (!(e->published_gops > 0) || strcmp(e->id, "tiny") == 0)
            continue;
        both++;
        gops += fabs(e->gops.value - e->published_gops) < 0.005 + 1e-9;
        weights += fabs(e->weight_mib.value - e->published_weights_mib) <= 1;
    }
    assert_int_equal(both, 17);
    assert_int_equal(gops, 17);
    assert_int_equal(weights, 16);
    const struct pm_catalogue_entry *e = pm_catalogue_by_id(&c, "resnet50");
    assert_non_null(e);
    assert_close(e->params_m.value, 22.780456, 1e-12);
    assert_close(e->weight_mib.value * 1048576, 20 + 4 * 22825896.0, 1e-12);
    assert_int_equal(pm_catalogue_by_id(&c, "resnet50")->description, PM_DARKNET_CFG);
    assert_close(pm_catalogue_by_id(&c, "resnext50")->weight_mib.value, 85, 0.01); /* not 220 */
    pm_catalogue_done(&c);
}

static void generated_networks(void **unused)
{
    static const struct {
        const char *id;
        double params, mega_macs; /* as published, or as torchvision and timm count */
        enum pm_description description;
    } made[] = {{"mobilenet-v3-small", 2542856, 57, PM_EXTENDED_CFG},
                {"mobilenet-v3-large", 5483032, 217, PM_EXTENDED_CFG},
                {"efficientnet-b0", 5288548, 386, PM_EXTENDED_CFG},
                {"inception-v3", 23834568, 5713, PM_EXTENDED_CFG},
                {"inception-v4", 42679816, 12254.13, PM_EXTENDED_CFG},
                {"enet", 462893, 311.66, PM_EXTENDED_CFG},
                {"alexnet-bn", 61110184, 714.19, PM_DARKNET_CFG},
                {"nin-bn", 7599432, 969.46, PM_DARKNET_CFG},
                {"googlenet", 6624904, 1498.38, PM_DARKNET_CFG},
                {"vgg-19", 143667240, 19632.06, PM_DARKNET_CFG},
                {"resnet18-proj", 11689512, 1814.07, PM_DARKNET_CFG},
                {"resnet34-proj", 21797672, 3663.76, PM_DARKNET_CFG},
                {"resnet50-proj", 25557032, 4089.18, PM_DARKNET_CFG},
                {"resnet101-proj", 44549160, 7801.41, PM_DARKNET_CFG},
                {"resnet152-proj", 60192808, 11513.63, PM_DARKNET_CFG},
                {"squeezenet-1.0", 1248424, 818.92, PM_DARKNET_CFG},
                {"squeezenet-1.1", 1235496, 349.15, PM_DARKNET_CFG},
                {"mobilenet-v1-1.00-224", 4231976, 568.74, PM_DARKNET_CFG},
                {"mobilenet-v1-0.75-224", 2585560, 325.40, PM_DARKNET_CFG},
                {"mobilenet-v1-0.50-224", 1331592, 149.50, PM_DARKNET_CFG},
                {"mobilenet-v1-0.25-224", 470072, 41.03, PM_DARKNET_CFG},
                {"mobilenet-v1-0.25-128", 470072, 13.57, PM_DARKNET_CFG},
                {"mobilenet-v2", 3504872, 300.77, PM_DARKNET_CFG}};
    struct pm_catalogue c = {0};
    (void)unused;
    load_ours(&c);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        const struct pm_catalogue_entry *e = pm_catalogue_by_id(&c, made[i].id);
        assert_non_null(e);
        assert_int_equal(e->description, made[i].description);
        assert_true(e->stand_in);
        assert_close(e->params_m.value * 1e6, made[i].params, 1e-12);
        assert_true(fabs(e->gops.value * 500 - made[i].mega_macs) < 0.5);
    }
    pm_catalogue_done(&c);
}

static void finding_networks(void **unused)
{
    const char *const dirs[] = {"/nonexistent"};
    struct pm_catalogue c = {0};
    struct pm_err err = {0};
    const struct pm_catalogue_entry *e = NULL;
    char path[2100];
    (void)unused;
    snprintf(path, sizeof path, "%s/data/networks.json", tree);
    must(pm_catalogue_load(path, dirs, 1, &c, &err), &err);
    assert_non_null(c.entry[0].problem); /* kept, with its problem */
    assert_null(c.entry[0].cfg_path);
    assert_false(pm_known(c.entry[0].gops));
    must(pm_catalogue_find(&c, "ResNet 50", &e, &err), &err);
    assert_string_equal(e->id, "resnet50");
    assert_int_equal(pm_catalogue_find(&c, "resnet51", &e, &err), -1);
    assert_int_equal(err.code, PM_EUSAGE);
    assert_non_null(strstr(err.msg, "resnet50"));
    assert_null(pm_catalogue_by_id(&c, "ResNet-50"));
    pm_catalogue_done(&c);
}

/* What the user adds stands beside ours, takes the place of its own id, and is written and read
 * again as it was. */
static void own_networks(void **unused)
{
    struct pm_catalogue c = {0}, again = {0};
    struct pm_err err = {0};
    (void)unused;
    load_ours(&c);
    load_ours(&again);
    const size_t n = c.n;
    must(pm_catalogue_add_own(&c, "nothing.json", ".", &err), &err);
    assert_int_equal(c.n, n);
    struct pm_catalogue_entry mine = {.id = "mine",
                                      .name = "Mine",
                                      .task = "shapes",
                                      .cfg = "mine.cfg",
                                      .input = {28, 28},
                                      .own = true,
                                      .top1_pct = pm_quantity_of(91.5, PM_DECLARED)};
    must(pm_catalogue_put(&c, &mine, &err), &err);
    mine.source = "our test set";
    must(pm_catalogue_put(&c, &mine, &err), &err);
    assert_int_equal(c.n, n + 1);
    must(pm_catalogue_save_own(&c, "own.json", &err), &err);
    must(pm_catalogue_add_own(&again, "own.json", ".", &err), &err);
    assert_int_equal(again.n, n + 1);
    const struct pm_catalogue_entry *e = pm_catalogue_by_id(&again, "mine");
    assert_non_null(e);
    assert_true(e->own);
    assert_string_equal(e->source, "our test set");
    assert_int_equal(e->top1_pct.origin, PM_DECLARED);
    assert_non_null(e->problem); /* its cfg is not there */
    assert_string_equal(pm_catalogue_task(&again, ""), "imagenet-1k");
    assert_string_equal(pm_catalogue_task(&again, "shapes"), "shapes");
    remove("own.json");
    pm_catalogue_done(&c);
    pm_catalogue_done(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_figures),
        cmocka_unit_test(generated_networks),
        cmocka_unit_test(finding_networks),
        cmocka_unit_test(own_networks),
    };
    const char *home = getenv("TESTS");
    snprintf(tree, sizeof tree, "%s/..", home != NULL ? home : "tests");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
