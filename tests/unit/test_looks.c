/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/err.h"
#include "close.h"
#include "spells.h"
#include "stats/looks.h"
#include "stats/sample.h"

#include <math.h>

#define LONGEST 1200

static struct pm_quantile_bounds bounds(const double *ms, const double *at, size_t n, double q,
                                        double confidence)
{
    const struct pm_timed_runs runs = {ms, at, n};
    struct pm_quantile_bounds b;
    assert_int_equal(pm_looks_bounds(&runs, q, confidence, &b, NULL), 0);
    return b;
}

/* n runs of about `level` ms, one after another. */
static void steady(double *ms, double *at, size_t n, double level)
{
    for (size_t i = 0; i < n; i++) {
        ms[i] = level * (1 + 0.001 * (double)((i * 17) % 11));
        at[i] = i > 0 ? at[i - 1] + ms[i - 1] : 0;
    }
}

static void a_factor_of_two_is_soon_known(void **state)
{
    static double ms[LONGEST], at[LONGEST];
    (void)state;
    steady(ms, at, 200, 20);
    assert_close(bounds(ms, at, 2, 0.9, 0.95).fails_below, 10, 1e-12);
    assert_close(bounds(ms, at, 1, 0.9, 0.95).fails_below, 0, 0);
    assert_true(isinf(bounds(ms, at, 58, 0.9, 0.95).meets_from));
    assert_between(bounds(ms, at, 60, 0.9, 0.95).meets_from, 40, 40.5);
    assert_between(bounds(ms, at, 92, 0.9, 0.99).meets_from, 40, 40.5);
    assert_int_equal(pm_looks_first(0.9, 0.95), 2);
    assert_int_equal(pm_looks_first(0.5, 0.95), 6);
    assert_int_equal(pm_looks_first(0.99, 0.95), 2);
}

/* Between, it takes 33 looks of four tenths of a second, however many runs they hold. */
static void time_is_what_certainty_takes(void **state)
{
    static double ms[LONGEST], at[LONGEST];
    (void)state;
    steady(ms, at, LONGEST, 20);
    assert_true(bounds(ms, at, 630, 0.9, 0.95).meets_from > 40 - 1e-9); /* 12.7 s */
    assert_between(bounds(ms, at, 690, 0.9, 0.95).meets_from, 20.1, 20.3);
    steady(ms, at, LONGEST, 300); /* three runs a look */
    assert_true(bounds(ms, at, 95, 0.9, 0.95).meets_from > 600);
    assert_between(bounds(ms, at, 100, 0.9, 0.95).meets_from, 301, 304);
    /* visits that lie apart are looks, whatever they hold */
    steady(ms, at, 33, 20);
    for (size_t i = 0; i < 33; i++)
        at[i] = 450 * (double)i;
    assert_between(bounds(ms, at, 33, 0.9, 0.95).meets_from, 20.1, 20.3);
    /* without times: one after another */
    steady(ms, at, LONGEST, 20);
    for (size_t n = 630; n <= 690; n += 10)
        assert_close(bounds(ms, NULL, n, 0.9, 0.95).meets_from,
                     bounds(ms, at, n, 0.9, 0.95).meets_from, 1e-12);
}

/* A median would be had from seven looks, which cannot show whether they go together. */
static void no_quantile_takes_less(void **state)
{
    static double ms[LONGEST], at[LONGEST];
    (void)state;
    steady(ms, at, LONGEST, 20);
    for (double q = 0.05; q < 0.9; q += 0.05) {
        assert_true(isinf(bounds(ms, at, 58, q, 0.95).meets_from));
        assert_between(bounds(ms, at, 60, q, 0.95).meets_from, 40, 40.5);
        assert_true(bounds(ms, at, 630, q, 0.8).meets_from > 40 - 1e-9);
        assert_between(bounds(ms, at, 690, q, 0.8).meets_from, 20, 20.3);
    }
}

/* One slow spell rejects nothing, a second one that begins ten seconds later does. */
static void one_spell_is_no_rejection(void **state)
{
    static double ms[LONGEST], at[LONGEST];
    (void)state;
    steady(ms, at, 200, 60);
    for (double q = 0.05; q < 0.999; q += 0.045)
        assert_true(bounds(ms, at, 150, q, 0.95).fails_below <= 30);
    assert_between(bounds(ms, at, 200, 0.9, 0.95).fails_below, 59, 61);
    for (size_t i = 20; i < 40; i++)
        at[i] += 10e3;
    assert_between(bounds(ms, at, 40, 0.9, 0.95).fails_below, 59, 61);
}

/* Looks that go together are merged: a machine that is slow for seconds has told of few states. */
static void long_spells_are_seen(void **state)
{
    static double ms[LONGEST], at[LONGEST];
    struct pm_looks_forecast f;
    const struct pm_timed_runs runs = {ms, at, LONGEST};
    (void)state;
    for (size_t i = 0; i < LONGEST; i++) { /* 3 s slow in 24 */
        const double t = i > 0 ? at[i - 1] + ms[i - 1] : 0;
        at[i] = t;
        ms[i] = (fmod(t, 24e3) < 3e3 ? 55 : 40) * (1 + 0.001 * (double)((i * 17) % 11));
    }
    assert_true(bounds(ms, at, LONGEST, 0.9, 0.95).meets_from > 55);
    assert_int_equal(pm_looks_forecast(&runs, 57, 0.9, 0.95, &f, NULL), 0);
    assert_true(f.spell_ms > 700);
    assert_int_equal(pm_looks_forecast(&runs, 75, 0.9, 0.95, &f, NULL), 0);
    assert_close(f.spell_ms, 0, 0);
    assert_false(f.fails);
}

