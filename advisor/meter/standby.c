/* SPDX-License-Identifier: MIT */
#include "meter/standby.h"

#include "base/clock.h"
#include "base/err.h"
#include "meter/device.h"

#include <math.h>
#include <string.h>

#define SETTLE_MS 5e3
#define SPARE_MIB 1024 /* what must be free: one that waits takes some 70 */

static void remove_at(struct pm_standby *s, size_t i)
{
    s->waiting[i] = s->waiting[--s->n];
}

static size_t find(const struct pm_standby *s, const char *program, long threads)
{
    size_t i = 0;
    while (i < s->n &&
           (s->waiting[i].threads != threads || strcmp(s->waiting[i].program, program) != 0))
        i++;
    return i;
}

enum pm_worker_end pm_standby_open(struct pm_standby *standby, const char *program, long threads,
                                   double until_ms, const volatile sig_atomic_t *stop,
                                   struct pm_worker **out, struct pm_worker_ready *ready,
                                   struct pm_err *err)
{
    const size_t i = standby != NULL ? find(standby, program, threads) : 0;
    if (standby == NULL || i == standby->n)
        return pm_worker_open(program, threads, until_ms, stop, out, ready, err);
    struct pm_worker *w = standby->waiting[i].worker;
    const bool greeted = standby->waiting[i].greeted;
    *ready = standby->waiting[i].ready;
    remove_at(standby, i);
    pm_worker_set_limits(w, until_ms, stop);
    if (greeted || pm_worker_greet(w, ready, NULL) == PM_WORKER_DONE) {
        *out = w;
        return PM_WORKER_DONE;
    }
    pm_worker_kill(w); /* whatever befell it while it waited */
    return pm_worker_open(program, threads, until_ms, stop, out, ready, err);
}

void pm_standby_start(struct pm_standby *standby, const char *program, long threads)
{
    struct pm_worker *w = NULL;
    if (standby == NULL || !standby->wanted || standby->n == PM_STANDBY_MAX ||
        find(standby, program, threads) < standby->n || pm_board_available_mib("") < SPARE_MIB ||
        pm_worker_start(program, threads, &w, NULL) != 0)
        return;
    standby->waiting[standby->n].program = program;
    standby->waiting[standby->n].threads = threads;
    standby->waiting[standby->n].worker = w;
    standby->waiting[standby->n].greeted = false;
    standby->n++;
}

void pm_standby_settle(struct pm_standby *standby)
{
    for (size_t i = 0; standby != NULL && i < standby->n;) {
        struct pm_worker *w = standby->waiting[i].worker;
        pm_worker_set_limits(w, pm_clock_ms() + SETTLE_MS, NULL);
        if (!standby->waiting[i].greeted &&
            pm_worker_greet(w, &standby->waiting[i].ready, NULL) != PM_WORKER_DONE) {
            pm_worker_kill(w);
            remove_at(standby, i);
            continue;
        }
        standby->waiting[i++].greeted = true;
    }
}

void pm_standby_done(struct pm_standby *standby)
{
    while (standby->n > 0)
        pm_worker_kill(standby->waiting[--standby->n].worker);
}
