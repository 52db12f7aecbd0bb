/* SPDX-License-Identifier: MIT */
#include "stats/nnls.h"

#include "base/err.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE 1e-12 /* of a gradient, relative to |b| times the column */

struct problem {
    const double *a, *b;
    size_t n, p;
    bool free[PM_NNLS_MAX]; /* the passive set: coefficients allowed to be above 0 */
    double x[PM_NNLS_MAX];
    double *rest; /* b - A x */
};

static void update_rest(struct problem *q)
{
    for (size_t i = 0; i < q->n; i++) {
        q->rest[i] = q->b[i];
        for (size_t j = 0; j < q->p; j++)
            q->rest[i] -= q->a[i * q->p + j] * q->x[j];
    }
}

/* The bound coefficient that would lower the residual most; p when none would. */
static size_t steepest(const struct problem *q, const bool *barred)
{
    size_t best = q->p;
    double most = 0, size_b = 0;
    for (size_t i = 0; i < q->n; i++)
        size_b += q->b[i] * q->b[i];
    for (size_t j = 0; j < q->p; j++) {
        double slope = 0, size = 0;
        for (size_t i = 0; i < q->n; i++) {
            slope += q->a[i * q->p + j] * q->rest[i];
            size += q->a[i * q->p + j] * q->a[i * q->p + j];
        }
        if (!q->free[j] && !barred[j] && slope > most && slope > TOLERANCE * sqrt(size * size_b)) {
            most = slope;
            best = j;
        }
    }
    return best;
}

/* Plain least squares over the free columns; the others are 0 in z. Fewer rows than free columns,
 * or columns that say the same: GSL_ESING. */
static int solve_free(const struct problem *q, double *z, struct pm_err *err)
{
    size_t column[PM_NNLS_MAX], k = 0;
    for (size_t j = 0; j < q->p; j++) {
        z[j] = 0;
        if (q->free[j])
            column[k++] = j;
    }
    if (k > q->n)
        return GSL_ESING;
    gsl_matrix *m = gsl_matrix_alloc(q->n, k);
    gsl_vector *tau = gsl_vector_alloc(k), *x = gsl_vector_alloc(k);
    gsl_vector *b = gsl_vector_alloc(q->n), *rest = gsl_vector_alloc(q->n);
    int status = GSL_ENOMEM;
    if (m != NULL && tau != NULL && x != NULL && b != NULL && rest != NULL) {
        for (size_t i = 0; i < q->n; i++) {
            gsl_vector_set(b, i, q->b[i]);
            for (size_t j = 0; j < k; j++)
                gsl_matrix_set(m, i, j, q->a[i * q->p + column[j]]);
        }
        status = gsl_linalg_QR_decomp(m, tau);
        if (status == GSL_SUCCESS)
            status = gsl_linalg_QR_lssolve(m, tau, b, x, rest);
        for (size_t j = 0; status == GSL_SUCCESS && j < k; j++) {
            z[column[j]] = gsl_vector_get(x, j);
            if (!isfinite(z[column[j]]))
                status = GSL_ESING;
        }
    } else {
        pm_fail_nomem(err);
    }
    gsl_matrix_free(m);
    gsl_vector_free(tau);
    gsl_vector_free(x);
    gsl_vector_free(b);
    gsl_vector_free(rest);
    return status;
}

/* Go from x towards z until the first free coefficient reaches 0, and bind that one. */
static void step_back(struct problem *q, const double *z)
{
    double share = 1;
    for (size_t j = 0; j < q->p; j++) {
        if (q->free[j] && z[j] <= 0 && q->x[j] / (q->x[j] - z[j]) < share)
            share = q->x[j] / (q->x[j] - z[j]);
    }
    for (size_t j = 0; j < q->p; j++) {
        q->x[j] += share * (z[j] - q->x[j]);
        if (q->free[j] && (z[j] <= 0 && q->x[j] <= 1e-14 * fabs(z[j]))) {
            q->x[j] = 0;
            q->free[j] = false;
        }
    }
}

static bool all_above(const struct problem *q, const double *z)
{
    for (size_t j = 0; j < q->p; j++) {
        if (q->free[j] && z[j] <= 0)
            return false;
    }
    return true;
}

/* One column more, and as many out again as that makes negative. *barred: it was of no use. */
static int take_in(struct problem *q, size_t in, bool *barred, struct pm_err *err)
{
    double z[PM_NNLS_MAX];
    q->free[in] = true;
    for (size_t round = 0; round <= q->p; round++) {
        const int status = solve_free(q, z, err);
        if (status == GSL_ENOMEM)
            return -1;
        if (status != GSL_SUCCESS || (round == 0 && z[in] <= 0)) {
            q->free[in] = false; /* it repeats the others, to the last bit or nearly */
            barred[in] = true;
            return 0;
        }
        if (all_above(q, z)) {
            memcpy(q->x, z, q->p * sizeof *z);
            memset(barred, 0, PM_NNLS_MAX * sizeof *barred);
            return 0;
        }
        step_back(q, z);
    }
    return 0;
}

static int check(const double *a, const double *b, size_t n, size_t p, struct pm_err *err)
{
    bool finite = true;
    for (size_t i = 0; i < n; i++)
        finite = finite && isfinite(b[i]);
    for (size_t i = 0; i < n * p; i++)
        finite = finite && isfinite(a[i]);
    if (!finite || n == 0 || p == 0 || p > PM_NNLS_MAX)
        return pm_fail(err, PM_EINTERNAL, "nnls", "rows that are not finite, or none");
    return 0;
}

int pm_nnls(const double *a, const double *b, size_t n, size_t p, double *x, double *residual,
            struct pm_err *err)
{
    struct problem q = {.a = a, .b = b, .n = n, .p = p};
    bool barred[PM_NNLS_MAX] = {false};
    int result = 0;
    if (check(a, b, n, p, err) != 0)
        return -1;
    q.rest = calloc(n, sizeof *q.rest);
    if (q.rest == NULL)
        return pm_fail_nomem(err);
    update_rest(&q);
    for (size_t round = 0; result == 0; round++) {
        const size_t in = steepest(&q, barred);
        if (in == p)
            break;
        if (round == 3 * p + 3)
            result = pm_fail(err, PM_EINTERNAL, "nnls", "no solution in %zu rounds", round);
        else
            result = take_in(&q, in, barred, err);
        update_rest(&q);
    }
    memcpy(x, q.x, p * sizeof *x);
    double squares = 0;
    for (size_t i = 0; i < n; i++)
        squares += q.rest[i] * q.rest[i];
    if (residual != NULL)
        *residual = sqrt(squares);
    free(q.rest);
    return result;
}
