/* SPDX-License-Identifier: MIT
 * Each label may stand in one of a few dozen spots, near ones first. The spots that lie inside and
 * are clear of every point are listed once; then the labels take the cheapest free spot in order of
 * importance, and a label that finds none asks those in its way to move on (and they the next).
 * When all find one, other orders are tried for a cheaper whole: nearer labels, and fewer of the
 * lines that join far ones to their points across other labels. */
#include "chart/labels.h"

#include "base/err.h"
#include "chart/label_spots.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define MOST_TRIED 40
#define MOVES_DEEP 3
#define IN_THE_WAY 3 /* labels that may be asked to move for one other */
#define ATTEMPTS   24

/* ---- placing ---- */

/* What spot s of trial t costs beside the others: lines across labels or one another; INFINITY when
 * it is taken. */
static double cost_among(const struct pm_label_work *w, const struct pm_label_trial *t,
                         const struct pm_spot *s)
{
    const struct pm_label *l = &w->label[t->index];
    double cost = s->cost;
    for (size_t i = 0; i < w->trials; i++) {
        const struct pm_label_trial *u = &w->trial[i];
        if (u == t || u->at == NOWHERE)
            continue;
        const struct pm_spot *other = &u->spot[u->at];
        const struct pm_label *m = &w->label[u->index];
        if (pm_boxes_meet(&s->box, &other->box, GAP_LABELS))
            return (double)INFINITY;
        cost += pm_leader_meets(l, s, &other->box) ? 60 : 0;
        cost += pm_leader_meets(m, other, &s->box) ? 60 : 0;
        cost += s->leader && other->leader && pm_leaders_cross(l, s, m, other) ? 40 : 0;
    }
    return cost;
}

/* The cheapest free spot, NOWHERE when there is none. */
static size_t cheapest(struct pm_label_work *w, const struct pm_label_trial *t, double *cost)
{
    size_t found = NOWHERE;
    for (size_t i = 0; i < t->spots && t->spot[i].cost < *cost; i++) {
        const double among = cost_among(w, t, &t->spot[i]);
        w->effort++;
        if (among < *cost) {
            *cost = among;
            found = i;
        }
    }
    return found;
}

/* The labels in the way of trial t at spot s, SIZE_MAX when one is locked or they are too many. */
static size_t in_the_way(struct pm_label_work *w, const struct pm_label_trial *t,
                         const struct pm_spot *s, struct pm_label_trial *out[IN_THE_WAY])
{
    size_t count = 0;
    w->effort++;
    for (size_t i = 0; i < w->trials; i++) {
        struct pm_label_trial *u = &w->trial[i];
        if (u == t || u->at == NOWHERE || !pm_boxes_meet(&s->box, &u->spot[u->at].box, GAP_LABELS))
            continue;
        if (u->locked || count == IN_THE_WAY)
            return SIZE_MAX;
        out[count++] = u;
    }
    return count;
}

static void move(struct pm_label_work *w, struct pm_label_trial *t, size_t at)
{
    assert(w->changes < CHANGES_MAX);
    w->change[w->changes++] = (struct pm_label_change){t, t->at};
    t->at = at;
}

static void take_back(struct pm_label_work *w, size_t changes)
{
    while (w->changes > changes) {
        const struct pm_label_change *c = &w->change[--w->changes];
        c->trial->at = c->at;
    }
}

static bool find_spot(struct pm_label_work *w, struct pm_label_trial *t, unsigned deep);

/* Trial t takes spot s, and each in its way moves on; all back again when one cannot. */
static bool make_room(struct pm_label_work *w, struct pm_label_trial *t, size_t s,
                      struct pm_label_trial *const *way, size_t count, unsigned deep)
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

static bool find_spot(struct pm_label_work *w, struct pm_label_trial *t, unsigned deep)
{
    struct pm_label_trial *way[IN_THE_WAY];
    double cost = (double)INFINITY;
    const size_t free_spot = cheapest(w, t, &cost);
    if (free_spot != NOWHERE) {
        move(w, t, free_spot);
        return true;
    }
    for (size_t i = 0; i < t->spots && deep > 0 && w->effort < EFFORT_MAX; i++) {
        const size_t count = in_the_way(w, t, &t->spot[i], way);
        if (count != SIZE_MAX && make_room(w, t, i, way, count, deep))
            return true;
    }
    return false;
}

static bool place(struct pm_label_work *w, struct pm_label_trial *t)
{
    w->changes = 0;
    return find_spot(w, t, MOVES_DEEP);
}

