/* SPDX-License-Identifier: MIT */
#include "cli/calibration.h"

#include "advise/disturbance.h"
#include "advise/ways.h"
#include "base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CALIBRATION_RUNS 5 /* after the warm-up; all networks together take some 10 s */

/* What is far off what the others agree on was disturbed, or is truly so: a second look tells. The
 * shorter of the two is kept, as disturbance only ever lengthens. */
static int measure_again(struct pm_campaign *c, size_t i, struct pm_err *err)
{
    const struct pm_goal goal = {.quantile = 0.9, .max_runs = CALIBRATION_RUNS, .afresh = true};
    const struct pm_entry before = *c->candidate[i].entry;
    if (pm_campaign_measure(c, i, &goal, err) != 0)
        return -1;
    const struct pm_entry *after = c->candidate[i].entry;
    if (after != NULL && pm_known(after->latency_ms) &&
        (pm_entry_is_disturbed(&before) || after->latency_ms.value <= before.latency_ms.value))
        return 0;
    if (pm_profile_put(&c->profile, &before, err) != 0 ||
        (c->unkept == NULL && pm_profile_save(&c->profile, c->path, err) != 0))
        return -1;
    return pm_campaign_refresh(c, i, err);
}

static int look_again(struct pm_campaign *c, struct pm_err *err)
{
    bool *aside = calloc(c->n + 1, sizeof *aside);
    int result = 0;
    if (aside == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; result == 0 && i < c->n; i++) {
        struct pm_predictor way;
        if (pm_is_first_of_way(c->candidate, i))
            result = pm_predictor_fit(c->candidate, c->n, &c->candidate[i],
                                      c->options->settings.confidence, false, aside, &way, err);
    }
    for (size_t i = 0; result == 0 && i < c->n && !pm_campaign_over(c); i++) {
        if (aside[i] && c->candidate[i].entry != NULL)
            result = measure_again(c, i, err);
    }
    free(aside);
    return result;
}

/* Not there, stale, or timed beside other work. */
static bool is_missing(const struct pm_campaign *c, size_t i)
{
    const struct pm_candidate *k = &c->candidate[i];
    return !pm_known(k->figure[PM_LATENCY]) || k->disturbed != NULL;
}

/* Measure what of the calibration is missing. */
static int calibrate(struct pm_campaign *c, struct pm_err *err)
{
    size_t missing = 0;
    for (size_t i = 0; i < c->n; i++)
        missing += is_missing(c, i);
    if (missing > 0 && c->options->no_measure)
        return pm_fail(err, PM_EDATA, c->path,
                       "this device is not calibrated in its present state; leave out --no-measure "
                       "and that is done first (about 10 s an engine)");
    if (missing > 0)
        pm_progress_note(&c->progress, "calibrating: some 10 s an engine, once for this device");
    pm_progress_start(&c->progress, c->options->quiet, missing);
    for (size_t i = 0; i < c->n && !pm_campaign_over(c); i++) {
        const struct pm_goal goal = {.quantile = 0.9,
                                     .max_runs = CALIBRATION_RUNS,
                                     .afresh = c->candidate[i].disturbed != NULL};
        if (is_missing(c, i) && pm_campaign_measure(c, i, &goal, err) != 0)
            return -1;
    }
    return missing > 0 && !pm_campaign_over(c) ? look_again(c, err) : 0;
}

/* Two runs tell that a network is far too slow, and little more; those beside other work nothing.
 */
static bool well_known(const struct pm_candidate *c)
{
    return pm_known(c->figure[PM_LATENCY]) && c->disturbed == NULL &&
           (c->entry == NULL || c->entry->n == 0 || c->entry->n >= CALIBRATION_RUNS);
}

static void take_rows(struct pm_calibration *s, const struct pm_campaign *c)
{
    for (size_t i = 0; i < c->n; i++) {
        if (well_known(&c->candidate[i]))
            s->row[s->rows++] = c->candidate[i];
    }
}

