/* SPDX-License-Identifier: MIT
 * One candidate against every budget. */
#include "advise/answer.h"

#include "base/err.h"
#include "record/catalogue.h"
#include "record/profile.h"
#include "stats/latency.h"
#include "stats/proportion.h"

#include <math.h>
#include <string.h>

static struct pm_judgement no_data(const char *note)
{
    return (struct pm_judgement){.verdict = PM_NO_DATA, .note = note};
}

/* What a run waited for a processor is the robot's own doing, where its load was wanted. */
static struct pm_runs runs_of(const struct pm_entry *e, const struct pm_settings *s)
{
    return (struct pm_runs){e->ms,   e->n, e->start_n, e->starts, s->with_load ? NULL : e->delay_ms,
                            e->at_ms};
}

static bool has_runs(const struct pm_entry *e)
{
    return e != NULL && e->status != PM_FAILED && e->status != PM_CENSORED && e->n > 0;
}

int pm_candidate_time_bounds(const struct pm_candidate *c, double quantile,
                             const struct pm_settings *settings, struct pm_time_bounds *out,
                             struct pm_err *err)
{
    struct pm_time_bounds b = {
        .quantile = quantile, .of_runs = has_runs(c->entry), .of_paced = has_runs(c->paced)};
    if (b.of_runs) {
        const struct pm_runs runs = runs_of(c->entry, settings);
        if (pm_latency_bounds(&runs, quantile, settings->confidence, &b.runs, err) != 0)
            return -1;
    }
    if (b.of_paced) {
        const struct pm_runs runs = runs_of(c->paced, settings);
        if (pm_latency_bounds(&runs, quantile, settings->confidence, &b.paced, err) != 0)
            return -1;
    }
    *out = b;
    return 0;
}

/* For display: an end that the runs do not support is left at the value. */
static struct pm_quantity shown(const struct pm_latency_bounds *b)
{
    struct pm_quantity value = pm_quantity_of(b->value, PM_MEASURED);
    value.has_interval = b->fails_below > 0 && isfinite(b->meets_from);
    if (b->fails_below > 0)
        value.lo = b->fails_below;
    if (isfinite(b->meets_from))
        value.hi = b->meets_from;
    return value;
}

static void judge_runs(const struct pm_latency_bounds *b, double limit_ms, double q,
                       struct pm_judgement *out)
{
    const enum pm_within within = pm_latency_within(b, limit_ms);
    *out = (struct pm_judgement){
        .verdict = within == PM_WITHIN_YES  ? PM_MEETS
                   : within == PM_WITHIN_NO ? PM_FAILS
                                            : PM_UNDECIDED,
        .value = shown(b),
        .quantile = q,
    };
    if (within == PM_WITHIN_UNDECIDED && limit_ms >= b->denied_from && limit_ms < b->denied_to)
        out->note = "its runs contradict one another: measure it again, undisturbed";
    else if (within == PM_WITHIN_UNDECIDED && limit_ms >= b->rising_from)
        out->note = "the latency is still rising";
}

/* Somebody's figures: the quantile that is asked for where it is stated. Else it lies between the
 * stated ones around it; but a median alone, published, is judged as what it is. */
static void judge_stated(const struct pm_entry *e, double limit_ms, double q,
                         struct pm_judgement *out)
{
    const struct {
        double q;
        struct pm_quantity ms;
    } stated[] = {{0.5, e->latency_ms}, {0.9, e->p90_ms}, {0.95, e->p95_ms}, {0.99, e->p99_ms}};
    struct pm_quantity below = {0}, above = {0};
    double q_below = 0;
    for (size_t i = 0; i < sizeof stated / sizeof *stated; i++) {
        if (!pm_known(stated[i].ms))
            continue;
        if (stated[i].q <= q + 1e-9) {
            below = stated[i].ms;
            q_below = stated[i].q;
        }
        if (stated[i].q >= q - 1e-9 && !pm_known(above))
            above = stated[i].ms;
    }
    const bool asked = pm_known(below) && q_below >= q - 1e-9;
    const bool median_alone = pm_known(e->latency_ms) && e->latency_ms.origin != PM_MEASURED &&
                              !pm_known(e->p90_ms) && !pm_known(e->p95_ms) && !pm_known(e->p99_ms);
    struct pm_quantity t = median_alone ? e->latency_ms : below;
    if (!asked && !median_alone) {
        t = pm_known(below) ? below : above;
        if (pm_known(t))
            t = pm_quantity_between(t.value, pm_known(below) ? below.lo : 0,
                                    pm_known(above) ? above.hi : (double)INFINITY, t.origin);
    }
    *out = (struct pm_judgement){.verdict = pm_rule_judge(pm_known(t), t.lo, t.hi, false, limit_ms),
                                 .value = t,
                                 .quantile = median_alone ? 0.5
                                             : asked      ? q
                                                          : q_below};
    if (pm_known(t) && !asked && !median_alone)
        out->note = "that percentile is not known";
}

