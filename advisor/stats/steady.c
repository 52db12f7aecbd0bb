/* SPDX-License-Identifier: MIT */
#include "stats/steady.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "stats/sample.h"

#define TREND_MAX_POINTS   120  /* 7140 pairs: a fraction of a millisecond */
#define LEVELS_MAX_POINTS  4000 /* the partition is quadratic: 20 ms here */
#define MIN_RUNS           10
#define WINDOW             4 /* runs either side: bursts of up to four spikes do not pass */
#define WINSOR_SIGMAS      3.0
#define LEAD_SIGMAS        6.0
#define PENALTY            15.0
#define CORRELATED_PENALTY 6.0
#define SAME_LEVEL         0.01
#define REAL_RISE          0.02
#define DRIFT_P            0.05
#define MEDIAN_TO_SIGMA    0.6745 /* median |z| of a normal */

/* Differences below a thousandth of the level are the clock's, not the machine's. */
#define SIGMA_FLOOR 1e-3

/* Everything allocated for one search, so that what computes allocates nothing. */
struct levels {
    size_t n;
    size_t group; /* runs a point stands for */
    double *y;    /* the winsorised points */
    double *work;
    double *sum, *squares; /* prefix sums of y */
    double *cost;
    size_t *from;  /* from[i]: start of the last level of the best partition of y[0, i) */
    size_t *start; /* of each level; count + 1 of them, the last is n */
    double *level;
    size_t count;
    double sigma;   /* of one point about its level */
    double penalty; /* squared units, a level */
};

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median of x[n], n >= 1, by way of work[n]: a selection, linear in n. */
static double median_of(const double *x, size_t n, double *work)
{
    memcpy(work, x, n * sizeof *work);
    return gsl_stats_median(work, 1, n);
}

/* ---- trend ---- */

/* Medians of `points` groups of neighbours; the same numbers when points = n. */
static void group_medians(const double *x, size_t n, size_t points, double *out, double *work)
{
    for (size_t i = 0; i < points; i++) {
        size_t first = i * n / points;
        size_t end = (i + 1) * n / points;
        out[i] = median_of(x + first, end - first, work);
    }
}

static double theil_sen(const double *y, size_t m, double *slopes)
{
    size_t count = 0;
    for (size_t i = 0; i < m; i++) {
        for (size_t j = i + 1; j < m; j++)
            slopes[count++] = (y[j] - y[i]) / (double)(j - i);
    }
    return gsl_stats_median(slopes, 1, count);
}

/* Mann-Kendall's variance without correlation; work[m] is overwritten. */
static double kendall_variance(const double *y, size_t m, double *work)
{
    double n = (double)m;
    double variance = n * (n - 1) * (2 * n + 5);
    memcpy(work, y, m * sizeof *work);
    qsort(work, m, sizeof *work, compare_doubles);
    for (size_t i = 0, end; i < m; i = end) {
        for (end = i + 1; end < m && !(work[end] > work[i]); end++)
            ;
        double ties = (double)(end - i);
        variance -= ties * (ties - 1) * (2 * ties + 5);
    }
    return variance / 18;
}

static double kendall_z(const double *y, size_t m, double r, double *work)
{
    double score = 0;
    for (size_t i = 0; i < m; i++) {
        for (size_t j = i + 1; j < m; j++)
            score += (double)((y[j] > y[i]) - (y[j] < y[i]));
    }
    double variance = kendall_variance(y, m, work) * (1 + r) / (1 - r);
    if (!(variance > 0) || fabs(score) < 1)
        return 0;
    return (score > 0 ? score - 1 : score + 1) / sqrt(variance);
}

/* The estimate falls short by about (2 + 4 r) / n once a line is taken out (Kendall 1954): with 20
 * runs, 0.6 looks like 0.4 and every wave like a trend. */
static double unbiased(double r, size_t n)
{
    return n > 4 ? fmin(((double)n * r + 2) / ((double)n - 4), 0.9) : r;
}

int pm_trend_find(const double *x, size_t n, struct pm_trend *out, struct pm_err *err)
{
    struct pm_arena arena = {0};
    size_t m = n < TREND_MAX_POINTS ? n : TREND_MAX_POINTS;
    int rc = -1;
    if (pm_require_finite(x, n, err) != 0)
        return -1;
    if (n < 4) {
        *out = (struct pm_trend){.p_rise = 1, .p_two_sided = 1};
        return 0;
    }
    double *y = pm_arena_alloc(&arena, m, sizeof *y);
    double *flat = pm_arena_alloc(&arena, m, sizeof *flat);
    double *work = pm_arena_alloc(&arena, n + m * (m - 1) / 2, sizeof *work);
    if (y == NULL || flat == NULL || work == NULL) {
        pm_fail_nomem(err);
        goto out;
    }
    group_medians(x, n, m, y, work);
    double slope = theil_sen(y, m, work);
    for (size_t i = 0; i < m; i++)
        flat[i] = y[i] - slope * (double)i;
    double r;
    if (pm_rank_autocorrelation(flat, m, &r, err) != 0)
        goto out;
    r = unbiased(r, m);
    double z = kendall_z(y, m, r, work);
    *out = (struct pm_trend){
        .p_rise = gsl_cdf_ugaussian_Q(z),
        .p_two_sided = 2 * gsl_cdf_ugaussian_Q(fabs(z)),
        .slope = slope * (double)m / (double)n,
        .r = r,
    };
    rc = 0;
out:
    pm_arena_done(&arena);
    return rc;
}

