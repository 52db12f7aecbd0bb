/* SPDX-License-Identifier: MIT
 * Which candidates are measured, in which order and for how long.
 *
 * Accuracy is known before anything is measured, so the walk goes down by accuracy: the first
 * candidate that meets every budget is the answer for certain, once all of equal accuracy have been
 * looked at. Nothing less accurate ever needs measuring. */
#ifndef PM_WALK_H
#define PM_WALK_H

#include <stdbool.h>

struct pm_campaign;
struct pm_err;
struct pm_settings;

/* Do these settings need watts or joules? */
bool pm_walk_asks_for_power(const struct pm_settings *s);
/* Down to the answer; everything: settle every candidate. */
int pm_walk_down(struct pm_campaign *c, bool everything, struct pm_err *err);
/* A full profile: every candidate that has none, as precisely as the settings say. */
int pm_walk_all(struct pm_campaign *c, struct pm_err *err);

#endif
