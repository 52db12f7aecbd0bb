/* SPDX-License-Identifier: MIT */
#include "stats/regression.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_sort_vector.h>
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
#define NORMAL_MAD   0.6745 /* median of |z| */

#define ITERATIONS       100
#define HUBER_ITERATIONS 5
#define CONVERGED        1e-12
#define STEP_LEAST       1e-9

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

/* About a line that runs above 0 everywhere, ln t is (a + b gops) / p - 1 + ln p but for terms of
 * second order: rows (1, gops) / p = 1 + ln(t / p), whose residuals are errors relative to the
 * line, not to the noisy times. */
static void fill_rows(const double *gops, const double *ms, size_t n, const struct ops_line *about,
                      gsl_matrix *X, gsl_vector *y)
{
    for (size_t i = 0; i < n; i++) {
        const double p = about->a + about->b * gops[i];
        gsl_matrix_set(X, i, 0, 1 / p);
        gsl_matrix_set(X, i, 1, gops[i] / p);
        gsl_vector_set(y, i, 1 + log(ms[i] / p));
    }
}

static bool is_positive(const struct ops_line *l, const double *gops, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!(l->a + l->b * gops[i] > 0))
            return false;
    }
    return true;
}

/* Of ln t about the line. */
static double sum_of_squares(const struct ops_line *l, const double *gops, const double *ms,
                             size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double r = log(ms[i] / (l->a + l->b * gops[i]));
        sum += r * r;
    }
    return sum;
}

/* Through the quickest row and the origin of the rest: above 0 everywhere. */
static struct ops_line first_guess(const double *gops, const double *ms, size_t n)
{
    double time = 0, operations = 0, least = ms[0];
    for (size_t i = 0; i < n; i++) {
        time += log(ms[i]) / (double)n;
        operations += gops[i] / (double)n;
        least = fmin(least, ms[i]);
    }
    return (struct ops_line){.a = least / 2, .b = exp(time) / fmax(operations, DBL_MIN)};
}

/* From `from` towards `to`, half as far until the line stays above 0 and comes nearer the rows. */
static bool step(struct ops_line *from, const struct ops_line *to, const double *gops,
                 const double *ms, size_t n)
{
    const double before = sum_of_squares(from, gops, ms, n);
    for (double part = 1; part > STEP_LEAST; part /= 2) {
        struct ops_line next = *to;
        next.a = from->a + part * (to->a - from->a);
        next.b = from->b + part * (to->b - from->b);
        if (!is_positive(&next, gops, n) || !(sum_of_squares(&next, gops, ms, n) <= before))
            continue;
        const bool moved = fabs(next.a - from->a) > CONVERGED * (fabs(next.a) + fabs(next.b)) ||
                           fabs(next.b - from->b) > CONVERGED * fabs(next.b);
        *from = next;
        return moved;
    }
    return false;
}

struct workspace {
    gsl_matrix *X, *cov;
    gsl_vector *y, *c, *r;
    gsl_multifit_linear_workspace *linear;
    gsl_multifit_robust_workspace *huber;
};

static void workspace_free(struct workspace *w)
{
    gsl_matrix_free(w->X);
    gsl_matrix_free(w->cov);
    gsl_vector_free(w->y);
    gsl_vector_free(w->c);
    gsl_vector_free(w->r);
    if (w->linear != NULL)
        gsl_multifit_linear_free(w->linear);
    if (w->huber != NULL)
        gsl_multifit_robust_free(w->huber);
}

static bool workspace_make(struct workspace *w, size_t n)
{
    *w = (struct workspace){.X = gsl_matrix_alloc(n, 2),
                            .cov = gsl_matrix_alloc(2, 2),
                            .y = gsl_vector_alloc(n),
                            .c = gsl_vector_alloc(2),
                            .r = gsl_vector_alloc(n),
                            .linear = gsl_multifit_linear_alloc(n, 2),
                            .huber = gsl_multifit_robust_alloc(gsl_multifit_robust_huber, n, 2)};
    return w->X != NULL && w->cov != NULL && w->y != NULL && w->c != NULL && w->r != NULL &&
           w->linear != NULL && w->huber != NULL;
}

static bool take(const struct workspace *w, double sigma, struct ops_line *out)
{
    out->a = gsl_vector_get(w->c, 0);
    out->b = gsl_vector_get(w->c, 1);
    out->sigma = sigma;
    bool finite = isfinite(out->a) && isfinite(out->b) && isfinite(sigma);
    for (size_t i = 0; i < 4; i++) {
        out->covariance[i / 2][i % 2] = gsl_matrix_get(w->cov, i / 2, i % 2);
        finite = finite && isfinite(out->covariance[i / 2][i % 2]);
    }
    return finite;
}

