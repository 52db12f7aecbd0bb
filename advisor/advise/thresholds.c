/* SPDX-License-Identifier: MIT */
#include "advise/thresholds.h"

#include "advise/answer.h"
#include "base/err.h"
#include "record/profile.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(PM_WHATIF_METRICS == PM_METRICS, "one interval a metric");

#define STATED 4 /* quantiles of the latency that an entry may state */
#define BOUNDS 5 /* of its runs */

struct search {
    const struct pm_candidate *c;
    struct pm_time_bounds bounds;
};

static enum pm_verdict verdict_at(const struct search *s, double limit_ms)
{
    struct pm_judgement j;
    pm_candidate_judge_time(s->c, &s->bounds, limit_ms, &j);
    /* above the floor of what was not measured */
    return j.verdict == PM_NO_DATA && s->c->floor_ms > 0 ? PM_UNDECIDED : j.verdict;
}

/* Doubles above 0 in their order, as whole numbers. */
static int64_t rank_of(double x)
{
    int64_t rank;
    memcpy(&rank, &x, sizeof rank);
    return rank;
}

static double of_rank(int64_t rank)
{
    double x;
    memcpy(&x, &rank, sizeof x);
    return x;
}

/* The least limit in (before, after] with the verdict of `after`, when there is one change between
 * them. At a figure itself, nearly always. */
static double change_between(const struct search *s, double before, double after,
                             enum pm_verdict now)
{
    int64_t a = rank_of(before), b = rank_of(after);
    if (b - a > 1 && verdict_at(s, of_rank(b - 1)) != now)
        return after;
    while (b - a > 1) {
        const int64_t middle = a + (b - a) / 2;
        if (verdict_at(s, of_rank(middle)) == now)
            b = middle;
        else
            a = middle;
    }
    return of_rank(b);
}

static void add_step(struct pm_whatif_candidate *w, size_t which, double from_ms,
                     enum pm_verdict verdict)
{
    if (w->steps[which] == PM_WHATIF_STEPS) { /* beyond sense: nothing is claimed */
        w->step[which][PM_WHATIF_STEPS - 1].verdict = PM_UNDECIDED;
        return;
    }
    w->step[which][w->steps[which]++] = (struct pm_whatif_step){from_ms, (uint8_t)verdict};
}