/* ---- levels ---- */

static int levels_init(struct levels *l, struct pm_arena *arena, size_t n)
{
    l->group = (n + LEVELS_MAX_POINTS - 1) / LEVELS_MAX_POINTS;
    l->n = n / l->group;
    l->y = pm_arena_alloc(arena, l->n, sizeof(double));
    l->work = pm_arena_alloc(arena, n, sizeof(double));
    l->sum = pm_arena_alloc(arena, l->n + 1, sizeof(double));
    l->squares = pm_arena_alloc(arena, l->n + 1, sizeof(double));
    l->cost = pm_arena_alloc(arena, l->n + 1, sizeof(double));
    l->from = pm_arena_alloc(arena, l->n + 1, sizeof(size_t));
    l->start = pm_arena_alloc(arena, l->n + 1, sizeof(size_t));
    l->level = pm_arena_alloc(arena, l->n, sizeof(double));
    bool ok = l->y && l->work && l->sum && l->squares && l->cost && l->from && l->start && l->level;
    return ok ? 0 : -1;
}

/* median |y[i + lag] - y[i]|, and their mean where most neighbours are equal */
static double median_difference(const double *y, size_t n, size_t lag, double *work)
{
    double sum = 0;
    for (size_t i = 0; i + lag < n; i++) {
        work[i] = fabs(y[i + lag] - y[i]);
        sum += work[i];
    }
    double median = gsl_stats_median(work, 1, n - lag);
    return median > 0 ? median : MEDIAN_TO_SIGMA * sum / (double)(n - lag);
}

/* Noise and penalty from differences, which no step or slow ramp disturbs. In a first-order
 * autoregression neighbours differ by 2 s^2 (1 - rho) and next neighbours by 2 s^2 (1 - rho^2), so
 * their ratio is 1 + rho: without it, correlated noise looks quiet and its waves like levels. */
static void find_noise(struct levels *l)
{
    double typical = fabs(median_of(l->y, l->n, l->work));
    double near = median_difference(l->y, l->n, 1, l->work);
    double next = median_difference(l->y, l->n, 2, l->work);
    double ratio = near > 0 ? next / near : 1;
    double rho = fmin(fmax(ratio * ratio - 1, 0), 0.9);
    double quiet = near / MEDIAN_TO_SIGMA / M_SQRT2;
    quiet = fmax(quiet, SIGMA_FLOOR * typical);
    double variance = quiet * quiet / (1 - rho);
    double waves = variance * (1 + rho) / (1 - rho);
    l->sigma = sqrt(variance);
    l->penalty = log((double)l->n) * fmax(PENALTY * quiet * quiet, CORRELATED_PENALTY * waves);
}

static void winsorise(struct levels *l)
{
    double *medians = l->cost; /* not in use yet */
    for (size_t i = 0; i < l->n; i++) {
        size_t first = i > WINDOW ? i - WINDOW : 0;
        size_t end = i + WINDOW + 1 < l->n ? i + WINDOW + 1 : l->n;
        medians[i] = median_of(l->y + first, end - first, l->work);
    }
    for (size_t i = 0; i < l->n; i++) {
        double reach = WINSOR_SIGMAS * l->sigma;
        l->y[i] = fmin(fmax(l->y[i], medians[i] - reach), medians[i] + reach);
    }
}

/* Prefix sums about y[0], so that squares do not cancel. */
static void sum_up(struct levels *l)
{
    l->sum[0] = 0;
    l->squares[0] = 0;
    for (size_t i = 0; i < l->n; i++) {
        double d = l->y[i] - l->y[0];
        l->sum[i + 1] = l->sum[i] + d;
        l->squares[i + 1] = l->squares[i] + d * d;
    }
}

/* Residual sum of squares of y[first, end) about its mean. */
static double level_rss(const struct levels *l, size_t first, size_t end)
{
    double sum = l->sum[end] - l->sum[first];
    return fmax(l->squares[end] - l->squares[first] - sum * sum / (double)(end - first), 0);
}

/* Jackson et al. 2005: the best partition of y[0, end) ends in one level after the best of some
 * shorter beginning. */
static void partition(struct levels *l)
{
    l->cost[0] = 0;
    for (size_t end = 1; end <= l->n; end++) {
        l->cost[end] = INFINITY;
        for (size_t first = 0; first < end; first++) {
            double cost = l->cost[first] + l->penalty + level_rss(l, first, end);
            if (cost < l->cost[end]) {
                l->cost[end] = cost;
                l->from[end] = first;
            }
        }
    }
    l->count = 0;
    for (size_t end = l->n; end > 0; end = l->from[end])
        l->count++;
    size_t i = l->count;
    l->start[i] = l->n;
    for (size_t end = l->n; end > 0; end = l->from[end])
        l->start[--i] = l->from[end];
}

