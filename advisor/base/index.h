/* SPDX-License-Identifier: MIT
 * Where the items of a list are, by the digest of their key: a list of n is searched n times in a
 * time that grows with n. Digests may be equal where keys are not, so the caller compares keys.
 * Digests begin with a number of this process's own: nobody can write a file whose keys all meet.
 */
#ifndef PM_INDEX_H
#define PM_INDEX_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct pm_index { /* start as {0} */
    struct pm_index_slot *slot;
    size_t slots, n;
};

/* To be followed by pm_digest of each part of the key. */
uint64_t pm_index_digest(void);
/* A text and its end; NULL is a text of its own. */
uint64_t pm_index_digest_text(uint64_t digest, const char *text);
/* False: out of memory, and the index is as before. */
bool pm_index_add(struct pm_index *index, struct pm_arena *arena, uint64_t digest, size_t at);
#define PM_INDEX_END SIZE_MAX
/* The places of that digest one after another, in the order in which they were added; *probe starts
 * as 0. PM_INDEX_END: no further one. */
size_t pm_index_next(const struct pm_index *index, uint64_t digest, size_t *probe);

#endif
