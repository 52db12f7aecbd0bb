/* SPDX-License-Identifier: MIT
 * The windows of a record as the statistics of energy want them. */
#ifndef PM_POWER_H
#define PM_POWER_H

#include "stats/energy.h"

#include <stdbool.h>

struct pm_arena;
struct pm_err;
struct pm_entry;

/* Were its busy windows metered? */
bool pm_entry_has_energy(const struct pm_entry *entry); /* takes NULL */
/* gain_rel: in place of the record's own; NAN: the record's. Only with pm_entry_has_energy; in the
 * arena. */
int pm_entry_energy(const struct pm_entry *entry, double gain_rel, struct pm_arena *arena,
                    struct pm_energy_data *out, struct pm_err *err);

#endif
