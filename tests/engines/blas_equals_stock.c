/* SPDX-License-Identifier: MIT
 * darknet_blas against Darknet itself: the same network, weights and input, computed by both; the
 * outputs before softmax must agree to 1e-4 of the largest, and stay so when run again.
 *
 *     blas_equals_stock [CFG ...]     default: a few of Debian's package that have every layer kind
 *
 * at batches 1 and 4 and on 1 and 2 threads. `make engines-all` names every cfg that loads; at
 * those that are named, batch 7 follows. */
#include "stock.h"

#include "engines/darknet_blas/darknet_blas.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOLERANCE 1e-4
#define CFGS      "/usr/share/darknet/cfg/"

static double difference(const network *stock, const network *ours)
{
    const layer *a = stock_before_softmax(stock), *b = stock_before_softmax(ours);
    double most = 0, off = 0;
    for (long i = 0; i < (long)a->outputs * a->batch; i++) {
        const double x = (double)a->output[i], y = (double)b->output[i];
        if (!isfinite(x) || !isfinite(y))
            return (double)INFINITY;
        most = fmax(most, fabs(x));
        off = fmax(off, fabs(x - y));
    }
    return off / most;
}

/* 0 when they agree. In a process of its own: libdarknet gives no memory back. */
static int compare(const char *cfg, int batch)
{
    char path[32];
    int wrong = 0;
    if (stock_write_cfg(cfg, batch, path) != 0)
        return 2;
    network *stock = stock_load(path);
    network_predict(stock, stock->input);
    for (int threads = 1; threads <= 2; threads++) {
        network *ours = stock_load(path);
        const int left = darknet_blas(ours, threads);
        network_predict(ours, ours->input);
        const double first = difference(stock, ours);
        network_predict(ours, ours->input);
        const double again = difference(stock, ours);
        const bool good = left >= 0 && left < ours->n && first <= TOLERANCE && again <= TOLERANCE;
        printf("%s %s, batch %d, %d thread%s: off by %.1e of the largest output, %d of %d layers "
               "left to Darknet\n",
               good ? "ok" : "not ok", strrchr(cfg, '/') + 1, batch, threads,
               threads == 1 ? "" : "s", fmax(first, again), left, ours->n);
        wrong += !good;
    }
    unlink(path);
    return wrong;
}

static int in_own_process(const char *cfg, int batch)
{
    int status = 1;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL) /* Darknet prints its layers */
            _exit(3);
        const int wrong = compare(cfg, batch);
        fflush(stdout);
        _exit(wrong);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        if (!WIFEXITED(status) || WEXITSTATUS(status) > 2)
            printf("not ok %s, batch %d: ended with status %d\n", cfg, batch, status);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    /* plain; residual with strides; grouped; routes and reorganised; connected and pooled */
    static const char *const few[] = {CFGS "tiny.cfg", CFGS "resnet18.cfg", CFGS "resnext50.cfg",
                                      CFGS "yolov3-tiny.cfg", CFGS "alexnet.cfg"};
    static const int batches[] = {1, 4, 7};
    const size_t n = argc > 1 ? (size_t)argc - 1 : sizeof few / sizeof *few;
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t b = 0; b < (argc > 1 ? 3 : 2); b++)
            wrong += in_own_process(argc > 1 ? argv[i + 1] : few[i], batches[b]);
    }
    return wrong > 0;
}
