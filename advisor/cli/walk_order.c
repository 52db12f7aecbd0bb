/* SPDX-License-Identifier: MIT */
#include "cli/walk_order.h"

#include "advise/ways.h"
#include "cli/campaign.h"

#include <math.h>

double pm_order_accuracy(const struct pm_campaign *c, size_t i)
{
    const struct pm_quantity top1 = c->candidate[i].figure[PM_TOP1];
    return pm_known(top1) ? top1.value : -1;
}

double pm_order_ms_per_gop(const struct pm_campaign *c, size_t i)
{
    double ms = 0, gops = 0;
    for (size_t j = 0; j < c->n; j++) {
        const struct pm_candidate *k = &c->candidate[j];
        if (pm_same_way(k, &c->candidate[i]) && pm_known(k->figure[PM_LATENCY]) &&
            pm_known(k->gops)) {
            ms += k->figure[PM_LATENCY].value;
            gops += k->gops.value * (double)k->config.batch;
        }
    }
    return gops > 0 ? ms / gops : (double)NAN;
}

/* Rough, to choose what is run first: as its way was seen to be, else as its floor says, which of
 * two engines that nothing is known of puts the one with more threads first. */
static double expected_ms(const struct pm_campaign *c, size_t i)
{
    const struct pm_candidate *k = &c->candidate[i];
    if (pm_known(k->figure[PM_LATENCY]))
        return k->figure[PM_LATENCY].value;
    const double rate = pm_order_ms_per_gop(c, i);
    return isfinite(rate) && pm_known(k->gops) ? rate * k->gops.value * (double)k->config.batch
                                               : k->floor_ms;
}

void pm_order_fastest_first(const struct pm_campaign *c, size_t *order, size_t n)
{
    for (size_t k = 1; k < n && pm_order_accuracy(c, order[k]) >= pm_order_accuracy(c, order[0]);
         k++) {
        const size_t i = order[k];
        const double ms = expected_ms(c, i);
        size_t at = k;
        for (; at > 0 && expected_ms(c, order[at - 1]) > ms; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

size_t pm_order_as_accurate(const struct pm_campaign *c, const size_t *order, size_t n)
{
    size_t k = 1;
    while (k < n && pm_order_accuracy(c, order[k]) >= pm_order_accuracy(c, order[0]))
        k++;
    return k;
}

size_t pm_order_lightest_of_way(const struct pm_campaign *c, size_t i)
{
    size_t best = i;
    for (size_t j = 0; j < c->n; j++) {
        const struct pm_candidate *k = &c->candidate[j];
        if (pm_same_way(k, &c->candidate[i]) && c->slot[j].problem == NULL && pm_known(k->gops) &&
            k->gops.value < c->candidate[best].gops.value)
            best = j;
    }
    return best;
}

void pm_order_lightest_first(const struct pm_campaign *c, size_t *order)
{
    for (size_t k = 0; k < c->n; k++) {
        size_t at = k;
        for (; at > 0 && c->candidate[order[at - 1]].gops.value > c->candidate[k].gops.value; at--)
            order[at] = order[at - 1];
        order[at] = k;
    }
}
