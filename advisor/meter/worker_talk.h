/* SPDX-License-Identifier: MIT
 * One request and its reply, for worker.c (from start to end) and worker_run.c (inferences). What
 * an engine says that it must not ends its process and fills err. */
#ifndef PM_WORKER_TALK_H
#define PM_WORKER_TALK_H

#include "base/process.h"
#include "meter/clock_check.h"
#include "meter/worker.h"
#include "json/json.h"

struct pm_err;

#define PM_PEAK_KIB_MAX 1e10 /* 9 TiB: more memory than a machine that measures has */
#define PM_GOODBYE_MS   10e3 /* for a process that is over to end */

struct pm_worker {
    struct pm_process process;
    const volatile sig_atomic_t *stop;
    double until_ms;
    const char *program;
    struct pm_buf line;
    struct pm_clock_check check;
};

/* It broke its contract: ended, with its last words in err. -1. */
int pm_talk_broken(struct pm_worker *w, struct pm_err *err, const char *what);
/* Frees object. -1: it does not read. */
int pm_talk_request(struct pm_worker *w, struct cJSON *object, struct pm_err *err);
/* Next reply as JSON. The caller frees *out. PM_WORKER_OVERDUE: the deadline passed. */
enum pm_worker_end pm_talk_reply(struct pm_worker *w, double deadline_ms, struct cJSON **out,
                                 struct pm_err *err);
bool pm_talk_is_event(const struct cJSON *reply, const char *name);
/* An error event's own words, or what was due. */
void pm_talk_unexpected(struct pm_worker *w, const struct cJSON *got, const char *wanted,
                        struct pm_err *err);
bool pm_talk_number(const struct cJSON *reply, const char *key, double min, double max,
                    double *out);
/* Too late by our own limit is OVERDUE; by the engine's, its fault. */
enum pm_worker_end pm_talk_late(struct pm_worker *w, const char *what, struct pm_err *err);
/* Ask, and wait for that event; `slow` says what did not happen in time. Frees object; the caller
 * frees *out, which is set when DONE. */
enum pm_worker_end pm_talk_ask(struct pm_worker *w, struct cJSON *object, const char *event,
                               double timeout_ms, const char *slow, struct cJSON **out,
                               struct pm_err *err);
/* Frees the reply; what it lacks, if it was not understood. */
enum pm_worker_end pm_talk_understood(struct pm_worker *w, struct cJSON *r, bool yes,
                                      const char *lacks, struct pm_err *err);

#endif
