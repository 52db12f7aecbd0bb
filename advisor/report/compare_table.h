/* SPDX-License-Identifier: MIT
 * A comparison as tables; print and release them with report/table.h. */
#ifndef PM_COMPARE_TABLE_H
#define PM_COMPARE_TABLE_H

#include "advise/compare.h"
#include "report/table.h"

const char *pm_shift_name(enum pm_shift shift); /* "none", "up", "down", "lost", ... */

enum pm_which { PM_ALL_ROWS, PM_CHANGED_ROWS, PM_OTHER_ROWS };
/* Latencies of the networks in both, those that changed first. */
void pm_compare_table_latency(const struct pm_comparison *c, enum pm_which which, bool utf8,
                              struct pm_table *t);
/* The other figures that changed: memory, power, energy, accuracy. */
void pm_compare_table_figures(const struct pm_comparison *c, struct pm_table *t);
/* A row for each figure of each network, base units. */
void pm_compare_table_machines(const struct pm_comparison *c, struct pm_table *t);

#endif
