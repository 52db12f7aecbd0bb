/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "base/err.h"
#include "close.h"
#include "stats/autoregression.h"
#include "stats/energy.h"
#include "stats/sample.h"
#include "windows.h"

static void is_interval(struct pm_quantity q, double value, double half)
{
    assert_int_equal(q.origin, PM_MEASURED);
    assert_true(q.has_interval);
    assert_close(q.value, value, 1e-12);
    assert_close(q.lo, value - half, 1e-6);
    assert_close(q.hi, value + half, 1e-6);
}

/* ---- by hand ---- */

/* How much wider than Student's the interval of their mean is, as they may repeat one another
 * (test_autoregression.c). sd: of the mean, were they independent. */
static double widening(const double *off, size_t n, double sd)
{
    struct pm_series series = {0};
    struct pm_autoregression a;
    for (size_t i = 0; i < n; i++)
        pm_series_add(&series, off[i], false);
    pm_autoregression_weigh(&series, &a);
    return pm_autoregression_half_width(&a, 0, 0.95) /
           (gsl_cdf_tdist_Pinv(0.975, (double)n - 1) * sd);
}

/* t x u: of variances with 4 and 2 degrees of freedom, and of one that is known. */
static double half_of(double four, double two, double known)
{
    const double all = four + two + known;
    return gsl_cdf_tdist_Pinv(0.975, all * all / (four * four / 4 + two * two / 2)) * sqrt(all);
}

/* Windows of 8.5 s with 25 inferences of 0.34 s.
 * Busy 12 W: s^2 = (0.2^2 + 0.1^2 + 0 + 0.1^2 + 0.2^2) / 4 = 0.025, by 5 windows 0.005, 4 degrees.
 * Idle 4 W: 4 - d, 4, 4 + d with d^2 = 0.015, s^2 / 3 = 0.005, 2 degrees.
 * Both are wider by what they may repeat. The gain has (8 g)^2 = 0.005 in the difference of 8 W,
 * (12 g)^2 in the busy power and (4 g)^2 in the idle one. At half of the time busy, 8 W: a quarter
 * of each spread. */
static void by_hand(void **state)
{
    (void)state;
    const double off[] = {-0.1, 0.2, -0.2, 0.1, 0}, d = sqrt(0.015), rest[] = {d, -d, 0};
    const double b = 0.005 * pow(widening(off, 5, sqrt(0.005)), 2);
    const double i = 0.005 * pow(widening(rest, 3, sqrt(0.005)), 2);
    struct pm_energy_window busy[5], idle[3];
    for (size_t k = 0; k < 5; k++)
        busy[k] = (struct pm_energy_window){8.5 * (12 + off[k]), 8.5, 25};
    for (size_t k = 0; k < 3; k++)
        idle[k] = (struct pm_energy_window){8.5 * (4 + rest[k]), 8.5, 0};
    struct pm_energy_data data = {busy, idle, 5, 3, 1, sqrt(0.005 / 64), NAN};
    struct pm_energy e = analyse(&data, 0.95);
    is_interval(e.busy_w, 12, half_of(b, 0, 0.01125));
    is_interval(e.idle_w, 4, half_of(0, i, 0.00125));
    is_interval(e.above_idle_w, 8, half_of(b, i, 0.005));
    is_interval(e.net_j, 8 * 0.34, 0.34 * half_of(b, i, 0.005));
    is_interval(e.total_j, 12 * 0.34, 0.34 * half_of(b, 0, 0.01125));
    is_interval(at_rate(&data, 0.5 / 0.34), 8, half_of(b / 4, i / 4, 0.005));
    assert_close(e.run_s, 0.34, 1e-12);
    is_interval(at_rate(&data, 0), 4, e.idle_w.hi - 4);
    is_interval(at_rate(&data, 1.01 / 0.34), 12, e.busy_w.hi - 12);
}

/* 10 W within 1.959964 x 5 %; the gain of a difference is that of the difference. */
static void the_gain(void **state)
{
    (void)state;
    const struct pm_energy_window busy = {85, 8.5, 25}, idle = {23.85, 9, 0};
    struct pm_energy_data data = {&busy, &idle, 1, 1, 0, 0.05, NAN};
    struct pm_energy e = analyse(&data, 0.95);
    is_interval(e.busy_w, 10, 0.979982);
    is_interval(e.above_idle_w, 7.35, 1.959964 * 0.05 * 7.35);
    is_interval(e.net_j, 7.35 * 0.34, 1.959964 * 0.05 * 7.35 * 0.34);
    data.gain_rel = 0.01;
    is_interval(analyse(&data, 0.95).busy_w, 10, 0.1959964);
    is_interval(analyse(&data, 0.99).busy_w, 10, 0.2575829);
    data.gain_rel = 0.6;
    assert_close(analyse(&data, 0.95).busy_w.lo, 0, 0);
    data.gain_rel = 0;
    is_interval(analyse(&data, 0.95).busy_w, 10, 0);
}

