/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "close.h"
#include "stats/sample.h"

static void summary_of_awkward_numbers(void **state)
{
    (void)state;
    const double x[] = {2.385, 2.401, 9.75, 2.377, 2.385, 2.419, 2.39, 2.388, 2.402, 2.383};
    struct pm_summary s;
    assert_int_equal(pm_summarise(x, 10, &s, NULL), 0);
    assert_int_equal(s.n, 10);
    assert_close(s.mean, 3.128, 1e-14);
    assert_close(s.sd, 2.3267654706815, 1e-12);
    assert_close(s.min, 2.377, 0);
    assert_close(s.p50, 2.389, 1e-15);
    assert_close(s.p90, 2.419, 0); /* 0.9 x 10 is the 9th, not the 10th, whatever rounding says */
    assert_close(s.p95, 9.75, 0);
    assert_close(s.max, 9.75, 0);
    assert_int_equal(pm_summarise(x + 2, 1, &s, NULL), 0);
    assert_close(s.sd, 0, 0);
    assert_close(s.p99, 9.75, 0);
}

static void sd_survives_a_large_offset(void **state)
{
    (void)state;
    const double x[] = {1e9 + 1, 1e9 + 2, 1e9 + 4};
    struct pm_summary s;
    assert_int_equal(pm_summarise(x, 3, &s, NULL), 0);
    assert_close(s.sd, 1.5275252316519, 1e-12);
}

static void refuses_what_is_no_sample(void **state)
{
    (void)state;
    const double x[] = {2.385, NAN, INFINITY};
    struct pm_summary s = {.n = 77};
    struct pm_err err = {0};
    double r = -1;
    bool flags[3];
    size_t count;
    assert_int_equal(pm_summarise(x, 3, &s, &err), -1);
    assert_int_equal(err.code, PM_EDATA);
    assert_non_null(strstr(err.msg, "value 2 of 3"));
    assert_int_equal(pm_summarise(x, 0, &s, &err), -1);
    assert_int_equal(pm_rank_autocorrelation(x, 3, &r, &err), -1);
    assert_int_equal(pm_flag_outliers(x, 3, flags, &count, &err), -1);
    assert_int_equal(s.n, 77);
    assert_close(r, -1, 0);
}

static void ranks_share_ties(void **state)
{
    (void)state;
    const double x[] = {2.4, 1.1, 2.4, 7.9, 2.4};
    double ranks[5];
    assert_int_equal(pm_ranks(x, 5, ranks, NULL), 0);
    const double expected[] = {3, 1, 3, 5, 3};
    for (size_t i = 0; i < 5; i++)
        assert_close(ranks[i], expected[i], 0);
}

static void autocorrelation_of_known_series(void **state)
{
    (void)state;
    const double rising[] = {1.5, 2.25, 3.125, 4.5, 5.75, 6.1};
    const double flat[] = {3, 3, 3, 3, 3};
    const double zigzag[] = {1, 9, 2, 8, 3, 7};
    double r;
    /* ranks 1..6: sum of neighbouring products 8.75 over 5 pairs, of squares 17.5 over 6 */
    assert_int_equal(pm_rank_autocorrelation(rising, 6, &r, NULL), 0);
    assert_close(r, (8.75 / 5) / (17.5 / 6), 1e-14);
    assert_int_equal(pm_rank_autocorrelation(flat, 5, &r, NULL), 0);
    assert_close(r, 0, 0);
    assert_int_equal(pm_rank_autocorrelation(zigzag, 6, &r, NULL), 0);
    assert_close(r, 0, 0);
    assert_int_equal(pm_rank_autocorrelation(rising, 3, &r, NULL), 0);
    assert_close(r, 0, 0);
}

static void no_pair_crosses_a_process_start(void **state)
{
    (void)state;
    const double x[] = {1.5, 2.25, 3.125, 4.5, 5.75, 6.1};
    const size_t start_n[] = {3, 0, 3};
    double r;
    /* the pair (3, 4), whose product is -0.25, is left out */
    assert_int_equal(pm_rank_autocorrelation_blocks(x, start_n, 3, &r, NULL), 0);
    assert_close(r, (9.0 / 4) / (17.5 / 6), 1e-14);
}

static void outliers_are_marked_not_removed(void **state)
{
    (void)state;
    const double x[] = {2.385, 2.401, 9.75, 2.377, 2.385, 2.419, 2.39, 2.388, 2.402, 2.383};
    double quantised[30];
    bool flags[30];
    size_t count = 99;
    assert_int_equal(pm_flag_outliers(x, 10, flags, &count, NULL), 0);
    assert_int_equal(count, 1);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(flags[i], i == 2);
    for (size_t i = 0; i < 30; i++)
        quantised[i] = 5;
    assert_int_equal(pm_flag_outliers(quantised, 30, flags, &count, NULL), 0);
    assert_int_equal(count, 0); /* MAD = 0 and nothing apart */
    quantised[11] = 5.0625;
    for (size_t i = 20; i < 27; i++)
        quantised[i] = 5.001;
    assert_int_equal(pm_flag_outliers(quantised, 30, flags, &count, NULL), 0);
    assert_int_equal(count, 1); /* MAD = 0: the usual step is not an outlier, the far one is */
    assert_true(flags[11]);
    assert_int_equal(pm_flag_outliers(x, 0, flags, &count, NULL), 0);
    assert_int_equal(count, 0);
}

static void resampling_repeats_itself(void **state)
{
    (void)state;
    struct pm_rng *a = pm_rng_open(7);
    struct pm_rng *b = pm_rng_open(7);
    size_t seen[5] = {0};
    double sum = 0;
    assert_non_null(a);
    assert_non_null(b);
    for (size_t i = 0; i < 5000; i++) {
        size_t k = pm_rng_below(a, 5);
        double u = pm_rng_uniform(a);
        assert_int_equal(k, pm_rng_below(b, 5));
        assert_close(pm_rng_uniform(b), u, 0);
        assert_true(k < 5 && u >= 0 && u < 1);
        seen[k]++;
        sum += pm_rng_gaussian(a, 2) * pm_rng_gaussian(b, 2);
    }
    for (size_t k = 0; k < 5; k++)
        assert_between((double)seen[k], 880, 1120);
    assert_close(sum / 5000, 4, 0.1); /* the same draws: the variance */
    assert_int_equal(pm_rng_below(a, 0), 0);
    pm_rng_close(a);
    pm_rng_close(b);
    pm_rng_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summary_of_awkward_numbers),
        cmocka_unit_test(sd_survives_a_large_offset),
        cmocka_unit_test(refuses_what_is_no_sample),
        cmocka_unit_test(ranks_share_ties),
        cmocka_unit_test(autocorrelation_of_known_series),
        cmocka_unit_test(no_pair_crosses_a_process_start),
        cmocka_unit_test(outliers_are_marked_not_removed),
        cmocka_unit_test(resampling_repeats_itself),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
