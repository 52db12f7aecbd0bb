/* SPDX-License-Identifier: MIT */
#include "advise/rule.h"

enum pm_verdict pm_rule_judge(bool known, double lo, double hi, bool is_min, double bound)
{
    if (!known)
        return PM_NO_DATA;
    const double worst = is_min ? lo : hi, best = is_min ? hi : lo;
    if (is_min ? worst >= bound : worst <= bound)
        return PM_MEETS;
    if (is_min ? best < bound : best > bound)
        return PM_FAILS;
    return PM_UNDECIDED;
}

enum pm_verdict pm_rule_combine(enum pm_verdict a, enum pm_verdict b)
{
    if (a == PM_FAILS || b == PM_FAILS)
        return PM_FAILS;
    return a > b ? a : b; /* in the order of the enum: meets, undecided, no data */
}

static bool takes_part(const struct pm_rule_candidate *c, bool provisional)
{
    return c->has_accuracy && c->has_time && c->may_be_picked &&
           (c->verdict == PM_MEETS || (provisional && c->verdict != PM_FAILS));
}

bool pm_rule_beats(const struct pm_rule_candidate *c, size_t a, size_t b)
{
    const struct pm_rule_candidate *x = &c[a], *y = &c[b];
    if (a == b || x->accuracy < y->accuracy || x->time > y->time)
        return false;
    return x->accuracy > y->accuracy || x->time < y->time || a < b;
}

static void mark_beaten(struct pm_rule_candidate *c, size_t n, bool provisional)
{
    for (size_t i = 0; i < n; i++) {
        c[i].beaten_by = -1;
        if (!takes_part(&c[i], provisional))
            continue;
        for (size_t j = 0; j < n; j++) {
            if (!takes_part(&c[j], provisional) || !pm_rule_beats(c, j, i))
                continue;
            /* name the most accurate that beats it; of those the fastest */
            const int32_t now = c[i].beaten_by;
            if (now < 0 || pm_rule_beats(c, j, (size_t)now) || c[j].accuracy > c[now].accuracy)
                c[i].beaten_by = (int32_t)j;
        }
    }
}

/* a is wanted rather than b under the goal; false on equal claims. */
static bool preferred(const struct pm_rule_candidate *a, const struct pm_rule_candidate *b,
                      enum pm_rule_goal goal)
{
    switch (goal) {
    case PM_GOAL_PARETO:
        return a->time > b->time;
    case PM_GOAL_LITERAL: /* the slowest that fits; the more accurate of equally slow ones */
        return a->time > b->time || (!(a->time < b->time) && a->accuracy > b->accuracy);
    case PM_GOAL_FASTEST:
        return a->time < b->time || (!(a->time > b->time) && a->accuracy > b->accuracy);
    case PM_GOAL_LEAST_ENERGY:
        return a->energy < b->energy || (!(a->energy > b->energy) && a->accuracy > b->accuracy);
    }
    return false;
}

int32_t pm_rule_pick(struct pm_rule_candidate *c, size_t n, enum pm_rule_goal goal,
                     bool provisional)
{
    int32_t best = -1;
    mark_beaten(c, n, provisional);
    for (size_t i = 0; i < n; i++) {
        if (!takes_part(&c[i], provisional))
            continue;
        if (goal == PM_GOAL_PARETO && c[i].beaten_by >= 0)
            continue;
        if (goal == PM_GOAL_LEAST_ENERGY && !c[i].has_energy)
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
