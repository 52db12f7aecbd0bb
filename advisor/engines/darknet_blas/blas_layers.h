/* SPDX-License-Identifier: MIT
 * The forward functions of darknet_blas.c, which alone includes this. Each computes what Darknet's
 * own of that name does in inference, from a layer whose batch normalisation is folded. */
#ifndef PM_BLAS_LAYERS_H
#define PM_BLAS_LAYERS_H

#include <darknet.h>
#include <stdbool.h>
#include <stddef.h>

/* For loops that the compiler turns into vectors: on x86-64, where a package is built for the
 * oldest processor, a second copy for AVX2, chosen when the program starts. Elsewhere nothing. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define PM_BLAS_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define PM_BLAS_VECTORS
#endif

/* net.workspace is ours: in front of it, where Darknet's own layers do not write, stands how many
 * threads it was made for. */
struct pm_blas_workspace {
    int threads;
    _Alignas(64) float scratch[]; /* net.workspace points here */
};
int pm_blas_threads(const network *net);

typedef void pm_blas_forward(layer l, network net);
pm_blas_forward pm_blas_convolutional, pm_blas_connected, pm_blas_maxpool, pm_blas_shortcut,
    pm_blas_route;

/* Activations there is a fast form of. */
bool pm_blas_knows(ACTIVATION a);
/* x = a(x + bias) for n values. */
void pm_blas_activate(ACTIVATION a, float bias, float *x, size_t n);

/* Floats of net.workspace that the convolution uses, for all threads. */
size_t pm_blas_scratch(const layer *l, int threads);

#endif
