/* SPDX-License-Identifier: MIT */
#include "stats/latency.h"

#include "base/arena.h"
#include "base/err.h"
#include "stats/autoregression.h"
#include "stats/steady.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double pm_waited_share(const double *ms, const double *delay_ms, size_t n)
{
    double all = 0, waited = 0;
    for (size_t i = 0; delay_ms != NULL && i < n; i++) {
        if (isnan(delay_ms[i]))
            continue;
        all += ms[i];
        waited += delay_ms[i];
    }
    return all > 0 ? waited / all : (double)NAN;
}

/* Process starts of the runs from index `from` on, in the arena. */
static size_t *starts_from(const struct pm_runs *runs, size_t from, struct pm_arena *arena,
                           size_t *count)
{
    size_t *start_n = pm_arena_alloc(arena, runs->starts + 1, sizeof *start_n);
    size_t passed = 0;
    *count = 0;
    for (size_t i = 0; start_n != NULL && i < runs->starts; i++) {
        const size_t end = passed + runs->start_n[i];
        if (end > from)
            start_n[(*count)++] = end - (passed > from ? passed : from);
        passed = end;
    }
    return start_n;
}

static int intervals(const double *sorted, size_t n, const struct pm_autoregression *series,
                     double confidence, struct pm_latency *out, struct pm_err *err)
{
    if (pm_quantile_interval(sorted, n, series, 0.50, confidence, &out->p50) != 0 ||
        pm_quantile_interval(sorted, n, series, 0.90, confidence, &out->p90) != 0 ||
        pm_quantile_interval(sorted, n, series, 0.95, confidence, &out->p95) != 0 ||
        pm_quantile_interval(sorted, n, series, 0.99, confidence, &out->p99) != 0)
        return pm_fail(err, PM_EINTERNAL, "latency", "no interval for %zu runs", n);
    return 0;
}

static int analyse_in(const struct pm_runs *runs, double confidence, struct pm_arena *arena,
                      struct pm_latency *l, struct pm_err *err)
{
    struct pm_steady steady;
    if (pm_steady_find(runs->ms, runs->n, &steady, err) != 0)
        return -1;
    l->warmup = steady.cut;
    l->sustained_from = steady.throttled ? steady.level_start : steady.cut;
    l->rise_pct = 100 * steady.rise_rel;
    l->drift = steady.drift;
    l->throttled = steady.throttled;
    const double *kept = runs->ms + l->sustained_from;
    const size_t n = runs->n - l->sustained_from;
    size_t starts = 0;
    size_t *start_n = starts_from(runs, l->sustained_from, arena, &starts);
    double *sorted = pm_sorted_copy(arena, kept, n);
    bool *flags = pm_arena_alloc(arena, n, sizeof *flags);
    struct pm_autoregression series;
    if (start_n == NULL || sorted == NULL || flags == NULL)
        return pm_fail_nomem(err);
    if (pm_rank_autocorrelation_blocks(kept, start_n, starts, &l->autocorrelation, err) != 0 ||
        pm_autoregression_of_ranks(kept, start_n, starts, &series, err) != 0 ||
        pm_summarise(kept, n, &l->summary, err) != 0 ||
        pm_flag_outliers(kept, n, flags, &l->outliers, err) != 0)
        return -1;
    return intervals(sorted, n, &series, confidence, l, err);
}

int pm_latency_analyse(const struct pm_runs *runs, double confidence, struct pm_latency *out,
                       struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_latency l = {0};
    if (runs->n == 0)
        return pm_fail(err, PM_EDATA, "latency", "there are no runs");
    const int result = analyse_in(runs, confidence, &arena, &l, err);
    pm_arena_done(&arena);
    if (result == 0)
        *out = l;
    return result;
}

/* The runs without the time they waited for a processor; the runs themselves when none waited, NULL
 * when out of memory. */
static const double *computing_time(const struct pm_runs *runs, size_t from, struct pm_arena *arena)
{
    const size_t n = runs->n - from;
    const double *ms = runs->ms + from, *delay = runs->delay_ms;
    bool waited = false;
    for (size_t i = 0; delay != NULL && i < n; i++)
        waited = waited || delay[from + i] > 0;
    if (!waited)
        return ms;
    double *busy = pm_arena_alloc(arena, n + 1, sizeof *busy);
    for (size_t i = 0; busy != NULL && i < n; i++) /* fmax passes over NAN */
        busy[i] = fmax(ms[i] - fmax(delay[from + i], 0), 0);
    return busy;
}

/* A machine that becomes twice as slow is within the promise. */
#define FAR_BELOW 2.0

/* What the looks say, of the time that was computed where it goes against the network. */
static int looks_say(const struct pm_runs *runs, size_t from, double q, double confidence,
                     struct pm_arena *arena, struct pm_quantile_bounds *out, struct pm_err *err)
{
    const double *at = runs->at_ms != NULL ? runs->at_ms + from : NULL;
    const struct pm_timed_runs kept = {runs->ms + from, at, runs->n - from};
    struct pm_timed_runs busy = kept;
    struct pm_quantile_bounds computed;
    busy.ms = computing_time(runs, from, arena);
    if (busy.ms == NULL)
        return pm_fail_nomem(err);
    if (pm_looks_bounds(&kept, q, confidence, out, err) != 0)
        return -1;
    if (from > 0) { /* what holds with the warm-up holds */
        const struct pm_timed_runs all = {runs->ms, runs->at_ms, runs->n};
        struct pm_quantile_bounds with;
        if (pm_looks_bounds(&all, q, confidence, &with, err) != 0)
            return -1;
        out->meets_from = fmin(out->meets_from, with.meets_from);
    }
    if (busy.ms == kept.ms)
        return 0;
    if (pm_looks_bounds(&busy, q, confidence, &computed, err) != 0)
        return -1;
    out->fails_below = computed.fails_below;
    return 0;
}

