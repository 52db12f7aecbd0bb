/* SPDX-License-Identifier: MIT */
#include "stats/sample.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

/* Above 0.9 an estimate from a few hundred runs says only "very much"; n_eff = n / 19 is then
 * already a wide interval, and 1 would be no interval at all. */
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

double pm_effective_n(size_t n, double r)
{
    if (n == 0)
        return 0;
    return fmax(1.0, (double)n * (1 - r) / (1 + r));
}

/* Sum over all lags of the autocorrelation of the indicator "x is above its q-quantile", for a
 * Gaussian autoregression of coefficient rho: the tetrachoric series of the bivariate normal,
 * phi(z)^2 sum_m He_{m-1}(z)^2 / m! rho^(k m) / (q (1 - q)), summed over k = 1, 2, ... */
static double indicator_memory(double rho, double q)
{
    double z = gsl_cdf_ugaussian_Pinv(q);
    double before = 0;
    double hermite = 1; /* He_{m-1} / sqrt((m-1)!) */
    double power = 1;
    double sum = 0;
    for (int m = 1; m <= 200 && power > 1e-9; m++) { /* what follows changes no digit that counts */
        double next = (z * hermite - sqrt(m - 1) * before) / sqrt(m);
        power *= rho;
        sum += hermite * hermite / m * power / (1 - power);
        before = hermite;
        hermite = next;
    }
    double density = gsl_ran_ugaussian_pdf(z);
    return density * density * sum / (q * (1 - q));
}

double pm_effective_n_at(size_t n, double r, double q)
{
    if (n == 0 || !(r > 0))
        return (double)n;
    double rho = 2 * sin(M_PI / 6 * r); /* of the normal scores whose ranks correlate by r */
    double shorter = (1 + 2 * indicator_memory(rho, q)) / (1 + 2 * indicator_memory(rho, 0.5));
    double inflation = (1 + r) / (1 - r) * fmin(shorter, 1);
    return fmax(1.0, (double)n / fmax(inflation, 1));
}

/* P(the lower end, x_(rank), is above the quantile) and its counterpart for the upper end. */
static double low_tail(size_t rank, size_t n, double n_eff, double q)
{
    double below = (double)(rank - 1) * n_eff / (double)n;
    return gsl_cdf_beta_Q(q, below + 1, n_eff - below);
}

static double high_tail(size_t rank, size_t n, double n_eff, double q)
{
    double upto = (double)rank * n_eff / (double)n;
    return gsl_cdf_beta_P(q, upto, n_eff - upto + 1);
}

/* The largest rank whose low tail is within `level`; 0 when not even the smallest sample is. */
static size_t low_rank(size_t n, double n_eff, double q, double level)
{
    size_t good = 0;
    size_t bad = n + 1;
    while (bad - good > 1) {
        size_t middle = good + (bad - good) / 2;
        if (low_tail(middle, n, n_eff, q) <= level)
            good = middle;
        else
            bad = middle;
    }
    return good;
}

/* The smallest rank whose high tail is within `level`; n + 1 when not even the largest is. */
static size_t high_rank(size_t n, double n_eff, double q, double level)
{
    size_t bad = 0;
    size_t good = n + 1;
    while (good - bad > 1) {
        size_t middle = bad + (good - bad) / 2;
        if (high_tail(middle, n, n_eff, q) <= level)
            good = middle;
        else
            bad = middle;
    }
    return good;
}

/* Draw the ends nearer while the two tails together stay within alpha, the cheaper end first. A
 * missing end has spent nothing. */
static void draw_nearer(size_t n, double n_eff, double q, double alpha, size_t *lo, size_t *hi)
{
    bool has_lo = *lo >= 1;
    bool has_hi = *hi <= n;
    for (;;) {
        double low = has_lo ? low_tail(*lo, n, n_eff, q) : 0;
        double high = has_hi ? high_tail(*hi, n, n_eff, q) : 0;
        bool room = !has_lo || !has_hi || *lo + 1 < *hi;
        double up = has_lo && room && *lo < n ? low_tail(*lo + 1, n, n_eff, q) + high : 1;
        double down = has_hi && room && *hi > 1 ? high_tail(*hi - 1, n, n_eff, q) + low : 1;
        if (fmin(up, down) > alpha + RANK_SLACK)
            return;
        if (up < down - RANK_SLACK) /* of equals the upper end: no last digit may decide */
            (*lo)++;
        else
            (*hi)--;
    }
}

int pm_quantile_interval(const double *sorted, size_t n, double r, double q, double confidence,
                         struct pm_quantile_interval *out)
{
    if (n == 0 || !(q > 0 && q < 1) || !(confidence > 0 && confidence < 1) || !(r >= 0 && r < 1))
        return -1;
    double alpha = 1 - confidence;
    double n_eff = pm_effective_n_at(n, r, q);
    /* 1 - 0.95 is a hair more than 0.05: a rank exactly at its level must not depend on it. */
    size_t lo = low_rank(n, n_eff, q, alpha / 2 + RANK_SLACK);
    size_t hi = high_rank(n, n_eff, q, alpha / 2 + RANK_SLACK);
    draw_nearer(n, n_eff, q, alpha, &lo, &hi);

    *out = (struct pm_quantile_interval){
        .has_lo = lo >= 1,
        .has_hi = hi <= n,
        .value =
            q > 0.5 || q < 0.5 ? pm_quantile_sorted(sorted, n, q) : pm_median_sorted(sorted, n),
        .lo = lo >= 1 ? sorted[lo - 1] : (double)NAN,
        .hi = hi <= n ? sorted[hi - 1] : (double)NAN,
        .n_eff = n_eff,
    };
    if (!out->has_lo || !out->has_hi) {
        double independent = log(alpha / 2) / log(fmax(q, 1 - q));
        double inflation = 1e6 / pm_effective_n_at(1000000, r, q); /* not rounded up to n_eff 1 */
        double runs = ceil(independent * inflation - RANK_SLACK);
        out->need_more = runs > (double)n ? (size_t)runs - n : 1;
    }
    return 0;
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
