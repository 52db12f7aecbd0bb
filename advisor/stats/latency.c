/* SPDX-License-Identifier: MIT */
#include "stats/latency.h"

#include "base/arena.h"
#include "base/err.h"
#include "stats/sequential.h"
#include "stats/steady.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* A rise is taken for the sustained level, and a network rejected on it, after this many runs: a
 * shorter one may be a neighbour's doing on a shared host. */
#define LEVEL_RUNS ((size_t)20)

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

static int intervals(const double *sorted, size_t n, double confidence, struct pm_latency *out,
                     struct pm_err *err)
{
    const double r = out->autocorrelation;
    if (pm_quantile_interval(sorted, n, r, 0.50, confidence, &out->p50) != 0 ||
        pm_quantile_interval(sorted, n, r, 0.90, confidence, &out->p90) != 0 ||
        pm_quantile_interval(sorted, n, r, 0.95, confidence, &out->p95) != 0 ||
        pm_quantile_interval(sorted, n, r, 0.99, confidence, &out->p99) != 0)
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
    if (start_n == NULL || sorted == NULL || flags == NULL)
        return pm_fail_nomem(err);
    if (pm_rank_autocorrelation_blocks(kept, start_n, starts, &l->autocorrelation, err) != 0 ||
        pm_summarise(kept, n, &l->summary, err) != 0 ||
        pm_flag_outliers(kept, n, flags, &l->outliers, err) != 0)
        return -1;
    return intervals(sorted, n, confidence, l, err);
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

/* The runs without the time they waited for a processor; NULL when none waited, or when out of
 * memory (*nomem). */
static const double *computing_time(const struct pm_runs *runs, size_t from, struct pm_arena *arena,
                                    bool *nomem)
{
    const size_t n = runs->n - from;
    bool waited = false;
    for (size_t i = 0; runs->delay_ms != NULL && i < n; i++)
        waited = waited || runs->delay_ms[from + i] > 0;
    double *busy = waited ? pm_arena_alloc(arena, n, sizeof *busy) : NULL;
    *nomem = waited && busy == NULL;
    for (size_t i = 0; busy != NULL && i < n; i++) {
        const double delay = fmax(runs->delay_ms[from + i], 0); /* fmax passes over NAN */
        busy[i] = fmax(runs->ms[from + i] - delay, 0);
    }
    return busy;
}

/* The judgement of the runs from `from` on, and the interval to show with it. */
static int judge_in(const struct pm_runs *runs, size_t from, bool sequential, double limit_ms,
                    double q, double confidence, struct pm_arena *arena,
                    struct pm_sequential_result *s, struct pm_quantile_interval *interval,
                    struct pm_err *err)
{
    const double *kept = runs->ms + from;
    const size_t n = runs->n - from;
    size_t starts = 0;
    double r = 0;
    const size_t *start_n = starts_from(runs, from, arena, &starts);
    const double *sorted = pm_sorted_copy(arena, kept, n);
    if (start_n == NULL || sorted == NULL)
        return pm_fail_nomem(err);
    if (pm_rank_autocorrelation_blocks(kept, start_n, starts, &r, err) != 0)
        return -1;
    if (pm_quantile_interval(sorted, n, r, q, confidence, interval) != 0)
        return pm_fail(err, PM_EINTERNAL, "latency", "no interval for %zu runs", n);
    int (*const judge)(const double *, const size_t *, size_t, double, double, double,
                       struct pm_sequential_result *, struct pm_err *) =
        sequential ? pm_sequential_judge : pm_fixed_judge;
    if (judge(kept, start_n, starts, limit_ms, q, confidence, s, err) != 0)
        return -1;
    bool nomem = false;
    const double *busy =
        s->decision == PM_DECIDE_FAILS ? computing_time(runs, from, arena, &nomem) : NULL;
    if (nomem)
        return pm_fail_nomem(err);
    if (busy == NULL)
        return 0;
    struct pm_sequential_result computed = {0};
    if (judge(busy, start_n, starts, limit_ms, q, confidence, &computed, err) != 0)
        return -1;
    if (computed.decision != PM_DECIDE_FAILS)
        *s = (struct pm_sequential_result){.decision = PM_DECIDE_MORE,
                                           .need_more = computed.need_more};
    return 0;
}

/* A machine that becomes twice as slow is within the promise: where every run takes at most half
 * the limit, a rise decides nothing, neither one that goes on nor one to a level that lasts. */
#define FAR_BELOW 0.5

static bool far_below(const struct pm_runs *runs, size_t from, double limit_ms)
{
    for (size_t i = from; i < runs->n; i++) {
        if (runs->ms[i] > FAR_BELOW * limit_ms)
            return false;
    }
    return true;
}

/* What the interval that stands beside the verdict denies is not decided: it does not depend on the
 * limit, so a looser one is never rejected where a stricter one is not. */
static bool denied(const struct pm_quantile_interval *i, enum pm_decision d, double limit_ms)
{
    return (d == PM_DECIDE_FAILS && i->has_lo && i->lo <= limit_ms) ||
           (d == PM_DECIDE_MEETS && i->has_hi && i->hi > limit_ms);
}

int pm_latency_judge(const struct pm_runs *runs, bool sequential, double limit_ms, double q,
                     double confidence, struct pm_latency_verdict *out, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_steady steady;
    struct pm_sequential_result s = {0};
    struct pm_latency_verdict v = {.within = PM_WITHIN_UNDECIDED};
    if (runs->n == 0) {
        v.need_more = pm_sequential_next_look(0, q, confidence);
        *out = v;
        return 0;
    }
    if (pm_steady_find(runs->ms, runs->n, &steady, err) != 0)
        return -1;
    const bool clear = far_below(runs, steady.cut, limit_ms), rising = steady.drift && !clear;
    const size_t from = steady.throttled && !clear ? steady.level_start : steady.cut;
    int result =
        judge_in(runs, from, sequential, limit_ms, q, confidence, &arena, &s, &v.interval, err);
    /* a slow level that has only begun may pass, unless it was too slow before */
    const size_t at_level = runs->n - steady.level_start;
    const bool begun = s.decision == PM_DECIDE_FAILS && steady.throttled && at_level < LEVEL_RUNS;
    struct pm_sequential_result all = {0};
    struct pm_quantile_interval unused;
    if (result == 0 && begun)
        result = judge_in(runs, steady.cut, sequential, limit_ms, q, confidence, &arena, &all,
                          &unused, err);
    pm_arena_done(&arena);
    if (result != 0)
        return -1;
    v.need_more = s.need_more;
    if (denied(&v.interval, s.decision, limit_ms))
        s.decision = PM_DECIDE_MORE;
    if (begun && all.decision != PM_DECIDE_FAILS)
        v.need_more = LEVEL_RUNS - at_level;
    else if (s.decision == PM_DECIDE_FAILS)
        v.within = PM_WITHIN_NO;
    else if (s.decision == PM_DECIDE_MEETS && !rising)
        v.within = PM_WITHIN_YES;
    v.drifting = s.decision == PM_DECIDE_MEETS && rising; /* not yet at its level */
    *out = v;
    return 0;
}

int pm_latency_share_within(const struct pm_runs *runs, double limit_ms, double q, double *share,
                            struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_steady steady;
    double r = 0;
    size_t within = 0, starts = 0;
    if (pm_steady_find(runs->ms, runs->n, &steady, err) != 0)
        return -1;
    /* of the runs that are judged, and no others */
    const size_t from = steady.throttled ? steady.level_start : steady.cut;
    const size_t *start_n = starts_from(runs, from, &arena, &starts);
    const int result =
        start_n == NULL ? pm_fail_nomem(err)
                        : pm_rank_autocorrelation_blocks(runs->ms + from, start_n, starts, &r, err);
    pm_arena_done(&arena);
    if (result != 0)
        return -1;
    const size_t judged = runs->n - from;
    for (size_t i = from; i < runs->n; i++)
        within += runs->ms[i] <= limit_ms;
    const unsigned n = (unsigned)fmax(floor(pm_effective_n_at(judged, r, q)), 1);
    const double p = (double)within / (double)judged;
    const unsigned need = (unsigned)ceil(q * n - 1e-9);
    *share = need == 0 ? 1 : gsl_cdf_binomial_Q(need - 1, p, n);
    return 0;
}
