/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/err.h"
#include "close.h"
#include "stats/latency.h"

#include <math.h>

#define N    40
#define RUNS 600

static struct pm_latency_verdict judge(const struct pm_runs *runs, double limit_ms)
{
    struct pm_latency_verdict v;
    struct pm_err err = {0};
    assert_int_equal(pm_latency_judge(runs, limit_ms, 0.9, 0.95, &v, &err), 0);
    return v;
}

static void the_share_that_waited(void **unused)
{
    const double ms[] = {10, 20, 70}, delay[] = {5, NAN, 3};
    (void)unused;
    assert_close(pm_waited_share(ms, delay, 3), 0.1, 1e-12);
    assert_true(isnan(pm_waited_share(ms, NULL, 3)) && isnan(pm_waited_share(ms, delay + 1, 1)));
}

/* Twice the limit, but half of that waiting for a processor: nothing is decided against it. */
static void waiting_is_not_slowness(void **unused)
{
    const double ms[] = {212.3, 208.9, 215.4, 209.7}, delay[] = {109.6, 111.2, 118.0, 110.1};
    const double none[] = {0, NAN, 0, 0.4};
    const size_t start_n[] = {4};
    struct pm_runs runs = {ms, 4, start_n, 1, NULL, NULL};
    (void)unused;
    assert_int_equal(judge(&runs, 104.2).within, PM_WITHIN_NO);
    runs.delay_ms = delay;
    assert_int_equal(judge(&runs, 104.2).within, PM_WITHIN_UNDECIDED);
    runs.delay_ms = none;
    assert_int_equal(judge(&runs, 104.2).within, PM_WITHIN_NO);
}

static void fill(double *ms, size_t n, double level)
{
    for (size_t i = 0; i < n; i++)
        ms[i] = level * (1 + 0.004 * (double)((i * 17) % 11));
}

static void verdict_and_interval_come_together(void **unused)
{
    double ms[60];
    const size_t start_n[] = {18, 42};
    const struct pm_runs runs = {ms, 60, start_n, 2, NULL, NULL};
    (void)unused;
    fill(ms, 60, 47.3);
    const struct pm_latency_verdict v = judge(&runs, 99);
    assert_int_equal(v.within, PM_WITHIN_YES);
    assert_close(v.bounds.value, 47.3 * (1 + 0.004 * 9), 1e-12);
    assert_true(v.bounds.fails_below <= v.bounds.value);
}

/* A latency that still rises has not reached the level to be judged. */
static void a_rise_is_not_accepted(void **unused)
{
    double ms[12 * N];
    const size_t start_n[] = {12 * N};
    const struct pm_runs runs = {ms, 12 * N, start_n, 1, NULL, NULL};
    (void)unused;
    for (size_t i = 0; i < 12 * N; i++)
        ms[i] = 50 + 0.05 * (double)i + 0.1 * (double)((i * 7) % 5);
    const struct pm_latency_verdict v = judge(&runs, 100);
    assert_int_equal(v.within, PM_WITHIN_UNDECIDED);
    assert_true(v.drifting);
    /* far below, it may rise: were it to double, it would fit */
    const struct pm_latency_verdict far = judge(&runs, 2.1 * ms[12 * N - 1]);
    assert_int_equal(far.within, PM_WITHIN_YES);
    assert_false(far.drifting);
    assert_int_equal(judge(&runs, 1.9 * ms[12 * N - 1]).within, PM_WITHIN_UNDECIDED);
}

static uint64_t dice = 12;

static double uniform(void)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return ((double)(dice >> 11) + .5) / 9007199254740992.0;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Correlated runs, timed or not, judged at limits of every kind: as the limit grows, the verdict
 * goes from too slow over undecided to within, and never back. */
