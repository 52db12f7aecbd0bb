/* SPDX-License-Identifier: MIT
 * Each label may stand in one of a few dozen spots, near ones first. The spots that lie inside and
 * are clear of every point are listed once; then the labels take the cheapest free spot in order of
 * importance, a label that finds none asks those in its way to move on (and they the next), and a
 * last round moves labels out of the way of the lines that join far labels to their points. */
#include "report/labels.h"

#include "base/err.h"
#include "report/label_box.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define MOST_TRIED  40
#define SPOTS_MAX   96
#define NOWHERE     SIZE_MAX
#define HALF_HEIGHT 0.62  /* of the font's size: ascent 0.905 and descent 0.212 about the middle */
#define GAP_LABELS  3.0   /* px between two labels, side by side */
#define GAP_POINT   2.5   /* px between a point's radius and its own label */
#define EFFORT_MAX  60000 /* spots looked at while labels make room for one another */
#define MOVES_DEEP  3
#define IN_THE_WAY  3 /* labels that may be asked to move for one other */
#define SEARCH_PX   6.0
#define CHANGES_MAX 128 /* 79 at MOVES_DEEP and IN_THE_WAY of 3 */

struct spot {
    struct pm_box box;
    double end_x, end_y; /* of the line to the point */
    bool leader;
    double cost;
};

/* A label that is tried. */
struct trial {
    size_t index;
    struct spot spot[SPOTS_MAX]; /* cheapest first */
    size_t spots;
    size_t at; /* of spot, or NOWHERE */
    bool locked;
};

/* Where a trial stood before, for when a move comes to nothing. */
struct change {
    struct trial *trial;
    size_t at;
};

struct work {
    struct pm_label *label;
    const struct pm_label_area *area;
    const size_t *by_x; /* the points, from left to right */
    size_t points;
    double radius_max;
    struct trial *trial; /* most important first */
    size_t trials;
    unsigned effort;
    struct change change[CHANGES_MAX];
    size_t changes;
};

/* ---- geometry ---- */

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

static bool leader_meets(const struct pm_label *l, const struct spot *s, const struct pm_box *b)
{
    return s->leader && pm_line_meets(l->x, l->y, s->end_x, s->end_y, b);
}

/* The first of by_x whose point may reach x. */
static size_t first_reaching(const struct work *w, double x)
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
static size_t points_covered(const struct work *w, const struct pm_box *b, size_t most)
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

/* ---- spots ---- */

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

static struct pm_box box_at(const struct work *w, const struct pm_label *l,
                            const struct direction *d, double distance)
{
    const double height = 2 * HALF_HEIGHT * w->area->font_px;
    const double x = l->x + d->x * (l->radius + distance) - d->across * l->width;
    const double y = l->y + d->y * (l->radius + distance) - d->down * height;
    return (struct pm_box){x, y, x + l->width, y + height};
}

static struct spot spot_of(const struct pm_label *l, struct pm_box box, bool leader, double cost)
{
    return (struct spot){.box = box,
                         .end_x = fmin(fmax(l->x, box.x0), box.x1),
                         .end_y = fmin(fmax(l->y, box.y0), box.y1),
                         .leader = leader,
                         .cost = cost};
}

/* A line should not run over other points either. */
static double points_crossed(const struct work *w, const struct pm_label *l, const struct spot *s)
{
    const double left = fmin(l->x, s->end_x), right = fmax(l->x, s->end_x);
    size_t count = 0;
    for (size_t i = first_reaching(w, left); i < w->points && count < 4; i++) {
        const struct pm_label *p = &w->label[w->by_x[i]];
        if (p->x - w->radius_max > right)
            break;
        const double r = p->radius / 2;
        const struct pm_box core = {p->x - r, p->y - r, p->x + r, p->y + r};
        count += p != l && leader_meets(l, s, &core) ? 1 : 0;
    }
    return (double)count;
}

static int compare_spots(const void *a, const void *b)
{
    const struct spot *s = a, *t = b;
    return (s->cost > t->cost) - (s->cost < t->cost);
}

