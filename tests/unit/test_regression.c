/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "close.h"
#include "stats/regression.h"
#include "stats/sample.h"

#include <math.h>

/* Darknet's ImageNet table: 10^9 operations; i7-4790K, one core, ms. */
static const double darknet_gops[17] = {2.27,  0.96,  30.94, 8.52,  7.29,  22.33, 4.69,  9.52, 9.74,
                                        19.70, 29.39, 10.11, 18.92, 28.20, 10.85, 18.57, 56.87};
static const double darknet_ms[17] = {290,  140,  4360, 970,  870,  2960, 570,  1110, 1130,
                                      2230, 3310, 1200, 2240, 3310, 1380, 2110, 7210};

static struct pm_ops_fit fit(const double *gops, const double *ms, size_t n)
{
    struct pm_ops_fit f;
    assert_int_equal(pm_ops_fit(gops, ms, n, 0.95, &f, NULL), 0);
    assert_true(isnan(f.loo_mape)); /* not looked at yet */
    assert_int_equal(pm_ops_check(gops, ms, &f, NULL), 0);
    return f;
}

static void darknets_table(void **state)
{
    (void)state;
    struct pm_ops_fit f = fit(darknet_gops, darknet_ms, 17);
    print_message("t = %.3f + %.3f gops, sigma %.4f, loo %.4f worst %.4f (%zu) ols %.4f r2 %.4f "
                  "within %.3f p90 %.4f robust %d\n",
                  f.a_ms, f.b_ms_per_gop, f.sigma_rel, f.loo_mape, f.loo_worst, f.loo_worst_index,
                  f.ols_loo_mape, f.r2, f.within_10pct, f.p90_error, f.robust);
    assert_int_equal(f.verdict, PM_FIT_OK);
    assert_true(!f.robust);
    assert_close(f.a_ms, 22.94, 1e-3);
    assert_close(f.b_ms_per_gop, 118.65, 1e-3);
    assert_close(f.sigma_rel, 0.065, 0.01);
    assert_close(f.loo_mape, 0.056, 0.01);
    assert_close(f.loo_worst, 0.164, 0.01);
    assert_int_equal(f.loo_worst_index, 2); /* VGG-16 */
    assert_close(f.ols_loo_mape, 0.118, 5e-3);
    assert_true(f.a_lo < f.a_ms && f.a_ms < f.a_hi && f.a_lo > 0);
    assert_true(f.b_lo > 110 && f.b_hi < 125);
}

static void predictions_stay_above_zero(void **state)
{
    (void)state;
    struct pm_ops_fit f = fit(darknet_gops, darknet_ms, 17);
    double ms, lo, hi;
    pm_ops_predict(&f, 0.5, &ms, &lo, &hi);
    assert_close(ms, 82.3, 0.01);
    assert_close(lo, 61, 0.03);
    assert_close(hi, 104, 0.03);
    pm_ops_predict(&f, 10, &ms, &lo, &hi);
    assert_close(ms, f.a_ms + 10 * f.b_ms_per_gop, 1e-14);
    assert_close(hi - ms, ms - lo, 1e-12);

    const double gops[] = {1, 5, 9, 14};
    const double ms_of[] = {3, 260, 410, 905};
    f = fit(gops, ms_of, 4);
    assert_int_equal(f.verdict, PM_FIT_OK);
    pm_ops_predict(&f, 0, &ms, &lo, &hi);
    assert_true(ms > 0 && lo > 0 && lo <= ms && ms <= hi);
}

static void one_bad_row_does_not_bend_the_line(void **state)
{
    (void)state;
    double ms[17];
    memcpy(ms, darknet_ms, sizeof ms);
    ms[9] *= 3;
    struct pm_ops_fit f = fit(darknet_gops, ms, 17);
    print_message("one row 3 x: t = %.3f + %.3f gops\n", f.a_ms, f.b_ms_per_gop);
    assert_true(f.robust);
    assert_close(f.b_ms_per_gop, 118.65, 0.01); /* least squares of the same rows: 5 % off */
    assert_int_equal(f.loo_worst_index, 9);
}

static void an_exact_line_is_found(void **state)
{
    (void)state;
    const double gops[] = {0.96, 2.27, 4.69, 19.7, 56.87};
    double ms[5];
    for (size_t i = 0; i < 5; i++)
        ms[i] = 24.15 + 117.8 * gops[i];
    struct pm_ops_fit f = fit(gops, ms, 5);
    assert_int_equal(f.verdict, PM_FIT_OK);
    assert_close(f.a_ms, 24.15, 1e-9);
    assert_close(f.b_ms_per_gop, 117.8, 1e-9);
    assert_between(f.loo_mape, 0, 1e-9);
    assert_close(f.within_10pct, 1, 0);
    assert_close(f.r2, 1, 1e-12);
}

