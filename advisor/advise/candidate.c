/* SPDX-License-Identifier: MIT
 * Candidates from records, every figure with its origin. */
#include "advise/answer.h"

#include "base/err.h"
#include "record/catalogue.h"
#include "record/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of unlike origin combine to the less certain of the two. */
static enum pm_origin weaker(enum pm_origin a, enum pm_origin b)
{
    static const int rank[PM_ORIGINS] = {
        [PM_UNKNOWN] = 9,  [PM_COMPUTED] = 0,  [PM_MEASURED] = 1, [PM_PUBLISHED] = 2,
        [PM_DECLARED] = 3, [PM_PREDICTED] = 4, [PM_ESTIMATED] = 5};
    return rank[a] > rank[b] ? a : b;
}

static struct pm_quantity first_known(struct pm_quantity a, struct pm_quantity b)
{
    return pm_known(a) ? a : b;
}

static void take_catalogue(struct pm_candidate *c, const struct pm_catalogue_entry *k)
{
    c->known = k;
    if (k == NULL)
        return;
    c->name = k->name;
    c->stand_in = k->stand_in;
    c->figure[PM_TOP1] = first_known(c->figure[PM_TOP1], k->top1_pct);
    c->figure[PM_TOP5] = first_known(c->figure[PM_TOP5], k->top5_pct);
    c->figure[PM_PARAMS] = first_known(c->figure[PM_PARAMS], k->params_m);
    c->figure[PM_SIZE] = first_known(c->figure[PM_SIZE], k->weight_mib);
    c->gops = first_known(c->gops, k->gops);
    if (c->input_px == 0)
        c->input_px = k->input_px;
}

/* Total power: a figure above idle needs the idle figure, and is no better than it. arena may be
 * NULL (then a conversion goes without its note). */
static void take_power(struct pm_candidate *c, const struct pm_entry *e, struct pm_arena *arena)
{
    struct pm_quantity p = e->power_w;
    const bool above_idle = e->power_basis != NULL && strcmp(e->power_basis, "above_idle") == 0;
    if (pm_known(p) && above_idle && pm_known(e->idle_w)) {
        c->power_note =
            arena == NULL
                ? NULL
                : pm_arena_printf(arena, "%.4g W above idle plus the %s, unverified idle of %.2f W",
                                  p.value, pm_origin_name(e->idle_w.origin), e->idle_w.value);
        p.value += e->idle_w.value;
        p.lo += e->idle_w.lo;
        p.hi += e->idle_w.hi;
        p.origin = weaker(p.origin, e->idle_w.origin);
    } else if (pm_known(p) && above_idle) {
        c->power_note = "above idle; the idle power is not known";
        p.has_interval = true;
        p.hi = (double)INFINITY; /* at least this */
    } else if (pm_known(p) && e->power_basis == NULL) {
        c->power_note = "basis not stated, taken as total";
    }
    c->figure[PM_POWER] = p;
}

static void take_energy(struct pm_candidate *c, const struct pm_entry *e)
{
    const struct pm_quantity p = c->figure[PM_POWER], t = c->figure[PM_LATENCY];
    c->figure[PM_ENERGY] = e->energy_j;
    if (pm_known(e->energy_j) || !pm_known(p) || !pm_known(t))
        return;
    const double seconds = t.value / 1e3 / (double)c->batch;
    c->figure[PM_ENERGY] =
        pm_quantity_between(p.value * seconds, p.lo * t.lo / 1e3 / (double)c->batch,
                            p.hi * t.hi / 1e3 / (double)c->batch, weaker(p.origin, t.origin));
    c->figure[PM_ENERGY].has_interval = p.has_interval || t.has_interval;
}

