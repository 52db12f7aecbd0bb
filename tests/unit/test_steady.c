/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/err.h"
#include "close.h"
#include "stats/sample.h"
#include "stats/steady.h"

#define LONGEST 6000
static double x[LONGEST];

/* 117.8 ms with relative noise of `noise`, correlated by rho from run to run. */
static void steady_noise(struct pm_rng *rng, size_t n, double noise, double rho)
{
    double e = pm_rng_gaussian(rng, 1);
    for (size_t i = 0; i < n; i++) {
        x[i] = 117.8 * (1 + noise * e);
        e = rho * e + pm_rng_gaussian(rng, sqrt(1 - rho * rho));
    }
}

static struct pm_steady find(size_t n)
{
    struct pm_steady s;
    assert_int_equal(pm_steady_find(x, n, &s, NULL), 0);
    assert_true(s.cut <= n / 2 && s.level_start >= s.cut && s.level_start < n);
    return s;
}

static struct pm_rng *seeded(unsigned long seed)
{
    struct pm_rng *rng = pm_rng_open(seed);
    assert_non_null(rng);
    return rng;
}

static void warm_up_step_is_cut_exactly(void **state)
{
    (void)state;
    struct pm_rng *rng = seeded(11);
    for (int round = 0; round < 50; round++) {
        steady_noise(rng, 200, 0.02, 0);
        for (size_t i = 0; i < 20; i++)
            x[i] *= 1.3;
        struct pm_steady s = find(200);
        assert_int_equal(s.cut, 20);
        assert_int_equal(s.level_start, 20);
        assert_true(!s.throttled);
        assert_close(s.last_level, 117.8, 0.01);
    }
    pm_rng_close(rng);
}

static void decaying_warm_up_is_cut(void **state)
{
    (void)state;
    struct pm_rng *rng = seeded(12);
    steady_noise(rng, 200, 0.005, 0);
    for (size_t i = 0; i < 200; i++)
        x[i] *= 1 + 0.5 * exp(-(double)i / 8);
    struct pm_steady s = find(200);
    assert_between((double)s.cut, 20, 60);
    assert_close(s.last_level, 117.8, 0.005);
    assert_true(!s.drift && !s.throttled);
    pm_rng_close(rng);
}

static void one_cold_run_is_cut(void **state)
{
    (void)state;
    struct pm_rng *rng = seeded(13);
    steady_noise(rng, 60, 0.02, 0);
    x[0] *= 4;
    assert_int_equal(find(60).cut, 1);
    x[1] *= 2;
    assert_int_equal(find(60).cut, 2);
    pm_rng_close(rng);
}

static void throttling_is_found(void **state)
{
    (void)state;
    struct pm_rng *rng = seeded(14);
    size_t exact = 0;
    for (int round = 0; round < 50; round++) {
        steady_noise(rng, 200, 0.02, 0);
        for (size_t i = 0; i < 6; i++)
            x[i] *= 1.4;
        for (size_t i = 80; i < 200; i++)
            x[i] *= 1.15;
        struct pm_steady s = find(200);
        assert_true(s.throttled && !s.drift);
        assert_int_equal(s.cut, 6);
        assert_between((double)s.level_start, 79, 81);
        assert_close(s.first_level, 117.8, 0.01);
        assert_close(s.last_level, 117.8 * 1.15, 0.01);
        exact += s.level_start == 80;
    }
    assert_true(exact >= 48);
    pm_rng_close(rng);
}

static void a_disturbance_in_the_middle_is_not_warm_up(void **state)
{
    (void)state;
    struct pm_rng *rng = seeded(15);
    steady_noise(rng, 200, 0.01, 0);
    for (size_t i = 50; i < 80; i++)
        x[i] *= 1.2;
    struct pm_steady s = find(200);
    assert_int_equal(s.cut, 0);
    assert_int_equal(s.level_start, 80);
    assert_true(!s.throttled && !s.drift);
    pm_rng_close(rng);
}

