/* SPDX-License-Identifier: MIT */
#include "stats/hyperbola.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "stats/hyperbola_scan.h"
#include "stats/sample.h"

/* GSL started exactly at the optimum runs out of iterations in 13 % of cases: no step is better.
 * Five per cent off, it came back in 998 of 998. */
#define START_OFF 1.05

/* A gain over the whole range below this part of the accuracy is rounding. */
#define NO_GAIN 1e-9

/* Each fit with a point left out looks at all the others; about so many looks are worth it. */
#define LOOKS 25000

enum { P_A, P_K, P_T0, PARAMETERS };

/* Which of A, k, t0 GSL fits, and where the others stand. */
struct model {
    const struct pm_scan_data *d;
    struct pm_scan_point at;
    size_t p;
    int free[PARAMETERS];
};

static struct pm_scan_point model_point(const struct model *m, const gsl_vector *x)
{
    struct pm_scan_point at = m->at;
    for (size_t j = 0; j < m->p; j++) {
        double value = gsl_vector_get(x, j);
        if (m->free[j] == P_A)
            at.A = value;
        else if (m->free[j] == P_K)
            at.k = value;
        else
            at.t0 = value;
    }
    if (m->d->origin)
        at.k = at.A * at.t0;
    return at;
}

/* d acc / d (A, k, t0), k following A and t0 when the curve passes through the origin. */
static double derivative(const struct model *m, struct pm_scan_point at, double t, int parameter)
{
    double u = 1 / (t + at.t0);
    double through = m->d->origin ? 1 : 0;
    if (parameter == P_A)
        return 1 - through * at.t0 * u;
    if (parameter == P_K)
        return -u;
    return at.k * u * u - through * at.A * u;
}

static int model_f(const gsl_vector *x, void *params, gsl_vector *f)
{
    const struct model *m = params;
    struct pm_scan_point at = model_point(m, x);
    for (size_t i = 0; i < m->d->n; i++) {
        double e = at.A - at.k / (m->d->t[i] + at.t0) - m->d->acc[i];
        if (!isfinite(e))
            return GSL_EDOM;
        gsl_vector_set(f, i, e);
    }
    return GSL_SUCCESS;
}

static int model_df(const gsl_vector *x, void *params, gsl_matrix *J)
{
    const struct model *m = params;
    struct pm_scan_point at = model_point(m, x);
    for (size_t i = 0; i < m->d->n; i++) {
        for (size_t j = 0; j < m->p; j++)
            gsl_matrix_set(J, i, j, derivative(m, at, m->d->t[i], m->free[j]));
    }
    return GSL_SUCCESS;
}

static bool admissible(const struct pm_scan_data *d, struct pm_scan_point at)
{
    return isfinite(at.A) && isfinite(at.k) && at.A <= d->a_max && at.k >= 0 && at.t0 >= 0;
}

/* One call of GSL's Levenberg-Marquardt: its optimum where it is at least as good as the scan's,
 * else the scan's stands. */
static int polish(struct model *m, struct pm_err *err)
{
    gsl_multifit_nlinear_parameters params = gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_fdf fdf = {
        .f = model_f, .df = model_df, .n = m->d->n, .p = m->p, .params = m};
    const double at[PARAMETERS] = {m->at.A, m->at.k * START_OFF, m->at.t0 * START_OFF};
    double start[PARAMETERS] = {0};
    for (size_t j = 0; j < m->p; j++)
        start[j] = at[m->free[j]];
    gsl_vector_const_view x = gsl_vector_const_view_array(start, m->p);
    gsl_multifit_nlinear_workspace *w =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &params, m->d->n, m->p);
    if (w == NULL)
        return pm_fail_nomem(err);
    int info;
    if (gsl_multifit_nlinear_init(&x.vector, &fdf, w) == GSL_SUCCESS &&
        gsl_multifit_nlinear_driver(200, 1e-12, 1e-12, 0, NULL, NULL, &info, w) == GSL_SUCCESS) {
        struct pm_scan_point found = model_point(m, gsl_multifit_nlinear_position(w));
        found.rss = 0;
        for (size_t i = 0; i < m->d->n; i++) {
            double e = m->d->acc[i] - pm_scan_hyperbola_value(m->d, found, m->d->t[i]);
            found.rss += e * e;
        }
        if (admissible(m->d, found) && found.rss <= m->at.rss)
            m->at = found;
    }
    gsl_multifit_nlinear_free(w);
    return 0;
}

