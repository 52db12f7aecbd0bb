/* SPDX-License-Identifier: MIT
 * An entry of a profile by its key. */
#include "base/index.h"
#include "record/profile.h"

#include <math.h>

#define FEW_ENTRIES 16 /* sooner looked through than put into an index */

/* The entries by all of their key but the rate. */
struct pm_profile_places {
    struct pm_index index;
    const struct pm_entry *entry; /* those of this list, */
    size_t n;                     /* so many of them; any other list is looked through */
};

static bool same_rate(double a, double b)
{
    return isnan(a) ? isnan(b) : fabs(a - b) <= 1e-9 * fabs(a);
}

bool pm_entry_same_key(const struct pm_entry *a, const struct pm_entry *b)
{
    return same_rate(a->fps, b->fps) && pm_entry_same_network(a, b);
}

bool pm_entry_same_network(const struct pm_entry *a, const struct pm_entry *b)
{
    return pm_configuration_difference(&a->config, &b->config) == 0;
}

static uint64_t digest_of(const struct pm_entry *e)
{
    return pm_configuration_digest(&e->config, PM_OF_ALL);
}

void pm_profile_index(struct pm_profile *p)
{
    struct pm_profile_places *places = p->places;
    if (p->n < FEW_ENTRIES)
        return;
    if (places == NULL) {
        places = pm_arena_alloc(&p->arena, 1, sizeof *places);
        p->places = places;
    }
    if (places == NULL)
        return;
    while (places->n < p->n &&
           pm_index_add(&places->index, &p->arena, digest_of(&p->entry[places->n]), places->n))
        places->n++;
    places->entry = p->entry;
}

static struct pm_entry *find(const struct pm_profile *p, const struct pm_entry *key,
                             bool same(const struct pm_entry *, const struct pm_entry *))
{
    const struct pm_profile_places *places = p->places;
    if (places != NULL && places->entry == p->entry && places->n == p->n) {
        const uint64_t digest = digest_of(key);
        size_t probe = 0, at;
        while ((at = pm_index_next(&places->index, digest, &probe)) != PM_INDEX_END) {
            if (same(&p->entry[at], key))
                return &p->entry[at];
        }
        return NULL;
    }
    for (size_t i = 0; i < p->n; i++) {
        if (same(&p->entry[i], key))
            return &p->entry[i];
    }
    return NULL;
}

struct pm_entry *pm_profile_find(const struct pm_profile *profile, const struct pm_entry *key)
{
    return find(profile, key, pm_entry_same_key);
}

struct pm_entry *pm_profile_find_network(const struct pm_profile *profile,
                                         const struct pm_entry *key)
{
    return find(profile, key, pm_entry_same_network);
}

struct pm_entry *pm_profile_find_paced(const struct pm_profile *profile, const struct pm_entry *e,
                                       double fps)
{
    struct pm_entry key = *e;
    key.fps = fps;
    return isfinite(fps) ? pm_profile_find(profile, &key) : NULL;
}
