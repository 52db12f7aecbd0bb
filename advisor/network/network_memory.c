/* SPDX-License-Identifier: MIT
 * How much memory Darknet needs for a network. Calibrated against VmHWM of the worker; see
 * tests/unit/test_network.c for the figures. */
#include "network/layer.h"

#include <string.h>

/* What a layer costs beside its large buffers: small arrays that share pages with untouched ones.
 * Measured: 45 KiB on AlexNet, 49 on ResNet-18, 44 on ResNet-50, 29 on DenseNet-201. */
#define LAYER_OVERHEAD_BYTES (40.0 * 1024)

/* im2col of 1x1 kernels is skipped, so their share of the workspace never becomes resident. */
static double touched_workspace(const struct pm_layer *l)
{
    if (strcmp(l->kind, "local") == 0)
        return 4 * l->workspace_bytes; /* Darknet asks for a quarter of what it uses */
    return l->size > 1 ? l->workspace_bytes : 0;
}

double pm_network_memory_bytes(const struct pm_network *net, long batch)
{
    double images = (double)net->input_w * (double)net->input_h * (double)net->input_c;
    double weights = 0, workspace = 0;
    for (size_t i = 0; i < net->layers; i++) {
        const struct pm_layer *l = &net->layer[i];
        images += l->touched_floats;
        weights += l->params;
        if (touched_workspace(l) > workspace)
            workspace = touched_workspace(l);
    }
    return 4 * (weights + images * (double)batch) + workspace +
           LAYER_OVERHEAD_BYTES * (double)net->layers;
}

long pm_network_max_batch(const struct pm_network *net)
{
    double largest = (double)net->input_w * (double)net->input_h * (double)net->input_c;
    for (size_t i = 0; i < net->layers; i++) {
        const struct pm_layer *l = &net->layer[i];
        /* (image x groups + group) x channels is an int on the way to a group's input. */
        const double walk = (double)l->groups * (double)l->c;
        if (l->outputs > largest)
            largest = l->outputs;
        if (walk > largest)
            largest = walk;
    }
    return (long)(PM_LAYER_INT_MAX / largest);
}
