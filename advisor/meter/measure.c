/* SPDX-License-Identifier: MIT */
#include "meter/measure.h"

#include "base/clock.h"
#include "base/err.h"
#include "meter/session.h"
#include "meter/standby.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOAD_TIMEOUT_MS 300e3
#define STARTS_MAX      64
/* An inference that runs this many times its budget is ended. */
#define OVERDUE_FACTOR 5.0
#define OVERDUE_MAX    3
#define FOLLOWS_MS     5.0 /* between two runs that are said to follow one another */

static bool reserve(struct pm_measurement *m, size_t n)
{
    if (n <= m->cap)
        return true;
    size_t cap = m->cap == 0 ? 64 : m->cap;
    while (cap < n)
        cap *= 2;
    double *ms = realloc(m->ms, cap * sizeof *ms);
    if (ms != NULL)
        m->ms = ms;
    double *delay = realloc(m->delay_ms, cap * sizeof *delay);
    if (delay != NULL)
        m->delay_ms = delay;
    double *at = realloc(m->at_ms, cap * sizeof *at);
    if (at != NULL)
        m->at_ms = at;
    if (ms == NULL || delay == NULL || at == NULL)
        return false;
    m->cap = cap;
    return true;
}

double pm_session_elapsed_ms(const struct pm_session *s)
{
    return pm_clock_ms() - s->begin_ms;
}

void pm_session_progress(struct pm_session *s, const char *phase)
{
    if (s->plan->progress == NULL)
        return;
    struct pm_measure_progress now = {.phase = phase,
                                      .runs = s->m->n,
                                      .last_ms = (double)NAN,
                                      .elapsed_ms = pm_session_elapsed_ms(s),
                                      .budget_ms = s->plan->hold_ms > 0 ? s->plan->hold_ms
                                                                        : s->plan->time_ms};
    if (s->m->n > 0)
        now.last_ms = s->m->ms[s->m->n - 1];
    s->plan->progress(s->plan->context, &now);
}

static void keep_run(void *context, double ms, double delay_ms)
{
    struct pm_session *s = context;
    struct pm_measurement *m = s->m;
    if (m->n >= PM_RUNS_MAX) /* enough for every statistic; energy windows go on */
        return;
    if (!reserve(m, m->n + 1)) {
        s->nomem = true;
        return;
    }
    /* to the nanosecond: more digits are not known, and shorter ones keep the file readable */
    m->ms[m->n] = fmax(round(ms * 1e6) / 1e6, 1e-6);
    m->delay_ms[m->n] = round(delay_ms * 1e6) / 1e6;
    m->at_ms[m->n] = s->next_run_ms;
    s->next_run_ms += ms;
    m->n++;
    m->start_n[m->starts - 1]++;
    pm_watch_look(&s->watch);
    pm_session_progress(s, NULL);
}

static void drop_run(void *context, double ms, double delay_ms)
{
    (void)context;
    (void)ms;
    (void)delay_ms;
}

static void keep_first(void *context, double ms, double delay_ms)
{
    struct pm_session *s = context;
    (void)delay_ms;
    if (isnan(s->m->first_ms))
        s->m->first_ms = ms;
}

static void fail(struct pm_session *s, const struct pm_err *err)
{
    s->m->outcome = PM_MEASURED_FAILED;
    s->nomem = s->nomem || err->code == PM_ENOMEM;
    /* the engine's own place, such as a line of the cfg */
    const bool place = err->where[0] != '\0' && strcmp(err->where, s->plan->program) != 0;
    snprintf(s->m->cause, sizeof s->m->cause, "%.200s%s%.270s", place ? err->where : "",
             place ? ": " : "", err->msg);
    s->finished = true;
}

static void interrupt(struct pm_session *s)
{
    s->m->interrupted = true;
    s->m->outcome = PM_MEASURED_PARTIAL;
    s->finished = true;
}

/* What one inference may take at most. */
static double overdue_ms(const struct pm_session *s)
{
    const double left = s->plan->deadline_ms - pm_clock_ms();
    const double patience = fmax(fmin(s->plan->time_ms, left), 1);
    return s->plan->limit_ms > 0 ? fmin(OVERDUE_FACTOR * s->plan->limit_ms, patience) : patience;
}

