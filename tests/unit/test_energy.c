/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "close.h"
#include "stats/energy.h"
#include "stats/sample.h"

static struct pm_energy analyse(const struct pm_energy_data *data, double confidence)
{
    struct pm_energy e;
    struct pm_err err = {0};
    if (pm_energy_analyse(data, confidence, &e, &err) != 0)
        fail_msg("refused: %s", err.msg);
    return e;
}

static struct pm_quantity at_rate(const struct pm_energy_data *data, double rate)
{
    struct pm_quantity q;
    struct pm_err err = {0};
    if (pm_energy_at_rate(data, rate, 0.95, &q, &err) != 0)
        fail_msg("refused: %s", err.msg);
    return q;
}

static void is_interval(struct pm_quantity q, double value, double half)
{
    assert_int_equal(q.origin, PM_MEASURED);
    assert_true(q.has_interval);
    assert_close(q.value, value, 1e-12);
    assert_close(q.lo, value - half, 1e-6);
    assert_close(q.hi, value + half, 1e-6);
}

/* ---- by hand ---- */

/* Windows of 8.5 s with 25 inferences of 0.34 s.
 * Busy 12 W: s^2 = (0.2^2 + 0.1^2 + 0 + 0.1^2 + 0.2^2) / 4 = 0.025, by 5 windows 0.005, 4 degrees.
 * Idle 4 W: 4 - d, 4, 4 + d with d^2 = 0.015, s^2 / 3 = 0.005, 2 degrees.
 * The gain, 0.8839 %, has (8 g)^2 = 0.005 in the difference of 8 W: u^2 = 0.015 and
 * nu = 0.015^2 / (0.005^2 / 4 + 0.005^2 / 2) = 9 / 0.75 = 12, t(12) = 2.178813.
 * At half of the time busy, 8 W: u^2 = 0.005 + 0.00125 + 0.00125 = 0.0075 and
 * nu = 0.0075^2 / (0.00125^2 (1/4 + 1/2)) = 48, t(48) = 2.010635.
 * Busy alone: u^2 = 0.005 + (12 g)^2 = 0.01625, nu = 4 x 3.25^2 = 42.25; t(42) = 2.018082 and
 * t(43) = 2.016692. Idle: (4 g)^2 = 0.00125, nu = 2 x 1.25^2 = 3.125. */
