/* SPDX-License-Identifier: MIT */
#include "network/cost.h"

#include "base/arena.h"
#include "network/network.h"

#include <stdbool.h>
#include <string.h>

const char *pm_cost_name(enum pm_cost_feature feature)
{
    static const char *const names[PM_COST_FEATURES] = {
        [PM_COST_SPATIAL] = "spatial",     [PM_COST_POINTWISE] = "pointwise",
        [PM_COST_GROUPED] = "grouped",     [PM_COST_UNROLLED] = "unrolled",
        [PM_COST_READ] = "read",           [PM_COST_WRITTEN] = "written",
        [PM_COST_CURVED] = "curved",       [PM_COST_ADDED] = "added",
        [PM_COST_COPIED] = "copied",       [PM_COST_LAYERS] = "layers",
        [PM_COST_POOLED] = "pooled",       [PM_COST_KERNELS] = "kernels",
        [PM_COST_CONNECTED] = "connected", [PM_COST_OTHER] = "other"};
    return names[feature];
}

static enum pm_cost_feature convolution_kind(const struct pm_layer *l)
{
    if (l->groups > 1)
        return PM_COST_GROUPED;
    return l->size > 1 ? PM_COST_SPATIAL : PM_COST_POINTWISE;
}

static void add_convolution(const struct pm_layer *l, double *cost)
{
    const double positions = (double)l->out_w * (double)l->out_h;
    cost[convolution_kind(l)] += 2 * l->macs / 1e9;
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

static bool is(const struct pm_layer *l, const char *kind)
{
    return strcmp(l->kind, kind) == 0;
}

/* Which part a layer belongs to: its kind, and what its kernel or window is like. */
static struct pm_cost_part make_of(const struct pm_layer *l)
{
    struct pm_cost_part p = {.kind = PM_COST_OTHER, .size = 1, .stride = 1};
    if (is(l, "convolutional")) {
        p.kind = convolution_kind(l);
        p.size = l->size_x > l->size_y ? l->size_x : l->size_y;
        p.stride = l->stride;
    } else if (is(l, "maxpool") || is(l, "local_avgpool")) {
        p.kind = PM_COST_POOLED;
        p.size = l->size;
        p.stride = l->stride;
    } else if (is(l, "avgpool")) {
        p.kind = PM_COST_POOLED;
    } else if (is(l, "connected")) {
        p.kind = PM_COST_CONNECTED;
    } else if (is(l, "shortcut") || is(l, "scale_channels")) {
        p.kind = PM_COST_ADDED;
    } else if (is(l, "route") || is(l, "upsample") || is(l, "reorg")) {
        p.kind = PM_COST_COPIED;
    }
    return p;
}

static bool is_curved(const struct pm_layer *l)
{
    static const char *const names[] = {"logistic", "tanh", "elu",  "selu",
                                        "loggy",    "plse", "gelu", "swish"};
    for (size_t i = 0; l->activation != NULL && i < sizeof names / sizeof *names; i++) {
        if (strcmp(l->activation, names[i]) == 0)
            return true;
    }
    return false;
}

static void add_layer(const struct pm_layer *l, struct pm_cost_part *p)
{
    if (is_curved(l))
        p->cost[PM_COST_CURVED] += l->outputs / 1e6;
    if (is(l, "convolutional"))
        add_convolution(l, p->cost);
    else if (p->kind == PM_COST_CONNECTED)
        p->cost[PM_COST_CONNECTED] += l->params / 1e6;
    else if (is(l, "avgpool"))
        p->cost[PM_COST_POOLED] += l->inputs / 1e6;
    else if (p->kind == PM_COST_POOLED)
        p->cost[PM_COST_POOLED] += (double)l->size * (double)l->size * l->outputs / 1e6;
    else if (p->kind == PM_COST_OTHER)
        p->cost[PM_COST_OTHER] += 2 * l->macs / 1e9;
    const bool moves = p->kind == PM_COST_ADDED || p->kind == PM_COST_COPIED;
    p->cost[moves ? p->kind : PM_COST_WRITTEN] += l->outputs / 1e6;
    p->cost[PM_COST_LAYERS] += 1e-3;
}

struct pm_cost_part *pm_cost_parts(const struct pm_network *net, struct pm_arena *arena, size_t *n)
{
    struct pm_cost_part *part = pm_arena_alloc(arena, net->layers + 1, sizeof *part);
    *n = 0;
    for (size_t i = 0; part != NULL && i < net->layers; i++) {
        const struct pm_cost_part make = make_of(&net->layer[i]);
        size_t k = 0;
        while (k < *n && (part[k].kind != make.kind || part[k].size != make.size ||
                          part[k].stride != make.stride))
            k++;
        if (k == *n)
            part[(*n)++] = make;
        add_layer(&net->layer[i], &part[k]);
    }
    return part;
}

void pm_cost_sum(const struct pm_cost_part *part, size_t n, double cost[PM_COST_FEATURES])
{
    memset(cost, 0, PM_COST_FEATURES * sizeof *cost);
    for (size_t i = 0; i < n; i++) {
        for (int j = 0; j < PM_COST_FEATURES; j++)
            cost[j] += part[i].cost[j];
    }
}
