/* SPDX-License-Identifier: MIT
 * The interval of a quantile: its ranks, and that it holds the quantile, also of runs that repeat
 * one another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "close.h"
#include "stats/autoregression.h"
#include "stats/quantile.h"
#include "stats/sample.h"

/* A series that is known to have a coefficient near rho. */
static struct pm_autoregression surely(double rho)
{
    struct pm_autoregression a = {.n = 2};
    size_t i = 0;
    while (i + 1 < PM_COEFFICIENTS && pm_coefficient(i) < rho)
        i++;
    a.weight[i] = 1;
    return a;
}

/* The ranks of the tables in David & Nagaraja, and the smallest n of each end. */
static void interval_ranks_are_the_binomial_ones(void **state)
{
    (void)state;
    double x[400];
    struct pm_quantile_interval i;
    for (size_t k = 0; k < 400; k++)
        x[k] = (double)(k + 1);
    assert_int_equal(pm_quantile_interval(x, 100, NULL, 0.5, 0.95, &i), 0);
    assert_true(i.has_lo && i.has_hi);
    assert_close(i.value, 50.5, 0);
    assert_close(i.lo, 40, 0);
    assert_close(i.hi, 60, 0); /* 0.9540; [40, 61], 0.9648, has each tail at 2.5 % */
    const struct pm_autoregression none = surely(0);
    assert_int_equal(pm_quantile_interval(x, 100, &none, 0.5, 0.95, &i), 0);
    assert_close(i.lo, 40, 0);
    assert_int_equal(pm_quantile_interval(x, 36, NULL, 0.9, 0.95, &i), 0);
    assert_true(i.has_hi);
    assert_close(i.hi, 36, 0);
    assert_int_equal(pm_quantile_interval(x, 35, NULL, 0.9, 0.95, &i), 0);
    assert_true(i.has_lo && !i.has_hi);
    assert_close(i.hi, NAN, 0);
    assert_int_equal(pm_quantile_interval(x, 367, NULL, 0.99, 0.95, &i), 0);
    assert_true(!i.has_hi);
    assert_int_equal(pm_quantile_interval(x, 368, NULL, 0.99, 0.95, &i), 0);
    assert_true(i.has_hi);
    assert_int_equal(pm_quantile_interval(x, 1, NULL, 0.5, 0.95, &i), 0);
    assert_true(!i.has_lo && !i.has_hi);
    /* at 0.6 ninety runs are worth some 36 */
    const struct pm_autoregression some = surely(0.6);
    assert_int_equal(pm_quantile_interval(x, 75, &some, 0.9, 0.95, &i), 0);
    assert_true(!i.has_hi);
    assert_int_equal(pm_quantile_interval(x, 105, &some, 0.9, 0.95, &i), 0);
    assert_true(i.has_hi);
}

static void interval_refuses_nonsense(void **state)
{
    (void)state;
    const double x[] = {1.25};
    struct pm_quantile_interval i;
    assert_int_equal(pm_quantile_interval(x, 0, NULL, 0.5, 0.95, &i), -1);
    assert_int_equal(pm_quantile_interval(x, 1, NULL, 1.0, 0.95, &i), -1);
    assert_int_equal(pm_quantile_interval(x, 1, NULL, 0.5, NAN, &i), -1);
}

struct tally {
    double held, printed; /* shares: hold the true quantile, have both ends */
};