static void list_spots(const struct work *w, struct trial *t)
{
    const struct pm_label *l = &w->label[t->index];
    for (size_t far = 0; far < sizeof distances / sizeof *distances; far++) {
        for (size_t i = 0; i < (far == 0 ? NEAR : DIRECTIONS); i++) {
            const struct pm_box box = box_at(w, l, &directions[i], distances[far]);
            if (!is_inside(&box, w->area) || points_covered(w, &box, 1) > 0)
                continue;
            /* a fraction of its number keeps equal costs in order: qsort is not stable */
            struct spot s = spot_of(l, box, far > 0, distance_cost[far] + (double)i * 1.001);
            s.cost += 12 * points_crossed(w, l, &s);
            t->spot[t->spots++] = s;
        }
    }
    qsort(t->spot, t->spots, sizeof *t->spot, compare_spots);
}

/* ---- placing ---- */

/* The labels in the way of trial t at spot s, SIZE_MAX when one is locked or they are too many. */
static size_t in_the_way(struct work *w, const struct trial *t, const struct spot *s,
                         struct trial *out[IN_THE_WAY])
{
    size_t count = 0;
    w->effort++;
    for (size_t i = 0; i < w->trials; i++) {
        struct trial *u = &w->trial[i];
        if (u == t || u->at == NOWHERE || !pm_boxes_meet(&s->box, &u->spot[u->at].box, GAP_LABELS))
            continue;
        if (u->locked || count == IN_THE_WAY)
            return SIZE_MAX;
        out[count++] = u;
    }
    return count;
}

static void move(struct work *w, struct trial *t, size_t at)
{
    assert(w->changes < CHANGES_MAX);
    w->change[w->changes++] = (struct change){t, t->at};
    t->at = at;
}

static void take_back(struct work *w, size_t changes)
{
    while (w->changes > changes) {
        const struct change *c = &w->change[--w->changes];
        c->trial->at = c->at;
    }
}

static bool find_spot(struct work *w, struct trial *t, unsigned deep);

/* Trial t takes spot s, and each in its way moves on; all back again when one cannot. */
static bool make_room(struct work *w, struct trial *t, size_t s, struct trial *const *way,
                      size_t count, unsigned deep)
{
    const size_t before = w->changes;
    for (size_t i = 0; i < count; i++)
        move(w, way[i], NOWHERE);
    move(w, t, s);
    t->locked = true;
    size_t moved = 0;
    while (moved < count && find_spot(w, way[moved], deep - 1))
        way[moved++]->locked = true;
    for (size_t i = 0; i < moved; i++)
        way[i]->locked = false;
    t->locked = false;
    if (moved == count)
        return true;
    take_back(w, before);
    return false;
}

static bool find_spot(struct work *w, struct trial *t, unsigned deep)
{
    struct trial *way[IN_THE_WAY];
    for (size_t i = 0; i < t->spots; i++) {
        if (in_the_way(w, t, &t->spot[i], way) == 0) {
            move(w, t, i);
            return true;
        }
    }
    for (size_t i = 0; i < t->spots && deep > 0 && w->effort < EFFORT_MAX; i++) {
        const size_t count = in_the_way(w, t, &t->spot[i], way);
        if (count != SIZE_MAX && make_room(w, t, i, way, count, deep))
            return true;
    }
    return false;
}

static bool place(struct work *w, struct trial *t)
{
    w->changes = 0;
    return find_spot(w, t, MOVES_DEEP);
}

/* What spot s of trial t costs beside the others: lines across labels; INFINITY when it is taken.
 */
static double cost_among(const struct work *w, const struct trial *t, const struct spot *s)
{
    double cost = s->cost;
    for (size_t i = 0; i < w->trials; i++) {
        const struct trial *u = &w->trial[i];
        if (u == t || u->at == NOWHERE)
            continue;
        const struct spot *other = &u->spot[u->at];
        if (pm_boxes_meet(&s->box, &other->box, GAP_LABELS))
            return (double)INFINITY;
        cost += leader_meets(&w->label[t->index], s, &other->box) ? 60 : 0;
        cost += leader_meets(&w->label[u->index], other, &s->box) ? 60 : 0;
    }
    return cost;
}

