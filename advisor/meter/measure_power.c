/* SPDX-License-Identifier: MIT
 * The energy side of a measurement. Power and latency come from the same run: the inferences of a
 * busy window are samples like all others. */
#include "base/clock.h"
#include "meter/session.h"
#include "sensor/meter.h"
#include "stats/energy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SUSTAINED_WINDOWS 64
#define FIRST_WINDOWS     3
#define FIRST_MS          3e3 /* or fewer, where an inference takes longer */

bool pm_session_wants_power(const struct pm_session *s)
{
    return s->plan->power != NULL || s->plan->power_window_ms > 0;
}

static double window_ms(const struct pm_session *s)
{
    return s->plan->power != NULL ? pm_power_meter_info(s->plan->power)->window_ms
                                  : s->plan->power_window_ms;
}

/* One inference alone would outlast the candidate's time: its rest is too long for a window. */
static bool rests_too_long(const struct pm_session *s)
{
    return s->plan->hold_ms <= 0 && s->begin_ms + s->plan->interval_ms > pm_session_end_ms(s);
}

static size_t parts(const struct pm_session *s)
{
    return s->plan->power != NULL ? (size_t)pm_power_meter_info(s->plan->power)->parts : 1;
}

static double part_ms(const struct pm_session *s)
{
    return window_ms(s) / (double)parts(s);
}

static double settle_ms(const struct pm_session *s)
{
    return s->plan->power != NULL ? pm_power_meter_info(s->plan->power)->settle_ms : 0;
}

static bool lost(const struct pm_session *s)
{
    return s->m->power_cause[0] != '\0';
}

static bool reserve(struct pm_measurement *m)
{
    if (m->windows < m->windows_cap)
        return true;
    const size_t cap = m->windows_cap == 0 ? 16 : 2 * m->windows_cap;
    struct pm_measured_window *w = realloc(m->window, cap * sizeof *w);
    if (w == NULL)
        return false;
    m->window = w;
    m->windows_cap = cap;
    return true;
}

static struct pm_measured_window open_window(struct pm_session *s, double *begin_ms)
{
    const struct pm_measured_window w = {.from_s = pm_clock_epoch_s(), .joules = (double)NAN};
    *begin_ms = pm_clock_ms();
    if (s->plan->power != NULL)
        pm_power_meter_begin(s->plan->power);
    return w;
}

/* A window that is not known is a cause, and no figure. keep: false when it is to be forgotten. */
static void close_window(struct pm_session *s, struct pm_measured_window *w, double begin_ms,
                         bool keep)
{
    struct pm_measurement *m = s->m;
    w->seconds = (pm_clock_ms() - begin_ms) / 1e3;
    if (s->plan->power != NULL) {
        struct pm_window got = {.known = false};
        pm_power_meter_end(s->plan->power, &got);
        w->joules = got.joules;
        w->seconds = got.seconds;
        if (!got.known && keep)
            snprintf(m->power_cause, sizeof m->power_cause, "%s", got.why);
        keep = keep && got.known;
    }
    if (!keep)
        return;
    if (!reserve(m)) {
        s->nomem = true;
        return;
    }
    m->window[m->windows++] = *w;
}

void pm_session_open_block(struct pm_session *s)
{
    s->block_from_s = pm_clock_epoch_s();
    s->block_begin_ms = pm_clock_ms();
    s->block_first = s->runs_made;
}

void pm_session_close_block(struct pm_session *s)
{
    const struct pm_measured_window w = {.from_s = s->block_from_s,
                                         .seconds = (pm_clock_ms() - s->block_begin_ms) / 1e3,
                                         .joules = (double)NAN,
                                         .runs = s->runs_made - s->block_first};
    if (pm_session_wants_power(s) || w.runs == 0)
        return;
    if (reserve(s->m))
        s->m->window[s->m->windows++] = w;
    else
        s->nomem = true;
}

bool pm_session_idle_windows(struct pm_session *s)
{
    if (!pm_session_wants_power(s) || lost(s))
        return true;
    pm_session_progress(s, "idle power");
    if (settle_ms(s) > 0 && !pm_session_wait(s, pm_clock_ms() + settle_ms(s)))
        return false;
    for (size_t i = 0; i < PM_IDLE_WINDOWS * parts(s) && !lost(s); i++) {
        double begin_ms;
        struct pm_measured_window w = open_window(s, &begin_ms);
        const bool whole = pm_session_wait(s, begin_ms + part_ms(s));
        close_window(s, &w, begin_ms, whole);
        if (!whole)
            return false;
        pm_session_progress(s, "idle power");
    }
    return true;
}

/* Inferences that fill a time: their own time, or their rest included. */
static size_t runs_for(const struct pm_session *s, double ms)
{
    const struct pm_measurement *m = s->m;
    const double each = m->n > 0 ? m->ms[m->n - 1] : m->first_ms;
    const double n = ceil(ms / fmax(fmax(each, s->plan->interval_ms), 1e-3));
    return (size_t)fmin(fmax(n, 1), 1e6);
}

/* ms > 0: until so much time has passed, however long single runs take; 0: n runs. */
static bool busy_window(struct pm_session *s, double ms, size_t n)
{
    double begin_ms;
    struct pm_measured_window w = open_window(s, &begin_ms);
    bool whole = true;
    for (double left = ms; whole && (w.runs == 0 || left > 0);
         left = begin_ms + ms - pm_clock_ms()) {
        const size_t some = ms > 0 ? runs_for(s, left) : n;
        whole = pm_session_run(s, some, true);
        w.runs += some;
    }
    close_window(s, &w, begin_ms, whole);
    return whole;
}

