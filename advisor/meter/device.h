/* SPDX-License-Identifier: MIT
 * What this board is, and what about its present state makes a measurement untrustworthy.
 * Every reader takes the root of the file system ("" for the real one), so that a folder of
 * fixtures can stand for a device. */
#ifndef PM_DEVICE_H
#define PM_DEVICE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_board {
    const char *host; /* a plain identifier: the profile's file name */
    const char *model, *cpu, *arch, *os, *kernel, *governor, *power_mode;
    const char *accelerator; /* "NVIDIA GPU", ...: present, whether or not an engine uses it */
    long cores;              /* those of the highest capacity that we may run on */
    double memory_mib;
    bool virtual_machine;
};

/* NULL members are unknown. Returns -1 only when out of memory. */
int pm_board_read(const char *root, struct pm_arena *arena, struct pm_board *out);
/* MiB that can be used without swapping; -1 when unknown. */
double pm_board_available_mib(const char *root);

/* A snapshot of what may spoil a measurement; compare one before with one after. */
struct pm_guard {
    double load;            /* runnable tasks beside us, from /proc/loadavg; -1 unknown */
    double swap_pages;      /* pages swapped in or out since boot */
    double throttle_events; /* thermal_throttle counters summed; -1 unknown */
    double max_temp_c;      /* hottest zone; NAN unknown */
    double min_freq_ratio;  /* lowest scaling_cur_freq / cpuinfo_max_freq; NAN unknown */
};
struct pm_guard pm_guard_read(const char *root);
/* Warnings for people, in the arena; at most PM_GUARD_WARNINGS. before may be NULL (state only). */
#define PM_GUARD_WARNINGS 8
size_t pm_guard_warnings(const struct pm_board *board, const struct pm_guard *before,
                         const struct pm_guard *now, struct pm_arena *arena,
                         const char *warning[PM_GUARD_WARNINGS]);

#endif