static void take_entry(struct pm_candidate *c, const struct pm_entry *e, struct pm_arena *arena)
{
    c->entry = e;
    c->engine = e->engine;
    c->precision = e->precision;
    c->batch = e->batch;
    c->threads = e->threads;
    c->input_px = e->input_px;
    c->figure[PM_TOP1] = e->top1_pct;
    c->figure[PM_TOP5] = e->top5_pct;
    c->figure[PM_LATENCY] = e->latency_ms;
    c->figure[PM_MEMORY] = e->memory_mib;
    c->figure[PM_PARAMS] = e->params_m;
    c->gops = e->gops;
    if (pm_known(e->latency_ms)) {
        const double images = 1e3 * (double)e->batch;
        const struct pm_quantity t = e->latency_ms;
        c->figure[PM_FPS] =
            pm_quantity_between(images / t.value, images / t.hi, images / t.lo, t.origin);
        c->figure[PM_FPS].has_interval = t.has_interval;
    }
    take_power(c, e, arena);
    take_energy(c, e);
    if (e->status == PM_FAILED)
        c->gap = e->cause != NULL ? e->cause : "failed";
}

int pm_candidates_of_profile(const struct pm_profile *profile, const struct pm_catalogue *catalogue,
                             struct pm_arena *arena, struct pm_candidate **out, size_t *n,
                             struct pm_err *err)
{
    struct pm_candidate *c = pm_arena_alloc(arena, profile->n + 1, sizeof *c);
    if (c == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < profile->n; i++) {
        const struct pm_entry *e = &profile->entry[i];
        c[i] = (struct pm_candidate){.id = e->network, .name = e->network, .beaten_by = -1};
        take_entry(&c[i], e, arena);
        /* only what this program measured is the catalogue's own network */
        const bool ours = strcmp(profile->origin, "measured") == 0;
        take_catalogue(&c[i], ours && catalogue != NULL ? pm_catalogue_by_id(catalogue, e->network)
                                                        : NULL);
    }
    *out = c;
    *n = profile->n;
    return 0;
}

struct pm_candidate pm_candidate_of_catalogue(const struct pm_catalogue_entry *known,
                                              const struct pm_entry *entry, const char *gap)
{
    struct pm_candidate c = {
        .id = known->id, .name = known->name, .batch = 1, .beaten_by = -1, .gap = gap};
    if (entry != NULL)
        take_entry(&c, entry, NULL);
    take_catalogue(&c, known);
    return c;
}

struct ranked {
    double accuracy, time; /* unknown: last */
    size_t index;
};

static int by_claim(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->accuracy < y->accuracy || x->accuracy > y->accuracy)
        return x->accuracy < y->accuracy ? 1 : -1;
    if (x->time < y->time || x->time > y->time)
        return x->time < y->time ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

size_t *pm_candidates_ranked(const struct pm_candidate *c, size_t n, struct pm_arena *arena)
{
    struct ranked *ranked = pm_arena_alloc(arena, n + 1, sizeof *ranked);
    size_t *order = pm_arena_alloc(arena, n + 1, sizeof *order);
    if (ranked == NULL || order == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const struct pm_quantity top1 = c[i].figure[PM_TOP1], time = c[i].figure[PM_LATENCY];
        ranked[i] = (struct ranked){pm_known(top1) ? top1.value : -1,
                                    pm_known(time) ? time.value : (double)INFINITY, i};
    }
    qsort(ranked, n, sizeof *ranked, by_claim);
    for (size_t i = 0; i < n; i++)
        order[i] = ranked[i].index;
    return order;
}

struct pm_rule_candidate *pm_rule_view(const struct pm_candidate *c, size_t n,
                                       const struct pm_settings *settings, struct pm_arena *arena)
{
    struct pm_rule_candidate *r = pm_arena_alloc(arena, n + 1, sizeof *r);
    for (size_t i = 0; r != NULL && i < n; i++) {
        r[i] = (struct pm_rule_candidate){
            .has_accuracy = pm_known(c[i].figure[PM_TOP1]),
            .has_time = pm_known(c[i].figure[PM_LATENCY]),
            .has_energy = pm_known(c[i].figure[PM_ENERGY]),
            .accuracy = c[i].figure[PM_TOP1].value,
            .time = c[i].figure[PM_LATENCY].value,
            .energy = c[i].figure[PM_ENERGY].value,
            .may_be_picked = !c[i].stand_in || settings->include_stand_ins,
            .verdict = (uint8_t)c[i].verdict,
            .beaten_by = -1,
        };
    }
    return r;
}
