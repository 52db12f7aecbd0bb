/* SPDX-License-Identifier: MIT
 * From the candidates to the answer: which status, which pick and which contenders follow. */
#include "oracle.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static char wrong[400];

static const char *name_of(const struct world *w, const struct said *s)
{
    return s->item >= 0 ? w->net[w->item[s->item].net].id : "?";
}

static bool eligible(const struct wish *wish, const struct said *s)
{
    return !s->stand_in || wish->stand_ins;
}

/* It certainly meets every budget, and what the rule goes by is known of it. */
static bool pickable(const struct world *w, const struct wish *wish, const struct said *s)
{
    if (!eligible(wish, s) || s->verdict != MEETS || s->item < 0 ||
        (wish->rule == PARETO && s->top1.origin == UNKNOWN) || s->latency.origin == UNKNOWN ||
        oracle_no_figure(w, &w->item[s->item]))
        return false;
    return wish->rule != LEAST_ENERGY || oracle_energy_figure(w, wish, &w->item[s->item]).known;
}

/* Whether a measured idle power goes with an assumed busy one, the manual does not say. */
static bool is_open_to_question(const struct wish *wish)
{
    return wish->rule == LEAST_ENERGY && wish->assumed_w > 0 && wish->net_energy;
}

const char *oracle_status(const struct world *w, const struct wish *wish, const struct reply *r)
{
    static const int exits[] = {[RECOMMENDED] = 0, [INFEASIBLE] = 1, [OPEN] = 4, [OVERVIEW] = 0};
    bool some = false, all_fail = true;
    size_t taking_part = 0;
    for (size_t i = 0; i < r->n; i++) {
        some = some || pickable(w, wish, &r->said[i]);
        if (!eligible(wish, &r->said[i]))
            continue;
        taking_part++;
        all_fail = all_fail && r->said[i].verdict == FAILS;
    }
    if (r->exit != exits[r->status])
        return "the exit status is not that of the answer";
    if (is_open_to_question(wish))
        return NULL;
    if (!wish_any_budget(wish))
        return r->status == OVERVIEW ? NULL : "no budget, and no overview";
    if (some)
        return r->status == RECOMMENDED ? NULL : "a candidate certainly meets all, not recommended";
    if (r->status == RECOMMENDED)
        return "recommended, and no candidate that may be picked certainly meets all";
    if (taking_part == 0)
        return NULL;
    if (all_fail)
        return r->status == INFEASIBLE ? NULL : "each one breaks a budget, and it is open";
    return r->status == OPEN ? NULL : "not each one breaks a budget, and nothing fits";
}

/* The measure by which a rule takes the least; NAN where it does not compare so. */
static double rank(const struct world *w, const struct wish *wish, const struct said *s)
{
    switch (wish->rule) {
    case LITERAL:
        return -s->latency.value;
    case FASTEST:
        return s->latency.value;
    case LEAST_ENERGY:
        return s->energy.origin != UNKNOWN ? s->energy.value
                                           : oracle_energy_figure(w, wish, &w->item[s->item]).value;
    case PARETO:
        break;
    }
    return -s->top1.value; /* on the front the slowest is the most accurate */
}

static const char *better(const struct world *w, const struct said *pick, const struct said *other,
                          const char *why)
{
    snprintf(wrong, sizeof wrong, "picks entry %d (%s), but entry %d (%s) %s", pick->item,
             name_of(w, pick), other->item, name_of(w, other), why);
    return wrong;
}

const char *oracle_pick(const struct world *w, const struct wish *wish, const struct reply *r)
{
    if (r->status != RECOMMENDED || is_open_to_question(wish))
        return NULL;
    if (r->pick < 0 || !pickable(w, wish, &r->said[r->pick]))
        return "the pick is none that may be picked";
    const struct said *pick = &r->said[r->pick];
    const double mine = rank(w, wish, pick);
    for (size_t i = 0; i < r->n; i++) {
        const struct said *s = &r->said[i];
        if (!pickable(w, wish, s) || s == pick)
            continue;
        const double its = rank(w, wish, s);
        if (its < mine - 1e-9 * fabs(mine))
            return better(w, pick, s, "meets all, and is what the rule wants");
        if (wish->rule == PARETO && its <= mine && s->latency.value < pick->latency.value)
            return better(w, pick, s, "beats it");
        if (wish->rule == LITERAL && its <= mine && s->top1.value > pick->top1.value)
            continue; /* equals in time: the manual does not say */
    }
    return NULL;
}

