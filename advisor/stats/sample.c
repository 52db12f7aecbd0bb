/* SPDX-License-Identifier: MIT */
#include "stats/sample.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

/* Above 0.9 an estimate from a few hundred runs says only "very much". */
#define MAX_AUTOCORRELATION 0.9

/* q n computed in floating point may land just above the whole number it stands for: 0.9 x 10. */
#define RANK_SLACK 1e-9

struct ranked {
    double value;
    size_t index;
};

struct pm_rng {
    gsl_rng *gsl;
};

void pm_stats_init(void)
{
    gsl_set_error_handler_off();
}

int pm_require_finite(const double *x, size_t n, struct pm_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]))
            return pm_fail(err, PM_EDATA, NULL, "value %zu of %zu is not a finite number", i + 1,
                           n);
    }
    return 0;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static int compare_ranked(const void *a, const void *b)
{
    return compare_doubles(&((const struct ranked *)a)->value, &((const struct ranked *)b)->value);
}

double *pm_sorted_copy(struct pm_arena *arena, const double *x, size_t n)
{
    double *sorted = pm_arena_alloc(arena, n > 0 ? n : 1, sizeof *sorted);
    if (sorted == NULL || n == 0)
        return sorted;
    memcpy(sorted, x, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_doubles);
    return sorted;
}

double pm_quantile_sorted(const double *sorted, size_t n, double q)
{
    if (n == 0)
        return NAN;
    double rank = ceil(q * (double)n - RANK_SLACK);
    if (!(rank >= 1.0))
        return sorted[0];
    return rank >= (double)n ? sorted[n - 1] : sorted[(size_t)rank - 1];
}

double pm_median_sorted(const double *sorted, size_t n)
{
    if (n == 0)
        return NAN;
    return n % 2 == 1 ? sorted[n / 2] : 0.5 * sorted[n / 2 - 1] + 0.5 * sorted[n / 2];
}

static void summarise_sorted(const double *sorted, size_t n, struct pm_summary *out)
{
    double mean = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++)
        mean += sorted[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (sorted[i] - mean) * (sorted[i] - mean);
    *out = (struct pm_summary){
        .n = n,
        .mean = mean,
        .sd = n > 1 ? sqrt(squares / (double)(n - 1)) : 0,
        .min = sorted[0],
        .p50 = pm_median_sorted(sorted, n),
        .p90 = pm_quantile_sorted(sorted, n, 0.90),
        .p95 = pm_quantile_sorted(sorted, n, 0.95),
        .p99 = pm_quantile_sorted(sorted, n, 0.99),
        .max = sorted[n - 1],
    };
}

int pm_summarise(const double *x, size_t n, struct pm_summary *out, struct pm_err *err)
{
    struct pm_arena arena = {0};
    if (n == 0)
        return pm_fail(err, PM_EDATA, NULL, "no samples to summarise");
    if (pm_require_finite(x, n, err) != 0)
        return -1;
    double *sorted = pm_sorted_copy(&arena, x, n);
    if (sorted != NULL)
        summarise_sorted(sorted, n, out);
    pm_arena_done(&arena);
    return sorted != NULL ? 0 : pm_fail_nomem(err);
}

int pm_ranks(const double *x, size_t n, double *ranks, struct pm_err *err)
{
    if (pm_require_finite(x, n, err) != 0)
        return -1;
    struct ranked *order = calloc(n > 0 ? n : 1, sizeof *order);
    if (order == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < n; i++)
        order[i] = (struct ranked){x[i], i};
    qsort(order, n, sizeof *order, compare_ranked);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && !(order[end].value > order[i].value); end++)
            ;
        for (size_t j = i; j < end; j++)
            ranks[order[j].index] = 0.5 * (double)(i + 1 + end);
    }
    free(order);
    return 0;
}

