/* SPDX-License-Identifier: MIT */
#include "oracle.h"

#include <math.h>
#include <string.h>

#define SLACK 1e-9 /* relative: where a figure is reckoned, its last digits are anybody's */

/* ---- figures ---- */

static struct span span_of(struct figure f)
{
    return (struct span){f.origin != UNKNOWN, f.value, f.lo, f.hi};
}

verdicts oracle_judge(struct span s, double bound, bool is_min, double slack)
{
    const double d = slack * fabs(bound);
    if (!s.known)
        return ONLY(NO_FIGURE);
    if (is_min) {
        const struct span turned = {true, -s.value, -s.hi, -s.lo};
        return oracle_judge(turned, -bound, false, slack);
    }
    verdicts v = 0;
    if (s.hi <= bound + d)
        v |= ONLY(MEETS);
    if (s.lo > bound - d)
        v |= ONLY(FAILS);
    if (s.lo <= bound + d && s.hi > bound - d && s.hi > s.lo)
        v |= ONLY(UNDECIDED);
    return v;
}

bool oracle_no_figure(const struct world *w, const struct item *e)
{
    if (e->status == FAILED)
        return true;
    return w->origin == MEASURED && e->status != CENSORED && (e->lost || e->runs == 0);
}

struct span oracle_latency(const struct world *w, const struct item *e)
{
    if (oracle_no_figure(w, e) || e->status == CENSORED)
        return (struct span){0};
    if (w->origin != MEASURED)
        return span_of(e->latency);
    struct span s = {true, e->latency.value, e->ms[0], e->ms[0]};
    for (size_t i = 1; i < e->runs; i++) {
        s.lo = fmin(s.lo, e->ms[i]);
        s.hi = fmax(s.hi, e->ms[i]);
    }
    return s;
}

/* ---- time ---- */

static double share_above(const struct item *e, double limit)
{
    size_t n = 0;
    for (size_t i = 0; i < e->runs; i++)
        n += e->ms[i] > limit;
    return (double)n / (double)e->runs;
}

/* The time the runs span at least. */
static double spanned_ms(const struct item *e)
{
    double ms = 0;
    for (size_t i = 0; i < e->runs; i++)
        ms += e->ms[i] + e->rest_ms;
    return ms;
}

/* Which verdict enough runs give is statistics. Certain is: most runs on one side forbid the
 * other one's verdict, a few decide nothing, and a hundred a factor of two off decide; those that
 * are less far above do when they span two spells of ten seconds and a little more. */
static verdicts of_runs(const struct wish *wish, const struct item *e, double limit, double q)
{
    const double above = share_above(e, limit);
    verdicts v = ONLY(MEETS) | ONLY(FAILS) | ONLY(UNDECIDED);
    if (above > 1 - q + 0.1 || above >= 1)
        v &= ~ONLY(MEETS);
    if (above < 1 - q - 0.05 || above <= 0)
        v &= ~ONLY(FAILS);
    /* so few runs that even all on one side would be no surprise */
    const double alpha = 1 - wish->confidence, n = (double)e->runs;
    if (pow(q, n) > alpha * (1 + SLACK))
        v &= ~ONLY(MEETS);
    if (pow(1 - q, n) > alpha * (1 + SLACK))
        v &= ~ONLY(FAILS);
    if (e->runs < 2)
        v |= ONLY(NO_FIGURE);
    if (e->runs >= 100 && q <= 0.9 && wish->confidence <= 0.95) {
        if (share_above(e, limit * 0.499) <= 0)
            v = ONLY(MEETS);
        else if (q > 0.89 && share_above(e, limit * (spanned_ms(e) > 25e3 ? 1.7 : 2.01)) >= 1)
            v = ONLY(FAILS);
    }
    return v;
}

