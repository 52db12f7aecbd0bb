/* SPDX-License-Identifier: MIT
 * Convolution as matrix products: weights (filters x window) times the image's windows as columns
 * (im2col), by OpenBLAS, a tile of columns at a time.
 *
 * Sizes: m filters of a group, k values of a window (channels of the group x size x size), and a
 * column an output pixel. A tile is whole rows of the output. */
#include "engines/darknet_blas/blas_layers.h"

#include <cblas.h>
#include <omp.h>
#include <string.h>

/* A tile should stay in the cache between its making and the product; but each product packs all
 * weights anew, so that a tile must not be narrow either. */
#define TILE_BYTES   (1 << 20)
#define TILE_COLUMNS 768

struct shape {
    int m, k, rows; /* rows of the output in a tile */
    int tiles;      /* of an image and group */
    bool plain;     /* 1x1: the image is its own matrix of columns */
};

static struct shape shape_of(const layer *l, int threads)
{
    struct shape s = {.m = l->n / l->groups, .k = l->c / l->groups * l->size * l->size};
    s.plain = l->size == 1 && l->stride == 1 && l->pad == 0;
    const int by_cache = TILE_BYTES / (int)sizeof(float) / s.k;
    const int columns = by_cache > TILE_COLUMNS ? by_cache : TILE_COLUMNS;
    s.rows = columns / l->out_w;
    if (s.rows < 1)
        s.rows = 1;
    if (s.rows > l->out_h)
        s.rows = l->out_h;
    s.tiles = (l->out_h + s.rows - 1) / s.rows;
    /* as many tiles as the threads share evenly, and all of nearly the same height: 28 rows are 14
     * and 14, not 27 and 1 */
    const int items = s.tiles * l->groups;
    if (items % threads != 0 && l->out_h >= threads && l->groups == 1)
        s.tiles = (items / threads + 1) * threads;
    s.rows = (l->out_h + s.tiles - 1) / s.tiles;
    s.tiles = (l->out_h + s.rows - 1) / s.rows;
    return s;
}

/* Few columns: a tile for each thread would be narrow, so the filters are shared out instead. */
static bool by_filters(const layer *l, const struct shape *s, int threads)
{
    const int columns = l->out_w * l->out_h;
    return threads > 1 && l->groups == 1 && columns < 2 * TILE_COLUMNS && s->m >= 32 * threads &&
           s->m >= columns / 4;
}

static size_t padded(size_t floats)
{
    return (floats + 15) & ~(size_t)15; /* each thread's part begins on a cache line */
}

size_t pm_blas_scratch(const layer *l, int threads)
{
    const struct shape s = shape_of(l, threads);
    if (s.plain)
        return 0;
    if (by_filters(l, &s, threads))
        return padded((size_t)s.k * (size_t)l->out_w * (size_t)l->out_h);
    return padded((size_t)s.k * (size_t)s.rows * (size_t)l->out_w) * (size_t)threads;
}

/* One row of one channel, seen from offset (kx) of the window: out_w values. */
static void gather_row(const layer *l, const float *row, int kx, float *out)
{
    int first = 0, end = l->out_w; /* those inside the image */
    if (l->pad > kx)
        first = (l->pad - kx + l->stride - 1) / l->stride;
    const int last = (l->w - 1 + l->pad - kx) / l->stride;
    if (end > last + 1)
        end = last + 1;
    if (l->w - 1 + l->pad - kx < 0)
        end = 0;
    if (first > end)
        first = end;
    for (int x = 0; x < first; x++)
        out[x] = 0;
    const float *in = row + ((ptrdiff_t)first * l->stride + kx - l->pad);
    if (l->stride == 1) {
        memcpy(out + first, in, (size_t)(end - first) * sizeof *out);
    } else {
        for (int x = first; x < end; x++)
            out[x] = in[(ptrdiff_t)(x - first) * l->stride];
    }
    for (int x = end; x < l->out_w; x++)
        out[x] = 0;
}

