/* SPDX-License-Identifier: MIT */
#include "sensor/meter.h"

#include "base/clock.h"
#include "sensor/live_read.h"
#include "sensor/sampler.h"
#include "sensor/words.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A window of 100 update periods: the rms error at its ends is 0.4 % of a counter's reading. */
#define WINDOW_PERIODS 100.0
#define WINDOW_MIN_MS  1000.0
/* With idle before and after, warm-up and repeats a network takes about a dozen windows: beyond
 * this it is the user who decides to wait. */
#define WINDOW_MAX_MS   30e3
#define NETWORK_WINDOWS 12.0
/* Gauges are polled at their own period, no faster than this, and at this where it is unknown. */
#define POLL_MIN_MS     5.0
#define POLL_UNKNOWN_MS 50.0
/* A stream has stalled after so many of its periods, and not for a mere hiccup of the scheduler. */
#define STALL_PERIODS 3.0
#define STALL_MIN_MS  250.0
#define SAMPLES_MIN   5
#define LOST_SHARE    0.05

/* ---- opening ---- */

static void describe(struct pm_power_meter *m, const struct pm_watch *seen, double gain_rel)
{
    const struct pm_source *s = m->source;
    m->info = (struct pm_power_info){
        .kind = s->kind,
        .scope = s->scope,
        .period_ms = seen->period_ms,
        .observed = seen->observed,
        .gain_rel = isnan(gain_rel) ? s->gain_rel : gain_rel,
        .settle_ms = s->settle_ms,
        .window_ms = WINDOW_MIN_MS,
        .parts = 1,
        .assumed_w = s->assumed_w,
        .seen_w = seen->seen_w,
    };
    memcpy(m->info.name, s->name, sizeof m->info.name);
    m->poll_ms = isnan(seen->period_ms) ? POLL_UNKNOWN_MS : fmax(seen->period_ms, POLL_MIN_MS);
    m->stall_ms = fmax(STALL_PERIODS * seen->period_ms, STALL_MIN_MS);
    if (s->kind != PM_ASSUMED) {
        const double update = isnan(seen->period_ms) ? m->poll_ms : seen->period_ms;
        m->info.window_ms = fmax(WINDOW_PERIODS * update, WINDOW_MIN_MS);
        m->info.parts = PM_WINDOW_PARTS;
    }
}

static enum pm_found judge_window(struct pm_power_meter *m, double window_ms,
                                  struct pm_refusal *why)
{
    const double wanted = m->info.window_ms, least = SAMPLES_MIN * 1.5 * m->poll_ms;
    if (!isnan(window_ms)) {
        m->info.window_ms = window_ms;
        m->info.parts = 1;
        if (window_ms >= least || m->info.kind == PM_ASSUMED)
            return PM_FOUND;
        pm_refuse(why, PM_REFUSED, "", "a window of %s holds too few of its updates, one every %s",
                  pm_words_period(window_ms).text, pm_words_period(m->poll_ms).text);
        snprintf(why->remedy, sizeof why->remedy, "--power-window %.0fms at least", ceil(least));
        return PM_REFUSED;
    }
    if (wanted <= WINDOW_MAX_MS)
        return PM_FOUND;
    pm_refuse(why, PM_REFUSED, "",
              "it updates every %s, so that a window takes %s and a network %s",
              pm_words_period(m->info.period_ms).text, pm_words_duration(wanted).text,
              pm_words_duration(wanted * NETWORK_WINDOWS).text);
    snprintf(why->remedy, sizeof why->remedy,
             "--power-window %.0fs accepts that; a shorter one is less precise", wanted / 1e3);
    return PM_REFUSED;
}

static enum pm_found init(struct pm_power_meter *m, double gain_rel, double window_ms,
                          struct pm_refusal *why)
{
    struct pm_watch seen = {.period_ms = NAN, .seen_w = m->source->assumed_w};
    if (m->source->kind != PM_ASSUMED) {
        const enum pm_found found = pm_watch_source(m->source, &seen, why);
        if (found != PM_FOUND)
            return found;
    }
    describe(m, &seen, gain_rel);
    const enum pm_found found = judge_window(m, window_ms, why);
    if (found != PM_FOUND)
        return found;
    m->heard_ms = pm_clock_ms();
    m->random = (uint64_t)(m->heard_ms * 1e6) | 1;
    if (!pm_sampler_start(m))
        return PM_FOUND_NOMEM; /* a stack is what a new thread can lack */
    return PM_FOUND;
}

