/* SPDX-License-Identifier: MIT */
#include "stats/hyperbola_scan.h"

#include <math.h>

#define GRID        121
#define SMOOTH      30 /* of so many points and more the curve has one valley: a quarter will do */
#define GOLDEN      0.6180339887498949
#define GOLDEN_RUNS 32    /* 2e-7 of a cell: sums of squares agree to rounding */
#define TIE         1e-12 /* relative: two sums of squares are the same */
#define MAX_POWER   3.0

/* Least squares of y on u: y = A + B u. */
static void line(const struct pm_scan_data *d,
                 double (*u)(const struct pm_scan_data *, double, double), double shape, double *A,
                 double *B)
{
    double n = 0, mean_u = 0, mean_y = 0, suu = 0, suy = 0;
    for (size_t i = 0; i < d->n; i++) {
        const double here = i == d->skip ? 0 : 1;
        n += here;
        mean_u += here * u(d, d->t[i], shape);
        mean_y += here * d->acc[i];
    }
    mean_u /= n;
    mean_y /= n;
    for (size_t i = 0; i < d->n; i++) { /* two passes: sums of raw squares would cancel */
        const double du = i == d->skip ? 0 : u(d, d->t[i], shape) - mean_u;
        suu += du * du;
        suy += du * (d->acc[i] - mean_y);
    }
    *B = suu > 0 ? suy / suu : 0;
    *A = mean_y - *B * mean_u;
}

/* Least squares of y - y0 on u alone: the factor of u. */
static double factor(const struct pm_scan_data *d,
                     double (*u)(const struct pm_scan_data *, double, double), double shape,
                     double y0)
{
    double suu = 0, suy = 0;
    for (size_t i = 0; i < d->n; i++) {
        if (i == d->skip)
            continue;
        double v = u(d, d->t[i], shape);
        suu += v * v;
        suy += v * (d->acc[i] - y0);
    }
    return suu > 0 ? suy / suu : 0;
}

static double inverse(const struct pm_scan_data *d, double t, double t0)
{
    (void)d;
    return 1 / (t + t0);
}

static double saturation(const struct pm_scan_data *d, double t, double t0)
{
    (void)d;
    return t / (t + t0);
}

static double logarithm(const struct pm_scan_data *d, double t, double shape)
{
    (void)shape;
    return log(t / d->t_scale);
}

double pm_scan_hyperbola_value(const struct pm_scan_data *d, struct pm_scan_point at, double t)
{
    (void)d;
    return at.A - at.k / (t + at.t0);
}

double pm_scan_log_value(const struct pm_scan_data *d, struct pm_scan_point at, double t)
{
    return at.A + at.k * logarithm(d, t, 0);
}

double pm_scan_power_value(const struct pm_scan_data *d, struct pm_scan_point at, double t)
{
    return at.A * pow(t / d->t_scale, at.k);
}

static double sum_of_squares(const struct pm_scan_data *d,
                             double (*value)(const struct pm_scan_data *, struct pm_scan_point,
                                             double),
                             struct pm_scan_point at)
{
    double rss = 0;
    for (size_t i = 0; i < d->n; i++) {
        double e = d->acc[i] - value(d, at, d->t[i]);
        rss += i == d->skip ? 0 : e * e;
    }
    return rss;
}

/* The best A and k for this t0, within their bounds: the sum of squares is convex in the two, so a
 * bound that is crossed is where the optimum lies. */
static struct pm_scan_point hyperbola_at(const struct pm_scan_data *d, double t0)
{
    struct pm_scan_point at = {.t0 = t0};
    if (d->origin) {
        at.A = fmin(fmax(factor(d, saturation, t0, 0), 0), d->a_max);
        at.k = at.A * t0;
    } else {
        double B;
        line(d, inverse, t0, &at.A, &B);
        at.k = -B;
        if (at.A > d->a_max) {
            at.A = d->a_max;
            at.k = -factor(d, inverse, t0, d->a_max);
        }
        if (!(at.k > 0)) {
            double unused;
            line(d, inverse, INFINITY, &at.A, &unused);
            at.A = fmin(at.A, d->a_max);
            at.k = 0;
        }
    }
    at.rss = sum_of_squares(d, pm_scan_hyperbola_value, at);
    return at;
}

