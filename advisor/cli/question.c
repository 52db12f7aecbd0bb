/* SPDX-License-Identifier: MIT
 * From a question to its answer: from a profile, or by measuring this board until it is certain.
 *
 * Accuracy is known before anything is measured, so the walk goes down by accuracy: the first
 * candidate that meets every budget is the answer for certain, once all of equal accuracy have been
 * looked at. Nothing less accurate ever needs measuring. */
#include "cli/question.h"

#include "advise/answer.h"
#include "advise/power.h"
#include "base/clock.h"
#include "base/err.h"
#include "cli/calibration.h"
#include "cli/campaign.h"
#include "cli/commands.h"
#include "cli/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROOF_RUNS  60 /* enough for an upper end of p90 */
#define GLANCE_RUNS 5  /* enough for a median where no budget on time is to be decided */

static int status_of(const struct pm_answer *a)
{
    switch (a->status) {
    case PM_RECOMMENDED:
    case PM_OVERVIEW:
        return PM_EXIT_OK;
    case PM_INFEASIBLE:
        return PM_EXIT_INFEASIBLE;
    case PM_NOT_DECIDED:
        break;
    }
    return PM_EXIT_UNDECIDED;
}

/* ---- from a profile ---- */

static void warn_of_profile(struct pm_answer *a, const struct pm_profile *p)
{
    char text[300];
    if (strcmp(p->origin, "measured") != 0) {
        snprintf(text, sizeof text, "the figures of %s are %s%s%s; they are judged as they stand",
                 p->device.name, p->origin, p->source != NULL ? ", from " : "",
                 p->source != NULL ? p->source : "");
        pm_answer_warn(a, text);
    }
    for (size_t i = 0; i < p->notes; i++)
        pm_answer_warn(a, p->note[i]);
}

static int answer_from(struct pm_context *ctx, const struct pm_options *o, pm_answer_user *use,
                       struct pm_err *err)
{
    const char *path = NULL;
    struct pm_profile profile = {0};
    struct pm_arena arena = {0};
    struct pm_candidate *c = NULL;
    struct pm_answer answer = {0};
    size_t n = 0;
    int status = -1;
    if (pm_paths_profile(&ctx->paths, o->settings.profile, &path, err) != 0 ||
        pm_context_load_profile(path, &o->settings, &profile, err) != 0)
        return -1;
    if (pm_candidates_of_profile(&profile, &ctx->catalogue, &o->settings, &arena, &c, &n, err) ==
            0 &&
        pm_answer_find(c, n, &o->settings, &profile, false, &answer, err) == 0) {
        warn_of_profile(&answer, &profile);
        status = use(o, ctx, &answer, err) == 0 ? status_of(&answer) : -1;
    }
    pm_answer_done(&answer);
    pm_arena_done(&arena);
    pm_profile_done(&profile);
    return status;
}

/* ---- measuring ---- */

static bool asks_for_power(const struct pm_settings *s)
{
    return s->budget[PM_POWER].set || s->budget[PM_ENERGY].set || isfinite(s->battery_wh) ||
           s->rule == PM_POLICY_LEAST_ENERGY || s->power[0] != '\0';
}

static bool settled_by_measuring(const struct pm_campaign *c, enum pm_metric m)
{
    return m == PM_LATENCY || m == PM_FPS || m == PM_MEMORY ||
           ((m == PM_POWER || m == PM_ENERGY) && (c->power != NULL || !c->power_sought));
}