static void the_forecast_comes_true(void **state)
{
    static double ms[LONGEST], at[LONGEST];
    struct pm_looks_forecast f;
    (void)state;
    steady(ms, at, LONGEST, 60);
    const struct pm_timed_runs few = {ms, at, 40};
    assert_int_equal(pm_looks_forecast(&few, 80, 0.9, 0.95, &f, NULL), 0);
    assert_false(f.fails);
    assert_between(f.ms, 11e3, 14e3);
    assert_true(bounds(ms, at, 40 + f.runs - 20, 0.9, 0.95).meets_from > 80);
    assert_true(bounds(ms, at, 40 + f.runs + 10, 0.9, 0.95).meets_from <= 80);
    assert_int_equal(pm_looks_forecast(&few, 50, 0.9, 0.95, &f, NULL), 0);
    assert_true(f.fails && f.looks == 1);
    assert_true(bounds(ms, at, 40 + f.runs + 1, 0.9, 0.95).fails_below > 50);
}

/* The short form of `make bench-verdicts`: wrong answers at the very quantile. */
static double wrong(const struct spells *p, double q, double confidence, int *meets)
{
    static double ms[400], at[400];
    const size_t looks[] = {2, 12, 40, 90, 160, 250, 330, 400}, rounds = 150;
    const double edge = 50 * spells_quantile(p, q);
    struct pm_rng *rng = pm_rng_open(7);
    size_t fails = 0, met = 0;
    assert_non_null(rng);
    for (size_t round = 0; round < rounds; round++) {
        struct spells_state s;
        bool failed = false, kept = false;
        spells_start(p, rng, &s);
        for (size_t i = 0; i < 400; i++) {
            ms[i] = 50 * spells_next(p, rng, &s);
            at[i] = i > 0 ? at[i - 1] + ms[i - 1] : 0;
        }
        for (size_t k = 0; k < sizeof looks / sizeof *looks; k++) {
            const struct pm_quantile_bounds b = bounds(ms, at, looks[k], q, confidence);
            failed = failed || b.fails_below > edge * (1 + 1e-6);
            kept = kept || b.meets_from <= edge * (1 - 1e-6);
        }
        fails += failed;
        met += kept;
    }
    pm_rng_close(rng);
    *meets = (int)met;
    return (double)(fails > met ? fails : met) / (double)rounds;
}

static void wrong_verdicts_are_rare(void **state)
{
    static const struct spells machines[] = {
        {"normal", NORMAL, .1, 0, 0, 0, 0},
        {"AR .9", NORMAL, .1, .9, 0, 0, 0},
        {"lognormal AR .8", LOGNORMAL, .5, .8, 0, 0, 0},
        {"levels", LEVELS, 0, 0, .15, 10, 1.5},
        {"rare", LEVELS, 0, 0, .08, 10, 2},
        {"Pareto", PARETO, 0, 0, 0, 0, 0},
    };
    static const double quantiles[] = {0.5, 0.9};
    (void)state;
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        for (size_t k = 0; k < 2; k++) {
            int meets;
            const double share = wrong(&machines[i], quantiles[k], 0.95, &meets);
            print_message("%s, p%g: wrong %.1f %% (%d meets)\n", machines[i].name,
                          100 * quantiles[k], 100 * share, meets);
            assert_true(share <= 0.05 + 2 * sqrt(0.05 * 0.95 / 150));
        }
    }
}

static void what_makes_no_sense_is_refused(void **state)
{
    const double ms[] = {1, NAN};
    const struct pm_timed_runs runs = {ms, NULL, 1}, broken = {ms, NULL, 2}, none = {ms, NULL, 0};
    struct pm_quantile_bounds b = {.fails_below = 7};
    struct pm_err err = {0};
    (void)state;
    assert_int_equal(pm_looks_bounds(&runs, 1, 0.95, &b, &err), -1);
    assert_int_equal(pm_looks_bounds(&runs, 0.9, 1, &b, &err), -1);
    assert_int_equal(pm_looks_bounds(&broken, 0.9, 0.95, &b, &err), -1);
    assert_close(b.fails_below, 7, 0);
    assert_int_equal(pm_looks_bounds(&none, 0.9, 0.95, &b, &err), 0);
    assert_true(isinf(b.meets_from) && b.fails_below <= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_factor_of_two_is_soon_known),
        cmocka_unit_test(time_is_what_certainty_takes),
        cmocka_unit_test(no_quantile_takes_less),
        cmocka_unit_test(one_spell_is_no_rejection),
        cmocka_unit_test(long_spells_are_seen),
        cmocka_unit_test(the_forecast_comes_true),
        cmocka_unit_test(wrong_verdicts_are_rare),
        cmocka_unit_test(what_makes_no_sense_is_refused),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
