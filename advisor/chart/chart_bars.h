/* SPDX-License-Identifier: MIT
 * Horizontal bars with a name before and a text behind each; for the files chart*.c alone. */
#ifndef PM_CHART_BARS_H
#define PM_CHART_BARS_H

#include "chart/chart_frame.h"

#define PM_BAR_STEP 21 /* px a bar */

struct pm_bar {
    size_t i;         /* candidate */
    double value;     /* where it ends */
    const char *name; /* before it */
    const char *text; /* behind it */
};

/* Largest (or smallest) first, of PM_CHART_LABELS at most. */
void pm_bars_sort(struct pm_bar *bar, size_t n, bool descending);
/* Set the frame's x axis from 0 over the bars, with room for the texts; its height; then draw.
 * `whole`: the state decides the colour; else the law's. */
void pm_bars_draw(struct pm_frame *f, const struct pm_bar *bar, size_t n, const char *title,
                  const char *tick);
/* The names alone, of rows the caller has put in `points` with k and name. */
void pm_bars_names(struct pm_frame *f);
/* "'y': {...}": the row of a bar. */
#define PM_BARS_Y                                                                                  \
    "'y':{'field':'k','type':'ordinal','axis':null,'scale':{'paddingInner':0.3,'paddingOuter':0."  \
    "2}}"

#endif
