/* SPDX-License-Identifier: MIT
 * `pickmodel explain NETWORK`: where its operations, parameters, memory and time go. */
#include "advise/dissect.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "cli/campaign.h"
#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/emit.h"
#include "cli/options.h"
#include "cli/quiet.h"
#include "cli/stop.h"
#include "meter/worker.h"
#include "report/explain_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_RUNS ((size_t)3) /* they warm up, and say how long one takes */
#define TIME_MS    2000.0
#define LEAST_RUNS 5.0
#define MOST_RUNS  100.0
#define PATIENCE   600e3

struct session {
    struct pm_options options;
    struct pm_context ctx;
    struct pm_campaign own;
    bool own_open;
    struct pm_arena arena;
    struct pm_network net;
    struct pm_dissection d;
};

static int find_network(struct session *s, const char *name, struct pm_err *err)
{
    if (pm_choose_network(&s->ctx, name, &s->arena, &s->d.known, err) != 0)
        return -1;
    if (s->d.known->description == PM_ONNX)
        return pm_fail(err, PM_EDATA, s->d.known->id,
                       "nothing is known of the layers of an ONNX file; explain reads cfgs");
    s->d.net = &s->net;
    return pm_network_load(s->d.known->cfg_path, &s->arena, &s->net, err);
}

/* Of the candidates that are this network the one run as the engine will be; -1. */
static int find_own(const struct session *s, const struct pm_engine *engine)
{
    int found = -1;
    for (size_t i = 0; s->own_open && i < s->own.n; i++) {
        if (s->own.slot[i].known->cfg_digest != s->d.known->cfg_digest)
            continue;
        if (found < 0 || s->own.slot[i].engine == engine)
            found = (int)i;
    }
    return found;
}

static int time_with(struct session *s, struct pm_worker *w, const struct pm_engine *engine,
                     long threads, struct pm_err *err)
{
    struct pm_worker_loaded loaded;
    const size_t layers = s->net.layers;
    double *ms = pm_arena_alloc(&s->arena, layers + 1, sizeof *ms);
    if (ms == NULL)
        return pm_fail_nomem(err);
    const struct pm_worker_network network = pm_context_network(s->d.known, NULL, 1, threads);
    if (pm_worker_load(w, &network, PATIENCE, &loaded, err) != PM_WORKER_DONE)
        return -1;
    double before = pm_clock_ms();
    if (pm_worker_layers(w, FIRST_RUNS, PATIENCE, ms, layers, err) != PM_WORKER_DONE)
        return -1;
    const double one = (pm_clock_ms() - before) / (double)FIRST_RUNS;
    const double runs = fmin(fmax(TIME_MS / fmax(one, 1e-3), LEAST_RUNS), MOST_RUNS);
    if (pm_worker_layers(w, (size_t)runs, PATIENCE, ms, layers, err) != PM_WORKER_DONE)
        return -1;
    s->d.ms = ms;
    s->d.way = pm_arena_printf(&s->arena, "%s, %ld thread%s, median of %.0f", engine->name, threads,
                               threads == 1 ? "" : "s", floor(runs));
    return s->d.way != NULL ? 0 : pm_fail_nomem(err);
}

/* 0 also when it was interrupted: the rest is known all the same. */
static int time_layers(struct session *s, const struct pm_engine *engine, struct pm_err *err)
{
    const volatile sig_atomic_t *stop = pm_stop_watch();
    struct pm_worker *w = NULL;
    struct pm_worker_ready ready;
    long threads = 1;
    if (pm_choose_threads(&s->ctx, &s->options.settings, engine, &threads, err) != 0)
        return -1;
    int result = -1;
    struct pm_progress progress;
    const char *unquiet;
    pm_progress_start(&progress, s->options.quiet, 0);
    if (!pm_quiet_await(&s->options.settings, stop, &progress, &s->arena, &unquiet)) {
        s->d.untold = "the machine was not quiet";
        return 0;
    }
    if (pm_worker_open(engine->program, threads, (double)INFINITY, stop, &w, &ready, err) ==
        PM_WORKER_DONE)
        result = time_with(s, w, engine, threads, err);
    pm_worker_kill(w);
    if (*stop)
        s->d.untold = "interrupted";
    return *stop ? 0 : result;
}

static int explain(struct session *s, struct pm_err *err)
{
    const struct pm_options *o = &s->options;
    if (pm_context_open(o->settings.confidence, &s->ctx, err) != 0 ||
        pm_context_add_board(&s->ctx, &o->settings, err) != 0 ||
        find_network(s, o->name[0], err) != 0)
        return -1;
    if (s->d.known->task != NULL) /* it stands among those of its own task */
        snprintf(s->options.settings.task, sizeof s->options.settings.task, "%s", s->d.known->task);
    if (pm_campaign_open(&s->ctx, o, &s->own, err) != 0)
        return -1;
    s->own_open = true;
    const struct pm_engine *engine =
        pm_choose_engine(&s->ctx, s->d.known, true, &s->arena, &s->d.untold);
    if (o->no_measure)
        s->d.untold = "--no-measure";
    else if (engine != NULL) {
        s->d.untold = NULL;
        if (time_layers(s, engine, err) != 0)
            return -1;
    }
    const int own = find_own(s, engine);
    if (pm_dissect(&s->d, s->own.candidate, own >= 0 ? s->own.n : 0, own >= 0 ? (size_t)own : 0,
                   err) != 0)
        return -1;
    const struct pm_style style = pm_cli_style(o);
    struct pm_buf buf = {0};
    int result = pm_report_dissection(&s->d, o->all, o->format, &style, &buf, err);
    if (result == 0)
        result = pm_cli_emit(o, &buf, err);
    pm_buf_done(&buf);
    return result;
}

int pm_cmd_explain(const struct pm_options *o, struct pm_err *err)
{
    struct session *s = calloc(1, sizeof *s);
    if (s == NULL)
        return pm_fail_nomem(err);
    s->options = *o;
    const int result = explain(s, err);
    if (s->own_open)
        pm_campaign_done(&s->own);
    pm_dissection_done(&s->d);
    pm_context_done(&s->ctx);
    pm_arena_done(&s->arena);
    free(s);
    return result == 0 ? PM_EXIT_OK : -1;
}