/* Of 1000 seeded series; a missing end misses nothing. */
static struct tally coverage(size_t n, double q, double rho, bool lognormal, unsigned long seed)
{
    const size_t rounds = 1000;
    const double z = q > 0.5 ? 1.2815515655446004 : 0;
    const double truth = lognormal ? exp(0.3 * z) : 100 + 2 * z;
    struct pm_rng *rng = pm_rng_open(seed);
    struct tally t = {0};
    double x[200];
    assert_non_null(rng);
    for (size_t round = 0; round < rounds; round++) {
        double e = pm_rng_gaussian(rng, 1);
        struct pm_arena arena = {0};
        struct pm_autoregression series;
        struct pm_quantile_interval i;
        for (size_t k = 0; k < n; k++) {
            x[k] = lognormal ? exp(0.3 * e) : 100 + 2 * e;
            e = rho * e + pm_rng_gaussian(rng, sqrt(1 - rho * rho));
        }
        assert_int_equal(pm_autoregression_of_ranks(x, &n, 1, &series, NULL), 0);
        assert_int_equal(
            pm_quantile_interval(pm_sorted_copy(&arena, x, n), n, &series, q, 0.95, &i), 0);
        t.held += (!i.has_lo || i.lo <= truth) && (!i.has_hi || i.hi >= truth);
        t.printed += i.has_lo && i.has_hi;
        pm_arena_done(&arena);
    }
    pm_rng_close(rng);
    return (struct tally){t.held / (double)rounds, t.printed / (double)rounds};
}

static void interval_covers_what_it_says(void **state)
{
    (void)state;
    const size_t sizes[] = {20, 60, 200};
    const double rhos[] = {0, 0.6, 0.8, 0.9};
    unsigned long seed = 20240;
    for (size_t s = 0; s < 3; s++) {
        for (int tail = 0; tail <= 1; tail++) {
            for (size_t r = 0; r < 4; r++) {
                const double q = tail ? 0.9 : 0.5;
                const struct tally t = coverage(sizes[s], q, rhos[r], r % 2 == 1, seed++);
                print_message("n %3zu q %.1f rho %.1f: hold %.3f, both ends %.2f\n", sizes[s], q,
                              rhos[r], t.held, t.printed);
                assert_between(t.held, 0.935, 1);
            }
        }
    }
    /* independent runs pay little for the doubt */
    assert_true(coverage(20, 0.5, 0, false, 1).printed > 0.7);
    assert_true(coverage(60, 0.9, 0, false, 2).printed > 0.95);
}

/* A median and its interval from n runs of a machine whose runs are correlated by rho. */
static struct pm_quantile_interval measured(struct pm_rng *rng, size_t n, double rho)
{
    struct pm_arena arena = {0};
    struct pm_autoregression series;
    struct pm_quantile_interval i;
    double x[200], e = pm_rng_gaussian(rng, 1);
    for (size_t k = 0; k < n; k++) {
        x[k] = 100 + 2 * e;
        e = rho * e + pm_rng_gaussian(rng, sqrt(1 - rho * rho));
    }
    assert_int_equal(pm_autoregression_of_ranks(x, &n, 1, &series, NULL), 0);
    assert_int_equal(pm_quantile_interval(pm_sorted_copy(&arena, x, n), n, &series, 0.5, 0.95, &i),
                     0);
    pm_arena_done(&arena);
    return i;
}

/* What `compare` asks: are the intervals of two measurements disjoint? Of one machine they are in 2
 * % of cases at most. */
static void a_machine_is_not_different_from_itself(void **state)
{
    (void)state;
    const size_t sizes[] = {20, 40, 100, 200};
    const int rounds = 1000;
    struct pm_rng *rng = pm_rng_open(812);
    assert_non_null(rng);
    for (size_t s = 0; s < 4; s++) {
        int told = 0, wolf = 0;
        for (int round = 0; round < rounds; round++) {
            const struct pm_quantile_interval a = measured(rng, sizes[s], 0.8);
            const struct pm_quantile_interval b = measured(rng, sizes[s], 0.8);
            told += a.has_lo && a.has_hi && b.has_lo && b.has_hi;
            wolf += (a.has_lo && b.has_hi && a.lo > b.hi) || (a.has_hi && b.has_lo && a.hi < b.lo);
        }
        print_message("two medians of %zu runs correlated by 0.8: told in %d, called different in "
                      "%d of %d\n",
                      sizes[s], told, wolf, rounds);
        assert_between((double)wolf / rounds, 0, 0.02);
    }
    pm_rng_close(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interval_ranks_are_the_binomial_ones),
        cmocka_unit_test(interval_refuses_nonsense),
        cmocka_unit_test(interval_covers_what_it_says),
        cmocka_unit_test(a_machine_is_not_different_from_itself),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