/* Which budgets more runs could still settle; their limits on the latency of a batch. */
static bool wants_measuring(const struct pm_campaign *c, size_t i, struct pm_goal *goal)
{
    const struct pm_candidate *k = &c->candidate[i];
    const struct pm_settings *s = &c->options->settings;
    const bool complete = k->entry != NULL && k->entry->status == PM_COMPLETE;
    *goal = (struct pm_goal){.max_runs = GLANCE_RUNS, .quantile = 0.9};
    if (k->verdict == PM_FAILS || c->slot[i].problem != NULL || !pm_known(k->figure[PM_TOP1]) ||
        (k->stand_in && !s->include_stand_ins))
        return false;
    goal->power = asks_for_power(s) && pm_campaign_lacks_power(c, k->entry);
    if (complete)
        goal->max_runs = k->entry->n; /* its latency is known; the energy may be missing */
    bool wanted = k->entry == NULL || goal->power;
    for (int m = PM_LATENCY; !complete && m <= PM_MEMORY; m++) {
        const struct pm_budget *b = &s->budget[m];
        const bool timed = m == PM_LATENCY || m == PM_FPS;
        if (!b->set || (!timed && m != PM_MEMORY) || k->judged[m].verdict == PM_MEETS)
            continue;
        wanted = true;
        if (!timed)
            continue;
        goal->limit_ms = pm_settings_limit_ms(s, (enum pm_metric)m, k->batch);
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
    return spent_ms >= 0.9 * time_ms && !within_reach;
}

/* Settle one candidate: once for each time budget at most, and within its time. */
static int settle(struct pm_campaign *c, size_t i, struct pm_err *err)
{
    const struct pm_candidate *k = &c->candidate[i];
    double last_limit = -1;
    if (asks_for_power(&c->options->settings) && k->verdict != PM_FAILS &&
        !pm_entry_has_energy(k->entry) && pm_campaign_seek_power(c, err) != 0)
        return -1;
    for (int round = 0; round < 2 && !pm_campaign_over(c); round++) {
        struct pm_goal goal;
        if (wants_measuring(c, i, &goal) && pm_campaign_begin(c, err) != 0)
            return -1;
        if (!wants_measuring(c, i, &goal) /* what begins may rule it out */ ||
            goal.limit_ms == last_limit || (!goal.power && time_is_spent(c, i)))
            return 0;
        if (pm_campaign_measure(c, i, &goal, err) != 0)
            return -1;
        if (c->candidate[i].entry == NULL)
            return 0; /* it failed */
        last_limit = goal.limit_ms;
    }
    return 0;
}

/* As good as certain for what can be measured here: only budgets without any sensor are open. */
static bool is_the_answer(const struct pm_campaign *c, size_t i)
{
    const struct pm_candidate *k = &c->candidate[i];
    if (k->verdict == PM_FAILS || !pm_known(k->figure[PM_LATENCY]) ||
        !pm_known(k->figure[PM_TOP1]) || (k->stand_in && !c->options->settings.include_stand_ins))
        return false;
    for (int m = 0; m < PM_METRICS; m++) {
        if (settled_by_measuring(c, (enum pm_metric)m) && c->options->settings.budget[m].set &&
            k->judged[m].verdict != PM_MEETS)
            return false;
    }
    return true;
}

static int walk_down(struct pm_campaign *c, bool everything, struct pm_err *err)
{
    const size_t *order = pm_candidates_ranked(c->candidate, c->n, &c->arena);
    if (order == NULL)
        return pm_fail_nomem(err);
    bool found = false;
    double accuracy = (double)INFINITY;
    for (size_t k = 0; k < c->n && !pm_campaign_over(c); k++) {
        const struct pm_quantity top1 = c->candidate[order[k]].figure[PM_TOP1];
        const double now = pm_known(top1) ? top1.value : -1;
        if (found && now < accuracy && !everything)
            break;
        accuracy = now;
        if (settle(c, order[k], err) != 0)
            return -1;
        found = found || is_the_answer(c, order[k]);
    }
    return 0;
}

static int find(struct pm_campaign *c, bool quick, struct pm_answer *answer, struct pm_err *err)
{
    return pm_answer_find(c->candidate, c->n, &c->options->settings, &c->profile, quick, answer,
                          err);
}

/* Ruled out unmeasured, by what its operations or its weights take at the very least. */
static bool ruled_out(const struct pm_campaign *c, size_t i)
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
    if (!pm_known(k->figure[PM_TOP1]) || (k->stand_in && !s->include_stand_ins) || !(ms > 0))
        return (double)INFINITY;
    for (int m = 0; m < PM_METRICS; m++) {
        if (!s->budget[m].set)
            continue;
        if (m == PM_LATENCY || m == PM_FPS)
            over = fmax(over, ms / pm_settings_limit_ms(s, (enum pm_metric)m, k->batch));
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
                     : ruled_out(c, i) && !c->slot[i].closer;
        if (counts && isfinite(times_over(c, i)) &&
            (best < 0 || times_over(c, i) < times_over(c, (size_t)best)))
            best = (int)i;
    }
    return best;
}

