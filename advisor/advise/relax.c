/* SPDX-License-Identifier: MIT
 * When nothing fits: what would have to give. Each budget is loosened alone, the others kept. */
#include "advise/answer.h"

#include "advise/thresholds.h"
#include "base/err.h"

#include <math.h>

/* Every budget but `metric` is certainly met, or at least not certainly broken. */
static enum pm_verdict others(const struct pm_answer *a, const struct pm_candidate *c,
                              enum pm_metric metric)
{
    enum pm_verdict v = PM_MEETS;
    for (int m = 0; m < PM_METRICS; m++) {
        if (a->settings->budget[m].set && m != (int)metric)
            v = pm_rule_combine(v, c->judged[m].verdict);
    }
    return v;
}

static bool is_timed(enum pm_metric metric)
{
    return metric == PM_LATENCY || metric == PM_FPS;
}

/* The bound that leaves the inference of a batch `limit_ms`; never a last bit less. */
static double bound_for(const struct pm_answer *a, const struct pm_candidate *c,
                        enum pm_metric metric, double limit_ms)
{
    struct pm_settings s = *a->settings;
    double *bound = &s.budget[metric].bound;
    const double ms = limit_ms + s.overhead_ms;
    *bound = metric == PM_FPS ? 1e3 * (double)c->batch / ms : ms;
    while (pm_settings_limit_ms(&s, metric, c->batch) < limit_ms)
        *bound = nextafter(*bound, metric == PM_FPS ? 0 : (double)INFINITY);
    return *bound;
}

/* The bound this candidate would need: for a time what its judge says (thresholds.h), else the
 * confident side of its interval; NAN when it is no nearer than `best`, or no bound would do. */
static int needed(const struct pm_answer *a, const struct pm_candidate *c, enum pm_metric metric,
                  double best, double *to, struct pm_err *err)
{
    const struct pm_judgement *j = &c->judged[metric];
    const bool is_min = pm_metric_info(metric)->is_min;
    double limit_ms = NAN;
    *to = NAN;
    if (!pm_known(j->value) || (is_min ? j->value.value <= best : j->value.value >= best))
        return 0; /* what would be certain lies further out than the estimate: no search */
    if (!is_timed(metric)) {
        const double safe = is_min ? j->value.lo : j->value.hi;
        *to = isfinite(safe) && safe > 0 ? safe : j->value.value;
        return 0;
    }
    if (pm_thresholds_meets_from(c, metric, a->settings, &limit_ms, err) != 0)
        return -1;
    if (limit_ms > 0)
        *to = bound_for(a, c, metric, limit_ms);
    return 0;
}

static bool may_win(const struct pm_answer *a, const struct pm_candidate *c, enum pm_metric metric)
{
    return (!c->stand_in || a->settings->include_stand_ins) && pm_known(c->figure[PM_TOP1]) &&
           pm_known(c->figure[PM_LATENCY]) && others(a, c, metric) == PM_MEETS;
}

static int relax_one(const struct pm_answer *a, enum pm_metric metric, struct pm_relaxation *best,
                     struct pm_err *err)
{
    const bool is_min = pm_metric_info(metric)->is_min;
    *best = (struct pm_relaxation){.metric = metric, .to = NAN, .index = -1};
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        double to;
        if (!may_win(a, c, metric))
            continue;
        if (needed(a, c, metric, best->to, &to, err) != 0)
            return -1;
        if (isnan(to) || (best->possible && (is_min ? to <= best->to : to >= best->to)))
            continue;
        *best = (struct pm_relaxation){metric, true, to, (int)i, c->judged[metric].note};
    }
    return 0;
}

int pm_answer_relax(struct pm_answer *answer, struct pm_err *err)
{
    if (answer->status != PM_INFEASIBLE)
        return 0;
    answer->relaxation = pm_arena_alloc(&answer->arena, PM_METRICS, sizeof *answer->relaxation);
    if (answer->relaxation == NULL)
        return pm_fail_nomem(err);
    for (int m = 0; m < PM_METRICS; m++) {
        if (answer->settings->budget[m].set &&
            relax_one(answer, (enum pm_metric)m, &answer->relaxation[answer->relaxations++], err) !=
                0)
            return -1;
    }
    return 0;
}
