/* SPDX-License-Identifier: MIT
 * What the page's what-if needs to know (web/whatif.js): candidates with what their verdicts depend
 * on, the question's own budgets, and how the board is used. */
#ifndef PM_WHATIF_JSON_H
#define PM_WHATIF_JSON_H

#include "record/settings.h"

#include <stdbool.h>

struct pm_answer;
struct pm_buf;
struct pm_err;

/* Compact JSON, numbers to the last digit. profile: as it was named on the command line, or NULL.
 */
int pm_whatif_json(const struct pm_answer *answer, const char *profile, struct pm_buf *buf,
                   struct pm_err *err);

/* Is there any figure to hold a budget of this metric against? */
bool pm_whatif_has(const struct pm_answer *answer, enum pm_metric metric);

#endif