enum pm_found pm_power_meter_open(struct pm_source *source, double gain_rel, double window_ms,
                                  struct pm_power_meter **out, struct pm_refusal *why)
{
    struct pm_power_meter *m = calloc(1, sizeof *m);
    if (m == NULL) {
        source->ops->close(source);
        return PM_FOUND_NOMEM;
    }
    m->source = source;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&m->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&m->lock, NULL);
    const enum pm_found found = init(m, gain_rel, window_ms, why);
    if (found != PM_FOUND)
        pm_power_meter_close(m);
    else
        *out = m;
    return found;
}

const struct pm_power_info *pm_power_meter_info(const struct pm_power_meter *m)
{
    return &m->info;
}

void pm_power_meter_close(struct pm_power_meter *m)
{
    if (m == NULL)
        return;
    pm_sampler_stop(m);
    m->source->ops->close(m->source);
    pthread_cond_destroy(&m->wake);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

/* ---- windows ---- */

void pm_power_meter_begin(struct pm_power_meter *m)
{
    pthread_mutex_lock(&m->lock);
    assert(!m->tally.open);
    struct pm_tally t = {.open = true, .begin_ms = pm_clock_ms()};
    if (m->info.kind == PM_COUNTER) {
        if (pm_sampler_read_counter(m, &t.begin_j, &t.begin_ms) == PM_READING_OK)
            t.samples = 1;
        else
            snprintf(t.fault, sizeof t.fault, "the sensor gave no reading when the window began");
    }
    m->tally = t;
    pthread_cond_signal(&m->wake);
    pthread_mutex_unlock(&m->lock);
}

static void end_counter(struct pm_power_meter *m, struct pm_window *w)
{
    double joules = 0, at_ms = m->tally.begin_ms;
    if (pm_sampler_read_counter(m, &joules, &at_ms) != PM_READING_OK) {
        w->lost++;
        snprintf(w->why, sizeof w->why, "the sensor gave no reading when the window ended");
        return;
    }
    w->samples++;
    w->joules = joules - m->tally.begin_j;
    w->seconds = (at_ms - m->tally.begin_ms) / 1e3;
}

static void end_sampled(struct pm_power_meter *m, struct pm_window *w)
{
    const struct pm_tally *t = &m->tally;
    const double now = pm_clock_ms(), span = t->last_ms - t->first_ms;
    if (m->info.kind == PM_STREAM)
        pm_sampler_check_silence(m, now);
    w->seconds = (now - t->begin_ms) / 1e3;
    if ((double)w->lost > LOST_SHARE * (double)(w->lost + w->samples))
        snprintf(w->why, sizeof w->why, "%zu of %zu readings were lost, more than 5 %%", w->lost,
                 w->lost + w->samples);
    else if (w->samples < SAMPLES_MIN || !(span > 0))
        snprintf(w->why, sizeof w->why, "too few readings: %zu in %.2g s, at least %d are needed",
                 w->samples, w->seconds, SAMPLES_MIN);
    else
        w->joules = t->integral / span * w->seconds;
}

static void judge_energy(const struct pm_power_meter *m, struct pm_window *w)
{
    const double watts = w->joules / w->seconds;
    if (!(w->joules > 0) || !isfinite(watts))
        snprintf(w->why, sizeof w->why, "%s",
                 m->info.kind == PM_COUNTER ? "the counter did not move" : "the sensor read 0 W");
    else if (watts > m->source->limit_w)
        snprintf(w->why, sizeof w->why, "%s", pm_words_implausible(watts, m->source->limit_w).text);
}

void pm_power_meter_end(struct pm_power_meter *m, struct pm_window *out)
{
    pthread_mutex_lock(&m->lock);
    assert(m->tally.open);
    struct pm_window w = {.samples = m->tally.samples, .lost = m->tally.lost};
    if (m->info.kind == PM_ASSUMED) {
        w.seconds = (pm_clock_ms() - m->tally.begin_ms) / 1e3;
        w.joules = w.seconds * m->info.assumed_w;
    } else if (m->info.kind == PM_COUNTER) {
        end_counter(m, &w);
    } else {
        end_sampled(m, &w);
    }
    /* the first cause counts: a broken sensor also loses samples */
    if (m->broken[0] != '\0')
        memcpy(w.why, m->broken, sizeof w.why);
    else if (m->tally.fault[0] != '\0')
        memcpy(w.why, m->tally.fault, sizeof w.why);
    else if (w.why[0] == '\0' && m->info.kind != PM_ASSUMED)
        judge_energy(m, &w);
    w.known = w.why[0] == '\0';
    if (!w.known)
        w.joules = NAN;
    m->tally.open = false;
    pthread_mutex_unlock(&m->lock);
    *out = w;
}
