/* SPDX-License-Identifier: MIT
 * A saved decision: what `pickmodel --format json` wrote (schema pickmodel/answer/1), read back as
 * the question that was asked and what was found of each candidate. */
#ifndef PM_DECISION_H
#define PM_DECISION_H

#include "base/arena.h"
#include "base/quantity.h"
#include "record/profile.h"
#include "record/settings.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

#define PM_ANSWER_SCHEMA "pickmodel/answer/1"

/* One candidate against one budget, as it was judged. */
struct pm_decided_budget {
    const char *verdict; /* "meets", "fails", "undecided", "unknown"; NULL: not set */
    struct pm_quantity judged;
    const char *note;
};

struct pm_decided {
    struct pm_configuration config;
    const char *name;
    bool stand_in;
    struct pm_quantity top1_pct, latency_ms;
    struct pm_decided_budget budget[PM_METRICS];
};

enum pm_decision_status { PM_DECIDED_PICK, PM_DECIDED_INFEASIBLE, PM_DECIDED_PROVISIONAL };

struct pm_decision {
    struct pm_arena arena; /* holds everything below */
    const char *path;
    enum pm_decision_status status;
    const char *headline;
    struct pm_settings settings; /* the question, ready to be asked again */
    struct pm_device device;     /* where it was asked; name may be NULL */
    const char *engine_build;    /* of the pick; NULL when not known */
    int pick;                    /* -1: none fitted */
    size_t n;
    struct pm_decided *candidate; /* all of them; the pick is one */
};

/* The file may also be a report in JSON, which holds its answer. PM_EDATA names the key, what was
 * expected and the remedy. An answer without a decision (an overview, nothing at all decided) is
 * refused. *out must be released with pm_decision_done. */
int pm_decision_load(const char *path, struct pm_decision *out, struct pm_err *err);
void pm_decision_done(struct pm_decision *decision);

#endif