static void steady_runs_are_left_alone(void **state)
{
    (void)state;
    struct pm_rng *rng = seeded(16);
    const double rhos[] = {0, 0.6};
    const size_t sizes[] = {20, 60, 200};
    for (size_t c = 0; c < 6; c++) {
        size_t n = sizes[c % 3];
        int moved = 0;
        int drift = 0;
        for (int round = 0; round < 500; round++) {
            steady_noise(rng, n, 0.02, rhos[c / 3]);
            for (size_t i = 0; i < n; i++) {
                if (pm_rng_uniform(rng) < 0.02)
                    x[i] *= 1.5; /* and a spike now and then */
            }
            struct pm_steady s = find(n);
            moved += s.cut > 1 || s.level_start != s.cut || s.throttled;
            drift += s.drift;
        }
        print_message("n %zu, rho %.1f: cuts or levels %.3f, drift %.3f\n", n, rhos[c / 3],
                      moved / 500.0, drift / 500.0);
        assert_between(moved / 500.0, 0, 0.05);
        /* 20 correlated runs are worth five, 60 fifteen: no test keeps its level on them */
        assert_between(drift / 500.0, 0, rhos[c / 3] > 0 && n < 100 ? 0.08 : 0.05);
    }
    pm_rng_close(rng);
}

static void slow_ramp_is_drift(void **state)
{
    (void)state;
    struct pm_rng *rng = seeded(17);
    for (int noise = 1; noise <= 2; noise++) {
        int drift = 0;
        for (int round = 0; round < 200; round++) {
            steady_noise(rng, 200, noise / 100.0, 0);
            for (size_t i = 0; i < 200; i++)
                x[i] *= 1 + 0.05 * (double)i / 200;
            drift += find(200).drift;
        }
        print_message("5 %% ramp, %d %% noise: drift %.3f\n", noise, drift / 200.0);
        assert_between(drift / 200.0, 0.95, 1);
    }
    pm_rng_close(rng);
}

static void trend_has_its_slope_and_sign(void **state)
{
    (void)state;
    struct pm_rng *rng = seeded(18);
    struct pm_trend t;
    steady_noise(rng, 5000, 0.01, 0);
    for (size_t i = 0; i < 5000; i++)
        x[i] -= 0.0025 * (double)i;
    assert_int_equal(pm_trend_find(x, 5000, &t, NULL), 0);
    assert_close(t.slope, -0.0025, 0.02);
    assert_true(t.p_rise > 0.999 && t.p_two_sided < 1e-6);
    for (size_t i = 0; i < 12; i++)
        x[i] = 2.385 + 0.5 * (double)i;
    x[7] = 900;
    assert_int_equal(pm_trend_find(x, 12, &t, NULL), 0);
    assert_close(t.slope, 0.5, 1e-12);
    assert_true(t.p_rise < 0.01);
    assert_int_equal(pm_trend_find(x, 3, &t, NULL), 0);
    assert_close(t.p_rise, 1, 0);
    pm_rng_close(rng);
}

/* S = 26 - 2 of the 28 pairs of n = 8, variance 65.33. */
static void mann_kendall_of_a_worked_example(void **state)
{
    (void)state;
    const double y[] = {1.1, 1.9, 1.4, 2.2, 2.8, 2.5, 3.3, 3.9};
    struct pm_trend t;
    assert_int_equal(pm_trend_find(y, 8, &t, NULL), 0);
    double z = (24.0 - 1) / sqrt(8 * 7 * 21 / 18.0 * (1 + t.r) / (1 - t.r));
    assert_close(t.p_rise, 0.5 * erfc(z / sqrt(2)), 1e-9);

    const double tied[] = {1.1, 1.1, 1.4, 1.4, 2.8, 2.8, 3.3, 3.3}; /* four ties of two */
    assert_int_equal(pm_trend_find(tied, 8, &t, NULL), 0);
    z = (24.0 - 1) / sqrt((8 * 7 * 21 - 4 * 2 * 9) / 18.0 * (1 + t.r) / (1 - t.r));
    assert_close(t.p_rise, 0.5 * erfc(z / sqrt(2)), 1e-9);
}

