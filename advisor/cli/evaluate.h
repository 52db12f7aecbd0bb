/* SPDX-License-Identifier: MIT
 * One network on a list of images: prepared by one process, classified by another, kept as it goes
 * so that it can be interrupted. */
#ifndef PM_EVALUATE_H
#define PM_EVALUATE_H

#include "cli/context.h"
#include "cli/options.h"
#include "record/evaluation.h"
#include "record/image_list.h"

#include <signal.h>

struct pm_evaluate_plan {
    struct pm_context *ctx;
    const struct pm_options *options;
    const struct pm_image_list *list;
    const struct pm_catalogue_entry *known;
    const volatile sig_atomic_t *stop;
};

/* number: which network this is, for the progress. 0 done, now or before; 1 interrupted, what was
 * done is kept; -1 err. *out is to be released either way but after -1. */
int pm_evaluate(const struct pm_evaluate_plan *plan, size_t number, struct pm_evaluation *out,
                struct pm_err *err);

#endif
