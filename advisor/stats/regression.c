/* SPDX-License-Identifier: MIT */
#include "stats/regression.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "stats/sample.h"

#define LOOKS       25000 /* at rows, while each is left out in turn: about so many are worth it */
#define MIN_ROWS    4
#define MIN_SIZES   3
#define LEAST_MS    1e-6
#define CLOSE_ERROR 0.10

/* A row this many robust standard deviations from the line is a mistake or another kind of network,
 * and Huber's line is taken; without one, least squares, which uses the rows fully and predicts 16
 * of Darknet's 17 within its 95 % interval where Huber's predicts 15. */
#define GROSS_SIGMAS 5.0
#define ROUNDING     1e-9

/* The outcome of one fit. */
struct ops_line {
    double a, b, sigma;
    double covariance[2][2];
    bool robust;
};

/* Room for every fit of one call. */
struct rows {
    const double *gops, *ms;
    size_t n;
    double *kept_gops, *kept_ms, *errors;
};

/* ---- one fit ---- */

/* Row i is (1, gops) / ms = 1. GSL takes a millionth of the spread of y as the least scale of the
 * residuals, and 1, its fallback, when y is constant: with plain rows no residual is ever weighted
 * down and the answer is least squares'. `turned` turns every other row round, sign and all, which
 * changes no residual's size, and Huber's weights come to life. */
static void fill_rows(const double *gops, const double *ms, size_t n, bool turned, gsl_matrix *X,
                      gsl_vector *y)
{
    for (size_t i = 0; i < n; i++) {
        double sign = turned && i % 2 == 1 ? -1 : 1;
        gsl_matrix_set(X, i, 0, sign / ms[i]);
        gsl_matrix_set(X, i, 1, sign * gops[i] / ms[i]);
        gsl_vector_set(y, i, sign);
    }
}

static bool take(const gsl_vector *c, const gsl_matrix *cov, double sigma, struct ops_line *out)
{
    out->a = gsl_vector_get(c, 0);
    out->b = gsl_vector_get(c, 1);
    out->sigma = sigma;
    bool finite = isfinite(out->a) && isfinite(out->b) && isfinite(sigma);
    for (size_t i = 0; i < 4; i++) {
        out->covariance[i / 2][i % 2] = gsl_matrix_get(cov, i / 2, i % 2);
        finite = finite && isfinite(gsl_matrix_get(cov, i / 2, i % 2));
    }
    return finite;
}

/* Least squares of the same rows in closed form, should GSL's iteration not converge. */
static bool least_squares(const double *gops, const double *ms, size_t n, struct ops_line *out)
{
    double s11 = 0, s12 = 0, s22 = 0, s1 = 0, s2 = 0, rss = 0;
    for (size_t i = 0; i < n; i++) {
        double u = 1 / ms[i];
        double v = gops[i] / ms[i];
        s11 += u * u;
        s12 += u * v;
        s22 += v * v;
        s1 += u;
        s2 += v;
    }
    double det = s11 * s22 - s12 * s12;
    out->a = (s22 * s1 - s12 * s2) / det;
    out->b = (s11 * s2 - s12 * s1) / det;
    for (size_t i = 0; i < n; i++) {
        double e = 1 - (out->a + out->b * gops[i]) / ms[i];
        rss += e * e;
    }
    double variance = n > 2 ? rss / (double)(n - 2) : 0;
    out->sigma = sqrt(variance);
    out->covariance[0][0] = variance * s22 / det;
    out->covariance[1][1] = variance * s11 / det;
    out->covariance[0][1] = out->covariance[1][0] = -variance * s12 / det;
    out->robust = false;
    return isfinite(out->a) && isfinite(out->b) && isfinite(out->covariance[0][0]) &&
           isfinite(out->covariance[1][1]);
}

static bool has_gross_row(gsl_multifit_robust_stats s)
{
    double limit = fmax(GROSS_SIGMAS * s.sigma_mad, ROUNDING);
    for (size_t i = 0; i < s.r->size; i++) {
        if (fabs(gsl_vector_get(s.r, i)) > limit)
            return true;
    }
    return false;
}

