/* SPDX-License-Identifier: MIT
 * Verdicts -> pick, status, contenders and alternatives. */
#include "advise/answer.h"

#include "advise/ways.h"

#include "base/err.h"
#include "record/profile.h"

#include <math.h>
#include <stdlib.h>

/* Two published top-1 figures nearer than two standard errors cannot be told apart; 50,000 images
 * is ImageNet's validation set, behind every published figure of the catalogue. */
#define VALIDATION_IMAGES 50000.0

static double accuracy_error(struct pm_quantity top1)
{
    if (top1.has_interval)
        return (top1.hi - top1.lo) / 2;
    return 2 * sqrt(top1.value * (100 - top1.value) / VALIDATION_IMAGES);
}

enum pm_rule_goal pm_rule_goal_of(enum pm_policy policy)
{
    switch (policy) {
    case PM_POLICY_LITERAL:
        return PM_GOAL_LITERAL;
    case PM_POLICY_FASTEST:
        return PM_GOAL_FASTEST;
    case PM_POLICY_LEAST_ENERGY:
        return PM_GOAL_LEAST_ENERGY;
    case PM_POLICY_PARETO:
        break;
    }
    return PM_GOAL_PARETO;
}

/* All that the rule asks for is known. */
static bool is_ranked(const struct pm_answer *a, const struct pm_rule_candidate *c)
{
    return c->has_time && (c->has_accuracy || a->settings->rule != PM_POLICY_PARETO) &&
           (c->has_energy || a->settings->rule != PM_POLICY_LEAST_ENERGY);
}

/* What the rule ranks by is not known of it: were it at its best, would it beat the pick? */
static bool best_case_wins(const struct pm_answer *a, const struct pm_rule_candidate *c, size_t i)
{
    const struct pm_quantity energy = a->c[i].figure[PM_ENERGY];
    const double least_energy = pm_known(energy) ? energy.lo : 0;
    const struct pm_candidate *pick = &a->c[a->pick];
    switch (a->settings->rule) {
    case PM_POLICY_LITERAL:
    case PM_POLICY_FASTEST: /* they rank by time alone, and it is not known */
        return true;
    case PM_POLICY_LEAST_ENERGY: /* unknown: any */
        return least_energy <= pick->figure[PM_ENERGY].value;
    case PM_POLICY_PARETO:
        break;
    }
    return !c->has_accuracy || c->accuracy >= pick->figure[PM_TOP1].value;
}

/* Would candidate i, were it to meet every budget, take the pick's place? */
static bool would_win(const struct pm_answer *a, struct pm_rule_candidate *view, size_t i)
{
    const struct pm_rule_candidate saved = view[i];
    if (!view[i].may_be_picked || (int)i == a->pick)
        return false;
    if (!is_ranked(a, &view[i])) /* of what is not known anything is possible */
        return best_case_wins(a, &view[i], i);
    view[i].verdict = PM_MEETS;
    const bool wins = pm_rule_pick(view, a->n, pm_rule_goal_of(a->settings->rule), false) == (int)i;
    view[i] = saved;
    return wins;
}

static const char *what_settles(const struct pm_answer *a, const struct pm_candidate *c,
                                struct pm_arena *arena)
{
    char needs[PM_NEEDS_TEXT];
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_judgement *j = &c->judged[m];
        const char *title = pm_metric_info((enum pm_metric)m)->title;
        if (!a->settings->budget[m].set || j->verdict == PM_MEETS)
            continue;
        if (j->verdict == PM_UNDECIDED && j->need_more > 0)
            return pm_arena_printf(arena, "%s would decide its %s", pm_judgement_needs(j, needs),
                                   title);
        const double images = pm_candidate_images_wanted(c, (enum pm_metric)m, a->settings);
        if (images > 0)
            return pm_arena_printf(arena,
                                   "its %s is too near the budget to call: some %.0f images in all "
                                   "would decide it",
                                   title, images);
        const char *is = m == PM_PARAMS ? "are" : "is";
        if (j->verdict == PM_UNDECIDED && pm_is_too_near(j, a->settings->budget[m].bound))
            return pm_arena_printf(arena, "its %s %s too near the budget to call", title, is);
        if (j->verdict == PM_UNDECIDED)
            return pm_arena_printf(arena, "its %s %s not decided%s%s%s", title, is,
                                   j->note != NULL ? " (" : "", j->note != NULL ? j->note : "",
                                   j->note != NULL ? ")" : "");
        return pm_arena_printf(arena, "its %s %s not known (%s)", title, is,
                               j->note != NULL ? j->note : "no data");
    }
    if (c->disturbed != NULL)
        return pm_arena_printf(arena, "it was %s", c->disturbed);
    if (!pm_known(c->figure[PM_LATENCY]))
        return c->gap != NULL ? c->gap : "it was not measured";
    if (!pm_known(c->figure[PM_TOP1]) && a->settings->rule == PM_POLICY_PARETO)
        return "its top-1 is not known";
    return pm_known(c->figure[PM_ENERGY]) ? "only a lower bound of its energy is known"
                                          : "its energy is not known";
}

