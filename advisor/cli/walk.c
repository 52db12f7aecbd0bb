/* SPDX-License-Identifier: MIT */
#include "cli/walk.h"

#include "advise/power.h"
#include "advise/ways.h"
#include "base/err.h"
#include "cli/campaign.h"
#include "cli/walk_order.h"

#include <math.h>

#define GLANCE_RUNS 5 /* enough for a median where no budget on time is to be decided */

bool pm_walk_asks_for_power(const struct pm_settings *s)
{
    return s->budget[PM_POWER].set || s->budget[PM_ENERGY].set || isfinite(s->battery_wh) ||
           s->rule == PM_POLICY_LEAST_ENERGY || s->power[0] != '\0';
}

static bool settled_by_measuring(const struct pm_campaign *c, enum pm_metric m)
{
    return pm_metric_is_timed(m) || m == PM_MEMORY ||
           ((m == PM_POWER || m == PM_LAST || m == PM_ENERGY) &&
            (c->power != NULL || !c->power_sought));
}

/* Which budgets more runs could still settle; their limits on the latency of a batch. */
static bool wants_measuring(const struct pm_campaign *c, size_t i, struct pm_goal *goal)
{
    const struct pm_candidate *k = &c->candidate[i];
    const struct pm_settings *s = &c->options->settings;
    const bool disturbed = k->disturbed != NULL; /* as if it had not been measured */
    const bool complete = k->entry != NULL && k->entry->status == PM_COMPLETE && !disturbed;
    *goal = (struct pm_goal){.max_runs = GLANCE_RUNS, .quantile = 0.9, .afresh = disturbed};
    if (k->verdict == PM_FAILS || c->slot[i].problem != NULL ||
        (!pm_known(k->figure[PM_TOP1]) && s->rule == PM_POLICY_PARETO) ||
        (k->stand_in && !s->include_stand_ins))
        return false;
    goal->power = pm_walk_asks_for_power(s) && pm_campaign_lacks_power(c, k->entry);
    if (complete)
        goal->max_runs = k->entry->n; /* for its energy, should that be missing */
    bool wanted = k->entry == NULL || disturbed || goal->power;
    for (int m = PM_LATENCY; m <= PM_MEMORY; m++) {
        const struct pm_budget *b = &s->budget[m];
        const bool timed = pm_metric_is_timed((enum pm_metric)m);
        if (!b->set || (!timed && m != PM_MEMORY) || k->judged[m].verdict == PM_MEETS)
            continue;
        if (complete && (!timed || k->judged[m].need_more == 0)) /* more runs change nothing */
            continue;
        wanted = true;
        if (!timed)
            continue;
        goal->limit_ms = pm_settings_limit_ms(s, (enum pm_metric)m, k->config.batch);
        goal->quantile = b->quantile;
        goal->max_runs = 0;
    }
    return wanted;
}

/* What a candidate's time could not settle is not measured again at each question, unless the runs
 * still wanted fit three times that time; a larger --candidate-time does it too. */
static bool time_is_spent(const struct pm_campaign *c, size_t i)
{
    const struct pm_candidate *k = &c->candidate[i];
    const double time_ms = c->options->settings.candidate_time_ms;
    double spent_ms = 0, wanted = 0;
    for (size_t j = 0; k->entry != NULL && j < k->entry->n; j++)
        spent_ms += k->entry->ms[j];
    for (int m = 0; m < PM_METRICS; m++)
        wanted = fmax(wanted, (double)k->judged[m].need_more);
    const bool within_reach = wanted > 0 && pm_known(k->figure[PM_LATENCY]) &&
                              spent_ms + wanted * k->figure[PM_LATENCY].value < 3 * time_ms;
    return spent_ms >= 0.9 * time_ms && !within_reach && k->disturbed == NULL;
}