const char *pm_candidate_doubt(const struct pm_candidate *c, enum pm_metric metric)
{
    if (metric != PM_POWER && metric != PM_LAST && metric != PM_ENERGY)
        return NULL;
    return c->disturbed != NULL ? c->disturbed : c->paced_disturbed;
}

bool pm_candidate_is_doubtful(const struct pm_candidate *c)
{
    return c->disturbed != NULL || (c->entry == NULL && c->paced_disturbed != NULL);
}

/* What was disturbed speaks neither for nor against. */
static void doubt(const char *disturbed, struct pm_judgement *j)
{
    if (disturbed == NULL || j->verdict == PM_NO_DATA)
        return;
    j->verdict = PM_UNDECIDED;
    j->doubtful = true;
    j->note = disturbed;
}

/* What an entry says of the time of a batch. */
static void judge_entry(const struct pm_entry *e, const struct pm_latency_bounds *runs,
                        const char *gap, double limit_ms, double q, struct pm_judgement *out)
{
    if (e->status == PM_FAILED)
        *out = no_data(gap);
    else if (e->status == PM_CENSORED)
        *out = (struct pm_judgement){.verdict = e->censored_ms > limit_ms ? PM_FAILS : PM_UNDECIDED,
                                     .value = pm_quantity_between(e->censored_ms, e->censored_ms,
                                                                  (double)INFINITY, PM_MEASURED),
                                     .quantile = q,
                                     .note = "ended while running"};
    else if (has_runs(e))
        judge_runs(runs, limit_ms, q, out);
    else
        judge_stated(e, limit_ms, q, out);
}

/* The inference of one batch alone against a limit. */
static void judge_inference(const struct pm_candidate *c, const struct pm_time_bounds *bounds,
                            double limit_ms, struct pm_judgement *out)
{
    const double q = bounds->quantile;
    if (c->entry != NULL) {
        judge_entry(c->entry, &bounds->runs, c->gap, limit_ms, q, out);
        doubt(c->disturbed, out);
        return;
    }
    if (c->floor_ms > limit_ms) {
        *out = (struct pm_judgement){
            .verdict = PM_FAILS,
            .value = pm_quantity_between(c->floor_ms, c->floor_ms, (double)INFINITY, PM_COMPUTED),
            .quantile = q,
            .note = "its operations at the processor's peak"};
        return;
    }
    const struct pm_quantity predicted = c->figure[PM_LATENCY];
    if (c->paced == NULL && pm_known(predicted)) {
        const enum pm_verdict verdict =
            pm_rule_judge(true, predicted.lo, predicted.hi, false, limit_ms);
        *out = (struct pm_judgement){
            .verdict = verdict, .value = predicted, .quantile = 0.5, .note = "predicted"};
        return;
    }
    *out = no_data(c->gap);
}

/* At the robot's own frame rate the clock may fall in the gaps, or the cache go cold. A sustained
 * run is what counts, and a figure stated for that rate; a short run, made to confirm, can only
 * speak against. */
static void judge_paced(const struct pm_candidate *c, const struct pm_time_bounds *bounds,
                        double limit_ms, struct pm_judgement *out)
{
    struct pm_judgement paced;
    const struct pm_entry *e = c->paced;
    if (e == NULL || e->status == PM_FAILED ||
        (e->n == 0 && e->status != PM_CENSORED && !pm_known(e->latency_ms)))
        return;
    judge_entry(e, &bounds->paced, c->gap, limit_ms, bounds->quantile, &paced);
    if (c->paced_disturbed != NULL && out->verdict == PM_FAILS)
        return; /* what was measured undisturbed counts */
    doubt(c->paced_disturbed, &paced);
    if (e->status != PM_COMPLETE && paced.verdict != PM_FAILS)
        return;
    *out = paced;
    if (paced.note == NULL)
        out->note = "at the frame rate asked for";
}

