/* SPDX-License-Identifier: MIT
 * Energy over a window of time, from any source.
 *
 * A counter is read at both ends of the window and differenced. A gauge is polled by a thread at
 * 0.5 to 1.5 times its period, at random: a fixed rate locks to the inference's own rhythm (33 ms
 * of work sampled every 33 ms can be wrong by more than a half). A stream is read as it comes.
 * More than 5 % of the samples lost, a dead, negative, implausible or dying sensor: the window is
 * unknown, with the reason; never 0. */
#ifndef PM_POWER_METER_H
#define PM_POWER_METER_H

#include "base/scope.h"
#include "sensor/source.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_err;
struct pm_power_meter; /* opaque */

#define PM_WINDOW_PARTS 4 /* at most */

struct pm_power_info {
    char name[96];
    enum pm_source_kind kind;
    enum pm_scope scope;
    double period_ms; /* observed update period; the nominal one when no change was seen; NAN */
    bool observed;
    double gain_rel;
    double settle_ms;
    double window_ms; /* shortest window that is worth its name: 100 periods, at least 1 s */
    int parts;        /* a window is metered in so many: one alone shows no spread, and of a handful
                         it is not known whether they repeat one another; 1: its length was asked
                         for */
    double assumed_w;
    double seen_w; /* during the live read; assumed_w where nothing is read */
};

struct pm_window {
    bool known;
    double joules, seconds;
    size_t samples, lost;
    char why[200]; /* unknown: the reason */
};

/* Takes the source over (closed with the meter, and on failure too). Watches it for up to 2 s to
 * see its values change and judge them: PM_FOUND, or PM_REFUSED with the reason. gain_rel and
 * window_ms override the source's own where they are not NAN. */
enum pm_found pm_power_meter_open(struct pm_source *source, double gain_rel, double window_ms,
                                  struct pm_power_meter **out, struct pm_refusal *why);
const struct pm_power_info *pm_power_meter_info(const struct pm_power_meter *m);
/* One window at a time. */
void pm_power_meter_begin(struct pm_power_meter *m);
void pm_power_meter_end(struct pm_power_meter *m, struct pm_window *out);
void pm_power_meter_close(struct pm_power_meter *m); /* takes NULL */

#endif
