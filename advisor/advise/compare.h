/* SPDX-License-Identifier: MIT
 * Two answers to one question from two profiles: what changed beyond its intervals, what differs in
 * how it was measured, and why the pick changes. Pure, as answer.h.
 *
 * The profiles are called A and B. Two figures differ when their intervals are disjoint. For two
 * 95 % intervals of equal width this is a test at about 0.6 % (|d| > 3.92 sd against sd sqrt 2),
 * at most 5 % when one of them is far narrower than the other; see docs/method.md. A figure without
 * an interval (published, imported) is an interval of no width: it is compared as it stands. A
 * latency that was measured, but with too few runs for an interval, says nothing. */
#ifndef PM_COMPARE_H
#define PM_COMPARE_H

#include "advise/answer.h"
#include "advise/candidate_set.h"

struct pm_device;

enum pm_shift {
    PM_SHIFT_NONE, /* the intervals overlap, or the figures are equal */
    PM_SHIFT_DOWN, /* B's is below A's */
    PM_SHIFT_UP,
    PM_SHIFT_LOST,   /* A has a figure; on B it was tried and failed */
    PM_SHIFT_GAINED, /* the other way round */
    PM_SHIFT_OPEN, /* nothing can be said: no figure on one side, of another scope, too few runs */
};

struct pm_difference {
    enum pm_shift shift;
    struct pm_quantity a, b;
    bool as_it_stands;    /* one of them has no interval */
    bool disturbed;       /* one was measured beside other work */
    bool too_few;         /* one was measured, with too few runs for an interval */
    double ratio, lo, hi; /* b / a and its range; NAN when not known; hi may be infinite */
};

/* The figures that are compared of each candidate. */
#define PM_COMPARED_FIGURES 5
extern const enum pm_metric pm_compared_figure[PM_COMPARED_FIGURES]; /* PM_LATENCY comes first */

/* One candidate that both profiles hold. */
struct pm_pair {
    int a, b;                                /* indices in the answers */
    struct pm_difference figure[PM_METRICS]; /* of pm_compared_figure */
};

/* "governor", "powersave", "performance": what figures depend on and is not the same. */
struct pm_condition {
    const char *what, *a, *b;
};
#define PM_CONDITIONS_MAX 16

struct pm_comparison {
    struct pm_arena arena; /* holds everything it points at but the answers */
    const struct pm_answer *a, *b;
    const char *a_name, *b_name; /* what the user called the profiles */
    size_t n;
    struct pm_pair *pair; /* in A's order */
    int *b_of_a, *a_of_b; /* the other index of a candidate; -1 where it has none */
    size_t only_a_n, only_b_n;
    int *only_a, *only_b; /* candidates that the other profile does not hold */
    size_t slower, faster, lost, gained, open, as_they_stand, too_few,
        disturbed; /* of the n latencies */
    size_t conditions;
    struct pm_condition condition[PM_CONDITIONS_MAX];
    bool with_budgets; /* else the fronts are compared */
    bool pick_untold;  /* on one of them nothing is certain: whether it changes cannot be told */
    bool pick_changes; /* the pick, or whether there is a certain one; false without budgets */
    bool changed;      /* a latency, or the pick */
    size_t left_front, joined_front;
    int *left, *joined;   /* of the fronts: indices in A, and in B */
    const char *headline; /* the verdict in one sentence */
    size_t whys;
    const char **why; /* why the pick changes, a sentence each */
    size_t notes;
    const char **note; /* how far the comparison goes */
};

/* Both answers (with their profiles) must be of the same settings and outlive the comparison, which
 * must be released with pm_comparison_done. */
int pm_comparison_find(const struct pm_answer *a, const struct pm_answer *b, const char *a_name,
                       const char *b_name, struct pm_comparison *out, struct pm_err *err);
void pm_comparison_done(struct pm_comparison *comparison);

/* ---- parts, for recheck.c too ---- */

/* The index of the one that is the same network on the same engine with the same precision, input,
 * batch and threads; in the same power mode, or else in the only other mode there is. -1: none. */
#define PM_MATCHED (PM_OF_ALL & ~(unsigned)PM_OF_MODE) /* the parts of the set */
int pm_candidate_match(const struct pm_candidate *wanted, const struct pm_candidate_set *set);
struct pm_difference pm_difference_of(struct pm_quantity a, struct pm_quantity b);
/* Of one figure of two candidates; an inference that was ended counts as a latency of more. */
struct pm_difference pm_candidate_difference(const struct pm_candidate *a,
                                             const struct pm_candidate *b, enum pm_metric metric);
/* Add one that differs and where both sides say; the first of its name stands. list holds
 * PM_CONDITIONS_MAX. */
void pm_condition_add(struct pm_condition *list, size_t *n, const char *what, const char *a,
                      const char *b);
void pm_device_differences(const struct pm_device *a, const struct pm_device *b,
                           struct pm_condition *list, size_t *n);
/* "ResNet-50 was within --max-latency 500 ms on A (480 ms); on B it takes 520 ms: latency +20 ms".
 * then: "on A", now: "on B"; in the arena, NULL when out of memory. */
const char *pm_budget_story(const struct pm_answer *a, const char *name, enum pm_metric metric,
                            const struct pm_judgement *was, const struct pm_judgement *is,
                            const char *then, const char *now, struct pm_arena *arena);

#endif