/* One that did not end may have been stopped with the whole machine: it fails no percentile for
 * certain. A new process gets another try; beside runs that ended it counts with the time it had
 * taken. True: the measurement goes on. */
static bool is_tried_again(struct pm_session *s, double running_ms)
{
    if (!(s->plan->limit_ms > 0) || running_ms < OVERDUE_FACTOR * s->plan->limit_ms ||
        pm_clock_ms() >= s->plan->deadline_ms || ++s->overdue >= OVERDUE_MAX)
        return false;
    if (s->m->n == 0)
        return s->overdue == 1;
    keep_run(s, running_ms, (double)NAN);
    return true;
}

static void take_overdue(struct pm_session *s, double running_ms)
{
    const bool out_of_deadline = pm_clock_ms() >= s->plan->deadline_ms;
    if (out_of_deadline || s->m->n > 0) {
        s->m->outcome = PM_MEASURED_PARTIAL; /* our time is over: that says nothing of its own */
    } else {
        s->m->outcome = PM_MEASURED_CENSORED;
        s->m->censored_ms = running_ms;
    }
    s->finished = true;
}

/* false: the session is over. */
static bool run(struct pm_session *s, size_t n, pm_worker_sink *sink)
{
    struct pm_worker_ran ran = {0};
    struct pm_err err = {0};
    double running_ms = 0;
    const double now_ms = round(1e3 * pm_clock_epoch_s());
    if (!(fabs(now_ms - s->next_run_ms) <= FOLLOWS_MS)) /* else it follows the run before it */
        s->next_run_ms = now_ms;
    switch (pm_worker_run(s->worker, n, overdue_ms(s), sink, s, &ran, &running_ms, &err)) {
    case PM_WORKER_DONE:
        break;
    case PM_WORKER_OVERDUE:
        if (!is_tried_again(s, running_ms))
            take_overdue(s, running_ms);
        return false;
    case PM_WORKER_INTERRUPTED:
        interrupt(s);
        return false;
    case PM_WORKER_BROKEN:
        fail(s, &err);
        return false;
    }
    pm_watch_look(&s->watch);
    s->m->peak_mib = fmax(s->m->peak_mib, ran.peak_mib);
    if (!ran.finite) {
        pm_fail(&err, PM_EENGINE, NULL,
                "its outputs are not finite numbers: the time of NaN arithmetic says nothing");
        fail(s, &err);
        return false;
    }
    return true;
}

bool pm_session_wait(struct pm_session *s, double until_ms)
{
    const double end = fmin(until_ms, s->plan->deadline_ms);
    for (;;) {
        if (s->plan->stop != NULL && *s->plan->stop) {
            interrupt(s);
            return false;
        }
        const double left = end - pm_clock_ms();
        if (left <= 0)
            break;
        poll(NULL, 0, (int)fmin(floor(left), 100)); /* the last part of a ms is spun */
    }
    if (until_ms > s->plan->deadline_ms) {
        s->m->outcome = PM_MEASURED_PARTIAL;
        s->finished = true;
        return false;
    }
    return true;
}

/* Until the next tick, or no rest at all where it would outlast the candidate's time. */
static bool has_time_to_rest(const struct pm_session *s)
{
    return !s->bounded || s->next_tick_ms <= pm_session_end_ms(s);
}

/* At the robot's pace: one inference at each tick, at rest until the next. */
static bool run_paced(struct pm_session *s, size_t n, pm_worker_sink *sink)
{
    for (size_t i = 0; i < n; i++) {
        const double now = pm_clock_ms();
        if (s->next_tick_ms < now - s->plan->interval_ms) /* the first, or far behind */
            s->next_tick_ms = now;
        if (!has_time_to_rest(s)) {
            s->m->outcome = PM_MEASURED_PARTIAL;
            s->finished = true;
            return false;
        }
        if (!pm_session_wait(s, s->next_tick_ms))
            return false;
        s->next_tick_ms += s->plan->interval_ms;
        if (!run(s, 1, sink))
            return false;
    }
    /* the last one's rest is a part of its time, and of its energy */
    return !has_time_to_rest(s) || pm_session_wait(s, s->next_tick_ms);
}

