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
    const bool timed = budget->kind == PM_WHATIF_TIME || budget->kind == PM_WHATIF_RATE;
    const double bound_ms =
        budget->kind == PM_WHATIF_RATE ? 1e3 * c->batch / budget->bound : budget->bound;
    const double limit_ms = bound_ms - overhead_ms * c->batch; /* as in pm_settings_limit_ms */
    if (timed && !(limit_ms > 0))
        return PM_FAILS;
    if (!c->known[metric])
        return PM_NO_DATA;
    return timed ? judge_time(c, budget->steps, limit_ms)
                 : pm_rule_judge(true, c->lo[metric], c->hi[metric],
                                 budget->kind == PM_WHATIF_FLOOR, budget->bound);
}

struct pm_rule_choice pm_whatif_decide(const struct pm_whatif_candidate *c, size_t n,
                                       const struct pm_whatif_budget *budget, double overhead_ms,
                                       enum pm_rule_goal goal, struct pm_rule_candidate *view)
{
    for (size_t i = 0; i < n; i++) {
        enum pm_verdict verdict = c[i].doubtful ? PM_UNDECIDED : PM_MEETS;
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
