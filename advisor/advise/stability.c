/* SPDX-License-Identifier: MIT
 * Would another draw of the same runs have given the same pick?
 *
 * A resample of n runs has its quantile within the limit with a probability that is known in closed
 * form (pm_latency_share_within), and accuracy is not resampled; so under the default rule, going
 * down by accuracy, the share of resamples that choose each candidate follows without drawing any.
 */
#include "advise/answer.h"

#include "base/err.h"
#include "record/profile.h"
#include "stats/latency.h"

#include <math.h>

/* The runs that the verdict rests on: at the frame rate asked for, where they were sustained. */
static const struct pm_entry *judged_by(const struct pm_candidate *c)
{
    const bool at_rate = c->paced != NULL && c->paced->n > 0 && c->paced->status == PM_COMPLETE &&
                         c->paced_disturbed == NULL;
    return at_rate ? c->paced : c->entry;
}

static int share_within(const struct pm_candidate *c, const struct pm_settings *s, double *share,
                        struct pm_err *err)
{
    static const enum pm_metric timed[] = {PM_LATENCY, PM_FPS, PM_KEEP_UP};
    const struct pm_entry *e = judged_by(c);
    *share = 1;
    for (int m = 0; m < PM_METRICS; m++) {
        if (!pm_metric_is_timed((enum pm_metric)m) && s->budget[m].set &&
            c->judged[m].verdict == PM_FAILS)
            *share = 0;
    }
    for (size_t i = 0; i<sizeof timed / sizeof *timed && * share> 0; i++) {
        const struct pm_budget *b = &s->budget[timed[i]];
        if (!b->set)
            continue;
        if (e == NULL || e->n == 0) {
            *share = c->judged[timed[i]].verdict == PM_MEETS ? *share : 0;
            continue;
        }
        const struct pm_runs runs = {e->ms, e->n, e->start_n, e->starts, NULL, NULL};
        const double limit = pm_settings_limit_ms(s, timed[i], c->config.batch);
        double one = 0;
        if (pm_latency_share_within(&runs, limit, b->quantile, &one, err) != 0)
            return -1;
        *share *= one;
    }
    return 0;
}

static bool may_win(const struct pm_answer *a, const struct pm_candidate *c)
{
    return pm_known(c->figure[PM_TOP1]) && pm_known(c->figure[PM_LATENCY]) &&
           (!c->stand_in || a->settings->include_stand_ins);
}

static bool has_runs(const struct pm_answer *a)
{
    for (size_t i = 0; i < a->n; i++) {
        if (a->c[i].entry != NULL && a->c[i].entry->n > 0)
            return true;
    }
    return false;
}

int pm_answer_stability(struct pm_answer *a, struct pm_err *err)
{
    if (a->status != PM_RECOMMENDED || a->settings->rule != PM_POLICY_PARETO ||
        !pm_settings_any_time(a->settings) || !has_runs(a) ||
        a->contenders > 0) /* a contender's runs do not settle its own verdict yet */
        return 0;
    const size_t *order = pm_candidates_ranked(a->c, a->n, &a->arena);
    if (order == NULL)
        return pm_fail_nomem(err);
    double left = 1, second = 0;
    for (size_t k = 0; k < a->n && left > 1e-6; k++) {
        const size_t i = order[k];
        double share = 0;
        if (!may_win(a, &a->c[i]))
            continue;
        if (share_within(&a->c[i], a->settings, &share, err) != 0)
            return -1;
        const double chosen = left * share;
        if ((int)i == a->pick) {
            a->stability = chosen;
        } else if (chosen > second) {
            second = chosen;
            a->runner_up = (int)i;
        }
        left -= chosen;
    }
    return 0;
}