/* (J'J)^-1 of the free parameters, columns of J brought to length 1 first. Not by
 * gsl_multifit_nlinear_covar, which does not look whether its allocations failed. False when the
 * Jacobian is singular. */
static bool invert_normal(const struct model *m, double inverse[PARAMETERS][PARAMETERS])
{
    double length[PARAMETERS] = {0};
    double normal[PARAMETERS * PARAMETERS] = {0};
    size_t p = m->p;
    for (size_t i = 0; i < m->d->n; i++) {
        for (size_t a = 0; a < p; a++) {
            double da = derivative(m, m->at, m->d->t[i], m->free[a]);
            length[a] += da * da;
            for (size_t b = 0; b < p; b++)
                normal[a * p + b] += da * derivative(m, m->at, m->d->t[i], m->free[b]);
        }
    }
    for (size_t a = 0; a < p; a++) {
        for (size_t b = 0; b < p; b++)
            normal[a * p + b] /= sqrt(length[a]) * sqrt(length[b]);
        if (!(length[a] > 0) || !isfinite(length[a]))
            return false;
    }
    gsl_matrix_view view = gsl_matrix_view_array(normal, p, p);
    if (gsl_linalg_cholesky_decomp1(&view.matrix) != GSL_SUCCESS ||
        gsl_linalg_cholesky_invert(&view.matrix) != GSL_SUCCESS)
        return false;
    for (size_t a = 0; a < p; a++) {
        for (size_t b = 0; b < p; b++)
            inverse[a][b] = normal[a * p + b] / (sqrt(length[a]) * sqrt(length[b]));
        if (!(inverse[a][a] > 0) || !isfinite(inverse[a][a]))
            return false;
    }
    return true;
}

/* Covariance of A, k, t0 from that of the free ones: through the origin k follows A and t0. */
static bool find_covariance(const struct model *m, double scale, double out[PARAMETERS][PARAMETERS])
{
    double inverse[PARAMETERS][PARAMETERS];
    double to[PARAMETERS][PARAMETERS] = {{0}}; /* d (A, k, t0) / d free */
    if (!invert_normal(m, inverse))
        return false;
    for (size_t j = 0; j < m->p; j++) {
        to[m->free[j]][j] = 1;
        if (m->d->origin)
            to[P_K][j] = m->free[j] == P_A ? m->at.t0 : m->at.A;
    }
    for (size_t a = 0; a < PARAMETERS; a++) {
        for (size_t b = 0; b < PARAMETERS; b++) {
            out[a][b] = 0;
            for (size_t i = 0; i < m->p * m->p; i++)
                out[a][b] +=
                    scale * to[a][i / m->p] * inverse[i / m->p][i % m->p] * to[b][i % m->p];
        }
    }
    return true;
}

static void choose_free(struct model *m, bool fit_t0)
{
    const struct pm_scan_data *d = m->d;
    double t0_max = PM_SCAN_S_MAX * d->t_max - d->t_min;
    m->p = 0;
    if (m->at.A < d->a_max)
        m->free[m->p++] = P_A;
    if (!d->origin)
        m->free[m->p++] = P_K;
    if (fit_t0 && m->at.t0 > 0 && m->at.t0 < t0_max * (1 - 1e-6))
        m->free[m->p++] = P_T0;
}

static struct pm_parameter parameter(double value, double variance, double t_value, double low,
                                     double high)
{
    double half = t_value * sqrt(variance);
    struct pm_parameter fixed = {.value = value, .lo = value, .hi = value};
    if (!(variance > 0) || !isfinite(half))
        return fixed;
    return (struct pm_parameter){.value = value,
                                 .lo = fmax(value - half, low),
                                 .hi = fmin(value + half, high),
                                 .identified = true};
}

static double r_squared(const struct pm_scan_data *d, double rss)
{
    double mean = 0;
    double tss = 0;
    for (size_t i = 0; i < d->n; i++)
        mean += d->acc[i] / (double)d->n;
    for (size_t i = 0; i < d->n; i++)
        tss += (d->acc[i] - mean) * (d->acc[i] - mean);
    return tss > 0 ? 1 - rss / tss : (double)NAN;
}