bool pm_session_run(struct pm_session *s, size_t n, bool keep)
{
    pm_worker_sink *sink = keep ? keep_run : drop_run;
    const bool done = s->plan->interval_ms > 0 ? run_paced(s, n, sink) : run(s, n, sink);
    s->runs_made += done ? n : 0;
    return done;
}

/* Before the first inference: whatever went wrong, the session is over. */
static bool went_well(struct pm_session *s, enum pm_worker_end end, const char *stage,
                      const struct pm_err *err)
{
    switch (end) {
    case PM_WORKER_DONE:
        return true;
    case PM_WORKER_OVERDUE:
        take_overdue(s, 0);
        snprintf(s->m->cause, sizeof s->m->cause, "it did not %s before the time limit", stage);
        return false;
    case PM_WORKER_INTERRUPTED:
        interrupt(s);
        return false;
    case PM_WORKER_BROKEN:
        break;
    }
    fail(s, err);
    return false;
}

static bool start_worker(struct pm_session *s)
{
    const struct pm_measure_plan *plan = s->plan;
    struct pm_worker_ready ready = {0};
    struct pm_worker_loaded loaded = {0};
    struct pm_err err = {0};
    if (!went_well(s,
                   pm_standby_open(plan->standby, plan->program, plan->network.threads,
                                   plan->deadline_ms, plan->stop, &s->worker, &ready, &err),
                   "greet", &err))
        return false;
    snprintf(s->m->engine_version, sizeof s->m->engine_version, "%s", ready.version);
    s->m->baseline_mib = ready.baseline_mib;
    pm_standby_start(plan->standby, plan->program, plan->network.threads);
    const enum pm_worker_end end =
        pm_worker_load(s->worker, &plan->network, LOAD_TIMEOUT_MS, &loaded, &err);
    pm_standby_settle(plan->standby); /* nothing stirs while runs are timed */
    if (!went_well(s, end, "load", &err))
        return false;
    if (isnan(s->m->load_ms))
        s->m->load_ms = loaded.load_ms;
    s->m->random_weights = loaded.random_weights;
    s->m->peak_mib = fmax(s->m->peak_mib, loaded.peak_mib);
    s->m->start_n[s->m->starts++] = 0;
    return run(s, 1, keep_first);
}

/* Cut short by us, the windows are lost, and the latency that was settled before them stays. */
static bool measure_power(struct pm_session *s)
{
    const enum pm_measured settled = s->only_power ? s->settled : s->m->outcome;
    if (pm_session_measure_power(s))
        return true;
    if (s->m->outcome != PM_MEASURED_FAILED) {
        s->m->outcome = settled;
        s->m->censored_ms = (double)NAN;
    }
    return false;
}

/* Runs of a latency end with the candidate's time; a held time and the windows of energy have
 * their own. */
static bool run_step(struct pm_session *s, size_t n)
{
    if (s->plan->hold_ms > 0)
        return pm_session_run_metered(s, n);
    s->bounded = true;
    const bool going = pm_session_run(s, n, true);
    s->bounded = false;
    return going;
}

/* The runs of one process; false: the session is over. */
static bool run_block(struct pm_session *s, int *result, struct pm_err *err)
{
    const bool hold = s->plan->hold_ms > 0;
    size_t left = s->only_power ? 0 : pm_session_block_size(s);
    if (!start_worker(s) || (hold && !pm_session_idle_windows(s)))
        return false;
    const bool decides = s->plan->limit_ms > 0 && !s->only_power; /* two runs may be enough */
    if (!decides && !pm_session_power_first(s))
        return false;
    pm_session_open_block(s);
    while (!s->finished && left > 0) {
        const size_t step = pm_session_step_size(s, left);
        if (!run_step(s, step))
            return false;
        left -= step < left ? step : left;
        if ((*result = pm_session_look(s, err)) != 0)
            return false;
        if (!s->finished && !pm_session_power_first(s))
            return false;
    }
    pm_session_close_block(s);
    if (hold) {
        s->m->power_whole = pm_session_idle_windows(s) && s->m->power_cause[0] == '\0';
        return true;
    }
    return !(s->finished || s->only_power) || measure_power(s);
}