/* One window: T / (sqrt(6) L) of each power, 10 W over 8.5 s and 2.65 W over 9 s with T = 0.7 s;
 * and the same edges, by the root of three, for three windows that are all alike. */
static void edges_of_a_counter(void **state)
{
    (void)state;
    const struct pm_energy_window busy[3] = {{85, 8.5, 25}, {85, 8.5, 25}, {85, 8.5, 25}};
    const struct pm_energy_window idle = {23.85, 9, 0};
    struct pm_energy_data data = {busy, &idle, 1, 1, 0, 0, 700};
    double of_busy = 10 * 0.7 / 8.5 / sqrt(6), of_idle = 2.65 * 0.7 / 9 / sqrt(6);
    struct pm_energy e = analyse(&data, 0.95);
    is_interval(e.busy_w, 10, 1.959964 * of_busy);
    is_interval(e.total_j, 3.4, 1.959964 * of_busy * 0.34);
    is_interval(e.idle_w, 2.65, 1.959964 * of_idle);
    is_interval(e.above_idle_w, 7.35, 1.959964 * hypot(of_busy, of_idle));
    is_interval(e.net_j, 7.35 * 0.34, 1.959964 * hypot(of_busy, of_idle) * 0.34);
    data.n_busy = 3;
    is_interval(analyse(&data, 0.95).busy_w, 10, 1.959964 * of_busy / sqrt(3));
    data.gain_rel = 0.02;
    is_interval(analyse(&data, 0.95).busy_w, 10, 1.959964 * hypot(of_busy / sqrt(3), 0.2));
}

/* Totals: the figures agree among themselves whatever the windows' lengths. A clock that falls
 * makes inferences longer and watts fewer: 25 inferences take 100 J at any speed, and their energy
 * is sure while the power is not. */
static void totals_agree(void **state)
{
    (void)state;
    const struct pm_energy_window busy[] = {{97, 8.7, 25}, {144, 12.9, 38}, {52, 5.1, 14}};
    const struct pm_energy_window clock[] = {{100, 10, 25}, {100, 11.3, 25}, {100, 8.9, 25}};
    const struct pm_energy_window idle[] = {{23, 9, 0}, {31, 11.7, 0}};
    struct pm_energy_data data = {busy, idle, 3, 2, 1, 0.02, 100};
    struct pm_energy e = analyse(&data, 0.95);
    assert_close(e.busy_w.value, 293 / 26.7, 1e-12);
    assert_close(e.total_j.value, e.busy_w.value * e.run_s, 1e-12);
    assert_close(e.net_j.value, e.above_idle_w.value * e.run_s, 1e-12);
    assert_close(at_rate(&data, (1 - 1e-9) / e.run_s).value, e.busy_w.value, 1e-6);
    assert_close(at_rate(&data, 1.7).value, e.idle_w.value + 1.7 * e.net_j.value, 1e-12);
    data = (struct pm_energy_data){clock, idle, 3, 2, 1, 0, NAN};
    e = analyse(&data, 0.95);
    is_interval(e.total_j, 4, 0);
    assert_true(e.busy_w.hi > 1.2 * e.busy_w.value);
}

/* Two windows have one degree of freedom: t = tan(pi (p - 1/2)), 6366.198 at 99.99 %; and nothing
 * says that they do not repeat one another. */
static void two_windows_at_the_highest_confidence(void **state)
{
    (void)state;
    const struct pm_energy_window busy[] = {{85.0001, 8.5, 25}, {84.9999, 8.5, 25}};
    struct pm_energy_data data = {.busy = busy, .n_busy = 2, .period_ms = NAN};
    const double half = analyse(&data, 0.9999).busy_w.hi - 10;
    assert_between(half, 2 * 6366.198 * 0.0001 / 8.5, 20 * 6366.198 * 0.0001 / 8.5);
}

static void busy_below_idle_is_given_as_it_came_out(void **state)
{
    (void)state;
    const struct pm_energy_window busy[] = {{50.3, 10, 25}, {49.2, 10, 25}, {50.8, 10, 25}};
    const struct pm_energy_window idle[] = {{51.1, 10, 0}, {50.4, 10, 0}, {49.6, 10, 0}};
    struct pm_energy_data data = {busy, idle, 3, 3, 2, 0.02, 100};
    struct pm_energy e = analyse(&data, 0.95);
    assert_close(e.above_idle_w.value, -0.0266666667, 1e-6);
    assert_true(e.above_idle_w.lo < -0.05 && e.above_idle_w.hi > 0);
    assert_true(e.net_j.lo < e.net_j.value && e.net_j.value < 0 && e.net_j.hi > 0);
    data.busy = (const struct pm_energy_window[]){{51.9, 10, 25}, {49.2, 10, 25}, {50.8, 10, 25}};
    e = analyse(&data, 0.95);
    assert_true(e.net_j.value > 0);
    assert_close(e.net_j.lo, 0, 0);
    assert_close(e.above_idle_w.lo, 0, 0);
}

