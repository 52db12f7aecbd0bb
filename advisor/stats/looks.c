/* SPDX-License-Identifier: MIT */
#include "stats/looks.h"

#include "base/arena.h"
#include "base/err.h"
#include "stats/sample.h"

#include <math.h>
#include <stdlib.h>

#define LEAST 8 /* looks that are left when they are merged */
/* What "meets" takes at any quantile is what p90 takes at 95 %: by fewer looks it cannot be told
 * whether they go together. The second is of pairs of runs, at half the limit. And no single look
 * rejects. */
#define ENOUGH         33
#define ENOUGH_PAIRS   30
#define ENOUGH_TO_FAIL 2
#define TOGETHER       0.25 /* a correlation of neighbours up to here may be chance */
#define GROWTH         1.5
#define LIMITS         400 /* tried each way; of more runs not every one is */
#define AHEAD          100000
#define SLACK          1e-9
#define ROUNDING       1e-12 /* of shares that do not differ */
#define DOUBLE         2.0

/* A bet is divided among stakes, given as shares of the largest there can be. Towards "meets" most
 * goes where looks without an overrun pay most. */
#define STAKES 4
struct stakes {
    double stake[STAKES], part[STAKES];
};
static const struct stakes for_meets = {{0.999, 0.7, 0.4, 0.2}, {0.55, 0.2, 0.15, 0.1}};
static const struct stakes for_fails = {{0.9, 0.5, 0.25, 0.1}, {0.25, 0.25, 0.25, 0.25}};
/* of a high quantile, where one overrun too many in a window says much */
static const struct stakes for_fails_high = {{0.9, 0.5, 0.25, 0.1}, {0.4, 0.3, 0.2, 0.1}};
/* where 60 runs are to be enough, at half the limit */
static const struct stakes for_half = {{0.999, 0.7, 0.4, 0.2}, {0.9, 0.05, 0.03, 0.02}};

/* Parts of a limit, towards the bulk of the runs, at which neighbours are compared: a spell that
 * ends just short of it tells how long those last that may reach it. */
#define NEARS 3
static const double nears[NEARS] = {0, 0.1, 0.2};

enum side { MEETS, FAILS };

struct looks { /* each with its runs in ascending order */
    enum side side;
    const struct stakes *stakes;
    size_t n;
    size_t *first; /* n + 1 */
    double *sorted;
    double *share; /* room for n */
    double *begin; /* of each run */
};

struct question {
    double q, alpha;
};

/* ---- betting ---- */

struct bet {
    enum side side;
    const struct stakes *stakes;
    double e, target;
    double wealth[STAKES];
};

static struct bet bet_open(enum side side, const struct stakes *stakes, struct question ask)
{
    return (struct bet){side, stakes, 1 - ask.q, (1 - SLACK) / ask.alpha, {1, 1, 1, 1}};
}

/* The next share; true: won. */
static bool bet_on(struct bet *b, double share)
{
    double worth = 0;
    for (size_t j = 0; j < STAKES; j++) {
        const double most = b->side == MEETS ? 1 / (1 - b->e) : 1 / b->e;
        const double gain = b->side == MEETS ? b->e - share : share - b->e;
        b->wealth[j] *= 1 + b->stakes->stake[j] * most * gain;
        worth += b->stakes->part[j] * b->wealth[j];
    }
    return worth >= b->target;
}

/* ---- gathering ---- */

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How far apart looks begin, how many runs that follow one another one holds at least, and how they
 * are bet on. */
struct spacing {
    double ms;
    size_t runs;
    const struct stakes *stakes;
};
static const struct spacing of_meets = {PM_LOOK_MS, PM_LOOK_RUNS, &for_meets};
/* In less than 2 / e runs the share of overruns says little, and a single long run must be no look
 * of its own. In steps, from a quantile on: within a step more of one is no less certain of a
 * higher. */
#define STEPS 3
static const struct {
    double q;
    struct spacing apart;
} of_fails[STEPS] = {{0, {PM_SPELL_MS, 20, &for_fails}},
                     {0.9, {PM_SPELL_MS, 40, &for_fails}},
                     {0.95, {PM_SPELL_MS, 200, &for_fails_high}}};

