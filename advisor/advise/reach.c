/* SPDX-License-Identifier: MIT */
#include "advise/reach.h"

#include "record/catalogue.h"

#include <math.h>
#include <string.h>

/* Work that was not timed has been seen to take 2.3 times what it was priced at (kernels of 31 x
 * 31, whose patches leave the caches), and a third of it. */
#define SPREAD 3.0
/* So much of the time may be priced outside of what was timed without being worth a word. */
#define NOTEWORTHY 0.05
#define FACTOR     3.0

void pm_reach_add(struct pm_reach *reach, const struct pm_catalogue_entry *row)
{
    for (size_t i = 0; i < row->parts; i++) {
        const struct pm_cost_part *p = &row->part[i];
        double *size = &reach->size[p->kind], *stride = &reach->stride[p->kind];
        *size = fmax(*size, (double)p->size);
        *stride = fmax(*stride, (double)p->stride / (double)p->size);
    }
    reach->layers = fmax(reach->layers, row->cost[PM_COST_LAYERS]);
}

bool pm_reach_spans(const struct pm_reach *reach, const struct pm_cost_part *part)
{
    const double stride = (double)part->stride / (double)part->size;
    return (double)part->size <= reach->size[part->kind] &&
           stride <= reach->stride[part->kind] * (1 + 1e-9);
}

static double priced(const struct pm_cost_fit *law, const double *cost)
{
    double sum = 0;
    for (size_t j = 0; j < law->p; j++)
        sum += law->price[j] * cost[j];
    return sum;
}

/* What a part may take at the most: what it is priced at, but a value under a window no less than
 * one that is written, as the price of small windows may have gone into that of their outputs. */
static double bound_of(const struct pm_cost_fit *law, const struct pm_cost_part *part)
{
    const double windows =
        part->kind == PM_COST_POOLED ? law->price[PM_COST_WRITTEN] * part->cost[PM_COST_POOLED] : 0;
    return SPREAD * fmax(priced(law, part->cost), windows);
}

struct pm_reached pm_reach_predict(const struct pm_reach *reach, const struct pm_cost_fit *law,
                                   const struct pm_catalogue_entry *network)
{
    struct pm_reached out = {.time = pm_cost_predict(law, network->cost), .usable = true};
    double known[PM_COST_FEATURES], beyond = 0, most = 0, largest = 0;
    memcpy(known, network->cost, sizeof known);
    for (size_t i = 0; i < network->parts; i++) {
        const struct pm_cost_part *part = &network->part[i];
        const double bound = bound_of(law, part);
        if (pm_reach_spans(reach, part))
            continue;
        for (int j = 0; j < PM_COST_FEATURES; j++)
            known[j] -= part->cost[j];
        beyond += priced(law, part->cost);
        most += bound;
        out.beyond = bound > largest ? part : out.beyond;
        largest = fmax(bound, largest);
    }
    /* deeper than any row: of most networks the layers' own share is nothing */
    const double deeper = fmax(known[PM_COST_LAYERS] - reach->layers, 0);
    known[PM_COST_LAYERS] -= deeper;
    beyond += law->price[PM_COST_LAYERS] * deeper;
    most += SPREAD * law->price[PM_COST_LAYERS] * deeper;
    out.extrapolated = out.time.extrapolated || most > NOTEWORTHY * out.time.value;
    if (!out.extrapolated)
        return out;
    for (int j = 0; j < PM_COST_FEATURES; j++)
        known[j] = fmax(known[j], 0);
    const struct pm_cost_prediction sure = pm_cost_predict(law, known);
    out.time.lo = fmin(out.time.lo, sure.lo + beyond / SPREAD);
    out.time.hi = fmax(out.time.hi, sure.hi + most);
    out.usable = out.time.unseen < 0 && out.time.hi <= FACTOR * out.time.value &&
                 out.time.lo >= out.time.value / FACTOR;
    return out;
}
