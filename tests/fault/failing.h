/* SPDX-License-Identifier: MIT
 * An allocator that fails once, at the allocation it is told. For one program: oom.c. */
#ifndef FAILING_H
#define FAILING_H

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static long until_failure; /* 0: never; n: the n-th from now fails */
static long failures, spared;

/* GSL 2.7.1's singular value decomposition uses what it allocates without a look: it crashes
 * inside, where nobody can help it. Those allocations are let through, and counted. */
static bool gsl_would_crash(void)
{
    void *frame[64];
    const int n = backtrace(frame, 64);
    for (int i = 0; i < n; i++) {
        Dl_info info;
        if (dladdr(frame[i], &info) != 0 && info.dli_sname != NULL &&
            strncmp(info.dli_sname, "gsl_linalg_", 11) == 0)
            return true;
    }
    return false;
}

static bool fails(void)
{
    if (until_failure == 0 || --until_failure > 0)
        return false;
    failures++;
    if (gsl_would_crash()) {
        spared++;
        return false;
    }
    errno = ENOMEM;
    return true;
}

__attribute__((visibility("default"))) void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

__attribute__((visibility("default"))) void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

__attribute__((visibility("default"))) void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}

#endif