/* Nothing fits. What was ruled out unmeasured might still be nearer than all that was measured: a
 * glance at each that might, and then runs enough to say what the nearest would take. */
static int look_closer(struct pm_campaign *c, struct pm_err *err)
{
    int nearest = least_over(c, true);
    for (int next; (next = least_over(c, false)) >= 0 && !pm_campaign_over(c);) {
        struct pm_goal goal = {.quantile = 0.9, .max_runs = GLANCE_RUNS};
        if (nearest >= 0 && times_over(c, (size_t)next) >= times_over(c, (size_t)nearest))
            break;
        if (nearest >= 0) /* what is slower is told by two runs */
            goal.limit_ms = c->candidate[nearest].figure[PM_LATENCY].value *
                            (double)c->candidate[next].batch / (double)c->candidate[nearest].batch;
        c->slot[next].closer = true;
        if (pm_campaign_measure(c, (size_t)next, &goal, err) != 0)
            return -1;
        nearest = least_over(c, true);
    }
    const struct pm_goal proof = {.quantile = 0.9, .max_runs = PROOF_RUNS};
    if (nearest < 0 || c->candidate[nearest].entry->status == PM_COMPLETE || pm_campaign_over(c))
        return 0;
    return pm_campaign_measure(c, (size_t)nearest, &proof, err);
}

static bool infeasible(struct pm_campaign *c, bool *out, struct pm_err *err)
{
    struct pm_answer answer = {0};
    if (find(c, true, &answer, err) != 0)
        return false;
    *out = answer.status == PM_INFEASIBLE;
    pm_answer_done(&answer);
    return true;
}

static int measure_all(struct pm_campaign *c, struct pm_err *err)
{
    for (size_t i = 0; i < c->n && !pm_campaign_over(c); i++) {
        const struct pm_entry *e = c->candidate[i].entry;
        const struct pm_goal goal = {.quantile = 0.9,
                                     .max_runs = e != NULL && e->status == PM_COMPLETE ? e->n : 0,
                                     .power = pm_campaign_lacks_power(c, e)};
        if ((e == NULL || e->status == PM_PARTIAL || goal.power) && c->slot[i].problem == NULL &&
            pm_campaign_measure(c, i, &goal, err) != 0)
            return -1;
    }
    return 0;
}

static int measure_what_it_takes(struct pm_campaign *c, struct pm_err *err)
{
    const struct pm_options *o = c->options;
    if (o->no_measure)
        return 0;
    /* a source is looked for when the first figure is missing; a named one before anything is read
     */
    if ((pm_campaign_power_named(&o->settings) || (o->all && asks_for_power(&o->settings))) &&
        pm_campaign_seek_power(c, err) != 0)
        return -1;
    if (o->all)
        return measure_all(c, err);
    const bool ranked_by_accuracy = o->settings.rule == PM_POLICY_PARETO;
    bool nothing_fits = false;
    if (walk_down(c, !ranked_by_accuracy || !pm_settings_any_budget(&o->settings), err) != 0 ||
        !infeasible(c, &nothing_fits, err))
        return -1;
    return nothing_fits && c->guarded ? look_closer(c, err) : 0;
}

/* The pick's runs at the robot's own frame rate: idle gaps change the latency. */
static int measure_paced(struct pm_campaign *c, size_t i, struct pm_err *err)
{
    const struct pm_settings *s = &c->options->settings;
    const struct pm_budget *latency = &s->budget[PM_LATENCY], *rate = &s->budget[PM_FPS];
    const long batch = c->candidate[i].batch;
    struct pm_goal goal = {.paced = true,
                           .quantile = rate->quantile,
                           .limit_ms = pm_settings_limit_ms(s, PM_FPS, batch),
                           .power = asks_for_power(s)};
    if (latency->set && pm_settings_limit_ms(s, PM_LATENCY, batch) < goal.limit_ms) {
        goal.limit_ms = pm_settings_limit_ms(s, PM_LATENCY, batch);
        goal.quantile = latency->quantile;
    }
    return pm_campaign_measure(c, i, &goal, err);
}