/* Likely too slow, if that was no spell. */
static bool is_left(const struct pm_candidate *k)
{
    for (int m = 0; m < PM_METRICS; m++) {
        if (k->verdict != PM_FAILS && k->judged[m].verdict == PM_UNDECIDED &&
            k->judged[m].leans_fails)
            return true;
    }
    return false;
}

/* Settle one candidate: once for each time budget at most, and within its time. come_back: what
 * only a later visit can settle is left for that. */
static int settle(struct pm_campaign *c, size_t i, bool come_back, struct pm_err *err)
{
    const struct pm_candidate *k = &c->candidate[i];
    double last_limit = -1;
    for (int round = 0; round < 2 && !pm_campaign_over(c); round++) {
        struct pm_goal goal;
        if (wants_measuring(c, i, &goal) && pm_campaign_begin(c, err) != 0)
            return -1;
        if (!wants_measuring(c, i, &goal) /* what begins may rule it out */ ||
            goal.limit_ms == last_limit || (!goal.power && time_is_spent(c, i)))
            return 0;
        goal.come_back = come_back;
        if (pm_campaign_measure(c, i, &goal, err) != 0)
            return -1;
        if (c->candidate[i].entry == NULL || is_left(k))
            return 0; /* it failed; or later */
        last_limit = goal.limit_ms;
    }
    return 0;
}

/* As good as certain for what can be measured here: only budgets without any sensor are open. */
static bool is_the_answer(const struct pm_campaign *c, size_t i)
{
    const struct pm_candidate *k = &c->candidate[i];
    if (k->verdict == PM_FAILS || !pm_candidate_pickable(k, &c->options->settings))
        return false;
    for (int m = 0; m < PM_METRICS; m++) {
        if (settled_by_measuring(c, (enum pm_metric)m) && c->options->settings.budget[m].set &&
            k->judged[m].verdict != PM_MEETS)
            return false;
    }
    return true;
}

/* ---- of several ways to run a network ---- */

static bool is_slower(const struct pm_candidate *k, double ms)
{
    if (k->disturbed != NULL)
        return false;
    if (k->entry != NULL && k->entry->status == PM_CENSORED)
        return k->entry->censored_ms >= ms;
    return pm_known(k->figure[PM_LATENCY]) && k->figure[PM_LATENCY].value >= ms;
}

/* A slower way to run what already is the answer cannot take its place, whatever its budgets: a few
 * runs tell, and what it draws is not asked. */
static int settle_against(struct pm_campaign *c, size_t i, int answer, struct pm_err *err)
{
    struct pm_goal goal;
    const struct pm_candidate *k = &c->candidate[i];
    if (answer < 0 || k->config.batch != c->candidate[answer].config.batch)
        return settle(c, i, true, err);
    const double ms = c->candidate[answer].figure[PM_LATENCY].value;
    if (k->entry == NULL && wants_measuring(c, i, &goal) &&
        (goal.limit_ms <= 0 || goal.limit_ms > ms)) {
        goal.limit_ms = ms;
        goal.quantile = 0.9;
        goal.max_runs = GLANCE_RUNS;
        goal.power = false;
        if (pm_campaign_measure(c, i, &goal, err) != 0)
            return -1;
    }
    return is_slower(k, ms) ? 0 : settle(c, i, true, err);
}

/* ---- the walk ---- */

/* Before the heaviest network is run for the first time: how fast is each way, if there are several
 * and nothing is known of one? A few runs of its lightest network tell. */
static int look_at_ways(struct pm_campaign *c, const size_t *order, size_t n, struct pm_err *err)
{
    struct pm_goal goal;
    bool several = false;
    for (size_t k = 0; k < n; k++)
        several = several || !pm_same_way(&c->candidate[order[k]], &c->candidate[order[0]]);
    for (size_t k = 0; several && k < n && !pm_campaign_over(c); k++) {
        const size_t i = order[k];
        if (!wants_measuring(c, i, &goal) || isfinite(pm_order_ms_per_gop(c, i)) ||
            !pm_known(c->candidate[i].gops))
            continue;
        const size_t light = pm_order_lightest_of_way(c, i);
        goal = (struct pm_goal){.quantile = 0.9, .max_runs = GLANCE_RUNS};
        if (light != i && c->candidate[light].entry == NULL &&
            pm_campaign_measure(c, light, &goal, err) != 0)
            return -1;
    }
    return 0;
}

