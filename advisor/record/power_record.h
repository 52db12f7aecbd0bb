/* SPDX-License-Identifier: MIT
 * The power side of the profile file: windows of an entry, sources tried. For profile_file.c and
 * power_log.c. */
#ifndef PM_POWER_RECORD_H
#define PM_POWER_RECORD_H

#include <stdbool.h>

struct cJSON;
struct pm_arena;
struct pm_err;
struct pm_power_record;
struct pm_profile;

/* Are the energy and the mean power within what a profile may hold? */
bool pm_window_plausible(double joules, double seconds);
/* PM_EDATA names entry, list and element: lists that are empty or not of one length, numbers out of
 * their bounds. */
int pm_power_record_read(const struct cJSON *node, const char *where, struct pm_arena *arena,
                         struct pm_power_record *out, struct pm_err *err);
/* "power" of an entry; nothing when there is neither a source nor a window. */
void pm_power_record_write(struct cJSON *entry, const struct pm_power_record *r);

int pm_power_probes_read(const struct cJSON *list, const char *where, struct pm_profile *p,
                         struct pm_err *err);
void pm_power_probes_write(struct cJSON *root, const struct pm_profile *p);

#endif
