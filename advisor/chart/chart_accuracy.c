/* SPDX-License-Identifier: MIT
 * Top-1 against latency: the law with its band, the front, the budgets and what they rule out. */
#include "advise/answer.h"
#include "advise/ways.h"
#include "base/err.h"
#include "chart/chart_frame.h"
#include "chart/chart_kinds.h"
#include "json/json.h"

#include <math.h>

#define HEIGHT      380
#define CURVE_STEPS 80
#define POINT_PX    10.0 /* kept clear about a point: the ring of the pick */

static bool plottable(const struct pm_candidate *c)
{
    return !c->outrun && pm_known(c->figure[PM_TOP1]) && pm_known(c->figure[PM_LATENCY]) &&
           c->figure[PM_LATENCY].value > 0;
}

static size_t take_marks(struct pm_frame *f, struct pm_mark *mark, double *x, double *y)
{
    size_t n = 0;
    for (size_t i = 0; i < f->a->n; i++) {
        const struct pm_candidate *c = &f->a->c[i];
        if (!plottable(c))
            continue;
        x[n] = c->figure[PM_LATENCY].value;
        y[n] = c->figure[PM_TOP1].value;
        mark[n] = (struct pm_mark){i, x[n], y[n], POINT_PX};
        n++;
    }
    return n;
}

static void set_axes(struct pm_frame *f, const double *x, const double *y, size_t n)
{
    const struct pm_budget *b = f->a->settings->budget;
    f->x = pm_axis_over(x, n, true);
    f->y = pm_axis_over(y, n, false);
    if (b[PM_LATENCY].set)
        pm_axis_include(&f->x, b[PM_LATENCY].bound);
    if (b[PM_TOP1].set)
        pm_axis_include(&f->y, b[PM_TOP1].bound);
    f->y.hi = fmin(f->y.hi, 101);
    f->x.title = "latency of one inference (median, logarithmic)";
    f->x.label = PM_TICK_TIME;
    f->y.title = "top-1 accuracy, %";
    f->y.label = PM_TICK_PLAIN;
}

static void add_side(const struct pm_frame *f, struct cJSON *set, const char *side, double x0,
                     double y0, double y1)
{
    pm_json_push_literal(set,
                         "{'side':'%s','x0':%.9g,'x1':%.9g,'y0':%.9g,'y1':%.9g,'left':%.9g,"
                         "'right':%.9g,'bottom':%.9g,'top':%.9g}",
                         side, x0, f->x.hi, y0, y1, f->x.lo, f->x.hi, f->y.lo, f->y.hi);
}

/* Right of the latency budget, and below the accuracy budget. */
static void add_region(struct pm_frame *f)
{
    const struct pm_budget *b = f->a->settings->budget;
    const double x =
        b[PM_LATENCY].set ? fmin(fmax(b[PM_LATENCY].bound, f->x.lo), f->x.hi) : f->x.hi;
    const double y = b[PM_TOP1].set ? fmin(fmax(b[PM_TOP1].bound, f->y.lo), f->y.hi) : f->y.lo;
    struct cJSON *set = pm_frame_dataset(f, "region");
    add_side(f, set, "below", f->x.lo, f->y.lo, y);
    add_side(f, set, "right", x, y, f->y.hi);
    pm_json_push_literal(f->layers,
                         "{'name':'region','data':{'name':'region'},'mark':{'type':'rect',"
                         "'fill':'url(#hatch)','opacity':0.6},'encoding':{%s,%s,"
                         "'x2':{'field':'x1'},'y2':{'field':'y1'}}}",
                         pm_frame_x(f, "x0"), pm_frame_y(f, "y0"));
}

