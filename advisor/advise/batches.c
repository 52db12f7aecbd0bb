/* SPDX-License-Identifier: MIT
 * What a larger batch buys: the paper's AlexNet gains 3x from 1 image to 64, because a connected
 * layer's weights are then read once for all of them. */
#include "advise/answer.h"

#include "advise/candidate_set.h"
#include "advise/ways.h"
#include "base/err.h"
#include "record/catalogue.h"
#include "stats/regression.h"

#include <math.h>
#include <stdlib.h>

static double image_ms(const struct pm_candidate *c)
{
    return c->figure[PM_LATENCY].value / (double)c->config.batch;
}

/* Candidates alike in all but the batch, and in all. */
struct batches {
    const struct pm_answer *a;
    struct pm_candidate_set any, exact;
};

/* c with `batch` images at once, otherwise run as it is; -1 none. */
static int with_batch(const struct batches *b, const struct pm_candidate *c, long batch)
{
    struct pm_candidate wanted = {.config = c->config};
    wanted.config.batch = batch;
    size_t probe = 0;
    int i;
    while ((i = pm_candidate_set_next(&b->exact, &wanted, &probe)) >= 0 &&
           !pm_known(b->a->c[i].figure[PM_LATENCY]))
        continue;
    return i;
}

static int largest_first(const void *a, const void *b)
{
    const long x = *(const long *)a, y = *(const long *)b;
    return (x < y) - (x > y);
}

/* The larger batches that a network was run at, appended to the list. */
static size_t larger_batches(const struct batches *b, const struct pm_candidate *c, long *batch)
{
    size_t n = 0, probe = 0;
    for (int i; (i = pm_candidate_set_next(&b->any, c, &probe)) >= 0;) {
        if (b->a->c[i].config.batch > 1 && pm_known(b->a->c[i].figure[PM_LATENCY]))
            batch[n++] = b->a->c[i].config.batch;
    }
    return n;
}

/* The largest batch that at least three of the networks (or all, if fewer) were run at. */
static long common_batch(long *batch, size_t n, size_t networks)
{
    const size_t wanted = networks < 3 ? networks : 3;
    if (n > 0)
        qsort(batch, n, sizeof *batch, largest_first);
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && batch[end] == batch[begin];)
            end++;
        if (end - begin >= wanted)
            return batch[begin];
    }
    return 0;
}

/* Networks at batch 1, all run in one way, with a larger batch beside it; those batches. */
static size_t find_ones(const struct batches *b, int *one, long *batch, size_t *batches)
{
    const struct pm_answer *a = b->a;
    size_t n = 0;
    struct pm_configuration way = a->c[a->fits.ops_way].config;
    way.batch = 1;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        if (!pm_known(c->figure[PM_LATENCY]) ||
            !pm_configuration_same(&c->config, &way, PM_OF_WAY) ||
            pm_candidate_set_first(&b->exact, c) != (int)i)
            continue;
        const size_t larger = larger_batches(b, c, batch + *batches);
        *batches += larger;
        if (larger > 0)
            one[n++] = (int)i;
    }
    return n;
}

static bool any_batch(const struct pm_answer *a)
{
    for (size_t i = 0; i < a->n; i++) {
        if (a->c[i].config.batch > 1)
            return true;
    }
    return false;
}

int pm_answer_batches(struct pm_answer *a, struct pm_err *err)
{
    struct pm_batch_law *law = &a->fits.batch;
    int *one = pm_arena_alloc(&a->arena, a->n + 1, sizeof *one);
    double *x = pm_arena_alloc(&a->arena, a->n + 1, sizeof *x);
    double *y = pm_arena_alloc(&a->arena, a->n + 1, sizeof *y);
    long *batch = pm_arena_alloc(&a->arena, a->n + 1, sizeof *batch);
    struct batches b = {.a = a};
    size_t batches = 0;
    *law = (struct pm_batch_law){.connected = (double)NAN, .rank = (double)NAN};
    if (one == NULL || x == NULL || y == NULL || batch == NULL)
        return pm_fail_nomem(err);
    if (a->fits.ops_way < 0 || !any_batch(a))
        return 0;
    if (pm_candidate_set_make(a->c, a->n, PM_OF_ALL & ~(unsigned)PM_OF_BATCH, &a->arena, &b.any,
                              err) != 0 ||
        pm_candidate_set_make(a->c, a->n, PM_OF_ALL, &a->arena, &b.exact, err) != 0)
        return -1;
    const size_t n = find_ones(&b, one, batch, &batches);
    law->batch = common_batch(batch, batches, n);
    for (size_t k = 0; k < n && law->batch > 0; k++) {
        const int large = with_batch(&b, &a->c[one[k]], law->batch);
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
