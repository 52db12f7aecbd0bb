/* SPDX-License-Identifier: MIT */
#include "stats/sequential.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "stats/sample.h"
#include "stats/steady.h"

#define GROWTH        1.3
#define PRIOR_R       0.6
#define PRIOR_WEIGHT  20.0 /* runs; chosen by the simulations of test_sequential.c */
#define SUSPECT_P     0.2
#define SUSPECT_RUNS  10
#define LINE_END_COST 3.0
#define LEVEL_SLACK   1e-9
#define LOOK_AHEAD    1000000 /* runs; nobody measures longer than that to settle a tie */

enum side { ACCEPT, REJECT };

/* A series of looks: the next one's size, and how many have spent their level. */
struct looks {
    size_t next;
    double alpha; /* of the whole series */
    double spent;
};

/* The question, and the runs so far. */
struct question {
    const double *x;
    const size_t *start_n;
    size_t starts;
    double limit, q, alpha;
    double *moved;  /* room for n runs */
    size_t *blocks; /* room for `starts` */
};

/* What one test saw. */
struct count {
    double n_eff;
    double share; /* of overruns, after projection */
    double p;
    double least_p; /* of the most one-sided counts n_eff can have, before projection */
};

static struct looks looks_first(enum side side, double q, double alpha)
{
    double rare = side == ACCEPT ? q : 1 - q;
    double first = ceil(log(alpha / 2) / log(rare) - LEVEL_SLACK);
    first = fmin(fmax(first, 1), 1e15); /* q within rounding of 0 or 1 */
    return (struct looks){.next = (size_t)first, .alpha = alpha};
}

/* alpha / ((j + 1)(j + 2)): the first look gets alpha / 2 and all of them together alpha, as with
 * halving, but late looks keep enough to decide a network that overruns now and then. */
static double looks_level(const struct looks *l)
{
    return l->alpha / ((l->spent + 1) * (l->spent + 2));
}

/* A look that could not have decided whatever the counts has spent nothing: with correlated runs
 * the first looks are such, and the level is kept for those that can. */
static void looks_advance(struct looks *l, bool spent)
{
    l->next = (size_t)ceil(GROWTH * (double)l->next - LEVEL_SLACK);
    if (spent)
        l->spent += 1;
}

static bool inside(double share)
{
    return share > 0 && share < 1;
}

size_t pm_sequential_next_look(size_t n, double q, double confidence)
{
    if (!inside(q) || !inside(confidence))
        return n + 1;
    struct looks accept = looks_first(ACCEPT, q, 1 - confidence);
    struct looks reject = looks_first(REJECT, q, 1 - confidence);
    while (accept.next <= n)
        looks_advance(&accept, true);
    while (reject.next <= n)
        looks_advance(&reject, true);
    return accept.next < reject.next ? accept.next : reject.next;
}

/* P(at most k overruns) if the quantile is just beyond the limit, or P(at least k) if just within:
 * the binomial for a real number of runs is the incomplete beta function. */
static double p_value(enum side side, double n_eff, double share, double q)
{
    double k = share * n_eff;
    if (side == ACCEPT)
        return k < n_eff ? gsl_cdf_beta_P(q, n_eff - k, k + 1) : 1;
    return k > 0 ? gsl_cdf_beta_P(1 - q, k, n_eff - k + 1) : 1;
}

static size_t count_above(const double *x, size_t n, double limit)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        k += x[i] > limit;
    return k;
}

/* Is the limit far from where the quantile can be? With the quantile at the limit, 1 - q of the
 * runs would be above it and more within a fifth of it: so few runs that near say that it is not,
 * and a stray slow run does not unsay it. */
static bool is_clear(enum side side, const struct question *ask, const double *x, size_t n)
{
    if (side == ACCEPT)
        return (double)count_above(x, n, PM_CLEAR_BELOW * ask->limit) <=
               (1 - ask->q) / 2 * (double)n;
    size_t far = count_above(x, n, PM_CLEAR_ABOVE * ask->limit);
    return n < 4 ? far == n : 2 * far >= n;
}

