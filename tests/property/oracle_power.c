/* SPDX-License-Identifier: MIT
 * Watts and joules. Power is a total, or what is drawn above idle: then a total only once the idle
 * power is added, and without that a lower bound. A board at a rate rests in between. */
#include "oracle.h"

#include <math.h>

#define SLACK      1e-9
#define OF_WINDOWS 0.4 /* no interval is wider */

static struct span span_of(struct figure f)
{
    return (struct span){f.origin != UNKNOWN, f.value, f.lo, f.hi};
}

static struct span scaled(struct span s, struct span by)
{
    return (struct span){s.known && by.known, s.value * by.value, s.lo * by.lo, s.hi * by.hi};
}

static struct span sum(struct span a, struct span b)
{
    return (struct span){a.known && b.known, a.value + b.value, a.lo + b.lo, a.hi + b.hi};
}

static struct span less(struct span a, struct span b)
{
    return (struct span){a.known && b.known, a.value - b.value, a.lo - b.hi, a.hi - b.lo};
}

static bool wide(struct span s)
{
    return s.known && s.hi > s.lo;
}

static bool above_idle(const struct world *w, const struct item *e)
{
    const enum basis own = e->basis != BASIS_NONE ? e->basis : w->basis;
    return own == BASIS_ABOVE_IDLE;
}

static struct span idle_of(const struct world *w, const struct item *e)
{
    return span_of(e->idle.origin != UNKNOWN ? e->idle : w->idle);
}

/* Intervals of several figures may be joined more tightly than end to end: only what the ends
 * settle is settled, and in between the value says which way it may go. */
static verdicts judge_joined(struct span s, double bound, bool several)
{
    verdicts v = oracle_judge(s, bound, false, SLACK);
    if (several && (v & ONLY(UNDECIDED)) != 0)
        v |= (s.value <= bound * (1 + SLACK) ? ONLY(MEETS) : 0) |
             (s.value >= bound * (1 - SLACK) ? ONLY(FAILS) : 0);
    return v;
}

/* The lower bound a figure above an unknown idle is: it can fail a budget and never meet it. */
static verdicts judge_above(struct span least, double bound)
{
    verdicts v = judge_joined(least, bound, true);
    if ((v & (ONLY(MEETS) | ONLY(UNDECIDED))) != 0)
        v |= OPEN_SAID;
    return v & ~ONLY(MEETS);
}

struct watts {
    struct span busy, idle;
    bool above; /* busy is above idle */
};

static struct watts watts_of(const struct world *w, const struct wish *wish, const struct item *e)
{
    struct watts p = {.idle = idle_of(w, e), .above = above_idle(w, e)};
    if (oracle_no_figure(w, e)) {
        p.idle.known = p.busy.known = false;
        return p;
    }
    p.busy = span_of(e->power);
    if (e->windows) { /* their interval holds the spread, the gain and few degrees of freedom */
        p.busy.lo *= 1 - OF_WINDOWS;
        p.busy.hi *= 1 + OF_WINDOWS;
        p.idle.lo *= 1 - OF_WINDOWS;
        p.idle.hi *= 1 + OF_WINDOWS;
    }
    if (wish->assumed_w > 0) {
        p.busy = (struct span){true, wish->assumed_w, wish->assumed_w, wish->assumed_w};
        p.above = false;
    }
    return p;
}

static verdicts judge_busy(struct watts p, bool windows, double bound)
{
    if (!p.busy.known)
        return ONLY(NO_FIGURE);
    if (!p.above)
        return windows ? judge_joined(p.busy, bound, true) : oracle_judge(p.busy, bound, false, 0);
    if (!p.idle.known)
        return judge_above(p.busy, bound);
    return judge_joined(sum(p.busy, p.idle), bound, wide(p.busy) && wide(p.idle));
}

static double mixed(double rest, double busy, double duty)
{
    return rest + (busy - rest) * duty;
}

/* idle + net energy of an inference x rate; never asleep once it cannot keep up. */
static struct span average(struct watts p, struct span duty)
{
    struct span s = {.known = true};
    if (p.above) {
        const struct span added = scaled(p.busy, duty);
        return p.idle.known ? sum(p.idle, added) : added;
    }
    if (!p.idle.known) {
        s.value = p.busy.value;
        s.lo = p.busy.lo * duty.lo;
        s.hi = p.busy.hi;
        return s;
    }
    s.value = mixed(p.idle.value, p.busy.value, duty.value);
    s.lo = fmin(mixed(p.idle.lo, p.busy.lo, duty.lo), mixed(p.idle.lo, p.busy.lo, duty.hi));
    s.hi = fmax(mixed(p.idle.hi, p.busy.hi, duty.lo), mixed(p.idle.hi, p.busy.hi, duty.hi));
    return s;
}

