/* SPDX-License-Identifier: MIT
 * The law of Canziani, Paszke and Culurciello (2016, arXiv 1605.07678): accuracy against inference
 * time, acc(t) = A - k / (t + t0). A is the accuracy no time can buy more than (per cent), k the
 * price (per cent x ms), t0 an offset (ms). Units are those of the data. */
#ifndef PM_HYPERBOLA_H
#define PM_HYPERBOLA_H

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

enum pm_fit_verdict {
    PM_FIT_OK,
    PM_FIT_TOO_FEW, /* two distinct times or fewer (regression: fewer than 4 rows or 3 sizes) */
    PM_FIT_FLAT,    /* no gain with time: k = 0, A is the mean; nothing is identified */
    PM_FIT_FAILED   /* the numbers are beyond floating point */
};

struct pm_parameter {
    double value;
    double lo, hi;   /* Student interval by the delta method, cut off at the parameter's bound;
                        equal to value when not identified */
    bool identified; /* false: at its bound or fixed, the data do not say what it is; nor what k is
                        where that holds of t0 and nobody fixed it */
};

struct pm_hyperbola_options {
    double a_max;        /* A's upper bound: 100 for percentages, INFINITY for none */
    double confidence;   /* of intervals and bands, inside (0, 1) */
    bool force_t0_zero;  /* whatever the number of points */
    bool through_origin; /* k = A t0, acc(0) = 0: Michaelis-Menten A t / (t + t0); A and t0 free */
    bool unchecked;      /* no point left out, no other law beside it: those figures are NAN */
};

/* With verdict PM_FIT_TOO_FEW or PM_FIT_FAILED only verdict, n, t_min and t_max mean anything. A
 * number that does not exist (an error of leaving one out when too few remain) is NaN. */
struct pm_hyperbola {
    enum pm_fit_verdict verdict;
    size_t n; /* points */
    size_t p; /* parameters fitted; one at its bound is not */
    struct pm_parameter A, k, t0;
    double rss;
    double rmse;             /* sqrt(rss / (n - p)); NaN when n = p */
    double r2;               /* NaN when all accuracies are equal */
    double covariance[3][3]; /* of A, k, t0; a parameter not fitted has zeros */
    double confidence;
    double t_value; /* Student's t, two-sided at the confidence, n - p degrees */
    /* Root mean square error of the points left out one at a time (of more than 158: of every
     * second, third ... of them), and in sample, for this law and for two others with two
     * parameters: acc = a + b ln t, acc = a t^b. */
    double loo_rmse, log_loo_rmse, power_loo_rmse;
    double log_rmse, power_rmse;
    double t_min, t_max; /* of the data: beyond them is extrapolation */
};

/* Fit n points (t[i] > 0, acc[i]); NULL options are {100, 0.95}. Distinct times decide the number
 * of parameters: two or fewer no fit, 3 or 4 t0 = 0, from 5 on all three. A <= a_max, k >= 0,
 * t0 >= 0 (with the pole allowed between 0 and the fastest point, leaving one out costs 51 points
 * of accuracy instead of 7). The optimum is global: t0 + t_min is scanned on a log grid from t_min
 * to 1000 t_max with A and k in closed form; GSL's Levenberg-Marquardt polishes it. 0, or -1 with
 * err: out of memory, a number that is not finite, a time not above 0, a confidence outside (0, 1).
 */
int pm_hyperbola_fit(const double *t, const double *acc, size_t n,
                     const struct pm_hyperbola_options *options, struct pm_hyperbola *out,
                     struct pm_err *err);

/* The rest takes a fit that is PM_FIT_OK or PM_FIT_FLAT and t >= 0. */
double pm_hyperbola_at(const struct pm_hyperbola *fit, double t);
double pm_hyperbola_slope(const struct pm_hyperbola *fit, double t); /* d acc / d t */

/* The time at which acc is reached: 0 when it is at any time, INFINITY when it never is. */
double pm_hyperbola_time_for(const struct pm_hyperbola *fit, double acc);

/* Half-widths at t, delta method: of the curve's confidence band, and of the interval for the next
 * network's accuracy. Neither is clipped to [0, 100]. NaN when n = p. */
void pm_hyperbola_band(const struct pm_hyperbola *fit, double t, double *confidence_half,
                       double *prediction_half);

#endif
