/* SPDX-License-Identifier: MIT
 * What a larger batch buys: the paper's AlexNet gains 3x from 1 image to 64, because a connected
 * layer's weights are then read once for all of them. */
#include "advise/answer.h"

#include "advise/ways.h"
#include "base/err.h"
#include "record/catalogue.h"
#include "stats/regression.h"

#include <math.h>
#include <string.h>

static double image_ms(const struct pm_candidate *c)
{
    return c->figure[PM_LATENCY].value / (double)c->config.batch;
}

/* c with `batch` images at once, otherwise run as it is; -1 none. */
static int with_batch(const struct pm_answer *a, const struct pm_candidate *c, long batch)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *other = &a->c[i];
        const unsigned apart = pm_configuration_difference(&other->config, &c->config);
        if (other->config.batch == batch && pm_known(other->figure[PM_LATENCY]) &&
            (apart & ~(unsigned)PM_OF_BATCH) == 0)
            return (int)i;
    }
    return -1;
}

/* The largest batch that at least three of the networks (or all, if fewer) were run at. */
static long common_batch(const struct pm_answer *a, const int *one, size_t n)
{
    long best = 0;
    for (size_t i = 0; i < a->n; i++) {
        const long batch = a->c[i].config.batch;
        size_t count = 0;
        for (size_t k = 0; batch > best && k < n; k++)
            count += with_batch(a, &a->c[one[k]], batch) >= 0;
        if (batch > 1 && batch > best && count >= (n < 3 ? n : 3) && count > 0)
            best = batch;
    }
    return best;
}

/* Networks at batch 1, all run in one way, with a larger batch beside it. */
static size_t find_ones(const struct pm_answer *a, int *one)
{
    size_t n = 0;
    bool any = false;
    for (size_t i = 0; i < a->n; i++)
        any = any || a->c[i].config.batch > 1;
    if (a->fits.ops_way < 0 || !any)
        return 0;
    struct pm_configuration way = a->c[a->fits.ops_way].config;
    way.batch = 1;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        bool larger = false;
        if (!pm_known(c->figure[PM_LATENCY]) || !pm_configuration_same(&c->config, &way, PM_OF_WAY))
            continue;
        for (size_t j = 0; j < a->n && !larger; j++)
            larger = a->c[j].config.batch > 1 && with_batch(a, c, a->c[j].config.batch) == (int)j;
        if (larger)
            one[n++] = (int)i;
    }
    return n;
}

int pm_answer_batches(struct pm_answer *a, struct pm_err *err)
{
    struct pm_batch_law *law = &a->fits.batch;
    int *one = pm_arena_alloc(&a->arena, a->n + 1, sizeof *one);
    double *x = pm_arena_alloc(&a->arena, a->n + 1, sizeof *x);
    double *y = pm_arena_alloc(&a->arena, a->n + 1, sizeof *y);
    *law = (struct pm_batch_law){.connected = (double)NAN, .rank = (double)NAN};
    if (one == NULL || x == NULL || y == NULL)
        return pm_fail_nomem(err);
    const size_t n = find_ones(a, one);
    law->batch = common_batch(a, one, n);
    for (size_t k = 0; k < n && law->batch > 0; k++) {
        const int large = with_batch(a, &a->c[one[k]], law->batch);
        if (large < 0)
            continue;
        x[law->n] = image_ms(&a->c[one[k]]);
        y[law->n] = image_ms(&a->c[large]);
        const double gain = x[law->n] / y[law->n];
        law->n++;
        law->least = law->n == 1 || gain < law->least ? gain : law->least;
        if (law->best == NULL || gain > law->most) {
            const struct pm_candidate *c = &a->c[one[k]];
            law->most = gain;
            law->best = c->title;
            law->connected = c->known != NULL ? c->known->connected_share : (double)NAN;
        }
    }
    return law->n >= 3 ? pm_spearman(x, y, law->n, &law->rank, err) : 0;
}
