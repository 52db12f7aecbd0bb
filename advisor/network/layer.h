/* SPDX-License-Identifier: MIT
 * Inside network/ only: how one section of a cfg becomes one layer. network.c walks the sections;
 * layer_kinds.c names the kinds and the keys of each; layer_weights.c, layer_shapes.c,
 * layer_joins.c and layer_heads.c hold the formulas; layer_options.c reads the numbers. */
#ifndef PM_LAYER_H
#define PM_LAYER_H

#include "network/cfg.h"
#include "network/network.h"

#include <limits.h>

/* One layer being read: what came before it and where to complain. */
struct pm_layer_site {
    const struct pm_cfg *cfg;
    const struct pm_cfg_section *section;
    const struct pm_network *net; /* layer[0 .. index-1] are complete */
    size_t index;
    struct pm_arena *arena;
    struct pm_err *err;
};

/* Fills *layer, whose kind, line, w, h, c and inputs are set. */
typedef int pm_layer_read(const struct pm_layer_site *site, struct pm_layer *layer);

struct pm_layer_kind {
    const char *name;
    const char *alias; /* Darknet's short name, or NULL */
    pm_layer_read *read;
    const char *keys; /* options Darknet reads, between blanks; the common ones are not repeated */
};

/* NULL with err filled when Darknet has no such kind or pickmodel does not support it. */
const struct pm_layer_kind *pm_layer_kind_find(const struct pm_layer_site *site);
/* Count in net the options of the site's section that Darknet would pass over. kind NULL: [net].
 * Fails on one of the forks that makes it another network. */
int pm_layer_keys_check(const struct pm_layer_site *site, const struct pm_layer_kind *kind,
                        struct pm_network *net);

/* PM_EDATA at the line of the option, or of the section when option is NULL. Returns -1. */
int pm_layer_fail(const struct pm_layer_site *site, const struct pm_cfg_option *option,
                  const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Whole number within [min, max]; fallback when the key is absent. */
int pm_layer_long(const struct pm_layer_site *site, const char *key, long fallback, long min,
                  long max, long *out);
/* 0 or 1. */
int pm_layer_bool(const struct pm_layer_site *site, const char *key, bool *out);
/* "1,2,-3": *out in the arena, empty when the key is absent. */
int pm_layer_longs(const struct pm_layer_site *site, const char *key, const long **out, size_t *n);
/* How many numbers "1.5,2" holds; 0 when the key is absent. */
int pm_layer_count(const struct pm_layer_site *site, const char *key, size_t *n);
/* The layer's activation, fallback when absent; one that Darknet has not makes it `beyond`. */
int pm_layer_activation(const struct pm_layer_site *site, const char *fallback,
                        struct pm_layer *layer);
/* "-1" or "12" made an index of an earlier layer. */
int pm_layer_index(const struct pm_layer_site *site, const char *key, long value, size_t *out);

/* Refused unless what comes in has a width, a height and channels. */
int pm_layer_wants_image(const struct pm_layer_site *site, const struct pm_layer *layer);
/* Sets out_w, out_h, out_c and outputs; refused when the product overflows Darknet's int. */
int pm_layer_yields(const struct pm_layer_site *site, struct pm_layer *layer, long w, long h,
                    long c);
/* The same for a layer that yields a plain vector. */
int pm_layer_yields_vector(const struct pm_layer_site *site, struct pm_layer *layer,
                           double outputs);
/* Refused when a count Darknet keeps in an int does not fit. */
int pm_layer_counts(const struct pm_layer_site *site, const char *what, double count);

#define PM_LAYER_INT_MAX ((double)INT_MAX)

pm_layer_read pm_layer_read_convolutional, pm_layer_read_connected, pm_layer_read_local;
pm_layer_read pm_layer_read_maxpool, pm_layer_read_avgpool, pm_layer_read_crop;
pm_layer_read pm_layer_read_upsample, pm_layer_read_reorg, pm_layer_read_dropout;
pm_layer_read pm_layer_read_activation, pm_layer_read_normalization;
pm_layer_read pm_layer_read_route, pm_layer_read_shortcut;
pm_layer_read pm_layer_read_local_avgpool, pm_layer_read_scale_channels; /* beyond Darknet */
pm_layer_read pm_layer_read_softmax, pm_layer_read_cost, pm_layer_read_detection;
pm_layer_read pm_layer_read_region, pm_layer_read_yolo;

#endif