static int fit_line(const double *gops, const double *ms, size_t n, struct ops_line *out,
                    bool *found, struct pm_err *err)
{
    gsl_matrix *X = gsl_matrix_alloc(n, 2);
    gsl_vector *y = gsl_vector_alloc(n);
    gsl_multifit_robust_workspace *w = gsl_multifit_robust_alloc(gsl_multifit_robust_huber, n, 2);
    double c_data[2], cov_data[4];
    gsl_vector_view c = gsl_vector_view_array(c_data, 2);
    gsl_matrix_view cov = gsl_matrix_view_array(cov_data, 2, 2);
    int rc = -1;
    if (X == NULL || y == NULL || w == NULL) {
        pm_fail_nomem(err);
        goto out;
    }
    fill_rows(gops, ms, n, false, X, y);
    int status = gsl_multifit_robust(X, y, &c.vector, &cov.matrix, w);
    bool turned = status == GSL_SUCCESS && has_gross_row(gsl_multifit_robust_statistics(w));
    if (turned) {
        fill_rows(gops, ms, n, true, X, y);
        status = gsl_multifit_robust(X, y, &c.vector, &cov.matrix, w);
    }
    *found = status == GSL_SUCCESS &&
             take(&c.vector, &cov.matrix, gsl_multifit_robust_statistics(w).sigma, out);
    out->robust = *found && turned;
    if (!*found)
        *found = least_squares(gops, ms, n, out);
    rc = 0;
out:
    gsl_matrix_free(X);
    gsl_vector_free(y);
    if (w != NULL)
        gsl_multifit_robust_free(w);
    return rc;
}

/* ---- one left out ---- */

static void keep_all_but(struct rows *r, size_t skip)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (i != skip) {
            r->kept_gops[kept] = r->gops[i];
            r->kept_ms[kept++] = r->ms[i];
        }
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of many rows only some are left out in turn: every second, every third, and so on. */
static int leave_one_out(struct rows *r, struct pm_ops_fit *out, struct pm_err *err)
{
    double sum = 0, plain_sum = 0;
    size_t near = 0, left_out = 0;
    const size_t step = r->n * r->n / LOOKS + 1;
    for (size_t i = 0; i < r->n; i += step) {
        struct ops_line line;
        bool found;
        double a, b, c00, c01, c11, rss;
        keep_all_but(r, i);
        if (fit_line(r->kept_gops, r->kept_ms, r->n - 1, &line, &found, err) != 0)
            return -1;
        double e = found ? fabs((line.a + line.b * r->gops[i]) / r->ms[i] - 1) : (double)INFINITY;
        gsl_fit_linear(r->kept_gops, 1, r->kept_ms, 1, r->n - 1, &a, &b, &c00, &c01, &c11, &rss);
        plain_sum += fabs((a + b * r->gops[i]) / r->ms[i] - 1);
        r->errors[left_out++] = e;
        sum += e;
        near += e <= CLOSE_ERROR;
        if (i == 0 || e > out->loo_worst) {
            out->loo_worst = e;
            out->loo_worst_index = i;
        }
    }
    qsort(r->errors, left_out, sizeof *r->errors, compare_doubles);
    out->loo_mape = sum / (double)left_out;
    out->ols_loo_mape = plain_sum / (double)left_out;
    out->within_10pct = (double)near / (double)left_out;
    out->p90_error = pm_quantile_sorted(r->errors, left_out, 0.9);
    return 0;
}

/* ---- the whole ---- */

static void describe(const struct rows *r, const struct ops_line *line, struct pm_ops_fit *out)
{
    double mean = 0, tss = 0, rss = 0;
    for (size_t i = 0; i < r->n; i++)
        mean += r->ms[i] / (double)r->n;
    for (size_t i = 0; i < r->n; i++) {
        double e = r->ms[i] - (line->a + line->b * r->gops[i]);
        rss += e * e;
        tss += (r->ms[i] - mean) * (r->ms[i] - mean);
    }
    out->t_value = gsl_cdf_tdist_Pinv((1 + out->confidence) / 2, (double)r->n - 2);
    double a_half = out->t_value * sqrt(fmax(line->covariance[0][0], 0));
    double b_half = out->t_value * sqrt(fmax(line->covariance[1][1], 0));
    out->verdict = PM_FIT_OK;
    out->a_ms = line->a;
    out->a_lo = line->a - a_half;
    out->a_hi = line->a + a_half;
    out->b_ms_per_gop = line->b;
    out->b_lo = line->b - b_half;
    out->b_hi = line->b + b_half;
    out->sigma_rel = line->sigma;
    out->r2 = tss > 0 ? 1 - rss / tss : (double)NAN;
    out->robust = line->robust;
    memcpy(out->covariance, line->covariance, sizeof out->covariance);
}

