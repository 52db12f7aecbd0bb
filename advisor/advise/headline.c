/* SPDX-License-Identifier: MIT
 * The verdict in one sentence: what to ship, on which device, and by whose figures. */
#include "advise/findings.h"

#include "base/buf.h"
#include "record/profile.h"

#include <math.h>

static const char *place(const struct pm_answer *a)
{
    /* a profile that was named may be of any device: its name is said */
    return a->profile == NULL || a->settings->profile[0] == '\0' ? "this board"
                                                                 : a->profile->device.name;
}

/* "by published figures, ": where what decides comes from, when not from measurements. */
static const char *by_what(struct pm_answer *a, const struct pm_candidate *c)
{
    static const enum pm_metric decisive[] = {PM_POWER, PM_LAST, PM_ENERGY, PM_MEMORY};
    bool from[PM_ORIGINS] = {false};
    struct pm_buf words = {0};
    from[c->figure[PM_LATENCY].origin] = true;
    for (int m = 0; m < PM_METRICS; m++) {
        const bool timed = pm_metric_is_timed((enum pm_metric)m);
        bool counts = timed;
        for (size_t i = 0; i < sizeof decisive / sizeof *decisive; i++)
            counts = counts || m == (int)decisive[i];
        if (counts && a->settings->budget[m].set && pm_known(c->judged[m].value))
            from[c->judged[m].value.origin] = true;
    }
    if (a->settings->rule == PM_POLICY_LEAST_ENERGY)
        from[c->figure[PM_ENERGY].origin] = true;
    static const enum pm_origin origins[] = {PM_PUBLISHED, PM_DECLARED, PM_PREDICTED};
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        if (from[origins[i]])
            pm_buf_addf(&words, "%s%s", words.len > 0 ? " and " : "", pm_origin_name(origins[i]));
    }
    const bool assumed = from[PM_ESTIMATED] && isfinite(a->settings->assumed_w);
    const char *by = words.len == 0 && !assumed ? ""
                     : words.len == 0
                         ? pm_arena_printf(&a->arena, ", assuming %.4g W", a->settings->assumed_w)
                     : !assumed ? pm_arena_printf(&a->arena, " by %s figures", pm_buf_text(&words))
                                : pm_arena_printf(&a->arena, " by %s figures, assuming %.4g W",
                                                  pm_buf_text(&words), a->settings->assumed_w);
    if (words.failed)
        by = NULL;
    pm_buf_done(&words);
    return by;
}

/* Nothing that may be picked fits, and what only lacks weights is not forgotten. */
static const char *nothing_fits(struct pm_answer *a)
{
    size_t broken = 0;
    for (size_t i = 0; i < a->n; i++)
        broken += a->c[i].verdict == PM_FAILS;
    if (broken < a->n)
        return pm_arena_printf(&a->arena,
                               "No network fits that weights are offered for: %zu of %zu break a "
                               "budget, the rest are stand-ins.",
                               broken, a->n);
    return a->n == 1 ? "No network fits: the only one breaks a budget."
                     : pm_arena_printf(&a->arena,
                                       "No network fits: each of the %zu breaks a budget.", a->n);
}

/* Which figure nobody has that the rule needs, though no budget asks for it. */
static const char *lacking(const struct pm_answer *a)
{
    bool top1 = false, latency = false;
    for (size_t i = 0; i < a->n; i++) {
        top1 = top1 || (a->c[i].verdict != PM_FAILS && pm_known(a->c[i].figure[PM_TOP1]));
        latency = latency || (a->c[i].verdict != PM_FAILS && pm_known(a->c[i].figure[PM_LATENCY]));
    }
    const bool asked = a->settings->budget[PM_TOP1].set || a->settings->budget[PM_TOP5].set;
    if (!top1 && asked)
        return "Not decided: no network that may fit has a top-1 figure (import top1_pct, or "
               "measure it with pickmodel evaluate).";
    if (!top1 && a->settings->rule == PM_POLICY_PARETO)
        return "Not decided: no network that may fit has a top-1 figure, by which --rule pareto "
               "chooses (import top1_pct, measure it with pickmodel evaluate, or take --rule "
               "fastest).";
    if (!latency)
        return "Not decided: no network that may fit has a latency.";
    if (a->settings->rule == PM_POLICY_LEAST_ENERGY)
        return "Not decided: no network that may fit has an energy figure, by which --rule "
               "least-energy chooses.";
    return "Not decided: no candidate has all the figures that are needed.";
}

const char *pm_top1_phrase(const struct pm_candidate *c, struct pm_arena *arena)
{
    const struct pm_quantity top1 = c->figure[PM_TOP1];
    return pm_known(top1) ? pm_arena_printf(arena, "%.4g %% top-1", top1.value) : "top-1 unknown";
}

const char *pm_answer_headline(struct pm_answer *a)
{
    char time[40];
    if (a->status == PM_OVERVIEW)
        return pm_arena_printf(
            &a->arena, "No budget was given: what each amount of time buys on %s.", place(a));
    if (a->status == PM_INFEASIBLE)
        return nothing_fits(a);
    if (a->n == 0)
        return "Not decided: there is no network to choose from.";
    if (a->pick < 0)
        return lacking(a);
    const struct pm_candidate *c = &a->c[a->pick];
    const struct pm_judgement *j = &c->judged[PM_LATENCY];
    const bool judged = a->settings->budget[PM_LATENCY].set && pm_known(j->value);
    const double ms = judged ? j->value.value : c->figure[PM_LATENCY].value;
    pm_metric_text(PM_LATENCY, ms, time, sizeof time);
    const bool median = !judged || fabs(j->quantile - 0.5) < 1e-9;
    const char *with = judged && a->settings->overhead_ms > 0 ? "with overhead " : "";
    const char *which = median
                            ? pm_arena_printf(&a->arena, "median latency %s", with)
                            : pm_arena_printf(&a->arena, "p%g latency %s", 100 * j->quantile, with);
    const char *by = by_what(a, c);
    const char *top1 = pm_top1_phrase(c, &a->arena);
    if (which == NULL || by == NULL || top1 == NULL)
        return NULL;
    return pm_arena_printf(&a->arena, "%s %s on %s%s: %s, %s%s%s.",
                           a->status == PM_RECOMMENDED ? "Ship" : "Not decided; provisionally",
                           c->name, place(a), by, top1, which,
                           judged && !median && isinf(j->value.hi) ? "more than " : "", time);
}
