/* SPDX-License-Identifier: MIT
 * Everything `pickmodel doctor` looks at, brought into one plain answer. */
#ifndef PM_CHECKUP_H
#define PM_CHECKUP_H

#include "base/arena.h"
#include "report/doctor.h"

#include <signal.h>

struct pm_err;
struct pm_options;

/* Takes a few seconds: it listens to the machine, starts every engine, and reads every sensor.
 * root: where /sys and /proc lie. Texts go to the arena. What is wrong is a check, not an error;
 * -1 only when out of memory or *stop was set. */
int pm_checkup(const struct pm_options *o, const char *root, const volatile sig_atomic_t *stop,
               struct pm_arena *arena, struct pm_doctor *out, struct pm_err *err);

/* The verdict, from the checks: trouble anywhere is distrust. -1: out of memory. */
int pm_checkup_conclude(struct pm_doctor *d, struct pm_arena *arena, struct pm_err *err);

#endif
