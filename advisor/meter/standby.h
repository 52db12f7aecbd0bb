/* SPDX-License-Identifier: MIT
 * Engine processes that stand by, their libraries loaded, for the networks that come next:
 * libdarknet takes a quarter of a second to load, as long as the runs that reject a network. Each
 * is started while another process loads its network, when nothing is being timed, and sleeps until
 * it is taken: every network still gets a process of its own that has run nothing before. */
#ifndef PM_STANDBY_H
#define PM_STANDBY_H

#include "meter/worker.h"

#define PM_STANDBY_MAX 8

struct pm_standby {
    bool wanted; /* false: nothing is kept in waiting */
    size_t n;
    struct {
        const char *program; /* must outlive it */
        long threads;
        struct pm_worker *worker;
        struct pm_worker_ready ready;
        bool greeted;
    } waiting[PM_STANDBY_MAX];
};

/* As pm_worker_open, but the one that stands by when there is one. standby may be NULL. */
enum pm_worker_end pm_standby_open(struct pm_standby *standby, const char *program, long threads,
                                   double until_ms, const volatile sig_atomic_t *stop,
                                   struct pm_worker **out, struct pm_worker_ready *ready,
                                   struct pm_err *err);
/* Start one for later, and do not wait; when it cannot be started, none stands by. */
void pm_standby_start(struct pm_standby *standby, const char *program, long threads);
/* Wait until all that stand by have loaded their libraries and sleep; those that fail are let go.
 */
void pm_standby_settle(struct pm_standby *standby);
void pm_standby_done(struct pm_standby *standby);

#endif
