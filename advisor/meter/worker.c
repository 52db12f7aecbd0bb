/* SPDX-License-Identifier: MIT */
#include "meter/worker.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/process.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GREETING_MS 60e3
#define GOODBYE_MS  10e3
/* A worker reports at least every 100 ms between inferences; twice that is our slack. */
#define REPORT_MS 200.0

struct pm_worker {
    struct pm_process process;
    const volatile sig_atomic_t *stop;
    double until_ms;
    const char *program;
    struct pm_buf line;
};

/* The last line of its stderr that says something. */
static const char *last_words(const struct pm_worker *w, char *out, size_t size)
{
    const char *tail = w->process.complaint;
    size_t end = strlen(tail);
    while (end > 0 && (tail[end - 1] == '\n' || tail[end - 1] == ' '))
        end--;
    size_t begin = end;
    while (begin > 0 && tail[begin - 1] != '\n')
        begin--;
    snprintf(out, size, "%.*s", (int)(end - begin), tail + begin);
    return out;
}

static int broken(struct pm_worker *w, struct pm_err *err, const char *what)
{
    char words[200];
    last_words(w, words, sizeof words);
    pm_process_kill(&w->process);
    return pm_fail(err, PM_EENGINE, w->program, "%s%s%s%s", what,
                   words[0] != '\0' ? "; it said last: \"" : "", words,
                   words[0] != '\0' ? "\"" : "");
}

static int ended(struct pm_worker *w, struct pm_err *err)
{
    int status = 0;
    char how[80], what[160];
    if (!pm_process_wait(&w->process, pm_clock_ms() + GOODBYE_MS, &status))
        return broken(w, err, "the engine closed its output and hung");
    pm_process_describe(status, how, sizeof how);
    snprintf(what, sizeof what, "the engine %s%s", status == 0 ? "ended silently: it " : "", how);
    if (status == 0)
        snprintf(what, sizeof what, "the engine exited silently with status 0, its work undone");
    return broken(w, err, what);
}

/* Next reply as JSON. The caller frees *out. PM_WORKER_OVERDUE: the deadline passed. */
static enum pm_worker_end reply(struct pm_worker *w, double deadline_ms, struct cJSON **out,
                                struct pm_err *err)
{
    switch (pm_process_line(&w->process, fmin(deadline_ms, w->until_ms), w->stop, &w->line)) {
    case PM_READ_LINE:
        break;
    case PM_READ_TIMEOUT:
        return PM_WORKER_OVERDUE;
    case PM_READ_STOPPED:
        pm_process_kill(&w->process);
        return PM_WORKER_INTERRUPTED;
    case PM_READ_END:
        ended(w, err);
        return PM_WORKER_BROKEN;
    case PM_READ_FLOOD:
        broken(w, err, "the engine flooded its output");
        return PM_WORKER_BROKEN;
    case PM_READ_NOMEM:
        pm_process_kill(&w->process);
        pm_fail_nomem(err);
        return PM_WORKER_BROKEN;
    }
    struct pm_err why = {0};
    if (pm_json_parse(pm_buf_text(&w->line), w->line.len, "reply", out, &why) != 0) {
        char what[300];
        snprintf(what, sizeof what, "the engine wrote what is not protocol: \"%.60s\"",
                 pm_buf_text(&w->line));
        broken(w, err, what);
        return PM_WORKER_BROKEN;
    }
    return PM_WORKER_DONE;
}

static bool is_event(const struct cJSON *reply, const char *name)
{
    const char *event = pm_json_text_of(pm_json_member(reply, "event"));
    return event != NULL && strcmp(event, name) == 0;
}

static void unexpected(struct pm_worker *w, const struct cJSON *got, const char *wanted,
                       struct pm_err *err)
{
    const char *event = pm_json_text_of(pm_json_member(got, "event"));
    const char *message = pm_json_text_of(pm_json_member(got, "message"));
    const char *where = pm_json_text_of(pm_json_member(got, "where"));
    if (event != NULL && strcmp(event, "error") == 0 && message != NULL) {
        pm_process_kill(&w->process);
        pm_fail(err, PM_EENGINE, where, "%s", message);
        return;
    }
    char what[160];
    snprintf(what, sizeof what, "the engine answered \"%.40s\" where \"%s\" was due",
             event != NULL ? event : "?", wanted);
    broken(w, err, what);
}

