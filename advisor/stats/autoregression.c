/* SPDX-License-Identifier: MIT
 * With coefficient r the inverse of the correlations of a block is T / (1 - r^2), T tridiagonal: 1
 * at both ends of the diagonal, 1 + r^2 between them, -r beside it. All that is needed of T are
 * x'Tx, 1'Tx and 1'T1, and these are polynomials in r with the sums of struct pm_series. */
#include "stats/autoregression.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/arena.h"
#include "base/err.h"
#include "stats/sample.h"

#define LARGEST 0.99

/* What weighs less than this part of the error allowed changes no digit of an interval. */
#define NEGLIGIBLE 1e-3
#define CLOSE      1e-3 /* of that error */
#define ITERATIONS 100

void pm_series_add(struct pm_series *s, double value, bool starts)
{
    if (starts || s->n == 0) {
        if (s->n > 0) {
            s->ends += s->first + s->last;
            s->end_squares += s->first * s->first + s->last * s->last;
        }
        s->blocks++;
        s->first = value;
    } else {
        s->neighbours += s->last * value;
    }
    s->n++;
    s->last = value;
    s->sum += value;
    s->squares += value * value;
}

/* Dense where the coefficient matters: even in its inverse hyperbolic tangent. */
double pm_coefficient(size_t i)
{
    return tanh((double)i / (PM_COEFFICIENTS - 1) * atanh(LARGEST));
}

/* The logarithm of the likelihood, but for a constant. */
static double weigh_one(const struct pm_series *s, double r, double *mean, double *error)
{
    const double n = (double)s->n, blocks = (double)s->blocks, rest = 1 - r;
    const double ends = s->ends + s->first + s->last;
    const double end_squares = s->end_squares + s->first * s->first + s->last * s->last;
    const double one_one = rest * rest * n + 2 * blocks * r * rest;
    const double one_x = rest * rest * s->sum + r * rest * ends;
    const double x_x = s->squares + r * r * (s->squares - end_squares) - 2 * r * s->neighbours;
    const double residual = fmax(x_x - one_x * one_x / one_one, DBL_MIN);
    const double scale = 1 - r * r;
    *mean = one_x / one_one;
    *error = n > 1 ? sqrt(residual / (n - 1) / one_one) : (double)INFINITY;
    return -0.5 *
           ((n - blocks) * log(scale) + log(one_one / scale) + (n - 1) * log(residual / scale));
}

static void take_for_independent(struct pm_autoregression *out)
{
    for (size_t i = 0; i < PM_COEFFICIENTS; i++)
        out->weight[i] = i == 0;
}

void pm_autoregression_weigh(const struct pm_series *s, struct pm_autoregression *out)
{
    const double n = (double)s->n;
    double best = -(double)INFINITY, sum = 0;
    *out = (struct pm_autoregression){.n = s->n};
    for (size_t i = 0; i < PM_COEFFICIENTS; i++) {
        out->weight[i] = weigh_one(s, pm_coefficient(i), &out->mean[i], &out->error[i]);
        best = fmax(best, out->weight[i]);
    }
    if (!(s->squares - s->sum * s->sum / n > n * DBL_EPSILON * s->squares)) {
        take_for_independent(out);
        return;
    }
    for (size_t i = 0; i < PM_COEFFICIENTS; i++) {
        const double r = pm_coefficient(i);
        /* a prior of 1 / sqrt(1 - r^2), and steps of 1 - r^2 in r */
        out->weight[i] = sqrt(1 - r * r) * exp(out->weight[i] - best);
        sum += out->weight[i];
    }
    for (size_t i = 0; i < PM_COEFFICIENTS; i++)
        out->weight[i] /= sum;
}

