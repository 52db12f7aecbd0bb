/* SPDX-License-Identifier: MIT
 * What a candidate's verdicts depend on (whatif.h), found with the very functions that judge it. */
#ifndef PM_THRESHOLDS_H
#define PM_THRESHOLDS_H

#include "advise/whatif.h"

struct pm_candidate;
struct pm_err;
struct pm_settings;

/* Latency and frame rate are judged by their runs: the limits at which the verdict changes are
 * searched, to the last bit. Of thousands of runs not every one is tried as a limit, so that a
 * change and its undoing between two neighbours could be missed there. The quantiles, the
 * confidence and how the board is used are those of the settings. */
int pm_thresholds_find(const struct pm_candidate *c, const struct pm_settings *settings,
                       struct pm_whatif_candidate *out, struct pm_err *err);
/* The budgets of the settings in this form. */
void pm_thresholds_budgets(const struct pm_settings *settings,
                           struct pm_whatif_budget budget[PM_WHATIF_METRICS]);

#endif
