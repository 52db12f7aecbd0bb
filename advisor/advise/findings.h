/* SPDX-License-Identifier: MIT
 * The parts of findings.c; for it and for story.c. */
#ifndef PM_FINDINGS_H
#define PM_FINDINGS_H

#include "advise/answer.h"

/* Add a sentence; NULL (out of memory) is remembered in *nomem. */
void pm_finding_add(struct pm_answer *a, bool *nomem, const char *text);
/* "--max-watts" from "max_watts", or the key the budget follows from; size >= 40. */
const char *pm_budget_flag(enum pm_metric m, char *out, size_t size);

/* The verdict in one sentence, in the answer's arena; NULL when out of memory (headline.c). */
const char *pm_answer_headline(struct pm_answer *a);
/* "75.8 % top-1", or that it is not known; NULL when out of memory. */
const char *pm_top1_phrase(const struct pm_candidate *c, struct pm_arena *arena);

/* What watts and joules add to an answer, whatever its status (findings_power.c). */
void pm_findings_power(struct pm_answer *a, bool *nomem);
/* With no power figure at all: why, and what can be done. */
void pm_findings_no_power(struct pm_answer *a, bool *nomem);

#endif