/* Parameters, their covariance and the quality of the fit. */
static int describe(struct model *m, bool fit_t0, struct pm_hyperbola *out, struct pm_err *err)
{
    const struct pm_scan_data *d = m->d;
    double gain = m->at.k / (d->t_min + m->at.t0) - m->at.k / (d->t_max + m->at.t0);
    out->verdict = gain > NO_GAIN * fabs(m->at.A) ? PM_FIT_OK : PM_FIT_FLAT;
    if (out->verdict == PM_FIT_FLAT) {
        m->at.k = m->at.t0 = 0;
        m->p = 1;
    } else {
        choose_free(m, fit_t0);
        if (m->p > 0 && polish(m, err) != 0)
            return -1;
    }
    double dof = (double)d->n - (double)m->p;
    double variance = dof > 0 ? m->at.rss / dof : (double)NAN;
    out->p = m->p;
    out->rss = m->at.rss;
    out->rmse = sqrt(variance);
    out->r2 = r_squared(d, m->at.rss);
    out->t_value = dof > 0 ? gsl_cdf_tdist_Pinv((1 + out->confidence) / 2, dof) : (double)NAN;
    double(*c)[PARAMETERS] = out->covariance;
    if (out->verdict != PM_FIT_OK || !find_covariance(m, variance, c))
        memset(out->covariance, 0, sizeof out->covariance);
    out->A = parameter(m->at.A, c[P_A][P_A], out->t_value, -INFINITY, d->a_max);
    out->k = parameter(m->at.k, c[P_K][P_K], out->t_value, 0, INFINITY);
    out->t0 = parameter(m->at.t0, c[P_T0][P_T0], out->t_value, 0, INFINITY);
    if (!out->t0.identified && !d->t0_zero && !d->origin)
        out->k = parameter(m->at.k, 0, out->t_value, 0, INFINITY); /* another t0 has another k */
    if (!isfinite(m->at.rss) || !isfinite(m->at.A) || !isfinite(m->at.k))
        out->verdict = PM_FIT_FAILED;
    return 0;
}

/* ---- one left out, and the laws beside it ---- */

static bool scan_hyperbola(const struct pm_scan_data *d, struct pm_scan_point *best)
{
    bool fit_t0;
    return pm_scan_hyperbola(d, best, &fit_t0);
}

/* Of many points only some are left out in turn: every second, every third, and so on. */
static double leave_one_out(struct pm_scan_data d,
                            bool (*fit)(const struct pm_scan_data *, struct pm_scan_point *),
                            double (*value)(const struct pm_scan_data *, struct pm_scan_point,
                                            double))
{
    double sum = 0, left_out = 0;
    const size_t step = d.n * d.n / LOOKS + 1;
    for (d.skip = 0; d.skip < d.n; d.skip += step) {
        struct pm_scan_point at;
        if (!fit(&d, &at))
            return NAN;
        double e = d.acc[d.skip] - value(&d, at, d.t[d.skip]);
        sum += e * e;
        left_out += 1;
    }
    return sqrt(sum / left_out);
}

static void leave_unchecked(struct pm_hyperbola *out)
{
    out->loo_rmse = out->log_loo_rmse = out->power_loo_rmse = (double)NAN;
    out->log_rmse = out->power_rmse = (double)NAN;
}

static void compare(const struct pm_scan_data *d, struct pm_hyperbola *out)
{
    struct pm_scan_point at;
    double dof = (double)d->n - 2;
    out->loo_rmse = leave_one_out(*d, scan_hyperbola, pm_scan_hyperbola_value);
    out->log_loo_rmse = leave_one_out(*d, pm_scan_log, pm_scan_log_value);
    out->power_loo_rmse = leave_one_out(*d, pm_scan_power, pm_scan_power_value);
    pm_scan_log(d, &at);
    out->log_rmse = dof > 0 ? sqrt(at.rss / dof) : (double)NAN;
    pm_scan_power(d, &at);
    out->power_rmse = dof > 0 ? sqrt(at.rss / dof) : (double)NAN;
}