/* What somebody stated of the distribution. A percentile bounds those above it from below. */
static verdicts of_stated(const struct item *e, double limit, double q, double slack)
{
    const struct {
        double q;
        struct figure f;
    } stated[] = {{0.5, e->latency}, {0.9, e->p90}, {0.95, e->p95}, {0.99, e->p99}};
    bool any = false, certain_fail = false, certain_meet = false;
    for (size_t i = 0; i < 4; i++) {
        const struct figure *f = &stated[i].f;
        if (f->origin == UNKNOWN)
            continue;
        if (fabs(stated[i].q - q) < 1e-9)
            return oracle_judge(span_of(*f), limit, false, slack);
        any = true;
        certain_fail = certain_fail || (stated[i].q < q && f->lo > limit * (1 + slack));
        certain_meet = certain_meet || (stated[i].q > q && f->hi <= limit);
    }
    if (!any)
        return ONLY(NO_FIGURE);
    if (certain_fail)
        return ONLY(FAILS);
    if (certain_meet)
        return ONLY(MEETS);
    return ANY_SAID; /* as the nearest one stands, or unknown */
}

/* The nearest stated percentile below the one asked keeps the limit: it may not be called broken.
 */
static verdicts spared(const struct item *e, double limit, double q, verdicts v)
{
    const struct figure *below = q > 0.99 && e->p99.origin != UNKNOWN   ? &e->p99
                                 : q > 0.95 && e->p95.origin != UNKNOWN ? &e->p95
                                 : q > 0.9 && e->p90.origin != UNKNOWN  ? &e->p90
                                                                        : &e->latency;
    const bool above = (q < 0.99 && e->p99.origin != UNKNOWN) ||
                       (q < 0.95 && e->p95.origin != UNKNOWN) ||
                       (q < 0.9 && e->p90.origin != UNKNOWN);
    if (v == ANY_SAID && !above && q > 0.5 && below->origin != UNKNOWN && below->hi <= limit)
        return v & ~ONLY(FAILS);
    return v;
}

/* What ran beside other work decides nothing. */
static verdicts in_doubt(const struct item *e, verdicts v)
{
    if (!(e->others_pct > 5))
        return v;
    return (v & ONLY(NO_FIGURE)) | ((v & ~ONLY(NO_FIGURE)) != 0 ? ONLY(UNDECIDED) : 0);
}

verdicts oracle_time(const struct world *w, const struct wish *wish, const struct item *e,
                     double limit, double q)
{
    const double slack = wish->overhead_ms > 0 ? SLACK : 0;
    if (oracle_no_figure(w, e))
        return limit <= 0 ? ONLY(NO_FIGURE) | ONLY(FAILS) : ONLY(NO_FIGURE);
    if (limit <= 0)
        return e->latency.origin == UNKNOWN ? ONLY(NO_FIGURE) | ONLY(FAILS)
                                            : ONLY(FAILS) | (limit > -1e-9 ? ONLY(UNDECIDED) : 0);
    if (e->status == CENSORED)
        return in_doubt(e, e->censored_ms >= limit ? ONLY(FAILS) | OPEN_SAID : OPEN_SAID);
    if (w->origin == MEASURED)
        return in_doubt(e, of_runs(wish, e, limit, q));
    return spared(e, limit, q, of_stated(e, limit, q, slack));
}

/* Every pair of what may be said of the two, by `both`. */
static verdicts combine(verdicts a, verdicts b)
{
    verdicts v = (a | b) & ONLY(FAILS);
    if ((a & ~ONLY(FAILS)) == 0 || (b & ~ONLY(FAILS)) == 0)
        return v;
    if ((a & ONLY(MEETS)) != 0 && (b & ONLY(MEETS)) != 0)
        v |= ONLY(MEETS);
    if (((a | b) & OPEN_SAID) != 0)
        v |= ((a | b) & OPEN_SAID);
    return v;
}

/* Full measurements at the rate replace those without rest; fewer runs can only take the pick's
 * place away. */
static verdicts at_pace(const struct world *w, const struct wish *wish, size_t i, double limit,
                        double q)
{
    const verdicts rest = oracle_time(w, wish, &w->item[i], limit, q);
    const int p = paced_of(w, i, wish->fps);
    if (p < 0)
        return rest;
    const struct item *e = &w->item[p];
    const verdicts paced = oracle_time(w, wish, e, limit, q);
    if (oracle_no_figure(w, e))
        return rest | OPEN_SAID;
    if (w->origin != MEASURED && (e->latency.origin != UNKNOWN || e->p90.origin != UNKNOWN))
        return e->status == COMPLETE ? paced : paced | combine(rest, paced);
    if (w->origin != MEASURED)
        return rest | paced;
    if (e->status == COMPLETE)
        return e->others_pct > 5 ? paced | (rest & ONLY(FAILS)) : paced;
    return rest | (paced & ONLY(FAILS)) | ONLY(UNDECIDED);
}

