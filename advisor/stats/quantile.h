/* SPDX-License-Identifier: MIT
 * The interval of a quantile, as the values themselves give it. */
#ifndef PM_QUANTILE_H
#define PM_QUANTILE_H

#include <stdbool.h>
#include <stddef.h>

struct pm_autoregression;

struct pm_quantile_interval {
    bool has_lo, has_hi;
    double value;  /* pm_quantile_sorted, for q = 0.5 the median */
    double lo, hi; /* order statistics; NaN when that end is missing */
};

/* Two-sided, distribution-free interval of the q-quantile by order statistics (David & Nagaraja,
 * Order Statistics, section 7.1): ranks l, u with P(l <= Bin(n, q) < u) >= confidence. Each tail
 * starts at (1 - confidence) / 2; what discreteness then leaves over is used to draw the ends
 * nearer, so that coverage is not far above nominal. Values that repeat one another are worth fewer
 * (pm_effective_n): ranks are scaled by n_eff / n, the binomial distribution for a real n_eff is
 * the incomplete beta function, equal to gsl_cdf_binomial_P at whole numbers, and it is averaged
 * over the coefficients that the series may have (stats/autoregression.h). NULL: they are
 * independent.
 *
 * An end that so many cannot support (p90, 95 %: 36 independent ones) is missing; the other end is
 * then one-sided at the confidence. -1, out untouched, when n = 0 or q or confidence is not inside
 * (0, 1). Allocates nothing. */
int pm_quantile_interval(const double *sorted, size_t n, const struct pm_autoregression *series,
                         double q, double confidence, struct pm_quantile_interval *out);

#endif
