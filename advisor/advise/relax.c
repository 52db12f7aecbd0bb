/* SPDX-License-Identifier: MIT
 * When nothing fits: what would have to give. Each budget is loosened alone, the others kept. */
#include "advise/answer.h"

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

/* The bound this candidate would need: the confident side of its interval. */
static bool needed(const struct pm_candidate *c, enum pm_metric metric, double *to,
                   const char **note)
{
    const struct pm_judgement *j = &c->judged[metric];
    if (!pm_known(j->value))
        return false;
    const bool is_min = pm_metric_info(metric)->is_min;
    const double safe = is_min ? j->value.lo : j->value.hi;
    *to = isfinite(safe) && safe > 0 ? safe : j->value.value;
    *note = j->note;
    return true;
}

static struct pm_relaxation relax_one(const struct pm_answer *a, enum pm_metric metric)
{
    const bool is_min = pm_metric_info(metric)->is_min;
    struct pm_relaxation best = {.metric = metric, .index = -1};
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        double to = 0;
        const char *note = NULL;
        if ((c->stand_in && !a->settings->include_stand_ins) || !pm_known(c->figure[PM_TOP1]) ||
            !pm_known(c->figure[PM_LATENCY]) || others(a, c, metric) != PM_MEETS ||
            !needed(c, metric, &to, &note))
            continue;
        if (best.possible && (is_min ? to <= best.to : to >= best.to))
            continue;
        best = (struct pm_relaxation){metric, true, to, (int)i, note};
    }
    return best;
}

int pm_answer_relax(struct pm_answer *answer, struct pm_err *err)
{
    if (answer->status != PM_INFEASIBLE)
        return 0;
    answer->relaxation = pm_arena_alloc(&answer->arena, PM_METRICS, sizeof *answer->relaxation);
    if (answer->relaxation == NULL)
        return pm_fail_nomem(err);
    for (int m = 0; m < PM_METRICS; m++) {
        if (answer->settings->budget[m].set)
            answer->relaxation[answer->relaxations++] = relax_one(answer, (enum pm_metric)m);
    }
    return 0;
}
