/* SPDX-License-Identifier: MIT */
#include "meter/worker.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/process.h"
#include "meter/worker_talk.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GREETING_MS 60e3

static void copy_text(const struct cJSON *reply, const char *key, char *out, size_t size)
{
    const char *text = pm_json_text_of(pm_json_member(reply, key));
    snprintf(out, size, "%s", text != NULL ? text : "");
}

enum pm_worker_end pm_worker_greet(struct pm_worker *w, struct pm_worker_ready *ready,
                                   struct pm_err *err)
{
    struct cJSON *r = NULL;
    double protocol = 0, kib = 0;
    const enum pm_worker_end end = pm_talk_reply(w, pm_clock_ms() + GREETING_MS, &r, err);
    if (end == PM_WORKER_OVERDUE)
        return pm_talk_late(w, "the engine did not greet within 60 s", err);
    if (end != PM_WORKER_DONE)
        return end;
    int result = 0;
    if (!pm_talk_is_event(r, "ready")) {
        pm_talk_unexpected(w, r, "ready", err);
        result = -1;
    } else if (!pm_talk_number(r, "protocol", 1, 1, &protocol)) {
        result =
            pm_talk_broken(w, err, "the engine speaks another protocol version (1 is expected)");
    } else if (!pm_talk_number(r, "baseline_kib", 0, PM_PEAK_KIB_MAX, &kib)) {
        result = pm_talk_broken(w, err, "the engine's greeting lacks a valid \"baseline_kib\"");
    } else {
        copy_text(r, "engine", ready->engine, sizeof ready->engine);
        copy_text(r, "engine_version", ready->version, sizeof ready->version);
        ready->baseline_mib = kib / 1024;
    }
    pm_json_free(r);
    return result == 0 ? PM_WORKER_DONE : PM_WORKER_BROKEN;
}

/* What engines may expect: see docs/engine-protocol.md. libdarknet drags in OpenBLAS, which would
 * start a thread a core, and Qt, which would look for a display. */
static int start(struct pm_worker *w, long threads, struct pm_err *err)
{
    char blas[48], omp[48];
    const char *argv[] = {w->program, NULL};
    const char *env[] = {blas, omp, "QT_QPA_PLATFORM=offscreen", NULL};
    const long n = threads > 0 ? threads : 1;
    snprintf(blas, sizeof blas, "OPENBLAS_NUM_THREADS=%ld", n);
    snprintf(omp, sizeof omp, "OMP_NUM_THREADS=%ld", n);
    return pm_process_start(&w->process, argv, env, err);
}

void pm_worker_set_limits(struct pm_worker *w, double until_ms, const volatile sig_atomic_t *stop)
{
    w->until_ms = until_ms;
    w->stop = stop;
}

int pm_worker_start(const char *program, long threads, struct pm_worker **out, struct pm_err *err)
{
    struct pm_worker *w = calloc(1, sizeof *w);
    if (w == NULL)
        return pm_fail_nomem(err);
    w->until_ms = (double)INFINITY;
    w->program = program;
    if (start(w, threads, err) != 0) {
        pm_worker_kill(w);
        return -1;
    }
    *out = w;
    return 0;
}

enum pm_worker_end pm_worker_open(const char *program, long threads, double until_ms,
                                  const volatile sig_atomic_t *stop, struct pm_worker **out,
                                  struct pm_worker_ready *ready, struct pm_err *err)
{
    struct pm_worker *w = NULL;
    if (pm_worker_start(program, threads, &w, err) != 0 || w == NULL)
        return PM_WORKER_BROKEN;
    pm_worker_set_limits(w, until_ms, stop);
    const enum pm_worker_end end = pm_worker_greet(w, ready, err);
    if (end == PM_WORKER_DONE)
        *out = w;
    else
        pm_worker_kill(w);
    return end;
}

#define SIDE_MAX 1e6 /* what an engine may say of its input */

