/* SPDX-License-Identifier: MIT
 * What this board is. What about its present state spoils a measurement is in guard.h.
 * Every reader takes the root of the file system ("" for the real one), so that a folder of
 * fixtures can stand for a device. */
#ifndef PM_DEVICE_H
#define PM_DEVICE_H

#include "base/arena.h"

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

struct pm_board {
    const char *host; /* a plain identifier: the profile's file name */
    const char *model, *cpu, *arch, *os, *kernel, *governor, *power_mode;
    const char *accelerator; /* "NVIDIA GPU", ...: present, whether or not an engine uses it */
    long cores;              /* those of the highest capacity that we may run on */
    long allowed;            /* all that we may run on */
    cpu_set_t fast, any;     /* the same as sets */
    double memory_mib;
    bool virtual_machine;
};

/* NULL members are unknown. Returns -1 only when out of memory. */
int pm_board_read(const char *root, struct pm_arena *arena, struct pm_board *out);
/* Run this thread, and what it starts from now on, on the cores of the highest capacity while they
 * are enough for so many threads; else on all that we may use. A big.LITTLE board's scheduler would
 * move a measurement from one kind to the other in the middle. */
void pm_board_use_cores(const struct pm_board *board, long threads);
/* MiB that can be used without swapping; -1 when unknown. */
double pm_board_available_mib(const char *root);

#endif
