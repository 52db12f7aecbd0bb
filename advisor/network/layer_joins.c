/* SPDX-License-Identifier: MIT
 * Layers that read earlier layers. */
#include "network/layer.h"

#include "base/arena.h"
#include "base/err.h"

static int earlier_layers(const struct pm_layer_site *site, const char *key, struct pm_layer *l)
{
    const long *value = NULL;
    size_t n;
    if (pm_layer_longs(site, key, &value, &n) != 0)
        return -1;
    if (n == 0)
        return pm_layer_fail(site, NULL, "[%s] needs %s=, the earlier layers to read", l->kind,
                             key);
    size_t *from = pm_arena_alloc(site->arena, n, sizeof *from);
    if (from == NULL)
        return pm_fail_nomem(site->err);
    for (size_t i = 0; i < n; i++) {
        if (pm_layer_index(site, key, value[i], &from[i]) != 0)
            return -1;
    }
    l->from = from;
    l->from_n = n;
    return 0;
}

int pm_layer_read_route(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (earlier_layers(site, "layers", l) != 0)
        return -1;
    const struct pm_layer *first = &site->net->layer[l->from[0]];
    double outputs = 0;
    long c = 0;
    for (size_t i = 0; i < l->from_n; i++) {
        const struct pm_layer *next = &site->net->layer[l->from[i]];
        if (next->out_w != first->out_w || next->out_h != first->out_h)
            return pm_layer_fail(site, pm_cfg_find(site->section, "layers"),
                                 "layers %zu (%ld x %ld) and %zu (%ld x %ld) differ in size and "
                                 "cannot be joined",
                                 l->from[0], first->out_w, first->out_h, l->from[i], next->out_w,
                                 next->out_h);
        outputs += next->outputs;
        if (pm_layer_counts(site, "outputs", outputs) != 0)
            return -1;
        c += next->out_c;
    }
    /* What comes in is what it reads, not the layer before. */
    l->w = l->out_w = first->out_w;
    l->h = l->out_h = first->out_h;
    l->c = l->out_c = c;
    l->inputs = l->outputs = outputs;
    l->touched_floats = 2 * outputs;
    return 0;
}

/* shortcut_cpu adds what the two have in common, taking every n-th pixel of the larger; it asserts
 * that n is the same for width and height. */
int pm_layer_read_shortcut(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (pm_layer_wants_image(site, l) != 0 || earlier_layers(site, "from", l) != 0 ||
        pm_layer_activation(site, "linear", l) != 0)
        return -1;
    const struct pm_cfg_option *o = pm_cfg_find(site->section, "from");
    if (l->from_n != 1)
        return pm_layer_fail(site, o, "from: expected one layer");
    const struct pm_layer *from = &site->net->layer[l->from[0]];
    if (from->out_w < 1 || from->out_h < 1 || from->out_c < 1)
        return pm_layer_fail(site, o, "from: layer %zu yields a plain vector, expected an image",
                             l->from[0]);
    if (from->out_w / l->w != from->out_h / l->h || l->w / from->out_w != l->h / from->out_h)
        return pm_layer_fail(site, o,
                             "from: layer %zu is %ld x %ld and what comes in %ld x %ld; Darknet "
                             "needs the same ratio for width and height",
                             l->from[0], from->out_w, from->out_h, l->w, l->h);
    if (pm_layer_yields(site, l, l->w, l->h, l->c) != 0)
        return -1;
    l->touched_floats = 2 * l->outputs;
    return 0;
}

/* What comes in, one value a channel, scales the channels of an earlier layer: the gate of
 * squeeze-and-excitation. */
int pm_layer_read_scale_channels(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (pm_layer_wants_image(site, l) != 0 || earlier_layers(site, "from", l) != 0)
        return -1;
    const struct pm_cfg_option *o = pm_cfg_find(site->section, "from");
    const struct pm_layer *from = &site->net->layer[l->from[0]];
    l->beyond = "[scale_channels]";
    if (l->from_n != 1)
        return pm_layer_fail(site, o, "from: expected one layer");
    if (l->w != 1 || l->h != 1 || from->out_c != l->c)
        return pm_layer_fail(site, o,
                             "layer %zu has %ld channels, and what comes in is %ld x %ld x %ld; "
                             "expected one value a channel",
                             l->from[0], from->out_c, l->w, l->h, l->c);
    if (pm_layer_yields(site, l, from->out_w, from->out_h, from->out_c) != 0)
        return -1;
    l->touched_floats = 2 * l->outputs;
    return 0;
}
