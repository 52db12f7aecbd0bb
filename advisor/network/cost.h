/* SPDX-License-Identifier: MIT
 * What an inference has to do, as a handful of sums over the layers of a network, known from its
 * cfg alone. Time is close to linear in them: PreVIous (arXiv 1912.06442) and NeuralPower (arXiv
 * 1710.05420) predict networks layer by layer from the like. A convolution is a matrix product of
 * M = filters, N = outputs of a map, K = kernel x channels; besides its multiplications the three
 * matrices have to be moved once each. */
#ifndef PM_COST_H
#define PM_COST_H

#include <stddef.h>

struct pm_arena;
struct pm_network;

enum pm_cost_feature {
    PM_COST_SPATIAL,   /* 10^9 operations of convolutions wider than 1x1, in one group */
    PM_COST_POINTWISE, /* 10^9 operations of 1x1 convolutions */
    PM_COST_GROUPED,   /* 10^9 operations of convolutions in groups */
    PM_COST_UNROLLED,  /* 10^6 values of input patches (K x N) where kernels are wider than 1x1 */
    PM_COST_READ,      /* 10^6 values of input maps of 1x1 convolutions */
    PM_COST_WRITTEN,   /* 10^6 values of output maps, but for the next two */
    PM_COST_CURVED,    /* 10^6 values put through an exponential: logistic, tanh, ... */
    PM_COST_ADDED,     /* 10^6 values of maps that shortcuts add and scales multiply */
    PM_COST_COPIED,    /* 10^6 values of maps that routes, upsampling and reorganising copy */
    PM_COST_POOLED,    /* 10^6 values under the windows of pooling */
    PM_COST_KERNELS,   /* 10^6 weights of convolutions */
    PM_COST_CONNECTED, /* 10^6 weights of connected layers */
    PM_COST_LAYERS,    /* 10^3 layers */
    PM_COST_OTHER,     /* 10^9 operations of any other layer: no calibration network has any */
    PM_COST_FEATURES
};

/* Memory is a sum of the like, in MiB. */
enum pm_cost_memory {
    PM_COST_STORED,    /* weights */
    PM_COST_MAPS,      /* outputs of all layers */
    PM_COST_WORKSPACE, /* the largest map of input patches */
    PM_COST_FIXED,     /* 1 */
    PM_COST_MEMORY
};
void pm_cost_of_memory(const struct pm_network *net, double cost[PM_COST_MEMORY]);

/* The work of those layers of a network that are of one make, so that what a calibration does not
 * span can be told from the rest. */
struct pm_cost_part {
    enum pm_cost_feature kind; /* PM_COST_SPATIAL, _POOLED, ...: what such a layer mostly costs */
    long size, stride;         /* of the kernel or window; 1 where there is none */
    double cost[PM_COST_FEATURES];
};

/* Of one image, in the arena; NULL when out of memory. What a network has none of is 0. */
struct pm_cost_part *pm_cost_parts(const struct pm_network *net, struct pm_arena *arena, size_t *n);
/* Their sum. */
void pm_cost_sum(const struct pm_cost_part *part, size_t n, double cost[PM_COST_FEATURES]);
const char *pm_cost_name(enum pm_cost_feature feature); /* "spatial": a key in JSON */

#endif