/* Least squares of the rows about `line`, or Huber's. */
static bool solve(struct workspace *w, const double *gops, const double *ms, size_t n, bool robust,
                  const struct ops_line *about, struct ops_line *out)
{
    double rss;
    fill_rows(gops, ms, n, about, w->X, w->y);
    if (robust)
        return gsl_multifit_robust(w->X, w->y, w->c, w->cov, w->huber) == GSL_SUCCESS &&
               take(w, gsl_multifit_robust_statistics(w->huber).sigma, out);
    return gsl_multifit_linear(w->X, w->y, w->c, w->cov, &rss, w->linear) == GSL_SUCCESS &&
           take(w, sqrt(rss / (double)(n - 2)), out);
}

static bool has_gross_row(const struct workspace *w, const double *gops, const double *ms, size_t n,
                          const struct ops_line *l)
{
    for (size_t i = 0; i < n; i++)
        gsl_vector_set(w->r, i, fabs(log(ms[i] / (l->a + l->b * gops[i]))));
    const double largest = gsl_vector_max(w->r);
    gsl_sort_vector(w->r);
    const double mad = gsl_stats_median_from_sorted_data(w->r->data, w->r->stride, n);
    return largest > fmax(GROSS_SIGMAS * mad / NORMAL_MAD, ROUNDING);
}

/* The line, and its covariance, by least squares on ln t; where a row is grossly off, then Huber's
 * about it. */
static int fit_line(const double *gops, const double *ms, size_t n, struct ops_line *out,
                    bool *found, struct pm_err *err)
{
    struct workspace w;
    struct ops_line line = first_guess(gops, ms, n), next = {0};
    if (!workspace_make(&w, n)) {
        workspace_free(&w);
        return pm_fail_nomem(err);
    }
    *found = is_positive(&line, gops, n);
    bool moves = *found;
    for (int i = 0; i < ITERATIONS && moves; i++) {
        *found = solve(&w, gops, ms, n, false, &line, &next);
        moves = *found && step(&line, &next, gops, ms, n);
    }
    *found = *found && solve(&w, gops, ms, n, false, &line, &next); /* its covariance */
    if (*found) {
        next.a = line.a;
        next.b = line.b;
    }
    for (int i = 0; *found && i < HUBER_ITERATIONS && has_gross_row(&w, gops, ms, n, &line); i++) {
        struct ops_line huber = {0};
        if (!solve(&w, gops, ms, n, true, &next, &huber) || !is_positive(&huber, gops, n))
            break; /* least squares it is */
        next = huber;
        next.robust = true;
    }
    *out = next;
    workspace_free(&w);
    return 0;
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

static void describe(const double *gops, const double *ms, const struct ops_line *line,
                     struct pm_ops_fit *out)
{
    double mean = 0, tss = 0, rss = 0;
    for (size_t i = 0; i < out->n; i++)
        mean += ms[i] / (double)out->n;
    for (size_t i = 0; i < out->n; i++) {
        double e = ms[i] - (line->a + line->b * gops[i]);
        rss += e * e;
        tss += (ms[i] - mean) * (ms[i] - mean);
    }
    out->t_value = gsl_cdf_tdist_Pinv((1 + out->confidence) / 2, (double)out->n - 2);
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
    struct pm_ops_fit fit = {.verdict = PM_FIT_TOO_FEW,
                             .n = n,
                             .confidence = confidence,
                             .loo_mape = (double)NAN,
                             .loo_worst = (double)NAN,
                             .within_10pct = (double)NAN,
                             .p90_error = (double)NAN,
                             .ols_loo_mape = (double)NAN};
    struct ops_line line;
    bool found = false;
    if (check(gops, ms, n, confidence, err) != 0)
        return -1;
    if (n > 0)
        gsl_stats_minmax(&fit.gops_min, &fit.gops_max, gops, 1, n);
    if (n < MIN_ROWS || distinct_sizes(gops, n) < MIN_SIZES) {
        *out = fit;
        return 0;
    }
    if (fit_line(gops, ms, n, &line, &found, err) != 0)
        return -1;
    fit.verdict = PM_FIT_FAILED;
    if (found)
        describe(gops, ms, &line, &fit);
    *out = fit;
    return 0;
}

int pm_ops_check(const double *gops, const double *ms, struct pm_ops_fit *fit, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct rows r = {.gops = gops, .ms = ms, .n = fit->n};
    if (fit->verdict != PM_FIT_OK)
        return 0;
    r.kept_gops = pm_arena_alloc(&arena, r.n, sizeof(double));
    r.kept_ms = pm_arena_alloc(&arena, r.n, sizeof(double));
    r.errors = pm_arena_alloc(&arena, r.n, sizeof(double));
    const bool room = r.kept_gops != NULL && r.kept_ms != NULL && r.errors != NULL;
    const int result = room ? leave_one_out(&r, fit, err) : pm_fail_nomem(err);
    pm_arena_done(&arena);
    return result;
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
