/* SPDX-License-Identifier: MIT
 * When nothing fits: what would have to give. Each budget is loosened alone, the others kept. */
#include "advise/answer.h"

#include "advise/thresholds.h"
#include "base/err.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* The bound that leaves the inference of a batch `limit_ms`; never a last bit less. */
static double bound_for(const struct pm_answer *a, const struct pm_candidate *c,
                        enum pm_metric metric, double limit_ms)
{
    struct pm_settings s = *a->settings;
    double *bound = &s.budget[metric].bound;
    const double ms = limit_ms + s.overhead_ms * (double)c->config.batch;
    *bound = pm_metric_is_rate(metric) ? 1e3 * (double)c->config.batch / ms : ms;
    while (pm_settings_limit_ms(&s, metric, c->config.batch) < limit_ms)
        *bound = nextafter(*bound, pm_metric_is_rate(metric) ? 0 : (double)INFINITY);
    return *bound;
}

/* The bound this candidate would need: for a time what its judge says (thresholds.h), else the
 * confident side of its interval; NAN when it is no nearer than `best`, or none is known to do. */
static int needed(const struct pm_answer *a, const struct pm_candidate *c, enum pm_metric metric,
                  double best, double *to, struct pm_err *err)
{
    const struct pm_judgement *j = &c->judged[metric];
    const bool is_min = pm_metric_info(metric)->is_min;
    double limit_ms = NAN;
    *to = NAN;
    if (!pm_known(j->value) || (is_min ? j->value.value <= best : j->value.value >= best))
        return 0; /* what would be certain lies further out than the estimate: no search */
    if (!pm_metric_is_timed(metric)) {
        const double safe = is_min ? j->value.lo : j->value.hi;
        *to = isfinite(safe) && safe > 0 ? safe : (double)NAN;
        return 0;
    }
    if (pm_thresholds_meets_from(c, metric, a->settings, &limit_ms, err) != 0)
        return -1;
    if (limit_ms > 0)
        *to = bound_for(a, c, metric, limit_ms);
    return 0;
}

/* A battery's power is typed as the time that it must last: less is looser. */
static void type_bound(const struct pm_answer *a, enum pm_metric metric, double bound, int looser,
                       char *out, size_t size)
{
    const double q = a->settings->budget[metric].quantile;
    if (metric != PM_LAST) {
        pm_metric_typed(metric, bound, looser, out, size);
        const size_t len = strlen(out);
        if (pm_metric_is_timed(metric) && fabs(q - 0.9) > 1e-9)
            snprintf(out + len, size - len, "@p%g", 100 * q);
        return;
    }
    const double hours = a->settings->battery_wh / bound;
    const int decimals = hours < 10 ? 3 : hours < 100 ? 2 : 0;
    const double steps = pow(10, decimals);
    snprintf(out, size, "%.*fh", decimals, fmax(round(hours * steps) - looser, 0) / steps);
}

#define STEPS_MAX                                                                                  \
    40 /* of the last digit: the bound's own rounding, and what it is worth in a unit */

/* The least that does, digit for digit as it would be typed: the bound needed, rounded to the
 * looser side, and a digit looser for as long as it does not ship. */
static int type_it(struct pm_answer *a, struct pm_relaxation *r, struct pm_err *err)
{
    char text[40];
    double to = NAN;
    const double bound = r->to;
    r->possible = false;
    for (int looser = 0; !r->possible && looser <= STEPS_MAX; looser++) {
        type_bound(a, r->metric, bound, looser, text, sizeof text);
        if (pm_answer_would_ship(a, (size_t)r->index, r->metric, text, &r->possible, &to, err) != 0)
            return -1;
    }
    r->to = to;
    r->typed = pm_arena_dup(&a->arena, text);
    return r->typed != NULL ? 0 : pm_fail_nomem(err);
}

/* Nothing rules it out but this budget, or what is not known of it. */
static bool may_fit(const struct pm_answer *a, const struct pm_candidate *c, enum pm_metric metric)
{
    return (!c->stand_in || a->settings->include_stand_ins) && others(a, c, metric) != PM_FAILS;
}

static int relax_one(struct pm_answer *a, enum pm_metric metric, struct pm_relaxation *best,
                     struct pm_err *err)
{
    const bool is_min = pm_metric_info(metric)->is_min;
    *best = (struct pm_relaxation){.metric = metric, .to = NAN, .index = -1};
    int unknown = -1;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        double to = NAN;
        if (!may_fit(a, c, metric))
            continue;
        const bool all_known = others(a, c, metric) == PM_MEETS && !pm_candidate_is_doubtful(c) &&
                               pm_candidate_pickable(c, a->settings);
        if (all_known && needed(a, c, metric, best->to, &to, err) != 0)
            return -1;
        if (isnan(to) && !best->possible && unknown < 0)
            unknown = (int)i;
        if (isnan(to) || (best->possible && (is_min ? to <= best->to : to >= best->to)))
            continue;
        *best = (struct pm_relaxation){.metric = metric,
                                       .possible = true,
                                       .to = to,
                                       .index = (int)i,
                                       .note = c->judged[metric].note};
    }
    if (best->possible && type_it(a, best, err) != 0)
        return -1;
    if (!best->possible)
        best->index = unknown;
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
        if (!answer->settings->budget[m].set || m == PM_KEEP_UP)
            continue; /* a lower rate draws less too: findings_power.c says what it would do */
        if (relax_one(answer, (enum pm_metric)m, &answer->relaxation[answer->relaxations++], err) !=
            0)
            return -1;
    }
    return 0;
}