static bool number_in(const struct cJSON *reply, const char *key, double min, double max,
                      double *out)
{
    double value;
    if (!pm_json_number_of(pm_json_member(reply, key), &value) || value < min || value > max)
        return false;
    *out = value;
    return true;
}

/* Requests are one line of JSON each; a failed write shows as the end of its output. */
static int request(struct pm_worker *w, struct cJSON *object, struct pm_err *err)
{
    struct pm_buf text = {0};
    const int result = pm_json_print(object, false, &text, err);
    if (result == 0)
        (void)pm_process_write(&w->process, text.data, text.len);
    pm_buf_done(&text);
    return result;
}

static void copy_text(const struct cJSON *reply, const char *key, char *out, size_t size)
{
    const char *text = pm_json_text_of(pm_json_member(reply, key));
    snprintf(out, size, "%s", text != NULL ? text : "");
}

/* Too late by our own limit is OVERDUE; by the engine's, its fault. */
static enum pm_worker_end late(struct pm_worker *w, const char *what, struct pm_err *err)
{
    if (pm_clock_ms() >= w->until_ms) {
        pm_process_kill(&w->process);
        return PM_WORKER_OVERDUE;
    }
    broken(w, err, what);
    return PM_WORKER_BROKEN;
}

enum pm_worker_end pm_worker_greet(struct pm_worker *w, struct pm_worker_ready *ready,
                                   struct pm_err *err)
{
    struct cJSON *r = NULL;
    double protocol = 0, kib = 0;
    const enum pm_worker_end end = reply(w, pm_clock_ms() + GREETING_MS, &r, err);
    if (end == PM_WORKER_OVERDUE)
        return late(w, "the engine did not greet within 60 s", err);
    if (end != PM_WORKER_DONE)
        return end;
    int result = 0;
    if (!is_event(r, "ready")) {
        unexpected(w, r, "ready", err);
        result = -1;
    } else if (!number_in(r, "protocol", 1, 1, &protocol)) {
        result = broken(w, err, "the engine speaks another protocol version (1 is expected)");
    } else if (!number_in(r, "baseline_kib", 0, 1e12, &kib)) {
        result = broken(w, err, "the engine's greeting lacks a valid \"baseline_kib\"");
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

/* Ask, and wait for that event; `slow` says what did not happen in time. Frees object; the caller
 * frees *out, which is set when DONE. */
static enum pm_worker_end ask(struct pm_worker *w, struct cJSON *object, const char *event,
                              double timeout_ms, const char *slow, struct cJSON **out,
                              struct pm_err *err)
{
    struct cJSON *r = NULL;
    if (request(w, object, err) != 0)
        return PM_WORKER_BROKEN;
    const enum pm_worker_end end = reply(w, pm_clock_ms() + timeout_ms, &r, err);
    if (end == PM_WORKER_OVERDUE)
        return late(w, slow, err);
    if (end != PM_WORKER_DONE)
        return end;
    if (!is_event(r, event)) {
        unexpected(w, r, event, err);
        pm_json_free(r);
        return PM_WORKER_BROKEN;
    }
    *out = r;
    return PM_WORKER_DONE;
}

/* Frees the reply; what it lacks, if it was not understood. */
static enum pm_worker_end understood(struct pm_worker *w, struct cJSON *r, bool yes,
                                     const char *lacks, struct pm_err *err)
{
    pm_json_free(r);
    if (!yes)
        broken(w, err, lacks);
    return yes ? PM_WORKER_DONE : PM_WORKER_BROKEN;
}

#define SIDE_MAX 1e6 /* what an engine may say of its input */

static bool read_loaded(const struct cJSON *r, struct pm_worker_loaded *out)
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
    (void)number_in(r, "inputs", 0, 1e12, &out->inputs);
    (void)number_in(r, "outputs", 0, 1e12, &out->outputs);
    out->random_weights = kind != NULL && strcmp(kind, "random") == 0;
    const bool valid =
        number_in(r, "load_ms", 0, 1e9, &out->load_ms) && number_in(r, "peak_kib", 0, 1e12, &kib);
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
        ask(w, load, "loaded", timeout_ms, "the network did not load in time", &r, err);
    return end == PM_WORKER_DONE ? understood(w, r, read_loaded(r, out),
                                              "\"loaded\" lacks a valid load_ms or peak_kib", err)
                                 : end;
}

struct run {
    size_t wanted, got;
    double begin_ms, told_ms; /* when it began, and the time its runs are said to have taken */
    pm_worker_sink *sink;
    void *context;
};

static int take_samples(struct pm_worker *w, const struct cJSON *r, struct run *run,
                        struct pm_err *err)
{
    const struct cJSON *ms = pm_json_first(pm_json_array(r, "ms"));
    const struct cJSON *delay = pm_json_first(pm_json_array(r, "delay_ms"));
    for (; ms != NULL; ms = pm_json_next(ms)) {
        double value = 0, waited = (double)NAN;
        if (!pm_json_number_of(ms, &value) || !(value > 0) || value > 1e9)
            return broken(w, err, "the engine reported a time that is not a positive number");
        if (delay != NULL && pm_json_number_of(delay, &waited) && waited < 0)
            return broken(w, err, "the engine reported a negative delay");
        if (run->got++ >= run->wanted)
            return broken(w, err, "the engine reported more runs than were asked for");
        run->told_ms += value;
        run->sink(run->context, value, waited);
        delay = delay != NULL ? pm_json_next(delay) : NULL;
    }
    return 0;
}

static int finish_run(struct pm_worker *w, const struct cJSON *r, const struct run *run,
                      struct pm_worker_ran *out, struct pm_err *err)
{
    double n = -1, kib = 0;
    const struct cJSON *finite = pm_json_member(r, "finite");
    if (!number_in(r, "n", 0, 1e9, &n) || n != (double)run->wanted || run->got != run->wanted)
        return broken(w, err, "the engine reported fewer runs than were asked for");
    if (run->told_ms > 1.01 * (pm_clock_ms() - run->begin_ms) + 1)
        return broken(w, err, "the engine reported more time than has passed");
    if (!number_in(r, "peak_kib", 0, 1e12, &kib) || finite == NULL)
        return broken(w, err, "\"ran\" lacks a valid peak_kib or finite");
    out->peak_mib = kib / 1024;
    out->finite = pm_json_is_true(finite);
    return 0;
}

/* One reply of a run; *done when it was the last. */
static int take_reply(struct pm_worker *w, const struct cJSON *r, struct run *run,
                      struct pm_worker_ran *out, bool *done, struct pm_err *err)
{
    if (is_event(r, "samples"))
        return take_samples(w, r, run, err);
    if (is_event(r, "ran")) {
        *done = true;
        return finish_run(w, r, run, out, err);
    }
    unexpected(w, r, "samples or ran", err);
    return -1;
}

enum pm_worker_end pm_worker_run(struct pm_worker *w, size_t n, double overdue_ms,
                                 pm_worker_sink *sink, void *context, struct pm_worker_ran *out,
                                 double *elapsed_ms, struct pm_err *err)
{
    struct run run = {.wanted = n, .begin_ms = pm_clock_ms(), .sink = sink, .context = context};
    struct cJSON *ask = pm_json_object();
    pm_json_add_text(ask, "op", "run");
    pm_json_add_number(ask, "n", (double)n);
    if (request(w, ask, err) != 0)
        return PM_WORKER_BROKEN;
    double since = pm_clock_ms();
    for (bool done = false; !done;) {
        struct cJSON *r = NULL;
        const size_t before = run.got;
        const enum pm_worker_end end = reply(w, since + overdue_ms + REPORT_MS, &r, err);
        if (end == PM_WORKER_OVERDUE) {
            /* it may have finished others, unreported, in the first REPORT_MS of the silence */
            *elapsed_ms = pm_clock_ms() - since - REPORT_MS;
            pm_process_kill(&w->process);
        }
        if (end != PM_WORKER_DONE)
            return end;
        const int taken = take_reply(w, r, &run, out, &done, err);
        pm_json_free(r);
        if (taken != 0)
            return PM_WORKER_BROKEN;
        if (run.got > before)
            since = pm_clock_ms(); /* words without runs buy no time */
    }
    return PM_WORKER_DONE;
}

static bool read_layers(const struct cJSON *r, double *ms, size_t layers)
{
    const struct cJSON *item = pm_json_first(pm_json_array(r, "ms"));
    size_t n = 0;
    for (; item != NULL && n < layers; item = pm_json_next(item), n++) {
        if (!pm_json_number_of(item, &ms[n]) || !(ms[n] >= 0) || ms[n] > 1e9)
            return false;
    }
    return item == NULL && n == layers;
}

enum pm_worker_end pm_worker_layers(struct pm_worker *w, size_t n, double timeout_ms, double *ms,
                                    size_t layers, struct pm_err *err)
{
    struct cJSON *time = pm_json_object(), *r = NULL;
    pm_json_add_text(time, "op", "layers");
    pm_json_add_number(time, "n", (double)n);
    const enum pm_worker_end end =
        ask(w, time, "layers", timeout_ms, "the layers were not timed in time", &r, err);
    return end == PM_WORKER_DONE
               ? understood(w, r, read_layers(r, ms, layers),
                            "\"layers\" lacks a time for each of the network's layers", err)
               : end;
}

static bool read_classes(const struct cJSON *r, size_t top, long *classes)
{
    const struct cJSON *item = pm_json_first(pm_json_array(r, "top"));
    size_t n = 0;
    double value = 0;
    for (; item != NULL && n < top; item = pm_json_next(item), n++) {
        if (!pm_json_number_of(item, &value) || !(value >= 0) || value > 1e9)
            return false;
        classes[n] = (long)value;
    }
    return item == NULL && n == top && pm_json_member(r, "finite") != NULL;
}

enum pm_worker_end pm_worker_classify(struct pm_worker *w, const char *input, size_t top,
                                      double timeout_ms, long *classes, bool *finite,
                                      struct pm_err *err)
{
    struct cJSON *classify = pm_json_object(), *r = NULL;
    pm_json_add_text(classify, "op", "classify");
    pm_json_add_text(classify, "input", input);
    pm_json_add_number(classify, "top", (double)top);
    const enum pm_worker_end end =
        ask(w, classify, "classified", timeout_ms, "an image was not classified in time", &r, err);
    if (end != PM_WORKER_DONE)
        return end;
    *finite = pm_json_is_true(pm_json_member(r, "finite"));
    return understood(w, r, read_classes(r, top, classes),
                      "\"classified\" lacks the classes that were asked for, or finite", err);
}

int pm_worker_quit(struct pm_worker *w, struct pm_err *err)
{
    struct cJSON *quit = pm_json_object(), *r = NULL;
    w->stop = NULL; /* its runs are made: neither signal nor time limit may spoil them now */
    w->until_ms = (double)INFINITY;
    pm_json_add_text(quit, "op", "quit");
    int result = request(w, quit, err);
    if (result == 0 && reply(w, pm_clock_ms() + GOODBYE_MS, &r, err) == PM_WORKER_DONE) {
        int status = -1;
        char how[80], what[120];
        const bool bye = is_event(r, "bye");
        pm_json_free(r);
        if (!bye) {
            result = broken(w, err, "the engine did not say goodbye");
        } else if (!pm_process_wait(&w->process, pm_clock_ms() + GOODBYE_MS, &status)) {
            result = broken(w, err, "the engine did not end when asked to");
        } else if (status != 0) {
            pm_process_describe(status, how, sizeof how);
            snprintf(what, sizeof what, "the engine did its work, then %s", how);
            result = broken(w, err, what);
        }
    } else if (result == 0) {
        result = broken(w, err, "the engine did not say goodbye");
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
