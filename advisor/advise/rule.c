/* SPDX-License-Identifier: MIT */
#include "advise/rule.h"

enum pm_verdict pm_rule_judge(bool known, double lo, double hi, bool is_min, double bound)
{
    if (!known)
        return PM_NO_DATA;
    const double worst = is_min ? lo : hi, best = is_min ? hi : lo;
    /* what differs in the last bits was equal before it was multiplied out */
    const double bit = bound * PM_RULE_EQUAL;
    if (is_min ? bound - worst <= bit : worst - bound <= bit)
        return PM_MEETS;
    if (is_min ? bound - best > bit : best - bound > bit)
        return PM_FAILS;
    return PM_UNDECIDED;
}

enum pm_verdict pm_rule_combine(enum pm_verdict a, enum pm_verdict b)
{
    if (a == PM_FAILS || b == PM_FAILS)
        return PM_FAILS;
    return a > b ? a : b; /* in the order of the enum: meets, undecided, no data */
}

/* What the goal goes by is known of it, and it may be the pick. */
static bool takes_part(const struct pm_rule_candidate *c, enum pm_rule_goal goal, bool provisional)
{
    return c->has_time && (c->has_accuracy || goal != PM_GOAL_PARETO) &&
           (c->has_energy || goal != PM_GOAL_LEAST_ENERGY) && c->may_be_picked &&
           (c->verdict == PM_MEETS || (provisional && c->verdict != PM_FAILS));
}

bool pm_rule_beats(const struct pm_rule_candidate *c, size_t a, size_t b)
{
    const struct pm_rule_candidate *x = &c[a], *y = &c[b];
    if (a == b || x->accuracy < y->accuracy || x->time > y->time)
        return false;
    return x->accuracy > y->accuracy || x->time < y->time || a < b;
}

/* The more accurate first; of equals the faster, then the earlier. */
static bool stands_before(const struct pm_rule_candidate *c, int32_t a, int32_t b)
{
    const struct pm_rule_candidate *x = &c[a], *y = &c[b];
    if (x->accuracy > y->accuracy || x->accuracy < y->accuracy)
        return x->accuracy > y->accuracy;
    if (x->time > y->time || x->time < y->time)
        return x->time < y->time;
    return a < b;
}

/* Sink c[root].order into the heap of the first n, whose root is the last in that order. */
static void sink(struct pm_rule_candidate *c, size_t root, size_t n)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        const int32_t held = c[root].order;
        if (child + 1 < n && stands_before(c, c[child].order, c[child + 1].order))
            child++;
        if (!stands_before(c, held, c[child].order))
            return;
        c[root].order = c[child].order;
        c[child].order = held;
    }
}

/* c[0 .. n-1].order: the indices of those that take part, in that order. Heapsort: no memory, no
 * worst case. */
static size_t put_in_order(struct pm_rule_candidate *c, size_t n, bool provisional)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (takes_part(&c[i], PM_GOAL_PARETO, provisional))
            c[kept++].order = (int32_t)i;
    }
    for (size_t root = kept / 2; root > 0; root--)
        sink(c, root - 1, kept);
    for (size_t end = kept; end > 1; end--) {
        const int32_t last = c[0].order;
        c[0].order = c[end - 1].order;
        c[end - 1].order = last;
        sink(c, 0, end - 1);
    }
    return kept;
}

/* Down the order, whoever is faster than all before is a stair: nobody beats it, and whoever comes
 * later is beaten by the first stair that is not slower, the most accurate there is. */
static void mark_beaten(struct pm_rule_candidate *c, size_t n, bool provisional)
{
    for (size_t i = 0; i < n; i++)
        c[i].beaten_by = -1;
    const size_t kept = put_in_order(c, n, provisional);
    size_t stairs = 0;
    for (size_t k = 0; k < kept; k++) {
        struct pm_rule_candidate *now = &c[c[k].order];
        if (stairs == 0 || now->time < c[c[stairs - 1].stair].time) {
            c[stairs++].stair = c[k].order;
            continue;
        }
        size_t low = 0, high = stairs - 1; /* the last stair beats it for certain */
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (c[c[middle].stair].time <= now->time)
                high = middle;
            else
                low = middle + 1;
        }
        now->beaten_by = c[low].stair;
    }
}

/* Of equals what is known to be the more accurate is wanted. */
static bool more_accurate(const struct pm_rule_candidate *a, const struct pm_rule_candidate *b)
{
    return a->has_accuracy && (!b->has_accuracy || a->accuracy > b->accuracy);
}

/* a is wanted rather than b under the goal; false on equal claims. */
static bool preferred(const struct pm_rule_candidate *a, const struct pm_rule_candidate *b,
                      enum pm_rule_goal goal)
{
    switch (goal) {
    case PM_GOAL_PARETO:
        return a->time > b->time;
    case PM_GOAL_LITERAL: /* the slowest that fits; the more accurate of equally slow ones */
        return a->time > b->time || (!(a->time < b->time) && more_accurate(a, b));
    case PM_GOAL_FASTEST:
        return a->time < b->time || (!(a->time > b->time) && more_accurate(a, b));
    case PM_GOAL_LEAST_ENERGY:
        return a->energy < b->energy || (!(a->energy > b->energy) && more_accurate(a, b));
    }
    return false;
}

int32_t pm_rule_pick(struct pm_rule_candidate *c, size_t n, enum pm_rule_goal goal,
                     bool provisional)
{
    int32_t best = -1;
    mark_beaten(c, n, provisional);
    for (size_t i = 0; i < n; i++) {
        if (!takes_part(&c[i], goal, provisional) ||
            (goal == PM_GOAL_PARETO && c[i].beaten_by >= 0))
            continue;
        if (best < 0 || preferred(&c[i], &c[best], goal))
            best = (int32_t)i;
    }
    return best;
}

struct pm_rule_choice pm_rule_choose(struct pm_rule_candidate *c, size_t n, enum pm_rule_goal goal)
{
    struct pm_rule_choice choice = {pm_rule_pick(c, n, goal, false), PM_RULE_PICKED};
    if (choice.pick >= 0)
        return choice;
    choice.pick = pm_rule_pick(c, n, goal, true);
    choice.status = n > 0 ? PM_RULE_NOTHING_FITS : PM_RULE_OPEN; /* of nothing, nothing is known */
    for (size_t i = 0; i < n; i++) {
        if (c[i].verdict != PM_FAILS && c[i].may_be_picked)
            choice.status = PM_RULE_OPEN;
    }
    return choice;
}
