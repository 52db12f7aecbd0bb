/* SPDX-License-Identifier: MIT
 * Operations to latency, t = a + b x operations, the fourth claim of Canziani et al. (2016): "the
 * operations count is a reliable estimate of the inference time". Times in ms, operations in 10^9
 * (1 multiply-accumulate = 2 operations). */
#ifndef PM_REGRESSION_H
#define PM_REGRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/hyperbola.h" /* enum pm_fit_verdict */

struct pm_err;

/* With verdict PM_FIT_TOO_FEW or PM_FIT_FAILED only verdict, n, gops_min and gops_max mean
 * anything. Errors are relative: 0.052 is 5.2 %. */
struct pm_ops_fit {
    enum pm_fit_verdict verdict;
    size_t n;
    double a_ms, a_lo, a_hi; /* Student intervals at the confidence, n - 2 degrees */
    double b_ms_per_gop, b_lo, b_hi;
    double
        sigma_rel; /* scatter about the line: of ln t, n - 2 degrees; Huber's where it is robust */
    /* By pm_ops_check, NAN before: each row (of more than 158: every second, third ... of them)
     * predicted by a fit to the others */
    double loo_mape;  /* mean absolute relative error */
    double loo_worst; /* the largest, and whose it is */
    size_t loo_worst_index;
    double within_10pct; /* share of rows predicted to within 10 % */
    double p90_error;    /* 90 % of rows are predicted at least this well */
    double ols_loo_mape; /* loo_mape of plain least squares, for comparison */
    double r2; /* of t, in sample: flattered by one large network, so not to be judged by */
    double covariance[2][2]; /* of a_ms, b_ms_per_gop */
    double confidence, t_value;
    double gops_min, gops_max; /* of the data: beyond them is extrapolation */
    bool robust; /* a row is grossly off and Huber's weights were used; else none is */
};

/* Least squares on ln t: errors count relative to the line, so that scatter does not pull it down,
 * as dividing rows by their own times would (by 1.5 sigma^2). With a row more than five robust
 * standard deviations off, the line is Huber's (gsl_multifit_robust) about that. Wants n
 * >= 4 rows with 3 different operation counts. gops[i] >= 0, ms[i] > 0. 0, or -1 with err: out of
 * memory, a number that is not finite or out of range, a confidence outside (0, 1). */
int pm_ops_fit(const double *gops, const double *ms, size_t n, double confidence,
               struct pm_ops_fit *out, struct pm_err *err);

/* Leave rows out in turn, of the same rows and their fit; nothing where that is not PM_FIT_OK. It
 * takes far longer than the fit: for those who show what it finds. 0, or -1: out of memory. */
int pm_ops_check(const double *gops, const double *ms, struct pm_ops_fit *fit, struct pm_err *err);

/* Time of a network of that many operations and its prediction interval, t_value sqrt((sigma_rel
 * t)^2 + var(a + b gops)). No time is predicted at 0 or below: a value or lower end that the line
 * puts there is given as 1e-6 ms. Takes a fit that is PM_FIT_OK. */
void pm_ops_predict(const struct pm_ops_fit *fit, double gops, double *ms, double *lo, double *hi);

/* Spearman's rank correlation, mid-ranks for ties; NaN for n < 2 or when either is constant. */
int pm_spearman(const double *x, const double *y, size_t n, double *rho, struct pm_err *err);

#endif