double pm_candidate_at_least_ms(const struct pm_candidate *c)
{
    if (c->entry != NULL)
        return c->entry->status == PM_CENSORED ? c->entry->censored_ms : (double)NAN;
    const bool out = c->judged[PM_LATENCY].verdict == PM_FAILS ||
                     c->judged[PM_FPS].verdict == PM_FAILS ||
                     c->judged[PM_KEEP_UP].verdict == PM_FAILS;
    return out && c->floor_ms > 0 ? c->floor_ms : (double)NAN;
}

void pm_candidate_judge_time(const struct pm_candidate *c, const struct pm_time_bounds *bounds,
                             double limit_ms, struct pm_judgement *out)
{
    if (!(limit_ms > 0)) { /* what surrounds the network takes it all */
        *out =
            (struct pm_judgement){.verdict = PM_FAILS,
                                  .value = pm_quantity_between(0, 0, (double)INFINITY, PM_COMPUTED),
                                  .quantile = bounds->quantile,
                                  .note = "the overhead alone takes longer"};
        return;
    }
    judge_inference(c, bounds, limit_ms, out);
    judge_paced(c, bounds, limit_ms, out);
}

/* What would decide an open verdict on runs. */
static int forecast(const struct pm_candidate *c, double limit_ms, double q,
                    const struct pm_settings *s, struct pm_judgement *out, struct pm_err *err)
{
    const struct pm_entry *e = c->entry;
    struct pm_looks_forecast f;
    if (out->verdict != PM_UNDECIDED || !has_runs(e) || !(limit_ms > 0) || out->doubtful)
        return 0;
    const struct pm_timed_runs runs = {e->ms, e->at_ms, e->n};
    if (pm_looks_forecast(&runs, limit_ms, q, s->confidence, &f, err) != 0)
        return -1;
    out->need_more = f.runs;
    out->need_ms = f.ms;
    out->spell_ms = f.spell_ms;
    out->leans_fails = f.fails;
    return 0;
}

/* With the overhead of what surrounds the network, for each image of the batch. */
static int judge_latency(const struct pm_candidate *c, enum pm_metric metric,
                         const struct pm_settings *s, struct pm_judgement *out, struct pm_err *err)
{
    const double limit_ms = pm_settings_limit_ms(s, metric, c->config.batch);
    const double q = s->budget[metric].quantile;
    struct pm_time_bounds bounds;
    if (pm_candidate_time_bounds(c, q, s, &bounds, err) != 0)
        return -1;
    pm_candidate_judge_time(c, &bounds, limit_ms, out);
    if (forecast(c, limit_ms, q, s, out, err) != 0)
        return -1;
    const double overhead_ms = s->overhead_ms * (double)c->config.batch;
    out->value.value += overhead_ms;
    out->value.lo += overhead_ms;
    out->value.hi += overhead_ms;
    return 0;
}

static int judge_rate(const struct pm_candidate *c, enum pm_metric metric,
                      const struct pm_settings *s, struct pm_judgement *out, struct pm_err *err)
{
    const double images = 1e3 * (double)c->config.batch;
    if (judge_latency(c, metric, s, out, err) != 0)
        return -1;
    if (pm_known(out->value)) {
        const struct pm_quantity t = out->value;
        out->value = pm_quantity_between(images / t.value, images / t.hi, images / t.lo, t.origin);
        out->value.has_interval = t.has_interval;
    }
    return 0;
}

static bool is_of_power(enum pm_metric metric)
{
    return metric == PM_POWER || metric == PM_LAST || metric == PM_ENERGY;
}

static const char *missing(const struct pm_candidate *c, enum pm_metric metric)
{
    if (is_of_power(metric))
        return c->entry != NULL && c->entry->power.cause != NULL ? c->entry->power.cause
                                                                 : "no power figure";
    if (metric == PM_MEMORY && c->gap != NULL)
        return c->gap;
    return metric == PM_TOP1 || metric == PM_TOP5 ? "no accuracy figure" : "not known";
}

