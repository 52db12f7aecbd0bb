/* SPDX-License-Identifier: MIT
 * The energy side of cli/entry; only for it. */
#ifndef PM_ENTRY_POWER_H
#define PM_ENTRY_POWER_H

#include <stdbool.h>

struct pm_arena;
struct pm_entry;
struct pm_err;
struct pm_measurement;
struct pm_power_info;

int pm_entry_take_windows(const struct pm_measurement *m, const struct pm_power_info *power,
                          bool sustained, struct pm_entry *e, struct pm_arena *arena,
                          struct pm_err *err);

#endif
