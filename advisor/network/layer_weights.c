/* SPDX-License-Identifier: MIT
 * Layers that hold weights. */
#include "network/layer.h"

#include <string.h>

/* What a .weights file holds for a layer: Darknet's load_weights, with its options to skip. */
static int set_parameters(const struct pm_layer_site *site, struct pm_layer *l, double weights,
                          double biases)
{
    const double scales = l->batch_normalize ? biases : 0;
    bool dontload, dontloadscales;
    if (pm_layer_counts(site, "weights", weights) != 0 ||
        pm_layer_bool(site, "dontload", &dontload) != 0 ||
        pm_layer_bool(site, "dontloadscales", &dontloadscales) != 0)
        return -1;
    const struct pm_cfg_option *numload = pm_cfg_find(site->section, "numload");
    if (numload != NULL && strcmp(numload->value, "0") != 0)
        return pm_layer_fail(site, numload, "numload is not supported; remedy: delete the line");
    l->params = weights + biases + scales;
    l->stored_floats = dontload ? 0 : weights + biases + (dontloadscales ? 0 : 3 * scales);
    return 0;
}

static int refuse_binary(const struct pm_layer_site *site)
{
    static const char *const keys[] = {"binary", "xnor"};
    for (size_t i = 0; i < 2; i++) {
        const struct pm_cfg_option *o = pm_cfg_find(site->section, keys[i]);
        if (o != NULL && strcmp(o->value, "0") != 0)
            return pm_layer_fail(site, o, "%s: binarised layers are not supported", keys[i]);
    }
    return 0;
}

/* libdarknet skips im2col for every 1x1 kernel and multiplies the input as it lies: right only for
 * stride 1 without padding. */
static int check_pointwise(const struct pm_layer_site *site, const struct pm_layer *l)
{
    if (l->size != 1 || (l->stride == 1 && l->pad == 0))
        return 0;
    const char *key = l->stride > 1 ? "stride" : "padding";
    return pm_layer_fail(site, pm_cfg_find(site->section, key),
                         "%s=%ld with size=1: Darknet skips im2col for 1x1 kernels and would read "
                         "the wrong pixels; remedy: %s",
                         key, l->stride > 1 ? l->stride : l->pad,
                         l->stride > 1 ? "[maxpool] size=1 stride=2 before a stride-1 1x1"
                                       : "padding=0");
}

/* Kernels that are not square, and dilated ones: no work for Darknet. */
static int read_further(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (pm_layer_long(site, "size_x", l->size, 1, PM_NETWORK_MAX_SIDE, &l->size_x) != 0 ||
        pm_layer_long(site, "size_y", l->size, 1, PM_NETWORK_MAX_SIDE, &l->size_y) != 0 ||
        pm_layer_long(site, "dilation", 1, 1, PM_NETWORK_MAX_SIDE, &l->dilation) != 0)
        return -1;
    if (l->size_x != l->size_y)
        l->beyond = "size_x, size_y";
    if (l->dilation > 1)
        l->beyond = "dilation";
    l->size = l->size_x > l->size_y ? l->size_x : l->size_y;
    return 0;
}

/* From the first tap of a kernel to the last. */
static long reach(long size, const struct pm_layer *l)
{
    return (size - 1) * l->dilation + 1;
}

static int read_convolution(const struct pm_layer_site *site, struct pm_layer *l)
{
    bool pad;
    long padding;
    if (pm_layer_long(site, "filters", 1, 1, INT_MAX - 1, &l->filters) != 0 ||
        pm_layer_long(site, "size", 1, 1, PM_NETWORK_MAX_SIDE, &l->size) != 0 ||
        pm_layer_long(site, "stride", 1, 1, PM_NETWORK_MAX_SIDE, &l->stride) != 0 ||
        pm_layer_bool(site, "pad", &pad) != 0 ||
        pm_layer_long(site, "padding", 0, 0, PM_NETWORK_MAX_SIDE, &padding) != 0 ||
        pm_layer_long(site, "groups", 1, 1, INT_MAX - 1, &l->groups) != 0 ||
        pm_layer_bool(site, "batch_normalize", &l->batch_normalize) != 0 ||
        pm_layer_activation(site, "logistic", l) != 0 || read_further(site, l) != 0)
        return -1;
    l->pad = pad ? l->size / 2 : padding;
    if (l->c % l->groups != 0 || l->filters % l->groups != 0)
        return pm_layer_fail(site, pm_cfg_find(site->section, "groups"),
                             "groups=%ld must divide the %ld channels coming in and filters=%ld",
                             l->groups, l->c, l->filters);
    l->pad_x = pad ? l->size_x / 2 * l->dilation : padding * l->dilation;
    l->pad_y = pad ? l->size_y / 2 * l->dilation : padding * l->dilation;
    if (reach(l->size_x, l) > l->w + 2 * l->pad_x || reach(l->size_y, l) > l->h + 2 * l->pad_y)
        return pm_layer_fail(site, pm_cfg_find(site->section, "size"),
                             "size=%ld is larger than the input, %ld x %ld with padding %ld",
                             l->size, l->w, l->h, l->pad);
    return check_pointwise(site, l);
}

