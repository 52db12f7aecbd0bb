/* SPDX-License-Identifier: MIT
 * When did warm-up end, did the machine throttle, is it still moving? A robust changepoint search,
 * then a Mann-Kendall test on what remains: neither alone will do (the changepoint misses a slow
 * ramp, Mann-Kendall calls every warm-up a trend). */
#ifndef PM_STEADY_H
#define PM_STEADY_H

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

/* Is there a trend in n runs taken one after another, and how large? */
struct pm_trend {
    double p_rise;      /* one-sided: small when later runs are slower */
    double p_two_sided; /* small when they are slower or faster */
    double slope;       /* Theil-Sen, per run */
    double r;           /* lag-1 rank autocorrelation of the runs with the slope taken out */
};

/* Mann-Kendall with the tie correction, its variance multiplied by (1 + r) / (1 - r); Sen 1968 for
 * the slope. Above 120 runs both work on the medians of 120 groups. n < 4: p = 1, slope 0.
 * 0, or -1 with err: out of memory, a sample that is not finite. */
int pm_trend_find(const double *x, size_t n, struct pm_trend *out, struct pm_err *err);

struct pm_steady {
    size_t cut;         /* runs before this index are warm-up and left out; at most n / 2 */
    size_t level_start; /* first run of the sustained (last) level; >= cut */
    bool drift;         /* still rising at the end: p_value < 0.05 and rise_rel >= 2 % */
    bool falling;       /* still getting faster at the end by as much: warm-up is not over */
    bool throttled;     /* the last level is higher than the first after warm-up by >= 2 % */
    double first_level, last_level; /* medians, in the unit of x; equal when there is one level */
    double rise_rel;                /* slope x runs / median, over [level_start, n) */
    double p_value;                 /* Mann-Kendall over the same, one-sided for a rise */
    double p_two_sided;
};

/* The method, for x[n] in the order of measuring, n >= 1:
 * - winsorise to the running median of 9 +- 3 sigma, sigma from the median absolute difference of
 *   neighbours, so that spikes are not levels;
 * - optimal partition into constant levels, penalty 15 ln n sigma^2 a level, more when the runs are
 *   correlated; a straight ramp that explains the runs better than its staircase is one level;
 * - trailing levels within 1 % of the last are merged into it;
 * - leading levels more than 1 % above a later one of the first half are warm-up, and so are single
 *   leading runs more than six sigma above theirs.
 * Fewer than 10 runs: cut 0, one level, p = 1. More than 4000 runs are grouped, and cut and
 * level_start are then exact to n / 2000 runs. 0, or -1 with err: out of memory, n = 0, a sample
 * that is not finite. */
int pm_steady_find(const double *x, size_t n, struct pm_steady *out, struct pm_err *err);

#endif
