/* SPDX-License-Identifier: MIT
 * A network in a bare loop:  bare CFG RUNS THREADS  prints the median in ms, after a tenth of the
 * runs as a warm-up. What pickmodel reports is held against it. */
#include "stock.h"

#include "engines/darknet_blas/darknet_blas.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    char path[32];
    const int runs = argc == 4 ? atoi(argv[2]) : 0;
    double *ms = calloc((size_t)runs + 1, sizeof *ms);
    if (runs < 1 || ms == NULL || stock_write_cfg(argv[1], 1, path) != 0)
        return 2;
    network *net = stock_load(path);
    unlink(path);
    if (darknet_blas(net, atoi(argv[3])) < 0)
        return 5;
    for (int i = -runs / 10; i < runs; i++) {
        struct timespec a, b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        network_predict(net, net->input);
        clock_gettime(CLOCK_MONOTONIC, &b);
        if (i >= 0)
            ms[i] = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
    }
    qsort(ms, (size_t)runs, sizeof *ms, by_value);
    printf("%.6f\n", ms[runs / 2]);
    return 0;
}