/* The correlation to reckon with when n runs show an autocorrelation of r.
 * Far from the limit an overrun would be something else than the tail of this noise, and how the
 * noise repeats itself says nothing of it: none is assumed. (It would cost dearly: 86 runs of 620
 * ms with r = 0.5 would not settle that p90 is within 5 s.) Near the limit the prior counts as
 * PRIOR_WEIGHT runs. */
static double reckoned_r(bool clear, double r, size_t n)
{
    double runs = (double)n;
    return clear ? 0 : fmax(r, (PRIOR_WEIGHT * PRIOR_R + runs * r) / (PRIOR_WEIGHT + runs));
}

/* Block lengths of the first n runs. */
static size_t blocks_of(const struct question *ask, size_t n)
{
    size_t blocks = 0;
    for (size_t left = n; left > 0; blocks++) {
        ask->blocks[blocks] = ask->start_n[blocks] < left ? ask->start_n[blocks] : left;
        left -= ask->blocks[blocks];
    }
    return blocks;
}

/* One test: x holds n runs, as measured or moved. */
static int count_runs(const struct question *ask, enum side side, const double *x, size_t n,
                      struct count *out, struct pm_err *err)
{
    double r;
    if (pm_rank_autocorrelation_blocks(x, ask->blocks, blocks_of(ask, n), &r, err) != 0)
        return -1;
    bool clear = is_clear(side, ask, x, n);
    out->n_eff = pm_effective_n_at(n, reckoned_r(clear, r, n), ask->q);
    if (x == ask->moved && !clear)
        out->n_eff = fmax(1, out->n_eff / LINE_END_COST);
    out->share = (double)count_above(x, n, ask->limit) / (double)n;
    out->p = p_value(side, out->n_eff, out->share, ask->q);
    out->least_p = p_value(side, out->n_eff, side == ACCEPT ? 0 : 1, ask->q);
    return 0;
}

/* The test at a level that may be drifting. What does not pass as measured is not projected: the
 * projection only makes it harder, and costs a hundred times more. */
static int count_at_present_level(const struct question *ask, enum side side, size_t n,
                                  double level, struct count *out, struct pm_err *err)
{
    struct pm_trend trend;
    if (count_runs(ask, side, ask->x, n, out, err) != 0)
        return -1;
    if (out->p > level || n < SUSPECT_RUNS)
        return 0;
    if (pm_trend_find(ask->x, n, &trend, err) != 0)
        return -1;
    bool suspect = side == ACCEPT ? trend.p_rise < SUSPECT_P && trend.slope > 0
                                  : 1 - trend.p_rise < SUSPECT_P && trend.slope < 0;
    if (!suspect)
        return 0;
    for (size_t i = 0; i < n; i++)
        ask->moved[i] = ask->x[i] + trend.slope * (double)(n - 1 - i);
    double least_p = out->least_p;
    if (count_runs(ask, side, ask->moved, n, out, err) != 0)
        return -1;
    out->least_p = least_p;
    return 0;
}

/* How many more runs until one of the coming looks of this side decides, the share of overruns and
 * the worth of a run staying as they are. */
static size_t runs_to_decide(const struct question *ask, enum side side, struct looks l,
                             const struct count *seen, size_t n)
{
    double worth = fmin(seen->n_eff / (double)n, 1);
    while (l.next <= LOOK_AHEAD) {
        double n_eff = fmax(1, worth * (double)l.next);
        if (l.next > n && p_value(side, n_eff, seen->share, ask->q) <= looks_level(&l))
            return l.next - n;
        looks_advance(&l, p_value(side, n_eff, side == ACCEPT ? 0 : 1, ask->q) <= looks_level(&l));
    }
    return 0;
}

/* The side the counts so far point to. */
static enum side leaning(const struct question *ask, size_t overruns, size_t n)
{
    return (double)overruns < (1 - ask->q) * (double)n ? ACCEPT : REJECT;
}