/* With a frame rate the pick must prove itself at it; one that does not leaves its place to the
 * next, which is then looked for. */
static int measure_and_confirm(struct pm_campaign *c, struct pm_err *err)
{
    if (measure_what_it_takes(c, err) != 0)
        return -1;
    int last = -1;
    for (size_t round = 0; round < c->n; round++) {
        struct pm_answer answer = {0};
        if (!isfinite(c->options->settings.fps) || c->options->no_measure || pm_campaign_over(c))
            return 0;
        if (find(c, true, &answer, err) != 0)
            return -1;
        const int pick = answer.pick;
        pm_answer_done(&answer);
        if (pick < 0 || pick == last || c->candidate[pick].entry == NULL ||
            (c->candidate[pick].paced != NULL &&
             !(asks_for_power(&c->options->settings) &&
               pm_campaign_lacks_power(c, c->candidate[pick].paced))))
            return 0;
        last = pick; /* once is enough: it may fail, or there may be no time */
        if (measure_paced(c, (size_t)pick, err) != 0 || measure_what_it_takes(c, err) != 0)
            return -1;
    }
    return 0;
}

static void warn_of_predictions(struct pm_answer *a, size_t n)
{
    char text[200];
    snprintf(text, sizeof text,
             "%zu latencies and memories are predicted, from small networks timed on this device; "
             "a predicted latency is a median, whatever the budget's percentile",
             n);
    if (n > 0)
        pm_answer_warn(a, text);
}

static int answer_here(struct pm_campaign *c, pm_answer_user *use, struct pm_err *err)
{
    struct pm_answer answer = {0};
    size_t predicted = 0;
    const bool trusting = c->options->trust_predictions;
    if ((trusting ? pm_campaign_predict(c, &predicted, err) : measure_and_confirm(c, err)) != 0 ||
        find(c, false, &answer, err) != 0)
        return -1;
    if (trusting)
        warn_of_predictions(&answer, predicted);
    if (pm_answer_other_modes(&answer, c->ctx->mode, &c->ctx->catalogue, err) != 0) {
        pm_answer_done(&answer);
        return -1;
    }
    answer.measured = c->measured;
    answer.measured_s = c->measured_s;
    for (size_t i = 0; i < c->n; i++) {
        answer.ruled_out += ruled_out(c, i);
        answer.full_s +=
            c->slot[i].problem == NULL ? c->options->settings.candidate_time_ms / 1e3 : 0;
    }
    pm_campaign_warn(c, &answer);
    if (pm_campaign_interrupted(c))
        pm_answer_warn(&answer, "interrupted: what was measured is saved; the same command goes on "
                                "from there");
    else if (!c->options->no_measure && !trusting && pm_campaign_over(c))
        pm_answer_warn(&answer, "the time limit was reached: the same command goes on from there");
    int status = use(c->options, c->ctx, &answer, err) == 0 ? status_of(&answer) : -1;
    if (status >= 0 && pm_campaign_interrupted(c))
        status = PM_EXIT_INTERRUPTED;
    pm_answer_done(&answer);
    return status;
}

static int measure_here(struct pm_context *ctx, const struct pm_options *o, pm_answer_user *use,
                        struct pm_err *err)
{
    struct pm_campaign *c = calloc(1, sizeof *c);
    int status = -1;
    if (c == NULL)
        return pm_fail_nomem(err);
    if (pm_context_add_board(ctx, &o->settings, err) == 0 &&
        pm_campaign_open(ctx, o, c, err) == 0) {
        status = answer_here(c, use, err);
        pm_campaign_done(c);
    }
    free(c);
    return status;
}

int pm_question_answer(const struct pm_options *o, pm_answer_user *use, struct pm_err *err)
{
    struct pm_context ctx = {0};
    if (pm_context_open(&ctx, err) != 0)
        return -1;
    const int status = o->settings.profile[0] != '\0' ? answer_from(&ctx, o, use, err)
                                                      : measure_here(&ctx, o, use, err);
    pm_context_done(&ctx);
    return status;
}