static int check(const double *t, const double *acc, size_t n,
                 const struct pm_hyperbola_options *options, struct pm_err *err)
{
    if (!(options->confidence > 0 && options->confidence < 1))
        return pm_fail(err, PM_EDATA, NULL, "confidence %g must lie inside (0, 1)",
                       options->confidence);
    if (isnan(options->a_max))
        return pm_fail(err, PM_EDATA, NULL, "the bound of A is not a number");
    if (pm_require_finite(t, n, err) != 0 || pm_require_finite(acc, n, err) != 0)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (!(t[i] > 0))
            return pm_fail(err, PM_EDATA, NULL, "time %zu of %zu is %g: it must be above 0", i + 1,
                           n, t[i]);
    }
    return 0;
}

/* The scales of the times, and their logarithms (n of them in log_t). */
static void find_scales(struct pm_scan_data *d, double *log_t)
{
    double mean = 0;
    d->t_min = d->t_max = d->n > 0 ? d->t[0] : 0;
    for (size_t i = 0; i < d->n; i++) {
        d->t_min = fmin(d->t_min, d->t[i]);
        d->t_max = fmax(d->t_max, d->t[i]);
        log_t[i] = log(d->t[i]);
        mean += log_t[i] / (double)d->n;
    }
    for (size_t i = 0; i < d->n; i++)
        log_t[i] -= mean;
    d->log_t = log_t;
    d->t_scale = exp(mean);
}

static int fit_and_compare(const struct pm_scan_data *d, bool unchecked, struct pm_hyperbola *out,
                           struct pm_err *err)
{
    bool fit_t0;
    struct model m = {.d = d};
    if (!pm_scan_hyperbola(d, &m.at, &fit_t0))
        return 0;
    if (describe(&m, fit_t0, out, err) != 0)
        return -1;
    if (unchecked)
        leave_unchecked(out);
    else
        compare(d, out);
    return 0;
}

int pm_hyperbola_fit(const double *t, const double *acc, size_t n,
                     const struct pm_hyperbola_options *options, struct pm_hyperbola *out,
                     struct pm_err *err)
{
    static const struct pm_hyperbola_options usual = {.a_max = 100, .confidence = 0.95};
    const struct pm_hyperbola_options *o = options != NULL ? options : &usual;
    struct pm_hyperbola fit = {.verdict = PM_FIT_TOO_FEW, .n = n, .confidence = o->confidence};
    if (check(t, acc, n, o, err) != 0)
        return -1;
    double *log_t = malloc((n + 1) * sizeof *log_t);
    if (log_t == NULL)
        return pm_fail_nomem(err);
    struct pm_scan_data d = {.t = t,
                             .acc = acc,
                             .n = n,
                             .skip = n,
                             .a_max = o->a_max,
                             .t0_zero = o->force_t0_zero,
                             .origin = o->through_origin};
    find_scales(&d, log_t);
    fit.t_min = d.t_min;
    fit.t_max = d.t_max;
    const int result = fit_and_compare(&d, o->unchecked, &fit, err);
    free(log_t);
    if (result == 0)
        *out = fit;
    return result;
}

double pm_hyperbola_at(const struct pm_hyperbola *fit, double t)
{
    return fit->k.value > 0 ? fit->A.value - fit->k.value / (t + fit->t0.value) : fit->A.value;
}

double pm_hyperbola_slope(const struct pm_hyperbola *fit, double t)
{
    double s = t + fit->t0.value;
    return fit->k.value > 0 ? fit->k.value / (s * s) : 0;
}

double pm_hyperbola_time_for(const struct pm_hyperbola *fit, double acc)
{
    if (!(acc < fit->A.value))
        return INFINITY;
    return fmax(fit->k.value / (fit->A.value - acc) - fit->t0.value, 0);
}

void pm_hyperbola_band(const struct pm_hyperbola *fit, double t, double *confidence_half,
                       double *prediction_half)
{
    double u = 1 / (t + fit->t0.value);
    const double gradient[PARAMETERS] = {1, -u, fit->k.value * u * u};
    double variance = 0;
    for (int a = 0; a < PARAMETERS; a++) {
        for (int b = 0; b < PARAMETERS; b++)
            variance += gradient[a] * fit->covariance[a][b] * gradient[b];
    }
    variance = fmax(variance, 0);
    *confidence_half = fit->t_value * sqrt(variance);
    *prediction_half = fit->t_value * sqrt(fit->rmse * fit->rmse + variance);
}
