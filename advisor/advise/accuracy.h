/* SPDX-License-Identifier: MIT
 * Accuracy that was measured on the user's own images. Pure. */
#ifndef PM_ACCURACY_H
#define PM_ACCURACY_H

#include "base/quantity.h"
#include "record/catalogue.h"
#include "record/evaluation.h"
#include "stats/proportion.h"

/* Top-1 and top-5 in per cent, with Wilson's interval; images that could not be read do not count,
 * and outputs that are no numbers are wrong. Unknown while no image was looked at; top-5 also with
 * five classes or fewer, where it says nothing. */
struct pm_quantity pm_evaluation_top1(const struct pm_evaluation *e, double confidence);
struct pm_quantity pm_evaluation_top5(const struct pm_evaluation *e, double confidence);

/* Give networks the accuracy of a complete evaluation, the one on most images, then the latest, in
 * place of the published one: those of the same cfg, and the same weights. */
int pm_accuracy_attach(struct pm_catalogue *catalogue, const struct pm_evaluation *list, size_t n,
                       double confidence, struct pm_err *err);

/* Two networks on the images that both could look at; false when these are not of one list. */
bool pm_evaluations_compare(const struct pm_evaluation *a, const struct pm_evaluation *b,
                            double confidence, struct pm_mcnemar *out);

#endif
