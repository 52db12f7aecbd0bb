/* SPDX-License-Identifier: MIT
 * `pickmodel predict`: latency and memory of networks that need not have been run. The first time,
 * and when the device has changed, a few seconds of calibration go before it. */
#include "advise/answer.h"
#include "advise/predict.h"
#include "advise/ways.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/calibration.h"
#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/emit.h"
#include "cli/options.h"
#include "report/predict_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
    struct pm_options options;
    struct pm_calibration calibration;
    struct pm_context board; /* the catalogue's networks, and what they took */
    struct pm_campaign own;
    bool own_open;
    struct pm_arena arena;
    const struct pm_catalogue_entry **wanted;
    size_t wanted_n;
    struct pm_prediction_row *found;
    size_t n;
};

/* The same law without this network's own measurement, so that it stays a prediction. */
static int predict_one(struct session *s, const struct pm_predictor *way,
                       const struct pm_catalogue_entry *network, struct pm_err *err)
{
    const struct pm_candidate same = {.config = way->way};
    struct pm_candidate *others =
        pm_arena_alloc(&s->arena, s->calibration.rows + 1, sizeof *others);
    struct pm_predictor *by = pm_arena_alloc(&s->arena, 1, sizeof *by);
    struct pm_prediction_row *row = &s->found[s->n];
    size_t n = 0;
    if (others == NULL || by == NULL)
        return pm_fail_nomem(err);
    *row = (struct pm_prediction_row){.network = network, .by = way};
    for (size_t i = 0; i < s->calibration.rows; i++) {
        const bool it = s->calibration.row[i].known->cfg_digest == network->cfg_digest;
        if (it && pm_same_way(&s->calibration.row[i], &same))
            row->measured_ms = s->calibration.row[i].figure[PM_LATENCY];
        if (!it)
            others[n++] = s->calibration.row[i];
    }
    if (n < s->calibration.rows) {
        if (pm_predictor_fit(others, n, &same, s->options.settings.confidence, false, NULL, by,
                             err) != 0)
            return -1;
        row->by = by->time.verdict == PM_FIT_OK ? by : way;
    }
    row->predicted = pm_predict(row->by, network);
    s->n++;
    return 0;
}

static const struct pm_engine *engine_of(const struct session *s, const struct pm_predictor *way)
{
    for (size_t i = 0; i < s->board.engines; i++) {
        if (strcmp(s->board.engine[i].name, way->way.engine) == 0)
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
    for (size_t k = 0; network->problem == NULL && k < s->calibration.ways; k++) {
        const struct pm_engine *engine = engine_of(s, &s->calibration.way[k]);
        if (!pm_known(network->gops) || engine == NULL ||
            !pm_engine_runs(engine, network, &s->arena, &why))
            continue;
        if (predict_one(s, &s->calibration.way[k], network, err) != 0)
            return -1;
    }
    if (must && s->n == before)
        return pm_fail(err, PM_EDATA, network->id, "%s", why != NULL ? why : "out of memory");
    return 0;
}

/* What is asked for: a slip in a name or a cfg is found before anything is measured. */
static int choose_all(struct session *s, struct pm_err *err)
{
    const struct pm_options *o = &s->options;
    const struct pm_catalogue *all = &s->board.catalogue;
    s->wanted_n = o->names > 0 ? o->names : all->n;
    s->wanted = pm_arena_alloc(&s->arena, s->wanted_n + 1, sizeof *s->wanted);
    if (s->wanted == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < s->wanted_n; i++) {
        s->wanted[i] = o->names > 0 ? NULL : &all->entry[i];
        if (o->names > 0 &&
            pm_choose_network(&s->board, o->name[i], &s->arena, &s->wanted[i], err) != 0)
            return -1;
    }
    return 0;
}

static int predict_all(struct session *s, struct pm_err *err)
{
    s->found = pm_arena_alloc(&s->arena, s->wanted_n * s->calibration.ways + 1, sizeof *s->found);
    if (s->found == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < s->wanted_n; i++) {
        if (predict_network(s, s->wanted[i], s->options.names > 0, err) != 0)
            return -1;
    }
    return 0;
}

static int print(const struct session *s, struct pm_err *err)
{
    const struct pm_style style = pm_cli_style(&s->options);
    const struct pm_predictions p = {.device = s->board.board.host,
                                     .confidence = s->options.settings.confidence,
                                     .predictor = s->calibration.way,
                                     .predictors = s->calibration.ways,
                                     .row = s->found,
                                     .n = s->n};
    struct pm_buf buf = {0};
    int result = pm_report_predictions(&p, s->options.format, &style, &buf, err);
    if (result == 0)
        result = pm_cli_emit(&s->options, &buf, err);
    pm_buf_done(&buf);
    return result;
}

static int open_own(struct session *s, struct pm_err *err)
{
    if (pm_context_add_board(&s->board, &s->options.settings, err) != 0 ||
        pm_campaign_open(&s->board, &s->options, &s->own, err) != 0)
        return -1;
    s->own_open = true;
    return 0;
}

static int predict(struct session *s, struct pm_err *err)
{
    if (pm_context_open(s->options.settings.confidence, &s->board, err) != 0 ||
        choose_all(s, err) != 0 || pm_calibration_open(&s->options, &s->calibration, err) != 0)
        return -1;
    if (pm_campaign_interrupted(&s->calibration.tuned))
        return PM_EXIT_INTERRUPTED;
    if (open_own(s, err) != 0 || pm_calibration_fit(&s->calibration, &s->own, true, err) != 0 ||
        predict_all(s, err) != 0 || print(s, err) != 0)
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
    if (s->own_open)
        pm_campaign_done(&s->own);
    pm_calibration_done(&s->calibration);
    pm_context_done(&s->board);
    pm_arena_done(&s->arena);
    free(s);
    return status;
}
