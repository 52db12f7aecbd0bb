/* SPDX-License-Identifier: MIT
 * How fast is darknet_blas against Darknet itself, and how near the floor that OpenBLAS sets?
 *
 *     engines [CFG-NAME ...] [--json]     default: eight networks of Debian's package
 *
 * For 1 and 2 threads, in rounds that take one after the other: Darknet (one thread), darknet_blas,
 * and the floor: nothing but the matrix products of the network's layers, each whole, in the
 * network's order and with OpenBLAS's own threads. Medians of the rounds; all ratios are of one
 * run. Each network and number of threads has a process of its own. */
#include <darknet.h>

#include "engines/darknet_blas/darknet_blas.h"

#include <cblas.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CFGS   "/usr/share/darknet/cfg/"
#define ROUNDS 7

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x)
{
    qsort(x, ROUNDS, sizeof *x, by_value);
    return x[ROUNDS / 2];
}

static int write_cfg(const char *name, char *path)
{
    char from[300], line[4096];
    snprintf(from, sizeof from, CFGS "%s.cfg", name);
    FILE *in = fopen(from, "r"), *out = NULL;
    strcpy(path, "/tmp/bench-XXXXXX");
    const int fd = in != NULL ? mkstemp(path) : -1;
    if (fd >= 0)
        out = fdopen(fd, "w");
    while (out != NULL && fgets(line, sizeof line, in) != NULL) {
        if (strncmp(line, "batch=", 6) != 0 && strncmp(line, "subdivisions=", 13) != 0)
            fputs(line, out);
        if (strncmp(line, "[net]", 5) == 0)
            fputs("batch=1\nsubdivisions=1\n", out);
    }
    if (in != NULL)
        fclose(in);
    return out != NULL ? fclose(out) : -1;
}

static network *load(char *path)
{
    srand(1);
    network *net = parse_network_cfg(path);
    for (int i = 0; i < net->n; i++) {
        const layer *l = &net->layers[i];
        for (int k = 0; l->batch_normalize && k < (l->type == CONNECTED ? l->outputs : l->n); k++)
            l->rolling_variance[k] = 1;
    }
    for (long i = 0; i < net->inputs; i++)
        net->input[i] = (float)(i % 255) / 255;
    return net;
}

static double infer(network *net)
{
    const double begin = now_ms();
    network_predict(net, net->input);
    return now_ms() - begin;
}

/* Columns of windows and products of any values will do: the time is the same. */
static void floor_of_layer(const layer *l, const float *columns, float *product)
{
    if (l->type == CONNECTED)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, l->outputs, l->inputs, 1, l->weights, l->inputs,
                    columns, 1, 0, product, 1);
    if (l->type != CONVOLUTIONAL)
        return;
    const int m = l->n / l->groups, k = l->c / l->groups * l->size * l->size;
    const int pixels = l->out_w * l->out_h;
    for (int g = 0; g < l->groups; g++)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, pixels, k, 1,
                    l->weights + (size_t)g * (size_t)m * (size_t)k, k, columns, pixels, 0, product,
                    pixels);
}

static double floor_ms(const network *net, int threads, const float *columns, float *product)
{
    openblas_set_num_threads(threads);
    const double begin = now_ms();
    for (int i = 0; i < net->n; i++)
        floor_of_layer(&net->layers[i], columns, product);
    const double end = now_ms();
    openblas_set_num_threads(1);
    return end - begin;
}

static float *values(size_t n)
{
    float *x = malloc(n * sizeof *x);
    for (size_t i = 0; x != NULL && i < n; i++)
        x[i] = (float)(i % 7) / 10;
    return x;
}

static size_t largest_matrix(const network *net)
{
    size_t most = 1;
    for (int i = 0; i < net->n; i++) {
        const layer *l = &net->layers[i];
        const size_t pixels = (size_t)l->out_w * (size_t)l->out_h;
        size_t need = (size_t)l->inputs;
        if (l->type == CONVOLUTIONAL)
            need = pixels * (size_t)(l->c / l->groups * l->size * l->size);
        if (l->type == CONVOLUTIONAL && pixels * (size_t)l->n > need)
            need = pixels * (size_t)l->n;
        most = need > most ? need : most;
    }
    return most;
}

static int measure(const char *name, int threads, bool json)
{
    char path[32];
    double stock[ROUNDS], ours[ROUNDS], least[ROUNDS];
    if (write_cfg(name, path) != 0)
        return 1;
    network *plain = load(path), *fast = load(path);
    unlink(path);
    float *columns = values(largest_matrix(plain)), *product = values(largest_matrix(plain));
    if (columns == NULL || product == NULL || darknet_blas(fast, threads) < 0)
        return 1;
    infer(plain);
    infer(fast);
    floor_ms(plain, threads, columns, product);
    for (int r = 0; r < ROUNDS; r++) {
        stock[r] = infer(plain);
        infer(fast); /* after stock the cache holds another's weights */
        ours[r] = infer(fast);
        floor_ms(plain, threads, columns, product);
        least[r] = floor_ms(plain, threads, columns, product);
    }
    const double s = median(stock), o = median(ours), f = median(least);
    if (json)
        printf("{\"network\": \"%s\", \"threads\": %d, \"kernel\": \"%s\", \"darknet_ms\": %.3f, "
               "\"darknet_blas_ms\": %.3f, \"floor_ms\": %.3f}\n",
               name, threads, darknet_blas_kernel(), s, o, f);
    else
        printf("%-12s %7d %11.1f %9.1f %9.1f %8.1fx %9.0f%%\n", name, threads, s, o, f, s / o,
               100 * f / o);
    return 0;
}

static int in_own_process(const char *name, int threads, bool json)
{
    int status = 1;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL) /* Darknet prints its layers */
            _exit(3);
        const int result = measure(name, threads, json);
        fflush(stdout);
        _exit(result);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        fprintf(stderr, "%s: failed (status %d)\n", name, status);
    return status != 0;
}

int main(int argc, char **argv)
{
    static const char *const usual[] = {"alexnet",   "resnet18",  "resnet50",    "resnext50",
                                        "darknet19", "darknet53", "densenet201", "vgg-16"};
    const bool json = argc > 1 && strcmp(argv[argc - 1], "--json") == 0;
    const size_t named = (size_t)argc - 1 - (json ? 1 : 0);
    const size_t n = named > 0 ? named : sizeof usual / sizeof *usual;
    int failed = 0;
    if (!json)
        printf("OpenBLAS kernels: %s\n%-12s %7s %11s %9s %9s %9s %10s\n", darknet_blas_kernel(),
               "NETWORK", "THREADS", "DARKNET ms", "BLAS ms", "FLOOR ms", "SPEED-UP", "OF FLOOR");
    for (size_t i = 0; i < n; i++) {
        for (int threads = 1; threads <= 2; threads++)
            failed += in_own_process(named > 0 ? argv[i + 1] : usual[i], threads, json);
    }
    return failed > 0;
}