static void find_level(struct levels *l, size_t i)
{
    l->level[i] = median_of(l->y + l->start[i], l->start[i + 1] - l->start[i], l->work);
}

static bool much_above(double a, double b)
{
    return a - b > SAME_LEVEL * fabs(b);
}

/* Index of the first level after warm-up. */
static size_t skip_warm_up(const struct levels *l)
{
    size_t i = 0;
    for (;;) {
        double lowest = l->level[i];
        for (size_t j = i + 1; j < l->count && l->start[j] <= l->n / 2; j++)
            lowest = fmin(lowest, l->level[j]);
        if (!much_above(l->level[i], lowest))
            return i;
        i++;
    }
}

/* Does a straight line through y[first, n) beat the levels there, a level costing the penalty? */
static bool is_ramp(const struct levels *l, size_t first_level)
{
    size_t first = l->start[first_level];
    double n = (double)(l->n - first);
    double steps = 0;
    for (size_t i = first_level; i < l->count; i++)
        steps += level_rss(l, l->start[i], l->start[i + 1]) + l->penalty;
    double mean = (l->sum[l->n] - l->sum[first]) / n;
    double sxy = 0;
    for (size_t i = first; i < l->n; i++)
        sxy += ((double)(i - first) - (n - 1) / 2) * (l->y[i] - l->y[0] - mean);
    double sxx = n * (n * n - 1) / 12;
    double line = level_rss(l, first, l->n) - sxy * sxy / sxx;
    return line + 2 * l->penalty < steps;
}

/* Leading runs alone, too few for the running median to see: the first inference after loading. */
static size_t skip_leading_spikes(const double *x, size_t cut, size_t n, double level, double sigma)
{
    while (cut < n / 4 && x[cut] - level > LEAD_SIGMAS * sigma &&
           x[cut] - level > SAME_LEVEL * fabs(level))
        cut++;
    return cut;
}

static void find_levels(struct levels *l, const double *x, size_t n, struct pm_steady *s)
{
    for (size_t i = 0; i < l->n; i++)
        l->y[i] = median_of(x + i * l->group, l->group, l->work);
    find_noise(l);
    winsorise(l);
    sum_up(l);
    partition(l);
    for (size_t i = 0; i < l->count; i++)
        find_level(l, i);
    size_t first = skip_warm_up(l);
    size_t cut = skip_leading_spikes(x, l->start[first] * l->group, n, l->level[first], l->sigma);
    while (first + 1 < l->count && cut >= l->start[first + 1] * l->group)
        first++; /* the spikes were the whole of a level */
    size_t last = l->count - 1;
    if (last > first && is_ramp(l, first))
        last = first;
    while (last > first && !much_above(l->level[last - 1], l->level[l->count - 1]) &&
           !much_above(l->level[l->count - 1], l->level[last - 1]))
        last--;

    size_t first_end = last > first ? l->start[first + 1] * l->group : n;
    s->cut = cut;
    s->level_start = last > first ? l->start[last] * l->group : s->cut;
    s->first_level = median_of(x + s->cut, first_end - s->cut, l->work);
    s->last_level = median_of(x + s->level_start, n - s->level_start, l->work);
    s->throttled = s->last_level - s->first_level >= REAL_RISE * fabs(s->first_level);
}

int pm_steady_find(const double *x, size_t n, struct pm_steady *out, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct levels l = {0};
    struct pm_steady s = {0};
    struct pm_trend trend = {.p_rise = 1, .p_two_sided = 1};
    int rc = -1;
    if (n == 0)
        return pm_fail(err, PM_EDATA, NULL, "no samples to look for a steady state in");
    if (pm_require_finite(x, n, err) != 0)
        return -1;
    if (levels_init(&l, &arena, n) != 0) {
        pm_fail_nomem(err);
        goto out;
    }
    if (n < MIN_RUNS)
        s.first_level = s.last_level = median_of(x, n, l.work);
    else
        find_levels(&l, x, n, &s);
    if (n - s.level_start >= MIN_RUNS &&
        pm_trend_find(x + s.level_start, n - s.level_start, &trend, err) != 0)
        goto out;
    double level = fabs(s.last_level);
    s.rise_rel = level > 0 ? trend.slope * (double)(n - s.level_start) / level : 0;
    s.p_value = trend.p_rise;
    s.p_two_sided = trend.p_two_sided;
    s.drift = s.p_value < DRIFT_P && s.rise_rel >= REAL_RISE;
    s.falling = s.p_two_sided < DRIFT_P && s.rise_rel <= -REAL_RISE;
    *out = s;
    rc = 0;
out:
    pm_arena_done(&arena);
    return rc;
}
