/* SPDX-License-Identifier: MIT */
#include "sensor/live_read.h"

#include "base/clock.h"
#include "sensor/words.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WATCH_MIN_MS 50.0
#define CHANGES      20
/* A stream without a rhythm yet may be silent for as long. */
#define SILENCE_MS 5000.0
/* A stream that starts with a burst, such as what had waited, has so long to calm down. */
#define FLOOD_MS 500.0
/* Two values of a gauge may differ by chance, long after each other: with fewer gaps than this the
 * driver's own word for its period is better. */
#define GAUGE_GAPS_MIN 5

struct view {
    struct pm_source *source;
    double begin_ms, end_ms;
    size_t readings, changes;
    double last, last_ms, sum;                     /* of the readings */
    double at_ms[CHANGES + 1], value[CHANGES + 1]; /* at the first changes */
    char why[200];
};

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* NAN with less than two changes. */
static double median_gap(const struct view *v)
{
    double gaps[CHANGES];
    const size_t n = v->changes > 0 ? v->changes - 1 : 0;
    if (n == 0)
        return NAN;
    for (size_t i = 0; i < n; i++)
        gaps[i] = v->at_ms[i + 1] - v->at_ms[i];
    qsort(gaps, n, sizeof *gaps, by_size);
    return (gaps[(n - 1) / 2] + gaps[n / 2]) / 2;
}

static void note_change(struct view *v, double value, double at_ms)
{
    if (v->changes <= CHANGES) {
        v->at_ms[v->changes] = at_ms;
        v->value[v->changes] = value;
        v->changes++;
    }
}

/* Look often at first and less so later: a change is timed to a hundredth of the time it took, and
 * slow sensors, whose readings cost more, are not asked a thousand times. */
static void pause_watching(double elapsed_ms)
{
    const double ms = fmin(fmax(elapsed_ms / 100, 0.25), 5);
    nanosleep(&(struct timespec){.tv_nsec = (long)(ms * 1e6)}, NULL);
}

/* Values a second of a stream, from its first one. */
static double rate_until(const struct view *v, double now_ms)
{
    return (double)(v->readings - 1) / (now_ms - v->at_ms[0]) * 1e3;
}

static bool seen_enough(const struct view *v, double now_ms)
{
    const double elapsed = now_ms - v->begin_ms;
    if (v->source->kind == PM_STREAM && v->changes < 2) {
        const double heard = v->readings > 0 ? v->last_ms : v->begin_ms;
        return now_ms - heard > SILENCE_MS + 500; /* of the first line the command itself says so */
    }
    if (v->source->kind == PM_STREAM) {
        const double heard_ms = now_ms - v->at_ms[0];
        if (heard_ms < WATCH_MIN_MS ||
            (heard_ms < FLOOD_MS && rate_until(v, now_ms) > PM_STREAM_PER_S))
            return false;
    }
    return (elapsed >= WATCH_MIN_MS && v->changes > CHANGES) || elapsed >= PM_WATCH_MS;
}

/* false: broken. */
static bool watch(struct view *v)
{
    struct pm_source *s = v->source;
    double now;
    while (now = pm_clock_ms(), !seen_enough(v, now)) {
        double value, at_ms;
        const enum pm_reading got = s->ops->read(s, 100, &value, &at_ms, v->why, sizeof v->why);
        if (got == PM_READING_BROKEN)
            return false;
        if (got == PM_READING_OK) {
            /* each line of a stream is an update, whatever it says */
            if (s->kind == PM_STREAM || (v->readings > 0 && value != v->last))
                note_change(v, value, at_ms);
            v->readings++;
            v->sum += value;
            v->last = value;
            v->last_ms = at_ms;
            if (!isfinite(value) || value < 0)
                return true;
        }
        if (s->kind != PM_STREAM)
            pause_watching(now - v->begin_ms);
    }
    return true;
}

