/* SPDX-License-Identifier: MIT
 * Layers that end a network: classifiers, losses, detectors. */
#include "network/layer.h"

#include "base/number.h"

#include <string.h>

static const char *file_option(const struct pm_layer_site *site, const char *key)
{
    const struct pm_cfg_option *o = pm_cfg_find(site->section, key);
    return o != NULL ? o->value : NULL;
}

int pm_layer_read_softmax(const struct pm_layer_site *site, struct pm_layer *l)
{
    if (pm_layer_long(site, "groups", 1, 1, INT_MAX - 1, &l->groups) != 0)
        return -1;
    if ((long)l->inputs % l->groups != 0)
        return pm_layer_fail(site, pm_cfg_find(site->section, "groups"),
                             "groups=%ld must divide the %.0f values coming in", l->groups,
                             l->inputs);
    const struct pm_cfg_option *o = pm_cfg_find(site->section, "temperature");
    double temperature;
    if (o != NULL && (!pm_number_double(o->value, &temperature) || temperature <= 0))
        return pm_layer_fail(site, o, "temperature=%.40s: expected a number above 0", o->value);
    l->tree = file_option(site, "tree");
    l->classes = (long)l->inputs / l->groups;
    l->touched_floats = 2 * l->inputs;
    return pm_layer_yields_vector(site, l, l->inputs);
}

/* Without a truth to compare with, the forward pass of [cost] only has its delta zeroed. */
/* Its type matters to training alone; of one that it does not know Darknet makes sse. */
int pm_layer_read_cost(const struct pm_layer_site *site, struct pm_layer *l)
{
    l->touched_floats = l->inputs;
    return pm_layer_yields_vector(site, l, l->inputs);
}

/* The detectors assert that the layer before yields exactly what they interpret. */
static int expects(const struct pm_layer_site *site, const struct pm_layer *l, double want,
                   const char *formula)
{
    if (want == l->inputs)
        return 0;
    return pm_layer_fail(site, NULL,
                         "[%s] needs %.0f values, %s, but %.0f come in; remedy: correct filters= "
                         "of the [convolutional] (or output= of the [connected]) before it",
                         l->kind, want, formula, l->inputs);
}

/* Darknet copies every anchor it finds into an array for `total` pairs, unchecked. */
static int check_anchors(const struct pm_layer_site *site, long total)
{
    size_t n;
    if (pm_layer_count(site, "anchors", &n) != 0)
        return -1;
    if ((double)n <= 2 * (double)total)
        return 0;
    return pm_layer_fail(site, pm_cfg_find(site->section, "anchors"),
                         "anchors: %zu numbers, more than the %ld of num=%ld pairs", n, 2 * total,
                         total);
}

static int detector_yields(const struct pm_layer_site *site, struct pm_layer *l, long n,
                           long values, const char *formula)
{
    const double channels = (double)n * (double)values;
    if (pm_layer_counts(site, "channels", channels) != 0 ||
        expects(site, l, (double)l->w * (double)l->h * channels, formula) != 0)
        return -1;
    l->c = (long)channels;
    l->filters = n;
    l->touched_floats = 2 * l->inputs;
    return pm_layer_yields(site, l, l->w, l->h, l->c);
}

int pm_layer_read_region(const struct pm_layer_site *site, struct pm_layer *l)
{
    long coords, classes, num;
    if (pm_layer_wants_image(site, l) != 0 ||
        pm_layer_long(site, "coords", 4, 4, 1 << 20, &coords) != 0 ||
        pm_layer_long(site, "classes", 20, 1, 1 << 24, &classes) != 0 ||
        pm_layer_long(site, "num", 1, 1, 1 << 20, &num) != 0 || check_anchors(site, num) != 0)
        return -1;
    l->tree = file_option(site, "tree");
    l->classes = classes;
    l->map = file_option(site, "map");
    return detector_yields(site, l, num, classes + coords + 1,
                           "width x height x num x (classes + coords + 1)");
}

int pm_layer_read_yolo(const struct pm_layer_site *site, struct pm_layer *l)
{
    long classes, total;
    const long *mask = NULL;
    size_t masks;
    if (pm_layer_wants_image(site, l) != 0 ||
        pm_layer_long(site, "classes", 20, 1, 1 << 24, &classes) != 0 ||
        pm_layer_long(site, "num", 1, 1, 1 << 20, &total) != 0 ||
        pm_layer_longs(site, "mask", &mask, &masks) != 0 || check_anchors(site, total) != 0)
        return -1;
    for (size_t i = 0; i < masks; i++) {
        if (mask[i] < 0 || mask[i] >= total)
            return pm_layer_fail(site, pm_cfg_find(site->section, "mask"),
                                 "mask: %ld is no anchor; expected 0 to %ld (num=%ld)", mask[i],
                                 total - 1, total);
    }
    l->map = file_option(site, "map");
    return detector_yields(site, l, masks > 0 ? (long)masks : total, classes + 4 + 1,
                           "width x height x masks x (classes + 5)");
}

int pm_layer_read_detection(const struct pm_layer_site *site, struct pm_layer *l)
{
    long coords, classes, num, side;
    if (pm_layer_long(site, "coords", 1, 1, 1 << 20, &coords) != 0 ||
        pm_layer_long(site, "classes", 1, 1, 1 << 24, &classes) != 0 ||
        pm_layer_long(site, "num", 1, 1, 1 << 20, &num) != 0 ||
        pm_layer_long(site, "side", 7, 1, PM_NETWORK_MAX_SIDE, &side) != 0)
        return -1;
    const double cell = (double)(1 + coords) * (double)num + (double)classes;
    if (expects(site, l, (double)side * (double)side * cell,
                "side^2 x ((1 + coords) x num + classes)") != 0)
        return -1;
    l->w = l->h = side;
    l->c = 0;
    l->touched_floats = 2 * l->inputs;
    return pm_layer_yields_vector(site, l, l->inputs);
}
