/* SPDX-License-Identifier: MIT
 * Upright boxes and lines, as far as the placing of labels needs them. */
#ifndef PM_LABEL_BOX_H
#define PM_LABEL_BOX_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

struct pm_box {
    double x0, y0, x1, y1;
};

/* gap: px kept free between two boxes, side by side. */
static inline bool pm_boxes_meet(const struct pm_box *a, const struct pm_box *b, double gap)
{
    return a->x0 < b->x1 + gap && b->x0 < a->x1 + gap && a->y0 < b->y1 && b->y0 < a->y1;
}

/* Liang and Barsky: does the line from (x, y) to (x1, y1) pass through the box? */
static inline bool pm_line_meets(double x, double y, double x1, double y1, const struct pm_box *b)
{
    const double p[4] = {x - x1, x1 - x, y - y1, y1 - y};
    const double q[4] = {x - b->x0, b->x1 - x, y - b->y0, b->y1 - y};
    double from = 0, to = 1;
    for (size_t i = 0; i < 4; i++) {
        if (p[i] < 0)
            from = fmax(from, q[i] / p[i]);
        else if (p[i] > 0)
            to = fmin(to, q[i] / p[i]);
        else if (q[i] < 0)
            return false;
    }
    return from < to;
}

#endif
