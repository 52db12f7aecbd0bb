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
    assert_close(pm_effective_n(100, 0.6), 25, 1e-14);
    assert_close(pm_effective_n(3, 0.9), 1, 0);
    assert_close(pm_effective_n(0, 0.3), 0, 0);
    assert_close(pm_effective_n_at(100, 0.6, 0.5), 25, 1e-12);
    assert_between(pm_effective_n_at(100, 0.6, 0.9), 31, 32);
    assert_between(pm_effective_n_at(100, 0.6, 0.99), 40, 80);
    assert_close(pm_effective_n_at(100, 0, 0.99), 100, 0);
    assert_close(pm_effective_n_at(2, 0.9, 0.5), 1, 0);
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

/* The ranks of the tables in David & Nagaraja, and the smallest n of each end. */
static void interval_ranks_are_the_binomial_ones(void **state)
{
    (void)state;
    double x[400];
    struct pm_quantile_interval i;
    for (size_t k = 0; k < 400; k++)
        x[k] = (double)(k + 1);
    assert_int_equal(pm_quantile_interval(x, 100, 0, 0.5, 0.95, &i), 0);
    assert_true(i.has_lo && i.has_hi);
    assert_close(i.value, 50.5, 0);
    assert_close(i.lo, 40, 0);
    assert_close(i.hi, 60, 0); /* 0.9540; [40, 61], 0.9648, has each tail at 2.5 % */
    assert_int_equal(pm_quantile_interval(x, 36, 0, 0.9, 0.95, &i), 0);
    assert_true(i.has_hi);
    assert_close(i.hi, 36, 0);
    assert_int_equal(pm_quantile_interval(x, 35, 0, 0.9, 0.95, &i), 0);
    assert_true(i.has_lo && !i.has_hi);
    assert_close(i.hi, NAN, 0);
    assert_int_equal(i.need_more, 1);
    assert_int_equal(pm_quantile_interval(x, 367, 0, 0.99, 0.95, &i), 0);
    assert_int_equal(i.need_more, 1);
    assert_int_equal(pm_quantile_interval(x, 368, 0, 0.99, 0.95, &i), 0);
    assert_true(i.has_hi);
    assert_int_equal(pm_quantile_interval(x, 36, 0.6, 0.9, 0.95, &i), 0);
    assert_true(!i.has_hi);
    assert_int_equal(i.need_more, 76); /* p90 loses 3.2 x to r = 0.6, not 4 x */
    assert_int_equal(pm_quantile_interval(x, 111, 0.6, 0.9, 0.95, &i), 0);
    assert_true(!i.has_hi);
    assert_int_equal(i.need_more, 1);
    assert_int_equal(pm_quantile_interval(x, 112, 0.6, 0.9, 0.95, &i), 0);
    assert_true(i.has_hi);
    assert_int_equal(pm_quantile_interval(x, 1, 0, 0.5, 0.95, &i), 0);
    assert_true(!i.has_lo && !i.has_hi);
    assert_int_equal(i.need_more, 5);
}

static void interval_refuses_nonsense(void **state)
{
    (void)state;
    const double x[] = {1.25};
    struct pm_quantile_interval i;
    assert_int_equal(pm_quantile_interval(x, 0, 0, 0.5, 0.95, &i), -1);
    assert_int_equal(pm_quantile_interval(x, 1, 0, 1.0, 0.95, &i), -1);
    assert_int_equal(pm_quantile_interval(x, 1, 0, 0.5, NAN, &i), -1);
    assert_int_equal(pm_quantile_interval(x, 1, 1, 0.5, 0.95, &i), -1);
}

/* Share of 2000 seeded series whose interval holds the true quantile; a missing end misses
 * nothing. */
static double coverage(size_t n, double q, double rho, bool lognormal, unsigned long seed)
{
    const size_t rounds = 2000;
    const double z = q > 0.5 ? 1.2815515655446004 : 0;
    double truth = lognormal ? exp(0.3 * z) : 100 + 2 * z;
    struct pm_rng *rng = pm_rng_open(seed);
    size_t held = 0;
    double x[200];
    assert_non_null(rng);
    for (size_t round = 0; round < rounds; round++) {
        double e = pm_rng_gaussian(rng, 1);
        struct pm_arena arena = {0};
        struct pm_quantile_interval i;
        double r;
        for (size_t k = 0; k < n; k++) {
            x[k] = lognormal ? exp(0.3 * e) : 100 + 2 * e;
            e = rho * e + pm_rng_gaussian(rng, sqrt(1 - rho * rho));
        }
        assert_int_equal(pm_rank_autocorrelation(x, n, &r, NULL), 0);
        assert_int_equal(pm_quantile_interval(pm_sorted_copy(&arena, x, n), n, r, q, 0.95, &i), 0);
        held += (!i.has_lo || i.lo <= truth) && (!i.has_hi || i.hi >= truth);
        pm_arena_done(&arena);
    }
    pm_rng_close(rng);
    return (double)held / (double)rounds;
}

static void interval_covers_what_it_says(void **state)
{
    (void)state;
    const size_t sizes[] = {60, 100, 200};
    unsigned long seed = 20240;
    for (size_t s = 0; s < 3; s++) {
        for (int lognormal = 0; lognormal <= 1; lognormal++) {
            for (int tail = 0; tail <= 1; tail++) {
                double q = tail ? 0.9 : 0.5;
                double iid = coverage(sizes[s], q, 0, lognormal, seed++);
                double correlated = coverage(sizes[s], q, 0.6, lognormal, seed++);
                print_message("n %3zu q %.1f %s: iid %.4f, AR(1) 0.6 %.4f\n", sizes[s], q,
                              lognormal ? "lognormal" : "normal   ", iid, correlated);
                assert_between(iid, 0.93, 0.985);
                assert_between(correlated, 0.93, 0.98);
            }
        }
    }
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
        cmocka_unit_test(interval_ranks_are_the_binomial_ones),
        cmocka_unit_test(interval_refuses_nonsense),
        cmocka_unit_test(interval_covers_what_it_says),
        cmocka_unit_test(outliers_are_marked_not_removed),
        cmocka_unit_test(resampling_repeats_itself),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