static void add_law(struct pm_frame *f)
{
    const struct pm_hyperbola *law = &f->a->fits.front;
    if (law->verdict != PM_FIT_OK)
        return;
    struct cJSON *set = pm_frame_dataset(f, "law");
    for (int i = 0; i <= CURVE_STEPS; i++) {
        const double t = f->x.lo * pow(f->x.hi / f->x.lo, (double)i / CURVE_STEPS);
        const double acc = pm_hyperbola_at(law, t);
        double half = 0, prediction = 0;
        pm_hyperbola_band(law, t, &half, &prediction);
        struct cJSON *row = pm_json_push_object(set);
        pm_json_add_number(row, "x", t);
        pm_json_add_number(row, "y", acc);
        if (!isfinite(half))
            continue;
        /* Vega clips a mark, but an end far outside would still cost it its scale */
        pm_json_add_number(row, "lo", fmax(acc - half, f->y.lo - 100));
        pm_json_add_number(row, "hi", fmin(acc + half, f->y.hi + 100));
    }
    if (isfinite(law->rmse))
        pm_json_push_literal(f->layers,
                             "{'name':'band','data':{'name':'law'},'mark':{'type':'area','clip':"
                             "true,'opacity':0.14,'color':'%s'},'encoding':{%s,%s,"
                             "'y2':{'field':'hi'}}}",
                             f->p->law, pm_frame_x(f, "x"), pm_frame_y(f, "lo"));
    pm_json_push_literal(f->layers,
                         "{'name':'law','data':{'name':'law'},'mark':{'type':'line','clip':true,"
                         "'strokeWidth':2,'color':'%s'},'encoding':{%s,%s}}",
                         f->p->law, pm_frame_x(f, "x"), pm_frame_y(f, "y"));
}

static void add_front(struct pm_frame *f)
{
    struct cJSON *set = pm_frame_dataset(f, "front");
    for (size_t k = 0; k < f->a->steps; k++) {
        const struct pm_candidate *c = &f->a->c[f->a->step[k]];
        struct cJSON *row = pm_json_push_object(set);
        pm_json_add_number(row, "x", c->figure[PM_LATENCY].value);
        pm_json_add_number(row, "y", c->figure[PM_TOP1].value);
    }
    pm_json_push_literal(f->layers,
                         "{'name':'front','data':{'name':'front'},'mark':{'type':'line',"
                         "'interpolate':'step-after','strokeWidth':1,'strokeDash':[1,2],'color':"
                         "'%s'},'encoding':{%s,%s}}",
                         f->p->muted, pm_frame_x(f, "x"), pm_frame_y(f, "y"));
}

static void add_points(struct pm_frame *f, const struct pm_mark *mark, size_t n)
{
    struct cJSON *set = pm_frame_dataset(f, "points");
    for (size_t k = 0; k < n; k++)
        pm_frame_row(f, set, mark[k].i, mark[k].x, mark[k].y);
    pm_frame_points(f, true);
}

static void add_table(const struct pm_answer *a, const struct pm_mark *mark, size_t n,
                      struct pm_chart *out)
{
    struct pm_table *t = &out->table;
    char text[40];
    pm_table_column(t, "Network", "network", false);
    pm_table_column(t, "Latency", "latency", true);
    pm_table_column(t, "Top-1", "top1", true);
    pm_table_column(t, "On the front", "front", false);
    for (size_t k = 0; k < n && k < PM_CHART_LABELS; k++) {
        bool step = false;
        for (size_t s = 0; s < a->steps; s++)
            step = step || a->step[s] == (int)mark[k].i;
        pm_table_row(t);
        pm_table_cell(t, 0, "%s", pm_shown_name(a, mark[k].i));
        pm_table_cell(t, 1, "%s", pm_metric_text(PM_LATENCY, mark[k].x, text, sizeof text));
        pm_table_cell(t, 2, "%s", pm_metric_text(PM_TOP1, mark[k].y, text, sizeof text));
        pm_table_cell(t, 3, "%s", step ? "yes" : "no");
    }
}

int pm_chart_accuracy(const struct pm_answer *a, const struct pm_palette *p, struct pm_chart *out,
                      struct pm_err *err)
{
    struct pm_frame f;
    if (pm_frame_open(a, p, HEIGHT, &f, err) != 0)
        return -1;
    struct pm_mark *mark = pm_arena_alloc(&f.arena, a->n + 1, sizeof *mark);
    double *x = pm_arena_alloc(&f.arena, a->n + 1, sizeof *x);
    double *y = pm_arena_alloc(&f.arena, a->n + 1, sizeof *y);
    const size_t n = mark != NULL && x != NULL && y != NULL ? take_marks(&f, mark, x, y) : 0;
    if (n == 0)
        return pm_frame_drop(&f, mark == NULL || x == NULL || y == NULL, err);
    set_axes(&f, x, y, n);
    add_region(&f);
    add_law(&f);
    add_front(&f);
    pm_frame_limits(&f, PM_LATENCY, true);
    add_points(&f, mark, n);
    out->title = "Top-1 accuracy against latency";
    out->marks = n;
    if (pm_frame_labels(&f, mark, n, err) != 0) {
        pm_frame_drop(&f, false, NULL);
        return -1;
    }
    add_table(a, mark, n, out);
    return pm_frame_close(&f, out, err);
}
