/* SPDX-License-Identifier: MIT */
#include "network/cost.h"

#include "network/network.h"

#include <string.h>

const char *pm_cost_name(enum pm_cost_feature feature)
{
    static const char *const names[PM_COST_FEATURES] = {
        [PM_COST_SPATIAL] = "spatial",     [PM_COST_POINTWISE] = "pointwise",
        [PM_COST_GROUPED] = "grouped",     [PM_COST_UNROLLED] = "unrolled",
        [PM_COST_READ] = "read",           [PM_COST_WRITTEN] = "written",
        [PM_COST_POOLED] = "pooled",       [PM_COST_KERNELS] = "kernels",
        [PM_COST_CONNECTED] = "connected", [PM_COST_OTHER] = "other"};
    return names[feature];
}

static void add_convolution(const struct pm_layer *l, double *cost)
{
    const double gop = 2 * l->macs / 1e9;
    const double positions = (double)l->out_w * (double)l->out_h;
    if (l->groups > 1)
        cost[PM_COST_GROUPED] += gop;
    else
        cost[l->size > 1 ? PM_COST_SPATIAL : PM_COST_POINTWISE] += gop;
    if (l->size > 1)
        cost[PM_COST_UNROLLED] +=
            (double)l->size_x * (double)l->size_y * (double)l->c * positions / 1e6;
    else
        cost[PM_COST_READ] += l->inputs / 1e6;
    cost[PM_COST_KERNELS] += l->params / 1e6;
}

void pm_cost_of_memory(const struct pm_network *net, double cost[PM_COST_MEMORY])
{
    const double mib = 1048576;
    cost[PM_COST_STORED] = net->weight_bytes / mib;
    cost[PM_COST_MAPS] = net->activation_bytes / mib;
    cost[PM_COST_WORKSPACE] = net->workspace_bytes / mib;
    cost[PM_COST_FIXED] = 1;
}

void pm_cost_of(const struct pm_network *net, double cost[PM_COST_FEATURES])
{
    memset(cost, 0, PM_COST_FEATURES * sizeof *cost);
    for (size_t i = 0; i < net->layers; i++) {
        const struct pm_layer *l = &net->layer[i];
        if (strcmp(l->kind, "convolutional") == 0)
            add_convolution(l, cost);
        else if (strcmp(l->kind, "connected") == 0)
            cost[PM_COST_CONNECTED] += l->params / 1e6;
        else if (strcmp(l->kind, "maxpool") == 0 || strcmp(l->kind, "local_avgpool") == 0)
            cost[PM_COST_POOLED] += (double)l->size * (double)l->size * l->outputs / 1e6;
        else if (strcmp(l->kind, "avgpool") == 0)
            cost[PM_COST_POOLED] += l->inputs / 1e6;
        else
            cost[PM_COST_OTHER] += 2 * l->macs / 1e9;
        cost[PM_COST_WRITTEN] += l->outputs / 1e6;
    }
}
