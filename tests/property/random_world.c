/* SPDX-License-Identifier: MIT */
#include "random_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const engine_names[] = {NULL, "alpha", "beta", "imported"};
const char *const precision_names[] = {NULL, "fp32", "int8", "fp16"};
const char *const mode_names[] = {NULL, "nvpmodel 0", "nvpmodel 1"};

/* One convolution of f filters of 3x3 on three channels: 27 f weights and f biases; the file holds
 * 20 bytes and 4 for each value. */
#define CFG(px, filters)                                                                           \
    "[net]\nheight=" #px "\nwidth=" #px "\nchannels=3\n\n[convolutional]\nfilters=" #filters       \
    "\nsize=3\nstride=1\npad=1\nactivation=leaky\n\n[avgpool]\n\n[softmax]\n"
#define VALUES(filters) (28.0 * (filters))
#define BYTES(filters)  (20 + 4 * VALUES(filters))
const struct small_cfg small_cfgs[CFGS] = {
    {"p.cfg", CFG(8, 10), VALUES(10) / 1e6, BYTES(10) / 1048576, 8},
    {"q.cfg", CFG(8, 1000), VALUES(1000) / 1e6, BYTES(1000) / 1048576, 8},
    {"r.cfg", CFG(16, 50000), VALUES(50000) / 1e6, BYTES(50000) / 1048576, 16},
};

const char *status_word(enum entry_status status)
{
    static const char *const words[] = {"complete", "partial", "censored", "failed"};
    return words[status];
}

const char *origin_word(enum origin origin)
{
    static const char *const words[] = {NULL,        "measured",  "published", "declared",
                                        "predicted", "estimated", "computed"};
    return words[origin];
}

long batch_of(const struct item *e)
{
    return e->batch > 0 ? e->batch : 1;
}

/* Two names for one thing: fp32 when absent, batch 1 when absent. */
static int precision_of(const struct item *e)
{
    return e->precision > 0 ? e->precision : 1;
}

bool same_way(const struct item *a, const struct item *b)
{
    return a->net == b->net && a->engine == b->engine && precision_of(a) == precision_of(b) &&
           a->mode == b->mode && a->input_px == b->input_px && batch_of(a) == batch_of(b) &&
           a->threads == b->threads;
}

int paced_of(const struct world *w, size_t i, double fps)
{
    for (size_t j = 0; fps > 0 && j < w->items; j++) {
        if (fabs(w->item[j].fps - fps) <= 1e-12 * fps && same_way(&w->item[i], &w->item[j]))
            return (int)j;
    }
    return -1;
}

void world_drop_item(struct world *w, size_t i)
{
    memmove(&w->item[i], &w->item[i + 1], (w->items - i - 1) * sizeof *w->item);
    w->items--;
}

void world_drop_net(struct world *w, size_t net)
{
    for (size_t i = w->items; i-- > 0;) {
        if (w->item[i].net == (int)net)
            world_drop_item(w, i);
        else
            w->item[i].net -= w->item[i].net > (int)net;
    }
    memmove(&w->net[net], &w->net[net + 1], (w->nets - net - 1) * sizeof *w->net);
    w->nets--;
}

struct figure *item_figure(struct item *e, size_t i)
{
    struct figure *const list[] = {&e->p90,  &e->p95,    &e->p99,  &e->top5,   &e->gops, &e->params,
                                   &e->idle, &e->memory, &e->top1, &e->energy, &e->power};
    return i < sizeof list / sizeof *list ? list[i] : NULL;
}

/* ---- chance ---- */

/* Few distinct values, so that ties and exact bounds are common. */
static const double times[] = {8, 12.5, 16, 33.3, 40, 40, 62.5, 100, 125, 200, 250};
static const double accuracies[] = {56.5, 61, 69.76, 70, 70, 73.25, 76.5, 77.75};
static const double watts[] = {1.25, 2, 3.1, 4, 4.5, 6, 9, 10, 12};
static const double joules[] = {0.05, 0.1, 0.3, 0.4, 0.75, 1, 1.6, 2.5};
static const double idles[] = {0.5, 1.5, 2, 3.75};
static const double sizes[] = {4, 12.5, 64, 96.25, 128, 512};
static const double counts[] = {0.75, 1.5, 5, 25.5, 60};

/* The very number that a reader of the file gets. */
static double as_written(double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.12g", value);
    return strtod(text, NULL);
}

static struct figure maybe(struct dice *d, uint32_t known, double value, enum origin origin,
                           uint32_t interval)
{
    if (!dice_chance(d, known))
        return (struct figure){0};
    value = as_written(value);
    if (!dice_chance(d, interval))
        return (struct figure){origin, value, value, value};
    const double part = dice_chance(d, 50) ? 0.25 : 0.0625;
    return (struct figure){origin, value, as_written(value * (1 - part)),
                           as_written(value * (1 + part))};
}

