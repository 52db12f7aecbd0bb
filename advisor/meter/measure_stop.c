/* SPDX-License-Identifier: MIT
 * When enough was measured of a candidate, and how many runs lead to the next look. */
#include "base/clock.h"
#include "meter/session.h"
#include "stats/latency.h"

#include <math.h>

#define PRECISION       0.02  /* wanted half-width of p90 */
#define PRECISION_LEVEL 0.975 /* nominal; with looks at n x 1.3 it covers 95 % (simulated) */
#define EXTENSION       3.0   /* of the time, where it will settle the matter */
#define FIRST_LOOK      12
#define DECIDING_BLOCK  18 /* runs of the first process, where a second one follows */
#define LOOKS_GROW      1.2
/* Of runs: 33 looks and a little more. Less would leave a later question about p90 open, and tells
 * too little for a forecast. */
#define PATIENCE_MS 15e3
#define LEFT_RUNS   6 /* that a visit makes before it is left */
#define LEFT_LOOKS  2 /* that would settle it when it is */

static struct pm_runs runs_of(const struct pm_session *s)
{
    const struct pm_measurement *m = s->m;
    return (struct pm_runs){m->ms,
                            m->n,
                            m->start_n,
                            m->starts,
                            s->plan->with_load ? NULL : m->delay_ms,
                            m->n > 0 && isfinite(m->at_ms[0]) ? m->at_ms : NULL};
}

static size_t next_look(const struct pm_session *s)
{
    const size_t n = s->m->n;
    const size_t most = s->plan->max_runs;
    if (s->plan->limit_ms > 0 && most > n && (double)most < LOOKS_GROW * (double)n)
        return most;
    if (s->plan->limit_ms > 0)
        return n == 0 ? pm_looks_first(s->plan->quantile, s->plan->confidence)
                      : (size_t)ceil(LOOKS_GROW * (double)n);
    const size_t grown = n < FIRST_LOOK ? FIRST_LOOK : (size_t)ceil((double)n * 1.3);
    return most > n && most < grown ? most : grown;
}

double pm_session_end_ms(const struct pm_session *s)
{
    return fmin(s->begin_ms + EXTENSION * s->plan->time_ms, s->plan->deadline_ms);
}

static bool out_of_time(const struct pm_session *s)
{
    const double left = s->plan->deadline_ms - pm_clock_ms();
    return left <= 0 || pm_session_elapsed_ms(s) >= s->plan->time_ms || s->m->n >= PM_RUNS_MAX;
}

/* Of earlier visits too. */
static double time_of_runs(const struct pm_session *s)
{
    double ms = 0;
    for (size_t i = 0; i < s->m->n; i++)
        ms += s->m->ms[i];
    return ms;
}

/* Too slow so far, which may be a spell: more runs of it say nothing. When it is over, a few will.
 */
static bool is_left(const struct pm_session *s, const struct pm_latency_verdict *v)
{
    return s->plan->come_back && v->forecast.fails && v->forecast.looks > 0 &&
           v->forecast.looks <= LEFT_LOOKS && s->m->n >= LEFT_RUNS;
}

static int decide(struct pm_session *s, struct pm_err *err)
{
    const struct pm_runs runs = runs_of(s);
    struct pm_latency_verdict v;
    if (pm_latency_judge(&runs, s->plan->limit_ms, s->plan->quantile, s->plan->confidence, &v,
                         err) != 0)
        return -1;
    /* what is sure to settle it within three times the time is not given up; what is not, soon */
    const bool in_reach = v.forecast.looks > 0 &&
                          pm_session_elapsed_ms(s) + v.forecast.ms < EXTENSION * s->plan->time_ms &&
                          pm_clock_ms() < s->plan->deadline_ms;
    const bool late = out_of_time(s) || time_of_runs(s) >= PATIENCE_MS;
    const bool enough = (s->plan->max_runs > 0 && s->m->n >= s->plan->max_runs) || is_left(s, &v);
    if (v.within == PM_WITHIN_UNDECIDED && !enough && (!late || in_reach))
        return 0;
    s->rejected = v.within == PM_WITHIN_NO;
    s->m->outcome = PM_MEASURED_PARTIAL;
    s->finished = true;
    return 0;
}

