/* SPDX-License-Identifier: MIT
 * Latencies of a machine as they are found: noise that repeats itself, clock levels, rare slow
 * spells. The latency is about 1; a run and its state last one step. */
#ifndef SPELLS_H
#define SPELLS_H

#include <stddef.h>

struct pm_rng;

enum spells_kind {
    NORMAL,    /* 1 + spread z, z a first-order autoregression */
    LOGNORMAL, /* exp(spread z) */
    PARETO,    /* of index 1.1, independent */
    LEVELS, /* 2 % noise; `slow` times as long for a share of the time, some `dwell` runs at once */
};

struct spells {
    const char *name;
    enum spells_kind kind;
    double spread, rho;
    double share, dwell, slow;
};

struct spells_state {
    double z;
    int slow; /* in a slow spell */
};

void spells_start(const struct spells *p, struct pm_rng *rng, struct spells_state *state);
double spells_next(const struct spells *p, struct pm_rng *rng, struct spells_state *state);
/* Its q-quantile, to four digits. */
double spells_quantile(const struct spells *p, double q);

#endif
