/* SPDX-License-Identifier: MIT */
#include "spells.h"

#include "stats/sample.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define NOISE 0.02

void spells_start(const struct spells *p, struct pm_rng *rng, struct spells_state *state)
{
    state->z = pm_rng_gaussian(rng, 1);
    state->slow = pm_rng_uniform(rng) < p->share;
}

double spells_next(const struct spells *p, struct pm_rng *rng, struct spells_state *state)
{
    const double u = pm_rng_uniform(rng);
    if (p->kind == PARETO)
        return pow(1 - u, -1 / 1.1);
    if (p->kind == LEVELS) {
        const double turns = state->slow ? 1 / p->dwell : p->share / (1 - p->share) / p->dwell;
        state->slow ^= u < turns;
        return (1 + pm_rng_gaussian(rng, NOISE)) * (state->slow ? p->slow : 1);
    }
    state->z = p->rho * state->z + sqrt(1 - p->rho * p->rho) * pm_rng_gaussian(rng, 1);
    return p->kind == NORMAL ? 1 + p->spread * state->z : exp(p->spread * state->z);
}

static double share_within(const struct spells *p, double t)
{
    return (1 - p->share) * gsl_cdf_gaussian_P(t - 1, NOISE) +
           p->share * gsl_cdf_gaussian_P(t / p->slow - 1, NOISE);
}

double spells_quantile(const struct spells *p, double q)
{
    const double z = gsl_cdf_ugaussian_Pinv(q);
    if (p->kind != LEVELS)
        return p->kind == NORMAL      ? 1 + p->spread * z
               : p->kind == LOGNORMAL ? exp(p->spread * z)
                                      : pow(1 - q, -1 / 1.1);
    double lo = 0.5, hi = 2 * p->slow;
    for (int i = 0; i < 60; i++) {
        const double middle = (lo + hi) / 2;
        if (share_within(p, middle) < q)
            lo = middle;
        else
            hi = middle;
    }
    return hi;
}
