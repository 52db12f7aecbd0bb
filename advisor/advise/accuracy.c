/* SPDX-License-Identifier: MIT */
#include "advise/accuracy.h"

#include "base/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TOP5_FROM 6 /* classes */

static struct pm_quantity share(long hits, const struct pm_evaluation *e, double confidence)
{
    const long n = e->good + e->wrong;
    if (n < 1)
        return (struct pm_quantity){0};
    const struct pm_share s = pm_wilson((size_t)hits, (size_t)n, confidence);
    return pm_quantity_between(100 * s.value, 100 * s.lo, 100 * s.hi, PM_MEASURED);
}

struct pm_quantity pm_evaluation_top1(const struct pm_evaluation *e, double confidence)
{
    return share(e->good, e, confidence);
}

struct pm_quantity pm_evaluation_top5(const struct pm_evaluation *e, double confidence)
{
    return e->classes >= TOP5_FROM ? share(e->good5, e, confidence) : (struct pm_quantity){0};
}

static bool is_of(const struct pm_evaluation *e, const struct pm_catalogue_entry *k)
{
    char digest[17];
    snprintf(digest, sizeof digest, "%016" PRIx64, k->cfg_digest);
    return e->done == e->n && strcmp(e->network, k->id) == 0 &&
           strcmp(e->cfg_digest, digest) == 0 &&
           (k->weights == NULL || k->weights[0] != '/' || e->weights == NULL ||
            strcmp(k->weights, e->weights) == 0);
}

static int attach(struct pm_catalogue *c, struct pm_catalogue_entry *k,
                  const struct pm_evaluation *e, double confidence, struct pm_err *err)
{
    k->top1_pct = pm_evaluation_top1(e, confidence);
    k->top5_pct = pm_evaluation_top5(e, confidence);
    k->source = pm_arena_printf(&c->arena, "measured: %ld of %ld images of %s, %s", e->good,
                                e->good + e->wrong, e->images, e->preprocessing);
    k->measured_on = pm_arena_dup(&c->arena, e->list_digest);
    return k->source != NULL && k->measured_on != NULL ? 0 : pm_fail_nomem(err);
}

/* The one on more images; of two as large the later. */
static bool outweighs(const struct pm_evaluation *a, const struct pm_evaluation *b)
{
    if (b == NULL || a->good + a->wrong != b->good + b->wrong)
        return b == NULL || a->good + a->wrong > b->good + b->wrong;
    return a->date != NULL && b->date != NULL && strcmp(a->date, b->date) > 0;
}

int pm_accuracy_attach(struct pm_catalogue *c, const struct pm_evaluation *list, size_t n,
                       double confidence, struct pm_err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct pm_evaluation *best = NULL;
        for (size_t j = 0; j < n; j++) {
            if (is_of(&list[j], &c->entry[i]) && list[j].good + list[j].wrong > 0 &&
                outweighs(&list[j], best))
                best = &list[j];
        }
        if (best == NULL)
            continue;
        if (attach(c, &c->entry[i], best, confidence, err) != 0)
            return -1;
    }
    return 0;
}

bool pm_evaluations_compare(const struct pm_evaluation *a, const struct pm_evaluation *b,
                            double confidence, struct pm_mcnemar *out)
{
    size_t count[4] = {0};
    if (strcmp(a->list_digest, b->list_digest) != 0 || a->n != b->n)
        return false;
    for (long i = 0; i < a->n; i++) {
        if (pm_evaluation_bit(a->seen, i) && pm_evaluation_bit(b->seen, i))
            count[2 * pm_evaluation_bit(a->hits, i) + pm_evaluation_bit(b->hits, i)]++;
    }
    *out = pm_mcnemar_counts(count[3], count[2], count[1], count[0], confidence);
    return true;
}
