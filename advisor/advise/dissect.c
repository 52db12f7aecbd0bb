/* SPDX-License-Identifier: MIT */
#include "advise/dissect.h"

#include "advise/ways.h"
#include "base/err.h"
#include "record/catalogue.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MUCH      0.25 /* of the parameters in one layer: worth a word */
#define UNEVEN    0.08 /* more of the time than of the operations */
#define HALF      0.5
#define MIB       1048576.0
#define A_FLOAT   4.0
#define SOME_MACS 0.02 /* of the operations: a kind of work to speak of */

const char *pm_layer_text(const struct pm_layer *l, struct pm_arena *arena)
{
    char stride[32] = "", kernel[64] = "";
    if (l->stride > 1)
        snprintf(stride, sizeof stride, " /%ld", l->stride);
    if (l->size > 0)
        snprintf(kernel, sizeof kernel, "%ldx%ld ", l->size_x > 0 ? l->size_x : l->size,
                 l->size_y > 0 ? l->size_y : l->size);
    if (strcmp(l->kind, "convolutional") == 0)
        return pm_arena_printf(arena, "%s%s%s%s", kernel,
                               l->groups <= 1      ? "conv"
                               : l->groups == l->c ? "depthwise"
                                                   : "grouped conv",
                               stride, l->dilation > 1 ? " dilated" : "");
    return pm_arena_printf(arena, "%s%s%s", l->size > 0 ? kernel : "", l->kind, stride);
}

/* ---- in words ---- */

static int say(struct pm_dissection *d, const char *text, struct pm_err *err)
{
    if (text == NULL)
        return pm_fail_nomem(err);
    if (d->findings < sizeof d->finding / sizeof *d->finding)
        d->finding[d->findings++] = text;
    return 0;
}

static int say_parameters(struct pm_dissection *d, struct pm_err *err)
{
    const struct pm_network *net = d->net;
    size_t most = 0;
    for (size_t i = 1; i < net->layers; i++)
        most = net->layer[i].params > net->layer[most].params ? i : most;
    const double share = net->params > 0 ? net->layer[most].params / net->params : 0;
    if (share < MUCH || net->layers < 2)
        return 0;
    return say(d,
               pm_arena_printf(&d->arena,
                               "%.4g of its %.4g million parameters (%.0f %%) are in one layer: "
                               "%zu, %s, line %zu of the cfg.",
                               net->layer[most].params / 1e6, net->params / 1e6, 100 * share, most,
                               pm_layer_text(&net->layer[most], &d->arena), net->layer[most].line),
               err);
}

static int say_activations(struct pm_dissection *d, struct pm_err *err)
{
    const struct pm_network *net = d->net;
    size_t most = 0;
    for (size_t i = 1; i < net->layers; i++)
        most = net->layer[i].outputs > net->layer[most].outputs ? i : most;
    if (net->layers < 2)
        return 0;
    return say(d,
               pm_arena_printf(&d->arena,
                               "An image takes %.3g MiB of activations, most of all the %.3g MiB "
                               "of layer %zu, %s, at %ldx%ld.",
                               net->activation_bytes / MIB,
                               net->layer[most].outputs * A_FLOAT / MIB, most,
                               pm_layer_text(&net->layer[most], &d->arena), net->layer[most].out_w,
                               net->layer[most].out_h),
               err);
}

enum work { DENSE, POINTWISE, SEPARATE, CONNECTED, OTHER, WORKS };
static const struct {
    const char *name, *why; /* why it takes more time than its operations say */
} works[WORKS] = {
    [DENSE] = {"convolutions with larger kernels", "their windows are laid out for the product"},
    [POINTWISE] = {"1x1 convolutions", "many small products"},
    [SEPARATE] = {"depthwise and grouped convolutions",
                  "few operations for each value that is moved, so memory sets the pace"},
    [CONNECTED] = {"connected layers",
                   "each weight is read from memory for a single multiplication"},
    [OTHER] = {"pooling, shortcuts, routes and the like", "they only move values"},
};

static enum work work_of(const struct pm_layer *l)
{
    if (strcmp(l->kind, "connected") == 0)
        return CONNECTED;
    if (strcmp(l->kind, "convolutional") != 0)
        return OTHER;
    return l->groups > 1 ? SEPARATE : l->size == 1 ? POINTWISE : DENSE;
}

/* The kind of work that takes most time over its share of the operations. */
static int say_uneven(struct pm_dissection *d, struct pm_err *err)
{
    double ms[WORKS] = {0}, macs[WORKS] = {0}, all = 0;
    for (size_t i = 0; i < d->net->layers; i++) {
        const enum work k = work_of(&d->net->layer[i]);
        ms[k] += d->ms[i];
        macs[k] += d->net->layer[i].macs;
        all += d->net->layer[i].macs;
    }
    int worst = -1;
    double over = UNEVEN;
    for (int k = 0; k < WORKS && all > 0 && d->total_ms > 0; k++) {
        const double excess = ms[k] / d->total_ms - macs[k] / all;
        if (excess > over) {
            over = excess;
            worst = k;
        }
    }
    if (worst < 0)
        return 0;
    return say(d,
               pm_arena_printf(&d->arena,
                               "%.0f %% of the time goes into %s, which do %.0f %% of the "
                               "operations: %s.",
                               100 * ms[worst] / d->total_ms, works[worst].name,
                               100 * macs[worst] / all, works[worst].why),
               err);
}

