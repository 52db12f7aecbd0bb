/* SPDX-License-Identifier: MIT
 * What rules a network out before it is run: operations at the processor's peak, weights in memory,
 * and a level that was too slow all along. */
#include "advise/answer.h"
#include "base/arena.h"
#include "base/err.h"
#include "meter/peak.h"
#include "record/catalogue.h"
#include "record/profile.h"
#include "stats/latency.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "advise/thresholds.h"
#include "advise/whatif.h"
#include "cfg_text.h"
#include "close.h"

static struct pm_settings budget(enum pm_metric m, double bound)
{
    struct pm_settings s = pm_settings_default();
    s.budget[m].set = true;
    s.budget[m].bound = bound;
    s.budget[m].quantile = 0.9;
    return s;
}

static void operations_at_the_peak(void **state)
{
    (void)state;
    struct pm_candidate c = {.config.batch = 1, .floor_ms = 20, .gap = "not measured"};
    struct pm_settings s = budget(PM_LATENCY, 19.9);
    struct pm_err err = {0};
    assert_int_equal(pm_candidate_judge(&c, &s, &err), 0);
    assert_int_equal(c.verdict, PM_FAILS);
    assert_close(c.judged[PM_LATENCY].value.lo, 20, 0);
    assert_true(isinf(c.judged[PM_LATENCY].value.hi));
    assert_int_equal(c.judged[PM_LATENCY].value.origin, PM_COMPUTED);
    assert_close(pm_candidate_at_least_ms(&c), 20, 0);
    s = budget(PM_LATENCY, 20); /* it might just do it */
    assert_int_equal(pm_candidate_judge(&c, &s, &err), 0);
    assert_int_equal(c.verdict, PM_NO_DATA);
    assert_true(isnan(pm_candidate_at_least_ms(&c)));
    s = budget(PM_FPS, 51);
    assert_int_equal(pm_candidate_judge(&c, &s, &err), 0);
    assert_int_equal(c.verdict, PM_FAILS);
    struct pm_entry e = pm_entry_empty(); /* what was measured speaks for itself */
    e.status = PM_COMPLETE;
    e.latency_ms = pm_quantity_of(10, PM_PUBLISHED);
    c.entry = &e;
    s = budget(PM_LATENCY, 15);
    assert_int_equal(pm_candidate_judge(&c, &s, &err), 0);
    assert_int_equal(c.verdict, PM_MEETS);
}

/* The page must not forget what ruled it out. */
static void floor_in_the_steps(void **state)
{
    (void)state;
    struct pm_candidate c = {.config.batch = 1, .floor_ms = 20, .gap = "not measured"};
    const struct pm_settings s = budget(PM_LATENCY, 10);
    struct pm_whatif_candidate w = {0};
    struct pm_err err = {0};
    assert_int_equal(pm_thresholds_find(&c, &s, &w, &err), 0);
    assert_true(w.known[PM_LATENCY]);
    assert_int_equal(w.steps[0], 1);
    assert_close(w.step[0][0].from_ms, 20, 1e-12);
    assert_int_equal(w.step[0][0].verdict, PM_UNDECIDED);
}

static void weights_in_memory(void **state)
{
    (void)state;
    const struct pm_catalogue_entry known = {.description = PM_DARKNET_CFG};
    struct pm_candidate c = {.config.batch = 1, .config.precision = "fp32", .known = &known};
    struct pm_err err = {0};
    c.figure[PM_SIZE] = pm_quantity_of(500, PM_COMPUTED);
    struct pm_settings s = budget(PM_MEMORY, 499);
    assert_int_equal(pm_candidate_judge(&c, &s, &err), 0);
    assert_int_equal(c.verdict, PM_FAILS);
    c.config.precision = "int8"; /* a quarter of it */
    assert_int_equal(pm_candidate_judge(&c, &s, &err), 0);
    assert_int_equal(c.verdict, PM_NO_DATA);
}

/* 8 x 8 pixels, 3 x 3 taps, padded by 1: along a side 6 positions see 3 pixels and 2 see 2. */
static void without_the_padding(void **state)
{
    (void)state;
    struct pm_arena arena = {0};
    struct pm_network net;
    struct pm_err err = {0};
    assert_int_equal(network_of_text(NET "[conv]|filters=5|size=3|pad=1", &arena, &net, &err), 0);
    assert_close(net.gops * 1e9, 2.0 * 4 * 5 * 9 * 64, 1e-12);
    assert_close(net.least_gops * 1e9, 2.0 * 4 * 5 * 22 * 22, 1e-12);
    assert_int_equal(network_of_text(NET "[conv]|filters=5|size=3", &arena, &net, &err), 0);
    assert_close(net.least_gops, net.gops, 1e-12);
    pm_arena_done(&arena);
}

static void a_peak(void **state)
{
    (void)state;
    const double gops = pm_peak_gops();
#if defined __x86_64__
    assert_true(gops > 1 && gops < 1000);
#else
    assert_true(isnan(gops) || (gops > 0.5 && gops < 1000));
#endif
}

/* The clock falls at the end: that may pass, unless the runs before were too slow as well. */
static void too_slow_all_along(void **state)
{
    (void)state;
    double ms[60];
    const size_t start_n[] = {60};
    for (size_t i = 0; i < 60; i++)
        ms[i] = (i < 50 ? 40 : 70) + 0.1 * (double)(i % 7);
    const struct pm_runs runs = {ms, 60, start_n, 1, NULL, NULL};
    struct pm_latency_verdict v;
    struct pm_err err = {0};
    assert_int_equal(pm_latency_judge(&runs, 50, 0.9, 0.95, &v, &err), 0);
    assert_int_equal(v.within, PM_WITHIN_UNDECIDED);
    assert_int_equal(pm_latency_judge(&runs, 10, 0.9, 0.95, &v, &err), 0);
    assert_int_equal(v.within, PM_WITHIN_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_at_the_peak),
        cmocka_unit_test(floor_in_the_steps),
        cmocka_unit_test(weights_in_memory),
        cmocka_unit_test(without_the_padding),
        cmocka_unit_test(a_peak),
        cmocka_unit_test(too_slow_all_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