/* All weights are read in every inference, so they are all resident. */
static bool weights_alone_fail(const struct pm_candidate *c, double limit_mib)
{
    return c->entry == NULL && c->known != NULL && c->known->description != PM_ONNX &&
           c->config.precision != NULL && strcmp(c->config.precision, "fp32") == 0 &&
           pm_known(c->figure[PM_SIZE]) && c->figure[PM_SIZE].value > limit_mib;
}

/* Total power, asleep or busy, is no less than that of the board at rest. */
static bool draws_too_much_at_rest(const struct pm_candidate *c, enum pm_metric metric,
                                   double limit_w)
{
    return (metric == PM_POWER || metric == PM_LAST) && !pm_known(c->figure[metric]) &&
           pm_known(c->rest_w) && c->rest_w.lo > limit_w;
}

double pm_candidate_images_wanted(const struct pm_candidate *c, enum pm_metric metric,
                                  const struct pm_settings *s)
{
    if ((metric != PM_TOP1 && metric != PM_TOP5) || c->figure[metric].origin != PM_MEASURED ||
        c->judged[metric].verdict != PM_UNDECIDED)
        return 0;
    return pm_images_to_tell(c->figure[metric].value / 100, s->budget[metric].bound / 100,
                             s->confidence);
}

static int judge_one(const struct pm_candidate *c, enum pm_metric metric,
                     const struct pm_settings *s, struct pm_judgement *out, struct pm_err *err)
{
    const struct pm_budget *b = &s->budget[metric];
    if (metric == PM_LATENCY)
        return judge_latency(c, metric, s, out, err);
    if (pm_metric_is_rate(metric))
        return judge_rate(c, metric, s, out, err);
    struct pm_quantity q = c->figure[metric];
    if (metric == PM_MEMORY && !pm_known(q) && weights_alone_fail(c, b->bound)) {
        const double mib = c->figure[PM_SIZE].value;
        q = pm_quantity_between(mib, mib, (double)INFINITY, PM_COMPUTED);
        *out = (struct pm_judgement){.verdict = PM_FAILS, .value = q, .note = "its weights alone"};
        return 0;
    }
    if (draws_too_much_at_rest(c, metric, b->bound)) {
        *out = (struct pm_judgement){.verdict = PM_FAILS,
                                     .value = pm_quantity_between(c->rest_w.value, c->rest_w.lo,
                                                                  (double)INFINITY, PM_MEASURED),
                                     .note = "the board at rest, before any network"};
        return 0;
    }
    out->verdict = pm_rule_judge(pm_known(q), q.lo, q.hi, pm_metric_info(metric)->is_min, b->bound);
    out->value = q;
    out->note = pm_known(q) ? (is_of_power(metric) ? c->power_note : NULL) : missing(c, metric);
    doubt(pm_candidate_doubt(c, metric), out);
    return 0;
}

/* A verdict that rests on somebody else's figure, where only this device's own measurements count.
 * What follows from the network's definition counts anywhere. */
static void require_measured(enum pm_metric metric, const struct pm_settings *s,
                             struct pm_judgement *j)
{
    const bool accuracy = metric == PM_TOP1 || metric == PM_TOP5;
    const bool of_device = pm_metric_is_timed(metric) || is_of_power(metric) || metric == PM_MEMORY;
    const bool wanted = (of_device && s->require_measured != PM_REQUIRE_NOTHING) ||
                        (accuracy && s->require_measured == PM_REQUIRE_ALL);
    if (!wanted || !pm_known(j->value) || j->value.origin == PM_MEASURED ||
        j->value.origin == PM_COMPUTED || (j->verdict != PM_MEETS && j->verdict != PM_FAILS))
        return;
    j->verdict = PM_UNDECIDED;
    j->note = "not measured on this device, as --require-measured wants";
}

int pm_candidate_judge(struct pm_candidate *c, const struct pm_settings *settings,
                       struct pm_err *err)
{
    c->verdict = pm_candidate_is_doubtful(c) ? PM_UNDECIDED : PM_MEETS;
    for (int m = 0; m < PM_METRICS; m++) {
        c->judged[m] = (struct pm_judgement){.verdict = PM_MEETS};
        if (!settings->budget[m].set)
            continue;
        if (judge_one(c, (enum pm_metric)m, settings, &c->judged[m], err) != 0)
            return -1;
        require_measured((enum pm_metric)m, settings, &c->judged[m]);
        c->verdict = pm_rule_combine(c->verdict, c->judged[m].verdict);
    }
    return 0;
}