static int find_contenders(struct pm_answer *a, struct pm_rule_candidate *view, struct pm_err *err)
{
    a->contender = pm_arena_alloc(&a->arena, a->n + 1, sizeof *a->contender);
    if (a->contender == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < a->n; i++) {
        const enum pm_verdict v = a->c[i].verdict;
        if (v == PM_FAILS || (v == PM_MEETS && is_ranked(a, &view[i])) || !would_win(a, view, i))
            continue;
        const char *settles = what_settles(a, &a->c[i], &a->arena);
        if (settles == NULL)
            return pm_fail_nomem(err);
        a->contender[a->contenders++] = (struct pm_contender){(int)i, settles};
    }
    return 0;
}

static int fastest_equal(const struct pm_answer *a)
{
    const struct pm_candidate *pick = &a->c[a->pick];
    if (!pm_known(pick->figure[PM_TOP1]))
        return -1;
    const double top1 = pick->figure[PM_TOP1].value, error = accuracy_error(pick->figure[PM_TOP1]);
    int best = -1;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        if (c->verdict != PM_MEETS || !pm_known(c->figure[PM_LATENCY]) ||
            !pm_known(c->figure[PM_TOP1]) || fabs(c->figure[PM_TOP1].value - top1) > error ||
            (c->stand_in && !a->settings->include_stand_ins))
            continue;
        if (best < 0 || c->figure[PM_LATENCY].value < a->c[best].figure[PM_LATENCY].value)
            best = (int)i;
    }
    return best == a->pick ? -1 : best;
}

static void find_alternatives(struct pm_answer *a, struct pm_rule_candidate *view)
{
    /* beside a pick by accuracy, what has none is no alternative */
    for (size_t i = 0; a->settings->rule == PM_POLICY_PARETO && i < a->n; i++)
        view[i].has_time = view[i].has_time && view[i].has_accuracy;
    a->literal = pm_rule_pick(view, a->n, PM_GOAL_LITERAL, false);
    a->least_energy = pm_rule_pick(view, a->n, PM_GOAL_LEAST_ENERGY, false);
    a->fastest_equal = fastest_equal(a);
}

static enum pm_answer_status status_of(enum pm_rule_status status)
{
    switch (status) {
    case PM_RULE_PICKED:
        return PM_RECOMMENDED;
    case PM_RULE_NOTHING_FITS:
        return PM_INFEASIBLE;
    case PM_RULE_OPEN:
        break;
    }
    return PM_NOT_DECIDED;
}

static int pick(struct pm_answer *a, struct pm_err *err)
{
    struct pm_rule_candidate *view = pm_rule_view(a->c, a->n, a->settings, &a->arena);
    if (view == NULL)
        return pm_fail_nomem(err);
    const struct pm_rule_choice choice =
        pm_rule_choose(view, a->n, pm_rule_goal_of(a->settings->rule));
    a->pick = choice.pick;
    a->status = status_of(choice.status);
    for (size_t i = 0; i < a->n; i++)
        a->c[i].beaten_by = view[i].beaten_by;
    if (a->status != PM_RECOMMENDED)
        return 0;
    if (find_contenders(a, view, err) != 0)
        return -1;
    find_alternatives(a, view);
    return 0;
}

