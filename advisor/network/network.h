/* SPDX-License-Identifier: MIT
 * What a network IS, computed from its cfg without any inference engine: the shape of each layer,
 * its multiply-accumulates, parameters and memory. The formulas are Darknet's (2018, the version
 * Debian ships), layer by layer, so the figures agree with the engine to the integer; what Darknet
 * would compute wrongly, overflow on or crash on is refused with the line that causes it.
 *
 * A few things that other engines have and Darknet has not are read too, under the names that forks
 * of Darknet gave them: kernels that are not square (size_x, size_y), dilation, [local_avgpool],
 * [scale_channels] and the activations swish, hard_swish, hard_sigmoid and relu6. A network that
 * uses one says so (`beyond`). */
#ifndef PM_NETWORK_H
#define PM_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

struct pm_arena;
struct pm_cfg;
struct pm_err;

struct pm_layer {
    const char *kind;         /* "convolutional": Darknet's long name; a constant */
    size_t line;              /* of its section in the cfg */
    long w, h, c;             /* coming in; all 0 when what comes in is a plain vector */
    long out_w, out_h, out_c; /* all 0 when the layer yields a plain vector */
    double inputs, outputs;   /* values an image */
    long size, stride, pad;   /* of the kernel or window; 0 where the kind has none */
    long size_x, size_y;      /* of a convolution's kernel; `size` is the longer side */
    long pad_x, pad_y;        /* on each side of a convolution's input; as `pad` when square */
    long dilation;            /* distance between a kernel's taps; 1: neighbours */
    long groups, filters;     /* filters: outputs of a connected layer; 0 where none */
    bool batch_normalize;
    const char *activation; /* NULL where the kind has none */
    double macs;            /* multiply-accumulates an image */
    double least_macs;      /* those that are not with the padding, which an engine may leave out */
    double params;          /* learnable: weights, biases, scales; no rolling statistics */
    double stored_floats;   /* of a .weights file: params + rolling mean and variance */
    double workspace_bytes; /* im2col, as Darknet allocates it */
    double touched_floats;  /* values an image an inference writes in Darknet: output, delta... */
    const size_t *from;     /* layers read besides the one before (route, shortcut) */
    size_t from_n;
    long classes;           /* that a tree= of the layer is of */
    const char *tree, *map; /* files Darknet opens for this layer; NULL: none */
    const char *beyond;     /* what Darknet has not: "[scale_channels]"; NULL: it has all */
};

struct pm_network {
    const char *name; /* of the cfg, as given */
    long input_w, input_h, input_c;
    size_t layers;
    struct pm_layer *layer;
    double gops;               /* 2 x MACs / 1e9 of convolutional and connected layers ("Bn Ops") */
    double least_gops;         /* the same without what only the padding needs */
    double params;             /* learnable */
    double stored_floats;      /* learnable + rolling statistics */
    double weight_bytes;       /* of a .weights file: 20 + 4 x stored floats */
    double activation_bytes;   /* the outputs of all layers, one image, fp32 */
    double workspace_bytes;    /* the largest im2col */
    long outputs;              /* of the last layer that is not [cost] */
    double memory_bytes;       /* pm_network_memory_bytes(net, 1) */
    const char *beyond;        /* the first thing Darknet has not, a constant; NULL: nothing */
    size_t beyond_line;        /* where; 0: nowhere */
    size_t unknown_keys;       /* options Darknet does not know, e.g. a misspelt one */
    size_t unknown_line;       /* the first of them; 0: none */
    const char *unknown_key;   /* "filtres"; NULL: none */
    const char *unknown_meant; /* "filters", a constant; NULL when nothing is near */
};

/* Layers beyond this, or sides beyond PM_NETWORK_MAX_SIDE, are taken for a mistake. */
#define PM_NETWORK_MAX_LAYERS 4096
#define PM_NETWORK_MAX_SIDE   16384

/* Everything in *out lives in the arena (constants aside). PM_EDATA, "file:line" in err->where,
 * when the cfg is not a network Darknet would run correctly. Recurrent layers are refused. */
int pm_network_load(const char *path, struct pm_arena *arena, struct pm_network *out,
                    struct pm_err *err);
int pm_network_from_cfg(const struct pm_cfg *cfg, struct pm_arena *arena, struct pm_network *out,
                        struct pm_err *err);

/* Resident bytes stock Darknet (CPU, fp32, freshly started) adds to its libraries' for an inference
 * of `batch` images: weights, input, and for each layer what the forward pass writes (output, the
 * zeroed delta, batch normalization's copy, pooling's indexes), plus the im2col workspace. Buffers
 * that only training touches are allocated by Darknet but never become resident. An estimate:
 * tests and docs state its error against VmHWM. */
double pm_network_memory_bytes(const struct pm_network *net, long batch);

/* The largest batch whose buffer sizes Darknet can still count (it counts in int). */
long pm_network_max_batch(const struct pm_network *net);

#endif