static void make_net(struct world *w, size_t i, struct dice *d)
{
    struct net *n = &w->net[i];
    static const long images[] = {20, 200, 1000, 1000, 10000};
    snprintf(n->id, sizeof n->id, "net%zu", i);
    n->listed = w->origin == MEASURED ? dice_chance(d, 92) : dice_chance(d, 60);
    n->cfg = (int)dice_below(d, CFGS);
    n->top1 = maybe(d, 80, DICE_ANY(d, accuracies), PUBLISHED, 10);
    n->top5 = maybe(d, 60, n->top1.origin != UNKNOWN ? n->top1.value + 12.5 : 90, PUBLISHED, 0);
    if (n->top1.origin != UNKNOWN && n->top1.hi > 100)
        n->top1.hi = 100;
    n->stand_in = dice_chance(d, 12);
    if (w->origin == MEASURED && n->listed && dice_chance(d, 15)) {
        n->images = DICE_ANY(d, images);
        n->good = (long)((double)n->images * DICE_ANY(d, accuracies) / 100);
    }
}

/* Runs about a typical time, in one to three processes; about every second set with a tail. */
static void make_runs(struct item *e, double typical, struct dice *d)
{
    static const size_t numbers[] = {1, 2, 5, 18, 20, 30, 40, 40, 100};
    const size_t n = DICE_ANY(d, numbers);
    const double spread = dice_chance(d, 40) ? 0.01 : 0.15;
    const uint32_t tail = dice_chance(d, 50) ? 0 : 12;
    e->runs = n;
    e->starts = n < 18 ? 1 : n < 60 ? 2 : 3;
    for (size_t s = 0, left = n; s < e->starts; s++) {
        e->start_n[s] = s + 1 == e->starts ? left : s == 0 ? 12 : 6;
        left -= e->start_n[s];
    }
    for (size_t i = 0; i < n; i++) {
        const double slow = dice_chance(d, tail) ? 1.6 : 1;
        e->ms[i] = floor(1e4 * typical * slow * exp(spread * dice_normal(d))) / 1e4;
    }
    e->rest_ms = dice_chance(d, 40) ? 600 : 0;
    e->others_pct = dice_chance(d, 12) ? 60 : dice_chance(d, 20) ? 3 : 0;
    if (e->status == COMPLETE && n < 36)
        e->status = PARTIAL;
}

static double median_of(const struct item *e)
{
    double sorted[RUNS_MAX];
    for (size_t i = 0; i < e->runs; i++) {
        size_t j = i;
        for (; j > 0 && sorted[j - 1] > e->ms[i]; j--)
            sorted[j] = sorted[j - 1];
        sorted[j] = e->ms[i];
    }
    return e->runs % 2 ? sorted[e->runs / 2] : (sorted[e->runs / 2 - 1] + sorted[e->runs / 2]) / 2;
}

/* The latency of an entry: runs where it is measured here, else somebody's figures. */
static void make_time(const struct world *w, struct item *e, double typical, struct dice *d)
{
    if (e->status == CENSORED) {
        e->censored_ms = typical * 4;
        e->others_pct = dice_chance(d, 20) ? 60 : 0;
        return;
    }
    if (w->origin == MEASURED) {
        make_runs(e, typical, d);
        const double m = median_of(e);
        e->latency = (struct figure){MEASURED, m, m, m};
        e->lost = dice_chance(d, 6);
        return;
    }
    const uint32_t interval = w->table ? 0 : 12;
    e->latency = maybe(d, 92, typical, w->origin, interval);
    if (w->table || e->latency.origin == UNKNOWN)
        return;
    e->p90 = maybe(d, 30, typical * 1.25, w->origin, 0);
    e->p95 = maybe(d, 15, typical * 1.5, w->origin, 0);
    e->p99 = maybe(d, 25, typical * 2, w->origin, 0);
}

static void make_power(const struct world *w, struct item *e, struct dice *d)
{
    const uint32_t interval = w->table ? 0 : 20;
    e->power = maybe(d, 65, DICE_ANY(d, watts), w->origin, interval);
    e->energy = maybe(d, w->table ? 0 : 20, DICE_ANY(d, joules), w->origin, interval);
    e->idle = maybe(d, 35, DICE_ANY(d, idles), w->origin, w->table ? 0 : 10);
    if (e->power.origin != UNKNOWN || e->energy.origin != UNKNOWN)
        e->basis = (enum basis)dice_below(d, 3);
    e->windows = w->origin == MEASURED && e->fps <= 0 && e->runs > 0 && dice_chance(d, 30) &&
                 e->power.origin != UNKNOWN && e->idle.origin != UNKNOWN &&
                 e->power.value > e->idle.value;
    if (!e->windows)
        return;
    e->basis = BASIS_TOTAL;
    e->energy = (struct figure){0};
    e->power.lo = e->power.hi = e->power.value;
    e->idle.lo = e->idle.hi = e->idle.value;
}

