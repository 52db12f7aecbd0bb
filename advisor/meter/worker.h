/* SPDX-License-Identifier: MIT
 * One engine process: started, fed and watched over line-delimited JSON (docs/engine-protocol.md).
 *
 * The process is never trusted. Success is a complete, checked reply; a worker that exits silently,
 * aborts, hangs, floods or lies is an error of code PM_EENGINE that names the cause, and costs one
 * candidate. Worker processes die with us. */
#ifndef PM_WORKER_H
#define PM_WORKER_H

#include "base/arena.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct pm_err;
struct pm_worker; /* opaque */

struct pm_worker_ready {
    char engine[64], version[96];
    double baseline_mib; /* peak memory with the libraries, before any network */
};

struct pm_worker_network {
    const char *cfg, *weights; /* weights may be NULL: random values */
    long batch, threads;
    /* of the input, where the file may leave them open; 0: as it says */
    long channels, height, width;
};

struct pm_worker_loaded {
    double load_ms;
    double peak_mib;
    bool random_weights;
    double inputs, outputs;       /* values of an image; 0: not told */
    long channels, height, width; /* of the input; 0: not told, or it is no image */
};

struct pm_worker_ran {
    double peak_mib;
    bool finite; /* all outputs were finite numbers */
};

/* Where the runs go: called once a sample, in order. */
typedef void pm_worker_sink(void *context, double ms, double delay_ms);

enum pm_worker_end {
    PM_WORKER_DONE,        /* the reply is complete */
    PM_WORKER_OVERDUE,     /* the inference in flight exceeded its time: the process was ended */
    PM_WORKER_INTERRUPTED, /* *stop was set: the process was ended */
    PM_WORKER_BROKEN,      /* see err */
};

/* Start program (with the environment engines may expect) and wait for its greeting. stop may be
 * NULL; it is watched during every wait, and so is until_ms (pm_clock_ms; INFINITY for none), past
 * which the process is ended as OVERDUE whatever it is doing. *out is set when DONE only. */
enum pm_worker_end pm_worker_open(const char *program, long threads, double until_ms,
                                  const volatile sig_atomic_t *stop, struct pm_worker **out,
                                  struct pm_worker_ready *ready, struct pm_err *err);
/* The two halves of it, for a process that is to stand by: it runs from start on, and greets once.
 */
int pm_worker_start(const char *program, long threads, struct pm_worker **out, struct pm_err *err);
enum pm_worker_end pm_worker_greet(struct pm_worker *w, struct pm_worker_ready *ready,
                                   struct pm_err *err);
void pm_worker_set_limits(struct pm_worker *w, double until_ms, const volatile sig_atomic_t *stop);
enum pm_worker_end pm_worker_load(struct pm_worker *w, const struct pm_worker_network *network,
                                  double timeout_ms, struct pm_worker_loaded *out,
                                  struct pm_err *err);
/* n inferences. overdue_ms: no single inference may take longer, else the process is ended as
 * OVERDUE; *elapsed_ms is then how long the one in flight had certainly been running. */
enum pm_worker_end pm_worker_run(struct pm_worker *w, size_t n, double overdue_ms,
                                 pm_worker_sink *sink, void *context, struct pm_worker_ran *out,
                                 double *elapsed_ms, struct pm_err *err);
/* One inference of the input in that file, at batch 1: the `top` likeliest classes, best first.
 * *finite: the outputs are numbers. */
enum pm_worker_end pm_worker_classify(struct pm_worker *w, const char *input, size_t top,
                                      double timeout_ms, long *classes, bool *finite,
                                      struct pm_err *err);
/* What each of the network's layers takes: the median of n inferences, within timeout_ms. */
enum pm_worker_end pm_worker_layers(struct pm_worker *w, size_t n, double timeout_ms, double *ms,
                                    size_t layers, struct pm_err *err);
/* Ask it to quit and demand exit status 0; -1 and err otherwise. Frees w in any case. */
int pm_worker_quit(struct pm_worker *w, struct pm_err *err);
/* End it at once. Takes NULL. */
void pm_worker_kill(struct pm_worker *w);

#endif