static bool improve(struct pm_label_work *w)
{
    bool moved = false;
    for (size_t i = 0; i < w->trials; i++) {
        struct pm_label_trial *t = &w->trial[i];
        if (t->at == NOWHERE)
            continue;
        double cost = cost_among(w, t, &t->spot[t->at]);
        const size_t better = cheapest(w, t, &cost);
        if (better != NOWHERE) {
            t->at = better;
            moved = true;
        }
    }
    return moved;
}

static void write_out(struct pm_label *l, const struct pm_spot *s, bool shown)
{
    l->shown = shown;
    l->dx = s->box.x0 - l->x;
    l->dy = (s->box.y0 + s->box.y1) / 2 - l->y;
    l->leader = s->leader;
    l->leader_dx = s->leader ? s->end_x - l->x : 0;
    l->leader_dy = s->leader ? s->end_y - l->y : 0;
}

/* ---- all together ---- */

/* Places what is nowhere yet, in this order; the cost of it all, INFINITY when one is hidden. */
static double attempt(struct pm_label_work *w, const size_t *turn)
{
    double cost = 0;
    for (size_t i = 0; i < w->trials; i++) {
        if (w->trial[turn[i]].at == NOWHERE)
            place(w, &w->trial[turn[i]]);
    }
    for (int round = 0; round < 4 && improve(w); round++)
        ;
    for (size_t i = 0; i < w->trials; i++) {
        const struct pm_label_trial *t = &w->trial[i];
        cost += t->at == NOWHERE ? (double)INFINITY : cost_among(w, t, &t->spot[t->at]);
    }
    return cost;
}

/* Fisher and Yates, always with the same dice. */
static void shuffle(size_t *turn, size_t n, uint32_t *dice)
{
    for (size_t i = n; i > 1; i--) {
        *dice = *dice * UINT32_C(1664525) + UINT32_C(1013904223);
        const size_t j = (*dice >> 8) % i, swapped = turn[i - 1];
        turn[i - 1] = turn[j];
        turn[j] = swapped;
    }
}

/* In order of importance first. Other orders count only when they show every label: whoever is
 * hidden, is hidden for a more important one. */
static void attempt_all(struct pm_label_work *w, size_t *turn)
{
    double best = 0;
    uint32_t dice = 1;
    for (size_t i = 0; i < w->trials; i++)
        turn[i] = i;
    for (int k = 0; k < ATTEMPTS && (k == 0 || w->effort < EFFORT_MAX); k++) {
        for (size_t i = 0; i < w->trials && k > 0; i++)
            w->trial[i].at = w->label[w->trial[i].index].must ? w->trial[i].at : NOWHERE;
        const double cost = attempt(w, turn);
        for (size_t i = 0; i < w->trials && (k == 0 || cost < best); i++)
            w->trial[i].best = w->trial[i].at;
        best = k == 0 ? cost : fmin(best, cost);
        shuffle(turn, w->trials, &dice);
    }
    for (size_t i = 0; i < w->trials; i++)
        w->trial[i].at = w->trial[i].best;
}

static void place_all(struct pm_label_work *w, const size_t *order, size_t n, size_t *turn)
{
    for (size_t i = 0; i < w->trials; i++) {
        struct pm_label_trial *t = &w->trial[i];
        *t = (struct pm_label_trial){.index = order[i], .at = NOWHERE};
        pm_spots_list(w, t);
        if (!w->label[t->index].must || place(w, t))
            continue;
        t->spot[0] = pm_spot_nearest_free(w, &w->label[t->index]);
        t->spots = 1;
        t->at = 0;
    }
    attempt_all(w, turn);
    for (size_t i = 0; i < n; i++) {
        struct pm_label *l = &w->label[order[i]];
        const struct pm_label_trial *t = i < w->trials ? &w->trial[i] : NULL;
        const bool shown = t != NULL && t->at != NOWHERE;
        const struct pm_spot s = shown ? t->spot[t->at] : pm_spot_least_bad(w, l);
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
static void prepare(struct pm_label_work *w, size_t n, struct key *key, size_t *by_x, size_t *order,
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
    struct pm_label_work w = {.label = label, .area = area};
    struct key *key = calloc(n, sizeof *key);
    size_t *by_x = calloc(n, sizeof *by_x);
    size_t *order = calloc(n, sizeof *order);
    size_t *turn = NULL;
    if (key == NULL || by_x == NULL || order == NULL)
        goto out;
    prepare(&w, n, key, by_x, order, &placeable);
    w.trial = calloc(w.trials + 1, sizeof *w.trial);
    turn = calloc(w.trials + 1, sizeof *turn);
    if (w.trial == NULL || turn == NULL)
        goto out;
    place_all(&w, order, placeable, turn);
    status = 0;
out:
    free(turn);
    free(w.trial);
    free(order);
    free(by_x);
    free(key);
    return status == 0 ? 0 : pm_fail_nomem(err);
}
