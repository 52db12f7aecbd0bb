/* SPDX-License-Identifier: MIT
 * How much a series repeats itself, and how little its mean and its quantiles are worth for it.
 *
 * The series is taken for a first-order autoregression about a constant mean, with a coefficient
 * from 0 to 0.99 that is not known. A handful of values cannot tell 0 from 0.9, and an estimate put
 * in place of the coefficient says "0" with far too much confidence: at 0.9, a third of the
 * intervals of 20 values held. So every coefficient is weighed by how well the series goes with it
 * (its likelihood, mean and variance integrated out: Zellner and Tiao, "Bayesian analysis of the
 * regression model with autocorrelated errors", JASA 59, 1964) and by the reference prior, 1 /
 * sqrt(1 - r^2) (Berger and Yang, Econometric Theory 10, 1994), and what follows is averaged with
 * these weights. Few values get wide intervals; many that do not repeat one another pay little. */
#ifndef PM_AUTOREGRESSION_H
#define PM_AUTOREGRESSION_H

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

/* All of a series that counts. Zero-initialise, then add the values one after another; they should
 * lie about 0, in any unit. */
struct pm_series {
    size_t n, blocks;
    double last;
    double sum, squares,
        neighbours;           /* neighbours: of the products of two that follow one another */
    double ends, end_squares; /* of each block but the last, its first and last value */
    double first;             /* of the last block */
};

/* starts: nothing carries over to it from the value before. */
void pm_series_add(struct pm_series *series, double value, bool starts);

#define PM_COEFFICIENTS 34
struct pm_autoregression {
    size_t n;
    double weight[PM_COEFFICIENTS]; /* of each coefficient; their sum is 1 */
    double mean[PM_COEFFICIENTS];   /* the best estimate of the mean with it */
    double error[PM_COEFFICIENTS];  /* standard error of that, n - 1 degrees of freedom */
};

double pm_coefficient(size_t i); /* of index i: 0 for the first, 0.99 for the last */

/* n >= 1. Values that are all equal are taken for independent. */
void pm_autoregression_weigh(const struct pm_series *series, struct pm_autoregression *out);

/* Of the ranks of x, as normal scores, so that one value of 10 x does not hide the rest: block i
 * holds block_n[i] of them. 0, or -1 with err: out of memory, a value that is not finite. */
int pm_autoregression_of_ranks(const double *x, const size_t *block_n, size_t blocks,
                               struct pm_autoregression *out, struct pm_err *err);

/* Half the width of the interval about `centre` that holds the mean of the process at `confidence`;
 * INFINITY for n < 2. */
double pm_autoregression_half_width(const struct pm_autoregression *series, double centre,
                                    double confidence);

/* How many independent values n are worth for the q-quantile, at least 1 when n >= 1: n over 1 + 2
 * times the sum of the autocorrelations of "is above the quantile", which a normal series of this
 * coefficient has (tetrachoric series). Crossings of a high quantile repeat one another less than
 * the values do. 0 <= coefficient < 1, 0 < q < 1. */
double pm_effective_n(size_t n, double coefficient, double q);

#endif