static void what_was_not_measured_is_unknown(void **state)
{
    (void)state;
    const struct pm_energy_window busy = {85, 8.5, 25};
    const struct pm_energy_window idle[] = {{40, 10, 0}, {41, 10, 0}, {44, 10, 0}};
    struct pm_energy_data data = {.busy = &busy, .n_busy = 1, .period_ms = NAN};
    struct pm_energy e = analyse(&data, 0.95);
    assert_true(pm_known(e.busy_w) && pm_known(e.total_j));
    assert_true(!pm_known(e.idle_w) && !pm_known(e.net_j) && !pm_known(e.above_idle_w));
    assert_close(e.idle_change_rel, NAN, 0);
    assert_true(!pm_known(at_rate(&data, 1)) && !pm_known(at_rate(&data, 99)));

    data = (struct pm_energy_data){.idle = idle, .n_idle = 3, .n_idle_before = 1, .period_ms = NAN};
    e = analyse(&data, 0.95);
    assert_true(pm_known(e.idle_w) && !pm_known(e.busy_w) && !pm_known(e.total_j));
    assert_true(!pm_known(e.net_j) && !pm_known(e.above_idle_w) && !pm_known(at_rate(&data, 1)));
    assert_close(e.run_s, NAN, 0);
    assert_close(e.idle_change_rel, 4.25 / 4 - 1, 1e-12);
    assert_true(e.idle_drift);
    data.n_idle_before = 2;
    data.n_idle = 3;
    assert_close(analyse(&data, 0.95).idle_change_rel, 4.4 / 4.05 - 1, 1e-12);
    data.n_idle_before = 1;
    data.n_idle = 2;
    assert_true(!analyse(&data, 0.95).idle_drift);
    data.n_idle_before = 2;
    assert_close(analyse(&data, 0.95).idle_change_rel, NAN, 0);

    data = (struct pm_energy_data){.period_ms = NAN};
    e = analyse(&data, 0.95);
    assert_true(!pm_known(e.busy_w) && !pm_known(e.idle_w) && !pm_known(at_rate(&data, 1)));
}

static void refused(const struct pm_energy_data *data, double confidence, const char *why)
{
    struct pm_energy e = {.run_s = 77};
    struct pm_quantity q = {.value = 78};
    struct pm_err err = {0};
    assert_int_equal(pm_energy_analyse(data, confidence, &e, &err), -1);
    assert_int_equal(err.code, PM_EDATA);
    if (strstr(err.msg, why) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", why, err.msg);
    assert_int_equal(pm_energy_at_rate(data, 1, confidence, &q, NULL), -1);
    assert_close(e.run_s, 77, 0);
    assert_close(q.value, 78, 0);
}

static void refusals(void **state)
{
    (void)state;
    const struct pm_energy_window fine[] = {{85, 8.5, 25}, {84, 8.4, 25}};
    const struct pm_energy_window bad[] = {
        {0, 8, 25},         {-1, 8, 25},   {NAN, 8, 25},      {85, 0, 25}, {85, -8, 25},
        {85, INFINITY, 25}, {85, NAN, 25}, {INFINITY, 8, 25}, {85, 8, 0},  {85, 8, -25}};
    const struct pm_energy_window idle[] = {{40, 10, 0}, {41, 10, 3}};
    const struct pm_energy_data good = {fine, idle, 2, 1, 0, 0.02, 100};
    struct pm_quantity q = {.value = 78};
    analyse(&good, 0.9999);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct pm_energy_window busy[] = {fine[0], bad[i]};
        struct pm_energy_data data = good;
        data.busy = busy;
        refused(&data, 0.95, "busy window 2 of 2");
    }
    struct pm_energy_data data = good;
    data.n_idle = 2;
    refused(&data, 0.95, "idle window 2 of 2");
    data = good;
    data.n_idle_before = 2;
    refused(&data, 0.95, "before the busy ones");
    const double numbers[] = {-0.01, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        data = good;
        data.gain_rel = numbers[i];
        refused(&data, 0.95, "gain");
        data = good;
        data.period_ms = numbers[i];
        refused(&data, 0.95, "period");
        assert_int_equal(pm_energy_at_rate(&good, numbers[i], 0.95, &q, NULL), -1);
    }
    data = good;
    data.gain_rel = NAN;
    refused(&data, 0.95, "gain");
    assert_int_equal(pm_energy_at_rate(&good, NAN, 0.95, &q, NULL), -1);
    assert_close(q.value, 78, 0);
    const double confidences[] = {0.49, 0.99991, 1, 95, NAN};
    for (size_t i = 0; i < 5; i++)
        refused(&good, confidences[i], "confidence");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(the_gain),
        cmocka_unit_test(edges_of_a_counter),
        cmocka_unit_test(totals_agree),
        cmocka_unit_test(two_windows_at_the_highest_confidence),
        cmocka_unit_test(busy_below_idle_is_given_as_it_came_out),
        cmocka_unit_test(what_was_not_measured_is_unknown),
        cmocka_unit_test(refusals),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
