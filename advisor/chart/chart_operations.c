/* SPDX-License-Identifier: MIT
 * What operations say: of the latency (the paper's fourth claim), and of the accuracy (its second
 * figure, balls as large as the parameters). */
#include "advise/answer.h"
#include "advise/ways.h"
#include "base/err.h"
#include "chart/chart_frame.h"
#include "chart/chart_kinds.h"
#include "json/json.h"

#include <math.h>

#define HEIGHT     340
#define LINE_STEPS 60
#define POINT_PX   10.0
#define BALL_AREA  2600.0 /* px^2 of the largest */
#define BALL_LEAST 30.0

struct ops_points {
    struct pm_mark *mark;
    double *x, *y;
    size_t n;
};

static bool make(struct pm_frame *f, struct ops_points *p)
{
    p->n = 0;
    p->mark = pm_arena_alloc(&f->arena, f->a->n + 1, sizeof *p->mark);
    p->x = pm_arena_alloc(&f->arena, f->a->n + 1, sizeof *p->x);
    p->y = pm_arena_alloc(&f->arena, f->a->n + 1, sizeof *p->y);
    return p->mark != NULL && p->x != NULL && p->y != NULL;
}

static void take(struct ops_points *p, size_t i, double x, double y, double radius)
{
    p->mark[p->n] = (struct pm_mark){i, x, y, radius};
    p->x[p->n] = x;
    p->y[p->n++] = y;
}

static double per_image(const struct pm_candidate *c)
{
    return c->figure[PM_LATENCY].value / (double)c->config.batch;
}

static void add_line(struct pm_frame *f)
{
    const struct pm_ops_fit *fit = &f->a->fits.ops;
    if (fit->verdict != PM_FIT_OK)
        return;
    struct cJSON *set = pm_frame_dataset(f, "law");
    for (int i = 0; i <= LINE_STEPS; i++) {
        const double gops = f->x.lo * pow(f->x.hi / f->x.lo, (double)i / LINE_STEPS);
        double ms, lo, hi;
        pm_ops_predict(fit, gops, &ms, &lo, &hi);
        struct cJSON *row = pm_json_push_object(set);
        pm_json_add_number(row, "x", gops);
        pm_json_add_number(row, "y", fmax(ms, f->y.lo / 100));
        pm_json_add_number(row, "lo", fmax(lo, f->y.lo / 100));
        pm_json_add_number(row, "hi", fmax(hi, f->y.lo / 100));
    }
    pm_json_push_literal(f->layers,
                         "{'name':'band','data':{'name':'law'},'mark':{'type':'area','clip':true,"
                         "'opacity':0.14,'color':'%s'},'encoding':{%s,%s,'y2':{'field':'hi'}}}",
                         f->p->law, pm_frame_x(f, "x"), pm_frame_y(f, "lo"));
    pm_json_push_literal(f->layers,
                         "{'name':'law','data':{'name':'law'},'mark':{'type':'line','clip':true,"
                         "'strokeWidth':2,'color':'%s'},'encoding':{%s,%s}}",
                         f->p->law, pm_frame_x(f, "x"), pm_frame_y(f, "y"));
}

static void operations_table(const struct pm_answer *a, const struct ops_points *p,
                             struct pm_table *t)
{
    char text[40];
    pm_table_column(t, "Network", "network", false);
    pm_table_column(t, "G-ops", "gops", true);
    pm_table_column(t, "Latency an image", "latency", true);
    pm_table_column(t, "The line says", "line", true);
    pm_table_column(t, "Off by", "residual", true);
    for (size_t k = 0; k < p->n && k < PM_CHART_LABELS; k++) {
        pm_table_row(t);
        pm_table_cell(t, 0, "%s", pm_shown_name(a, p->mark[k].i));
        pm_table_cell(t, 1, "%.4g", p->x[k]);
        pm_table_cell(t, 2, "%s", pm_metric_text(PM_LATENCY, p->y[k], text, sizeof text));
        if (a->fits.ops.verdict != PM_FIT_OK)
            continue;
        double ms, lo, hi;
        pm_ops_predict(&a->fits.ops, p->x[k], &ms, &lo, &hi);
        pm_table_cell(t, 3, "%s", pm_metric_text(PM_LATENCY, ms, text, sizeof text));
        pm_table_cell(t, 4, "%+.0f %%", 100 * (p->y[k] / ms - 1));
    }
}

int pm_chart_operations(const struct pm_answer *a, const struct pm_palette *pal,
                        struct pm_chart *out, struct pm_err *err)
{
    struct pm_frame f;
    struct ops_points p;
    if (pm_frame_open(a, pal, HEIGHT, &f, err) != 0)
        return -1;
    if (!make(&f, &p))
        return pm_frame_drop(&f, true, err);
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        if (!c->outrun && pm_known(c->gops) && c->gops.value > 0 &&
            pm_known(c->figure[PM_LATENCY]) && per_image(c) > 0)
            take(&p, i, c->gops.value, per_image(c), POINT_PX);
    }
    if (p.n == 0)
        return pm_frame_drop(&f, false, err);
    f.x = pm_axis_over(p.x, p.n, true);
    f.y = pm_axis_over(p.y, p.n, true);
    f.x.title = "operations an image, G-ops (1 multiply-accumulate = 2; logarithmic)";
    f.y.title = "latency an image (logarithmic)";
    f.x.label = PM_TICK_PLAIN;
    f.y.label = PM_TICK_TIME;
    add_line(&f);
    struct cJSON *set = pm_frame_dataset(&f, "points");
    for (size_t k = 0; k < p.n; k++)
        pm_frame_row(&f, set, p.mark[k].i, p.x[k], p.y[k]);
    pm_frame_points(&f, false);
    out->title = "Latency against operations";
    out->marks = p.n;
    if (pm_frame_labels(&f, p.mark, p.n, err) != 0) {
        pm_frame_drop(&f, false, NULL);
        return -1;
    }
    operations_table(a, &p, &out->table);
    return pm_frame_close(&f, out, err);
}