/* Between two changes where there are two: a counter's first reading is of any age. */
static double seen_watts(const struct view *v)
{
    if (v->source->kind != PM_COUNTER)
        return v->sum / (double)v->readings;
    const size_t last = v->changes - 1;
    const double joules = last > 0 ? v->value[last] - v->value[0] : v->last;
    const double ms = last > 0 ? v->at_ms[last] - v->at_ms[0] : v->last_ms - v->begin_ms;
    return joules / ms * 1e3;
}

static void judge_period(const struct view *v, struct pm_watch *out)
{
    const double nominal = v->source->period_ms, gap = median_gap(v);
    const bool by_chance =
        v->source->kind == PM_GAUGE && isfinite(nominal) && v->changes < GAUGE_GAPS_MIN + 1;
    out->observed = !isnan(gap) && !by_chance;
    out->period_ms = out->observed ? gap : nominal;
    if (v->source->kind == PM_COUNTER && v->changes == 1) {
        /* one change in 2 s: it takes as long as the longer part of them at least */
        const double before = v->at_ms[0] - v->begin_ms;
        out->observed = true;
        out->period_ms = fmax(before, v->last_ms - v->at_ms[0]);
    }
}

static const char *remedy_of(enum pm_source_kind kind)
{
    return kind == PM_STREAM ? "the command must print a number of watts a line, again and again, "
                               "each as it is measured (stdbuf -oL COMMAND)"
                             : "";
}

/* What the readings say against it. */
static enum pm_found judge(const struct view *v, struct pm_refusal *why)
{
    const struct pm_source *s = v->source;
    const char *remedy = remedy_of(s->kind);
    if (v->readings == 0)
        return pm_refuse(why, PM_REFUSED, remedy, "it gave no reading in %.0f s",
                         PM_WATCH_MS / 1e3);
    if (!isfinite(v->last))
        return pm_refuse(why, PM_REFUSED, "", "it reads %s", isnan(v->last) ? "NaN" : "infinity");
    if (v->last < 0)
        return pm_refuse(why, PM_REFUSED, "",
                         "it reads %s, and power that is drawn is not negative",
                         s->kind == PM_COUNTER ? "less than before" : pm_words_watts(v->last).text);
    if (s->kind == PM_STREAM && v->changes < 2)
        return pm_refuse(why, PM_REFUSED, remedy, "it said one number and then nothing for %.0f s",
                         SILENCE_MS / 1e3);
    if (s->kind == PM_STREAM && v->end_ms - v->at_ms[0] >= WATCH_MIN_MS &&
        rate_until(v, v->end_ms) > PM_STREAM_PER_S)
        return pm_refuse(why, PM_REFUSED,
                         "let the command sleep between values: a hundred a second are plenty",
                         "%s", pm_words_flood(rate_until(v, v->end_ms)).text);
    if (s->kind == PM_COUNTER && v->changes == 0)
        return pm_refuse(why, PM_REFUSED, "",
                         "its counter did not change in %.0f s: dead, or too slow to be of use",
                         PM_WATCH_MS / 1e3);
    const double w = seen_watts(v);
    if (!(w > 0))
        return pm_refuse(why, PM_REFUSED, "", "it reads %s", pm_words_watts(w).text);
    if (w > s->limit_w)
        return pm_refuse(why, PM_REFUSED, "is the unit, or the driver's shunt resistor, right?",
                         "%s", pm_words_implausible(w, s->limit_w).text);
    return PM_FOUND;
}

enum pm_found pm_watch_source(struct pm_source *s, struct pm_watch *out, struct pm_refusal *why)
{
    assert(s->kind != PM_ASSUMED);
    struct view v = {.source = s, .begin_ms = pm_clock_ms()};
    const bool works = watch(&v);
    v.end_ms = pm_clock_ms();
    if (!works)
        return pm_refuse(why, PM_REFUSED, remedy_of(s->kind), "%s", v.why);
    const enum pm_found found = judge(&v, why);
    if (found == PM_FOUND) {
        judge_period(&v, out);
        out->seen_w = seen_watts(&v);
    }
    return found;
}