static void by_hand(void **state)
{
    (void)state;
    const double off[] = {-0.2, -0.1, 0, 0.1, 0.2};
    struct pm_energy_window busy[5], idle[3];
    for (size_t i = 0; i < 5; i++)
        busy[i] = (struct pm_energy_window){8.5 * (12 + off[i]), 8.5, 25};
    for (size_t i = 0; i < 3; i++)
        idle[i] = (struct pm_energy_window){8.5 * (4 + ((double)i - 1) * sqrt(0.015)), 8.5, 0};
    struct pm_energy_data data = {busy, idle, 5, 3, 1, sqrt(0.005 / 64), NAN};
    struct pm_energy e = analyse(&data, 0.95);
    is_interval(e.above_idle_w, 8, 2.178813 * sqrt(0.015));
    is_interval(e.net_j, 8 * 0.34, 0.34 * 2.178813 * sqrt(0.015));
    is_interval(at_rate(&data, 0.5 / 0.34), 8, 2.010635 * sqrt(0.0075));
    assert_close(e.busy_w.value, 12, 1e-12);
    assert_between((e.busy_w.hi - 12) / sqrt(0.01625), 2.016692, 2.018082);
    assert_close(e.total_j.value, 12 * 0.34, 1e-12);
    assert_close(e.total_j.hi - e.total_j.value, 0.34 * (e.busy_w.hi - 12), 1e-9);
    assert_close(e.idle_w.value, 4, 1e-12);
    assert_between((e.idle_w.hi - 4) / sqrt(0.00625), 2.776445, 3.182446); /* t(4), t(3) */
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

/* Two windows have one degree of freedom: t = tan(pi (p - 1/2)), 6366.198 at 99.99 %. */
static void two_windows_at_the_highest_confidence(void **state)
{
    (void)state;
    const struct pm_energy_window busy[] = {{85.0001, 8.5, 25}, {84.9999, 8.5, 25}};
    struct pm_energy_data data = {.busy = busy, .n_busy = 2, .period_ms = NAN};
    is_interval(analyse(&data, 0.9999).busy_w, 10, 6366.198 * 0.0001 / 8.5);
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

/* ---- does the interval hold the truth? ---- */

#define ROUNDS  10000
#define BUSY_W  9.7
#define IDLE_W  3.8
#define RUN_S   0.033
#define RATE    11.0
#define WINDOWS 6
#define FIGURES 6

/* A counter's period: many inferences long, so that windows of whole ones end at any phase. */
#define COUNTER_S 3.0

static const char *const figure_names[FIGURES] = {"busy W", "idle W",       "total J",
                                                  "net J",  "above idle W", "at a rate W"};

struct setting {
    const char *name;
    size_t n_busy, n_idle;
    double gain_rel;  /* the sensor's, drawn anew for each measurement */
    double stated;    /* what the analysis is told of it */
    double spread;    /* of the power from window to window */
    double period_s;  /* of the sensor */
    double periods;   /* a window has so many, and a random part of one more */
    double remainder; /* not random but this part of a period; NAN: random */
    bool gauge;       /* a load that fluctuates, sampled; else a counter */
};

/* A counter shows what had been used at its last update. */
static double counted(struct pm_rng *rng, double seconds, double watts, double period_s)
{
    double begin = pm_rng_uniform(rng);
    return watts * period_s * (floor(begin + seconds / period_s) - floor(begin));
}

/* Trapezia of samples 0.5 to 1.5 periods apart; a busy machine draws 1.5 x and 0.25 x its mean in
 * turns, 60 % and 40 % of each inference; each sample has noise of 5 %. */
static double sampled(struct pm_rng *rng, double seconds, double watts, bool busy, double period_s)
{
    double last_at = 0, last = 0, joules = 0;
    for (double at = 0; at < seconds;) {
        at = fmin(at + period_s * (0.5 + pm_rng_uniform(rng)), seconds);
        double phase = fmod(at, RUN_S) / RUN_S;
        double now = watts * (!busy ? 1 : phase < 0.6 ? 1.5 : 0.25);
        now *= 1 + pm_rng_gaussian(rng, 0.05);
        joules += (at - last_at) * 0.5 * ((last_at > 0 ? last : now) + now);
        last_at = at;
        last = now;
    }
    return joules;
}

static struct pm_energy_window window(struct pm_rng *rng, const struct setting *s, bool busy,
                                      double gain)
{
    double part = isnan(s->remainder) ? pm_rng_uniform(rng) : s->remainder;
    double seconds = s->period_s * (s->periods + part);
    double runs = fmax(1, round(seconds / RUN_S));
    if (busy)
        seconds = runs * RUN_S; /* whole ones */
    double watts = (busy ? BUSY_W : IDLE_W) * (1 + pm_rng_gaussian(rng, s->spread));
    double joules = s->gauge ? sampled(rng, seconds, watts, busy, s->period_s)
                             : counted(rng, seconds, watts, s->period_s);
    return (struct pm_energy_window){joules * (1 + gain), seconds, busy ? (long)runs : 0};
}

/* Shares of the 95 % intervals that hold the truth; *narrow: of busy_w, were the Gaussian
 * taken for Student's t of five windows; it means something at gain 0 alone. */
static void coverage(const struct setting *s, unsigned long seed, double share[FIGURES],
                     double *narrow)
{
    const double truth[FIGURES] = {BUSY_W,          IDLE_W,
                                   BUSY_W * RUN_S,  (BUSY_W - IDLE_W) * RUN_S,
                                   BUSY_W - IDLE_W, IDLE_W + RATE * (BUSY_W - IDLE_W) * RUN_S};
    struct pm_rng *rng = pm_rng_open(seed);
    int held[FIGURES] = {0}, held_narrow = 0;
    assert_non_null(rng);
    for (int round = 0; round < ROUNDS; round++) {
        struct pm_energy_window busy[WINDOWS], idle[WINDOWS];
        double gain = pm_rng_gaussian(rng, s->gain_rel);
        for (size_t i = 0; i < s->n_busy; i++)
            busy[i] = window(rng, s, true, gain);
        for (size_t i = 0; i < s->n_idle; i++)
            idle[i] = window(rng, s, false, gain);
        struct pm_energy_data data = {busy,          idle,      s->n_busy,         s->n_idle,
                                      s->n_idle / 2, s->stated, s->period_s * 1000};
        struct pm_energy e = analyse(&data, 0.95);
        struct pm_quantity q[FIGURES] = {e.busy_w, e.idle_w,       e.total_j,
                                         e.net_j,  e.above_idle_w, at_rate(&data, RATE)};
        for (size_t i = 0; i < FIGURES; i++)
            held[i] += q[i].lo <= truth[i] && truth[i] <= q[i].hi;
        double half = (e.busy_w.hi - e.busy_w.value) * 1.959964 / 2.776445;
        held_narrow += fabs(e.busy_w.value - BUSY_W) <= half;
    }
    pm_rng_close(rng);
    for (size_t i = 0; i < FIGURES; i++)
        share[i] = (double)held[i] / ROUNDS;
    if (narrow != NULL)
        *narrow = (double)held_narrow / ROUNDS;
}

static void covers(const struct setting *s, unsigned long seed, double least, double most)
{
    double share[FIGURES];
    coverage(s, seed, share, NULL);
    print_message("%-26s gain %3.1f %% spread %3.1f %%:", s->name, 100 * s->gain_rel,
                  100 * s->spread);
    for (size_t i = 0; i < FIGURES; i++)
        print_message(" %.1f", 100 * share[i]);
    print_message("\n");
    for (size_t i = 0; i < FIGURES; i++) {
        if (!(share[i] >= least && share[i] <= most))
            fail_msg("%s: %s: %.4f is not within [%g, %g]", s->name, figure_names[i], share[i],
                     least, most);
    }
}

static const double gains[] = {0.01, 0.02, 0.05};

static void a_counter_is_covered(void **state)
{
    (void)state;
    const double spreads[] = {0, 0.01, 0.02};
    for (size_t g = 0; g < 3; g++) {
        for (size_t i = 0; i < 3; i++) {
            struct setting s = {"counter, 100 periods",
                                5,
                                6,
                                gains[g],
                                gains[g],
                                spreads[i],
                                COUNTER_S,
                                100,
                                NAN,
                                false};
            covers(&s, 41 + g, 0.93, 0.97);
            s.name = "counter, 10 periods";
            s.periods = 10;
            covers(&s, 51 + g, 0.93, 0.97);
        }
    }
}

static void a_fluctuating_load_is_covered(void **state)
{
    (void)state;
    for (size_t g = 0; g < 3; g++) {
        struct setting s = {"gauge, 60 samples",     5,     6,  gains[g], gains[g],
                            0.005 * (double)(g + 1), RUN_S, 60, NAN,      true};
        covers(&s, 61 + g, 0.93, 0.97);
    }
}

/* Welch and Satterthwaite's degrees are on the short side when two or three windows spread more
 * than the gain is uncertain: 92 % is what they are good for. */
static void three_windows_are_a_little_short(void **state)
{
    (void)state;
    struct setting s = {"three windows", 3, 6, 0.01, 0.01, 0.02, COUNTER_S, 100, NAN, false};
    covers(&s, 65, 0.915, 0.97);
    s.spread = 0.04;
    covers(&s, 66, 0.915, 0.97);
}

/* Nothing but the edges, a triangular error, and the gain: a spread from window to window would not
 * be seen in one. */
static void one_window_of_a_counter_is_covered(void **state)
{
    (void)state;
    const double with_none[] = {0, 0.01, 0.02, 0.05};
    for (size_t g = 0; g < 4; g++) {
        struct setting s = {"one window, 100 periods",
                            1,
                            1,
                            with_none[g],
                            with_none[g],
                            0,
                            COUNTER_S,
                            100,
                            NAN,
                            false};
        covers(&s, 71 + g, 0.93, 0.97);
        s.name = "one window, 10 periods";
        s.periods = 10;
        covers(&s, 81 + g, 0.93, 0.97);
    }
}

/* Windows whose lengths have one remainder modulo the period: the edges are alike, and their spread
 * says less than they may be off. Were it trusted, 85 % of the intervals would hold at a gain of
 * 1 %. Too wide is all they may be. */
static void alike_edges_are_not_trusted(void **state)
{
    (void)state;
    for (size_t g = 0; g < 3; g++) {
        struct setting s = {
            "edges alike, 10 periods", 5, 6, gains[g], gains[g], 0.01, COUNTER_S, 10, 0.2, false};
        covers(&s, 91 + g, 0.93, 1);
    }
}

/* What the figures above are worth: they fall below 93 % when the gain, or Student's t, is left
 * out. */
static void without_the_gain_or_students_t_it_is_not_covered(void **state)
{
    (void)state;
    double share[FIGURES], narrow;
    struct setting s = {"gain left out", 5, 6, 0.02, 0, 0.01, COUNTER_S, 100, NAN, false};
    coverage(&s, 101, share, NULL);
    print_message("gain left out: busy W %.3f, net J %.3f\n", share[0], share[3]);
    for (size_t i = 0; i < FIGURES; i++)
        assert_between(share[i], 0, 0.80);
    s = (struct setting){"no gain", 5, 6, 0, 0, 0.02, COUNTER_S, 100, NAN, false};
    coverage(&s, 102, share, &narrow);
    print_message("five windows, no gain: Student's t %.3f, Gaussian %.3f\n", share[0], narrow);
    assert_between(share[0], 0.93, 0.97);
    assert_between(narrow, 0, 0.91);
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
        cmocka_unit_test(a_counter_is_covered),
        cmocka_unit_test(a_fluctuating_load_is_covered),
        cmocka_unit_test(three_windows_are_a_little_short),
        cmocka_unit_test(one_window_of_a_counter_is_covered),
        cmocka_unit_test(alike_edges_are_not_trusted),
        cmocka_unit_test(without_the_gain_or_students_t_it_is_not_covered),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
