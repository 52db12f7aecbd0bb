/* SPDX-License-Identifier: MIT
 * The live read: a source is watched until its values have changed often enough to say how often
 * they do, and to judge what they say. */
#ifndef PM_LIVE_READ_H
#define PM_LIVE_READ_H

#include "sensor/source.h"

#include <stdbool.h>

#define PM_WATCH_MS 2000.0
/* Of a stream. No meter that is read through a pipe is faster; reading and parsing so many takes
 * less than a hundredth of a core of a small board. */
#define PM_STREAM_PER_S 2000.0

struct pm_watch {
    double period_ms; /* observed where it was; else the source's own; NAN */
    bool observed;
    double seen_w;
};

/* PM_FOUND, or PM_REFUSED: dead, silent, flooding, negative, zero, implausible, broken. Takes 50 ms
 * to 2 s; a stream may take 5 s to its first value and from there to its second. */
enum pm_found pm_watch_source(struct pm_source *s, struct pm_watch *out, struct pm_refusal *why);

#endif
