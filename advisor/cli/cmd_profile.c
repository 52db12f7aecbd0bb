/* SPDX-License-Identifier: MIT
 * `pickmodel profile`: measure networks of the catalogue to the full precision, in random order, so
 * that a slow change of the machine does not fall on one kind of network. Networks named are
 * measured anew; otherwise what is complete and fresh is left alone, which is how a run resumes. */
#include "advise/disturbance.h"
#include "base/clock.h"
#include "base/err.h"
#include "cli/campaign.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "stats/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int mark_named(const struct pm_campaign *c, bool *wanted, struct pm_err *err)
{
    const struct pm_options *o = c->options;
    for (size_t k = 0; k < o->names; k++) {
        const struct pm_catalogue_entry *known = NULL;
        if (pm_catalogue_find(&c->ctx->catalogue, o->name[k], &known, err) != 0)
            return -1;
        if (known->problem != NULL)
            return pm_fail(err, PM_EDATA, known->id, "%s", known->problem);
        for (size_t i = 0; i < c->n; i++) {
            if (c->slot[i].known == known && c->slot[i].problem != NULL)
                return pm_fail(err, PM_EDATA, known->id,
                               "%s here (pickmodel doctor lists them; make onnxruntime adds one)",
                               c->slot[i].problem);
            wanted[i] = wanted[i] || c->slot[i].known == known;
        }
    }
    return 0;
}

static const struct pm_entry *stored(const struct pm_campaign *c, size_t i)
{
    const bool paced = isfinite(c->options->settings.fps);
    return paced ? c->candidate[i].paced : c->candidate[i].entry;
}

static bool lacks_latency(const struct pm_entry *e)
{
    return e == NULL || e->status == PM_PARTIAL || e->status == PM_CENSORED ||
           pm_entry_is_disturbed(e);
}

/* Was it held at its rate for as long as is wanted now? */
static bool lacks_length(const struct pm_campaign *c, const struct pm_entry *e)
{
    const double wanted_s = c->options->settings.sustained_ms / 1e3;
    return isfinite(wanted_s) && (e == NULL || !(e->sustained_s >= 0.99 * wanted_s));
}

static void mark_missing(const struct pm_campaign *c, bool *wanted)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct pm_entry *e = stored(c, i);
        wanted[i] = c->slot[i].problem == NULL &&
                    (lacks_latency(e) || pm_campaign_lacks_power(c, e) || lacks_length(c, e));
    }
}

static struct pm_goal goal_for(const struct pm_campaign *c, size_t i)
{
    const struct pm_settings *s = &c->options->settings;
    const struct pm_entry *e = stored(c, i);
    const bool afresh = c->options->names > 0 || isfinite(s->sustained_ms) ||
                        (e != NULL && pm_entry_is_disturbed(e));
    const bool only_power = !afresh && !lacks_latency(e);
    return (struct pm_goal){.quantile = 0.9,
                            .max_runs = only_power ? e->n : 0,
                            .afresh = afresh,
                            .power = afresh || pm_campaign_lacks_power(c, e),
                            .paced = isfinite(s->fps),
                            .hold_ms = isfinite(s->sustained_ms) ? s->sustained_ms : 0};
}

/* Whether there are watts in it decides what the profile is good for: said before the hours. */
static void announce_power(struct pm_campaign *c)
{
    char line[400];
    const struct pm_profile *p = &c->profile;
    for (size_t i = 0; c->power != NULL && i < p->probes; i++) {
        if (!p->probe[i].accepted)
            continue;
        snprintf(line, sizeof line, "power: %s (%s)", p->probe[i].source, p->probe[i].reason);
        pm_progress_note(&c->progress, line);
    }
    if (c->power == NULL && c->power_sought && strcmp(c->options->settings.power, "none") != 0)
        pm_progress_note(&c->progress,
                         "power: no source can be read, watts stay unknown (pickmodel doctor)");
}

