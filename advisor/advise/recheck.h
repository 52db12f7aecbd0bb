/* SPDX-License-Identifier: MIT
 * Does a saved decision hold under another profile? Its question is asked again there, and the
 * answer is held against what was decided. Pure, as answer.h. */
#ifndef PM_RECHECK_H
#define PM_RECHECK_H

#include "advise/compare.h"

struct pm_decision;

enum pm_recheck_verdict {
    PM_HOLDS,     /* the same pick is certain; or still nothing fits */
    PM_NO_LONGER, /* it breaks a budget, another is picked, nothing fits; or something does now */
    PM_UNTOLD,    /* undecided, or not measured under the new profile */
};
const char *pm_recheck_name(enum pm_recheck_verdict verdict); /* "holds", "no_longer", "untold" */

struct pm_recheck {
    struct pm_arena arena; /* holds everything it points at but decision and answer */
    const struct pm_decision *decision;
    const struct pm_answer *now;
    enum pm_recheck_verdict verdict;
    struct pm_candidate_set set_then, set_now;
    struct pm_candidate *then; /* the decision's candidates: identity and judgements alone */
    int place;                 /* of the decided pick among the answer's candidates; -1: nowhere */
    const char *headline;
    size_t whys;
    const char **why;
    size_t conditions;
    struct pm_condition condition[PM_CONDITIONS_MAX]; /* a: when decided, b: now */
};

/* now: the answer to the decision's settings, from the new profile. Both must outlive the result,
 * which must be released with pm_recheck_done.
 *
 * A network that the decision had looked at, and the new profile does not hold, may fit there: as
 * long as it could be the pick, nothing is certain. */
int pm_recheck_find(const struct pm_decision *decision, const struct pm_answer *now,
                    struct pm_recheck *out, struct pm_err *err);
void pm_recheck_done(struct pm_recheck *recheck);

#endif