/* Does run i begin a look, the last one having begun with run `first`? */
static bool begins_look(const double *begin, const double *ms, struct spacing apart, size_t first,
                        size_t i)
{
    const double rest = begin[i] - begin[i - 1] - ms[i - 1];
    return begin[i] - begin[first] >= apart.ms && (i - first >= apart.runs || rest >= apart.ms);
}

static int gather(const struct pm_timed_runs *runs, enum side side, struct spacing apart,
                  struct pm_arena *arena, struct looks *out, struct pm_err *err)
{
    struct looks l = {.side = side, .stakes = apart.stakes};
    l.first = pm_arena_alloc(arena, runs->n + 1, sizeof *l.first);
    l.sorted = pm_arena_alloc(arena, runs->n + 1, sizeof *l.sorted);
    l.share = pm_arena_alloc(arena, runs->n + 1, sizeof *l.share);
    l.begin = pm_arena_alloc(arena, runs->n + 1, sizeof *l.begin);
    if (l.first == NULL || l.sorted == NULL || l.share == NULL || l.begin == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < runs->n; i++) {
        l.sorted[i] = runs->ms[i];
        l.begin[i] = runs->at_ms != NULL ? runs->at_ms[i]
                     : i > 0             ? l.begin[i - 1] + runs->ms[i - 1]
                                         : 0;
        if (i == 0 || begins_look(l.begin, runs->ms, apart, l.first[l.n - 1], i))
            l.first[l.n++] = i;
    }
    l.first[l.n] = runs->n;
    for (size_t b = 0; b < l.n; b++)
        qsort(l.sorted + l.first[b], l.first[b + 1] - l.first[b], sizeof *l.sorted, ascending);
    *out = l;
    return 0;
}

/* Runs of a look that are above the limit. */
static size_t count_over(const struct looks *l, size_t look, double limit)
{
    size_t lo = l->first[look], hi = l->first[look + 1];
    while (lo < hi) {
        const size_t middle = lo + (hi - lo) / 2;
        if (l->sorted[middle] > limit)
            hi = middle;
        else
            lo = middle + 1;
    }
    return l->first[look + 1] - lo;
}

/* ---- merging ---- */

/* Of each `merged` looks in a row, to l->share; how many there are. */
static size_t find_shares(struct looks *l, double limit, size_t merged)
{
    size_t n = 0;
    for (size_t b = 0; b < l->n; n++) {
        const size_t end = b + merged < l->n ? b + merged : l->n;
        const size_t runs = l->first[end] - l->first[b];
        size_t over = 0;
        for (; b < end; b++)
            over += count_over(l, b, limit);
        l->share[n] = (double)over / (double)runs;
    }
    return n;
}

/* Lag-1 correlation, 1 / n added for its low bias. */
static double together(const double *share, size_t n)
{
    double mean = 0, own = 0, next = 0;
    for (size_t i = 0; i < n; i++)
        mean += share[i] / (double)n;
    for (size_t i = 0; i < n; i++) {
        own += (share[i] - mean) * (share[i] - mean);
        next += i + 1 < n ? (share[i] - mean) * (share[i + 1] - mean) : 0;
    }
    return own > ROUNDING ? next / own + 1 / (double)n : 0;
}

/* Leaves the shares at the limit itself. */
static double most_together(struct looks *l, double limit, size_t merged)
{
    double most = 0;
    for (size_t i = NEARS; i-- > 0;) {
        const double towards = l->side == FAILS ? 1 + nears[i] : 1 - nears[i];
        const size_t n = find_shares(l, limit * towards, merged);
        most = fmax(most, together(l->share, n));
    }
    return most;
}

/* Shares of looks merged until neighbours tell of different things; how many. */
static size_t independent_shares(struct looks *l, double limit, size_t *merged)
{
    *merged = 1;
    for (size_t m = 1;; m = (size_t)ceil(GROWTH * (double)m)) {
        const size_t n = (l->n + m - 1) / m;
        if (m > 1 && n < LEAST)
            return find_shares(l, limit, *merged);
        *merged = m;
        const double r = most_together(l, limit, m);
        if (n < LEAST || r < fmax(TOGETHER, 1 / sqrt((double)n)))
            return n;
    }
}