int pm_calibration_open(const struct pm_options *o, struct pm_calibration *out, struct pm_err *err)
{
    *out = (struct pm_calibration){.options = *o};
    struct pm_settings *s = &out->options.settings;
    s->task[0] = '\0';  /* that of the calibration's own networks */
    s->batch[0] = '\0'; /* batch 1 whatever is asked */
    s->fps = s->sustained_ms = (double)NAN;
    out->options.all = out->options.trust_predictions = false;
    if (pm_context_open_calibration(&out->context, err) != 0 ||
        pm_context_add_board(&out->context, s, err) != 0 ||
        pm_campaign_open(&out->context, &out->options, &out->tuned, err) != 0)
        return -1;
    out->open = true;
    return calibrate(&out->tuned, err);
}

static bool was_disturbed(const struct pm_campaign *c)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->candidate[i].disturbed != NULL)
            return true;
    }
    return false;
}

int pm_calibration_fit(struct pm_calibration *s, const struct pm_campaign *own, bool check,
                       struct pm_err *err)
{
    const size_t most = s->tuned.n + own->n + 1;
    s->row = pm_arena_alloc(&s->arena, most, sizeof *s->row);
    if (s->row == NULL)
        return pm_fail_nomem(err);
    take_rows(s, &s->tuned);
    take_rows(s, own);
    for (size_t i = 0; i < s->tuned.n && s->ways < PM_CALIBRATION_WAYS; i++) {
        const struct pm_candidate *c = &s->tuned.candidate[i];
        if (!pm_is_first_of_way(s->tuned.candidate, i))
            continue;
        struct pm_predictor *way = &s->way[s->ways];
        if (pm_predictor_fit(s->row, s->rows, c, s->options.settings.confidence, check, NULL, way,
                             err) != 0)
            return -1;
        s->ways += way->time.verdict == PM_FIT_OK;
    }
    if (s->ways == 0 && was_disturbed(&s->tuned))
        return pm_fail(err, PM_EDATA, s->tuned.path,
                       "the calibration was timed beside other work and does not count; end other "
                       "programs and ask again, or use --with-load if they are the robot's own");
    if (s->ways == 0)
        return pm_fail(err, PM_EDATA, s->tuned.path,
                       "too few calibration networks could be measured to fit anything");
    return 0;
}

static const struct pm_predictor *way_of(const struct pm_calibration *s,
                                         const struct pm_candidate *c)
{
    for (size_t i = 0; i < s->ways; i++) {
        if (pm_configuration_same(&s->way[i].way, &c->config, PM_OF_WAY))
            return &s->way[i];
    }
    return NULL;
}

static bool predictable(const struct pm_campaign *c, size_t i)
{
    const struct pm_candidate *k = &c->candidate[i];
    return !pm_known(k->figure[PM_LATENCY]) && k->entry == NULL && k->config.batch == 1 &&
           c->slot[i].problem == NULL && pm_known(c->slot[i].known->gops);
}

static int predict_missing(const struct pm_calibration *s, struct pm_campaign *c, size_t *n,
                           struct pm_err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct pm_predictor *by = way_of(s, &c->candidate[i]);
        if (by == NULL || !predictable(c, i))
            continue;
        const struct pm_predicted p = pm_predict(by, c->slot[i].known);
        if (p.extrapolated) { /* nothing is shipped on it */
            c->candidate[i].gap = "to predict it would be to extrapolate: measure it";
            continue;
        }
        if (pm_candidate_take_prediction(&c->candidate[i], &p, &c->options->settings, err) != 0)
            return -1;
        (*n)++;
    }
    return 0;
}

int pm_campaign_predict(struct pm_campaign *c, size_t *n, struct pm_err *err)
{
    struct pm_calibration *s = calloc(1, sizeof *s);
    *n = 0;
    if (s == NULL)
        return pm_fail_nomem(err);
    int result = pm_calibration_open(c->options, s, err);
    c->interrupted = c->interrupted || pm_campaign_interrupted(&s->tuned);
    if (result == 0 && !c->interrupted)
        result = pm_calibration_fit(s, c, false, err);
    if (result == 0 && !c->interrupted)
        result = predict_missing(s, c, n, err);
    c->measured += s->tuned.measured;
    c->measured_s += s->tuned.measured_s;
    pm_calibration_done(s);
    free(s);
    return result;
}

void pm_calibration_done(struct pm_calibration *s)
{
    if (s->open)
        pm_campaign_done(&s->tuned);
    pm_context_done(&s->context);
    pm_arena_done(&s->arena);
}
