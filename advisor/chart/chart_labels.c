/* SPDX-License-Identifier: MIT
 * Names beside points: placed by labels.c, drawn by the specification as it is told. */
#include "advise/answer.h"
#include "base/err.h"
#include "chart/chart_frame.h"
#include "chart/labels.h"
#include "json/json.h"

#include <math.h>

static bool is_step(const struct pm_answer *a, size_t i)
{
    for (size_t k = 0; k < a->steps; k++) {
        if (a->step[k] == (int)i)
            return true;
    }
    return false;
}

/* Whose name a reader looks for first: the pick, the front, who meets the budgets, the accurate. */
static double importance(const struct pm_answer *a, size_t i)
{
    const struct pm_candidate *c = &a->c[i];
    double claim = pm_known(c->figure[PM_TOP1]) ? c->figure[PM_TOP1].value / 100 : 0;
    claim += c->verdict == PM_MEETS ? 2 : c->verdict != PM_FAILS ? 1 : 0;
    claim += is_step(a, i) ? 4 : 0;
    return (int)i == a->pick ? 100 : claim;
}

static void add_row(struct pm_frame *f, struct cJSON *set, const struct pm_mark *m,
                    const struct pm_label *label)
{
    struct cJSON *row = pm_json_push_object(set);
    pm_json_add_number(row, "i", (double)m->i);
    pm_json_add_text(row, "state", pm_state_name(f->a, m->i));
    pm_json_add_number(row, "x", m->x);
    pm_json_add_number(row, "y", m->y);
    pm_json_add_text(row, "text", label->text);
    pm_json_add_number(row, "dx", round(label->dx * 10) / 10);
    pm_json_add_number(row, "dy", round(label->dy * 10) / 10);
    pm_json_add_number(row, "left", round(label->x + label->dx));
    pm_json_add_number(row, "top", round(label->y + label->dy));
    pm_json_add_number(row, "width", ceil(label->width));
    pm_json_add_bool(row, "shown", label->shown);
    pm_json_add_bool(row, "leader", label->leader);
    if (label->leader) {
        pm_json_add_number(row, "px",
                           pm_axis_value(&f->x, (label->x + label->leader_dx) / PM_CHART_WIDTH));
        pm_json_add_number(row, "py",
                           pm_axis_value(&f->y, 1 - (label->y + label->leader_dy) / f->height));
    }
}

static void add_layers(struct pm_frame *f)
{
    const char *x = pm_frame_x(f, "x"), *y = pm_frame_y(f, "y");
    pm_json_push_literal(
        f->layers,
        "{'name':'leaders','data':{'name':'labels'},'transform':[{'filter':'datum.leader'}],"
        "'mark':{'type':'rule','strokeWidth':0.7,'color':'%s'},'encoding':{%s,%s,"
        "'x2':{'field':'px'},'y2':{'field':'py'}}}",
        f->p->muted, x, y);
    static const char text[] =
        "{'name':'%s','data':{'name':'labels'},'mark':{'type':'text','align':'left','baseline':"
        "'middle','fontSize':11,'dx':{'expr':'datum.dx'},'dy':{'expr':'datum.dy'},'fontWeight':"
        "{'expr':'datum.state == \\u0027pick\\u0027 ? \\u0027bold\\u0027 : \\u0027normal\\u0027'}"
        "%s},'encoding':{%s,%s,'text':{'field':'text'},'color':%s}}";
    const char *halo = pm_arena_printf(&f->arena,
                                       ",'stroke':'%s','strokeWidth':3,'strokeJoin':'round',"
                                       "'opacity':0.85",
                                       f->p->paper);
    const char *by_state =
        pm_arena_printf(&f->arena,
                        "{'condition':[{'test':'datum.state == \\u0027pick\\u0027','value':'%s'},"
                        "{'test':'datum.state == \\u0027fails\\u0027','value':'%s'}],'value':'%s'}",
                        f->p->pick, f->p->muted, f->p->ink);
    const char *paper = pm_arena_printf(&f->arena, "{'value':'%s'}", f->p->paper);
    if (halo == NULL || by_state == NULL || paper == NULL) {
        f->nomem = true;
        return;
    }
    pm_json_push_literal(f->layers, text, "halos", halo, x, y, paper);
    pm_json_push_literal(f->layers, text, "labels", "", x, y, by_state);
}

int pm_frame_labels(struct pm_frame *f, const struct pm_mark *mark, size_t n, struct pm_err *err)
{
    const struct pm_label_area area = {PM_CHART_WIDTH, f->height, PM_CHART_FONT};
    struct pm_label *label = pm_arena_alloc(&f->arena, n + 1, sizeof *label);
    if (label == NULL)
        return pm_fail_nomem(err);
    for (size_t k = 0; k < n; k++) {
        label[k] = (struct pm_label){
            .x = PM_CHART_WIDTH * pm_axis_at(&f->x, mark[k].x),
            .y = f->height * (1 - pm_axis_at(&f->y, mark[k].y)),
            .radius = mark[k].radius,
            .text = pm_frame_name(f, mark[k].i),
            .importance = importance(f->a, mark[k].i),
            .must = (int)mark[k].i == f->a->pick,
        };
    }
    if (pm_labels_place(label, n, &area, err) != 0)
        return -1;
    struct cJSON *set = pm_frame_dataset(f, "labels");
    for (size_t k = 0; k < n; k++)
        add_row(f, set, &mark[k], &label[k]);
    add_layers(f);
    return 0;
}
