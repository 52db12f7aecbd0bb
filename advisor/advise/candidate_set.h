/* SPDX-License-Identifier: MIT
 * Candidates, to be found by what they are: those that are alike in some parts of their
 * configuration (record/configuration.h). */
#ifndef PM_CANDIDATE_SET_H
#define PM_CANDIDATE_SET_H

#include "base/index.h"

#include <stddef.h>

struct pm_candidate;
struct pm_err;

struct pm_candidate_set {
    const struct pm_candidate *c; /* borrowed */
    unsigned parts;
    struct pm_index index; /* in the arena it was made with */
};

int pm_candidate_set_make(const struct pm_candidate *c, size_t n, unsigned parts,
                          struct pm_arena *arena, struct pm_candidate_set *out, struct pm_err *err);
/* Those alike `wanted` in the set's parts, one after another in the order of the list; *probe
 * starts as 0. -1: no further one. */
int pm_candidate_set_next(const struct pm_candidate_set *set, const struct pm_candidate *wanted,
                          size_t *probe);
int pm_candidate_set_first(const struct pm_candidate_set *set, const struct pm_candidate *wanted);

#endif
