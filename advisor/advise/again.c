/* SPDX-License-Identifier: MIT
 * A question asked again with one key changed, as a person would type it. */
#include "advise/answer.h"

#include "base/err.h"
#include "record/profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Bounds are no figures: what may take any energy above one is not known to take the least. */
bool pm_has_figure(struct pm_quantity q)
{
    return pm_known(q) && isfinite(q.lo) && isfinite(q.hi);
}

bool pm_is_too_near(const struct pm_judgement *j, double bound)
{
    return !j->doubtful && pm_has_figure(j->value) && j->value.has_interval &&
           j->value.lo <= bound && bound <= j->value.hi;
}

bool pm_candidate_pickable(const struct pm_candidate *c, const struct pm_settings *settings)
{
    return (!c->stand_in || settings->include_stand_ins) && pm_known(c->figure[PM_LATENCY]) &&
           (settings->rule != PM_POLICY_PARETO || pm_known(c->figure[PM_TOP1])) &&
           (settings->rule != PM_POLICY_LEAST_ENERGY || pm_has_figure(c->figure[PM_ENERGY]));
}

static bool same_rate(const struct pm_settings *a, const struct pm_settings *b)
{
    return (isnan(a->fps) && isnan(b->fps)) || (a->fps >= b->fps && a->fps <= b->fps);
}

int pm_candidate_again(const struct pm_answer *answer, size_t i, const struct pm_settings *settings,
                       struct pm_arena *arena, struct pm_candidate *out, struct pm_err *err)
{
    struct pm_candidate c = answer->c[i];
    if (!same_rate(answer->settings, settings)) {
        /* runs at a rate speak for that rate alone */
        c.paced = answer->profile != NULL && c.entry != NULL
                      ? pm_profile_find_paced(answer->profile, c.entry, settings->fps)
                      : NULL;
        if (c.entry != NULL && pm_candidate_power(&c, settings, arena, err) != 0)
            return -1;
    }
    if (pm_candidate_judge(&c, settings, err) != 0)
        return -1;
    *out = c;
    return 0;
}

int pm_answer_would_ship(const struct pm_answer *answer, size_t i, enum pm_metric metric,
                         const char *value, bool *would, double *to, struct pm_err *err)
{
    struct pm_settings s = *answer->settings;
    struct pm_err refused = {0};
    struct pm_arena arena = {0};
    struct pm_candidate c;
    *would = false;
    if (pm_settings_set(&s, pm_metric_info(metric)->key, value, "", &refused) != 0 ||
        pm_settings_finish(&s, &refused) != 0)
        return 0; /* not a question that can be asked */
    const int result = pm_candidate_again(answer, i, &s, &arena, &c, err);
    if (result == 0)
        *would = c.verdict == PM_MEETS && pm_candidate_pickable(&c, &s);
    if (to != NULL)
        *to = s.budget[metric].bound;
    pm_arena_done(&arena);
    return result;
}
