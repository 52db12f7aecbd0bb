/* SPDX-License-Identifier: MIT
 * The spots where a label may stand; for labels.c alone. */
#ifndef PM_LABEL_SPOTS_H
#define PM_LABEL_SPOTS_H

#include "chart/label_box.h"
#include "chart/labels.h"

#include <stdint.h>

#define SPOTS_MAX   96
#define NOWHERE     SIZE_MAX
#define GAP_LABELS  3.0   /* px between two labels, side by side */
#define EFFORT_MAX  20000 /* spots looked at while labels make room for one another */
#define CHANGES_MAX 128   /* 79 with three labels in the way and moves three deep */

struct pm_spot {
    struct pm_box box;
    double end_x, end_y; /* of the line to the point */
    bool leader;
    double cost;
};

/* A label that is tried. */
struct pm_label_trial {
    size_t index;
    struct pm_spot spot[SPOTS_MAX]; /* cheapest first */
    size_t spots;
    size_t at; /* of spot, or NOWHERE */
    size_t best;
    bool locked;
};

/* Where a trial stood before, for when a move comes to nothing. */
struct pm_label_change {
    struct pm_label_trial *trial;
    size_t at;
};

struct pm_label_work {
    struct pm_label *label;
    const struct pm_label_area *area;
    const size_t *by_x; /* the points, from left to right */
    size_t points;
    double radius_max;
    struct pm_label_trial *trial; /* most important first */
    size_t trials;
    unsigned effort;
    struct pm_label_change change[CHANGES_MAX];
    size_t changes;
};

static inline bool pm_leader_meets(const struct pm_label *l, const struct pm_spot *s,
                                   const struct pm_box *b)
{
    return s->leader && pm_line_meets(l->x, l->y, s->end_x, s->end_y, b);
}

static inline bool pm_leaders_cross(const struct pm_label *l, const struct pm_spot *s,
                                    const struct pm_label *m, const struct pm_spot *t)
{
    return pm_lines_cross(l->x, l->y, s->end_x, s->end_y, m->x, m->y, t->end_x, t->end_y);
}

/* Lists the spots of a trial that lie inside and are clear of every point, cheapest first. */
void pm_spots_list(const struct pm_label_work *w, struct pm_label_trial *t);
/* Of the near spots, moved inside, the one that covers least. */
struct pm_spot pm_spot_least_bad(const struct pm_label_work *w, const struct pm_label *l);
/* For a label that must be shown: the nearest free place of the whole area, else the least bad. */
struct pm_spot pm_spot_nearest_free(struct pm_label_work *w, const struct pm_label *l);

#endif
