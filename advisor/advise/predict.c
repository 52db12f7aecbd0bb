/* SPDX-License-Identifier: MIT */
#include "advise/predict.h"

#include "advise/answer.h"
#include "advise/ways.h"
#include "base/err.h"
#include "record/catalogue.h"

#include <stdlib.h>
#include <string.h>

struct rows {
    double *cost, *value;
    const char **name;
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
        r->name[r->n] = c[i].known->name;
        r->value[r->n++] = q.value;
    }
}

static int fit_both(const struct pm_candidate *c, size_t n, const struct pm_candidate *way,
                    double confidence, bool check, struct rows *r, struct pm_predictor *p,
                    struct pm_err *err)
{
    gather(c, n, way, false, r);
    if (pm_cost_fit(r->cost, r->value, r->n, PM_COST_FEATURES, confidence, &p->time, err) != 0)
        return -1;
    if (check && p->time.verdict == PM_FIT_OK) {
        if (pm_cost_check(r->cost, r->value, &p->time, err) != 0)
            return -1;
        p->worst = r->name[p->time.loo_worst_index];
    }
    gather(c, n, way, true, r);
    return pm_cost_fit(r->cost, r->value, r->n, PM_COST_MEMORY, confidence, &p->memory, err);
}

int pm_predictor_fit(const struct pm_candidate *c, size_t n, const struct pm_candidate *way,
                     double confidence, bool check, struct pm_predictor *out, struct pm_err *err)
{
    struct pm_predictor p = {
        .engine = way->engine, .precision = way->precision, .threads = way->threads};
    struct rows r = {.cost = calloc(n * PM_COST_FEATURES + 1, sizeof *r.cost),
                     .value = calloc(n + 1, sizeof *r.value),
                     .name = calloc(n + 1, sizeof *r.name)};
    const int result = r.cost != NULL && r.value != NULL && r.name != NULL
                           ? fit_both(c, n, way, confidence, check, &r, &p, err)
                           : pm_fail_nomem(err);
    free(r.cost);
    free(r.value);
    free(r.name);
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
    const struct pm_cost_prediction time = pm_cost_predict(&p->time, network->cost);
    return (struct pm_predicted){
        .latency_ms = pm_quantity_between(time.value, time.lo, time.hi, PM_PREDICTED),
        .memory_mib = quantity(&p->memory, network->memory_cost),
        .extrapolated = time.extrapolated,
        .unseen = time.unseen >= 0 ? pm_cost_name((enum pm_cost_feature)time.unseen) : NULL};
}