static size_t fewest(enum side side)
{
    return side == MEETS ? ENOUGH : ENOUGH_TO_FAIL;
}

static bool is_won(struct looks *l, double limit, struct question ask)
{
    size_t merged;
    const size_t n = independent_shares(l, limit, &merged);
    struct bet bet = bet_open(l->side, l->stakes, ask);
    for (size_t i = 0; i < n; i++) {
        if (bet_on(&bet, l->share[i]) && i + 1 >= fewest(l->side))
            return true;
    }
    return false;
}

/* ---- bounds: the runs themselves are the limits that are tried ---- */

/* From rank k to the next that is tried, the last one always. */
static size_t next_rank(size_t k, size_t from, size_t n)
{
    const size_t step = (n - from) / LIMITS + 1;
    return k + 1 < n && k + step >= n ? n - 1 : k + step;
}

static double meets_from(struct looks *l, const double *all, size_t n, struct question ask)
{
    const size_t from = (size_t)floor(ask.q * (double)n);
    for (size_t k = from; k < n; k = next_rank(k, from, n)) {
        if (is_won(l, all[k], ask))
            return all[k];
    }
    for (size_t i = 1; i < NEARS; i++) { /* beyond the slowest run and what is near it */
        const double limit = all[n - 1] / (1 - nears[i]);
        if (is_won(l, limit, ask))
            return limit;
    }
    return (double)INFINITY;
}

static double largest_broken(struct looks *l, const double *all, size_t n, struct question ask)
{
    const size_t top = (size_t)fmin(ceil(ask.q * (double)n), (double)n - 1);
    const size_t step = top / LIMITS + 1;
    for (size_t k = top;; k -= step) {
        const double below = k > 0 ? all[k - 1] : 0;
        if (below < all[k] && is_won(l, below, ask))
            return all[k];
        if (k < step)
            return 0;
    }
}

/* What breaks a limit at a lower quantile breaks it at a higher one: so those of the steps below
 * count too. */
static int fails_below(const struct pm_timed_runs *runs, const double *all, struct question ask,
                       struct pm_arena *arena, double *out, struct pm_err *err)
{
    *out = 0;
    for (size_t k = 0; k < STEPS && (k == 0 || ask.q > of_fails[k].q + SLACK); k++) {
        const bool last = k + 1 == STEPS || ask.q <= of_fails[k + 1].q + SLACK;
        const struct question at = {last ? ask.q : of_fails[k + 1].q, ask.alpha};
        struct looks l;
        if (gather(runs, FAILS, of_fails[k].apart, arena, &l, err) != 0)
            return -1;
        *out = fmax(*out, largest_broken(&l, all, runs->n, at));
    }
    return 0;
}

/* Two runs a look, for limits at twice what they bound. */
static double meets_twice(const double *ms, const double *all, size_t n, struct question ask)
{
    const size_t from = (size_t)floor(ask.q * (double)n);
    for (size_t k = from; k < n; k = next_rank(k, from, n)) {
        struct bet bet = bet_open(MEETS, &for_half, ask);
        for (size_t i = 0; i + 1 < n; i += 2) {
            const int over = (ms[i] > all[k]) + (ms[i + 1] > all[k]);
            if (bet_on(&bet, over / 2.0) && i / 2 + 1 >= ENOUGH_PAIRS)
                return DOUBLE * all[k];
        }
    }
    return (double)INFINITY;
}

size_t pm_looks_first(double q, double confidence)
{
    return (size_t)fmax(ceil(log((1 - confidence) / 2) / log(1 - q) - SLACK), 2);
}

static double fails_half(const double *ms, size_t n, struct question ask)
{
    const size_t few = pm_looks_first(ask.q, 1 - ask.alpha);
    double least = n >= few ? ms[0] : 0;
    for (size_t i = 1; i < few && i < n; i++)
        least = fmin(least, ms[i]);
    return least / DOUBLE;
}

static bool inside(double share)
{
    return share > 0 && share < 1;
}

