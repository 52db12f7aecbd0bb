/* SPDX-License-Identifier: MIT */
#include "stats/cost_fit.h"

#include "base/err.h"
#include "stats/nnls.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FAR_BEYOND 100 /* times the slowest row: beyond, caches and memory may behave otherwise */

/* Rows divided by their times, columns by their length, so that all coefficients are of a size. */
struct rows {
    double *a, *one;
    double scale[PM_COST_MAX];
    size_t n, p;
};

static int make_rows(const double *cost, const double *t, size_t n, size_t p, struct rows *r,
                     struct pm_err *err)
{
    *r = (struct rows){.n = n, .p = p};
    r->a = calloc(n * p + 1, sizeof *r->a);
    r->one = calloc(n + 1, sizeof *r->one);
    if (r->a == NULL || r->one == NULL)
        return pm_fail_nomem(err);
    for (size_t j = 0; j < p; j++) {
        double squares = 0;
        for (size_t i = 0; i < n; i++)
            squares += pow(cost[i * p + j] / t[i], 2);
        r->scale[j] = squares > 0 ? sqrt(squares) : 1;
        for (size_t i = 0; i < n; i++)
            r->a[i * p + j] = cost[i * p + j] / t[i] / r->scale[j];
    }
    for (size_t i = 0; i < n; i++)
        r->one[i] = 1;
    return 0;
}

static void free_rows(struct rows *r)
{
    free(r->a);
    free(r->one);
}

/* The fit without row `left`: row n leaves none out. */
static int solve(const struct rows *r, size_t left, double *scratch, double *x, struct pm_err *err)
{
    size_t k = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (i == left)
            continue;
        memcpy(scratch + k * r->p, r->a + i * r->p, r->p * sizeof *scratch);
        k++;
    }
    return pm_nnls(scratch, r->one, k, r->p, x, NULL, err);
}

static double ratio(const struct rows *r, size_t i, const double *x)
{
    double sum = 0;
    for (size_t j = 0; j < r->p; j++)
        sum += r->a[i * r->p + j] * x[j];
    return sum;
}

static int leave_one_out(const struct rows *r, double *scratch, struct pm_cost_fit *f,
                         struct pm_err *err)
{
    double x[PM_COST_MAX];
    size_t within = 0;
    f->loo_mape = f->loo_worst = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (solve(r, i, scratch, x, err) != 0)
            return -1;
        const double error = fabs(ratio(r, i, x) - 1);
        f->loo_mape += error / (double)r->n;
        within += error <= 0.10;
        if (error > f->loo_worst) {
            f->loo_worst = error;
            f->loo_worst_index = i;
        }
    }
    f->within_10pct = (double)within / (double)r->n;
    return 0;
}

/* Scatter of the rows about the fit. */
static double sigma(const struct rows *r, size_t active, const double *x)
{
    double squares = 0;
    for (size_t i = 0; i < r->n; i++)
        squares += pow(ratio(r, i, x) - 1, 2);
    return sqrt(squares / (double)(r->n - active));
}

/* (A'A)^-1 over the costs with a price; the others stay 0. */
static int invert(const struct rows *r, struct pm_cost_fit *f, struct pm_err *err)
{
    size_t column[PM_COST_MAX], k = 0;
    for (size_t j = 0; j < r->p; j++) {
        if (f->price[j] > 0)
            column[k++] = j;
    }
    gsl_matrix *m = gsl_matrix_alloc(k, k);
    if (m == NULL)
        return pm_fail_nomem(err);
    for (size_t a = 0; a < k; a++) {
        for (size_t b = 0; b < k; b++) {
            double sum = 0;
            for (size_t i = 0; i < r->n; i++)
                sum += r->a[i * r->p + column[a]] * r->a[i * r->p + column[b]];
            gsl_matrix_set(m, a, b, sum);
        }
    }
    const bool regular = gsl_linalg_cholesky_decomp1(m) == GSL_SUCCESS &&
                         gsl_linalg_cholesky_invert(m) == GSL_SUCCESS;
    for (size_t a = 0; regular && a < k; a++) {
        for (size_t b = 0; b < k; b++)
            f->inverse[column[a]][column[b]] =
                gsl_matrix_get(m, a, b) / r->scale[column[a]] / r->scale[column[b]];
    }
    gsl_matrix_free(m);
    f->verdict = regular ? PM_FIT_OK : PM_FIT_FAILED;
    return 0;
}

