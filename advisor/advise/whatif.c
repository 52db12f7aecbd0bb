/* SPDX-License-Identifier: MIT */
#include "advise/whatif.h"

static enum pm_verdict judge_time(const struct pm_whatif_candidate *c, size_t which,
                                  double limit_ms)
{
    uint8_t verdict = PM_FAILS;
    for (size_t k = 0; k < c->steps[which] && c->step[which][k].from_ms <= limit_ms; k++)
        verdict = c->step[which][k].verdict;
    return (enum pm_verdict)verdict;
}

enum pm_verdict pm_whatif_judge(const struct pm_whatif_candidate *c,
                                const struct pm_whatif_budget *budget, size_t metric,
                                double overhead_ms)
{
    if (!c->known[metric])
        return PM_NO_DATA;
    switch (budget->kind) { /* times as in pm_settings_limit_ms */
    case PM_WHATIF_TIME:
        return judge_time(c, 0, budget->bound - overhead_ms);
    case PM_WHATIF_RATE:
        return judge_time(c, 1, 1e3 * c->batch / budget->bound - overhead_ms);
    default:
        return pm_rule_judge(true, c->lo[metric], c->hi[metric], budget->kind == PM_WHATIF_FLOOR,
                             budget->bound);
    }
}

struct pm_rule_choice pm_whatif_decide(const struct pm_whatif_candidate *c, size_t n,
                                       const struct pm_whatif_budget *budget, double overhead_ms,
                                       enum pm_rule_goal goal, struct pm_rule_candidate *view)
{
    for (size_t i = 0; i < n; i++) {
        enum pm_verdict verdict = PM_MEETS;
        for (size_t m = 0; m < PM_WHATIF_METRICS; m++) {
            if (budget[m].set)
                verdict =
                    pm_rule_combine(verdict, pm_whatif_judge(&c[i], &budget[m], m, overhead_ms));
        }
        view[i].accuracy = c[i].accuracy;
        view[i].time = c[i].time;
        view[i].energy = c[i].energy;
        view[i].has_accuracy = c[i].has_accuracy;
        view[i].has_time = c[i].has_time;
        view[i].has_energy = c[i].has_energy;
        view[i].may_be_picked = c[i].may_be_picked;
        view[i].verdict = (uint8_t)verdict;
        view[i].beaten_by = -1;
    }
    return pm_rule_choose(view, n, goal);
}
