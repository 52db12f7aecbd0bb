/* SPDX-License-Identifier: MIT */
#ifndef PM_LAWS_JSON_H
#define PM_LAWS_JSON_H

struct cJSON;
struct pm_answer_fits;

/* Add "fits" to root. */
void pm_laws_add_json(struct cJSON *root, const struct pm_answer_fits *fits);

#endif