static bool improve(const struct work *w)
{
    bool moved = false;
    for (size_t i = 0; i < w->trials; i++) {
        struct trial *t = &w->trial[i];
        if (t->at == NOWHERE)
            continue;
        double best = cost_among(w, t, &t->spot[t->at]);
        for (size_t s = 0; s < t->spots && t->spot[s].cost < best; s++) {
            const double cost = cost_among(w, t, &t->spot[s]);
            if (cost < best) {
                best = cost;
                t->at = s;
                moved = true;
            }
        }
    }
    return moved;
}

/* ---- labels without a good spot ---- */

static size_t labels_covered(const struct work *w, const struct pm_box *b)
{
    size_t count = 0;
    for (size_t i = 0; i < w->trials; i++) {
        const struct trial *t = &w->trial[i];
        count += t->at != NOWHERE && pm_boxes_meet(b, &t->spot[t->at].box, GAP_LABELS) ? 1 : 0;
    }
    return count;
}

static double covered(const struct work *w, const struct pm_box *b)
{
    return 10 * (double)labels_covered(w, b) + (double)points_covered(w, b, 8);
}

static void move_inside(struct pm_box *b, const struct pm_label_area *area)
{
    const double dx = fmax(fmin(0, area->width - b->x1), -b->x0);
    const double dy = fmax(fmin(0, area->height - b->y1), -b->y0);
    *b = (struct pm_box){b->x0 + dx, b->y0 + dy, b->x1 + dx, b->y1 + dy};
}

static struct spot least_bad(const struct work *w, const struct pm_label *l)
{
    struct spot best = {.cost = (double)INFINITY};
    for (size_t i = 0; i < NEAR && best.cost > (double)i / NEAR; i++) {
        struct pm_box box = box_at(w, l, &directions[i], GAP_POINT);
        move_inside(&box, w->area);
        const double cost = covered(w, &box) + (double)i / NEAR;
        if (cost < best.cost)
            best = spot_of(l, box, false, cost);
    }
    return best;
}

/* For a label that must be shown: the nearest free place of the whole area, else the least bad. */
static struct spot nearest_free(struct work *w, const struct pm_label *l)
{
    struct spot best = least_bad(w, l);
    if (best.cost < 1)
        return best;
    const double height = 2 * HALF_HEIGHT * w->area->font_px;
    double nearest = (double)INFINITY;
    const double step_x = fmax(SEARCH_PX, w->area->width / 200);
    const double step_y = fmax(SEARCH_PX, w->area->height / 200);
    for (double y = 0; y + height <= w->area->height; y += step_y) {
        for (double x = 0; x + l->width <= w->area->width; x += step_x) {
            const struct pm_box box = {x, y, x + l->width, y + height};
            const struct spot s = spot_of(l, box, true, 0);
            const double far = hypot(s.end_x - l->x, s.end_y - l->y);
            if (far < nearest && w->effort++ < EFFORT_MAX && covered(w, &box) < 1) {
                nearest = far;
                best = s;
            }
        }
    }
    return best;
}

static void write_out(struct pm_label *l, const struct spot *s, bool shown)
{
    l->shown = shown;
    l->dx = s->box.x0 - l->x;
    l->dy = (s->box.y0 + s->box.y1) / 2 - l->y;
    l->leader = s->leader;
    l->leader_dx = s->leader ? s->end_x - l->x : 0;
    l->leader_dy = s->leader ? s->end_y - l->y : 0;
}

/* ---- all together ---- */