static int check(const struct pm_timed_runs *runs, double q, double confidence, struct pm_err *err)
{
    if (!inside(q) || !inside(confidence))
        return pm_fail(err, PM_EDATA, NULL, "quantile %g and confidence %g must lie inside (0, 1)",
                       q, confidence);
    return pm_require_finite(runs->ms, runs->n, err);
}

static int bounds_in(const struct pm_timed_runs *runs, struct question ask, struct pm_arena *arena,
                     struct pm_quantile_bounds *out, struct pm_err *err)
{
    struct looks l;
    double broken = 0;
    const double *all = pm_sorted_copy(arena, runs->ms, runs->n);
    if (all == NULL)
        return pm_fail_nomem(err);
    if (gather(runs, MEETS, of_meets, arena, &l, err) != 0 ||
        fails_below(runs, all, ask, arena, &broken, err) != 0)
        return -1;
    out->meets_from =
        fmin(meets_from(&l, all, runs->n, ask), meets_twice(runs->ms, all, runs->n, ask));
    out->fails_below = fmax(broken, fails_half(runs->ms, runs->n, ask));
    return 0;
}

int pm_looks_bounds(const struct pm_timed_runs *runs, double q, double confidence,
                    struct pm_quantile_bounds *out, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_quantile_bounds b = {.fails_below = 0, .meets_from = (double)INFINITY};
    const struct question ask = {q, 1 - confidence};
    if (check(runs, q, confidence, err) != 0)
        return -1;
    const int result = runs->n > 0 ? bounds_in(runs, ask, &arena, &b, err) : 0;
    pm_arena_done(&arena);
    if (result == 0)
        *out = b;
    return result;
}

/* ---- forecast ---- */

/* Looks like those so far, until the bet is won. */
static size_t looks_to_win(struct looks *l, double limit, struct question ask, size_t *merged)
{
    const size_t n = independent_shares(l, limit, merged);
    struct bet bet = bet_open(l->side, l->stakes, ask);
    double mean = 0;
    for (size_t i = 0; i < n; i++) {
        mean += l->share[i] / (double)n;
        bet_on(&bet, l->share[i]);
    }
    for (size_t i = 0; i < AHEAD; i++) {
        if (bet_on(&bet, mean) && n + i + 1 >= fewest(l->side))
            return (i + 1) * *merged;
    }
    return 0;
}

static int forecast_in(const struct pm_timed_runs *runs, double limit, struct question ask,
                       struct pm_arena *arena, struct pm_looks_forecast *out, struct pm_err *err)
{
    struct looks l;
    size_t merged, over = 0;
    for (size_t i = 0; i < runs->n; i++)
        over += runs->ms[i] > limit;
    out->fails = (double)over > (1 - ask.q) * (double)runs->n;
    struct spacing apart = of_meets;
    for (size_t k = 0; out->fails && k < STEPS; k++)
        apart = k == 0 || ask.q > of_fails[k].q + SLACK ? of_fails[k].apart : apart;
    if (gather(runs, out->fails ? FAILS : MEETS, apart, arena, &l, err) != 0)
        return -1;
    const double whole = l.begin[runs->n - 1] + runs->ms[runs->n - 1] - l.begin[0];
    const double run_ms = whole / (double)runs->n; /* a look ends with a run */
    const double look_ms = fmax(whole / (double)l.n, ceil(apart.ms / run_ms) * run_ms);
    out->looks = looks_to_win(&l, limit, ask, &merged);
    out->ms = (double)out->looks * look_ms;
    out->runs = (size_t)ceil(out->ms * (double)runs->n / whole);
    out->spell_ms = merged > 1 ? (double)merged * look_ms : 0;
    return 0;
}

int pm_looks_forecast(const struct pm_timed_runs *runs, double limit_ms, double q,
                      double confidence, struct pm_looks_forecast *out, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_looks_forecast f = {0};
    const struct question ask = {q, 1 - confidence};
    if (check(runs, q, confidence, err) != 0)
        return -1;
    const int result = runs->n > 0 ? forecast_in(runs, limit_ms, ask, &arena, &f, err) : 0;
    pm_arena_done(&arena);
    if (result == 0)
        *out = f;
    return result;
}