static int measure_block(struct pm_session *s, struct pm_err *err)
{
    int result = 0;
    if (!run_block(s, &result, err))
        return result;
    s->finished = s->finished || s->only_power;
    if (pm_worker_quit(s->worker, err) != 0) { /* a bad end casts doubt on its runs */
        fail(s, err);
        *err = (struct pm_err){0};
    }
    s->worker = NULL;
    return 0;
}

static int begin(struct pm_session *s, struct pm_err *err)
{
    struct pm_measurement *m = s->m;
    m->start_n = calloc(STARTS_MAX + 1, sizeof *m->start_n);
    if (m->start_n == NULL || !reserve(m, s->plan->n + 1))
        return pm_fail_nomem(err);
    for (size_t i = 0; i < s->plan->n; i++) {
        m->ms[i] = s->plan->ms[i];
        m->delay_ms[i] = s->plan->delay_ms != NULL ? s->plan->delay_ms[i] : (double)NAN;
        m->at_ms[i] = s->plan->at_ms != NULL ? s->plan->at_ms[i] : (double)NAN;
    }
    m->n = s->plan->n;
    for (size_t i = 0; i < s->plan->starts; i++) {
        if (m->starts < STARTS_MAX / 2)
            m->start_n[m->starts++] = s->plan->start_n[i];
        else
            m->start_n[m->starts - 1] += s->plan->start_n[i];
    }
    if (m->n > 0 && pm_session_look(s, err) != 0)
        return -1;
    s->settled = m->outcome;
    s->only_power = s->finished && !s->rejected && pm_session_wants_power(s);
    s->finished = s->finished && !s->only_power;
    return 0;
}

/* Earlier runs had settled the latency: whatever befell the process that was started for the energy
 * alone, it costs the energy alone. */
static void keep_latency(const struct pm_session *s, struct pm_measurement *m)
{
    if (m->outcome == PM_MEASURED_FAILED)
        snprintf(m->power_cause, sizeof m->power_cause, "%.239s", m->cause);
    m->outcome = s->settled;
    m->censored_ms = (double)NAN;
}

int pm_measure(const struct pm_measure_plan *plan, struct pm_measurement *out, struct pm_err *err)
{
    *out = (struct pm_measurement){.outcome = PM_MEASURED_FAILED,
                                   .first_ms = (double)NAN,
                                   .load_ms = (double)NAN,
                                   .censored_ms = (double)NAN};
    struct pm_session s = {.plan = plan, .m = out, .begin_ms = pm_clock_ms()};
    struct pm_err why = {0};
    pm_watch_begin(&s.watch, "");
    int result = begin(&s, err);
    while (result == 0 && !s.finished && out->starts < STARTS_MAX) {
        result = measure_block(&s, &why);
        pm_worker_kill(s.worker);
        s.worker = NULL;
    }
    out->elapsed_ms = pm_session_elapsed_ms(&s);
    pm_watch_end(&s.watch, &out->validity);
    if (s.only_power)
        keep_latency(&s, out);
    if (pm_session_wants_power(&s) && !out->power_whole)
        out->windows = 0; /* a part of a set would pass for the whole */
    if (result != 0 && why.code != PM_OK)
        pm_fail(err, why.code, why.where, "%s", why.msg);
    if (result == 0 && s.nomem)
        result = pm_fail_nomem(err);
    while (out->starts > 0 && out->start_n[out->starts - 1] == 0)
        out->starts--; /* a process that ended before its first timed run */
    return result;
}

void pm_measurement_done(struct pm_measurement *m)
{
    if (m == NULL)
        return;
    free(m->ms);
    free(m->delay_ms);
    free(m->at_ms);
    free(m->start_n);
    free(m->window);
    *m = (struct pm_measurement){0};
}