static int check(const double *gops, const double *ms, size_t n, double confidence,
                 struct pm_err *err)
{
    if (!(confidence > 0 && confidence < 1))
        return pm_fail(err, PM_EDATA, NULL, "confidence %g must lie inside (0, 1)", confidence);
    if (pm_require_finite(gops, n, err) != 0 || pm_require_finite(ms, n, err) != 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (gops[i] < 0 || !(ms[i] > 0))
            return pm_fail(err, PM_EDATA, NULL,
                           "row %zu of %zu, %g Gop in %g ms: operations must not be negative, "
                           "the time above 0",
                           i + 1, n, gops[i], ms[i]);
    }
    return 0;
}

static size_t distinct_sizes(const double *gops, size_t n)
{
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = !(gops[i] < gops[j]) && !(gops[i] > gops[j]);
        distinct += !seen;
    }
    return distinct;
}

int pm_ops_fit(const double *gops, const double *ms, size_t n, double confidence,
               struct pm_ops_fit *out, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct rows r = {.gops = gops, .ms = ms, .n = n};
    struct pm_ops_fit fit = {.verdict = PM_FIT_TOO_FEW, .n = n, .confidence = confidence};
    struct ops_line line;
    bool found = false;
    int rc = -1;
    if (check(gops, ms, n, confidence, err) != 0)
        return -1;
    if (n > 0)
        gsl_stats_minmax(&fit.gops_min, &fit.gops_max, gops, 1, n);
    if (n < MIN_ROWS || distinct_sizes(gops, n) < MIN_SIZES) {
        *out = fit;
        return 0;
    }
    r.kept_gops = pm_arena_alloc(&arena, n, sizeof(double));
    r.kept_ms = pm_arena_alloc(&arena, n, sizeof(double));
    r.errors = pm_arena_alloc(&arena, n, sizeof(double));
    if (r.kept_gops == NULL || r.kept_ms == NULL || r.errors == NULL) {
        pm_fail_nomem(err);
        goto out;
    }
    if (fit_line(gops, ms, n, &line, &found, err) != 0)
        goto out;
    fit.verdict = PM_FIT_FAILED;
    if (found) {
        describe(&r, &line, &fit);
        if (leave_one_out(&r, &fit, err) != 0)
            goto out;
    }
    *out = fit;
    rc = 0;
out:
    pm_arena_done(&arena);
    return rc;
}

void pm_ops_predict(const struct pm_ops_fit *fit, double gops, double *ms, double *lo, double *hi)
{
    double value = fit->a_ms + fit->b_ms_per_gop * gops;
    double of_line = fit->covariance[0][0] + 2 * gops * fit->covariance[0][1] +
                     gops * gops * fit->covariance[1][1];
    double scatter = fit->sigma_rel * value;
    double half = fit->t_value * sqrt(scatter * scatter + fmax(of_line, 0));
    *ms = fmax(value, LEAST_MS);
    *lo = fmax(value - half, LEAST_MS);
    *hi = fmax(value + half, LEAST_MS);
}

static double pearson(const double *x, const double *y, size_t n)
{
    double mean = 0.5 * (double)(n + 1); /* of ranks */
    double sxx = 0, syy = 0, sxy = 0;
    for (size_t i = 0; i < n; i++) {
        sxx += (x[i] - mean) * (x[i] - mean);
        syy += (y[i] - mean) * (y[i] - mean);
        sxy += (x[i] - mean) * (y[i] - mean);
    }
    return sxx > 0 && syy > 0 ? sxy / sqrt(sxx * syy) : (double)NAN;
}

int pm_spearman(const double *x, const double *y, size_t n, double *rho, struct pm_err *err)
{
    struct pm_arena arena = {0};
    int rc = -1;
    double *rank_x = pm_arena_alloc(&arena, n + 1, sizeof *rank_x);
    double *rank_y = pm_arena_alloc(&arena, n + 1, sizeof *rank_y);
    if (rank_x == NULL || rank_y == NULL) {
        pm_fail_nomem(err);
    } else if (pm_ranks(x, n, rank_x, err) == 0 && pm_ranks(y, n, rank_y, err) == 0) {
        *rho = pearson(rank_x, rank_y, n);
        rc = 0;
    }
    pm_arena_done(&arena);
    return rc;
}
