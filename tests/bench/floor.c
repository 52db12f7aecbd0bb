/* SPDX-License-Identifier: MIT
 * The floor that OpenBLAS sets, as an engine: nothing but the matrix products of the network's
 * layers, each whole, in the network's order and with OpenBLAS's own threads. It speaks as much of
 * docs/engine-protocol.md as bench.py needs. */
#include "stock.h"

#include <cblas.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
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

struct floor {
    network *net;
    int threads;
    float *columns, *product;
    double *ms; /* of each layer */
};

/* The sum of ms. */
static double run(struct floor *f)
{
    double sum = 0, before = now_ms();
    for (int i = 0; i < f->net->n; i++) {
        floor_of_layer(&f->net->layers[i], f->columns, f->product);
        const double after = now_ms();
        f->ms[i] = after - before;
        sum += f->ms[i];
        before = after;
    }
    return sum;
}

static void send_layers(struct floor *f, FILE *out)
{
    run(f);
    fprintf(out, "{\"event\": \"layers\", \"ms\": [%.5f", f->ms[0]);
    for (int i = 1; i < f->net->n; i++)
        fprintf(out, ", %.5f", f->ms[i]);
    fprintf(out, "]}\n");
}

static void send_samples(struct floor *f, int n, FILE *out)
{
    for (; n > 0; n--)
        fprintf(out, "{\"event\": \"samples\", \"ms\": [%.4f]}\n", run(f));
    fprintf(out, "{\"event\": \"ran\", \"finite\": true, \"peak_kib\": 1}\n");
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

/* "key":"text" or "key":number of a request; what bench.py writes, nothing more. */
static const char *value_of(const char *request, const char *key)
{
    char quoted[40];
    snprintf(quoted, sizeof quoted, "\"%s\": ", key);
    const char *at = strstr(request, quoted);
    return at != NULL ? at + strlen(quoted) : "0";
}

static bool asks(const char *request, const char *op)
{
    const char *value = value_of(request, "op");
    return *value == '"' && strncmp(value + 1, op, strlen(op)) == 0;
}

static struct floor load(const char *request, FILE *out)
{
    char cfg[512], path[32];
    snprintf(cfg, sizeof cfg, "%.500s", value_of(request, "cfg") + 1);
    cfg[strcspn(cfg, "\"")] = '\0';
    if (stock_write_cfg(cfg, 1, path) != 0)
        exit(3);
    struct floor f = {.net = stock_load(path), .threads = atoi(value_of(request, "threads"))};
    unlink(path);
    openblas_set_num_threads(f.threads);
    f.columns = values(largest_matrix(f.net));
    f.product = values(largest_matrix(f.net));
    f.ms = malloc((size_t)f.net->n * sizeof *f.ms);
    fprintf(out, "{\"event\": \"loaded\", \"load_ms\": 1, \"peak_kib\": 1}\n");
    return f;
}

int main(void)
{
    char request[4096];
    struct floor f = {0};
    FILE *out = fdopen(dup(1), "w");
    if (out == NULL || dup2(2, 1) < 0) /* Darknet prints its layers */
        return 5;
    fprintf(out,
            "{\"event\": \"ready\", \"protocol\": 1, \"engine\": \"floor\", "
            "\"engine_version\": \"OpenBLAS %s\", \"baseline_kib\": 1}\n",
            openblas_get_corename());
    fflush(out);
    while (fgets(request, sizeof request, stdin) != NULL) {
        if (asks(request, "load"))
            f = load(request, out);
        else if (asks(request, "layers") && f.net != NULL)
            send_layers(&f, out);
        else if (asks(request, "run") && f.net != NULL)
            send_samples(&f, atoi(value_of(request, "n")), out);
        fflush(out);
    }
    return 0;
}
