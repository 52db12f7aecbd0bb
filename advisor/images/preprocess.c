/* SPDX-License-Identifier: MIT */
#include "images/preprocess.h"

#include <stdlib.h>
#include <string.h>

const char *const pm_preprocess_names[PM_PREPROCESSES] = {
    [PM_DARKNET_CENTER_CROP] = "darknet-center-crop",
    [PM_DARKNET_LETTERBOX] = "darknet-letterbox",
    [PM_STRETCH] = "stretch",
    [PM_CENTER_CROP_875] = "center-crop-875"};

bool pm_preprocess_parse(const char *name, enum pm_preprocess *out)
{
    for (int i = 0; i < PM_PREPROCESSES; i++) {
        if (strcmp(pm_preprocess_names[i], name) == 0) {
            *out = (enum pm_preprocess)i;
            return true;
        }
    }
    return false;
}

/* A rectangle of an image; a window of the whole needs no copy. */
struct window {
    const struct pm_pixels *of;
    long x, y, w, h;
};

static const float *row_of(const struct window *from, long plane, long y)
{
    const struct pm_pixels *p = from->of;
    return p->data + ((size_t)plane * (size_t)p->h + (size_t)(from->y + y)) * (size_t)p->w +
           from->x;
}

/* As resize_image of libdarknet: first along x, then along y, the corners staying where they are.
 */
static void resize_row(const float *row, long from, long to, float *out)
{
    const float scale = to > 1 ? (float)(from - 1) / (float)(to - 1) : 0;
    for (long x = 0; x < to; x++) {
        if (x == to - 1 || from == 1) {
            out[x] = row[from - 1];
            continue;
        }
        const float at = (float)x * scale;
        const long left = (long)at;
        const float part = at - (float)left;
        out[x] = (1 - part) * row[left] + part * row[left + 1];
    }
}

static bool resize(const struct window *from, long w, long h, float *out)
{
    float *rows = malloc((size_t)from->h * (size_t)w * sizeof *rows);
    const float scale = h > 1 ? (float)(from->h - 1) / (float)(h - 1) : 0;
    if (rows == NULL)
        return false;
    for (long plane = 0; plane < from->of->c; plane++) {
        for (long y = 0; y < from->h; y++)
            resize_row(row_of(from, plane, y), from->w, w, rows + y * w);
        for (long y = 0; y < h; y++) {
            const float at = (float)y * scale;
            const long top = (long)at;
            const float part = at - (float)top;
            float *line = out + ((size_t)plane * (size_t)h + (size_t)y) * (size_t)w;
            for (long x = 0; x < w; x++) {
                line[x] = (1 - part) * rows[top * w + x];
                if (y < h - 1 && from->h > 1)
                    line[x] += part * rows[(top + 1) * w + x];
            }
        }
    }
    free(rows);
    return true;
}

static struct window whole(const struct pm_pixels *in)
{
    return (struct window){in, 0, 0, in->w, in->h};
}

static struct window centre(const struct pm_pixels *in, long w, long h)
{
    return (struct window){in, (in->w - w) / 2, (in->h - h) / 2, w, h};
}

/* Resized to rw x rh, which fit, and set into the middle of w x h of grey. */
static bool place(const struct pm_pixels *in, long rw, long rh, long w, long h, float *out)
{
    const struct window all = whole(in);
    struct pm_pixels sized = {.w = rw, .h = rh, .c = in->c};
    const size_t values = (size_t)w * (size_t)h * (size_t)in->c;
    sized.data = malloc((size_t)rw * (size_t)rh * (size_t)in->c * sizeof *sized.data);
    if (sized.data == NULL || !resize(&all, rw, rh, sized.data)) {
        free(sized.data);
        return false;
    }
    for (size_t i = 0; i < values; i++)
        out[i] = .5F;
    const long dx = (w - rw) / 2, dy = (h - rh) / 2;
    for (long plane = 0; plane < in->c; plane++) {
        for (long y = 0; y < rh; y++)
            memcpy(out + (plane * h + y + dy) * w + dx, sized.data + (plane * rh + y) * rw,
                   (size_t)rw * sizeof *out);
    }
    free(sized.data);
    return true;
}

static bool letterbox(const struct pm_pixels *in, long w, long h, float *out)
{
    long rw = w, rh = h;
    if ((float)w / (float)in->w < (float)h / (float)in->h)
        rh = in->h * w / in->w;
    else
        rw = in->w * h / in->h;
    return place(in, rw > 0 ? rw : 1, rh > 0 ? rh : 1, w, h, out);
}

/* The middle of the image that would be left of it, taken first: a strip of 1 x 60,000 would be
 * resized to gigabytes. */
static struct window middle_875(const struct pm_pixels *in, long w, long h)
{
    const long shorter = in->w < in->h ? in->w : in->h, side = w > h ? w : h;
    const long cw = (long)(.875 * (double)shorter * (double)w / (double)side + .5);
    const long ch = (long)(.875 * (double)shorter * (double)h / (double)side + .5);
    return centre(in, cw > 0 ? cw : 1, ch > 0 ? ch : 1);
}

bool pm_preprocess(const struct pm_pixels *in, enum pm_preprocess how, long w, long h, float *out)
{
    const long shorter = in->w < in->h ? in->w : in->h;
    struct window from = whole(in);
    switch (how) {
    case PM_DARKNET_LETTERBOX:
        return letterbox(in, w, h, out);
    case PM_CENTER_CROP_875:
        from = middle_875(in, w, h);
        break;
    case PM_DARKNET_CENTER_CROP:
        from = centre(in, shorter, shorter);
        break;
    case PM_STRETCH:
    case PM_PREPROCESSES:
        break;
    }
    return resize(&from, w, h, out);
}
