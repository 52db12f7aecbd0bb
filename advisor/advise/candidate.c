/* SPDX-License-Identifier: MIT
 * Candidates from records, every figure with its origin. */
#include "advise/answer.h"

#include "advise/disturbance.h"
#include "advise/ways.h"
#include "base/err.h"
#include "record/catalogue.h"
#include "record/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum pm_origin pm_weaker_origin(enum pm_origin a, enum pm_origin b)
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
    c->title = c->name = k->name;
    c->stand_in = k->stand_in;
    pm_catalogue_lend_accuracy(k, &c->config, &c->figure[PM_TOP1], &c->figure[PM_TOP5]);
    c->figure[PM_PARAMS] = first_known(c->figure[PM_PARAMS], k->params_m);
    c->figure[PM_SIZE] = first_known(c->figure[PM_SIZE], k->weight_mib);
    c->gops = first_known(c->gops, k->gops);
    if (c->config.input.width == 0)
        c->config.input = k->input;
}

static void take_entry(struct pm_candidate *c, const struct pm_entry *e)
{
    c->entry = e;
    c->config = e->config;
    c->figure[PM_TOP1] = e->top1_pct;
    c->figure[PM_TOP5] = e->top5_pct;
    c->figure[PM_PARAMS] = e->params_m;
    c->gops = e->gops;
    if (e->status == PM_FAILED) { /* whatever fields it has */
        c->gap = e->cause != NULL ? e->cause : "failed";
        return;
    }
    c->figure[PM_LATENCY] = e->latency_ms;
    c->figure[PM_MEMORY] = e->memory_mib;
    if (pm_known(e->latency_ms)) {
        const double images = 1e3 * (double)e->config.batch;
        const struct pm_quantity t = e->latency_ms;
        c->figure[PM_FPS] =
            pm_quantity_between(images / t.value, images / t.hi, images / t.lo, t.origin);
        c->figure[PM_FPS].has_interval = t.has_interval;
        c->figure[PM_KEEP_UP] = c->figure[PM_FPS];
    }
}

/* In words, of one entry; NULL entry: none. */
static int find_disturbance(const struct pm_entry *e, struct pm_arena *arena, const char **out,
                            struct pm_err *err)
{
    *out = e != NULL ? pm_entry_disturbance(e, arena) : NULL;
    return *out == NULL && e != NULL && pm_entry_is_disturbed(e) ? pm_fail_nomem(err) : 0;
}

/* What was measured beside the robot's own work counts only where that is asked for, and then alone
 * (--with-load). A campaign knows such an entry for stale. */
static const char *of_another_load(const struct pm_entry *e, const struct pm_settings *s)
{
    if (e == NULL || (e->conditions.load != NULL) == s->with_load)
        return NULL;
    return s->with_load ? "measured without --with-load" : "measured with --with-load";
}

static void take_load(struct pm_candidate *c, const struct pm_settings *settings)
{
    const char *entry = of_another_load(c->entry, settings);
    const char *paced = of_another_load(c->paced, settings);
    c->disturbed = entry != NULL ? entry : c->disturbed;
    c->paced_disturbed = paced != NULL ? paced : c->paced_disturbed;
}

static int take_disturbances(struct pm_candidate *c, struct pm_arena *arena, struct pm_err *err)
{
    if (find_disturbance(c->entry, arena, &c->disturbed, err) != 0)
        return -1;
    return find_disturbance(c->paced, arena, &c->paced_disturbed, err);
}

/* Entries at a frame rate are seen with the back-to-back runs of the same candidate. One without
 * such runs is a candidate of its own: once, and with figures at that rate alone. */
static bool stands_alone(const struct pm_profile *profile, size_t i,
                         const struct pm_settings *settings)
{
    const struct pm_entry *e = &profile->entry[i];
    const struct pm_entry *asked = pm_profile_find_paced(profile, e, settings->fps);
    struct pm_entry back_to_back = *e;
    back_to_back.fps = (double)NAN;
    if (pm_profile_find(profile, &back_to_back) != NULL)
        return false;
    return asked != NULL ? asked == e : pm_profile_find_network(profile, e) == e;
}

static int take_paced_alone(struct pm_candidate *c, const struct pm_entry *e,
                            const struct pm_settings *settings, struct pm_arena *arena,
                            struct pm_err *err)
{
    take_entry(c, e);
    c->entry = NULL;
    c->gap = pm_arena_printf(arena, "known at %.4g fps alone", e->fps);
    if (c->gap == NULL)
        return pm_fail_nomem(err);
    if (e->status != PM_FAILED && e->fps >= settings->fps && e->fps <= settings->fps) {
        c->paced = e;
        return 0;
    }
    c->figure[PM_LATENCY] = c->figure[PM_FPS] = c->figure[PM_KEEP_UP] = (struct pm_quantity){0};
    return 0;
}

int pm_candidates_of_profile(const struct pm_profile *profile, const struct pm_catalogue *catalogue,
                             const struct pm_settings *settings, struct pm_arena *arena,
                             struct pm_candidate **out, size_t *n, struct pm_err *err)
{
    struct pm_candidate *list = pm_arena_alloc(arena, profile->n + 1, sizeof *list);
    size_t count = 0;
    if (list == NULL)
        return pm_fail_nomem(err);
    /* only what this program measured is the catalogue's own network */
    const bool ours = strcmp(profile->origin, "measured") == 0;
    for (size_t i = 0; i < profile->n; i++) {
        const struct pm_entry *e = &profile->entry[i];
        if (isfinite(e->fps) && !stands_alone(profile, i, settings))
            continue;
        const struct pm_catalogue_entry *known =
            ours && catalogue != NULL ? pm_catalogue_by_id(catalogue, e->config.network) : NULL;
        if (known != NULL && strcmp(known->task, pm_catalogue_task(catalogue, settings->task)) != 0)
            continue;
        struct pm_candidate *c = &list[count++];
        *c = (struct pm_candidate){.config = e->config,
                                   .title = e->config.network,
                                   .name = e->config.network,
                                   .beaten_by = -1};
        if (isfinite(e->fps)) {
            if (take_paced_alone(c, e, settings, arena, err) != 0)
                return -1;
        } else {
            c->paced = pm_profile_find_paced(profile, e, settings->fps);
            take_entry(c, e);
        }
        take_catalogue(c, known);
        if (take_disturbances(c, arena, err) != 0 ||
            pm_candidate_power(c, settings, arena, err) != 0)
            return -1;
        if (ours)
            take_load(c, settings);
    }
    *out = list;
    *n = count;
    return pm_candidates_name_ways(list, count, arena, err);
}

int pm_candidate_of_catalogue(const struct pm_catalogue_entry *known,
                              const struct pm_configuration *config, const struct pm_entry *entry,
                              const struct pm_entry *paced, const char *gap,
                              const struct pm_settings *settings, struct pm_arena *arena,
                              struct pm_candidate *out, struct pm_err *err)
{
    struct pm_candidate c = {
        .config = *config, .title = known->name, .name = known->name, .beaten_by = -1, .gap = gap};
    if (entry != NULL)
        take_entry(&c, entry);
    c.paced = paced;
    take_catalogue(&c, known);
    if (take_disturbances(&c, arena, err) != 0)
        return -1;
    if (entry != NULL && pm_candidate_power(&c, settings, arena, err) != 0)
        return -1;
    *out = c;
    return 0;
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
            .has_energy = pm_has_figure(c[i].figure[PM_ENERGY]),
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
