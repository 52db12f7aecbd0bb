/* SPDX-License-Identifier: MIT
 * Which layers are replaced, what is folded into weights, and what is freed. */
#include <darknet.h>

#include "engines/darknet_blas/blas_layers.h"
#include "engines/darknet_blas/darknet_blas.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *darknet_blas_kernel(void)
{
    return openblas_get_corename();
}

const char *darknet_blas_better_kernel(void)
{
#if defined __x86_64__
    if (getenv("OPENBLAS_CORETYPE") != NULL || strcmp(darknet_blas_kernel(), "Prescott") != 0)
        return NULL;
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return NULL;
}

/* NULL: Darknet's own stays. A 1x1 convolution with a stride or padding does too: Darknet reads
 * other pixels there than its shape says, and whoever trained with it needs those. */
static pm_blas_forward *replacement(const layer *l)
{
    switch (l->type) {
    case CONVOLUTIONAL:
        if (l->binary || l->xnor || !pm_blas_knows(l->activation) ||
            (l->size == 1 && (l->stride != 1 || l->pad != 0)))
            return NULL;
        return pm_blas_convolutional;
    case CONNECTED:
        return pm_blas_knows(l->activation) ? pm_blas_connected : NULL;
    case MAXPOOL:
        return pm_blas_maxpool;
    case SHORTCUT:
        return pm_blas_knows(l->activation) ? pm_blas_shortcut : NULL;
    case ROUTE:
        return pm_blas_route;
    default:
        return NULL;
    }
}

int darknet_blas_has(const layer *l)
{
    return l->forward != NULL && l->forward == replacement(l);
}

/* Darknet normalises as (x - mean) / (sqrt(variance) + 1e-6), then scales and adds the bias. */
static void fold_normalisation(layer *l, int filters, int weights_each)
{
    for (int f = 0; f < filters; f++) {
        const float scale = l->scales[f] / (sqrtf(l->rolling_variance[f]) + .000001F);
        float *w = l->weights + (size_t)f * (size_t)weights_each;
        for (int i = 0; i < weights_each; i++)
            w[i] *= scale;
        l->biases[f] -= l->rolling_mean[f] * scale;
    }
    l->batch_normalize = 0;
}

static void release(float **p)
{
    free(*p);
    *p = NULL;
}

/* What training alone reads of a layer whose forward function is ours. */
static void release_training(layer *l)
{
    float **const parts[] = {&l->delta,
                             &l->weight_updates,
                             &l->bias_updates,
                             &l->scale_updates,
                             &l->x,
                             &l->x_norm,
                             &l->mean_delta,
                             &l->variance_delta,
                             &l->m,
                             &l->v,
                             &l->bias_m,
                             &l->bias_v,
                             &l->scale_m,
                             &l->scale_v};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        release(parts[i]);
    if (l->type == MAXPOOL) {
        free(l->indexes);
        l->indexes = NULL;
    }
}

static void replace(layer *l, pm_blas_forward *forward)
{
    if (l->batch_normalize && l->type == CONVOLUTIONAL)
        fold_normalisation(l, l->n, l->c / l->groups * l->size * l->size);
    if (l->batch_normalize && l->type == CONNECTED)
        fold_normalisation(l, l->outputs, l->inputs);
    l->forward = forward;
    release_training(l);
}

/* One scratch for all layers, ours and Darknet's: they run one after another. */
static int make_scratch(network *net, int threads)
{
    size_t bytes = 0;
    for (int i = 0; i < net->n; i++) {
        const layer *l = &net->layers[i];
        const bool ours = replacement(l) != NULL;
        size_t need = ours ? 0 : l->workspace_size;
        if (ours && l->type == CONVOLUTIONAL)
            need = pm_blas_scratch(l, threads) * sizeof(float);
        bytes = need > bytes ? need : bytes;
    }
    const size_t all = sizeof(struct pm_blas_workspace) + ((bytes + 63) & ~(size_t)63);
    struct pm_blas_workspace *w = aligned_alloc(64, all);
    if (w == NULL)
        return -1;
    free(net->workspace);
    w->threads = threads;
    net->workspace = w->scratch;
    return 0;
}

int darknet_blas(network *net, int threads)
{
    int left = 0;
#ifdef GPU
    if (gpu_index >= 0)
        return net->n; /* the card computes, from copies of its own */
#endif
    if (threads < 1)
        threads = 1;
    if (make_scratch(net, threads) != 0)
        return -1;
    openblas_set_num_threads(1); /* the threads are ours: one product each */
    for (int i = 0; i < net->n; i++) {
        layer *l = &net->layers[i];
        pm_blas_forward *forward = replacement(l);
        if (forward != NULL)
            replace(l, forward);
        else if (l->type == DROPOUT)
            l->delta = NULL; /* that of the layer before, which is freed */
        left += forward == NULL;
    }
    return left;
}
