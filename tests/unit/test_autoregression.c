/* SPDX-License-Identifier: MIT
 * How much a series repeats itself: against matrices, against sums, and by simulation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>

#include "close.h"
#include "stats/autoregression.h"
#include "stats/sample.h"

#define N 7

/* ---- against matrices ---- */

static const double values[N] = {0.3, 0.1, -0.7, 1.9, 0.4, -1.1, 0.2};
/* Blocks of 4, 1 and 2. */
static int block_of(size_t i)
{
    return i < 4 ? 0 : i < 5 ? 1 : 2;
}

struct by_matrix {
    double log_weight, mean, error;
};

/* The same by the correlations themselves: their determinant, inverse and quadratic forms. */
static struct by_matrix by_matrix(double r)
{
    gsl_matrix *R = gsl_matrix_alloc(N, N);
    gsl_vector *solved_one = gsl_vector_alloc(N), *solved_x = gsl_vector_alloc(N);
    gsl_vector *one = gsl_vector_alloc(N), *x = gsl_vector_alloc(N);
    double log_det = 0, one_one, one_x, x_x;
    for (size_t i = 0; i < N; i++) {
        gsl_vector_set(one, i, 1);
        gsl_vector_set(x, i, values[i]);
        for (size_t j = 0; j < N; j++)
            gsl_matrix_set(R, i, j,
                           block_of(i) == block_of(j) ? pow(r, fabs((double)i - (double)j)) : 0);
    }
    assert_int_equal(gsl_linalg_cholesky_decomp1(R), 0);
    for (size_t i = 0; i < N; i++)
        log_det += 2 * log(gsl_matrix_get(R, i, i));
    gsl_linalg_cholesky_solve(R, one, solved_one);
    gsl_linalg_cholesky_solve(R, x, solved_x);
    gsl_blas_ddot(one, solved_one, &one_one);
    gsl_blas_ddot(one, solved_x, &one_x);
    gsl_blas_ddot(x, solved_x, &x_x);
    const double residual = x_x - one_x * one_x / one_one;
    gsl_matrix_free(R);
    gsl_vector_free(one);
    gsl_vector_free(x);
    gsl_vector_free(solved_one);
    gsl_vector_free(solved_x);
    return (struct by_matrix){-0.5 * (log_det + log(one_one) + (N - 1) * log(residual)),
                              one_x / one_one, sqrt(residual / (N - 1) / one_one)};
}

static struct pm_autoregression of_values(void)
{
    struct pm_series series = {0};
    struct pm_autoregression a;
    for (size_t i = 0; i < N; i++)
        pm_series_add(&series, values[i], i == 0 || block_of(i) != block_of(i - 1));
    assert_int_equal(series.blocks, 3);
    pm_autoregression_weigh(&series, &a);
    return a;
}

static void the_matrices_say_the_same(void **state)
{
    (void)state;
    const struct pm_autoregression a = of_values();
    double sum = 0;
    for (size_t i = 0; i < PM_COEFFICIENTS; i++) {
        const double r = pm_coefficient(i), prior = sqrt(1 - r * r);
        const struct by_matrix m = by_matrix(r), first = by_matrix(0);
        assert_close(a.mean[i], m.mean, 1e-9);
        assert_close(a.error[i], m.error, 1e-9);
        assert_close(a.weight[i] / a.weight[0], prior * exp(m.log_weight - first.log_weight), 1e-8);
        sum += a.weight[i];
    }
    assert_close(sum, 1, 1e-12);
    assert_close(pm_coefficient(0), 0, 0);
    assert_close(pm_coefficient(PM_COEFFICIENTS - 1), 0.99, 1e-12);
}

/* The width that holds 95 % is where the weighted Student distributions say so. */
static void the_half_width_holds_what_it_says(void **state)
{
    (void)state;
    const struct pm_autoregression a = of_values();
    const double confidences[] = {0.8, 0.95, 0.9999};
    for (size_t k = 0; k < 3; k++) {
        const double half = pm_autoregression_half_width(&a, 0.1, confidences[k]);
        double outside = 0;
        for (size_t i = 0; i < PM_COEFFICIENTS; i++)
            outside +=
                a.weight[i] * (gsl_cdf_tdist_P((0.1 - half - a.mean[i]) / a.error[i], N - 1) +
                               gsl_cdf_tdist_Q((0.1 + half - a.mean[i]) / a.error[i], N - 1));
        assert_close(outside, 1 - confidences[k], 3e-3);
    }
}

static void equal_values_are_sure(void **state)
{
    (void)state;
    const double x[] = {3.3, 3.3, 3.3, 3.3};
    const size_t all = 4;
    struct pm_series series = {0};
    struct pm_autoregression a;
    for (size_t i = 0; i < 4; i++)
        pm_series_add(&series, x[i], false);
    pm_autoregression_weigh(&series, &a);
    assert_close(a.weight[0], 1, 0);
    assert_between(pm_autoregression_half_width(&a, 3.3, 0.95), 0, 1e-6);
    assert_int_equal(pm_autoregression_of_ranks(x, &all, 1, &a, NULL), 0);
    assert_close(a.weight[0], 1, 0);
    series = (struct pm_series){0};
    pm_series_add(&series, 1, true);
    pm_autoregression_weigh(&series, &a);
    assert_close(pm_autoregression_half_width(&a, 1, 0.95), INFINITY, 0);
}