static void make_figures(const struct world *w, struct item *e, struct dice *d)
{
    const struct net *n = &w->net[e->net];
    make_power(w, e, d);
    e->memory = maybe(d, 70, DICE_ANY(d, sizes), w->origin, w->table ? 0 : 10);
    if (w->origin == MEASURED && n->listed)
        return; /* accuracy, operations and parameters are the catalogue's */
    e->top1 = maybe(d, 85, DICE_ANY(d, accuracies), w->origin, w->table ? 0 : 8);
    if (e->top1.hi > 100)
        e->top1.hi = 100;
    e->top5 = maybe(d, 50, DICE_ANY(d, accuracies) + 12.5, w->origin, 0);
    e->params = maybe(d, 60, DICE_ANY(d, counts), w->origin, 0);
    e->gops = maybe(d, 60, DICE_ANY(d, counts), w->origin, 0);
}

static bool taken(const struct world *w, const struct item *e)
{
    for (size_t i = 0; i < w->items; i++) {
        if (same_way(&w->item[i], e) && fabs(w->item[i].fps - e->fps) <= 1e-9)
            return true;
    }
    return false;
}

static enum entry_status any_status(const struct world *w, struct dice *d)
{
    const uint32_t x = dice_below(d, 100);
    if (w->table)
        return COMPLETE;
    if (x >= 84 && x < 91)
        return w->origin == MEASURED ? CENSORED : COMPLETE;
    return x < 72 ? COMPLETE : x < 84 ? PARTIAL : FAILED;
}

static void make_item(struct world *w, struct dice *d)
{
    struct item *e = &w->item[w->items];
    static const long batches[] = {0, 0, 0, 1, 4, 8, 64};
    memset(e, 0, sizeof *e);
    e->net = (int)dice_below(d, (uint32_t)w->nets);
    e->engine = w->table ? 3 : 1 + (int)dice_below(d, 2);
    if (w->origin == PUBLISHED && dice_chance(d, 25))
        e->engine = 0;
    e->precision = dice_chance(d, 12) ? 2 : dice_chance(d, 60);
    e->batch = DICE_ANY(d, batches);
    e->threads = dice_chance(d, 30) ? 1 + (long)dice_below(d, 2) : 0;
    e->mode = dice_chance(d, 12) ? 1 + (int)dice_below(d, 2) : 0;
    e->input_px = w->net[e->net].listed ? small_cfgs[w->net[e->net].cfg].input_px : 8;
    if (dice_chance(d, 10))
        e->input_px = 32;
    if (w->origin != MEASURED && dice_chance(d, 40))
        e->input_px = 0;
    if (w->origin == MEASURED) { /* a measurement knows how it was made */
        e->precision += e->precision == 0;
        e->threads += e->threads == 0;
        e->batch += e->batch == 0;
    }
    if (taken(w, e))
        return;
    e->status = any_status(w, d);
    make_time(w, e, DICE_ANY(d, times), d);
    make_figures(w, e, d);
    w->items++;
}

/* What the board does at a robot's pace, beside what it does without rest. */
static void make_paced(struct world *w, size_t of, struct dice *d)
{
    static const double rates[] = {2, 5, 10};
    struct item *e = &w->item[w->items];
    const double typical = w->item[of].latency.value * (dice_chance(d, 50) ? 1.5 : 1);
    *e = w->item[of];
    e->fps = DICE_ANY(d, rates);
    if (typical <= 0 || taken(w, e))
        return;
    e->status = any_status(w, d);
    e->latency = e->p90 = e->p95 = e->p99 = e->power = e->energy = (struct figure){0};
    e->runs = 0;
    e->windows = false;
    e->basis = BASIS_NONE;
    make_time(w, e, typical, d);
    make_power(w, e, d);
    e->energy = (struct figure){0};
    w->items++;
}

/* A board does not draw less at work than at rest: a file that says so is refused. */
static void no_contradiction(struct world *w, struct item *e)
{
    const struct figure idle = e->idle.origin != UNKNOWN ? e->idle : w->idle;
    const enum basis basis = e->basis != BASIS_NONE ? e->basis : w->basis;
    if (basis == BASIS_ABOVE_IDLE || e->power.origin == UNKNOWN || idle.origin == UNKNOWN ||
        e->windows || e->power.hi > e->power.lo || e->power.value >= idle.value)
        return;
    e->power.value = e->power.lo = e->power.hi = idle.value + 0.5;
}

void world_make(struct world *w, struct dice *d)
{
    const uint32_t kind = dice_below(d, 10);
    memset(w, 0, sizeof *w);
    w->origin = kind < 3 ? MEASURED : kind < 8 ? PUBLISHED : DECLARED;
    w->table = w->origin == DECLARED;
    w->nets = 1 + dice_below(d, 4);
    for (size_t i = 0; i < w->nets; i++)
        make_net(w, i, d);
    if (!w->table) {
        w->basis = (enum basis)dice_below(d, 3);
        w->idle = maybe(d, 30, DICE_ANY(d, idles), w->origin == MEASURED ? MEASURED : DECLARED, 0);
    }
    for (uint32_t tries = 1 + dice_below(d, 7); tries > 0; tries--)
        make_item(w, d);
    for (size_t i = 0, n = w->items; !w->table && i < n && w->items < ENTRIES_MAX; i++) {
        if (dice_chance(d, 20))
            make_paced(w, i, d);
    }
    for (size_t i = 0; i < w->items; i++)
        no_contradiction(w, &w->item[i]);
}
