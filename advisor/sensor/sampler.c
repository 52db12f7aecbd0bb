/* SPDX-License-Identifier: MIT */
#include "sensor/sampler.h"

#include "base/clock.h"
#include "sensor/live_read.h"
#include "sensor/words.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* A stream is waited for in slices, so that close is not. */
#define STREAM_SLICE_MS 50.0
/* More values at once than can have waited in the pipe and in our own buffer of 64 KiB each, while
 * this process was stopped or the board asleep: so many are a flood. */
#define SURPLUS_MAX 100e3
/* The thread reads for microseconds and must not delay the inference it watches. As it sleeps
 * nearly all the time, it is still woken in time on a busy core. */
#define NICENESS      5
#define COUNTER_TRIES 5

/* ---- waiting ---- */

/* Until the time, or until something happened; lock held. */
static void wait_until(struct pm_power_meter *m, double at_ms)
{
    const double s = floor(at_ms / 1e3);
    const struct timespec at = {.tv_sec = (time_t)s, .tv_nsec = (long)((at_ms - s * 1e3) * 1e6)};
    pthread_cond_timedwait(&m->wake, &m->lock, &at);
}

/* Uniform in [0.5, 1.5): xorshift64*, for which any seed but 0 will do. */
static double jitter(struct pm_power_meter *m)
{
    m->random ^= m->random >> 12;
    m->random ^= m->random << 25;
    m->random ^= m->random >> 27;
    return 0.5 + (double)((m->random * UINT64_C(0x2545F4914F6CDD1D)) >> 11) * 0x1p-53;
}

/* ---- accounting, lock held ---- */

static void fault(struct pm_power_meter *m, const char *what, const char *more)
{
    if (m->tally.fault[0] == '\0')
        snprintf(m->tally.fault, sizeof m->tally.fault, "%s%s", what, more);
}

static bool believable(struct pm_power_meter *m, double w)
{
    if (!isfinite(w))
        fault(m, "the sensor read no finite number", "");
    else if (w < 0)
        fault(m, "power that is drawn is not negative, and the sensor read ",
              pm_words_watts(w).text);
    else if (w > m->source->limit_w)
        fault(m, pm_words_implausible(w, m->source->limit_w).text, "");
    else
        return true;
    return false;
}

static void account(struct pm_power_meter *m, double w, double at_ms)
{
    struct pm_tally *t = &m->tally;
    if (!t->open || at_ms < t->begin_ms || !believable(m, w))
        return;
    if (t->samples == 0)
        t->first_ms = at_ms;
    else
        t->integral += (w + t->last_w) / 2 * (at_ms - t->last_ms);
    t->last_ms = at_ms;
    t->last_w = w;
    t->samples++;
}

static void note_broken(struct pm_power_meter *m, const char *why)
{
    if (m->broken[0] == '\0')
        snprintf(m->broken, sizeof m->broken, "the sensor broke: %.180s", why);
}

void pm_sampler_check_silence(struct pm_power_meter *m, double now_ms)
{
    const double since = fmax(m->heard_ms, m->tally.begin_ms);
    if (m->tally.open && now_ms - since > m->stall_ms)
        fault(m, "the sensor stalled: it said nothing for ", pm_words_period(now_ms - since).text);
}

enum pm_reading pm_sampler_read_counter(struct pm_power_meter *m, double *joules, double *at_ms)
{
    char why[200] = "";
    enum pm_reading got = PM_READING_BROKEN;
    for (int i = 0; i < COUNTER_TRIES && m->broken[0] == '\0'; i++) {
        got = m->source->ops->read(m->source, 0, joules, at_ms, why, sizeof why);
        if (got != PM_READING_NONE)
            break;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    if (got == PM_READING_BROKEN)
        note_broken(m, why);
    return got;
}

/* ---- the threads: one function a kind of source ---- */

static void poll_gauge(struct pm_power_meter *m)
{
    double w, at_ms;
    char why[200] = "";
    if (!m->tally.open) { /* nobody asks */
        pthread_cond_wait(&m->wake, &m->lock);
        return;
    }
    pthread_mutex_unlock(&m->lock);
    const enum pm_reading got = m->source->ops->read(m->source, 0, &w, &at_ms, why, sizeof why);
    pthread_mutex_lock(&m->lock);
    if (got == PM_READING_OK)
        account(m, w, at_ms);
    else if (got == PM_READING_BROKEN)
        note_broken(m, why);
    else if (m->tally.open)
        m->tally.lost++;
    if (!m->closing)
        wait_until(m, pm_clock_ms() + m->poll_ms * jitter(m));
}

/* A stream that floods only now. Reading it takes the processor time whose effect is measured. */
static void note_flood(struct pm_power_meter *m, double at_ms)
{
    m->surplus = fmax(m->surplus - (at_ms - m->heard_ms) / 1e3 * PM_STREAM_PER_S, 0) + 1;
    if (m->surplus <= 1) {
        m->calm_ms = at_ms;
        m->since_calm = 0;
    }
    m->since_calm++;
    if (m->surplus > SURPLUS_MAX)
        note_broken(m, pm_words_flood((double)m->since_calm / (at_ms - m->calm_ms) * 1e3).text);
}

static void hear_stream(struct pm_power_meter *m)
{
    double w, at_ms;
    char why[200] = "";
    pthread_mutex_unlock(&m->lock);
    const enum pm_reading got =
        m->source->ops->read(m->source, STREAM_SLICE_MS, &w, &at_ms, why, sizeof why);
    pthread_mutex_lock(&m->lock);
    if (got == PM_READING_BROKEN)
        note_broken(m, why);
    if (got != PM_READING_OK)
        return;
    pm_sampler_check_silence(m, at_ms);
    note_flood(m, at_ms);
    m->heard_ms = at_ms;
    account(m, w, at_ms);
}

static void guard_counter(struct pm_power_meter *m)
{
    double joules, at_ms;
    wait_until(m, pm_clock_ms() + m->source->guard_ms);
    if (!m->closing)
        pm_sampler_read_counter(m, &joules, &at_ms);
}

static void *run(void *arg)
{
    struct pm_power_meter *m = arg;
    void (*const step)(struct pm_power_meter *) = m->source->kind == PM_GAUGE    ? poll_gauge
                                                  : m->source->kind == PM_STREAM ? hear_stream
                                                                                 : guard_counter;
    setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS); /* of this thread; only a courtesy */
    pthread_mutex_lock(&m->lock);
    while (!m->closing && m->broken[0] == '\0')
        step(m);
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

bool pm_sampler_start(struct pm_power_meter *m)
{
    const enum pm_source_kind kind = m->source->kind;
    if (kind == PM_ASSUMED || (kind == PM_COUNTER && !(m->source->guard_ms > 0)))
        return true;
    sigset_t all, before;
    sigfillset(&all); /* SIGINT is the main thread's */
    pthread_sigmask(SIG_BLOCK, &all, &before);
    m->has_thread = pthread_create(&m->thread, NULL, run, m) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return m->has_thread;
}

void pm_sampler_stop(struct pm_power_meter *m)
{
    if (!m->has_thread)
        return;
    pthread_mutex_lock(&m->lock);
    m->closing = true;
    pthread_cond_signal(&m->wake);
    pthread_mutex_unlock(&m->lock);
    pthread_join(m->thread, NULL);
    m->has_thread = false;
}