/* ---- against sums ---- */

/* At the median two values are on the same side with 1/2 + asin(r^k) / pi (Sheppard). */
static void effective_numbers(void **state)
{
    (void)state;
    const double coefficients[] = {0.3, 0.6, 0.9, 0.99};
    for (size_t c = 0; c < 4; c++) {
        double memory = 0;
        for (int lag = 1; lag < 5000; lag++)
            memory += 2 / M_PI * asin(pow(coefficients[c], lag));
        assert_close(pm_effective_n(100000, coefficients[c], 0.5), 100000 / (1 + 2 * memory), 2e-3);
    }
    assert_between(pm_effective_n(100, 0.6, 0.9), 35, 45);
    assert_true(pm_effective_n(100, 0.6, 0.99) > pm_effective_n(100, 0.6, 0.9));
    assert_close(pm_effective_n(100, 0, 0.99), 100, 0);
    assert_close(pm_effective_n(2, 0.9, 0.5), 1, 0);
    assert_close(pm_effective_n(0, 0.9, 0.5), 0, 0);
}

/* ---- by simulation ---- */

static void simulate(struct pm_rng *rng, double rho, double *x, size_t n)
{
    x[0] = pm_rng_gaussian(rng, 1);
    for (size_t i = 1; i < n; i++)
        x[i] = rho * x[i - 1] + pm_rng_gaussian(rng, sqrt(1 - rho * rho));
}

struct estimate {
    double mean, half, wider; /* than Student's */
};

static struct estimate estimated(struct pm_rng *rng, size_t n, double rho)
{
    struct pm_series series = {0};
    struct pm_autoregression a;
    double x[60];
    simulate(rng, rho, x, n);
    for (size_t i = 0; i < n; i++)
        pm_series_add(&series, x[i], false);
    pm_autoregression_weigh(&series, &a);
    const double mean = series.sum / (double)n;
    const double half = pm_autoregression_half_width(&a, mean, 0.95);
    return (struct estimate){mean, half,
                             half / (gsl_cdf_tdist_Pinv(0.975, (double)n - 1) * a.error[0])};
}

/* Shares of 500 intervals of the mean that hold it, and their mean width in Student's. */
static double covered(size_t n, double rho, unsigned long seed, double *wider)
{
    const int rounds = 500;
    struct pm_rng *rng = pm_rng_open(seed);
    int held = 0;
    *wider = 0;
    assert_non_null(rng);
    for (int round = 0; round < rounds; round++) {
        const struct estimate e = estimated(rng, n, rho);
        held += fabs(e.mean) <= e.half;
        *wider += e.wider / rounds;
    }
    pm_rng_close(rng);
    return (double)held / rounds;
}

static void the_mean_is_covered(void **state)
{
    (void)state;
    const double rhos[] = {0, 0.6, 0.9};
    double wider;
    for (size_t i = 0; i < 3; i++) {
        const double share = covered(20, rhos[i], 7 + i, &wider);
        print_message("20 values, rho %.1f: covered %.3f, %.1f x as wide as Student's\n", rhos[i],
                      share, wider);
        assert_between(share, 0.92, 1);
        if (i == 0)
            assert_between(wider, 1, 2);
    }
    assert_true(covered(60, 0, 11, &wider) > 0.93);
    assert_between(wider, 1, 1.3);
}

/* Two means of one process have disjoint intervals in 2 % of cases at most. */
static void a_process_is_not_different_from_itself(void **state)
{
    (void)state;
    const size_t sizes[] = {3, 5, 20};
    const int rounds = 500;
    struct pm_rng *rng = pm_rng_open(813);
    assert_non_null(rng);
    for (size_t s = 0; s < 3; s++) {
        int wolf = 0;
        for (int round = 0; round < rounds; round++) {
            const struct estimate a = estimated(rng, sizes[s], 0.8);
            const struct estimate b = estimated(rng, sizes[s], 0.8);
            wolf += fabs(a.mean - b.mean) > a.half + b.half;
        }
        print_message("two means of %zu values correlated by 0.8: called different in %d of %d\n",
                      sizes[s], wolf, rounds);
        assert_between((double)wolf / rounds, 0, 0.02);
    }
    pm_rng_close(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_matrices_say_the_same),
        cmocka_unit_test(the_half_width_holds_what_it_says),
        cmocka_unit_test(equal_values_are_sure),
        cmocka_unit_test(effective_numbers),
        cmocka_unit_test(the_mean_is_covered),
        cmocka_unit_test(a_process_is_not_different_from_itself),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
