/* SPDX-License-Identifier: MIT
 * Importing any tool's table: a CSV with a header row becomes a profile. */
#ifndef PM_TABLE_H
#define PM_TABLE_H

struct pm_catalogue;
struct pm_err;
struct pm_profile;

/* Columns, any subset, in any order (the header is required, `network` and `latency_ms` or any
 * other figure at will): network, engine, precision, input_px, batch, threads, power_mode,
 * top1_pct, top5_pct, latency_ms, gops, params_m, memory_mib, power_w, power_basis, idle_w.
 * An empty cell is unknown. A missing top-1 or top-5 is taken from the catalogue on an exact id
 * only (catalogue may be NULL). On a bad row err names the file, line and column, and *out is
 * untouched. *out is a profile of origin "imported" whose device is called `device`. */
int pm_table_load(const char *path, const char *device, const struct pm_catalogue *catalogue,
                  struct pm_profile *out, struct pm_err *err);

#endif