static verdicts time_budget(const struct world *w, const struct wish *wish, size_t i, enum key key)
{
    const double batch = (double)batch_of(&w->item[i]), over = batch * wish->overhead_ms;
    const struct limit *l = &wish->limit[key];
    if (key == MAX_LATENCY)
        return at_pace(w, wish, i, l->bound - over, l->q);
    verdicts v = ONLY(MEETS);
    struct wish reckoned = *wish; /* a rate is turned into a time */
    reckoned.overhead_ms = fmax(wish->overhead_ms, 1e-300);
    if (l->set)
        v = at_pace(w, &reckoned, i, 1e3 * batch / l->bound - over, l->q);
    if (wish->pace.set)
        v = combine(v, at_pace(w, &reckoned, i, 1e3 * batch / wish->fps - over, wish->pace.q));
    return v;
}

/* ---- accuracy ---- */

static double normal_quantile(double p)
{
    double lo = -10, hi = 10;
    for (int i = 0; i < 200; i++) {
        const double mid = (lo + hi) / 2;
        if (0.5 * erfc(-mid / sqrt(2)) < p)
            lo = mid;
        else
            hi = mid;
    }
    return (lo + hi) / 2;
}

struct span oracle_wilson(long good, long n, double confidence)
{
    const double z = normal_quantile(0.5 + confidence / 2), m = (double)n;
    const double p = (double)good / m, z2 = z * z;
    const double middle = (p + z2 / (2 * m)) / (1 + z2 / m);
    const double half = z / (1 + z2 / m) * sqrt(p * (1 - p) / m + z2 / (4 * m * m));
    return (struct span){true, 100 * p, 100 * fmax(0, middle - half), 100 * fmin(1, middle + half)};
}

/* Lent across neither a precision nor an input size. */
static bool is_of(const struct world *w, const struct item *e, bool *disputed)
{
    if (e->precision > 1)
        return false;
    if (e->input_px == 0)
        *disputed = true;
    return e->input_px == 0 || e->input_px == small_cfgs[w->net[e->net].cfg].input_px;
}

/* A figure of its own that is not the catalogue's, to a digit after the point. */
static bool of_another(struct figure own, struct figure ours)
{
    return own.origin != UNKNOWN &&
           (ours.origin == UNKNOWN || fabs(own.value - ours.value) > 0.05 + SLACK);
}

struct span oracle_top1(const struct world *w, const struct wish *wish, const struct item *e,
                        bool *disputed)
{
    const struct net *n = &w->net[e->net];
    *disputed = false;
    if (e->top1.origin != UNKNOWN)
        return span_of(e->top1);
    if (of_another(e->top5, n->top5) || !n->listed || !is_of(w, e, disputed))
        return (struct span){0};
    if (w->origin == MEASURED && n->images > 0)
        return oracle_wilson(n->good, n->images, wish->confidence);
    *disputed = *disputed || w->origin == PUBLISHED;
    return span_of(n->top1);
}

static verdicts accuracy(const struct world *w, const struct wish *wish, const struct item *e,
                         enum key key)
{
    const struct net *n = &w->net[e->net];
    const double bound = wish->limit[key].bound;
    bool disputed = false;
    struct span s;
    if (key == MIN_TOP1)
        s = oracle_top1(w, wish, e, &disputed);
    else if (e->top5.origin != UNKNOWN)
        s = span_of(e->top5);
    else if (of_another(e->top1, n->top1) || !n->listed || !is_of(w, e, &disputed))
        s = (struct span){0}; /* with one of its own it is of another training */
    else if (w->origin == MEASURED && n->images > 0)
        return ANY_SAID; /* the cfgs differ in how many classes they tell apart */
    else {
        s = span_of(n->top5);
        disputed = disputed || w->origin == PUBLISHED;
    }
    verdicts v = oracle_judge(s, bound, true, n->images > 0 ? SLACK : 0);
    return disputed || e->status == FAILED ? v | ONLY(NO_FIGURE) : v;
}

