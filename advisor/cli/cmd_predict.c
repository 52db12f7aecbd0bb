/* SPDX-License-Identifier: MIT
 * `pickmodel predict`: latency and memory of networks that need not have been run. The first time,
 * and when the device has changed, a few seconds of calibration go before it. */
#include "advise/answer.h"
#include "advise/predict.h"
#include "advise/ways.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/campaign.h"
#include "cli/commands.h"
#include "cli/emit.h"
#include "cli/options.h"
#include "report/predict_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALIBRATION_RUNS 5 /* after the warm-up; all networks together take some 10 s */
#define WAYS_MAX         64

struct session {
    struct pm_options options;            /* batch 1 whatever is asked */
    struct pm_context calibration, board; /* the calibration's networks; the catalogue's */
    struct pm_campaign tuned, own;        /* what they took */
    bool tuned_open, own_open;
    struct pm_arena arena;
    struct pm_candidate *row; /* all that was measured, of both */
    size_t rows;
    struct pm_predictor way[WAYS_MAX];
    size_t ways;
    struct pm_prediction_row *found;
    size_t n;
};

static int open_side(int open(struct pm_context *, struct pm_err *), struct pm_options *o,
                     struct pm_context *ctx, struct pm_campaign *c, bool *opened,
                     struct pm_err *err)
{
    if (open(ctx, err) != 0 || pm_context_add_board(ctx, &o->settings, err) != 0 ||
        pm_campaign_open(ctx, o, c, err) != 0)
        return -1;
    *opened = true;
    return 0;
}

/* Measure what of the calibration is missing, or stale. */
static int calibrate(struct session *s, struct pm_err *err)
{
    struct pm_campaign *c = &s->tuned;
    size_t missing = 0;
    for (size_t i = 0; i < c->n; i++)
        missing += !pm_known(c->candidate[i].figure[PM_LATENCY]);
    if (missing > 0 && c->options->no_measure)
        return pm_fail(err, PM_EDATA, c->path,
                       "this device is not calibrated in its present state; leave out --no-measure "
                       "and that is done first (about 10 s an engine)");
    if (missing > 0)
        pm_progress_note(&c->progress, "calibrating: some 10 s an engine, once for this device");
    pm_progress_start(&c->progress, c->options->quiet, missing);
    for (size_t i = 0; i < c->n && !pm_campaign_over(c); i++) {
        const struct pm_goal goal = {.quantile = 0.9, .max_runs = CALIBRATION_RUNS};
        if (!pm_known(c->candidate[i].figure[PM_LATENCY]) &&
            pm_campaign_measure(c, i, &goal, err) != 0)
            return -1;
    }
    return 0;
}

static void take_rows(struct session *s, const struct pm_campaign *c)
{
    for (size_t i = 0; i < c->n; i++) {
        if (pm_known(c->candidate[i].figure[PM_LATENCY]))
            s->row[s->rows++] = c->candidate[i];
    }
}

static int gather(struct session *s, struct pm_err *err)
{
    const size_t most = s->tuned.n + s->own.n + 1;
    s->row = pm_arena_alloc(&s->arena, most, sizeof *s->row);
    if (s->row == NULL)
        return pm_fail_nomem(err);
    take_rows(s, &s->tuned);
    take_rows(s, &s->own);
    for (size_t i = 0; i < s->tuned.n && s->ways < WAYS_MAX; i++) {
        const struct pm_candidate *c = &s->tuned.candidate[i];
        bool known = false;
        for (size_t k = 0; k < i; k++)
            known = known || pm_same_way(c, &s->tuned.candidate[k]);
        if (known)
            continue;
        struct pm_predictor *way = &s->way[s->ways];
        if (pm_predictor_fit(s->row, s->rows, c, s->options.settings.confidence, true, way, err) !=
            0)
            return -1;
        s->ways += way->time.verdict == PM_FIT_OK;
    }
    if (s->ways == 0)
        return pm_fail(err, PM_EDATA, s->tuned.path,
                       "too few calibration networks could be measured to fit anything");
    return 0;
}

/* The same law without this network's own measurement, so that it stays a prediction. */
static int predict_one(struct session *s, const struct pm_predictor *way,
                       const struct pm_catalogue_entry *network, struct pm_err *err)
{
    const struct pm_candidate same = {
        .engine = way->engine, .precision = way->precision, .batch = 1, .threads = way->threads};
    struct pm_candidate *others = pm_arena_alloc(&s->arena, s->rows + 1, sizeof *others);
    struct pm_predictor *by = pm_arena_alloc(&s->arena, 1, sizeof *by);
    struct pm_prediction_row *row = &s->found[s->n];
    size_t n = 0;
    if (others == NULL || by == NULL)
        return pm_fail_nomem(err);
    *row = (struct pm_prediction_row){.network = network, .by = way};
    for (size_t i = 0; i < s->rows; i++) {
        const bool it = s->row[i].known->cfg_digest == network->cfg_digest;
        if (it && pm_same_way(&s->row[i], &same))
            row->measured_ms = s->row[i].figure[PM_LATENCY];
        if (!it)
            others[n++] = s->row[i];
    }
    if (n < s->rows) {
        if (pm_predictor_fit(others, n, &same, s->options.settings.confidence, false, by, err) != 0)
            return -1;
        row->by = by->time.verdict == PM_FIT_OK ? by : way;
    }
    row->predicted = pm_predict(row->by, network);
    s->n++;
    return 0;
}

