/* SPDX-License-Identifier: MIT
 * What a handful of timed runs says about the latency: order statistics, outliers, and a plain
 * estimate of how much neighbouring runs are alike (what that does to an interval is in
 * autoregression.h and quantile.h). Units are those of the samples (ms, J, ...).
 *
 * No function keeps or changes its input. Every function that allocates returns 0, or -1 with err
 * filled: out of memory, or a sample that is not a finite number. */
#ifndef PM_SAMPLE_H
#define PM_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

struct pm_err;
struct pm_arena;

/* Call once at start-up, before anything in stats/: GSL's default is to abort the program on any
 * numerical complaint; every status is looked at here instead. */
void pm_stats_init(void);

/* 0 when all n numbers are finite, else -1 with err naming the first that is not. */
int pm_require_finite(const double *x, size_t n, struct pm_err *err);

/* A sorted copy in the arena, ascending; NULL when out of memory. */
double *pm_sorted_copy(struct pm_arena *arena, const double *x, size_t n);

struct pm_summary {
    size_t n;
    double mean, sd; /* sd with n - 1; 0 for one sample */
    double min, p50, p90, p95, p99, max;
};

/* n >= 1, else PM_EDATA. p50 of an even n is the mean of the middle two; the other quantiles are
 * pm_quantile_sorted. */
int pm_summarise(const double *x, size_t n, struct pm_summary *out, struct pm_err *err);

/* The smallest order statistic x_(k) with k >= q n: the inverse of the empirical distribution, so
 * that "the q-quantile is above L" and "fewer than q n samples are <= L" are the same statement.
 * 0 < q <= 1, sorted ascending; NaN for n = 0. */
double pm_quantile_sorted(const double *sorted, size_t n, double q);

/* The median of sorted data, the mean of the middle two for an even n; NaN for n = 0. */
double pm_median_sorted(const double *sorted, size_t n);

/* Mid-ranks, 1..n; equal values share the mean of their ranks. */
int pm_ranks(const double *x, size_t n, double *ranks, struct pm_err *err);

/* Lag-1 autocorrelation of the mid-ranks, clipped to [0, 0.9]: ranks, because one spike of 10 x
 * would hide the correlation of all the rest. 0 for n < 4 or constant data. */
int pm_rank_autocorrelation(const double *x, size_t n, double *r, struct pm_err *err);

/* The same for several process starts one after another: block i holds start_n[i] runs, and a pair
 * across two blocks is left out, as nothing carries over from one process to the next. */
int pm_rank_autocorrelation_blocks(const double *x, const size_t *start_n, size_t starts, double *r,
                                   struct pm_err *err);

/* Marks samples whose |x - median| / MAD exceeds 14.826 (ten standard deviations of normal data;
 * hyperfine's rule) in flags[n] and counts them. With MAD = 0, half the samples being equal, the
 * mean absolute deviation stands in for it (Iglewicz & Hoaglin 1993). Nothing is deleted. */
int pm_flag_outliers(const double *x, size_t n, bool *flags, size_t *count, struct pm_err *err);

/* Seeded random numbers (Mersenne twister) for resampling: the same seed gives the same answer on
 * every machine. */
struct pm_rng;
struct pm_rng *pm_rng_open(unsigned long seed); /* NULL when out of memory */
void pm_rng_close(struct pm_rng *rng);
size_t pm_rng_below(struct pm_rng *rng, size_t n); /* 0..n-1; 0 for n = 0; n < 2^32 */
double pm_rng_uniform(struct pm_rng *rng);         /* [0, 1) */
double pm_rng_gaussian(struct pm_rng *rng, double sigma);

#endif
