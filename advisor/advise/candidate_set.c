/* SPDX-License-Identifier: MIT */
#include "advise/candidate_set.h"

#include "advise/answer.h"
#include "base/err.h"

int pm_candidate_set_make(const struct pm_candidate *c, size_t n, unsigned parts,
                          struct pm_arena *arena, struct pm_candidate_set *out, struct pm_err *err)
{
    struct pm_candidate_set set = {.c = c, .parts = parts};
    for (size_t i = 0; i < n; i++) {
        const uint64_t digest = pm_configuration_digest(&c[i].config, parts);
        if (!pm_index_add(&set.index, arena, digest, i))
            return pm_fail_nomem(err);
    }
    *out = set;
    return 0;
}

int pm_candidate_set_next(const struct pm_candidate_set *set, const struct pm_candidate *wanted,
                          size_t *probe)
{
    const uint64_t digest = pm_configuration_digest(&wanted->config, set->parts);
    size_t i;
    while ((i = pm_index_next(&set->index, digest, probe)) != PM_INDEX_END) {
        if (pm_configuration_same(&wanted->config, &set->c[i].config, set->parts))
            return (int)i;
    }
    return -1;
}

int pm_candidate_set_first(const struct pm_candidate_set *set, const struct pm_candidate *wanted)
{
    size_t probe = 0;
    return pm_candidate_set_next(set, wanted, &probe);
}
