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
#include "stats/sample.h"
#include "stats/sequential.h"

#define LONGEST 400
#define Z90     1.2815515655446004

static struct pm_sequential_result judge(const double *x, size_t n, double limit, double q,
                                         double confidence)
{
    struct pm_sequential_result r;
    assert_int_equal(pm_sequential_judge(x, &n, 1, limit, q, confidence, &r, NULL), 0);
    return r;
}

static void looks_are_where_they_should_be(void **state)
{
    (void)state;
    /* rejecting 2 3 4 6 8 11 15 20 26 34 45, accepting 36 47 */
    const size_t p90[] = {2, 3, 4, 6, 8, 11, 15, 20, 26, 34, 36, 45, 47};
    size_t n = 0;
    for (size_t i = 0; i < 13; i++) {
        n = pm_sequential_next_look(n, 0.9, 0.95);
        assert_int_equal(n, p90[i]);
    }
    assert_int_equal(pm_sequential_next_look(0, 0.5, 0.95), 6);
    assert_int_equal(pm_sequential_next_look(6, 0.5, 0.95), 8);
    assert_int_equal(pm_sequential_next_look(48, 0.9, 0.99), 51);
    assert_int_equal(pm_sequential_next_look(9, 1, 0.95), 10); /* nonsense still moves on */
}

static void clear_cases_cost_little(void **state)
{
    (void)state;
    struct pm_rng *rng = pm_rng_open(31);
    assert_non_null(rng);
    double cost[2] = {0, 0};
    for (int round = 0; round < 200; round++) {
        double x[LONGEST];
        struct pm_sequential_result r;
        for (size_t i = 0; i < LONGEST; i++)
            x[i] = 117.8 + pm_rng_gaussian(rng, 2.3);
        r = judge(x, LONGEST, 117.8 / 2, 0.9, 0.95);
        assert_int_equal(r.decision, PM_DECIDE_FAILS);
        assert_int_equal(r.used, 2);
        assert_int_equal(r.overruns, 2);
        for (int c = 0; c < 2; c++) {
            r = judge(x, LONGEST, 117.8 * 2, 0.9, c == 0 ? 0.95 : 0.99);
            assert_int_equal(r.decision, PM_DECIDE_MEETS);
            assert_int_equal(r.overruns, 0);
            assert_true(r.used >= (c == 0 ? 36 : 51));
            cost[c] += (double)r.used / 200;
        }
    }
    print_message("half the limit: %.1f runs at 95 %%, %.1f at 99 %%\n", cost[0], cost[1]);
    assert_between(cost[0], 35.9, 36.1);
    assert_between(cost[1], 50.9, 51.1);
    pm_rng_close(rng);
}

static void what_is_decided_live_is_what_the_file_says(void **state)
{
    (void)state;
    struct pm_rng *rng = pm_rng_open(32);
    assert_non_null(rng);
    for (int round = 0; round < 60; round++) {
        double x[LONGEST];
        struct pm_sequential_result live = {0}, stored;
        for (size_t i = 0; i < LONGEST; i++)
            x[i] = 100 + pm_rng_gaussian(rng, 2);
        double limit = 95 + pm_rng_uniform(rng) * 15;
        for (size_t n = 0; live.decision == PM_DECIDE_MORE && n < LONGEST;) {
            n = pm_sequential_next_look(n, 0.9, 0.95);
            n = n < LONGEST ? n : LONGEST;
            live = judge(x, n, limit, 0.9, 0.95);
        }
        stored = judge(x, LONGEST, limit, 0.9, 0.95);
        assert_int_equal(live.decision, stored.decision);
        assert_int_equal(live.used, stored.used);
        assert_int_equal(live.overruns, stored.overruns);
    }
    pm_rng_close(rng);
}

struct share {
    double meets, fails; /* wrong ones */
};

/* Runs of mean 100, 2 % noise, correlation rho, rising by `rise` in 200 runs, against a limit that
 * is the true quantile at run `edge`; wrong is what is not so at the level of the deciding run. */
