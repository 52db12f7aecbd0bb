/* SPDX-License-Identifier: MIT
 * What tells the Darknet engines apart: one program each of the same worker, with one of these
 * linked in (stock.c, or darknet_blas/accelerate.c). */
#ifndef PM_ACCELERATOR_H
#define PM_ACCELERATOR_H

#include <darknet.h>
#include <stddef.h>

struct pm_accelerator {
    const char *engine;                       /* its name */
    void (*prepare)(char **argv);             /* first of all: may start the program afresh */
    long max_threads;                         /* 0: any number */
    void (*version)(char *out, size_t size);  /* of what it computes with */
    int (*apply)(network *net, long threads); /* after the weights are loaded; -1: out of memory */
};
extern const struct pm_accelerator pm_accelerator;

#endif