static bool read_loaded(const struct cJSON *r, long batch, struct pm_worker_loaded *out)
{
    double kib = 0, side[3] = {0, 0, 0};
    const char *kind = pm_json_text_of(pm_json_member(r, "weights"));
    out->inputs = out->outputs = 0;
    const struct cJSON *input = pm_json_array(r, "input");
    const struct cJSON *item = input != NULL ? pm_json_first(input) : NULL;
    for (size_t i = 0; i < 3 && item != NULL; i++, item = pm_json_next(item))
        (void)pm_json_number_of(item, &side[i]);
    const bool told = side[0] >= 1 && side[1] >= 1 && side[2] >= 1 && side[0] <= SIDE_MAX &&
                      side[1] <= SIDE_MAX && side[2] <= SIDE_MAX;
    out->channels = told ? (long)side[0] : 0;
    out->height = told ? (long)side[1] : 0;
    out->width = told ? (long)side[2] : 0;
    (void)pm_talk_number(r, "inputs", 0, 1e12, &out->inputs);
    (void)pm_talk_number(r, "outputs", 0, 1e12, &out->outputs);
    out->random_weights = kind != NULL && strcmp(kind, "random") == 0;
    double loaded = (double)batch; /* an engine may leave it out, but not run another one */
    (void)pm_talk_number(r, "batch", 0, 1e9, &loaded);
    const bool valid = pm_talk_number(r, "load_ms", 0, 1e9, &out->load_ms) &&
                       pm_talk_number(r, "peak_kib", 0, PM_PEAK_KIB_MAX, &kib) &&
                       loaded >= (double)batch && loaded <= (double)batch;
    out->peak_mib = kib / 1024;
    return valid;
}

enum pm_worker_end pm_worker_load(struct pm_worker *w, const struct pm_worker_network *network,
                                  double timeout_ms, struct pm_worker_loaded *out,
                                  struct pm_err *err)
{
    struct cJSON *load = pm_json_object(), *r = NULL;
    pm_json_add_text(load, "op", "load");
    pm_json_add_text(load, "cfg", network->cfg);
    pm_json_add_text(load, "weights", network->weights);
    pm_json_add_number(load, "batch", (double)network->batch);
    pm_json_add_number(load, "threads", (double)network->threads);
    if (network->width > 0) {
        struct cJSON *input = pm_json_add_list(load, "input");
        pm_json_push_number(input, (double)network->channels);
        pm_json_push_number(input, (double)network->height);
        pm_json_push_number(input, (double)network->width);
    }
    const enum pm_worker_end end =
        pm_talk_ask(w, load, "loaded", timeout_ms, "the network did not load in time", &r, err);
    return end == PM_WORKER_DONE
               ? pm_talk_understood(
                     w, r, read_loaded(r, network->batch, out),
                     "\"loaded\" lacks a valid load_ms or peak_kib, or has another batch "
                     "than was asked for",
                     err)
               : end;
}

int pm_worker_quit(struct pm_worker *w, struct pm_err *err)
{
    struct cJSON *quit = pm_json_object(), *r = NULL;
    w->stop = NULL; /* its runs are made: neither signal nor time limit may spoil them now */
    w->until_ms = (double)INFINITY;
    pm_json_add_text(quit, "op", "quit");
    int result = pm_talk_request(w, quit, err);
    if (result == 0 && pm_talk_reply(w, pm_clock_ms() + PM_GOODBYE_MS, &r, err) == PM_WORKER_DONE) {
        int status = -1;
        char how[80], what[120];
        const bool bye = pm_talk_is_event(r, "bye");
        pm_json_free(r);
        if (!bye) {
            result = pm_talk_broken(w, err, "the engine did not say goodbye");
        } else if (!pm_process_wait(&w->process, pm_clock_ms() + PM_GOODBYE_MS, &status)) {
            result = pm_talk_broken(w, err, "the engine did not end when asked to");
        } else if (status != 0) {
            pm_process_describe(status, how, sizeof how);
            snprintf(what, sizeof what, "the engine did its work, then %s", how);
            result = pm_talk_broken(w, err, what);
        }
    } else if (result == 0) {
        result = pm_talk_broken(w, err, "the engine did not say goodbye");
    }
    pm_worker_kill(w);
    return result;
}

void pm_worker_kill(struct pm_worker *w)
{
    if (w == NULL)
        return;
    pm_process_done(&w->process);
    pm_buf_done(&w->line);
    free(w);
}
