/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)16 * 1024)

struct pm_arena_block {
    struct pm_arena_block *next;
    size_t used;
    size_t cap;
    _Alignas(max_align_t) unsigned char bytes[];
};

static struct pm_arena_block *add_block(struct pm_arena *arena, size_t need)
{
    const size_t cap = need > BLOCK_BYTES ? need : BLOCK_BYTES;
    if (cap > SIZE_MAX - sizeof(struct pm_arena_block))
        return NULL;
    struct pm_arena_block *block = malloc(sizeof *block + cap);
    if (block == NULL)
        return NULL;
    *block = (struct pm_arena_block){.next = arena->head, .cap = cap};
    arena->head = block;
    return block;
}

void *pm_arena_alloc(struct pm_arena *arena, size_t count, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    if (size != 0 && count > (SIZE_MAX - align) / size)
        return NULL;
    const size_t need = (count * size + align - 1) / align * align;
    struct pm_arena_block *block = arena->head;
    if (block == NULL || block->cap - block->used < need)
        block = add_block(arena, need);
    if (block == NULL)
        return NULL;
    void *p = block->bytes + block->used;
    block->used += need;
    return memset(p, 0, need);
}

char *pm_arena_dup_bytes(struct pm_arena *arena, const char *bytes, size_t len)
{
    char *copy = pm_arena_alloc(arena, len + 1, 1);
    if (copy != NULL)
        memcpy(copy, bytes, len);
    return copy;
}

char *pm_arena_dup(struct pm_arena *arena, const char *text)
{
    return pm_arena_dup_bytes(arena, text, strlen(text));
}

char *pm_arena_printf(struct pm_arena *arena, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    const int len = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *text = len >= 0 ? pm_arena_alloc(arena, (size_t)len + 1, 1) : NULL;
    if (text != NULL)
        vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    return text;
}

void *pm_arena_room(struct pm_arena *arena, void *list, size_t n, size_t size)
{
    if (n > 0 && (n & (n - 1)) != 0)
        return list; /* its size is the next power of two */
    void *larger = pm_arena_alloc(arena, n > 0 ? 2 * n : 1, size);
    if (larger != NULL && n > 0)
        memcpy(larger, list, n * size);
    return larger;
}

void pm_arena_done(struct pm_arena *arena)
{
    if (arena == NULL)
        return;
    struct pm_arena_block *block = arena->head;
    while (block != NULL) {
        struct pm_arena_block *next = block->next;
        free(block);
        block = next;
    }
    arena->head = NULL;
}
