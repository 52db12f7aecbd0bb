/* SPDX-License-Identifier: MIT */
#include "cli/nearest.h"

#include "cli/campaign.h"

#include <math.h>

#define GLANCE_RUNS 5 /* enough for a median */

bool pm_nearest_ruled_out(const struct pm_campaign *c, size_t i)
{
    const struct pm_candidate *k = &c->candidate[i];
    return k->entry == NULL && c->slot[i].problem == NULL && k->verdict == PM_FAILS &&
           k->judged[PM_TOP1].verdict != PM_FAILS && k->judged[PM_TOP5].verdict != PM_FAILS;
}

/* How many times over its budgets it is, by what is known of it; INFINITY when that is nothing, or
 * when no loosening of time or memory would make it the pick. */
static double times_over(const struct pm_campaign *c, size_t i)
{
    const struct pm_candidate *k = &c->candidate[i];
    const struct pm_settings *s = &c->options->settings;
    const double ms = k->entry != NULL ? k->figure[PM_LATENCY].value : k->floor_ms;
    const double mib = k->entry != NULL ? k->figure[PM_MEMORY].value : k->figure[PM_SIZE].value;
    double over = 0;
    if ((!pm_known(k->figure[PM_TOP1]) && s->rule == PM_POLICY_PARETO) ||
        (k->stand_in && !s->include_stand_ins) || !(ms > 0))
        return (double)INFINITY;
    for (int m = 0; m < PM_METRICS; m++) {
        if (!s->budget[m].set)
            continue;
        if (pm_metric_is_timed((enum pm_metric)m))
            over = fmax(over, ms / pm_settings_limit_ms(s, (enum pm_metric)m, k->config.batch));
        else if (m == PM_MEMORY)
            over = fmax(over, mib / s->budget[m].bound);
        else if (k->judged[m].verdict == PM_FAILS)
            return (double)INFINITY;
    }
    return over;
}

static int least_over(const struct pm_campaign *c, bool measured)
{
    int best = -1;
    for (size_t i = 0; i < c->n; i++) {
        const bool counts =
            measured ? c->candidate[i].entry != NULL && pm_known(c->candidate[i].figure[PM_LATENCY])
                     : pm_nearest_ruled_out(c, i) && !c->slot[i].closer;
        if (counts && isfinite(times_over(c, i)) &&
            (best < 0 || times_over(c, i) < times_over(c, (size_t)best)))
            best = (int)i;
    }
    return best;
}

int pm_nearest_look(struct pm_campaign *c, struct pm_err *err)
{
    int nearest = least_over(c, true);
    for (int next; (next = least_over(c, false)) >= 0 && !pm_campaign_over(c);) {
        struct pm_goal goal = {.quantile = 0.9, .max_runs = GLANCE_RUNS};
        if (nearest >= 0 && times_over(c, (size_t)next) >= times_over(c, (size_t)nearest))
            break;
        if (nearest >= 0) /* what is slower is told by two runs */
            goal.limit_ms = c->candidate[nearest].figure[PM_LATENCY].value *
                            (double)c->candidate[next].config.batch /
                            (double)c->candidate[nearest].config.batch;
        c->slot[next].closer = true;
        if (pm_campaign_measure(c, (size_t)next, &goal, err) != 0)
            return -1;
        nearest = least_over(c, true);
    }
    const struct pm_goal proof = {.quantile = 0.9}; /* an upper end of its p90 */
    if (nearest < 0 || c->candidate[nearest].entry->status == PM_COMPLETE || pm_campaign_over(c))
        return 0;
    return pm_campaign_measure(c, (size_t)nearest, &proof, err);
}