static struct share wrong(size_t rounds, double q, double rho, double rise, double edge,
                          double nudge, unsigned long seed)
{
    struct pm_rng *rng = pm_rng_open(seed);
    double at_start = 100 * (1 + 0.02 * (q > 0.5 ? Z90 : 0));
    double limit = at_start * (1 + rise * edge / 200) * (1 + nudge);
    struct share s = {0, 0};
    assert_non_null(rng);
    for (size_t round = 0; round < rounds; round++) {
        double x[LONGEST];
        double e = pm_rng_gaussian(rng, 1);
        for (size_t i = 0; i < LONGEST; i++) {
            x[i] = 100 * (1 + 0.02 * e) * (1 + rise * (double)i / 200);
            e = rho * e + pm_rng_gaussian(rng, sqrt(1 - rho * rho));
        }
        struct pm_sequential_result r = judge(x, LONGEST, limit, q, 0.95);
        double truth = at_start * (1 + rise * (double)(r.used - 1) / 200);
        s.meets += (r.decision == PM_DECIDE_MEETS && truth > limit) / (double)rounds;
        s.fails += (r.decision == PM_DECIDE_FAILS && truth <= limit) / (double)rounds;
    }
    pm_rng_close(rng);
    return s;
}

static void wrong_decisions_stay_within_alpha(void **state)
{
    (void)state;
    const double edges[] = {25, 75, 125};
    const size_t rounds = 500;
    const double allowed = 0.05 + 0.01; /* one standard error of the simulation */
    unsigned long seed = 40;
    for (int tail = 0; tail <= 1; tail++) {
        double q = tail ? 0.9 : 0.5;
        for (int correlated = 0; correlated <= 1; correlated++) {
            double rho = correlated ? 0.6 : 0;
            struct share above = wrong(rounds, q, rho, 0, 0, -1e-4, seed);
            struct share below = wrong(rounds, q, rho, 0, 0, 1e-4, seed++);
            print_message("q %.1f rho %.1f: wrong meets %.3f, wrong fails %.3f\n", q, rho,
                          above.meets, below.fails);
            assert_between(above.meets, 0, allowed);
            assert_between(below.fails, 0, allowed);
        }
        for (size_t i = 0; i < 3; i++) {
            struct share s = wrong(rounds, q, 0, 0.04, edges[i], 0, seed++);
            print_message(
                "q %.1f drift, limit reached at run %3.0f: wrong meets %.3f, fails %.3f\n", q,
                edges[i], s.meets, s.fails);
            assert_between(s.meets, 0, allowed);
            assert_between(s.fails, 0, allowed);
        }
    }
}

static void undecided_says_how_many_more(void **state)
{
    (void)state;
    double x[1200];
    struct pm_rng *rng = pm_rng_open(33);
    assert_non_null(rng);
    for (size_t i = 0; i < 1200; i++) /* overruns: 3 of every 50 */
        x[i] = (i * 37) % 50 < 3 ? 10.5 : 9.9 - 0.1 * pm_rng_uniform(rng);
    pm_rng_close(rng);
    struct pm_sequential_result r = judge(x, 20, 10, 0.9, 0.95);
    assert_int_equal(r.decision, PM_DECIDE_MORE);
    assert_int_equal(r.used, 20);
    r = judge(x, 100, 10, 0.9, 0.95);
    assert_int_equal(r.decision, PM_DECIDE_MORE);
    assert_int_equal(r.overruns, 6);
    assert_true(r.need_more > 50 && r.need_more < 5000);
    r = judge(x, 300, 10, 0.9, 0.95);
    assert_int_equal(r.decision, PM_DECIDE_MORE);
    assert_between((double)r.need_more, 1, 900);
    r = judge(x, 300 + r.need_more, 10, 0.9, 0.95); /* and then it is so */
    assert_int_equal(r.decision, PM_DECIDE_MEETS);
    r = judge(x, 1, 10, 0.9, 0.95);
    assert_int_equal(r.decision, PM_DECIDE_MORE);
    r = judge(x, 0, 10, 0.9, 0.95);
    assert_int_equal(r.decision, PM_DECIDE_MORE);
    assert_int_equal(r.need_more, 0);
}

