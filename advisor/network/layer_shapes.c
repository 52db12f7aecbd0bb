/* SPDX-License-Identifier: MIT
 * Layers without weights that change or keep the shape of one input. */
#include "network/layer.h"

#include "base/number.h"

/* Windows, as [maxpool] and [local_avgpool] lay them. */
static int read_windows(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (pm_layer_wants_image(site, l) != 0 ||
        pm_layer_long(site, "stride", 1, 1, PM_NETWORK_MAX_SIDE, &l->stride) != 0 ||
        pm_layer_long(site, "size", l->stride, 1, PM_NETWORK_MAX_SIDE, &l->size) != 0 ||
        pm_layer_long(site, "padding", l->size - 1, 0, PM_NETWORK_MAX_SIDE, &l->pad) != 0)
        return -1;
    const long side = l->w < l->h ? l->w : l->h;
    if (l->size > side + l->pad)
        return pm_layer_fail(site, pm_cfg_find(site->section, "size"),
                             "size=%ld is larger than the input, %ld x %ld with padding %ld",
                             l->size, l->w, l->h, l->pad);
    /* A window in the padding alone has no largest value: Darknet writes -FLT_MAX. */
    if ((l->pad + 1) / 2 > l->size - 1 && l->pad > 0)
        return pm_layer_fail(site, pm_cfg_find(site->section, "padding"),
                             "padding=%ld leaves windows of size=%ld without a pixel; expected at "
                             "most %ld",
                             l->pad, l->size, 2 * (l->size - 1));
    if (pm_layer_yields(site, l, (l->w + l->pad - l->size) / l->stride + 1,
                        (l->h + l->pad - l->size) / l->stride + 1, l->c) != 0)
        return -1;
    return 0;
}

int pm_layer_read_maxpool(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (read_windows(site, l) != 0)
        return -1;
    l->touched_floats = 3 * l->outputs; /* output, delta, the index of each maximum */
    return 0;
}

int pm_layer_read_local_avgpool(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (read_windows(site, l) != 0)
        return -1;
    l->beyond = "[local_avgpool]";
    l->touched_floats = 2 * l->outputs;
    return 0;
}

int pm_layer_read_avgpool(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (pm_layer_wants_image(site, l) != 0 || pm_layer_yields(site, l, 1, 1, l->c) != 0)
        return -1;
    l->touched_floats = 2 * l->outputs;
    return 0;
}

int pm_layer_read_crop(const struct pm_layer_site *site, struct pm_layer *l)
{
    long w, h;
    if (pm_layer_wants_image(site, l) != 0 ||
        pm_layer_long(site, "crop_width", 1, 1, INT_MAX - 1, &w) != 0 ||
        pm_layer_long(site, "crop_height", 1, 1, INT_MAX - 1, &h) != 0)
        return -1;
    if (w > l->w || h > l->h)
        return pm_layer_fail(
            site, pm_cfg_find(site->section, w > l->w ? "crop_width" : "crop_height"),
            "the crop, %ld x %ld, is larger than its input, %ld x %ld", w, h, l->w, l->h);
    if (pm_layer_yields(site, l, w, h, l->c) != 0)
        return -1;
    l->touched_floats = l->outputs;
    return 0;
}

int pm_layer_read_upsample(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (pm_layer_wants_image(site, l) != 0 ||
        pm_layer_long(site, "stride", 2, 1, PM_NETWORK_MAX_SIDE, &l->stride) != 0 ||
        pm_layer_counts(site, "outputs", l->inputs * (double)l->stride * (double)l->stride) != 0 ||
        pm_layer_yields(site, l, l->w * l->stride, l->h * l->stride, l->c) != 0)
        return -1;
    l->touched_floats = 2 * l->outputs;
    return 0;
}

/* reorg_cpu walks all inputs and trusts that they fill the output exactly. */
static int reorg_shape(const struct pm_layer_site *site, struct pm_layer *l, bool reverse)
{
    const long s = l->stride;
    const bool divides = l->c % (s * s) == 0 && (reverse || (l->w % s == 0 && l->h % s == 0));
    if (!divides)
        return pm_layer_fail(site, pm_cfg_find(site->section, "stride"),
                             "stride=%ld: its square must divide the %ld channels coming in%s, "
                             "or Darknet writes beyond its buffer",
                             s, l->c, reverse ? "" : ", and the stride their width and height");
    if (reverse)
        return pm_layer_yields(site, l, l->w * s, l->h * s, l->c / (s * s));
    return pm_layer_yields(site, l, l->w / s, l->h / s, l->c * s * s);
}

int pm_layer_read_reorg(const struct pm_layer_site *site, struct pm_layer *l)
{
    bool reverse, flatten;
    long extra;
    if (pm_layer_wants_image(site, l) != 0 ||
        pm_layer_long(site, "stride", 1, 1, PM_NETWORK_MAX_SIDE, &l->stride) != 0 ||
        pm_layer_bool(site, "reverse", &reverse) != 0 ||
        pm_layer_bool(site, "flatten", &flatten) != 0 ||
        pm_layer_long(site, "extra", 0, 0, INT_MAX - 1, &extra) != 0)
        return -1;
    /* extra: the input as it lies, with room for `extra` more values (go.cfg's "pass"). */
    const int result = extra > 0 ? pm_layer_yields_vector(site, l, l->inputs + (double)extra)
                                 : reorg_shape(site, l, reverse);
    l->touched_floats = 2 * l->outputs;
    return result;
}

int pm_layer_read_dropout(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (site->index == 0)
        return pm_layer_fail(site, NULL,
                             "[dropout] cannot come first: Darknet reads the layer before it");
    const struct pm_cfg_option *o = pm_cfg_find(site->section, "probability");
    double probability;
    if (o != NULL &&
        (!pm_number_double(o->value, &probability) || probability < 0 || probability >= 1))
        return pm_layer_fail(site, o, "probability=%.40s: expected a number from 0 to below 1",
                             o->value);
    /* It works in place: the output is that of the layer before, and costs nothing to run. */
    l->out_w = l->w;
    l->out_h = l->h;
    l->out_c = l->c;
    l->outputs = l->inputs;
    return 0;
}

/* As many values as come in, each touched. */
static int same_shape(struct pm_layer *l)
{
    l->out_w = l->w;
    l->out_h = l->h;
    l->out_c = l->c;
    l->outputs = l->inputs;
    l->touched_floats = l->inputs;
    return 0;
}

int pm_layer_read_activation(const struct pm_layer_site *site, struct pm_layer *l)
{
    return pm_layer_activation(site, "linear", l) != 0 ? -1 : same_shape(l);
}

int pm_layer_read_normalization(const struct pm_layer_site *site, struct pm_layer *l)
{
    return pm_layer_wants_image(site, l) != 0 ? -1 : same_shape(l);
}
