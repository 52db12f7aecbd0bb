/* SPDX-License-Identifier: MIT */
#include "advise/predict.h"

#include "advise/answer.h"
#include "advise/ways.h"
#include "base/err.h"
#include "record/catalogue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GROSS_SIGMA 5.0
#define GROSS       0.25
#define ASIDE_SHARE 0.2

struct rows {
    double *cost, *value, *off; /* off: |predicted / value - 1| */
    size_t *index;              /* of the candidate */
    size_t n;
};

/* The rows of one figure: what each network cost, and what it took. */
static void gather(const struct pm_candidate *c, size_t n, const struct pm_candidate *way,
                   bool memory, struct rows *r)
{
    r->n = 0;
    for (size_t i = 0; i < n; i++) {
        const struct pm_quantity q = c[i].figure[memory ? PM_MEMORY : PM_LATENCY];
        const size_t p = memory ? PM_COST_MEMORY : PM_COST_FEATURES;
        if (c[i].known == NULL || !pm_known(q) || q.value <= 0 || !pm_same_way(&c[i], way))
            continue;
        memcpy(r->cost + r->n * p, memory ? c[i].known->memory_cost : c[i].known->cost,
               p * sizeof *r->cost);
        r->index[r->n] = i;
        r->value[r->n++] = q.value;
    }
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How far off a row must be to be set aside; `scratch` has room for all rows. */
static double gross(const struct rows *r, double *scratch)
{
    const size_t most = (size_t)(ASIDE_SHARE * (double)r->n);
    memcpy(scratch, r->off, r->n * sizeof *scratch);
    qsort(scratch, r->n, sizeof *scratch, ascending);
    const double robust = GROSS_SIGMA * 1.4826 * scratch[r->n / 2];
    const double limit = robust > GROSS ? robust : GROSS;
    return limit > scratch[r->n - 1 - most] ? limit : scratch[r->n - 1 - most];
}

/* Keep the rows that are not grossly off the fit; their number. */
static size_t set_aside(const struct pm_cost_fit *fit, struct rows *r, double *scratch, bool *aside)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->n; i++)
        r->off[i] = fabs(pm_cost_predict(fit, r->cost + i * fit->p).value / r->value[i] - 1);
    const double limit = gross(r, scratch);
    for (size_t i = 0; i < r->n; i++) {
        const bool off = r->off[i] > limit;
        if (aside != NULL)
            aside[r->index[i]] = off;
        if (off)
            continue;
        memmove(r->cost + kept * fit->p, r->cost + i * fit->p, fit->p * sizeof *r->cost);
        r->index[kept] = r->index[i];
        r->value[kept++] = r->value[i];
    }
    const size_t dropped = r->n - kept;
    r->n = kept;
    return dropped;
}

static int fit_time(const struct pm_candidate *c, double confidence, bool check, struct rows *r,
                    double *scratch, bool *aside, struct pm_predictor *p, struct pm_err *err)
{
    if (pm_cost_fit(r->cost, r->value, r->n, PM_COST_FEATURES, confidence, &p->time, err) != 0)
        return -1;
    if (p->time.verdict != PM_FIT_OK)
        return 0;
    p->aside = set_aside(&p->time, r, scratch, aside);
    if (p->aside > 0 &&
        pm_cost_fit(r->cost, r->value, r->n, PM_COST_FEATURES, confidence, &p->time, err) != 0)
        return -1;
    if (check && p->time.verdict == PM_FIT_OK) {
        if (pm_cost_check(r->cost, r->value, &p->time, err) != 0)
            return -1;
        p->worst = c[r->index[p->time.loo_worst_index]].known->name;
    }
    return 0;
}

int pm_predictor_fit(const struct pm_candidate *c, size_t n, const struct pm_candidate *way,
                     double confidence, bool check, bool *aside, struct pm_predictor *out,
                     struct pm_err *err)
{
    struct pm_predictor p = {.way = way->config};
    struct rows r = {.cost = calloc(n * PM_COST_FEATURES + 1, sizeof *r.cost),
                     .value = calloc(n + 1, sizeof *r.value),
                     .off = calloc(n + 1, sizeof *r.off),
                     .index = calloc(n + 1, sizeof *r.index)};
    double *scratch = calloc(n + 1, sizeof *scratch);
    int result = -1;
    if (r.cost == NULL || r.value == NULL || r.off == NULL || r.index == NULL || scratch == NULL) {
        pm_fail_nomem(err);
    } else {
        gather(c, n, way, false, &r);
        for (size_t i = 0; i < r.n; i++)
            pm_reach_add(&p.reach, c[r.index[i]].known);
        result = fit_time(c, confidence, check, &r, scratch, aside, &p, err);
        gather(c, n, way, true, &r);
        if (result == 0)
            result = pm_cost_fit(r.cost, r.value, r.n, PM_COST_MEMORY, confidence, &p.memory, err);
    }
    free(r.cost);
    free(r.value);
    free(r.off);
    free(r.index);
    free(scratch);
    if (result == 0)
        *out = p;
    return result;
}

static struct pm_quantity quantity(const struct pm_cost_fit *fit, const double *cost)
{
    if (fit->verdict != PM_FIT_OK)
        return (struct pm_quantity){0};
    const struct pm_cost_prediction q = pm_cost_predict(fit, cost);
    return pm_quantity_between(q.value, q.lo, q.hi, PM_PREDICTED);
}

struct pm_predicted pm_predict(const struct pm_predictor *p,
                               const struct pm_catalogue_entry *network)
{
    const struct pm_reached r = pm_reach_predict(&p->reach, &p->time, network);
    struct pm_predicted out = {
        .memory_mib = quantity(&p->memory, network->memory_cost),
        .extrapolated = r.extrapolated,
        .unseen = r.time.unseen >= 0 ? pm_cost_name((enum pm_cost_feature)r.time.unseen) : NULL,
        .beyond = r.extrapolated ? r.beyond : NULL};
    if (r.usable)
        out.latency_ms = pm_quantity_between(r.time.value, r.time.lo, r.time.hi, PM_PREDICTED);
    return out;
}

int pm_candidate_take_prediction(struct pm_candidate *c, const struct pm_predicted *p,
                                 const struct pm_settings *settings, struct pm_err *err)
{
    const double images = 1e3 * (double)c->config.batch;
    const struct pm_quantity t = p->latency_ms;
    c->figure[PM_LATENCY] = t;
    c->figure[PM_KEEP_UP] = c->figure[PM_FPS] =
        pm_quantity_between(images / t.value, images / t.hi, images / t.lo, PM_PREDICTED);
    if (!pm_known(c->figure[PM_MEMORY]))
        c->figure[PM_MEMORY] = p->memory_mib;
    c->gap = NULL;
    return pm_candidate_judge(c, settings, err);
}
