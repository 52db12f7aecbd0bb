/* SPDX-License-Identifier: MIT
 * The rule of Canziani, Paszke and Culurciello (2016), made sane: of the candidates that meet every
 * budget, drop each that another of them beats, and take the slowest of the rest. Filter first,
 * dominate second: the one that beats may break a budget. On what is left, time and accuracy rise
 * together, so the slowest is the most accurate.
 *
 * Freestanding on purpose (stdint, stddef, stdbool; no allocation, no floating point library): the
 * HTML report runs this very file as WebAssembly, so the page and the program cannot disagree. */
#ifndef PM_RULE_H
#define PM_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pm_verdict {
    PM_MEETS,     /* certainly, on the confident side of its interval */
    PM_FAILS,     /* certainly */
    PM_UNDECIDED, /* the interval straddles the bound, or there are too few runs */
    PM_NO_DATA,   /* nothing is known: no sensor, not measured */
};

#define PM_RULE_EQUAL                                                                              \
    1e-12 /* relative: 4.5 W x 8 ms are 36 mJ, in whatever units they were typed */

/* A value known to lie in [lo, hi] against a bound it must not exceed (is_min: not fall below). */
enum pm_verdict pm_rule_judge(bool known, double lo, double hi, bool is_min, double bound);
/* The verdict over several budgets: one certain failure decides, else the least known counts. */
enum pm_verdict pm_rule_combine(enum pm_verdict a, enum pm_verdict b);

struct pm_rule_candidate {
    double accuracy; /* top-1 %; only when has_accuracy */
    double time;     /* median latency of one inference; only when has_time */
    double energy;   /* only when has_energy */
    bool has_accuracy, has_time, has_energy;
    bool may_be_picked;   /* false: a timing stand-in */
    uint8_t verdict;      /* enum pm_verdict over all budgets */
    int32_t beaten_by;    /* out: the feasible candidate that dominates it, -1 when none does */
    int32_t order, stair; /* the rule's own scratch, by position: nothing of this candidate */
};

enum pm_rule_goal { PM_GOAL_PARETO, PM_GOAL_LITERAL, PM_GOAL_FASTEST, PM_GOAL_LEAST_ENERGY };

/* a beats b: at least as accurate and as fast, better in one; of exact equals the earlier one. */
bool pm_rule_beats(const struct pm_rule_candidate *c, size_t a, size_t b);

/* The index of the pick, -1 when there is none. What the goal goes by must be known: the time, of
 * PM_GOAL_PARETO the accuracy too, of PM_GOAL_LEAST_ENERGY the energy. Candidates without accuracy
 * or time beat none. provisional: candidates that do not certainly fail take part too.
 * Equal claims go to the earlier candidate, always. Sets beaten_by of every candidate that takes
 * part; O(n log n). */
int32_t pm_rule_pick(struct pm_rule_candidate *c, size_t n, enum pm_rule_goal goal,
                     bool provisional);

enum pm_rule_status {
    PM_RULE_PICKED,       /* the pick certainly meets every budget */
    PM_RULE_OPEN,         /* none certainly does, but not all certainly fail; the pick, if any, is
                             provisional */
    PM_RULE_NOTHING_FITS, /* every candidate that may be picked certainly fails */
};

struct pm_rule_choice {
    int32_t pick; /* -1: none */
    enum pm_rule_status status;
};

/* A certain pick, else a provisional one, and what that means. */
struct pm_rule_choice pm_rule_choose(struct pm_rule_candidate *c, size_t n, enum pm_rule_goal goal);

#endif
