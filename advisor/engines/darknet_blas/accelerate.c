/* SPDX-License-Identifier: MIT
 * The Darknet worker with darknet_blas: engine "darknet-blas". */
#include "engines/darknet/accelerator.h"
#include "engines/darknet_blas/darknet_blas.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* OpenBLAS looks at its environment while it is loaded, before main. If the program cannot be
 * started again, OpenBLAS's own choice stands, and the version says so. */
static void prepare(char **argv)
{
    const char *kernel = darknet_blas_better_kernel();
    if (kernel != NULL && setenv("OPENBLAS_CORETYPE", kernel, 0) == 0)
        execv("/proc/self/exe", argv);
}

/* "OpenBLAS 0.3.21 Haswell": the release and the kernels, on which the speed hangs. */
static void version(char *out, size_t size)
{
    char release[32] = "";
    sscanf(openblas_get_config(), "OpenBLAS %31s", release);
    snprintf(out, size, "OpenBLAS %s %s", release, darknet_blas_kernel());
}

static int apply(network *net, long threads)
{
    return darknet_blas(net, (int)threads) < 0 ? -1 : 0;
}

const struct pm_accelerator pm_accelerator = {.engine = "darknet-blas",
                                              .prepare = prepare,
                                              .max_threads = 0,
                                              .version = version,
                                              .apply = apply};
