/* SPDX-License-Identifier: MIT
 * Where the names stand beside the points of a chart. Vega-Lite places no labels, so they are
 * placed here and passed on as offsets.
 *
 * A shown label overlaps no other shown label and no point, and lies inside the area. What finds no
 * such place is hidden, the least important first; but a label that must be shown is shown, and
 * takes the least bad place when there is no good one. The same input gives the same output. */
#ifndef PM_LABELS_H
#define PM_LABELS_H

#include "chart/label_width.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

struct pm_label {
    double x, y;       /* in: the point, px from the plot's top left; not finite: no label */
    double radius;     /* in: px around the point that every label keeps clear of */
    const char *text;  /* in: UTF-8; NULL or "": no label */
    double importance; /* in: the least important hide first */
    bool must;         /* in: never hidden (the pick) */
    double dx, dy;     /* out: from the point to the label's left edge and its vertical middle, px;
                        * also of a hidden one, for when the reader asks for it */
    double width;      /* out: px, in bold: room for when it is picked */
    bool shown;        /* out */
    bool leader;       /* out: it stands so far away that a line should join it to its point; */
    double leader_dx, leader_dy; /* out: from the point to that line's end at the label */
};

struct pm_label_area {
    double width, height, font_px;
};

/* Fails on an area that is not positive, and out of memory. Of many labels only the most important
 * (about 40) are tried. */
int pm_labels_place(struct pm_label *label, size_t n, const struct pm_label_area *area,
                    struct pm_err *err);

#endif