/* ---- the ball chart ---- */

static double largest(const struct pm_answer *a)
{
    double most = 0;
    for (size_t i = 0; i < a->n; i++) {
        if (pm_known(a->c[i].figure[PM_PARAMS]))
            most = fmax(most, a->c[i].figure[PM_PARAMS].value);
    }
    return most;
}

static double ball_area(double params, double most)
{
    return BALL_LEAST + (BALL_AREA - BALL_LEAST) * params / most;
}

static void add_balls(struct pm_frame *f, const struct ops_points *p, double most)
{
    struct cJSON *set = pm_frame_dataset(f, "points");
    for (size_t k = 0; k < p->n; k++) {
        struct cJSON *row = pm_frame_row(f, set, p->mark[k].i, p->x[k], p->y[k]);
        pm_json_add_number(row, "m", f->a->c[p->mark[k].i].figure[PM_PARAMS].value);
    }
    pm_json_push_literal(
        f->layers,
        "{'name':'points','data':{'name':'points'},'mark':{'type':'point','filled':true,'shape':"
        "'circle','fillOpacity':0.35,'strokeWidth':1.2},'encoding':{%s,%s,'color':{'field':'state',"
        "'type':'nominal','scale':{'domain':['pick','meets','open','fails'],'range':['%s','%s','%s'"
        ",'%s']},'legend':null},'size':{'field':'m','type':'quantitative','scale':{'domain':[0,"
        "%.9g],'range':[%g,%g]},'legend':{'title':'parameters, millions','orient':'top','tickCount'"
        ":4,'symbolFillColor':'transparent','symbolStrokeColor':'%s','symbolType':'circle'}},"
        "'order':{'field':'m','sort':'descending'},'tooltip':[{'field':'network'},{'field':'top-1'}"
        ",{'field':'operations'},{'field':'parameters'},{'field':'latency'}]}}",
        pm_frame_x(f, "x"), pm_frame_y(f, "y"), f->p->pick, f->p->meets, f->p->open, f->p->fails,
        most, BALL_LEAST, BALL_AREA, f->p->muted);
}

static void balls_table(const struct pm_answer *a, const struct ops_points *p, struct pm_table *t)
{
    pm_table_column(t, "Network", "network", false);
    pm_table_column(t, "G-ops", "gops", true);
    pm_table_column(t, "Top-1 %", "top1", true);
    pm_table_column(t, "Parameters, M", "params", true);
    for (size_t k = 0; k < p->n && k < PM_CHART_LABELS; k++) {
        pm_table_row(t);
        pm_table_cell(t, 0, "%s", pm_shown_name(a, p->mark[k].i));
        pm_table_cell(t, 1, "%.4g", p->x[k]);
        pm_table_cell(t, 2, "%.4g", p->y[k]);
        pm_table_cell(t, 3, "%.4g", a->c[p->mark[k].i].figure[PM_PARAMS].value);
    }
}

int pm_chart_balls(const struct pm_answer *a, const struct pm_palette *pal, struct pm_chart *out,
                   struct pm_err *err)
{
    struct pm_frame f;
    struct ops_points p;
    const double most = largest(a);
    if (pm_frame_open(a, pal, HEIGHT, &f, err) != 0)
        return -1;
    if (!make(&f, &p))
        return pm_frame_drop(&f, true, err);
    for (size_t i = 0; i < a->n && most > 0; i++) {
        const struct pm_quantity *q = a->c[i].figure;
        if (!a->c[i].outrun && pm_known(a->c[i].gops) && a->c[i].gops.value > 0 &&
            pm_known(q[PM_TOP1]) && pm_known(q[PM_PARAMS]))
            take(&p, i, a->c[i].gops.value, q[PM_TOP1].value,
                 sqrt(ball_area(q[PM_PARAMS].value, most) / M_PI) + 1);
    }
    if (p.n == 0)
        return pm_frame_drop(&f, false, err);
    f.x = pm_axis_over(p.x, p.n, true);
    f.y = pm_axis_over(p.y, p.n, false);
    f.x.title = "operations an image, G-ops (logarithmic)";
    f.y.title = "top-1 accuracy, %";
    f.x.label = f.y.label = PM_TICK_PLAIN;
    add_balls(&f, &p, most);
    out->title = "Top-1 accuracy against operations; ball area: parameters";
    out->marks = p.n;
    if (pm_frame_labels(&f, p.mark, p.n, err) != 0) {
        pm_frame_drop(&f, false, NULL);
        return -1;
    }
    balls_table(a, &p, &out->table);
    return pm_frame_close(&f, out, err);
}
