/* SPDX-License-Identifier: MIT
 * The decision over, for other budgets: what a candidate's verdicts depend on is put down once, so
 * that a bound is all it takes to judge it again. The report's page runs this file and rule.c as
 * WebAssembly; a test holds both against pm_answer_find.
 *
 * Freestanding like rule.h: stdint, stddef, stdbool; no allocation. */
#ifndef PM_WHATIF_H
#define PM_WHATIF_H

#include "advise/rule.h"

#define PM_WHATIF_METRICS    11
#define PM_WHATIF_TIMED      3 /* latency, frame rate, the rate to keep up with */
#define PM_WHATIF_STEPS      12
#define PM_WHATIF_CANDIDATES 4096 /* a page holds at most */

/* How a bound of a metric is held against a candidate's interval. */
enum pm_whatif_kind {
    PM_WHATIF_FLOOR,   /* at least the bound */
    PM_WHATIF_CEILING, /* at most the bound */
    PM_WHATIF_TIME,    /* at most the bound less the overhead of a batch, ms of one batch */
    PM_WHATIF_RATE, /* batch / bound, as a time, less the overhead of a batch; the bound in images a
                       second */
};

/* From this limit on the verdict of a candidate's runs is this one; before the first it fails.
 * Mostly three: fails, undecided, meets. But a test of runs that repeat one another plans its looks
 * by the limit, and once in a while a larger limit is undecided that a smaller one was not. */
struct pm_whatif_step {
    double from_ms;
    uint8_t verdict;
};

struct pm_whatif_candidate {
    double lo[PM_WHATIF_METRICS], hi[PM_WHATIF_METRICS]; /* but of TIME and RATE: */
    struct pm_whatif_step step[PM_WHATIF_TIMED][PM_WHATIF_STEPS];
    uint8_t steps[PM_WHATIF_TIMED];
    double accuracy, time, energy, batch; /* as in struct pm_rule_candidate */
    bool known[PM_WHATIF_METRICS];
    bool has_accuracy, has_time, has_energy, may_be_picked;
    bool doubtful; /* whatever the budgets: it is not known by figures that count */
};

struct pm_whatif_budget {
    bool set;
    uint8_t kind;  /* enum pm_whatif_kind */
    uint8_t steps; /* of TIME and RATE: which of a candidate's steps */
    double bound;  /* in the metric's unit */
};

/* The verdict of one candidate for one budget; overhead_ms is of each image. */
enum pm_verdict pm_whatif_judge(const struct pm_whatif_candidate *c,
                                const struct pm_whatif_budget *budget, size_t metric,
                                double overhead_ms);

/* Judge all against all budgets (PM_WHATIF_METRICS of them) and choose. view: n, written: verdict
 * and beaten_by of each. */
struct pm_rule_choice pm_whatif_decide(const struct pm_whatif_candidate *c, size_t n,
                                       const struct pm_whatif_budget *budget, double overhead_ms,
                                       enum pm_rule_goal goal, struct pm_rule_candidate *view);

#endif