static void place_all(struct work *w, const size_t *order, size_t n)
{
    for (size_t i = 0; i < w->trials; i++) {
        struct trial *t = &w->trial[i];
        *t = (struct trial){.index = order[i], .at = NOWHERE};
        list_spots(w, t);
        if (!w->label[t->index].must || place(w, t))
            continue;
        t->spot[0] = nearest_free(w, &w->label[t->index]);
        t->spots = 1;
        t->at = 0;
    }
    for (size_t i = 0; i < w->trials; i++) {
        if (w->trial[i].at == NOWHERE)
            place(w, &w->trial[i]);
    }
    for (int round = 0; round < 4 && improve(w); round++)
        ;
    for (size_t i = 0; i < n; i++) {
        struct pm_label *l = &w->label[order[i]];
        const struct trial *t = i < w->trials ? &w->trial[i] : NULL;
        const bool shown = t != NULL && t->at != NOWHERE;
        const struct spot s = shown ? t->spot[t->at] : least_bad(w, l);
        write_out(l, &s, shown);
    }
}

/* For qsort, whose comparison knows nothing but the elements. */
struct key {
    double first, second;
    size_t index;
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *k = a, *l = b;
    if (k->first != l->first)
        return k->first < l->first ? -1 : 1;
    if (k->second != l->second)
        return k->second < l->second ? -1 : 1;
    return (k->index > l->index) - (k->index < l->index);
}

static void sort_indices(struct key *key, size_t n, size_t *out)
{
    qsort(key, n, sizeof *key, compare_keys);
    for (size_t i = 0; i < n; i++)
        out[i] = key[i].index;
}

/* Sets every output to nothing, and lists the points and the labels to be placed. */
static void prepare(struct work *w, size_t n, struct key *key, size_t *by_x, size_t *order,
                    size_t *placeable)
{
    size_t points = 0, count = 0, musts = 0;
    for (size_t i = 0; i < n; i++) {
        struct pm_label *l = &w->label[i];
        l->dx = l->dy = l->leader_dx = l->leader_dy = 0;
        l->shown = l->leader = false;
        l->width = pm_label_width(l->text, w->area->font_px);
        if (!isfinite(l->x) || !isfinite(l->y) || !isfinite(l->radius))
            continue;
        w->radius_max = fmax(w->radius_max, l->radius);
        key[points++] = (struct key){l->x, 0, i};
    }
    sort_indices(key, points, by_x);
    for (size_t i = 0; i < points; i++) {
        const struct pm_label *l = &w->label[by_x[i]];
        if (l->width <= 0)
            continue;
        const double wanted = isnan(l->importance) ? -(double)INFINITY : l->importance;
        key[count++] = (struct key){l->must ? 0 : 1, -wanted, by_x[i]};
        musts += l->must ? 1 : 0;
    }
    sort_indices(key, count, order);
    w->by_x = by_x;
    w->points = points;
    w->trials = musts > MOST_TRIED ? musts : count < MOST_TRIED ? count : MOST_TRIED;
    *placeable = count;
}

int pm_labels_place(struct pm_label *label, size_t n, const struct pm_label_area *area,
                    struct pm_err *err)
{
    if (!(area->width > 0 && area->height > 0 && area->font_px > 0) || !isfinite(area->width) ||
        !isfinite(area->height) || !isfinite(area->font_px))
        return pm_fail(err, PM_EINTERNAL, "labels", "the area for labels has no size");
    if (n == 0)
        return 0;
    int status = -1;
    size_t placeable = 0;
    struct work w = {.label = label, .area = area};
    struct key *key = calloc(n, sizeof *key);
    size_t *by_x = calloc(n, sizeof *by_x);
    size_t *order = calloc(n, sizeof *order);
    if (key == NULL || by_x == NULL || order == NULL)
        goto out;
    prepare(&w, n, key, by_x, order, &placeable);
    w.trial = calloc(w.trials + 1, sizeof *w.trial);
    if (w.trial == NULL)
        goto out;
    place_all(&w, order, placeable);
    status = 0;
out:
    free(w.trial);
    free(order);
    free(by_x);
    free(key);
    return status == 0 ? 0 : pm_fail_nomem(err);
}