/* What was left is settled now, the most accurate first, until one of them is the answer. */
static int come_back(struct pm_campaign *c, const size_t *left, size_t n, struct pm_err *err)
{
    for (size_t k = 0; k < n && !pm_campaign_over(c); k++) {
        if (settle(c, left[k], false, err) != 0)
            return -1;
        if (is_the_answer(c, left[k]) && pm_order_as_accurate(c, left + k, n - k) == 1)
            break;
    }
    return 0;
}

/* Before candidate i is run, where its energy is missing: the board at rest may rule all out. */
static int seek_power(struct pm_campaign *c, size_t i, struct pm_err *err)
{
    const struct pm_candidate *k = &c->candidate[i];
    if (!pm_walk_asks_for_power(&c->options->settings) || k->verdict == PM_FAILS ||
        pm_entry_has_energy(k->entry))
        return 0;
    return pm_campaign_seek_power(c, err) != 0 ? -1 : pm_campaign_seek_rest(c, err);
}

int pm_walk_down(struct pm_campaign *c, bool everything, struct pm_err *err)
{
    size_t *order = pm_candidates_ranked(c->candidate, c->n, &c->arena);
    size_t *left = pm_arena_alloc(&c->arena, c->n + 1, sizeof *left), lefts = 0;
    if (order == NULL || left == NULL)
        return pm_fail_nomem(err);
    int answer = -1; /* the fastest so far of the most accurate that fit */
    double accuracy = (double)INFINITY;
    for (size_t k = 0; k < c->n && !pm_campaign_over(c); k++) {
        const size_t i = order[k];
        const bool less = pm_order_accuracy(c, i) < accuracy;
        if (less && answer >= 0 && !everything)
            break;
        if (seek_power(c, i, err) != 0)
            return -1;
        if (less) {
            accuracy = pm_order_accuracy(c, i);
            if (look_at_ways(c, order + k, pm_order_as_accurate(c, order + k, c->n - k), err) != 0)
                return -1;
            pm_order_fastest_first(c, order + k, c->n - k);
        }
        if (settle_against(c, order[k], everything ? -1 : answer, err) != 0)
            return -1;
        if (is_left(&c->candidate[order[k]]))
            left[lefts++] = order[k];
        if (is_the_answer(c, order[k]) &&
            (answer < 0 || c->candidate[order[k]].figure[PM_LATENCY].value <
                               c->candidate[answer].figure[PM_LATENCY].value))
            answer = (int)order[k];
    }
    return come_back(c, left, lefts, err);
}

int pm_walk_all(struct pm_campaign *c, struct pm_err *err)
{
    size_t *order = pm_arena_alloc(&c->arena, c->n + 1, sizeof *order);
    if (order == NULL)
        return pm_fail_nomem(err);
    pm_order_lightest_first(c, order);
    for (size_t k = 0; k < c->n && !pm_campaign_over(c); k++) {
        const size_t i = order[k];
        const struct pm_entry *e = c->candidate[i].entry;
        const bool disturbed = c->candidate[i].disturbed != NULL;
        const bool complete = e != NULL && e->status == PM_COMPLETE && !disturbed;
        const struct pm_goal goal = {.quantile = 0.9,
                                     .max_runs = e != NULL && complete ? e->n : 0,
                                     .afresh = disturbed,
                                     .power = pm_campaign_lacks_power(c, e)};
        if ((e == NULL || disturbed || e->status == PM_PARTIAL || goal.power) &&
            c->slot[i].problem == NULL && pm_campaign_measure(c, i, &goal, err) != 0)
            return -1;
    }
    return 0;
}