static void a_known_truth_is_covered(void **state)
{
    (void)state;
    const int rounds = 600;
    struct pm_rng *rng = pm_rng_open(815);
    int held = 0, slope = 0;
    assert_non_null(rng);
    for (int round = 0; round < rounds; round++) {
        double ms[17], value, lo, hi;
        for (size_t i = 0; i < 17; i++)
            ms[i] = (24.15 + 117.8 * darknet_gops[i]) * (1 + pm_rng_gaussian(rng, 0.058));
        struct pm_ops_fit f = fit(darknet_gops, ms, 17);
        double next = (24.15 + 117.8 * 6.3) * (1 + pm_rng_gaussian(rng, 0.058));
        pm_ops_predict(&f, 6.3, &value, &lo, &hi);
        held += lo <= next && next <= hi;
        slope += f.b_lo <= 117.8 && 117.8 <= f.b_hi;
    }
    pm_rng_close(rng);
    print_message("next network %.3f, slope %.3f\n", (double)held / rounds, (double)slope / rounds);
    assert_between((double)held / rounds, 0.92, 0.98);
    assert_between((double)slope / rounds, 0.92, 0.98);
}

/* Large scatter pulls the line to neither side, and its interval covers what it says. */
static void scatter_does_not_pull(void **state)
{
    (void)state;
    static const size_t rows[] = {17, 100};
    static const double spreads[] = {0.2, 0.3};
    struct pm_rng *rng = pm_rng_open(99);
    assert_non_null(rng);
    for (size_t k = 0; k < 4; k++) {
        const size_t n = rows[k % 2];
        const int rounds = 300;
        double gops[100], ms[100], mean = 0;
        int held = 0;
        for (int round = 0; round < rounds; round++) {
            for (size_t i = 0; i < n; i++) {
                gops[i] = darknet_gops[i % 17];
                ms[i] = (24.15 + 117.8 * gops[i]) * exp(pm_rng_gaussian(rng, spreads[k / 2]));
            }
            const struct pm_ops_fit f = fit(gops, ms, n);
            mean += f.b_ms_per_gop / rounds;
            held += f.b_lo <= 117.8 && 117.8 <= f.b_hi;
        }
        print_message("%zu rows, scatter %.0f %%: b %+.1f %%, covered %.3f\n", n,
                      100 * spreads[k / 2], 100 * (mean / 117.8 - 1), (double)held / rounds);
        assert_between(mean / 117.8, 0.98, 1.02);
        assert_between((double)held / rounds, 0.92, 0.98);
    }
    pm_rng_close(rng);
}

static void too_few_and_refusals(void **state)
{
    (void)state;
    double gops[] = {4.69, 4.69, 9.52, 9.52, 9.52};
    double ms[] = {570, 580, 1110, 1130, 1105};
    struct pm_ops_fit f = {.n = 77};
    struct pm_err err = {0};
    assert_int_equal(fit(darknet_gops, darknet_ms, 3).verdict, PM_FIT_TOO_FEW);
    assert_int_equal(fit(gops, ms, 5).verdict, PM_FIT_TOO_FEW);
    assert_int_equal(fit(NULL, NULL, 0).verdict, PM_FIT_TOO_FEW);
    assert_int_equal(fit(darknet_gops, darknet_ms, 4).verdict, PM_FIT_OK);
    assert_int_equal(pm_ops_fit(gops, ms, 5, 0, &f, &err), -1);
    ms[1] = 0;
    assert_int_equal(pm_ops_fit(gops, ms, 5, 0.95, &f, &err), -1);
    assert_int_equal(err.code, PM_EDATA);
    assert_non_null(strstr(err.msg, "row 2 of 5"));
    ms[1] = NAN;
    assert_int_equal(pm_ops_fit(gops, ms, 5, 0.95, &f, &err), -1);
    ms[1] = 580;
    gops[4] = -1;
    assert_int_equal(pm_ops_fit(gops, ms, 5, 0.95, &f, &err), -1);
    assert_int_equal(f.n, 77);
}

/* Ties, by hand: ranks 1, 2.5, 2.5, 4, 5 against 2, 1, 4, 3, 5. */
static void spearman(void **state)
{
    (void)state;
    const double x[] = {0.96, 2.27, 2.27, 8.52, 30.94};
    const double y[] = {290, 140, 1110, 970, 4360};
    const double flat[] = {7, 7, 7, 7, 7};
    double rho;
    assert_int_equal(pm_spearman(x, y, 5, &rho, NULL), 0);
    assert_close(rho, 6.5 / sqrt(9.5 * 10), 1e-12);
    assert_int_equal(pm_spearman(x, x, 5, &rho, NULL), 0);
    assert_close(rho, 1, 1e-15);
    assert_int_equal(pm_spearman(x, flat, 5, &rho, NULL), 0);
    assert_close(rho, NAN, 0);
    assert_int_equal(pm_spearman(x, y, 1, &rho, NULL), 0);
    assert_close(rho, NAN, 0);
    const double bad[] = {1, NAN};
    assert_int_equal(pm_spearman(x, bad, 2, &rho, NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(darknets_table),
        cmocka_unit_test(predictions_stay_above_zero),
        cmocka_unit_test(one_bad_row_does_not_bend_the_line),
        cmocka_unit_test(an_exact_line_is_found),
        cmocka_unit_test(a_known_truth_is_covered),
        cmocka_unit_test(scatter_does_not_pull),
        cmocka_unit_test(too_few_and_refusals),
        cmocka_unit_test(spearman),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
