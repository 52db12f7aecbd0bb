/* SPDX-License-Identifier: MIT
 * What a candidate's verdicts depend on (whatif.h), found with the very functions that judge it. */
#ifndef PM_THRESHOLDS_H
#define PM_THRESHOLDS_H

#include "advise/whatif.h"
#include "record/settings.h"

struct pm_candidate;
struct pm_err;

/* Latency and frame rate are judged by the bounds of their runs: the limits at which the verdict
 * changes, to the last bit. The quantiles, the confidence and how the board is used are those of
 * the settings. */
int pm_thresholds_find(const struct pm_candidate *c, const struct pm_settings *settings,
                       struct pm_whatif_candidate *out, struct pm_err *err);
/* The least limit from which on, whatever is allowed beyond it, the runs certainly keep to it: ms
 * of the inference of a batch, without overhead; NAN when there is none. metric: PM_LATENCY,
 * PM_FPS. */
int pm_thresholds_meets_from(const struct pm_candidate *c, enum pm_metric metric,
                             const struct pm_settings *settings, double *limit_ms,
                             struct pm_err *err);
/* The budgets of the settings in this form. */
void pm_thresholds_budgets(const struct pm_settings *settings,
                           struct pm_whatif_budget budget[PM_WHATIF_METRICS]);

#endif