static void long_and_quantised_series(void **state)
{
    (void)state;
    struct pm_rng *rng = seeded(19);
    steady_noise(rng, LONGEST, 0.02, 0);
    for (size_t i = 0; i < 1000; i++)
        x[i] *= 1.2;
    struct pm_steady s = find(LONGEST);
    assert_between((double)s.cut, 996, 1004);
    for (size_t i = 0; i < 100; i++)
        x[i] = i % 5 == 0 ? 25.01 : 25;
    s = find(100);
    assert_int_equal(s.cut, 0);
    assert_true(!s.drift && !s.throttled);
    for (size_t i = 0; i < 100; i++)
        x[i] = 0;
    s = find(100);
    assert_close(s.rise_rel, 0, 0);
    pm_rng_close(rng);
}

static void too_short_to_say(void **state)
{
    (void)state;
    struct pm_err err = {0};
    struct pm_steady s;
    for (size_t i = 0; i < 9; i++)
        x[i] = 2.385 + (double)i;
    s = find(9);
    assert_int_equal(s.cut, 0);
    assert_true(!s.drift && !s.throttled && !s.falling);
    assert_close(s.p_value, 1, 0);
    assert_close(s.last_level, 6.385, 1e-15);
    assert_int_equal(pm_steady_find(x, 0, &s, &err), -1);
    x[4] = NAN;
    assert_int_equal(pm_steady_find(x, 9, &s, &err), -1);
    assert_int_equal(err.code, PM_EDATA);
}

/* Spikes at the start as long as a level of their own: whatever the shape, the cut stays inside the
 * runs and the levels are levels of the runs. (A spike one run longer than its level was once read
 * past the end.) */
static void spikes_of_every_shape(void **unused)
{
    double y[100];
    (void)unused;
    for (unsigned long seed = 1; seed <= 3000; seed++) {
        struct pm_rng *r = pm_rng_open(seed);
        struct pm_steady s;
        struct pm_err err = {0};
        assert_non_null(r);
        const size_t n = 12 + pm_rng_below(r, 60), high = 1 + pm_rng_below(r, n / 3);
        const double up = pow(10, 3 * pm_rng_uniform(r));
        const double noise = pow(10, -4 + 3 * pm_rng_uniform(r));
        const size_t middle = high + pm_rng_below(r, 10);
        const double some = pow(10, 2 * pm_rng_uniform(r));
        for (size_t i = 0; i < n; i++) {
            const double level = i < high ? 1 + up : i < middle ? 1 + some : 1;
            y[i] = level * (1 + noise * fabs(pm_rng_gaussian(r, 1)));
            if (pm_rng_below(r, 12) == 0)
                y[i] *= 1 + 3 * pm_rng_uniform(r);
        }
        pm_rng_close(r);
        assert_int_equal(pm_steady_find(y, n, &s, &err), 0);
        if (!(s.first_level >= 1 && s.last_level >= 1) || s.cut >= n || s.level_start < s.cut)
            fail_msg("seed %lu: cut %zu, level from %zu, levels %g and %g", seed, s.cut,
                     s.level_start, s.first_level, s.last_level);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warm_up_step_is_cut_exactly),
        cmocka_unit_test(decaying_warm_up_is_cut),
        cmocka_unit_test(one_cold_run_is_cut),
        cmocka_unit_test(throttling_is_found),
        cmocka_unit_test(a_disturbance_in_the_middle_is_not_warm_up),
        cmocka_unit_test(steady_runs_are_left_alone),
        cmocka_unit_test(slow_ramp_is_drift),
        cmocka_unit_test(trend_has_its_slope_and_sign),
        cmocka_unit_test(mann_kendall_of_a_worked_example),
        cmocka_unit_test(long_and_quantised_series),
        cmocka_unit_test(too_short_to_say),
        cmocka_unit_test(spikes_of_every_shape),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
