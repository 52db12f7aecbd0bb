/* SPDX-License-Identifier: MIT
 * Parts of the answer's JSON that other documents hold too. Each tolerates a NULL object. */
#ifndef PM_ANSWER_JSON_H
#define PM_ANSWER_JSON_H

#include "advise/answer.h"

struct cJSON;

const char *pm_answer_figure_key(enum pm_metric metric); /* "latency_ms" */
const char *pm_answer_status_name(enum pm_answer_status status);
/* Nothing when it is unknown. */
void pm_answer_add_quantity(struct cJSON *object, const char *key, struct pm_quantity q);
/* The keys that name a candidate. */
void pm_answer_add_identity(struct cJSON *object, const struct pm_candidate *c);
/* A list of them: the candidates at these places. */
void pm_answer_add_identities(struct cJSON *root, const char *key, const struct pm_answer *a,
                              const int *index, size_t n);
void pm_answer_add_texts(struct cJSON *root, const char *key, const char *const *text, size_t n);
/* best: attainable values by metric; NULL leaves them out. */
void pm_answer_add_budgets(struct cJSON *root, const struct pm_settings *settings,
                           const double *best);

#endif