/* Along one side, how often a tap of the kernel meets a pixel, over all positions of the kernel. */
static double meetings(long side, long outputs, long size, long pad, const struct pm_layer *l)
{
    double n = 0;
    for (long at = 0; at < outputs; at++) {
        for (long tap = 0; tap < size; tap++) {
            const long pixel = at * l->stride - pad + tap * l->dilation;
            n += pixel >= 0 && pixel < side;
        }
    }
    return n;
}

int pm_layer_read_convolutional(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (pm_layer_wants_image(site, l) != 0 || refuse_binary(site) != 0 ||
        read_convolution(site, l) != 0 ||
        pm_layer_yields(site, l, (l->w + 2 * l->pad_x - reach(l->size_x, l)) / l->stride + 1,
                        (l->h + 2 * l->pad_y - reach(l->size_y, l)) / l->stride + 1,
                        l->filters) != 0)
        return -1;
    const long group_c = l->c / l->groups;
    const double kernel = (double)l->size_x * (double)l->size_y * (double)group_c;
    const double weights = kernel * (double)l->filters;
    const double area = (double)l->out_w * (double)l->out_h;
    if (set_parameters(site, l, weights, (double)l->filters) != 0 ||
        pm_layer_counts(site, "im2col values", kernel * area) != 0 ||
        /* (group x nweights) and (group x channels) are products of ints in the forward pass */
        pm_layer_counts(site, "groups x weights", (double)(l->groups - 1) * weights) != 0 ||
        pm_layer_counts(site, "groups x channels", (double)l->groups * (double)l->c) != 0)
        return -1;
    l->macs = weights * area;
    l->least_macs = (double)group_c * (double)l->filters *
                    meetings(l->w, l->out_w, l->size_x, l->pad_x, l) *
                    meetings(l->h, l->out_h, l->size_y, l->pad_y, l);
    l->workspace_bytes = 4 * kernel * area;
    l->touched_floats = (l->batch_normalize ? 3 : 2) * l->outputs;
    return 0;
}

int pm_layer_read_connected(const struct pm_layer_site *site, struct pm_layer *l)
{
    l->w = l->h = 1;
    l->c = (long)l->inputs;
    if (pm_layer_long(site, "output", 1, 1, INT_MAX - 1, &l->filters) != 0 ||
        pm_layer_bool(site, "batch_normalize", &l->batch_normalize) != 0 ||
        pm_layer_activation(site, "logistic", l) != 0 ||
        pm_layer_yields(site, l, 1, 1, l->filters) != 0 ||
        set_parameters(site, l, l->inputs * l->outputs, l->outputs) != 0)
        return -1;
    l->macs = l->least_macs = l->inputs * l->outputs;
    l->touched_floats = (l->batch_normalize ? 3 : 2) * l->outputs;
    return 0;
}

/* Two formulas of Darknet must agree here: make_local_layer's for the locations and im2col's for
 * the columns. Where they do not, the forward pass reads beyond its buffers. */
static int check_local(const struct pm_layer_site *site, const struct pm_layer *l)
{
    const long side = l->w < l->h ? l->w : l->h;
    if (l->size > side + 2 * l->pad)
        return pm_layer_fail(site, pm_cfg_find(site->section, "size"),
                             "size=%ld is larger than the input, %ld x %ld with padding %ld",
                             l->size, l->w, l->h, l->pad);
    const long wrong = l->pad == 0 ? 0 : 1;
    if ((l->w + 2 * l->pad - l->size) / l->stride != (l->w - (wrong ? 1 : l->size)) / l->stride ||
        (l->h + 2 * l->pad - l->size) / l->stride != (l->h - (wrong ? 1 : l->size)) / l->stride)
        return pm_layer_fail(site, pm_cfg_find(site->section, "size"),
                             "size=%ld with pad=%ld makes Darknet's [local] read beyond its "
                             "buffers; expected size=3 pad=1, or pad=0",
                             l->size, l->pad);
    return 0;
}

int pm_layer_read_local(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (pm_layer_wants_image(site, l) != 0 ||
        pm_layer_long(site, "filters", 1, 1, INT_MAX - 1, &l->filters) != 0 ||
        pm_layer_long(site, "size", 1, 1, PM_NETWORK_MAX_SIDE, &l->size) != 0 ||
        pm_layer_long(site, "stride", 1, 1, PM_NETWORK_MAX_SIDE, &l->stride) != 0 ||
        pm_layer_long(site, "pad", 0, 0, 1, &l->pad) != 0 ||
        pm_layer_activation(site, "logistic", l) != 0 || check_local(site, l) != 0 ||
        pm_layer_yields(site, l, (l->w + 2 * l->pad - l->size) / l->stride + 1,
                        (l->h + 2 * l->pad - l->size) / l->stride + 1, l->filters) != 0)
        return -1;
    const double kernel = (double)l->size * (double)l->size * (double)l->c;
    const double area = (double)l->out_w * (double)l->out_h;
    /* Every location has a kernel, and every output a bias, of its own. */
    if (set_parameters(site, l, kernel * (double)l->filters * area, l->outputs) != 0)
        return -1;
    l->macs = kernel * (double)l->filters * area;
    l->workspace_bytes = kernel * area; /* so Darknet asks: it forgot sizeof(float) */
    l->touched_floats = 2 * l->outputs;
    return 0;
}
