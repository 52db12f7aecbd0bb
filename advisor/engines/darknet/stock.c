/* SPDX-License-Identifier: MIT
 * Darknet as it is. */
#include "engines/darknet/accelerator.h"

#include <stdio.h>

/* Darknet has no version; a fork can say its own: DARKNET_CFLAGS='-DPM_ENGINE_VERSION=...'. The
 * digest of the library is what identifies the build. */
#ifndef PM_ENGINE_VERSION
#define PM_ENGINE_VERSION "unversioned"
#endif

static void version(char *out, size_t size)
{
    snprintf(out, size, "%s", PM_ENGINE_VERSION);
}

static void prepare(char **argv)
{
    (void)argv;
}

static int apply(network *net, long threads)
{
    (void)net;
    (void)threads;
    return 0;
}

const struct pm_accelerator pm_accelerator = {
    .engine = "darknet", .prepare = prepare, .max_threads = 1, .version = version, .apply = apply};