int pm_autoregression_of_ranks(const double *x, const size_t *block_n, size_t blocks,
                               struct pm_autoregression *out, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_series series = {0};
    size_t n = 0, i = 0;
    for (size_t block = 0; block < blocks; block++)
        n += block_n[block];
    double *ranks = pm_arena_alloc(&arena, n + 1, sizeof *ranks);
    int rc = ranks == NULL ? pm_fail_nomem(err) : pm_ranks(x, n, ranks, err);
    for (size_t block = 0; rc == 0 && block < blocks; block++) {
        for (size_t k = 0; k < block_n[block]; k++, i++) /* Blom's scores */
            pm_series_add(&series, gsl_cdf_ugaussian_Pinv((ranks[i] - 0.375) / ((double)n + 0.25)),
                          k == 0);
    }
    if (rc == 0)
        pm_autoregression_weigh(&series, out);
    pm_arena_done(&arena);
    return rc;
}

/* ---- the mean ---- */

struct half_width {
    const struct pm_autoregression *series;
    double centre, least; /* weights below the least are passed over */
};

static double held_by(const struct half_width *h, double half)
{
    const double dof = (double)h->series->n - 1;
    double held = 0, of = 0;
    for (size_t i = 0; i < PM_COEFFICIENTS; i++) {
        const double away = h->centre - h->series->mean[i], error = h->series->error[i];
        if (h->series->weight[i] < h->least)
            continue;
        of += h->series->weight[i];
        held += h->series->weight[i] * (gsl_cdf_tdist_P((away + half) / error, dof) -
                                        gsl_cdf_tdist_P((away - half) / error, dof));
    }
    return held / of;
}

double pm_autoregression_half_width(const struct pm_autoregression *series, double centre,
                                    double confidence)
{
    const struct half_width h = {series, centre, NEGLIGIBLE * (1 - confidence)};
    const double close = CLOSE * (1 - confidence);
    double least = (double)INFINITY, most = 0;
    if (series->n < 2)
        return (double)INFINITY;
    const double t = gsl_cdf_tdist_Pinv((1 + confidence) / 2, (double)series->n - 1);
    for (size_t i = 0; i < PM_COEFFICIENTS; i++) {
        if (series->weight[i] < h.least)
            continue;
        /* holds too little with every coefficient; enough with every one */
        least = fmin(least, t * series->error[i]);
        most = fmax(most, fabs(centre - series->mean[i]) + t * series->error[i]);
    }
    if (!(least > 0 && most > least))
        return most;
    /* false position on its logarithm, the weight of an end that stays halved (Illinois) */
    double low = log(least), high = log(most), at = high;
    double below = held_by(&h, least) - confidence, above = held_by(&h, most) - confidence;
    double over = above;
    for (int i = 0; i < ITERATIONS && over * over > close * close && above > below; i++) {
        at = low + (high - low) * -below / (above - below);
        over = held_by(&h, exp(at)) - confidence;
        if (over < 0) {
            low = at;
            below = over;
            above /= 2;
        } else {
            high = at;
            above = over;
            below /= 2;
        }
    }
    return exp(at);
}

/* ---- a quantile ---- */

/* Sum over all lags of the autocorrelation of "x is above its q-quantile": the tetrachoric series
 * of the bivariate normal, phi(z)^2 sum_m He_{m-1}(z)^2 / m! rho^(k m) / (q (1 - q)), summed over k
 * = 1, 2, ... */
static double indicator_memory(double coefficient, double q)
{
    const double z = gsl_cdf_ugaussian_Pinv(q);
    double before = 0;
    double hermite = 1; /* He_{m-1} / sqrt((m-1)!) */
    double power = 1;
    double sum = 0;
    for (int m = 1; m <= 1000 && power > 1e-6;
         m++) { /* what follows changes no digit that counts */
        const double next = (z * hermite - sqrt(m - 1) * before) / sqrt(m);
        power *= coefficient;
        sum += hermite * hermite / m * power / (1 - power);
        before = hermite;
        hermite = next;
    }
    const double density = gsl_ran_ugaussian_pdf(z);
    return density * density * sum / (q * (1 - q));
}

double pm_effective_n(size_t n, double coefficient, double q)
{
    if (n == 0 || !(coefficient > 0))
        return (double)n;
    return fmax(1, (double)n / (1 + 2 * indicator_memory(coefficient, q)));
}