static double blocks_autocorrelation(const double *ranks, const size_t *start_n, size_t starts,
                                     size_t n)
{
    double mean = 0.5 * (double)(n + 1);
    double variance = 0;
    double covariance = 0;
    size_t pairs = 0;
    size_t first = 0;
    for (size_t i = 0; i < n; i++)
        variance += (ranks[i] - mean) * (ranks[i] - mean);
    for (size_t block = 0; block < starts; block++) {
        for (size_t i = first + 1; i < first + start_n[block]; i++) {
            covariance += (ranks[i] - mean) * (ranks[i - 1] - mean);
            pairs++;
        }
        first += start_n[block];
    }
    if (n < 4 || pairs == 0 || !(variance > 0))
        return 0;
    double r = (covariance / (double)pairs) / (variance / (double)n);
    return fmin(fmax(r, 0), MAX_AUTOCORRELATION);
}

int pm_rank_autocorrelation_blocks(const double *x, const size_t *start_n, size_t starts, double *r,
                                   struct pm_err *err)
{
    size_t n = 0;
    for (size_t block = 0; block < starts; block++)
        n += start_n[block];
    double *ranks = calloc(n > 0 ? n : 1, sizeof *ranks);
    if (ranks == NULL)
        return pm_fail_nomem(err);
    int rc = pm_ranks(x, n, ranks, err);
    if (rc == 0)
        *r = blocks_autocorrelation(ranks, start_n, starts, n);
    free(ranks);
    return rc;
}

int pm_rank_autocorrelation(const double *x, size_t n, double *r, struct pm_err *err)
{
    return pm_rank_autocorrelation_blocks(x, &n, 1, r, err);
}

#define OUTLIER_MADS        14.826
#define MAD_PER_MEAN_ABSDEV 0.8453 /* both of normal data: 0.6745 sigma and 0.7979 sigma */

static size_t flag_beyond(const double *x, size_t n, double centre, double spread, bool *flags)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        flags[i] = fabs(x[i] - centre) > OUTLIER_MADS * spread;
        count += flags[i];
    }
    return count;
}

int pm_flag_outliers(const double *x, size_t n, bool *flags, size_t *count, struct pm_err *err)
{
    struct pm_arena arena = {0};
    if (pm_require_finite(x, n, err) != 0)
        return -1;
    double *sorted = pm_sorted_copy(&arena, x, n);
    double *away = pm_arena_alloc(&arena, n > 0 ? n : 1, sizeof *away);
    if (sorted != NULL && away != NULL) {
        double centre = pm_median_sorted(sorted, n);
        double sum = 0;
        for (size_t i = 0; i < n; i++) {
            away[i] = fabs(x[i] - centre);
            sum += away[i];
        }
        qsort(away, n, sizeof *away, compare_doubles);
        double spread = pm_median_sorted(away, n);
        if (!(spread > 0))
            spread = MAD_PER_MEAN_ABSDEV * sum / (double)n;
        *count = flag_beyond(x, n, centre, spread, flags);
    }
    bool done = sorted != NULL && away != NULL;
    pm_arena_done(&arena);
    return done ? 0 : pm_fail_nomem(err);
}

struct pm_rng *pm_rng_open(unsigned long seed)
{
    struct pm_rng *rng = calloc(1, sizeof *rng);
    if (rng == NULL)
        return NULL;
    rng->gsl = gsl_rng_alloc(gsl_rng_mt19937);
    if (rng->gsl == NULL) {
        free(rng);
        return NULL;
    }
    gsl_rng_set(rng->gsl, seed);
    return rng;
}

void pm_rng_close(struct pm_rng *rng)
{
    if (rng == NULL)
        return;
    gsl_rng_free(rng->gsl);
    free(rng);
}

size_t pm_rng_below(struct pm_rng *rng, size_t n)
{
    return n > 0 ? (size_t)gsl_rng_uniform_int(rng->gsl, (unsigned long)n) : 0;
}

double pm_rng_uniform(struct pm_rng *rng)
{
    return gsl_rng_uniform(rng->gsl);
}

double pm_rng_gaussian(struct pm_rng *rng, double sigma)
{
    return gsl_ran_gaussian_ziggurat(rng->gsl, sigma);
}
