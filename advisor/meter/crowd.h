/* SPDX-License-Identifier: MIT
 * Which other programs are using the processors: from /proc/PID/stat, before and after a while. */
#ifndef PM_CROWD_H
#define PM_CROWD_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

#define PM_CROWD_NAME 16 /* the kernel keeps 15 letters */

struct pm_crowd_one {
    long pid, parent;
    bool ours;               /* a child of this process, or of one */
    double busy_s, waited_s; /* since it began; of children that have ended */
    char name[PM_CROWD_NAME];
};
struct pm_crowd { /* in the arena it was read to, by pid */
    struct pm_crowd_one *one;
    size_t n;
};

/* All processes but this one. root: where /proc lies. Whatever cannot be read is
 * left out. */
void pm_crowd_read(const char *root, struct pm_arena *arena, struct pm_crowd *out);

/* The two names of others that used most in the `seconds` from a to b: "stress 196 %, cc1 40 %", in
 * per cent of one processor; in the arena; NULL: none used as much as 5 %, or out of memory. */
const char *pm_crowd_busiest(const struct pm_crowd *a, const struct pm_crowd *b, double seconds,
                             struct pm_arena *arena);

/* What lives and descends from this process has used since it began, with children of its own that
 * have ended; those that this process has waited for are in getrusage. */
double pm_crowd_ours_s(void);

#endif