enum could { COULD, COULD_NOT, CANNOT_SAY };

/* Could it take the pick's place, were what is not known of it known? */
static enum could could_win(const struct world *w, const struct wish *wish, const struct said *pick,
                            const struct said *s)
{
    const struct item *e = &w->item[s->item];
    const bool timed = s->latency.origin != UNKNOWN && !oracle_no_figure(w, e);
    const bool accurate = s->top1.origin != UNKNOWN;
    const double t = s->latency.value, mine = pick->latency.value;
    const struct span its = oracle_latency(w, e), picks = oracle_latency(w, &w->item[pick->item]);
    const bool overlap = w->origin == MEASURED && its.known && picks.known && its.lo <= picks.hi &&
                         picks.lo <= its.hi;
    if (overlap && (wish->rule != PARETO || (accurate && s->top1.value <= pick->top1.value)))
        return CANNOT_SAY; /* which of two medians is the lesser is statistics */
    if ((accurate && s->top1.lo < s->top1.hi) || (e->status == CENSORED && !timed))
        return CANNOT_SAY;
    switch (wish->rule) {
    case PARETO:
        if (!accurate || s->top1.value > pick->top1.value)
            return COULD;
        if (s->top1.value < pick->top1.value || (timed && t > mine))
            return COULD_NOT;
        return !timed || t < mine ? COULD : CANNOT_SAY;
    case LITERAL:
        return !timed || t > mine ? COULD : t < mine ? COULD_NOT : CANNOT_SAY;
    case FASTEST:
        return !timed || t < mine ? COULD : t > mine ? COULD_NOT : CANNOT_SAY;
    case LEAST_ENERGY:
        break;
    }
    const struct span energy = oracle_energy_figure(w, wish, e);
    if (energy.known && energy.lo < energy.hi)
        return CANNOT_SAY;
    if (energy.known)
        return energy.value < pick->energy.value   ? COULD
               : energy.value > pick->energy.value ? COULD_NOT
                                                   : CANNOT_SAY;
    return s->energy.origin == UNKNOWN ? COULD : CANNOT_SAY;
}

static int named(const struct reply *r, size_t i)
{
    for (size_t k = 0; k < r->contenders; k++) {
        if (r->contender[k] == (int)i)
            return (int)k;
    }
    return -1;
}

static const char *contender_fault(const struct world *w, const struct wish *wish,
                                   const struct reply *r, size_t i)
{
    const struct said *s = &r->said[i], *pick = &r->said[r->pick];
    const int at = named(r, i);
    const bool open = eligible(wish, s) && s->verdict != FAILS && !pickable(w, wish, s);
    const enum could could = open ? could_win(w, wish, pick, s) : COULD_NOT;
    if (at < 0 && could == COULD)
        return better(w, pick, s,
                      "may be what the rule wants, for all that is known, and is no "
                      "contender");
    if (at >= 0 && could == COULD_NOT)
        return better(w, pick, s, "is called a contender and cannot be one");
    /* the right reason: it has runs or a figure, so "not measured" is untrue */
    if (at >= 0 && s->latency.origin != UNKNOWN && strstr(r->settles[at], "not measured") != NULL) {
        snprintf(wrong, sizeof wrong, "entry %d (%s) has a latency, and is said: %s", s->item,
                 name_of(w, s), r->settles[at]);
        return wrong;
    }
    return NULL;
}

const char *oracle_contenders(const struct world *w, const struct wish *wish, const struct reply *r)
{
    const char *fault = NULL;
    if (r->status != RECOMMENDED || r->pick < 0 || is_open_to_question(wish))
        return NULL;
    for (size_t i = 0; fault == NULL && i < r->n; i++) {
        if ((int)i != r->pick && r->said[i].item >= 0)
            fault = contender_fault(w, wish, r, i);
    }
    return fault;
}
