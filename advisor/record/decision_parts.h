/* SPDX-License-Identifier: MIT
 * The candidates' side of decision.c; only for it. */
#ifndef PM_DECISION_PARTS_H
#define PM_DECISION_PARTS_H

struct cJSON;
struct pm_decision;
struct pm_err;

#define PM_DECISION_AGAIN "save it again: pickmodel ... --format json -o FILE"
#define PM_DECISION_WHERE 240 /* characters of a place in the file */

/* All of them, each judged by the budgets of d->settings and no other. */
int pm_decided_read(const struct cJSON *list, struct pm_decision *d, struct pm_err *err);
/* d->pick: pick may be NULL, and is else one of the candidates. */
int pm_decided_find_pick(const struct cJSON *pick, struct pm_decision *d, struct pm_err *err);

#endif