static void find_extremes(const double *cost, const double *t, struct pm_cost_fit *f)
{
    for (size_t i = 0; i < f->n; i++) {
        f->longest = fmax(f->longest, t[i]);
        for (size_t j = 0; j < f->p; j++)
            f->largest[j] = fmax(f->largest[j], cost[i * f->p + j]);
    }
}

static int fit_rows(const struct rows *r, struct pm_cost_fit *f, struct pm_err *err)
{
    double x[PM_COST_MAX];
    double *scratch = calloc(r->n * r->p + 1, sizeof *scratch);
    if (scratch == NULL)
        return pm_fail_nomem(err);
    int result = solve(r, r->n, scratch, x, err);
    for (size_t j = 0; result == 0 && j < r->p; j++) {
        f->price[j] = x[j] / r->scale[j];
        f->active += x[j] > 0;
    }
    f->verdict = PM_FIT_TOO_FEW;
    if (result == 0 && f->active > 0 && r->n >= f->active + 2) {
        f->sigma_rel = sigma(r, f->active, x);
        f->t_value = gsl_cdf_tdist_Pinv(0.5 + f->confidence / 2, (double)(r->n - f->active));
        result = invert(r, f, err);
    }
    free(scratch);
    return result;
}

int pm_cost_fit(const double *cost, const double *t, size_t n, size_t p, double confidence,
                struct pm_cost_fit *out, struct pm_err *err)
{
    struct pm_cost_fit f = {.n = n, .p = p, .confidence = confidence, .verdict = PM_FIT_TOO_FEW};
    struct rows r;
    for (size_t i = 0; i < n; i++) {
        if (!(t[i] > 0) || !isfinite(t[i]))
            return pm_fail(err, PM_EINTERNAL, "cost fit", "a time of %g", t[i]);
    }
    if (p == 0 || p > PM_COST_MAX || !(confidence > 0 && confidence < 1))
        return pm_fail(err, PM_EINTERNAL, "cost fit", "%zu costs at confidence %g", p, confidence);
    if (n < 3) {
        *out = f;
        return 0;
    }
    int result = make_rows(cost, t, n, p, &r, err);
    if (result == 0)
        result = fit_rows(&r, &f, err);
    free_rows(&r);
    if (result != 0)
        return -1;
    find_extremes(cost, t, &f);
    *out = f;
    return 0;
}

int pm_cost_check(const double *cost, const double *t, struct pm_cost_fit *fit, struct pm_err *err)
{
    struct rows r;
    double *scratch = calloc(fit->n * fit->p + 1, sizeof *scratch);
    int result = make_rows(cost, t, fit->n, fit->p, &r, err);
    if (result == 0)
        result = scratch != NULL ? leave_one_out(&r, scratch, fit, err) : pm_fail_nomem(err);
    free_rows(&r);
    free(scratch);
    return result;
}

struct pm_cost_prediction pm_cost_predict(const struct pm_cost_fit *f, const double *cost)
{
    struct pm_cost_prediction out = {.unseen = -1};
    double leverage = 0;
    for (size_t j = 0; j < f->p; j++) {
        out.value += f->price[j] * cost[j];
        if (cost[j] > 0 && f->largest[j] <= 0)
            out.unseen = (int)j;
    }
    for (size_t j = 0; j < f->p && out.value > 0; j++) {
        for (size_t k = 0; k < f->p; k++)
            leverage += cost[j] / out.value * f->inverse[j][k] * cost[k] / out.value;
    }
    const double half = f->t_value * f->sigma_rel * sqrt(1 + leverage);
    out.lo = out.value * fmax(1 - half, 0);
    out.hi = out.value * (1 + half);
    out.extrapolated = out.unseen >= 0 || out.value > FAR_BEYOND * f->longest;
    return out;
}
