/* SPDX-License-Identifier: MIT
 * Our preparation of images against libdarknet's own functions, on random images of many shapes. */
#include "images/preprocess.c" /* the program it belongs to does not link Darknet */

#include <darknet.h>
#include <math.h>
#include <stdio.h>

/* Exported, but in no header. */
image center_crop_image(image im, int w, int h);

static float value(unsigned *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (float)(*seed >> 8 & 255U) / 255;
}

static double off(const image *theirs, const float *ours)
{
    double most = 0;
    for (int i = 0; i < theirs->w * theirs->h * theirs->c; i++)
        most = fmax(most, fabs((double)theirs->data[i] - (double)ours[i]));
    return most;
}

static void compare(int w, int h, int side, unsigned seed)
{
    image im = make_image(w, h, 3);
    float *out = malloc(sizeof *out * 3 * (size_t)side * (size_t)side);
    for (int i = 0; i < w * h * 3; i++)
        im.data[i] = value(&seed);
    const struct pm_pixels in = {w, h, 3, im.data};
    const struct {
        enum pm_preprocess how;
        image theirs;
    } kind[] = {{PM_DARKNET_CENTER_CROP, center_crop_image(im, side, side)},
                {PM_DARKNET_LETTERBOX, letterbox_image(im, side, side)},
                {PM_STRETCH, resize_image(im, side, side)}};
    for (size_t k = 0; k < sizeof kind / sizeof *kind; k++) {
        const bool done = pm_preprocess(&in, kind[k].how, side, side, out);
        const double most = done ? off(&kind[k].theirs, out) : 1;
        printf("%s %s of %dx%d to %d: off by %.1g\n", most < 1e-6 ? "ok" : "not ok",
               pm_preprocess_names[kind[k].how], w, h, side, most);
        free_image(kind[k].theirs);
    }
    free(out);
    free_image(im);
}

int main(void)
{
    const int shape[][3] = {{28, 28, 28},   {40, 28, 28}, {28, 61, 28}, {640, 427, 224},
                            {97, 333, 256}, {3, 5, 32},   {1, 7, 8}};
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++)
        compare(shape[i][0], shape[i][1], shape[i][2], (unsigned)i + 1);
    return 0;
}