/* Verdict by verdict up the figures. */
static void find_steps(const struct search *s, const double *sorted, size_t n, size_t which,
                       struct pm_whatif_candidate *out)
{
    double last = DBL_MIN;
    enum pm_verdict verdict = verdict_at(s, last);
    out->steps[which] = 0;
    if (verdict != PM_FAILS)
        add_step(out, which, 0, verdict);
    for (size_t k = 0;; k++) {
        const double next = k < n ? sorted[k] : DBL_MAX;
        const enum pm_verdict now = verdict_at(s, next);
        if (now != verdict)
            add_step(out, which, change_between(s, last, next, now), now);
        verdict = now;
        last = next;
        if (k == n)
            break;
    }
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void take(double *list, size_t *n, double value)
{
    if (isfinite(value) && value > 0)
        list[(*n)++] = value;
}

static void take_bounds(double *list, size_t *n, const struct pm_latency_bounds *b)
{
    take(list, n, b->fails_below);
    take(list, n, b->meets_from);
    take(list, n, b->denied_from);
    take(list, n, b->denied_to);
    take(list, n, b->rising_from);
}

static void take_stated(double *list, size_t *n, const struct pm_entry *e)
{
    if (e == NULL)
        return;
    const struct pm_quantity stated[STATED] = {e->latency_ms, e->p90_ms, e->p95_ms, e->p99_ms};
    take(list, n, e->censored_ms);
    for (size_t i = 0; i < STATED; i++) {
        take(list, n, stated[i].lo);
        take(list, n, stated[i].hi);
    }
}

#define FIGURES (2 * (STATED * 2 + 1 + BOUNDS) + 3)
/* Limits at which the verdict may change, in order. */
static size_t figures_of(const struct search *s, double list[FIGURES])
{
    const struct pm_candidate *c = s->c;
    size_t n = 0;
    take_bounds(list, &n, &s->bounds.runs);
    take_bounds(list, &n, &s->bounds.paced);
    take(list, &n, c->floor_ms);
    take_stated(list, &n, c->entry);
    take_stated(list, &n, c->paced);
    if (c->entry == NULL) { /* predicted */
        take(list, &n, c->figure[PM_LATENCY].lo);
        take(list, &n, c->figure[PM_LATENCY].hi);
    }
    qsort(list, n, sizeof *list, ascending);
    return n;
}

/* Where a timed metric's steps stand. */
static size_t steps_of(enum pm_metric m)
{
    return m == PM_LATENCY ? 0 : m == PM_FPS ? 1 : 2;
}

static double quantile_of(const struct pm_settings *s, enum pm_metric m)
{
    return s->budget[m].set ? s->budget[m].quantile : 0.90;
}

static int find_time(const struct pm_candidate *c, enum pm_metric m,
                     const struct pm_settings *settings, struct pm_whatif_candidate *out,
                     struct pm_err *err)
{
    struct search s = {.c = c};
    double figures[FIGURES];
    if (pm_candidate_time_bounds(c, quantile_of(settings, m), settings, &s.bounds, err) != 0)
        return -1;
    const size_t n = figures_of(&s, figures);
    out->known[m] = verdict_at(&s, DBL_MAX) != PM_NO_DATA;
    if (out->known[m])
        find_steps(&s, figures, n, steps_of(m), out);
    return 0;
}

/* All are judged alike: what is found for one holds for another, if the quantiles agree. */
static int find_times(const struct pm_candidate *c, const struct pm_settings *settings,
                      struct pm_whatif_candidate *out, struct pm_err *err)
{
    static const enum pm_metric timed[PM_WHATIF_TIMED] = {PM_LATENCY, PM_FPS, PM_KEEP_UP};
    for (size_t i = 0; i < PM_WHATIF_TIMED; i++) {
        const double q = quantile_of(settings, timed[i]);
        size_t same = 0;
        while (same < i && !(fabs(quantile_of(settings, timed[same]) - q) < 1e-12))
            same++;
        if (same == i) {
            if (find_time(c, timed[i], settings, out, err) != 0)
                return -1;
            continue;
        }
        out->known[timed[i]] = out->known[timed[same]];
        memcpy(out->step[i], out->step[same], sizeof out->step[0]);
        out->steps[i] = out->steps[same];
    }
    return 0;
}

int pm_thresholds_meets_from(const struct pm_candidate *c, enum pm_metric metric,
                             const struct pm_settings *settings, double *limit_ms,
                             struct pm_err *err)
{
    const size_t which = steps_of(metric);
    struct pm_whatif_candidate found = {0};
    *limit_ms = NAN;
    if (find_time(c, metric, settings, &found, err) != 0)
        return -1;
    const struct pm_whatif_step *step = found.step[which];
    for (size_t k = found.steps[which]; k > 0 && step[k - 1].verdict == PM_MEETS; k--)
        *limit_ms = step[k - 1].from_ms;
    return 0;
}

int pm_thresholds_find(const struct pm_candidate *c, const struct pm_settings *settings,
                       struct pm_whatif_candidate *out, struct pm_err *err)
{
    const struct pm_quantity *q = c->figure;
    struct pm_whatif_candidate w = {.batch = (double)c->config.batch,
                                    .has_accuracy = pm_known(q[PM_TOP1]),
                                    .has_time = pm_known(q[PM_LATENCY]),
                                    .has_energy = pm_has_figure(q[PM_ENERGY]),
                                    .accuracy = q[PM_TOP1].value,
                                    .time = q[PM_LATENCY].value,
                                    .energy = q[PM_ENERGY].value,
                                    .may_be_picked = !c->stand_in || settings->include_stand_ins,
                                    .doubtful = pm_candidate_is_doubtful(c)};
    for (int m = 0; m < PM_METRICS; m++) {
        if (pm_metric_is_timed((enum pm_metric)m))
            continue;
        w.known[m] = pm_known(q[m]);
        const bool doubtful = pm_candidate_doubt(c, (enum pm_metric)m) != NULL;
        w.lo[m] = doubtful ? 0 : q[m].lo;
        w.hi[m] = doubtful ? (double)INFINITY : q[m].hi;
    }
    if (find_times(c, settings, &w, err) != 0)
        return -1;
    *out = w;
    return 0;
}

void pm_thresholds_budgets(const struct pm_settings *settings,
                           struct pm_whatif_budget budget[PM_WHATIF_METRICS])
{
    for (int m = 0; m < PM_METRICS; m++) {
        const enum pm_metric metric = (enum pm_metric)m;
        const enum pm_whatif_kind kind = m == PM_LATENCY             ? PM_WHATIF_TIME
                                         : pm_metric_is_rate(metric) ? PM_WHATIF_RATE
                                         : pm_metric_info((enum pm_metric)m)->is_min
                                             ? PM_WHATIF_FLOOR
                                             : PM_WHATIF_CEILING;
        budget[m] = (struct pm_whatif_budget){
            .set = settings->budget[m].set,
            .kind = (uint8_t)kind,
            .steps = pm_metric_is_timed(metric) ? (uint8_t)steps_of(metric) : 0,
            .bound = settings->budget[m].bound};
    }
}