/* A cfg file, or a name of the catalogue; NULL with err. */
static const struct pm_catalogue_entry *find_network(struct session *s, const char *name,
                                                     struct pm_err *err)
{
    const size_t len = strlen(name);
    const struct pm_catalogue_entry *known = NULL;
    if (strchr(name, '/') != NULL || (len > 4 && strcmp(name + len - 4, ".cfg") == 0) ||
        (len > 5 && strcmp(name + len - 5, ".onnx") == 0)) {
        struct pm_catalogue_entry *e = pm_arena_alloc(&s->arena, 1, sizeof *e);
        if (e == NULL)
            pm_fail_nomem(err);
        return e != NULL && pm_catalogue_entry_of_cfg(name, &s->arena, e, err) == 0 ? e : NULL;
    }
    if (pm_catalogue_find(&s->board.catalogue, name, &known, err) != 0 || known == NULL)
        return NULL;
    if (known->problem != NULL)
        pm_fail(err, PM_EDATA, known->id, "%s", known->problem);
    return known->problem == NULL ? known : NULL;
}

static const struct pm_engine *engine_of(const struct session *s, const struct pm_predictor *way)
{
    for (size_t i = 0; i < s->board.engines; i++) {
        if (strcmp(s->board.engine[i].name, way->engine) == 0)
            return &s->board.engine[i];
    }
    return NULL;
}

/* In each way that the network can be run. PM_EDATA when there is none and `must`. */
static int predict_network(struct session *s, const struct pm_catalogue_entry *network, bool must,
                           struct pm_err *err)
{
    const char *why = "nothing is known of its layers beforehand; measure it";
    const size_t before = s->n;
    for (size_t k = 0; network->problem == NULL && k < s->ways; k++) {
        const struct pm_engine *engine = engine_of(s, &s->way[k]);
        if (!pm_known(network->gops) || engine == NULL ||
            !pm_engine_runs(engine, network, &s->arena, &why))
            continue;
        if (predict_one(s, &s->way[k], network, err) != 0)
            return -1;
    }
    if (must && s->n == before)
        return pm_fail(err, PM_EDATA, network->id, "%s", why != NULL ? why : "out of memory");
    return 0;
}

static int predict_all(struct session *s, struct pm_err *err)
{
    const struct pm_options *o = &s->options;
    const struct pm_catalogue *all = &s->board.catalogue;
    const size_t n = o->names > 0 ? o->names : all->n;
    s->found = pm_arena_alloc(&s->arena, n * s->ways + 1, sizeof *s->found);
    if (s->found == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const struct pm_catalogue_entry *network =
            o->names > 0 ? find_network(s, o->name[i], err) : &all->entry[i];
        if (network == NULL)
            return -1;
        if (predict_network(s, network, o->names > 0, err) != 0)
            return -1;
    }
    return 0;
}

static int print(const struct session *s, struct pm_err *err)
{
    const struct pm_style style = pm_cli_style(&s->options);
    const struct pm_predictions p = {.device = s->board.board.host,
                                     .confidence = s->options.settings.confidence,
                                     .predictor = s->way,
                                     .predictors = s->ways,
                                     .row = s->found,
                                     .n = s->n};
    struct pm_buf buf = {0};
    int result = pm_report_predictions(&p, s->options.format, &style, &buf, err);
    if (result == 0)
        result = pm_cli_emit(&s->options, &buf, err);
    pm_buf_done(&buf);
    return result;
}

static int predict(struct session *s, struct pm_err *err)
{
    if (open_side(pm_context_open_calibration, &s->options, &s->calibration, &s->tuned,
                  &s->tuned_open, err) != 0 ||
        calibrate(s, err) != 0)
        return -1;
    if (s->tuned.interrupted)
        return PM_EXIT_INTERRUPTED;
    if (open_side(pm_context_open, &s->options, &s->board, &s->own, &s->own_open, err) != 0 ||
        gather(s, err) != 0 || predict_all(s, err) != 0 || print(s, err) != 0)
        return -1;
    return PM_EXIT_OK;
}

int pm_cmd_predict(const struct pm_options *o, struct pm_err *err)
{
    struct session *s = calloc(1, sizeof *s);
    if (s == NULL)
        return pm_fail_nomem(err);
    s->options = *o;
    const int status = predict(s, err);
    if (s->tuned_open)
        pm_campaign_done(&s->tuned);
    if (s->own_open)
        pm_campaign_done(&s->own);
    pm_context_done(&s->calibration);
    pm_context_done(&s->board);
    pm_arena_done(&s->arena);
    free(s);
    return status;
}
