/* SPDX-License-Identifier: MIT
 * What a loaded network is asked for: inferences, layers, classes. */
#include "meter/worker.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/quantity.h"
#include "meter/worker_talk.h"

#include <math.h>

/* A worker reports at least every 100 ms between inferences; twice that is our slack. */
#define REPORT_MS 200.0

struct run {
    size_t wanted, got;
    double told_ms; /* the time its runs are said to have taken */
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
        if (!pm_json_number_of(ms, &value) || !(value >= PM_LEAST_MS) || value > 1e9)
            return pm_talk_broken(w, err,
                                  "the engine reported a time that is not a positive number");
        if (delay != NULL && pm_json_number_of(delay, &waited) && waited < 0)
            return pm_talk_broken(w, err, "the engine reported a negative delay");
        if (run->got++ >= run->wanted)
            return pm_talk_broken(w, err, "the engine reported more runs than were asked for");
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
    if (!pm_talk_number(r, "n", 0, 1e9, &n) || n != (double)run->wanted || run->got != run->wanted)
        return pm_talk_broken(w, err, "the engine reported fewer runs than were asked for");
    const char *wrong = pm_clock_check_end(&w->check, w->process.pid, run->wanted, run->told_ms);
    if (wrong != NULL)
        return pm_talk_broken(w, err, wrong);
    if (!pm_talk_number(r, "peak_kib", 0, PM_PEAK_KIB_MAX, &kib) || !pm_json_is_bool(finite))
        return pm_talk_broken(w, err, "\"ran\" lacks a valid peak_kib or finite");
    out->peak_mib = kib / 1024;
    out->finite = pm_json_is_true(finite);
    return 0;
}

/* One reply of a run; *done when it was the last. */
static int take_reply(struct pm_worker *w, const struct cJSON *r, struct run *run,
                      struct pm_worker_ran *out, bool *done, struct pm_err *err)
{
    if (pm_talk_is_event(r, "samples"))
        return take_samples(w, r, run, err);
    if (pm_talk_is_event(r, "ran")) {
        *done = true;
        return finish_run(w, r, run, out, err);
    }
    pm_talk_unexpected(w, r, "samples or ran", err);
    return -1;
}

enum pm_worker_end pm_worker_run(struct pm_worker *w, size_t n, double overdue_ms,
                                 pm_worker_sink *sink, void *context, struct pm_worker_ran *out,
                                 double *elapsed_ms, struct pm_err *err)
{
    struct run run = {.wanted = n, .sink = sink, .context = context};
    struct cJSON *ask = pm_json_object();
    pm_json_add_text(ask, "op", "run");
    pm_json_add_number(ask, "n", (double)n);
    pm_clock_check_begin(&w->check, w->process.pid);
    if (pm_talk_request(w, ask, err) != 0)
        return PM_WORKER_BROKEN;
    double since = pm_clock_ms();
    for (bool done = false; !done;) {
        struct cJSON *r = NULL;
        const size_t before = run.got;
        const enum pm_worker_end end = pm_talk_reply(w, since + overdue_ms + REPORT_MS, &r, err);
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
        pm_talk_ask(w, time, "layers", timeout_ms, "the layers were not timed in time", &r, err);
    return end == PM_WORKER_DONE
               ? pm_talk_understood(w, r, read_layers(r, ms, layers),
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
    const enum pm_worker_end end = pm_talk_ask(w, classify, "classified", timeout_ms,
                                               "an image was not classified in time", &r, err);
    if (end != PM_WORKER_DONE)
        return end;
    *finite = pm_json_is_true(pm_json_member(r, "finite"));
    return pm_talk_understood(w, r, read_classes(r, top, classes),
                              "\"classified\" lacks the classes that were asked for, or finite",
                              err);
}