/* The fewest layers that take half of it. */
static int say_half(struct pm_dissection *d, struct pm_err *err)
{
    const size_t n = d->net->layers;
    bool *taken = pm_arena_alloc(&d->arena, n + 1, sizeof *taken);
    double sum = 0;
    size_t count = 0, first = 0;
    if (taken == NULL)
        return pm_fail_nomem(err);
    for (; count < n && sum < HALF * d->total_ms; count++) {
        size_t most = n;
        for (size_t i = 0; i < n; i++)
            most = !taken[i] && (most == n || d->ms[i] > d->ms[most]) ? i : most;
        first = count == 0 ? most : first;
        taken[most] = true;
        sum += d->ms[most];
    }
    return say(d,
               pm_arena_printf(&d->arena,
                               "%zu of its %zu layers take%s half of the time; the slowest is %zu, "
                               "%s, with %.0f %%.",
                               count, n, count == 1 ? "s" : "", first,
                               pm_layer_text(&d->net->layer[first], &d->arena),
                               100 * d->ms[first] / d->total_ms),
               err);
}

static int say_density(struct pm_dissection *d, struct pm_err *err)
{
    const struct pm_standing *s = &d->standing[PM_STANDINGS - 1];
    if (s->place == 0 || s->of < 3)
        return 0;
    const char *why = d->known->connected_share > HALF
                          ? pm_arena_printf(&d->arena, ": %.0f %% of them are in connected layers",
                                            100 * d->known->connected_share)
                          : "";
    return say(d,
               why == NULL ? NULL
                           : pm_arena_printf(&d->arena,
                                             "For each million parameters it has %s of top-1, "
                                             "place %zu of %zu%s.",
                                             s->value, s->place, s->of, why),
               err);
}

/* ---- among the others ---- */

static struct pm_quantity top1(const struct pm_candidate *c)
{
    return c->figure[PM_TOP1];
}
static struct pm_quantity gops(const struct pm_candidate *c)
{
    return c->gops;
}
static struct pm_quantity params(const struct pm_candidate *c)
{
    return c->figure[PM_PARAMS];
}
static struct pm_quantity latency(const struct pm_candidate *c)
{
    return c->figure[PM_LATENCY];
}
static struct pm_quantity memory(const struct pm_candidate *c)
{
    return c->figure[PM_MEMORY];
}
static struct pm_quantity power(const struct pm_candidate *c)
{
    return c->figure[PM_POWER];
}
static struct pm_quantity density(const struct pm_candidate *c)
{
    const struct pm_quantity t = top1(c), p = params(c);
    if (!pm_known(t) || !pm_known(p) || !(p.value > 0))
        return (struct pm_quantity){0};
    return pm_quantity_of(t.value / p.value, PM_COMPUTED);
}

static const struct {
    const char *title;
    struct pm_quantity (*of)(const struct pm_candidate *c);
    enum pm_metric metric; /* how it is written; PM_METRICS: see write_value */
    bool most;             /* more is better */
} kinds[PM_STANDINGS] = {
    {"top-1", top1, PM_TOP1, true},
    {"inference time", latency, PM_LATENCY, false},
    {"power", power, PM_POWER, false},
    {"memory", memory, PM_MEMORY, false},
    {"operations", gops, PM_METRICS, false},
    {"parameters", params, PM_PARAMS, false},
    {"information density", density, PM_METRICS, true},
};

static void write_value(struct pm_dissection *d, int k, double value)
{
    char text[40];
    struct pm_standing *s = &d->standing[k];
    if (kinds[k].metric < PM_METRICS)
        s->value =
            pm_arena_dup(&d->arena, pm_metric_text(kinds[k].metric, value, text, sizeof text));
    else if (k == PM_STANDINGS - 1)
        s->value = pm_arena_printf(&d->arena, "%.1f %%", value);
    else
        s->value = pm_arena_printf(&d->arena, "%.4g G", value);
}

static void stand(struct pm_dissection *d, int k, const struct pm_candidate *c, size_t n,
                  size_t own)
{
    struct pm_standing *s = &d->standing[k];
    const struct pm_quantity mine = kinds[k].of(&c[own]);
    double best = 0, worst = 0;
    s->title = kinds[k].title;
    if (!pm_known(mine))
        return;
    write_value(d, k, mine.value);
    s->place = 1;
    for (size_t i = 0; i < n; i++) {
        const struct pm_quantity q = kinds[k].of(&c[i]);
        if (!pm_known(q) || (i != own && !pm_same_way(&c[i], &c[own])))
            continue;
        const double claim = kinds[k].most ? q.value : -q.value;
        const double ours = kinds[k].most ? mine.value : -mine.value;
        s->place += claim > ours;
        if (s->of == 0 || claim > best) {
            best = claim;
            s->best = c[i].title;
        }
        if (s->of == 0 || claim < worst) {
            worst = claim;
            s->worst = c[i].title;
        }
        s->of++;
    }
}

int pm_dissect(struct pm_dissection *d, const struct pm_candidate *candidate, size_t n, size_t own,
               struct pm_err *err)
{
    d->total_ms = 0;
    for (size_t i = 0; d->ms != NULL && i < d->net->layers; i++)
        d->total_ms += d->ms[i];
    for (int k = 0; k < PM_STANDINGS; k++) {
        d->standing[k].title = kinds[k].title;
        if (n > 0)
            stand(d, k, candidate, n, own);
    }
    for (size_t i = 0; i < n; i++)
        d->others += i == own || pm_same_way(&candidate[i], &candidate[own]);
    if (say_parameters(d, err) != 0 || say_activations(d, err) != 0 ||
        (d->total_ms > 0 && (say_half(d, err) != 0 || say_uneven(d, err) != 0)))
        return -1;
    return say_density(d, err);
}

void pm_dissection_done(struct pm_dissection *d)
{
    pm_arena_done(&d->arena);
}
