/* SPDX-License-Identifier: MIT
 * Is the q-quantile of the latency within a limit? Decided with as few runs as certainty allows:
 * two runs at twice the limit settle that a network is too slow, 36 at half of it that p90 holds.
 *
 * After n runs k of them are above the limit. If the quantile is within it, k is at most
 * binomial(n, 1 - q); if not, at least that: one exact test each way. Looking again and again is
 * paid for: accepting looks start at the first n with q^n <= alpha / 2, rejecting looks at the
 * first with (1 - q)^n <= alpha / 2, each series grows by 1.3, and its look j = 0, 1, ... tests at
 * alpha / ((j + 1)(j + 2)), so that a wrong answer of either kind has probability alpha = 1 -
 * confidence at most, however long one looks. (A look with so few independent runs that it could
 * not decide whatever the counts is not numbered: it has spent nothing.)
 *
 * Runs repeat one another, so counts are scaled to n_eff (pm_effective_n_at). At small n the
 * correlation cannot be estimated and is taken as 0.6, giving way to the estimate as n grows,
 * unless the case is clear: half the runs more than 50 % above the limit, or all but (1 - q) / 2 of
 * them below 80 % of it. A latency that moves is judged at its present level: where Mann-Kendall
 * suspects a trend towards the wrong side (one-sided p < 0.2), every run is first moved along the
 * Theil-Sen slope to the last one, and n_eff divided by 3, since the end of a line is known that
 * much worse than a mean. The shares of wrong decisions at the very limit are measured in
 * test_sequential.c. */
#ifndef PM_SEQUENTIAL_H
#define PM_SEQUENTIAL_H

#include <stddef.h>

struct pm_err;

/* Runs so far from the limit, as shares of it, do not count as noise about it. Where a run passes
 * one of these the verdict may change, as it may where the limit passes a run. */
#define PM_CLEAR_BELOW 0.80
#define PM_CLEAR_ABOVE 1.5

enum pm_decision { PM_DECIDE_MORE, PM_DECIDE_MEETS, PM_DECIDE_FAILS };

struct pm_sequential_result {
    enum pm_decision decision;
    size_t used;      /* runs looked at when it was decided; all of them for MORE */
    size_t overruns;  /* of those, above the limit, as measured */
    double n_eff;     /* independent runs the last test took them for; 0 before the first look */
    size_t need_more; /* MORE: further runs that would decide if the share of overruns stays as it
                         is; 0 = no estimate */
};

/* Replays the looks on stored runs, so that a decision made while measuring and the judgement of
 * the file are the same by construction. x holds all process starts one after another, start_n[i]
 * runs each, warm-up left out; limit in the unit of x. Runs after the look that decided are not
 * read. 0, or -1 with err: out of memory, a number that is not finite, q or confidence not inside
 * (0, 1). No run at all is MORE. */
int pm_sequential_judge(const double *x, const size_t *start_n, size_t starts, double limit,
                        double q, double confidence, struct pm_sequential_result *out,
                        struct pm_err *err);

/* The smallest look > n: how many runs to have before asking again. q, confidence in (0, 1). */
size_t pm_sequential_next_look(size_t n, double q, double confidence);

/* One test each way at level alpha on all runs, for samples whose number was not chosen by looking
 * at this limit; correlation as above, no projection (pm_steady_find has said whether it drifts).
 * `used` is all of them. */
int pm_fixed_judge(const double *x, const size_t *start_n, size_t starts, double limit, double q,
                   double confidence, struct pm_sequential_result *out, struct pm_err *err);

#endif
