/* SPDX-License-Identifier: MIT
 * A chart: a Vega-Lite specification (JSON, data and all), and a table that says the same in text.
 * Every label is placed here, as Vega-Lite has no placement of its own.
 *
 * What the page's what-if redraws stands in named data sets: `points` and `labels` (rows with i,
 * the candidate, and state: pick, meets, open or fails), `limits` (rows with the key of a budget
 * and its bound v) and `region` (what the budgets rule out). */
#ifndef PM_CHART_H
#define PM_CHART_H

#include "report/table.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_answer;
struct pm_candidate;
struct pm_err;

/* Colours by what they mean; as CSS variables in a page, plain in a file. */
struct pm_palette {
    const char *ink, *muted, *grid, *paper; /* text, lesser text, grid lines, background */
    const char *law, *limit;                /* fitted curve and band, budget lines */
    const char *pick, *meets, *open, *fails;
};
extern const struct pm_palette pm_palette_page, pm_palette_file;

struct pm_chart {
    const char *id;        /* "accuracy" */
    const char *title;     /* in words, for a caption */
    char *spec;            /* owned; compact JSON */
    size_t marks;          /* how many points or bars it must show */
    struct pm_table table; /* its text equivalent */
};

enum pm_chart_kind {
    PM_CHART_ACCURACY,
    PM_CHART_OPERATIONS,
    PM_CHART_BALLS,
    PM_CHART_ENERGY,
    PM_CHART_LATENCY,
    PM_CHART_DENSITY,
    PM_CHART_RELAX,
    PM_CHARTS
};
const char *pm_chart_id(enum pm_chart_kind kind);

/* out->spec is NULL, and nothing else means anything, when the answer has nothing to draw. -1 only
 * when out of memory. Release with pm_chart_done. */
int pm_chart_make(enum pm_chart_kind kind, const struct pm_answer *answer,
                  const struct pm_palette *palette, struct pm_chart *out, struct pm_err *err);
void pm_chart_done(struct pm_chart *chart);

/* "pick", "meets", "open" (undecided or unknown) or "fails". */
const char *pm_state_name(const struct pm_answer *answer, size_t i);

#endif