static int bounds_in(const struct pm_runs *runs, double q, double confidence,
                     struct pm_arena *arena, struct pm_latency_bounds *b, struct pm_err *err)
{
    struct pm_steady steady;
    struct pm_quantile_bounds said;
    if (pm_steady_find(runs->ms, runs->n, &steady, err) != 0 ||
        looks_say(runs, steady.cut, q, confidence, arena, &said, err) != 0)
        return -1;
    const size_t level = steady.throttled ? steady.level_start : steady.cut;
    const double *sorted = pm_sorted_copy(arena, runs->ms + level, runs->n - level);
    if (sorted == NULL)
        return pm_fail_nomem(err);
    b->value = q == 0.5 ? pm_median_sorted(sorted, runs->n - level)
                        : pm_quantile_sorted(sorted, runs->n - level, q);
    if (said.meets_from < b->value) {
        b->denied_from = said.meets_from;
        b->denied_to = b->value;
    } else if (said.fails_below > b->value) {
        b->denied_from = b->value;
        b->denied_to = said.fails_below;
    }
    b->fails_below = fmin(said.fails_below, b->value);
    b->meets_from = fmax(said.meets_from, b->value);
    b->rising_from = (double)INFINITY;
    if (steady.drift) {
        double slowest = 0;
        for (size_t i = steady.cut; i < runs->n; i++)
            slowest = fmax(slowest, runs->ms[i]);
        b->rising_from = b->meets_from;
        b->meets_from = fmax(b->meets_from, FAR_BELOW * slowest);
    }
    return 0;
}

int pm_latency_bounds(const struct pm_runs *runs, double q, double confidence,
                      struct pm_latency_bounds *out, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_latency_bounds b = {0};
    if (runs->n == 0)
        return pm_fail(err, PM_EDATA, "latency", "there are no runs");
    const int result = bounds_in(runs, q, confidence, &arena, &b, err);
    pm_arena_done(&arena);
    if (result == 0)
        *out = b;
    return result;
}

enum pm_within pm_latency_within(const struct pm_latency_bounds *b, double limit_ms)
{
    return limit_ms >= b->meets_from   ? PM_WITHIN_YES
           : limit_ms < b->fails_below ? PM_WITHIN_NO
                                       : PM_WITHIN_UNDECIDED;
}

int pm_latency_judge(const struct pm_runs *runs, double limit_ms, double q, double confidence,
                     struct pm_latency_verdict *out, struct pm_err *err)
{
    struct pm_latency_verdict v = {.within = PM_WITHIN_UNDECIDED,
                                   .bounds = {.meets_from = (double)INFINITY}};
    const struct pm_timed_runs all = {runs->ms, runs->at_ms, runs->n};
    if (runs->n > 0 && pm_latency_bounds(runs, q, confidence, &v.bounds, err) != 0)
        return -1;
    v.within = runs->n > 0 ? pm_latency_within(&v.bounds, limit_ms) : PM_WITHIN_UNDECIDED;
    if (v.within == PM_WITHIN_UNDECIDED && runs->n > 0) {
        v.drifting = limit_ms >= v.bounds.rising_from;
        v.denied = limit_ms >= v.bounds.denied_from && limit_ms < v.bounds.denied_to;
        if (pm_looks_forecast(&all, limit_ms, q, confidence, &v.forecast, err) != 0)
            return -1;
    }
    *out = v;
    return 0;
}

/* Of resamples of n whose runs are each within it with probability p, those with q n there. */
static double share_of_resamples(double n_eff, double p, double q)
{
    const unsigned n = (unsigned)fmax(floor(n_eff), 1);
    const unsigned need = (unsigned)ceil(q * n - 1e-9);
    return need == 0 ? 1 : gsl_cdf_binomial_Q(need - 1, p, n);
}

int pm_latency_share_within(const struct pm_runs *runs, double limit_ms, double q, double *share,
                            struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_steady steady;
    struct pm_autoregression series;
    size_t within = 0, starts = 0;
    if (pm_steady_find(runs->ms, runs->n, &steady, err) != 0)
        return -1;
    /* of the runs that are judged, and no others */
    const size_t from = steady.throttled ? steady.level_start : steady.cut;
    const size_t *start_n = starts_from(runs, from, &arena, &starts);
    const int result = start_n == NULL ? pm_fail_nomem(err)
                                       : pm_autoregression_of_ranks(runs->ms + from, start_n,
                                                                    starts, &series, err);
    pm_arena_done(&arena);
    if (result != 0)
        return -1;
    const size_t judged = runs->n - from;
    for (size_t i = from; i < runs->n; i++)
        within += runs->ms[i] <= limit_ms;
    const double p = (double)within / (double)judged;
    *share = 0;
    for (size_t i = 0; i < PM_COEFFICIENTS; i++)
        *share += series.weight[i] *
                  share_of_resamples(pm_effective_n(judged, pm_coefficient(i), q), p, q);
    return 0;
}
