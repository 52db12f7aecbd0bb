/* SPDX-License-Identifier: MIT
 * Do the intervals of watts and joules hold the truth? By simulation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "base/err.h"
#include "close.h"
#include "stats/energy.h"
#include "stats/sample.h"
#include "windows.h"

#define ROUNDS  600
#define BUSY_W  9.7
#define IDLE_W  3.8
#define RUN_S   0.033
#define RATE    11.0
#define WINDOWS 20
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
    double repeats;   /* correlation of the spread of neighbouring windows */
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

/* spread: of the window before, in standard deviations; becomes that of this one. */
static struct pm_energy_window window(struct pm_rng *rng, const struct setting *s, bool busy,
                                      double gain, double *spread)
{
    *spread = s->repeats * *spread + pm_rng_gaussian(rng, sqrt(1 - s->repeats * s->repeats));
    double part = isnan(s->remainder) ? pm_rng_uniform(rng) : s->remainder;
    double seconds = s->period_s * (s->periods + part);
    double runs = fmax(1, round(seconds / RUN_S));
    if (busy)
        seconds = runs * RUN_S; /* whole ones */
    double watts = (busy ? BUSY_W : IDLE_W) * (1 + s->spread * *spread);
    double joules = s->gauge ? sampled(rng, seconds, watts, busy, s->period_s)
                             : counted(rng, seconds, watts, s->period_s);
    return (struct pm_energy_window){joules * (1 + gain), seconds, busy ? (long)runs : 0};
}

/* Half-width of the power of windows of one length, by their spread alone. */
static double students(const struct pm_energy_window *w, size_t n)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        mean += w[i].joules / w[i].seconds / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += pow(w[i].joules / w[i].seconds - mean, 2);
    return gsl_cdf_tdist_Pinv(0.975, (double)n - 1) * sqrt(squares / (double)(n * (n - 1)));
}

/* Shares of the 95 % intervals that hold the truth; *narrow: of busy_w, were its windows taken for
 * independent; it means something at gain 0 alone. */
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
        double gain = pm_rng_gaussian(rng, s->gain_rel), spread = pm_rng_gaussian(rng, 1);
        for (size_t i = 0; i < s->n_busy; i++)
            busy[i] = window(rng, s, true, gain, &spread);
        spread = pm_rng_gaussian(rng, 1);
        for (size_t i = 0; i < s->n_idle; i++)
            idle[i] = window(rng, s, false, gain, &spread);
        struct pm_energy_data data = {busy,          idle,      s->n_busy,         s->n_idle,
                                      s->n_idle / 2, s->stated, s->period_s * 1000};
        struct pm_energy e = analyse(&data, 0.95);
        struct pm_quantity q[FIGURES] = {e.busy_w, e.idle_w,       e.total_j,
                                         e.net_j,  e.above_idle_w, at_rate(&data, RATE)};
        for (size_t i = 0; i < FIGURES; i++)
            held[i] += q[i].lo <= truth[i] && truth[i] <= q[i].hi;
        held_narrow += fabs(e.busy_w.value - BUSY_W) <= students(busy, s->n_busy);
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

#define GAINS 2
static const double gains[GAINS] = {0.01, 0.05};

static void a_counter_is_covered(void **state)
{
    (void)state;
    const double spreads[] = {0, 0.01, 0.02};
    for (size_t g = 0; g < GAINS; g++) {
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
                                false,
                                0};
            covers(&s, 41 + g, 0.93, 1);
            s.name = "counter, 10 periods";
            s.periods = 10;
            covers(&s, 51 + g, 0.93, 1);
        }
    }
}

static void a_fluctuating_load_is_covered(void **state)
{
    (void)state;
    for (size_t g = 0; g < GAINS; g++) {
        struct setting s = {"gauge, 60 samples",
                            5,
                            6,
                            gains[g],
                            gains[g],
                            0.005 * (double)(g + 1),
                            RUN_S,
                            60,
                            NAN,
                            true,
                            0};
        covers(&s, 61 + g, 0.93, 1);
    }
}

static void three_windows_are_covered(void **state)
{
    (void)state;
    struct setting s = {.name = "three windows",
                        .n_busy = 3,
                        .n_idle = 6,
                        .gain_rel = 0.01,
                        .stated = 0.01,
                        .spread = 0.02,
                        .period_s = COUNTER_S,
                        .periods = 100,
                        .remainder = NAN};
    covers(&s, 65, 0.93, 1);
    s.spread = 0.04;
    covers(&s, 66, 0.93, 1);
}

/* A machine that warms, or whose clock wanders: neighbouring windows are alike, and Student's
 * interval, which takes them for independent, is far too narrow. */
static void windows_that_repeat_one_another_are_covered(void **state)
{
    (void)state;
    const double repeats[] = {0, 0.6, 0.9};
    struct setting s = {.name = "20 windows",
                        .n_busy = 20,
                        .n_idle = 20,
                        .spread = 0.02,
                        .period_s = COUNTER_S / 10,
                        .periods = 1000,
                        .remainder = NAN};
    double share[FIGURES], narrow;
    for (size_t i = 0; i < 3; i++) {
        s.repeats = repeats[i];
        coverage(&s, 111 + i, share, &narrow);
        print_message("20 windows, correlated by %.1f:", repeats[i]);
        for (size_t k = 0; k < FIGURES; k++)
            print_message(" %.1f", 100 * share[k]);
        print_message(", Student's %.1f\n", 100 * narrow);
        for (size_t k = 0; k < FIGURES; k++)
            assert_between(share[k], 0.92, 1);
    }
    assert_between(narrow, 0, 0.6);
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
                            false,
                            0};
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
    for (size_t g = 0; g < GAINS; g++) {
        struct setting s = {"edges alike, 10 periods",
                            5,
                            6,
                            gains[g],
                            gains[g],
                            0.01,
                            COUNTER_S,
                            10,
                            0.2,
                            false,
                            0};
        covers(&s, 91 + g, 0.93, 1);
    }
}

/* What the figures above are worth: they fall below 93 % when the gain is left out. */
static void without_the_gain_it_is_not_covered(void **state)
{
    (void)state;
    double share[FIGURES];
    struct setting s = {.name = "gain left out",
                        .n_busy = 20,
                        .n_idle = 20,
                        .gain_rel = 0.02,
                        .spread = 0.01,
                        .period_s = COUNTER_S,
                        .periods = 100,
                        .remainder = NAN};
    coverage(&s, 101, share, NULL);
    print_message("gain left out: busy W %.3f, net J %.3f\n", share[0], share[3]);
    for (size_t i = 0; i < FIGURES; i++)
        assert_between(share[i], 0, 0.80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_counter_is_covered),
        cmocka_unit_test(a_fluctuating_load_is_covered),
        cmocka_unit_test(three_windows_are_covered),
        cmocka_unit_test(windows_that_repeat_one_another_are_covered),
        cmocka_unit_test(one_window_of_a_counter_is_covered),
        cmocka_unit_test(alike_edges_are_not_trusted),
        cmocka_unit_test(without_the_gain_it_is_not_covered),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
