/* SPDX-License-Identifier: MIT
 * Pixels from files of strangers: pictures through gdk-pixbuf, turned as their EXIF orientation
 * says, and IDX files (those of MNIST and its like), which may be gzipped. */
#ifndef PM_DECODE_H
#define PM_DECODE_H

#include "images/preprocess.h"

struct pm_err;

/* channels: 3 (red, green, blue) or 1 (luminance); transparency is left out. PM_EDATA says what is
 * wrong: no image, cut short, too large. The caller frees out->data. */
int pm_decode_file(const char *path, long channels, struct pm_pixels *out, struct pm_err *err);

struct pm_idx {
    size_t n;             /* images, or labels */
    long w, h;            /* 0 for labels */
    unsigned char *bytes; /* n times w x h, or n labels */
};
int pm_idx_load(const char *path, struct pm_idx *out, struct pm_err *err);
void pm_idx_done(struct pm_idx *idx);
/* One image of it, the same in each channel. */
int pm_idx_image(const struct pm_idx *idx, size_t index, long channels, struct pm_pixels *out,
                 struct pm_err *err);

#endif