/* The windows of rows y0 to y1 of the output, of one channel: size x size rows of columns. */
static void gather(const layer *l, const float *channel, int y0, int y1, float *out)
{
    const size_t columns = (size_t)(y1 - y0) * (size_t)l->out_w;
    for (int ky = 0; ky < l->size; ky++) {
        for (int kx = 0; kx < l->size; kx++, out += columns) {
            for (int y = y0; y < y1; y++) {
                float *at = out + (size_t)(y - y0) * (size_t)l->out_w;
                const int in_y = y * l->stride + ky - l->pad;
                if (in_y < 0 || in_y >= l->h)
                    memset(at, 0, (size_t)l->out_w * sizeof *at);
                else
                    gather_row(l, channel + (size_t)in_y * (size_t)l->w, kx, at);
            }
        }
    }
}

/* Filters m0 to m1 of a group over `columns` pixels, then bias and activation while they are in
 * the cache. output: of the group's first filter and the first pixel. */
static void multiply(const layer *l, int group, int m0, int m1, const struct shape *s,
                     const float *columns, int wide, int pitch, float *output)
{
    const int pixels = l->out_w * l->out_h, filter = group * s->m;
    float *out = output + (size_t)m0 * (size_t)pixels;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m1 - m0, wide, s->k, 1,
                l->weights + (size_t)(filter + m0) * (size_t)s->k, s->k, columns, pitch, 0, out,
                pixels);
    for (int m = m0; m < m1; m++, out += pixels)
        pm_blas_activate(l->activation, l->biases[filter + m], out, (size_t)wide);
}

static float *output_of(const layer *l, int image, int group, const struct shape *s)
{
    return l->output + (size_t)image * (size_t)l->outputs +
           (size_t)group * (size_t)s->m * (size_t)(l->out_w * l->out_h);
}

static const float *input_of(const layer *l, const network *net, int image, int group)
{
    return net->input + (size_t)image * (size_t)l->inputs +
           (size_t)group * (size_t)(l->c / l->groups) * (size_t)(l->w * l->h);
}

static void one_tile(const layer *l, const network *net, const struct shape *s, int item,
                     float *scratch)
{
    const int tile = item % s->tiles, group = item / s->tiles % l->groups;
    const int image = item / s->tiles / l->groups;
    const int y0 = tile * s->rows, y1 = y0 + s->rows < l->out_h ? y0 + s->rows : l->out_h;
    const int wide = (y1 - y0) * l->out_w, first = y0 * l->out_w;
    const float *input = input_of(l, net, image, group);
    float *output = output_of(l, image, group, s) + first;
    if (s->plain) {
        multiply(l, group, 0, s->m, s, input + first, wide, l->out_w * l->out_h, output);
        return;
    }
    const int window = l->size * l->size;
    for (int c = 0; c < s->k / window; c++)
        gather(l, input + (size_t)c * (size_t)(l->w * l->h), y0, y1,
               scratch + (size_t)c * (size_t)window * (size_t)wide);
    multiply(l, group, 0, s->m, s, scratch, wide, wide, output);
}

static void share_filters(const layer *l, const network *net, const struct shape *s, int image)
{
    const int pixels = l->out_w * l->out_h, window = l->size * l->size;
    const float *input = input_of(l, net, image, 0);
    const float *columns = s->plain ? input : net->workspace;
    float *output = output_of(l, image, 0, s);
    const int parts = pm_blas_threads(net);
#pragma omp parallel num_threads(parts)
    {
        if (!s->plain) {
#pragma omp for schedule(static)
            for (int c = 0; c < l->c; c++)
                gather(l, input + (size_t)c * (size_t)(l->w * l->h), 0, l->out_h,
                       net->workspace + (size_t)c * (size_t)window * (size_t)pixels);
        }
#pragma omp for schedule(static)
        for (int p = 0; p < parts; p++)
            multiply(l, 0, s->m * p / parts, s->m * (p + 1) / parts, s, columns, pixels, pixels,
                     output);
    }
}

void pm_blas_convolutional(layer l, network net)
{
    const int threads = pm_blas_threads(&net);
    const struct shape s = shape_of(&l, threads);
    if (by_filters(&l, &s, threads)) {
        for (int image = 0; image < l.batch; image++)
            share_filters(&l, &net, &s, image);
        return;
    }
    const int items = l.batch * l.groups * s.tiles;
    const size_t part = padded((size_t)s.k * (size_t)s.rows * (size_t)l.out_w);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (int item = 0; item < items; item++) {
        const size_t thread = (size_t)omp_get_thread_num();
        one_tile(&l, &net, &s, item, s.plain ? NULL : net.workspace + thread * part);
    }
}
