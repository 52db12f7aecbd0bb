/* SPDX-License-Identifier: MIT
 * measure -> record: the only place where a measurement becomes an entry of the profile. */
#ifndef PM_ENTRY_H
#define PM_ENTRY_H

struct pm_arena;
struct pm_entry;
struct pm_err;
struct pm_measurement;

/* Fill e (its key and conditions are set already) from m; samples are borrowed from m, texts go to
 * the arena. */
int pm_entry_from_measurement(const struct pm_measurement *m, struct pm_entry *e,
                              struct pm_arena *arena, struct pm_err *err);

#endif
