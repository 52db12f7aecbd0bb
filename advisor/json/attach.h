/* SPDX-License-Identifier: MIT
 * How a writer's node gets its place; for the files of json/ alone. */
#ifndef PM_JSON_ATTACH_H
#define PM_JSON_ATTACH_H

struct cJSON;

/* Takes item (NULL: it could not be made) into parent, under key or, with NULL, at the end of a
 * list; returns it. What cannot be added poisons the parent, so that pm_json_print fails. */
struct cJSON *pm_json_attach(struct cJSON *parent, const char *key, struct cJSON *item);

#endif
