/* SPDX-License-Identifier: MIT */
#include "network/layer.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/number.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int pm_layer_fail(const struct pm_layer_site *site, const struct pm_cfg_option *option,
                  const char *fmt, ...)
{
    char where[240], message[400];
    snprintf(where, sizeof where, "%s:%zu", site->cfg->name,
             option != NULL ? option->line : site->section->line);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    return pm_fail(site->err, PM_EDATA, where, "%s", message);
}

int pm_layer_long(const struct pm_layer_site *site, const char *key, long fallback, long min,
                  long max, long *out)
{
    const struct pm_cfg_option *o = pm_cfg_find(site->section, key);
    if (o == NULL) {
        *out = fallback;
        return 0;
    }
    if (!pm_number_long(o->value, min, max, out))
        return pm_layer_fail(site, o, "%s=%.40s: expected a whole number from %ld to %ld", key,
                             o->value, min, max);
    return 0;
}

int pm_layer_bool(const struct pm_layer_site *site, const char *key, bool *out)
{
    long value;
    if (pm_layer_long(site, key, 0, 0, 1, &value) != 0)
        return -1;
    *out = value != 0;
    return 0;
}

static size_t count_commas(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += *text == ',';
    return n;
}

/* The text up to the next comma, copied to item; false when it is too long to be a number. */
static bool next_item(const char **rest, char *item, size_t size)
{
    const size_t len = strcspn(*rest, ",");
    if (len >= size)
        return false;
    memcpy(item, *rest, len);
    item[len] = '\0';
    *rest += len + ((*rest)[len] == ',');
    return true;
}

int pm_layer_longs(const struct pm_layer_site *site, const char *key, const long **out, size_t *n)
{
    *n = 0;
    const struct pm_cfg_option *o = pm_cfg_find(site->section, key);
    if (o == NULL)
        return 0;
    const size_t count = count_commas(o->value) + 1;
    long *list = pm_arena_alloc(site->arena, count, sizeof *list);
    if (list == NULL)
        return pm_fail_nomem(site->err);
    const char *rest = o->value;
    char item[24];
    for (size_t i = 0; i < count; i++) {
        if (!next_item(&rest, item, sizeof item) ||
            !pm_number_long(item, -INT_MAX, INT_MAX, &list[i]))
            return pm_layer_fail(site, o, "%s=%.40s: expected whole numbers between commas", key,
                                 o->value);
    }
    *out = list;
    *n = count;
    return 0;
}

int pm_layer_count(const struct pm_layer_site *site, const char *key, size_t *n)
{
    *n = 0;
    const struct pm_cfg_option *o = pm_cfg_find(site->section, key);
    if (o == NULL)
        return 0;
    const size_t count = count_commas(o->value) + 1;
    const char *rest = o->value;
    char item[64];
    double value;
    for (size_t i = 0; i < count; i++) {
        /* A trailing comma is harmless to Darknet and common in lists of anchors. */
        if (i > 0 && i + 1 == count && *rest == '\0') {
            *n = count - 1;
            return 0;
        }
        if (!next_item(&rest, item, sizeof item) || !pm_number_double(item, &value))
            return pm_layer_fail(site, o, "%s=%.40s: expected numbers between commas", key,
                                 o->value);
    }
    *n = count;
    return 0;
}

static const char *const darknet_activations[] = {"logistic", "relu",    "relie", "linear", "ramp",
                                                  "tanh",     "plse",    "leaky", "elu",    "loggy",
                                                  "stair",    "hardtan", "lhtan", "selu"};
static const char *const further_activations[] = {"swish", "hard_swish", "hard_sigmoid", "relu6"};

int pm_layer_activation(const struct pm_layer_site *site, const char *fallback,
                        struct pm_layer *layer)
{
    const size_t n = sizeof darknet_activations / sizeof *darknet_activations;
    const size_t further = sizeof further_activations / sizeof *further_activations;
    const struct pm_cfg_option *o = pm_cfg_find(site->section, "activation");
    const char *wanted = o != NULL ? o->value : fallback;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(wanted, darknet_activations[i]) == 0) {
            layer->activation = darknet_activations[i];
            return 0;
        }
    }
    for (size_t i = 0; i < further; i++) {
        if (strcmp(wanted, further_activations[i]) == 0) {
            layer->activation = layer->beyond = further_activations[i];
            return 0;
        }
    }
    const char *near = pm_text_nearest(wanted, darknet_activations, n);
    return pm_layer_fail(
        site, o, "activation=%.40s is unknown, Darknet would use relu; expected %s%s", wanted,
        near != NULL ? near : "linear, leaky, relu, logistic, tanh, elu, ",
        near != NULL ? "" : "selu, ramp, loggy, hardtan, lhtan, plse, relie, stair");
}

int pm_layer_index(const struct pm_layer_site *site, const char *key, long value, size_t *out)
{
    const long here = (long)site->index;
    const long index = value < 0 ? here + value : value;
    if (index < 0 || index >= here)
        return pm_layer_fail(site, pm_cfg_find(site->section, key),
                             "%s: %ld is no earlier layer; this is layer %ld, so expected 0 to %ld "
                             "or -1 to -%ld",
                             key, value, here, here - 1, here);
    *out = (size_t)index;
    return 0;
}

int pm_layer_wants_image(const struct pm_layer_site *site, const struct pm_layer *layer)
{
    if (layer->w > 0 && layer->h > 0 && layer->c > 0)
        return 0;
    return pm_layer_fail(site, NULL,
                         "[%s] needs width, height and channels, but the layer before yields a "
                         "plain vector",
                         layer->kind);
}

int pm_layer_counts(const struct pm_layer_site *site, const char *what, double count)
{
    if (count < PM_LAYER_INT_MAX)
        return 0;
    return pm_layer_fail(site, NULL,
                         "%s: %.0f overflows the int Darknet counts in; expected less than %d",
                         what, count, INT_MAX);
}

int pm_layer_yields(const struct pm_layer_site *site, struct pm_layer *layer, long w, long h,
                    long c)
{
    layer->out_w = w;
    layer->out_h = h;
    layer->out_c = c;
    layer->outputs = (double)w * (double)h * (double)c;
    return pm_layer_counts(site, "outputs", layer->outputs);
}

int pm_layer_yields_vector(const struct pm_layer_site *site, struct pm_layer *layer, double outputs)
{
    layer->outputs = outputs;
    return pm_layer_counts(site, "outputs", outputs);
}
