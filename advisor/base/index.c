/* SPDX-License-Identifier: MIT
 * Open addressing with linear probing, half full at most. */
#include "base/index.h"

#include "base/text.h"

#include <string.h>
#include <sys/random.h>

struct pm_index_slot {
    uint64_t digest;
    size_t place; /* one more than where it is; 0: free */
};

uint64_t pm_index_digest(void)
{
    static uint64_t seed;
    if (seed == 0 && getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = PM_DIGEST_START;
    return seed;
}

uint64_t pm_index_digest_text(uint64_t digest, const char *text)
{
    const unsigned char known = text != NULL;
    digest = pm_digest(digest, &known, 1);
    return text != NULL ? pm_digest(digest, text, strlen(text) + 1) : digest;
}

/* The high bits of a digest are its best, and the slots are a power of two. */
static size_t first_slot(const struct pm_index *index, uint64_t digest)
{
    return (size_t)(digest ^ digest >> 32) & (index->slots - 1);
}

static void put(struct pm_index *index, struct pm_index_slot item)
{
    size_t at = first_slot(index, item.digest);
    while (index->slot[at].place != 0)
        at = (at + 1) & (index->slots - 1);
    index->slot[at] = item;
}

/* Of equal digests the earlier stays before the later. */
static bool grow(struct pm_index *index, struct pm_arena *arena)
{
    struct pm_index larger = {.slots = index->slots > 0 ? 2 * index->slots : 16, .n = index->n};
    larger.slot = pm_arena_alloc(arena, larger.slots, sizeof *larger.slot);
    if (larger.slot == NULL)
        return false;
    size_t begin = 0; /* behind a free slot, so that no run of slots is cut in two */
    while (index->slots > 0 && index->slot[begin].place != 0)
        begin++;
    for (size_t i = 0; i < index->slots; i++) {
        const struct pm_index_slot *item = &index->slot[(begin + i) & (index->slots - 1)];
        if (item->place != 0)
            put(&larger, *item);
    }
    *index = larger;
    return true;
}

bool pm_index_add(struct pm_index *index, struct pm_arena *arena, uint64_t digest, size_t at)
{
    if (2 * (index->n + 1) > index->slots && !grow(index, arena))
        return false;
    put(index, (struct pm_index_slot){digest, at + 1});
    index->n++;
    return true;
}

size_t pm_index_next(const struct pm_index *index, uint64_t digest, size_t *probe)
{
    while (index->slots > 0) {
        const size_t at = (first_slot(index, digest) + *probe) & (index->slots - 1);
        const struct pm_index_slot *item = &index->slot[at];
        if (item->place == 0)
            return PM_INDEX_END;
        (*probe)++;
        if (item->digest == digest)
            return item->place - 1;
    }
    return PM_INDEX_END;
}
