/* SPDX-License-Identifier: MIT
 * Everything but convolutions. */
#include "engines/darknet_blas/blas_layers.h"

#include <cblas.h>
#include <float.h>
#include <math.h>
#include <string.h>

int pm_blas_threads(const network *net)
{
    const char *scratch = (const char *)net->workspace;
    const struct pm_blas_workspace *w =
        (const void *)(scratch - offsetof(struct pm_blas_workspace, scratch));
    return w->threads;
}

bool pm_blas_knows(ACTIVATION a)
{
    return a == LINEAR || a == RELU || a == LEAKY || a == LOGISTIC;
}

PM_BLAS_VECTORS
static void activate_all(ACTIVATION a, float bias, float *x, size_t n)
{
    switch (a) {
    case RELU:
        for (size_t i = 0; i < n; i++) {
            const float v = x[i] + bias;
            x[i] = v > 0 ? v : 0;
        }
        break;
    case LEAKY:
        for (size_t i = 0; i < n; i++) {
            const float v = x[i] + bias, tenth = .1F * v;
            x[i] = v > tenth ? v : tenth; /* asking v > 0 would be a branch a value, no vector */
        }
        break;
    case LOGISTIC:
        for (size_t i = 0; i < n; i++)
            x[i] = 1 / (1 + expf(-(x[i] + bias)));
        break;
    default: /* LINEAR: pm_blas_knows no other */
        for (size_t i = 0; i < n; i++)
            x[i] += bias;
        break;
    }
}

void pm_blas_activate(ACTIVATION a, float bias, float *x, size_t n)
{
    activate_all(a, bias, x, n); /* a function with two copies would be seen outside the library */
}

/* Outputs from first to end, of all images. One image is a matrix times a vector: a product of
 * matrices would pack all weights for a single use. */
static void connect(const layer *l, const float *input, int first, int end)
{
    const float *weights = l->weights + (size_t)first * (size_t)l->inputs;
    if (l->batch == 1)
        cblas_sgemv(CblasRowMajor, CblasNoTrans, end - first, l->inputs, 1, weights, l->inputs,
                    input, 1, 0, l->output + first, 1);
    else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, l->batch, end - first, l->inputs, 1,
                    input, l->inputs, weights, l->inputs, 0, l->output + first, l->outputs);
    for (int b = 0; b < l->batch; b++) {
        float *out = l->output + (size_t)b * (size_t)l->outputs;
        for (int i = first; i < end; i++)
            out[i] += l->biases[i];
        pm_blas_activate(l->activation, 0, out + first, (size_t)(end - first));
    }
}

void pm_blas_connected(layer l, network net)
{
    const int parts = pm_blas_threads(&net);
#pragma omp parallel for num_threads(parts) schedule(static)
    for (int p = 0; p < parts; p++)
        connect(&l, net.input, (int)((long)l.outputs * p / parts),
                (int)((long)l.outputs * (p + 1) / parts));
}

/* One row of the output: the largest of each window, whose rows are inside already. */
static void pool_row(const layer *l, const float *channel, int y0, int y1, float *out)
{
    for (int x = 0; x < l->out_w; x++) {
        const int left = x * l->stride - l->pad / 2;
        const int x0 = left < 0 ? 0 : left;
        const int x1 = left + l->size < l->w ? left + l->size : l->w;
        float max = -FLT_MAX;
        for (int y = y0; y < y1; y++) {
            const float *row = channel + (size_t)y * (size_t)l->w;
            for (int i = x0; i < x1; i++)
                max = row[i] > max ? row[i] : max;
        }
        out[x] = max;
    }
}

void pm_blas_maxpool(layer l, network net)
{
    const int channels = l.batch * l.c;
#pragma omp parallel for num_threads(pm_blas_threads(&net)) schedule(static)
    for (int c = 0; c < channels; c++) {
        const float *channel = net.input + (size_t)c * (size_t)(l.w * l.h);
        float *out = l.output + (size_t)c * (size_t)(l.out_w * l.out_h);
        for (int y = 0; y < l.out_h; y++, out += l.out_w) {
            const int top = y * l.stride - l.pad / 2;
            const int y1 = top + l.size < l.h ? top + l.size : l.h;
            pool_row(&l, channel, top < 0 ? 0 : top, y1, out);
        }
    }
}

/* Of the layer added, w x h x c (l.w, l.h, l.c), every stride-th value goes to every sample-th of
 * ours: one of the two is 1. */
static void add_sampled(const layer *l, const float *add, int image, int channel, float *out)
{
    const int stride = l->w > l->out_w ? l->w / l->out_w : 1;
    const int sample = l->out_w > l->w ? l->out_w / l->w : 1;
    const int w = l->w < l->out_w ? l->w : l->out_w, h = l->h < l->out_h ? l->h : l->out_h;
    add += ((size_t)image * (size_t)l->c + (size_t)channel) * (size_t)(l->w * l->h);
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            float *o = &out[(size_t)(y * sample) * (size_t)l->out_w + (size_t)(x * sample)];
            *o = l->alpha * *o +
                 l->beta * add[(size_t)(y * stride) * (size_t)l->w + (size_t)(x * stride)];
        }
    }
}

/* Equal shapes, the usual case: one pass over memory, which is all the time it takes. */
PM_BLAS_VECTORS
static void add_equal(const layer *l, const float *in, const float *add, float *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = l->alpha * in[i] + l->beta * add[i];
}

void pm_blas_shortcut(layer l, network net)
{
    const float *add = net.layers[l.index].output;
    const int channels = l.batch * l.out_c;
    const size_t pixels = (size_t)l.out_w * (size_t)l.out_h;
    const bool equal = l.w == l.out_w && l.h == l.out_h && l.c == l.out_c;
#pragma omp parallel for num_threads(pm_blas_threads(&net)) schedule(static)
    for (int c = 0; c < channels; c++) {
        const float *in = net.input + (size_t)c * pixels;
        float *out = l.output + (size_t)c * pixels;
        if (equal) {
            add_equal(&l, in, add + (size_t)c * pixels, out, pixels);
        } else {
            memcpy(out, in, pixels * sizeof *out);
            if (c % l.out_c < l.c)
                add_sampled(&l, add, c / l.out_c, c % l.out_c, out);
        }
        pm_blas_activate(l.activation, 0, out, pixels);
    }
}

void pm_blas_route(layer l, network net)
{
    size_t offset = 0;
    for (int i = 0; i < l.n; i++) {
        const size_t size = (size_t)l.input_sizes[i];
        const float *input = net.layers[l.input_layers[i]].output;
        for (int b = 0; b < l.batch; b++)
            memcpy(l.output + offset + (size_t)b * (size_t)l.outputs, input + (size_t)b * size,
                   size * sizeof *input);
        offset += size;
    }
}
