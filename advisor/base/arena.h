/* SPDX-License-Identifier: MIT
 * Memory with one lifetime. Everything a record (catalogue, profile, answer) points at is carved
 * from its arena and released with it, so no string in a record has an owner of its own. */
#ifndef PM_ARENA_H
#define PM_ARENA_H

#include <stddef.h>

struct pm_arena_block;

struct pm_arena { /* start as {0} */
    struct pm_arena_block *head;
};

/* Zeroed memory for count x size bytes, aligned for any type; NULL when out of memory or when the
 * product overflows. */
void *pm_arena_alloc(struct pm_arena *arena, size_t count, size_t size);
char *pm_arena_dup(struct pm_arena *arena, const char *text);
char *pm_arena_dup_bytes(struct pm_arena *arena, const char *bytes, size_t len);
char *pm_arena_printf(struct pm_arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A list that grows one by one: n items of `size` bytes from here on have room for one more; the
 * same list, or a copy of twice the size. All its growth is by this function. NULL when out of
 * memory; the old list is whole then. */
void *pm_arena_room(struct pm_arena *arena, void *list, size_t n, size_t size);
void pm_arena_done(struct pm_arena *arena);

#endif