struct step {
    double time;
    int index;
};

static int by_time(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    return (x->time > y->time) - (x->time < y->time);
}

/* The front over all candidates with figures, whatever the budgets say. */
static int find_front(struct pm_answer *a, struct pm_err *err)
{
    struct pm_rule_candidate *view = pm_rule_view(a->c, a->n, a->settings, &a->arena);
    struct step *step = pm_arena_alloc(&a->arena, a->n + 1, sizeof *step);
    a->step = pm_arena_alloc(&a->arena, a->n + 1, sizeof *a->step);
    if (view == NULL || step == NULL || a->step == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < a->n; i++)
        view[i].verdict = PM_MEETS;
    pm_rule_pick(view, a->n, PM_GOAL_PARETO, false);
    for (size_t i = 0; i < a->n; i++) {
        if (view[i].has_accuracy && view[i].has_time && view[i].may_be_picked &&
            view[i].beaten_by < 0)
            step[a->steps++] = (struct step){view[i].time, (int)i};
    }
    qsort(step, a->steps, sizeof *step, by_time);
    for (size_t i = 0; i < a->steps; i++)
        a->step[i] = step[i].index;
    return 0;
}

static void find_best_values(struct pm_answer *a)
{
    for (int m = 0; m < PM_METRICS; m++) {
        const bool is_min = pm_metric_info((enum pm_metric)m)->is_min;
        a->best[m] = (double)NAN;
        for (size_t i = 0; a->settings->budget[m].set && i < a->n; i++) {
            const struct pm_judgement *j = &a->c[i].judged[m];
            if (pm_known(j->value))
                a->best[m] =
                    is_min ? fmax(a->best[m], j->value.value) : fmin(a->best[m], j->value.value);
        }
    }
}

static int explain_all(struct pm_answer *a, struct pm_err *err)
{
    find_best_values(a);
    if (find_front(a, err) != 0 || pm_answer_find_ways(a, err) != 0 || pm_answer_fit(a, err) != 0 ||
        pm_answer_relax(a, err) != 0 || pm_answer_stability(a, err) != 0 ||
        pm_answer_reasons(a, err) != 0 || pm_answer_findings(a, err) != 0)
        return -1;
    return 0;
}

int pm_answer_find(struct pm_candidate *c, size_t n, const struct pm_settings *settings,
                   const struct pm_profile *profile, bool quick, struct pm_answer *out,
                   struct pm_err *err)
{
    struct pm_answer a = {.settings = settings,
                          .profile = profile,
                          .n = n,
                          .c = c,
                          .pick = -1,
                          .literal = -1,
                          .least_energy = -1,
                          .fastest_equal = -1,
                          .runner_up = -1,
                          .stability = (double)NAN,
                          .ms_per_point = (double)NAN};
    int result = 0;
    for (size_t i = 0; result == 0 && i < n; i++)
        result = pm_candidate_judge(&c[i], settings, err);
    if (result == 0)
        result = pick(&a, err);
    if (!pm_settings_any_budget(settings)) {
        a.status = PM_OVERVIEW;
        a.pick = -1;
        a.contenders = 0;
        a.literal = a.least_energy = a.fastest_equal = -1;
    }
    if (result == 0 && !quick)
        result = explain_all(&a, err);
    if (result != 0)
        pm_arena_done(&a.arena);
    else
        *out = a;
    return result;
}

void pm_answer_done(struct pm_answer *answer)
{
    if (answer == NULL)
        return;
    pm_arena_done(&answer->arena);
    *answer = (struct pm_answer){0};
}

void pm_answer_warn(struct pm_answer *answer, const char *text)
{
    const char **list =
        pm_arena_room(&answer->arena, answer->warning, answer->warnings, sizeof *list);
    char *copy = text != NULL ? pm_arena_dup(&answer->arena, text) : NULL;
    if (list == NULL || copy == NULL)
        return;
    list[answer->warnings++] = copy;
    answer->warning = list;
}
