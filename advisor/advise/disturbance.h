/* SPDX-License-Identifier: MIT
 * Was other work running while something was measured? Then its runs and watts decide nothing, for
 * or against a network: they are those of the other work too. Where such work is the robot's own
 * (--with-load), it belongs to what is measured, and disturbs nothing. */
#ifndef PM_DISTURBANCE_H
#define PM_DISTURBANCE_H

#include <stdbool.h>

struct pm_arena;
struct pm_entry;

bool pm_entry_is_disturbed(const struct pm_entry *entry);

/* "measured beside other work that used 68 % of the processors", in the arena; NULL: not disturbed,
 * as far as is known, or out of memory. */
const char *pm_entry_disturbance(const struct pm_entry *entry, struct pm_arena *arena);

#endif