/* The wanted indices, shuffled (Fisher and Yates). */
static size_t shuffle(const struct pm_campaign *c, const bool *wanted, size_t *order)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        if (wanted[i])
            order[n++] = i;
    }
    struct pm_rng *rng = pm_rng_open((unsigned long)(pm_clock_ms() * 1e3));
    for (size_t i = n; rng != NULL && i > 1; i--) {
        const size_t j = pm_rng_below(rng, i), swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
    pm_rng_close(rng);
    return n;
}

/* A status that says "failed" never stands alone: without progress the causes are said here. */
static void say_failed(const struct pm_campaign *c, const size_t *order, size_t n)
{
    for (size_t k = 0; k < n && c->progress.quiet && c->failed > 0; k++) {
        struct pm_entry key = c->slot[order[k]].key;
        if (isfinite(c->options->settings.fps))
            key.fps = c->options->settings.fps;
        const struct pm_entry *e = pm_profile_find(&c->profile, &key);
        if (e != NULL && e->status == PM_FAILED)
            fprintf(stderr, "pickmodel: %s: failed: %s\n", c->slot[order[k]].name,
                    e->cause != NULL ? e->cause : "no cause given");
    }
}

static void finish(struct pm_campaign *c, const size_t *order, size_t n)
{
    char line[400];
    say_failed(c, order, n);
    if (pm_campaign_interrupted(c))
        snprintf(
            line, sizeof line,
            "Interrupted. What was measured is saved; `pickmodel profile` goes on from there.");
    else if (n == 0)
        snprintf(line, sizeof line, "Nothing to measure: the profile is complete and fresh.");
    else
        snprintf(line, sizeof line, "%zu of %zu candidates measured in %.0f s.",
                 c->measured - c->failed, n, c->measured_s);
    pm_progress_note(&c->progress, line);
    struct pm_answer notes = {.pick = -1};
    pm_campaign_warn(c, &notes);
    for (size_t i = 0; i < notes.warnings && n > 0; i++) {
        snprintf(line, sizeof line, "warning: %s", notes.warning[i]);
        pm_progress_note(&c->progress, line);
    }
    pm_answer_done(&notes);
}

static int profile(struct pm_campaign *c, struct pm_err *err)
{
    bool *wanted = pm_arena_alloc(&c->arena, c->n + 1, sizeof *wanted);
    size_t *order = pm_arena_alloc(&c->arena, c->n + 1, sizeof *order);
    if (wanted == NULL || order == NULL)
        return pm_fail_nomem(err);
    if (pm_campaign_seek_power(c, err) != 0)
        return -1;
    if (c->options->names > 0) {
        if (mark_named(c, wanted, err) != 0)
            return -1;
    } else {
        mark_missing(c, wanted);
    }
    const size_t n = shuffle(c, wanted, order);
    c->progress.total = n;
    if (n > 0)
        announce_power(c);
    for (size_t k = 0; k < n && !pm_campaign_over(c); k++) {
        const struct pm_goal goal = goal_for(c, order[k]);
        if (pm_campaign_measure(c, order[k], &goal, err) != 0)
            return -1;
    }
    finish(c, order, n);
    printf("%s\n", c->path);
    if (pm_campaign_interrupted(c))
        return PM_EXIT_INTERRUPTED;
    return c->failed > 0 ? PM_EXIT_UNDECIDED : PM_EXIT_OK;
}

int pm_cmd_profile(const struct pm_options *o, struct pm_err *err)
{
    struct pm_context ctx = {0};
    struct pm_campaign *c = calloc(1, sizeof *c);
    int status = -1;
    if (c == NULL)
        return pm_fail_nomem(err);
    if (pm_context_open(o->settings.confidence, &ctx, err) != 0) {
        free(c);
        return -1;
    }
    if (pm_context_add_board(&ctx, &o->settings, err) == 0 &&
        pm_campaign_open(&ctx, o, c, err) == 0) {
        status = profile(c, err);
        pm_campaign_done(c);
    }
    free(c);
    pm_context_done(&ctx);
    return status;
}
