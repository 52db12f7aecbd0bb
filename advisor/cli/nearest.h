/* SPDX-License-Identifier: MIT
 * When nothing fits: which network is nearest to the budgets. */
#ifndef PM_NEAREST_H
#define PM_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

struct pm_campaign;
struct pm_err;

/* Is candidate[i] ruled out unmeasured, by what its operations or its weights take at the least? */
bool pm_nearest_ruled_out(const struct pm_campaign *c, size_t i);
/* What was ruled out so might still be nearer than all that was measured: a glance at each that
 * might, and then runs enough to say what the nearest would take. */
int pm_nearest_look(struct pm_campaign *c, struct pm_err *err);

#endif
