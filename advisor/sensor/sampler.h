/* SPDX-License-Identifier: MIT
 * The thread of a meter, and what a window has seen so far. Shared by sampler.c and meter.c alone.
 *
 * Who reads the source: a gauge or a stream is read by the thread alone, which holds no lock
 * meanwhile (a reading may take long). A counter is read by the thread and by whoever opens and
 * ends a window, always under the lock. Everything below `lock` is under it. */
#ifndef PM_SAMPLER_H
#define PM_SAMPLER_H

#include "sensor/meter.h"

#include <pthread.h>
#include <stdint.h>

struct pm_tally {
    bool open;
    double begin_ms, begin_j;
    size_t samples, lost;
    double first_ms, last_ms, last_w;
    double integral; /* W ms between first and last, by trapezoids */
    char fault[200]; /* what makes this window unknown; "" while nothing does */
};

struct pm_power_meter {
    struct pm_source *source;
    struct pm_power_info info;
    double poll_ms;  /* a gauge, on average */
    double stall_ms; /* a stream silent for longer has stalled */
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake; /* a window began, or the meter closes */
    bool closing;
    uint64_t random;
    double heard_ms;   /* a stream's last value */
    double surplus;    /* values of a stream beyond what it may give a second */
    double calm_ms;    /* when it last had none, */
    size_t since_calm; /* and values since then */
    char broken[200];  /* no window is known any more; "" */
    struct pm_tally tally;
};

/* Starts the thread that this kind of source needs, if any; false when the system refuses. */
bool pm_sampler_start(struct pm_power_meter *m);
void pm_sampler_stop(struct pm_power_meter *m);
/* A counter, lock held: tries again while a reading is lost. */
enum pm_reading pm_sampler_read_counter(struct pm_power_meter *m, double *joules, double *at_ms);
/* A stream, lock held: silent for too long until now_ms is a fault of the window. */
void pm_sampler_check_silence(struct pm_power_meter *m, double now_ms);

#endif