static struct pm_scan_point hyperbola_at_log_s(const struct pm_scan_data *d, double log_s)
{
    return hyperbola_at(d, fmax(exp(log_s) - d->t_min, 0));
}

/* In one pass, as this is where the time of a large fit goes; good to 1e-16 of the squares of acc,
 * which is enough to find the best. */
static struct pm_scan_point power_law_at(const struct pm_scan_data *d, double shape)
{
    double suu = 0, suy = 0, syy = 0;
    for (size_t i = 0; i < d->n; i++) {
        if (i == d->skip)
            continue;
        const double u = exp(shape * d->log_t[i]);
        suu += u * u;
        suy += u * d->acc[i];
        syy += d->acc[i] * d->acc[i];
    }
    const double A = suu > 0 ? suy / suu : 0;
    return (struct pm_scan_point){.A = A, .k = shape, .rss = syy - A * suy};
}

/* ---- the search over the one parameter that is not linear ---- */

/* Grid, then golden section between the neighbours of its best point: 57 % of random starts reach
 * the optimum, this always does. */
static struct pm_scan_point scan(const struct pm_scan_data *d,
                                 struct pm_scan_point (*at)(const struct pm_scan_data *, double),
                                 double low, double high)
{
    const int grid = d->n < SMOOTH ? GRID : GRID / 4 + 1;
    double step = (high - low) / (grid - 1);
    int best = 0;
    struct pm_scan_point found = at(d, low);
    for (int i = 1; i < grid; i++) {
        struct pm_scan_point next = at(d, low + i * step);
        if (next.rss < found.rss) {
            found = next;
            best = i;
        }
    }
    double a = low + fmax(best - 1, 0) * step;
    double b = fmin(low + (best + 1) * step, high);
    double c = b - GOLDEN * (b - a);
    double e = a + GOLDEN * (b - a);
    struct pm_scan_point at_c = at(d, c);
    struct pm_scan_point at_e = at(d, e);
    for (int i = 0; i < GOLDEN_RUNS; i++) {
        if (at_c.rss < at_e.rss) {
            b = e;
            e = c;
            at_e = at_c;
            c = b - GOLDEN * (b - a);
            at_c = at(d, c);
        } else {
            a = c;
            c = e;
            at_c = at_e;
            e = a + GOLDEN * (b - a);
            at_e = at(d, e);
        }
    }
    struct pm_scan_point inner = at_c.rss < at_e.rss ? at_c : at_e;
    return inner.rss < found.rss ? inner : found;
}

/* Counted up to 5: nobody asks for more. */
static size_t distinct_times(const struct pm_scan_data *d)
{
    size_t distinct = 0;
    for (size_t i = 0; i < d->n && distinct < 5; i++) {
        bool seen = i == d->skip;
        for (size_t j = 0; j < i && !seen; j++)
            seen = j != d->skip && !(d->t[i] < d->t[j]) && !(d->t[i] > d->t[j]);
        distinct += !seen;
    }
    return distinct;
}

bool pm_scan_hyperbola(const struct pm_scan_data *d, struct pm_scan_point *best, bool *fit_t0)
{
    size_t distinct = distinct_times(d);
    *fit_t0 = !d->t0_zero && (distinct > 4 || d->origin);
    if (distinct <= 2)
        return false;
    *best = hyperbola_at(d, 0);
    if (!*fit_t0)
        return true;
    struct pm_scan_point inner =
        scan(d, hyperbola_at_log_s, log(d->t_min), log(PM_SCAN_S_MAX) + log(d->t_max));
    if (inner.rss < best->rss * (1 - TIE))
        *best = inner;
    return true;
}

bool pm_scan_log(const struct pm_scan_data *d, struct pm_scan_point *best)
{
    *best = (struct pm_scan_point){0};
    line(d, logarithm, 0, &best->A, &best->k);
    best->rss = sum_of_squares(d, pm_scan_log_value, *best);
    return distinct_times(d) >= 2;
}

bool pm_scan_power(const struct pm_scan_data *d, struct pm_scan_point *best)
{
    *best = scan(d, power_law_at, -MAX_POWER, MAX_POWER);
    best->rss = sum_of_squares(d, pm_scan_power_value, *best);
    return distinct_times(d) >= 2;
}
