/* SPDX-License-Identifier: MIT
 * Time as a sum of costs: t = sum of price[j] x cost[j], no price below 0, fitted so that relative
 * errors count (rows divided by their time) by non-negative least squares. The costs are those of
 * network/cost.h, but nothing here depends on what they are. */
#ifndef PM_COST_FIT_H
#define PM_COST_FIT_H

#include "stats/hyperbola.h" /* enum pm_fit_verdict */

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

#define PM_COST_MAX 16 /* costs a row */

/* Errors are relative: 0.05 is 5 %. */
struct pm_cost_fit {
    enum pm_fit_verdict verdict; /* PM_FIT_TOO_FEW: fewer than 2 rows more than prices above 0 */
    size_t n, p;
    size_t active; /* prices above 0 */
    double price[PM_COST_MAX];
    double largest[PM_COST_MAX]; /* the largest cost of the rows */
    double longest;              /* time of the slowest row */
    /* each row predicted by a fit to the others (pm_cost_check); NAN before */
    double loo_mape, loo_worst, within_10pct;
    size_t loo_worst_index;
    double sigma_rel; /* scatter of the rows about the fit, n - active degrees */
    double inverse[PM_COST_MAX][PM_COST_MAX]; /* (A'A)^-1 of the rows divided by their times */
    double confidence, t_value;
};

struct pm_cost_prediction {
    double value, lo, hi; /* prediction interval at the fit's confidence */
    bool extrapolated; /* more than 100 times the time of the slowest row, or a cost no row has */
    int unseen;        /* that cost; -1 none */
};

/* cost: n rows of p, none below 0; t: n times above 0. 0, or -1 with err. */
int pm_cost_fit(const double *cost, const double *t, size_t n, size_t p, double confidence,
                struct pm_cost_fit *out, struct pm_err *err);
/* How well each row is predicted by the others: fills loo_* and within_10pct of a fit to the same
 * rows that is PM_FIT_OK. As many fits as there are rows. */
int pm_cost_check(const double *cost, const double *t, struct pm_cost_fit *fit, struct pm_err *err);
/* cost: p numbers. Takes a fit that is PM_FIT_OK. */
struct pm_cost_prediction pm_cost_predict(const struct pm_cost_fit *fit, const double *cost);

#endif
