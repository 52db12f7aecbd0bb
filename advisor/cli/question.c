/* SPDX-License-Identifier: MIT
 * From a question to its answer: from a profile, or by measuring this board until it is certain. */
#include "cli/question.h"

#include "advise/answer.h"
#include "advise/power.h"
#include "base/err.h"
#include "cli/calibration.h"
#include "cli/campaign.h"
#include "cli/commands.h"
#include "cli/nearest.h"
#include "cli/options.h"
#include "cli/walk.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static int find(struct pm_campaign *c, bool quick, struct pm_answer *answer, struct pm_err *err)
{
    return pm_answer_find(c->candidate, c->n, &c->options->settings, &c->profile, quick, answer,
                          err);
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

static int measure_what_it_takes(struct pm_campaign *c, struct pm_err *err)
{
    const struct pm_options *o = c->options;
    if (o->no_measure)
        return 0;
    /* a source is looked for when the first figure is missing; a named one before anything is read
     */
    if ((pm_campaign_power_named(&o->settings) ||
         (o->all && pm_walk_asks_for_power(&o->settings))) &&
        pm_campaign_seek_power(c, err) != 0)
        return -1;
    if (o->all)
        return pm_walk_all(c, err);
    const bool ranked_by_accuracy = o->settings.rule == PM_POLICY_PARETO;
    bool nothing_fits = false;
    if (pm_walk_down(c, !ranked_by_accuracy || !pm_settings_any_budget(&o->settings), err) != 0 ||
        !infeasible(c, &nothing_fits, err))
        return -1;
    return nothing_fits && c->guarded ? pm_nearest_look(c, err) : 0;
}

/* The pick's runs at the robot's own frame rate: idle gaps change the latency. */
static int measure_paced(struct pm_campaign *c, size_t i, struct pm_err *err)
{
    const struct pm_settings *s = &c->options->settings;
    static const enum pm_metric timed[] = {PM_KEEP_UP, PM_LATENCY, PM_FPS};
    const long batch = c->candidate[i].config.batch;
    struct pm_goal goal = {.paced = true,
                           .afresh = c->candidate[i].paced_disturbed != NULL,
                           .limit_ms = (double)INFINITY,
                           .power = pm_walk_asks_for_power(s)};
    for (size_t k = 0; k < sizeof timed / sizeof *timed; k++) { /* the strictest */
        const struct pm_budget *b = &s->budget[timed[k]];
        if (b->set && pm_settings_limit_ms(s, timed[k], batch) < goal.limit_ms) {
            goal.limit_ms = pm_settings_limit_ms(s, timed[k], batch);
            goal.quantile = b->quantile;
        }
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
            (c->candidate[pick].paced != NULL && c->candidate[pick].paced_disturbed == NULL &&
             !(pm_walk_asks_for_power(&c->options->settings) &&
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
        answer.ruled_out += pm_nearest_ruled_out(c, i);
        answer.full_s +=
            c->slot[i].problem == NULL ? c->options->settings.candidate_time_ms / 1e3 : 0;
    }
    pm_campaign_warn(c, &answer);
    if (pm_campaign_interrupted(c))
        pm_answer_warn(&answer, "interrupted: what was measured is saved; the same command goes on "
                                "from there");
    else if (!c->options->no_measure && !trusting && !c->declined && pm_campaign_over(c))
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
    if (pm_context_open(o->settings.confidence, &ctx, err) != 0)
        return -1;
    const int status = o->settings.profile[0] != '\0' ? answer_from(&ctx, o, use, err)
                                                      : measure_here(&ctx, o, use, err);
    pm_context_done(&ctx);
    return status;
}
