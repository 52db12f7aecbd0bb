/* SPDX-License-Identifier: MIT
 * How far a calibration reaches. A price is known for the kernels, windows and strides that were
 * timed; what a network has beyond them is not priced but bounded. Pure. */
#ifndef PM_REACH_H
#define PM_REACH_H

#include "network/cost.h"
#include "stats/cost_fit.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_catalogue_entry;

/* Of each make of layer among the rows: the widest kernel or window, and the longest stride for its
 * size; 0: no row has any. */
struct pm_reach {
    double size[PM_COST_FEATURES], stride[PM_COST_FEATURES];
    double layers; /* 10^3, of the deepest row */
};

void pm_reach_add(struct pm_reach *reach, const struct pm_catalogue_entry *row);
bool pm_reach_spans(const struct pm_reach *reach, const struct pm_cost_part *part);

struct pm_reached {
    struct pm_cost_prediction time; /* with what lies beyond, between its bounds */
    bool extrapolated;              /* what lies beyond may be more than a twentieth of it */
    bool usable;                    /* whatever that takes, the time is within a factor of three */
    const struct pm_cost_part *beyond; /* the part that may be the most of it; NULL */
};

/* The time of a network by the law of the calibration's rows (PM_FIT_OK). */
struct pm_reached pm_reach_predict(const struct pm_reach *reach, const struct pm_cost_fit *law,
                                   const struct pm_catalogue_entry *network);

#endif