/* Every second window goes, and what it stood for with it: the rest still spans the run. */
static void thin_out(struct pm_measurement *m)
{
    size_t kept = 0;
    while (kept < m->windows && m->window[kept].runs == 0) /* the idle ones stay */
        kept++;
    for (size_t i = kept; i < m->windows; i += 2)
        m->window[kept++] = m->window[i];
    m->windows = kept;
}

bool pm_session_run_metered(struct pm_session *s, size_t n)
{
    if (!pm_session_wants_power(s) || lost(s))
        return pm_session_run(s, n, true);
    if (s->m->windows >= SUSTAINED_WINDOWS)
        thin_out(s->m);
    return busy_window(s, 0, n);
}

/* The windows together, and what settling takes. */
static double needed_ms(const struct pm_session *s)
{
    const struct pm_measurement *m = s->m;
    const double each = m->n > 0 ? m->ms[m->n - 1] : m->first_ms;
    return PM_BUSY_WINDOWS * fmax(window_ms(s), fmax(each, s->plan->interval_ms)) +
           2 * PM_IDLE_WINDOWS * window_ms(s) + 3 * settle_ms(s);
}

/* Of the busy windows so far, which are looked at twice. One alone has no spread: a tenth stands
 * for what it does not show. */
static bool draws_too_much(const struct pm_session *s, size_t first)
{
    const struct pm_power_info *meter = pm_power_meter_info(s->plan->power);
    struct pm_energy_window window[FIRST_WINDOWS * PM_WINDOW_PARTS];
    struct pm_energy energy;
    struct pm_energy_data data = {.busy = window,
                                  .gain_rel = isfinite(meter->gain_rel) ? meter->gain_rel : 0,
                                  .period_ms = meter->period_ms};
    for (size_t i = first; i < s->m->windows && data.n_busy < FIRST_WINDOWS * parts(s); i++) {
        const struct pm_measured_window *w = &s->m->window[i];
        window[data.n_busy++] = (struct pm_energy_window){w->joules, w->seconds, (long)w->runs};
    }
    const double confidence = fmin(1 - (1 - s->plan->confidence) / 2, PM_ENERGY_CONFIDENCE_MAX);
    if (data.n_busy == 0 || pm_energy_analyse(&data, confidence, &energy, NULL) != 0)
        return false;
    const double unseen = data.n_busy == 1 ? 1.1 : 1;
    return (s->plan->most_w > 0 && energy.busy_w.lo > unseen * s->plan->most_w) ||
           (s->plan->most_j > 0 && energy.total_j.lo > unseen * s->plan->most_j);
}

bool pm_session_power_first(struct pm_session *s)
{
    const size_t first = s->m->windows;
    const double begin_ms = pm_clock_ms();
    if (s->drew || s->plan->hold_ms > 0 || s->plan->power == NULL ||
        !(s->plan->most_w > 0 || s->plan->most_j > 0) || rests_too_long(s))
        return true;
    s->drew = true;
    pm_session_progress(s, "power");
    if (!pm_session_run(s, runs_for(s, settle_ms(s)), false))
        return false;
    bool enough = false, too_much = false;
    for (size_t i = 0; i < FIRST_WINDOWS * parts(s) && !enough && !lost(s); i++) {
        if (!busy_window(s, part_ms(s), 0))
            return false;
        /* far above the limit the parts of one window are enough */
        too_much = parts(s) > 1 && i + 1 == parts(s) && draws_too_much(s, first);
        enough = too_much || pm_clock_ms() - begin_ms >= FIRST_MS;
    }
    if (lost(s)) { /* what is wrong with the sensor is found again, when the latency is known */
        s->m->power_cause[0] = '\0';
        s->m->windows = first;
        return true;
    }
    s->rejected = s->finished = s->m->power_whole = too_much || draws_too_much(s, first);
    if (s->rejected)
        s->m->outcome = PM_MEASURED_PARTIAL;
    else
        s->m->windows = first; /* the whole set follows the latency */
    return true;
}

bool pm_session_measure_power(struct pm_session *s)
{
    if (!pm_session_wants_power(s) || s->rejected)
        return true;
    if (rests_too_long(s)) {
        snprintf(s->m->power_cause, sizeof s->m->power_cause,
                 "a window of energy takes longer than a candidate may: %.0f s for %d images, "
                 "one every %g s",
                 needed_ms(s) / 1e3, PM_BUSY_WINDOWS, s->plan->interval_ms / 1e3);
        return true;
    }
    if (pm_clock_ms() + needed_ms(s) > s->plan->deadline_ms) {
        snprintf(s->m->power_cause, sizeof s->m->power_cause,
                 "the time limit left no time for it (%.0f s)", needed_ms(s) / 1e3);
        return true;
    }
    if (!pm_session_idle_windows(s))
        return false;
    pm_session_progress(s, "power");
    /* the first runs after a rest are slower, and the sensor's average still holds the rest */
    s->next_tick_ms = 0;
    if (!lost(s) && !pm_session_run(s, runs_for(s, settle_ms(s)), false))
        return false;
    const double end_ms = pm_clock_ms() + PM_BUSY_WINDOWS * window_ms(s);
    for (size_t i = 0; i < PM_BUSY_WINDOWS * parts(s) && !lost(s); i++) {
        if (i >= PM_BUSY_WINDOWS && pm_clock_ms() >= end_ms)
            break; /* each takes as long as an inference */
        if (!busy_window(s, part_ms(s), 0))
            return false;
    }
    const bool over = !pm_session_idle_windows(s);
    s->m->power_whole = !over && !lost(s);
    return !over;
}
