/* SPDX-License-Identifier: MIT
 * An answer's candidates and margins as tables; print and release them with report/table.h. */
#ifndef PM_ANSWER_TABLE_H
#define PM_ANSWER_TABLE_H

#include "advise/rule.h"
#include "report/table.h"

struct pm_answer;

const char *pm_verdict_name(enum pm_verdict verdict);
/* "◆" the pick, "●" meets, "×" fails, "?" open, " " nothing hangs on it; ASCII without utf8. */
const char *pm_candidate_mark(const struct pm_answer *answer, size_t i, bool utf8);
/* Most accurate first; fits 80 columns. */
void pm_answer_table_people(const struct pm_answer *answer, bool utf8, struct pm_table *t);
/* In catalogue order, base units. */
void pm_answer_table_machines(const struct pm_answer *answer, struct pm_table *t);
/* The pick against each budget; only when there is a pick. */
void pm_answer_table_margins(const struct pm_answer *answer, struct pm_table *t);

#endif
