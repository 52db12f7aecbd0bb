/* SPDX-License-Identifier: MIT
 * The log of an external meter, and the energy it gives the windows of a measurement. */
#ifndef PM_POWER_LOG_H
#define PM_POWER_LOG_H

#include "base/arena.h"

#include <stddef.h>

struct pm_err;
struct pm_profile;

struct pm_power_log {
    struct pm_arena arena;
    double *at_s, *watts; /* at_s: seconds since 1970, UTC, rising */
    size_t n;
    double period_s; /* median time between readings */
};

/* CSV with a header that has `timestamp` (seconds since 1970, or RFC 3339 in UTC:
 * 2026-03-01T12:00:00.25Z) and `watts`; other columns are ignored. offset_s is added to the log's
 * time: how far the meter's clock was behind ours. PM_EDATA names file, line and column. */
int pm_power_log_load(const char *path, double offset_s, struct pm_power_log *out,
                      struct pm_err *err);
void pm_power_log_done(struct pm_power_log *log);

/* Joules between from_s and from_s + seconds (trapezoids); -1 when the log does not cover it: no
 * reading before, none after, or a gap of more than 3 periods in between. */
double pm_power_log_energy(const struct pm_power_log *log, double from_s, double seconds);

/* Give every measured entry of the profile the energy of its windows. *filled: entries that were;
 * *missed: entries whose busy windows the log does not cover all, which stay as they are. Where it
 * covers not all idle ones, those keep no energy, whatever it came from: two meters' figures are
 * not subtracted. gain_rel: of the meter. */
int pm_power_log_apply(const struct pm_power_log *log, const char *name, double gain_rel,
                       struct pm_profile *profile, size_t *filled, size_t *missed,
                       struct pm_err *err);

#endif