static void a_looser_limit_is_no_stricter(void **unused)
{
    static double ms[RUNS], at[RUNS], limits[2 * RUNS];
    size_t decided = 0;
    (void)unused;
    for (int round = 0; round < 120; round++) {
        const size_t n = 24 + (size_t)(uniform() * uniform() * (RUNS - 24));
        const size_t start_n[] = {18, n - 18};
        const struct pm_runs runs = {ms, n, start_n, 2, NULL, round % 2 == 1 ? at : NULL};
        double level = 0, rho = uniform() * 0.95, spread = 0.02 + 0.5 * uniform();
        int before = 0;
        for (size_t i = 0; i < n; i++) {
            level =
                rho * level + sqrt(1 - rho * rho) * (uniform() + uniform() + uniform() - 1.5) * 2;
            ms[i] = 100 * exp(spread * level);
            at[i] = i > 0 ? at[i - 1] + ms[i - 1] + (i % 40 == 0 ? 2000 * uniform() : 0) : 0;
            limits[2 * i] = ms[i] * (uniform() < 0.5 ? 1 - 1e-9 : 1);
            limits[2 * i + 1] = 100 * exp(spread * 8 * (uniform() - 0.5));
        }
        qsort(limits, 2 * n, sizeof *limits, by_value);
        for (size_t k = 0; k < 2 * n; k += 1 + n / 24) {
            const double limit = limits[k];
            const struct pm_latency_verdict v = judge(&runs, limit);
            const int now = v.within == PM_WITHIN_NO ? 0 : v.within == PM_WITHIN_UNDECIDED ? 1 : 2;
            if (now < before)
                fail_msg("round %d: %zu runs, limit %g: %d after %d", round, n, limit, now, before);
            before = now;
            decided += now != 1;
        }
    }
    assert_true(decided > 1000);
}

/* A slow spell at the end rejects only when it comes again, or lasts. */
static void a_short_slow_spell_rejects_nothing(void **unused)
{
    double ms[4 * N];
    size_t n = N + 8;
    struct pm_runs runs = {ms, n, &n, 1, NULL, NULL};
    (void)unused;
    for (size_t i = 0; i < 4 * N; i++)
        ms[i] = (i < N ? 401.7 : 683.1) * (1 + 0.001 * (double)((i * 17) % 11));
    const struct pm_latency_verdict v = judge(&runs, 500);
    assert_int_equal(v.within, PM_WITHIN_UNDECIDED);
    assert_true(v.forecast.fails && v.forecast.runs > 0);
    runs.n = n = 4 * N;
    assert_int_equal(judge(&runs, 500).within, PM_WITHIN_NO);
}

static void resamples(void **unused)
{
    double ms[N], share = -1;
    const size_t start_n[] = {N};
    const struct pm_runs runs = {ms, N, start_n, 1, NULL, NULL};
    struct pm_err err = {0};
    (void)unused;
    fill(ms, N, 10);
    assert_int_equal(pm_latency_share_within(&runs, 11, 0.9, &share, &err), 0);
    assert_close(share, 1, 1e-12);
    assert_int_equal(pm_latency_share_within(&runs, 9, 0.9, &share, &err), 0);
    assert_true(share < 1e-12);
    assert_int_equal(pm_latency_share_within(&runs, 10.37, 0.9, &share, &err), 0);
    assert_true(share > 0.05 && share < 0.95); /* about nine in ten are within: a toss */
    /* a slow start is no part of the level that is judged, nor of its resamples */
    for (size_t i = 0; i < N; i++)
        ms[i] =
            i < N / 3 ? 20 + 0.01 * (double)((i * 17) % 11) : 10 + 0.01 * (double)((i * 7) % 11);
    assert_int_equal(pm_latency_share_within(&runs, 11, 0.9, &share, &err), 0);
    assert_close(share, 1, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_looser_limit_is_no_stricter),
        cmocka_unit_test(the_share_that_waited),
        cmocka_unit_test(waiting_is_not_slowness),
        cmocka_unit_test(verdict_and_interval_come_together),
        cmocka_unit_test(a_rise_is_not_accepted),
        cmocka_unit_test(a_short_slow_spell_rejects_nothing),
        cmocka_unit_test(resamples),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
