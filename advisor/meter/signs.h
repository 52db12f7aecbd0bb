/* SPDX-License-Identifier: MIT
 * One look at everything the kernel says about how a run went: counters since boot, and states of
 * this moment. What is judged, and against what, is in guard.h.
 *
 * root: where /sys and /proc lie ("" for the real ones). A figure this machine does not give, or
 * gives as garbage, is NAN: never 0. */
#ifndef PM_SIGNS_H
#define PM_SIGNS_H

#include <stdbool.h>
#include <stddef.h>

struct pm_signs {
    /* since boot, Intel only: one counter a core, and one a package */
    double core_throttles, package_throttles;
    double cooling_devices, cooling_active; /* those that slow the processor: how many there are */
    double pi_throttled;                    /* Raspberry Pi's bits: see pm_pi_words */
    double overcurrent;     /* alarms of INA3221 monitors raised now; NAN without one */
    double busy_s, steal_s; /* of all processors since boot */
    double all_s;           /* the same, idle time too: their capacity */
    double swap_pages;      /* in and out since boot */
    double hottest_c;       /* hottest thermal zone */
    double passive_trip_c;  /* the passive trip point that a zone has reached; NAN: none has */
};

struct pm_signs pm_signs_read(const char *root);

/* Processors whose clock frequency is given: at most max of them into cpu[]; returns how many. */
size_t pm_signs_clocked(const char *root, unsigned *cpu, size_t max);
/* "scaling_cur_freq", ... of one of them, in MHz. */
bool pm_signs_mhz(const char *root, unsigned cpu, const char *file, double *mhz);

#define PM_PI_NOW        0x0fU    /* something is wrong at this moment */
#define PM_PI_SINCE_BOOT 0xf0000U /* it was, at some time since boot */
/* The four low bits in words: "under-voltage, throttled". Returns out. */
const char *pm_pi_words(unsigned bits, char *out, size_t size);

#endif