static int replay(const struct question *ask, size_t n, struct pm_sequential_result *out,
                  struct pm_err *err)
{
    struct looks looks[2] = {looks_first(ACCEPT, ask->q, ask->alpha),
                             looks_first(REJECT, ask->q, ask->alpha)};
    struct pm_sequential_result result = {.decision = PM_DECIDE_MORE, .used = n};
    while (looks[ACCEPT].next <= n || looks[REJECT].next <= n) {
        enum side side = looks[ACCEPT].next < looks[REJECT].next ? ACCEPT : REJECT;
        struct looks *look = &looks[side];
        struct count seen;
        double level = looks_level(look) * (1 + LEVEL_SLACK);
        if (count_at_present_level(ask, side, look->next, level, &seen, err) != 0)
            return -1;
        result.n_eff = seen.n_eff;
        if (seen.p <= level) {
            result.decision = side == ACCEPT ? PM_DECIDE_MEETS : PM_DECIDE_FAILS;
            result.used = look->next;
            break;
        }
        looks_advance(look, seen.least_p <= level);
    }
    result.overruns = count_above(ask->x, result.used, ask->limit);
    if (result.decision == PM_DECIDE_MORE && n > 0) {
        struct count seen;
        enum side side = leaning(ask, result.overruns, n);
        if (count_at_present_level(ask, side, n, ask->alpha, &seen, err) != 0)
            return -1;
        result.need_more = runs_to_decide(ask, side, looks[side], &seen, n);
    }
    *out = result;
    return 0;
}

static int decide_once(const struct question *ask, size_t n, struct pm_sequential_result *out,
                       struct pm_err *err)
{
    struct pm_sequential_result result = {.decision = PM_DECIDE_MORE, .used = n};
    if (n > 0) {
        struct count seen;
        result.overruns = count_above(ask->x, n, ask->limit);
        enum side side = leaning(ask, result.overruns, n);
        if (count_runs(ask, side, ask->x, n, &seen, err) != 0)
            return -1;
        result.n_eff = seen.n_eff;
        if (seen.p <= ask->alpha * (1 + LEVEL_SLACK))
            result.decision = side == ACCEPT ? PM_DECIDE_MEETS : PM_DECIDE_FAILS;
        else
            result.need_more =
                runs_to_decide(ask, side, looks_first(side, ask->q, ask->alpha), &seen, n);
    }
    *out = result;
    return 0;
}

/* Check the arguments, make room, and judge. */
static int judge(int (*how)(const struct question *, size_t, struct pm_sequential_result *,
                            struct pm_err *),
                 struct question ask, struct pm_sequential_result *out, struct pm_err *err)
{
    struct pm_arena arena = {0};
    size_t n = 0;
    for (size_t i = 0; i < ask.starts; i++)
        n += ask.start_n[i];
    if (!inside(ask.q) || !inside(ask.alpha) || !isfinite(ask.limit))
        return pm_fail(
            err, PM_EDATA, NULL,
            "quantile %g and confidence %g must lie inside (0, 1), the limit %g be finite", ask.q,
            1 - ask.alpha, ask.limit);
    if (pm_require_finite(ask.x, n, err) != 0)
        return -1;
    ask.moved = pm_arena_alloc(&arena, n + 1, sizeof *ask.moved);
    ask.blocks = pm_arena_alloc(&arena, ask.starts + 1, sizeof *ask.blocks);
    int rc = ask.moved != NULL && ask.blocks != NULL ? how(&ask, n, out, err) : pm_fail_nomem(err);
    pm_arena_done(&arena);
    return rc;
}

int pm_sequential_judge(const double *x, const size_t *start_n, size_t starts, double limit,
                        double q, double confidence, struct pm_sequential_result *out,
                        struct pm_err *err)
{
    struct question ask = {.x = x, .start_n = start_n, .starts = starts, .limit = limit, .q = q};
    ask.alpha = 1 - confidence;
    return judge(replay, ask, out, err);
}

int pm_fixed_judge(const double *x, const size_t *start_n, size_t starts, double limit, double q,
                   double confidence, struct pm_sequential_result *out, struct pm_err *err)
{
    struct question ask = {.x = x, .start_n = start_n, .starts = starts, .limit = limit, .q = q};
    ask.alpha = 1 - confidence;
    return judge(decide_once, ask, out, err);
}
