/* SPDX-License-Identifier: MIT */
#include "stats/quantile.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "stats/autoregression.h"
#include "stats/sample.h"

#define RANK_SLACK 1e-9 /* a probability: no last digit of two that are equal may decide */
#define NEGLIGIBLE 1e-5 /* a weight */

/* What n values are worth, with each coefficient that the series may have. */
struct worth {
    size_t n, cases;
    double q;
    double weight[PM_COEFFICIENTS], n_eff[PM_COEFFICIENTS];
};

static struct worth worth_of(size_t n, const struct pm_autoregression *series, double q)
{
    struct worth w = {.n = n, .q = q};
    for (size_t i = 0; series != NULL && i < PM_COEFFICIENTS; i++) {
        if (series->weight[i] < NEGLIGIBLE)
            continue;
        w.weight[w.cases] = series->weight[i];
        w.n_eff[w.cases++] = pm_effective_n(n, pm_coefficient(i), q);
    }
    return w.cases > 0 ? w : (struct worth){n, 1, q, {1}, {(double)n}};
}

/* P(the lower end, x_(rank), is above the quantile) and its counterpart for the upper end. */
static double low_tail(const struct worth *w, size_t rank)
{
    double tail = 0;
    for (size_t i = 0; i < w->cases; i++) {
        const double below = (double)(rank - 1) * w->n_eff[i] / (double)w->n;
        tail += w->weight[i] * gsl_cdf_beta_Q(w->q, below + 1, w->n_eff[i] - below);
    }
    return tail;
}

static double high_tail(const struct worth *w, size_t rank)
{
    double tail = 0;
    for (size_t i = 0; i < w->cases; i++) {
        const double upto = (double)rank * w->n_eff[i] / (double)w->n;
        tail += w->weight[i] * gsl_cdf_beta_P(w->q, upto, w->n_eff[i] - upto + 1);
    }
    return tail;
}

/* The largest rank whose low tail is within `level`; 0 when not even the smallest sample is. */
static size_t low_rank(const struct worth *w, double level)
{
    size_t good = 0;
    size_t bad = w->n + 1;
    while (bad - good > 1) {
        size_t middle = good + (bad - good) / 2;
        if (low_tail(w, middle) <= level)
            good = middle;
        else
            bad = middle;
    }
    return good;
}

/* The smallest rank whose high tail is within `level`; n + 1 when not even the largest is. */
static size_t high_rank(const struct worth *w, double level)
{
    size_t bad = 0;
    size_t good = w->n + 1;
    while (good - bad > 1) {
        size_t middle = bad + (good - bad) / 2;
        if (high_tail(w, middle) <= level)
            good = middle;
        else
            bad = middle;
    }
    return good;
}

/* Draw the ends nearer while the two tails together stay within alpha, the cheaper end first. A
 * missing end has spent nothing. */
static void draw_nearer(const struct worth *w, double alpha, size_t *lo, size_t *hi)
{
    bool has_lo = *lo >= 1;
    bool has_hi = *hi <= w->n;
    for (;;) {
        double low = has_lo ? low_tail(w, *lo) : 0;
        double high = has_hi ? high_tail(w, *hi) : 0;
        bool room = !has_lo || !has_hi || *lo + 1 < *hi;
        double up = has_lo && room && *lo < w->n ? low_tail(w, *lo + 1) + high : 1;
        double down = has_hi && room && *hi > 1 ? high_tail(w, *hi - 1) + low : 1;
        if (fmin(up, down) > alpha + RANK_SLACK)
            return;
        if (up < down - RANK_SLACK) /* of equals the upper end: no last digit may decide */
            (*lo)++;
        else
            (*hi)--;
    }
}

int pm_quantile_interval(const double *sorted, size_t n, const struct pm_autoregression *series,
                         double q, double confidence, struct pm_quantile_interval *out)
{
    if (n == 0 || !(q > 0 && q < 1) || !(confidence > 0 && confidence < 1))
        return -1;
    const struct worth w = worth_of(n, series, q);
    double alpha = 1 - confidence;
    /* 1 - 0.95 is a hair more than 0.05: a rank exactly at its level must not depend on it. */
    size_t lo = low_rank(&w, alpha / 2 + RANK_SLACK);
    size_t hi = high_rank(&w, alpha / 2 + RANK_SLACK);
    draw_nearer(&w, alpha, &lo, &hi);

    *out = (struct pm_quantile_interval){
        .has_lo = lo >= 1,
        .has_hi = hi <= n,
        .value =
            q > 0.5 || q < 0.5 ? pm_quantile_sorted(sorted, n, q) : pm_median_sorted(sorted, n),
        .lo = lo >= 1 ? sorted[lo - 1] : (double)NAN,
        .hi = hi <= n ? sorted[hi - 1] : (double)NAN,
    };
    return 0;
}
