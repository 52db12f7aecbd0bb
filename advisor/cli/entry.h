/* SPDX-License-Identifier: MIT
 * measure -> record: the only place where a measurement becomes an entry of the profile. */
#ifndef PM_ENTRY_H
#define PM_ENTRY_H

struct pm_arena;
struct pm_entry;
struct pm_err;
struct pm_measurement;
struct pm_power_info;

/* Fill e (its key and conditions are set already) from m; samples are borrowed from m, texts go to
 * the arena. power: the meter its windows were measured with; NULL: none, or an external one. */
int pm_entry_from_measurement(const struct pm_measurement *m, const struct pm_power_info *power,
                              struct pm_entry *e, struct pm_arena *arena, struct pm_err *err);
/* Power and energy from the windows of e->power, for those who read the file. */
int pm_entry_take_power(struct pm_entry *e, struct pm_arena *arena, struct pm_err *err);

#endif
