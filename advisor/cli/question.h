/* SPDX-License-Identifier: MIT
 * A question (budgets, and whose figures) and its answer: from the profile that was named, else by
 * measuring this board for as long as the answer is open. */
#ifndef PM_QUESTION_H
#define PM_QUESTION_H

struct pm_answer;
struct pm_context;
struct pm_err;
struct pm_options;

/* What is done with the finished answer, which is gone afterwards: 0, or -1 with err. */
typedef int pm_answer_user(const struct pm_options *o, const struct pm_context *ctx,
                           struct pm_answer *answer, struct pm_err *err);

/* The exit status that the answer means (cli/commands.h), or -1 with err. */
int pm_question_answer(const struct pm_options *o, pm_answer_user *use, struct pm_err *err);

#endif