/* ---- what follows from the network ---- */

static verdicts of_network(const struct world *w, const struct wish *wish, const struct item *e,
                           enum key key)
{
    const struct net *n = &w->net[e->net];
    const struct small_cfg *cfg = &small_cfgs[n->cfg];
    const double bound = wish->limit[key].bound;
    const double own = key == MAX_PARAMS ? cfg->params_m : cfg->weights_mib;
    const struct span computed = {n->listed, own, own, own};
    verdicts v = oracle_judge(computed, bound, false, SLACK);
    if (w->origin != MEASURED || e->status == FAILED)
        v |= ONLY(NO_FIGURE);
    if (key == MAX_PARAMS && e->params.origin != UNKNOWN) {
        const verdicts stated = oracle_judge(span_of(e->params), bound, false, 0);
        return e->status == FAILED || n->listed ? v | stated : stated;
    }
    if (key != MAX_MEMORY)
        return v;
    v = ONLY(NO_FIGURE) | (computed.known && own > bound ? ONLY(FAILS) : 0);
    if (oracle_no_figure(w, e) || e->memory.origin == UNKNOWN)
        return v;
    const verdicts stated = oracle_judge(span_of(e->memory), bound, false, 0);
    return e->status == CENSORED ? v | stated : stated;
}

/* --require-measured: a verdict that rests on somebody's figure is none. What a measured profile
 * says of its own entries counts; an assumed power does not. */
static verdicts as_required(const struct world *w, const struct wish *wish, enum key key,
                            verdicts v)
{
    const bool accuracy = key == MIN_TOP1 || key == MIN_TOP5,
               powered = key == MAX_WATTS || key == MAX_ENERGY;
    if (!wish->require_measured || accuracy || key == MAX_PARAMS || key == MAX_SIZE)
        return v;
    if (w->origin == MEASURED && !powered)
        return v;
    const verdicts none = (v & (ONLY(MEETS) | ONLY(FAILS))) != 0 ? ONLY(UNDECIDED) : 0;
    const verdicts strict = (v & OPEN_SAID) | none;
    const bool timed = key == MAX_LATENCY || key == MIN_FPS;
    const verdicts overhead = timed && wish->overhead_ms > 0 ? v & ONLY(FAILS) : 0; /* by itself */
    return w->origin == MEASURED && !(wish->assumed_w > 0) ? v | strict : strict | overhead;
}

static verdicts judge_budget(const struct world *w, const struct wish *wish, size_t i, enum key key)
{
    const struct item *e = &w->item[i];
    const int p = paced_of(w, i, wish->fps);
    const struct item *disturbed = p >= 0 && w->item[p].others_pct > 5 ? &w->item[p] : e;
    switch (key) {
    case MIN_TOP1:
    case MIN_TOP5:
        return accuracy(w, wish, e, key);
    case MAX_LATENCY:
    case MIN_FPS:
        return time_budget(w, wish, i, key);
    case MAX_WATTS:
        return in_doubt(disturbed, oracle_power(w, wish, i, wish->limit[key].bound));
    case MAX_ENERGY:
        return in_doubt(disturbed, oracle_energy(w, wish, e, wish->limit[key].bound));
    default:
        return of_network(w, wish, e, key);
    }
}

verdicts oracle_budget(const struct world *w, const struct wish *wish, size_t i, enum key key)
{
    return as_required(w, wish, key, judge_budget(w, wish, i, key));
}

verdicts oracle_overall(const struct world *w, const struct wish *wish, size_t i)
{
    verdicts v = in_doubt(&w->item[i], ONLY(MEETS)); /* the rule goes by its latency */
    for (int k = 0; k < BUDGET_KEYS; k++) {
        if (wish->limit[k].set || (k == MIN_FPS && wish->pace.set))
            v = combine(v, oracle_budget(w, wish, i, (enum key)k));
    }
    return v;
}