static void an_edge_is_not_rejected_after_two_runs(void **state)
{
    (void)state;
    const double close[] = {103, 104};
    const double far[] = {151, 157};
    assert_int_equal(judge(close, 2, 100, 0.9, 0.95).decision, PM_DECIDE_MORE);
    assert_int_equal(judge(far, 2, 100, 0.9, 0.95).decision, PM_DECIDE_FAILS);
}

static void a_drift_is_judged_at_its_present_level(void **state)
{
    (void)state;
    double x[100], level[100];
    for (size_t i = 0; i < 100; i++) { /* 90 rising to 99.9; under 100 to the last run */
        x[i] = 90 + 0.1 * (double)i + 0.5 * (double)((i * 61) % 97) / 97;
        level[i] = 90 + 0.5 * (double)((i * 61) % 97) / 97;
    }
    assert_int_equal(judge(level, 100, 99.5, 0.9, 0.95).decision, PM_DECIDE_MEETS);
    assert_int_equal(judge(x + 40, 60, 99, 0.9, 0.95).decision, PM_DECIDE_MORE);
}

static void one_test_on_all_runs(void **state)
{
    (void)state;
    struct pm_rng *rng = pm_rng_open(51);
    assert_non_null(rng);
    for (int correlated = 0; correlated <= 1; correlated++) {
        double rho = correlated ? 0.6 : 0;
        int meets = 0, fails = 0;
        for (int round = 0; round < 1000; round++) {
            double x[100];
            const size_t start_n[] = {50, 50};
            struct pm_sequential_result r;
            double e = pm_rng_gaussian(rng, 1);
            for (size_t i = 0; i < 100; i++) {
                x[i] = 100 + 2 * e;
                e = rho * e + pm_rng_gaussian(rng, sqrt(1 - rho * rho));
            }
            assert_int_equal(pm_fixed_judge(x, start_n, 2, 100 + 2 * Z90, 0.9, 0.95, &r, NULL), 0);
            assert_int_equal(r.used, 100);
            meets += r.decision == PM_DECIDE_MEETS;
            fails += r.decision == PM_DECIDE_FAILS;
            assert_true(r.decision != PM_DECIDE_MORE || r.n_eff <= 100);
        }
        print_message("one test, rho %.1f: meets %.3f, fails %.3f\n", rho, meets / 1000.0,
                      fails / 1000.0);
        assert_between(meets / 1000.0, 0, 0.055);
        assert_between(fails / 1000.0, 0, 0.055);
    }
    pm_rng_close(rng);
}

static void refusals(void **state)
{
    (void)state;
    double x[] = {2.385, 2.401, INFINITY};
    size_t n = 3;
    struct pm_sequential_result r = {.used = 77};
    struct pm_err err = {0};
    assert_int_equal(pm_sequential_judge(x, &n, 1, 2, 0.9, 0.95, &r, &err), -1);
    assert_int_equal(err.code, PM_EDATA);
    assert_int_equal(pm_fixed_judge(x, &n, 1, 2, 0.9, 0.95, &r, &err), -1);
    n = 2;
    assert_int_equal(pm_sequential_judge(x, &n, 1, NAN, 0.9, 0.95, &r, &err), -1);
    assert_int_equal(pm_sequential_judge(x, &n, 1, 2, 1, 0.95, &r, &err), -1);
    assert_int_equal(pm_sequential_judge(x, &n, 1, 2, 0.9, 1, &r, &err), -1);
    assert_int_equal(r.used, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_are_where_they_should_be),
        cmocka_unit_test(clear_cases_cost_little),
        cmocka_unit_test(what_is_decided_live_is_what_the_file_says),
        cmocka_unit_test(wrong_decisions_stay_within_alpha),
        cmocka_unit_test(undecided_says_how_many_more),
        cmocka_unit_test(an_edge_is_not_rejected_after_two_runs),
        cmocka_unit_test(a_drift_is_judged_at_its_present_level),
        cmocka_unit_test(one_test_on_all_runs),
        cmocka_unit_test(refusals),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
