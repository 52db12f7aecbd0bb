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

/* On which side of the line from (x, y) to (x1, y1) lies (px, py)? By the sign. */
static inline double pm_side(double x, double y, double x1, double y1, double px, double py)
{
    return (x1 - x) * (py - y) - (y1 - y) * (px - x);
}

/* Do the line from (ax, ay) to (bx, by) and that from (cx, cy) to (dx, dy) cross? */
static inline bool pm_lines_cross(double ax, double ay, double bx, double by, double cx, double cy,
                                  double dx, double dy)
{
    return pm_side(ax, ay, bx, by, cx, cy) * pm_side(ax, ay, bx, by, dx, dy) < 0 &&
           pm_side(cx, cy, dx, dy, ax, ay) * pm_side(cx, cy, dx, dy, bx, by) < 0;
}

#endif