static int estimate(struct pm_session *s, struct pm_err *err)
{
    const struct pm_runs runs = runs_of(s);
    struct pm_latency l;
    if (pm_latency_analyse(&runs, PRECISION_LEVEL, &l, err) != 0)
        return -1;
    const bool supported = l.p90.has_lo && l.p90.has_hi;
    const bool looked = time_of_runs(s) >= PATIENCE_MS || out_of_time(s);
    const bool precise =
        looked && supported && (l.p90.hi - l.p90.lo) / 2 <= PRECISION * l.p90.value && !l.drift;
    const double left = s->plan->deadline_ms - pm_clock_ms();
    const bool late = left <= 0 || pm_session_elapsed_ms(s) >= EXTENSION * s->plan->time_ms ||
                      s->m->n >= PM_RUNS_MAX;
    const bool enough = s->plan->max_runs > 0 && s->m->n >= s->plan->max_runs;
    if (!precise && !late && !enough && (!supported || !out_of_time(s)))
        return 0;
    s->m->outcome = supported ? PM_MEASURED_COMPLETE : PM_MEASURED_PARTIAL;
    s->finished = true;
    return 0;
}

/* A sustained run takes the time it was given. */
static int hold(struct pm_session *s)
{
    const bool whole = pm_clock_ms() - s->block_begin_ms >= s->plan->hold_ms;
    if (!whole && pm_clock_ms() < s->plan->deadline_ms && s->m->n < PM_RUNS_MAX)
        return 0;
    s->m->sustained = whole;
    s->m->outcome = whole ? PM_MEASURED_COMPLETE : PM_MEASURED_PARTIAL;
    s->finished = true;
    return 0;
}

/* So much of the machine went to other programs that the share would be too large even if they
 * ended now and all the time there is were used: more such runs decide nothing. */
static bool is_spoilt(const struct pm_session *s)
{
    const double most_ms = PM_OTHERS_SHARE * EXTENSION * s->plan->time_ms;
    return !s->plan->with_load && pm_session_elapsed_ms(s) > most_ms &&
           pm_watch_taken_ms(&s->watch) > most_ms;
}

int pm_session_look(struct pm_session *s, struct pm_err *err)
{
    if (s->plan->hold_ms > 0)
        return hold(s);
    if (is_spoilt(s)) {
        s->m->outcome = PM_MEASURED_PARTIAL;
        s->finished = true;
        return 0;
    }
    return s->plan->limit_ms > 0 ? decide(s, err) : estimate(s, err);
}

size_t pm_session_block_size(const struct pm_session *s)
{
    if (s->plan->interval_ms > 0)
        return PM_RUNS_MAX; /* the robot's program is one process */
    if (s->plan->limit_ms > 0)
        return s->m->starts <= 1 ? DECIDING_BLOCK : PM_RUNS_MAX;
    return s->m->starts <= 1   ? FIRST_LOOK
           : s->m->starts == 2 ? (size_t)2 * FIRST_LOOK
                               : PM_RUNS_MAX;
}

size_t pm_session_step_size(const struct pm_session *s, size_t block_left)
{
    const struct pm_measurement *m = s->m;
    if (s->plan->hold_ms > 0) /* a step is a window of about a thirtieth of the time */
        return (size_t)fmax(s->plan->hold_ms / 30 / s->plan->interval_ms, 1);
    size_t step = next_look(s) - m->n;
    step = step < block_left ? step : block_left;
    if (m->n > 0) {
        const double left = pm_session_end_ms(s) - pm_clock_ms();
        const double fit = fmax(left / fmax(m->ms[m->n - 1], s->plan->interval_ms), 1);
        step = (double)step > fit ? (size_t)fit : step;
    }
    return step;
}
