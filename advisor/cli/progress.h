/* SPDX-License-Identifier: MIT
 * What goes to stderr while measuring: a line that redraws itself on a terminal, one finished line
 * a candidate elsewhere, nothing when quiet. */
#ifndef PM_PROGRESS_H
#define PM_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct pm_measure_progress;

struct pm_progress {
    bool quiet, terminal;
    size_t done, total; /* candidates; total 0 = not known */
    double begin_ms, last_draw_ms;
    const char *name;
};

void pm_progress_start(struct pm_progress *p, bool quiet, size_t total);
void pm_progress_candidate(struct pm_progress *p, const char *name);
/* A pm_measure_plan callback; context is a struct pm_progress. */
void pm_progress_draw(void *context, const struct pm_measure_progress *now);
/* done of n images, so many of them right. */
void pm_progress_images(struct pm_progress *p, long done, long n, long right);
/* The candidate is finished: "ResNet-50: 36 runs, median 588 ms". */
void pm_progress_finish(struct pm_progress *p, const char *text);
void pm_progress_note(struct pm_progress *p, const char *text);

#endif
