/* SPDX-License-Identifier: MIT */
#include "chart/label_spots.h"

#include <math.h>
#include <stdlib.h>

#define HALF_HEIGHT 0.62 /* of the font's size: ascent 0.905 and descent 0.212 about the middle */
#define GAP_POINT   2.5  /* px between a point's radius and its own label */
#define SEARCH_PX   6.0

static bool covers_point(const struct pm_box *b, const struct pm_label *p)
{
    const double dx = p->x - fmin(fmax(p->x, b->x0), b->x1);
    const double dy = p->y - fmin(fmax(p->y, b->y0), b->y1);
    return dx * dx + dy * dy < p->radius * p->radius;
}

static bool is_inside(const struct pm_box *b, const struct pm_label_area *area)
{
    return b->x0 >= 0 && b->y0 >= 0 && b->x1 <= area->width && b->y1 <= area->height;
}

/* The first of by_x whose point may reach x. */
static size_t first_reaching(const struct pm_label_work *w, double x)
{
    size_t low = 0, high = w->points;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (w->label[w->by_x[middle]].x + w->radius_max < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many points the box covers, counted up to most. */
static size_t points_covered(const struct pm_label_work *w, const struct pm_box *b, size_t most)
{
    size_t count = 0;
    for (size_t i = first_reaching(w, b->x0); i < w->points && count < most; i++) {
        const struct pm_label *p = &w->label[w->by_x[i]];
        if (p->x - w->radius_max > b->x1)
            break;
        count += covers_point(b, p) ? 1 : 0;
    }
    return count;
}

/* Where the label may stand: the direction from the point, and the place of the label's box that
 * lies there, as shares of its width and height. The first 12 are the near ones. */
static const struct direction {
    double x, y, across, down;
} directions[] = {
    {1, 0, 0, 0.5},          {0.71, -0.71, 0, 1},    {0.71, 0.71, 0, 0},     {-1, 0, 1, 0.5},
    {-0.71, -0.71, 1, 1},    {-0.71, 0.71, 1, 0},    {0, -1, 0.5, 1},        {0, 1, 0.5, 0},
    {0, -1, 0.2, 1},         {0, 1, 0.2, 0},         {0, -1, 0.8, 1},        {0, 1, 0.8, 0},
    {0.92, -0.38, 0, 0.75},  {0.92, 0.38, 0, 0.25},  {0.38, -0.92, 0.1, 1},  {0.38, 0.92, 0.1, 0},
    {-0.92, -0.38, 1, 0.75}, {-0.92, 0.38, 1, 0.25}, {-0.38, -0.92, 0.9, 1}, {-0.38, 0.92, 0.9, 0}};
#define DIRECTIONS (sizeof directions / sizeof *directions)
#define NEAR       12

static const double distances[] = {GAP_POINT, 15, 30, 50};
static const double distance_cost[] = {0, 20, 40, 70};

static struct pm_box box_at(const struct pm_label_work *w, const struct pm_label *l,
                            const struct direction *d, double distance)
{
    const double height = 2 * HALF_HEIGHT * w->area->font_px;
    const double x = l->x + d->x * (l->radius + distance) - d->across * l->width;
    const double y = l->y + d->y * (l->radius + distance) - d->down * height;
    return (struct pm_box){x, y, x + l->width, y + height};
}

static struct pm_spot spot_of(const struct pm_label *l, struct pm_box box, bool leader, double cost)
{
    return (struct pm_spot){.box = box,
                            .end_x = fmin(fmax(l->x, box.x0), box.x1),
                            .end_y = fmin(fmax(l->y, box.y0), box.y1),
                            .leader = leader,
                            .cost = cost};
}

/* A line should not run over other points either. */
static double points_crossed(const struct pm_label_work *w, const struct pm_label *l,
                             const struct pm_spot *s)
{
    const double left = fmin(l->x, s->end_x), right = fmax(l->x, s->end_x);
    size_t count = 0;
    for (size_t i = first_reaching(w, left); i < w->points && count < 4; i++) {
        const struct pm_label *p = &w->label[w->by_x[i]];
        if (p->x - w->radius_max > right)
            break;
        const double r = p->radius / 2;
        const struct pm_box core = {p->x - r, p->y - r, p->x + r, p->y + r};
        count += p != l && pm_leader_meets(l, s, &core) ? 1 : 0;
    }
    return (double)count;
}

static int compare_spots(const void *a, const void *b)
{
    const struct pm_spot *s = a, *t = b;
    return (s->cost > t->cost) - (s->cost < t->cost);
}

void pm_spots_list(const struct pm_label_work *w, struct pm_label_trial *t)
{
    const struct pm_label *l = &w->label[t->index];
    for (size_t far = 0; far < sizeof distances / sizeof *distances; far++) {
        for (size_t i = 0; i < (far == 0 ? NEAR : DIRECTIONS); i++) {
            const struct pm_box box = box_at(w, l, &directions[i], distances[far]);
            if (!is_inside(&box, w->area) || points_covered(w, &box, 1) > 0)
                continue;
            /* a fraction of its number keeps equal costs in order: qsort is not stable */
            struct pm_spot s = spot_of(l, box, far > 0, distance_cost[far] + (double)i * 1.001);
            s.cost += 12 * points_crossed(w, l, &s);
            t->spot[t->spots++] = s;
        }
    }
    qsort(t->spot, t->spots, sizeof *t->spot, compare_spots);
}

/* ---- labels without a good spot ---- */

static size_t labels_covered(const struct pm_label_work *w, const struct pm_box *b)
{
    size_t count = 0;
    for (size_t i = 0; i < w->trials; i++) {
        const struct pm_label_trial *t = &w->trial[i];
        count += t->at != NOWHERE && pm_boxes_meet(b, &t->spot[t->at].box, GAP_LABELS) ? 1 : 0;
    }
    return count;
}

static double covered(const struct pm_label_work *w, const struct pm_box *b)
{
    return 10 * (double)labels_covered(w, b) + (double)points_covered(w, b, 4);
}

static void move_inside(struct pm_box *b, const struct pm_label_area *area)
{
    const double dx = fmax(fmin(0, area->width - b->x1), -b->x0);
    const double dy = fmax(fmin(0, area->height - b->y1), -b->y0);
    *b = (struct pm_box){b->x0 + dx, b->y0 + dy, b->x1 + dx, b->y1 + dy};
}

struct pm_spot pm_spot_least_bad(const struct pm_label_work *w, const struct pm_label *l)
{
    struct pm_spot best = {.cost = (double)INFINITY};
    for (size_t i = 0; i < NEAR && best.cost > (double)i / NEAR; i++) {
        struct pm_box box = box_at(w, l, &directions[i], GAP_POINT);
        move_inside(&box, w->area);
        const double cost = covered(w, &box) + (double)i / NEAR;
        if (cost < best.cost)
            best = spot_of(l, box, false, cost);
    }
    return best;
}

struct pm_spot pm_spot_nearest_free(struct pm_label_work *w, const struct pm_label *l)
{
    struct pm_spot best = pm_spot_least_bad(w, l);
    if (best.cost < 1)
        return best;
    const double height = 2 * HALF_HEIGHT * w->area->font_px;
    double nearest = (double)INFINITY;
    const double step_x = fmax(SEARCH_PX, w->area->width / 200);
    const double step_y = fmax(SEARCH_PX, w->area->height / 200);
    for (double y = 0; y + height <= w->area->height; y += step_y) {
        for (double x = 0; x + l->width <= w->area->width; x += step_x) {
            const struct pm_box box = {x, y, x + l->width, y + height};
            const struct pm_spot s = spot_of(l, box, true, 0);
            const double far = hypot(s.end_x - l->x, s.end_y - l->y);
            if (far < nearest && w->effort++ < EFFORT_MAX && covered(w, &box) < 1) {
                nearest = far;
                best = s;
            }
        }
    }
    return best;
}
