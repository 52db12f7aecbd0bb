/* SPDX-License-Identifier: MIT
 * From an image of any size to what a network takes in, the way its weights were validated. Values
 * are planar, 0 to 1, row by row. The resizing is Darknet's own, bilinear between corner pixels,
 * without smoothing. */
#ifndef PM_PREPROCESS_H
#define PM_PREPROCESS_H

#include <stdbool.h>
#include <stddef.h>

struct pm_pixels {
    long w, h, c;
    float *data; /* c planes of h rows of w */
};

enum pm_preprocess {
    PM_DARKNET_CENTER_CROP, /* the largest centred square, resized: `darknet classifier valid` */
    PM_DARKNET_LETTERBOX,   /* resized to fit, the rest 0.5: network_predict_image */
    PM_STRETCH,             /* resized, whatever its shape */
    PM_CENTER_CROP_875,     /* the centred square of .875 of the shorter side, resized */
    PM_PREPROCESSES
};
extern const char *const pm_preprocess_names[PM_PREPROCESSES];
bool pm_preprocess_parse(const char *name, enum pm_preprocess *out);

/* out holds in->c planes of w x h. false: out of memory. */
bool pm_preprocess(const struct pm_pixels *in, enum pm_preprocess how, long w, long h, float *out);

#endif
