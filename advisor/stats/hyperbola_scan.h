/* SPDX-License-Identifier: MIT
 * Internal to stats/: the optimum of the hyperbola and of the two laws it is compared with, without
 * GSL and without allocation, so that refits (one point left out, resamples) cost next to nothing.
 */
#ifndef PM_HYPERBOLA_SCAN_H
#define PM_HYPERBOLA_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define PM_SCAN_S_MAX 1000.0 /* t0 + t_min is scanned up to this many t_max */

struct pm_scan_data {
    const double *t, *acc;
    const double *log_t; /* ln(t / t_scale) */
    size_t n;
    size_t skip; /* this point is left out; n for none */
    double t_min, t_max;
    double t_scale; /* geometric mean of the times */
    double a_max;
    bool t0_zero, origin;
};

/* A point of the parameter space and its sum of squares. For the log and power laws A and k are
 * their a and b, with t in units of t_scale. */
struct pm_scan_point {
    double A, k, t0, rss;
};

/* The best hyperbola for the points not left out; false when they have two distinct times or fewer.
 * *fit_t0 says whether there were enough of them to fit t0. */
bool pm_scan_hyperbola(const struct pm_scan_data *d, struct pm_scan_point *best, bool *fit_t0);

/* acc = a + b ln t and acc = a t^b; false when fewer than two distinct times remain. */
bool pm_scan_log(const struct pm_scan_data *d, struct pm_scan_point *best);
bool pm_scan_power(const struct pm_scan_data *d, struct pm_scan_point *best);

/* What each law says at t. */
double pm_scan_hyperbola_value(const struct pm_scan_data *d, struct pm_scan_point at, double t);
double pm_scan_log_value(const struct pm_scan_data *d, struct pm_scan_point at, double t);
double pm_scan_power_value(const struct pm_scan_data *d, struct pm_scan_point at, double t);

#endif