/* Without a time: between asleep and never asleep. */
static verdicts judge_idle_time(struct watts p, double bound)
{
    verdicts v = OPEN_SAID;
    if (p.busy.known && (!p.above || p.idle.known)) {
        const double most = p.busy.hi + (p.above ? p.idle.hi : 0);
        v |= most <= bound ? ONLY(MEETS) : 0;
    }
    if (p.idle.known && p.idle.lo > bound)
        v |= ONLY(FAILS);
    return v;
}

static verdicts judge_average(const struct world *w, const struct wish *wish, const struct item *e,
                              struct watts p, double bound)
{
    const struct span t = oracle_latency(w, e);
    const double each = wish->fps / 1e3 / (double)batch_of(e);
    if (!t.known || !p.busy.known)
        return judge_idle_time(p, bound);
    const struct span duty = {true, fmin(1, t.value * each), fmin(1, t.lo * each),
                              fmin(1, t.hi * each)};
    if (p.above && !p.idle.known)
        return judge_above(average(p, duty), bound);
    const struct span s = average(p, duty);
    const int parts = wide(p.busy) + wide(p.idle) + wide(t);
    const verdicts v = judge_joined(s, bound, parts > 1 || (parts > 0 && w->origin == MEASURED));
    if (p.idle.known && !p.above && p.idle.hi > p.busy.lo)
        return v | ANY_SAID; /* more at rest than busy: figures that cannot both hold */
    return v;
}

static verdicts union_if(bool add, verdicts v, verdicts more)
{
    return add ? v | more : v;
}

verdicts oracle_power(const struct world *w, const struct wish *wish, size_t i, double bound)
{
    const struct item *e = &w->item[i];
    struct watts p = watts_of(w, wish, e);
    const bool assumed = wish->assumed_w > 0;
    if (oracle_no_figure(w, e))
        return ONLY(NO_FIGURE) | (assumed ? ANY_SAID : 0);
    if ((e->energy.origin != UNKNOWN && (wish->fps > 0 || !p.busy.known)) || e->status == CENSORED)
        return ANY_SAID; /* recorded energy may give the power, or not */
    if (wish->fps <= 0)
        return judge_busy(p, e->windows && !assumed, bound);
    verdicts v = judge_average(w, wish, e, p, bound);
    if (assumed && p.idle.known) { /* whether an idle power goes with an assumption is open */
        p.idle.known = false;
        v |= judge_average(w, wish, e, p, bound);
    }
    const int at = paced_of(w, i, wish->fps);
    if (at < 0 || w->item[at].power.origin == UNKNOWN || oracle_no_figure(w, &w->item[at]))
        return v;
    const struct item *paced = &w->item[at];
    const verdicts there = judge_busy(watts_of(w, wish, paced), false, bound);
    /* a bound of the one may be joined with what is known of the other */
    return union_if(paced->status != COMPLETE || assumed || (there & OPEN_SAID) != 0, there, v);
}

/* ---- energy ---- */

/* Of an image on the basis asked for; *open: only a bound of it is known. */
static struct span energy_of(const struct world *w, const struct wish *wish, const struct item *e,
                             bool *lower, bool *upper)
{
    const struct watts p = watts_of(w, wish, e);
    struct span t = oracle_latency(w, e), recorded = span_of(e->energy);
    const double per = 1e-3 / (double)batch_of(e);
    t = (struct span){t.known, t.value * per, t.lo * per, t.hi * per};
    *lower = *upper = false;
    if (oracle_no_figure(w, e))
        return (struct span){0};
    const bool above = wish->assumed_w > 0 ? false : above_idle(w, e);
    struct span own = recorded.known && wish->assumed_w <= 0 ? recorded : scaled(p.busy, t);
    if (above == wish->net_energy || !own.known)
        return own;
    const struct span rest = scaled(p.idle, t);
    if (rest.known)
        return wish->net_energy ? less(own, rest) : sum(own, rest);
    *lower = !wish->net_energy; /* more than what is above idle */
    *upper = wish->net_energy;  /* less than the total */
    return own;
}

verdicts oracle_energy(const struct world *w, const struct wish *wish, const struct item *e,
                       double bound)
{
    bool lower, upper;
    const struct span s = energy_of(w, wish, e, &lower, &upper);
    const bool assumed_over = wish->assumed_w > 0 && e->energy.origin != UNKNOWN;
    if (e->status == CENSORED || assumed_over)
        return ANY_SAID;
    if (!s.known)
        return ONLY(NO_FIGURE);
    if (lower)
        return judge_above(s, bound);
    if (upper)
        return OPEN_SAID | (s.value <= bound * (1 + SLACK) ? ONLY(MEETS) : 0);
    verdicts v = judge_joined(s, bound, true);
    if (s.lo < 0 || (wish->assumed_w > 0 && wish->net_energy))
        v |= ANY_SAID;
    return w->origin == MEASURED && wide(s) ? v | ONLY(UNDECIDED) : v;
}

struct span oracle_energy_figure(const struct world *w, const struct wish *wish,
                                 const struct item *e)
{
    bool lower, upper;
    struct span s = energy_of(w, wish, e, &lower, &upper);
    s.known = s.known && !lower && !upper && e->status != CENSORED;
    return s;
}
