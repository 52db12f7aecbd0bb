/* SPDX-License-Identifier: MIT
 * The frame every chart stands in: axes, colours, states, names. */
#include "chart/chart.h"

#include "advise/answer.h"
#include "advise/ways.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "chart/chart_frame.h"
#include "chart/chart_kinds.h"
#include "chart/labels.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct pm_palette pm_palette_page = {.ink = "var(--ink)",
                                           .muted = "var(--muted)",
                                           .grid = "var(--grid)",
                                           .paper = "var(--paper)",
                                           .law = "var(--law)",
                                           .limit = "var(--limit)",
                                           .pick = "var(--pick)",
                                           .meets = "var(--meets)",
                                           .open = "var(--open)",
                                           .fails = "var(--fails)"};
/* Colours that deuteranopes, protanopes and tritanopes tell apart; the shapes say the same. */
const struct pm_palette pm_palette_file = {.ink = "#1f2933",
                                           .muted = "#566370",
                                           .grid = "#e4e8ec",
                                           .paper = "#ffffff",
                                           .law = "#0b6aa8",
                                           .limit = "#7a2e8e",
                                           .pick = "#b93c00",
                                           .meets = "#0b6aa8",
                                           .open = "#8a5a00",
                                           .fails = "#75818d"};

static const struct {
    const char *id;
    pm_chart_maker *make;
} kinds[PM_CHARTS] = {[PM_CHART_ACCURACY] = {"accuracy", pm_chart_accuracy},
                      [PM_CHART_OPERATIONS] = {"operations", pm_chart_operations},
                      [PM_CHART_BALLS] = {"balls", pm_chart_balls},
                      [PM_CHART_ENERGY] = {"energy", pm_chart_energy},
                      [PM_CHART_LATENCY] = {"latency", pm_chart_latency},
                      [PM_CHART_DENSITY] = {"density", pm_chart_density},
                      [PM_CHART_RELAX] = {"relax", pm_chart_relax}};

const char *pm_chart_id(enum pm_chart_kind kind)
{
    return kinds[kind].id;
}

int pm_chart_make(enum pm_chart_kind kind, const struct pm_answer *answer,
                  const struct pm_palette *palette, struct pm_chart *out, struct pm_err *err)
{
    struct pm_chart chart = {.id = kinds[kind].id};
    if (kinds[kind].make(answer, palette, &chart, err) != 0 ||
        (chart.table.failed && pm_fail_nomem(err) != 0)) {
        pm_chart_done(&chart);
        return -1;
    }
    *out = chart;
    return 0;
}

void pm_chart_done(struct pm_chart *chart)
{
    free(chart->spec);
    pm_table_done(&chart->table);
    *chart = (struct pm_chart){0};
}

const char *pm_state_name(const struct pm_answer *a, size_t i)
{
    if ((int)i == a->pick)
        return "pick";
    switch (a->c[i].verdict) {
    case PM_MEETS:
        return "meets";
    case PM_FAILS:
        return "fails";
    case PM_UNDECIDED:
    case PM_NO_DATA:
        break;
    }
    return "open";
}

/* ---- axes ---- */

struct pm_axis pm_axis_over(const double *value, size_t n, bool log)
{
    struct pm_axis axis = {.lo = (double)INFINITY, .hi = -(double)INFINITY, .log = log};
    for (size_t i = 0; i < n; i++) {
        axis.lo = fmin(axis.lo, value[i]);
        axis.hi = fmax(axis.hi, value[i]);
    }
    if (log) {
        const double room = fmax(pow(axis.hi / axis.lo, 0.06), 1.08);
        axis.lo /= room;
        axis.hi *= room;
    } else {
        const double room = fmax(0.07 * (axis.hi - axis.lo), 0.5);
        axis.lo -= room;
        axis.hi += room;
    }
    return axis;
}

double pm_axis_at(const struct pm_axis *axis, double value)
{
    if (axis->log)
        return log(value / axis->lo) / log(axis->hi / axis->lo);
    return (value - axis->lo) / (axis->hi - axis->lo);
}

double pm_axis_value(const struct pm_axis *axis, double at)
{
    if (axis->log)
        return axis->lo * pow(axis->hi / axis->lo, at);
    return axis->lo + at * (axis->hi - axis->lo);
}

void pm_axis_include(struct pm_axis *axis, double value)
{
    const double at = value > 0 || !axis->log ? pm_axis_at(axis, value) : -1;
    if (at > 1 && at < 1.5)
        axis->hi = axis->log ? value * 1.05 : value + 0.02 * (axis->hi - axis->lo);
    if (at < 0 && at > -0.5)
        axis->lo = axis->log ? value / 1.05 : value - 0.02 * (axis->hi - axis->lo);
}

static const double nice[] = {1, 2, 5};

static void add_log_values(struct pm_buf *text, const struct pm_axis *axis)
{
    for (int decade = (int)floor(log10(axis->lo)); decade <= (int)ceil(log10(axis->hi)); decade++) {
        for (size_t k = 0; k < 3; k++) {
            const double v = nice[k] * pow(10, decade);
            if (v >= axis->lo && v <= axis->hi)
                pm_buf_addf(text, "%s%g", text->len > 0 ? "," : "", v);
        }
    }
}

/* Six steps or so of 1, 2 or 5 times a power of ten. */
static void add_linear_values(struct pm_buf *text, const struct pm_axis *axis)
{
    const double rough = (axis->hi - axis->lo) / 6, power = pow(10, floor(log10(rough)));
    double step = 10 * power;
    for (size_t k = 3; k > 0; k--)
        step = nice[k - 1] * power >= rough ? nice[k - 1] * power : step;
    const double first = ceil(axis->lo / step);
    for (int k = 0; k < 20 && (first + k) * step <= axis->hi; k++)
        pm_buf_addf(text, "%s%g", text->len > 0 ? "," : "", (first + k) * step);
}

/* Where a person would put the ticks: 1, 2, 5 times powers of ten, six to nine of them. */
static const char *nice_ticks(struct pm_frame *f, const struct pm_axis *axis)
{
    struct pm_buf text = {0};
    if (axis->log)
        add_log_values(&text, axis);
    else
        add_linear_values(&text, axis);
    const char *copy = text.failed ? NULL : pm_arena_dup(&f->arena, pm_buf_text(&text));
    pm_buf_done(&text);
    f->nomem = f->nomem || copy == NULL;
    return copy != NULL ? copy : "";
}

static const char *encoding(struct pm_frame *f, const char *channel, const struct pm_axis *axis,
                            const char *field)
{
    struct pm_buf label = {0};
    for (const char *p = axis->label; *p != '\0'; p++) /* ' stands for " in our literals */
        pm_buf_addf(&label, *p == '\'' ? "\\u0027" : "%c", *p);
    const char *text = pm_arena_printf(
        &f->arena,
        "'%s':{'field':'%s','type':'quantitative','title':'%s','scale':{'type':'%s','domain':["
        "%.9g,%.9g],'nice':false%s},'axis':{'values':[%s],'labelExpr':'%s'}}",
        channel, field, axis->title, axis->log ? "log" : "linear", axis->lo, axis->hi,
        axis->log ? "" : ",'zero':false", nice_ticks(f, axis), pm_buf_text(&label));
    f->nomem = f->nomem || text == NULL || label.failed;
    pm_buf_done(&label);
    return text != NULL ? text : "";
}

const char *pm_frame_x(struct pm_frame *f, const char *field)
{
    return encoding(f, "x", &f->x, field);
}

const char *pm_frame_y(struct pm_frame *f, const char *field)
{
    return encoding(f, "y", &f->y, field);
}

/* A multiplication sign: Vega's own "cross" is a plus. */
#define CROSS  "M-1,-.7L-.7,-1L0,-.3L.7,-1L1,-.7L.3,0L1,.7L.7,1L0,.3L-.7,1L-1,.7L-.3,0Z"
#define STATES "'domain':['pick','meets','open','fails']"

const char *pm_frame_state(struct pm_frame *f, bool legend)
{
    const struct pm_palette *p = f->p;
    const char *how =
        legend ? "{'orient':'top','title':null,'symbolSize':80,'labelExpr':"
                 "'datum.label == \\u0027pick\\u0027 ? \\u0027pick\\u0027 : datum.label == "
                 "\\u0027meets\\u0027 ? \\u0027meets every budget\\u0027 : datum.label == "
                 "\\u0027open\\u0027 ? \\u0027undecided or unknown\\u0027 : \\u0027fails a "
                 "budget\\u0027'}"
               : "null";
    const char *text = pm_arena_printf(
        &f->arena,
        "'color':{'field':'state','type':'nominal','scale':{" STATES
        ",'range':['%s','%s','%s','%s']},'legend':%s},'shape':{'field':'state','type':'nominal',"
        "'scale':{" STATES ",'range':['diamond','circle','triangle-up','" CROSS "']},'legend':%s}",
        p->pick, p->meets, p->open, p->fails, how, how);
    f->nomem = f->nomem || text == NULL;
    return text != NULL ? text : "";
}

/* ---- the specification ---- */

int pm_frame_open(const struct pm_answer *a, const struct pm_palette *p, double height,
                  struct pm_frame *out, struct pm_err *err)
{
    struct pm_frame f = {.a = a, .p = p, .height = height, .root = pm_json_object()};
    if (f.root == NULL)
        return pm_fail_nomem(err);
    pm_json_add_text(f.root, "$schema", "https://vega.github.io/schema/vega-lite/v6.json");
    pm_json_add_number(f.root, "width", PM_CHART_WIDTH);
    if (height > 0) /* bars: as many as there are */
        pm_json_add_number(f.root, "height", height);
    pm_json_add_text(f.root, "background", "transparent");
    pm_json_add_literal(
        f.root, "config",
        "{'font':'Liberation Sans, Arial, Helvetica, sans-serif','aria':false,"
        "'view':{'stroke':null},'axis':{'labelColor':'%s','titleColor':'%s','gridColor':'%s',"
        "'domainColor':'%s','tickColor':'%s','titleFontWeight':'normal','labelFontSize':11,"
        "'titleFontSize':12,'labelOverlap':true},'legend':{'labelColor':'%s','titleColor':'%s',"
        "'labelFontSize':11,'titleFontSize':11,'titleFontWeight':'normal','labelLimit':260}}",
        p->muted, p->muted, p->grid, p->muted, p->grid, p->ink, p->muted);
    f.data = pm_json_add_object(f.root, "datasets");
    f.layers = pm_json_add_list(f.root, "layer");
    *out = f;
    return 0;
}

int pm_frame_close(struct pm_frame *f, struct pm_chart *chart, struct pm_err *err)
{
    struct pm_buf buf = {0};
    int result = pm_json_print(f->root, false, &buf, err);
    f->root = NULL;
    if (result == 0 && f->nomem)
        result = pm_fail_nomem(err);
    if (result == 0 && (chart->spec = strdup(pm_buf_text(&buf))) == NULL)
        result = pm_fail_nomem(err);
    pm_buf_done(&buf);
    pm_arena_done(&f->arena);
    return result;
}

int pm_frame_drop(struct pm_frame *f, bool nomem, struct pm_err *err)
{
    pm_json_free(f->root);
    pm_arena_done(&f->arena);
    return nomem ? pm_fail_nomem(err) : 0;
}

struct cJSON *pm_frame_dataset(struct pm_frame *f, const char *name)
{
    return pm_json_add_list(f->data, name);
}

static void add_metric(struct cJSON *row, const char *key, enum pm_metric m, struct pm_quantity q)
{
    char text[40], full[60];
    if (!pm_known(q))
        return;
    snprintf(full, sizeof full, "%s (%s)", pm_metric_text(m, q.value, text, sizeof text),
             pm_origin_name(q.origin));
    pm_json_add_text(row, key, full);
}

struct cJSON *pm_frame_row(struct pm_frame *f, struct cJSON *set, size_t i, double x, double y)
{
    const struct pm_candidate *c = &f->a->c[i];
    struct cJSON *row = pm_json_push_object(set);
    pm_json_add_number(row, "i", (double)i);
    pm_json_add_text(row, "state", pm_state_name(f->a, i));
    if (!isnan(x))
        pm_json_add_number(row, "x", x);
    if (!isnan(y))
        pm_json_add_number(row, "y", y);
    pm_json_add_text(row, "network", c->name);
    add_metric(row, "top-1", PM_TOP1, c->figure[PM_TOP1]);
    add_metric(row, "latency", PM_LATENCY, c->figure[PM_LATENCY]);
    if (pm_known(c->gops)) {
        char text[40];
        snprintf(text, sizeof text, "%.4g G-ops", c->gops.value);
        pm_json_add_text(row, "operations", text);
    }
    add_metric(row, "parameters", PM_PARAMS, c->figure[PM_PARAMS]);
    return row;
}

#define TOOLTIP                                                                                    \
    "'tooltip':[{'field':'network'},{'field':'top-1'},{'field':'latency'},{'field':'operations'}," \
    "{'field':'parameters'}]"

void pm_frame_points(struct pm_frame *f, bool legend)
{
    const char *x = pm_frame_x(f, "x"), *y = pm_frame_y(f, "y");
    pm_json_push_literal(f->layers,
                         "{'name':'ring','data':{'name':'points'},'mark':{'type':'point','filled':"
                         "false,'shape':'circle','size':260,'strokeWidth':1.6,'color':'%s',"
                         "'opacity':{'expr':'datum.state == \\u0027pick\\u0027 ? 1 : 0'}},"
                         "'encoding':{%s,%s}}",
                         f->p->pick, x, y);
    pm_json_push_literal(
        f->layers,
        "{'name':'points','data':{'name':'points'},'mark':{'type':'point','filled'"
        ":true,'opacity':1,'size':{'expr':'datum.state == \\u0027pick\\u0027 ? 130 "
        ": 62'}},'encoding':{%s,%s,%s," TOOLTIP "}}",
        x, y, pm_frame_state(f, legend));
}

static const char *cut(struct pm_arena *arena, const char *name)
{
    const char *end = name;
    bool plain = true;
    for (int k = 0; k < PM_CHART_NAME && *end != '\0'; k++)
        end += pm_text_step(end, &plain);
    return pm_arena_printf(arena, "%.*s%s", (int)(end - name), name, *end != '\0' ? "…" : "");
}

const char *pm_frame_name(struct pm_frame *f, size_t i)
{
    const char *name = cut(&f->arena, pm_shown_name(f->a, i));
    f->nomem = f->nomem || name == NULL;
    return name != NULL ? name : "";
}

/* ---- budget lines ---- */

static void add_limit(struct pm_frame *f, struct cJSON *set, enum pm_metric m, const char *axis)
{
    const struct pm_budget *b = &f->a->settings->budget[m];
    struct cJSON *row = pm_json_push_object(set);
    pm_json_add_text(row, "axis", axis);
    pm_json_add_text(row, "key", pm_metric_info(m)->key);
    if (b->set)
        pm_json_add_number(row, "v", b->bound);
    else
        pm_json_add_null(row, "v");
}

void pm_frame_limits(struct pm_frame *f, enum pm_metric x_metric, bool has_y)
{
    struct cJSON *set = pm_frame_dataset(f, "limits");
    add_limit(f, set, x_metric, "x");
    pm_json_push_literal(f->layers,
                         "{'data':{'name':'limits'},'transform':[{'filter':'datum.axis == "
                         "\\u0027x\\u0027 && isValid(datum.v)'}],'mark':{'type':'rule','clip':true,"
                         "'strokeDash':[5,3],'strokeWidth':1.5,'color':'%s'},'encoding':{%s}}",
                         f->p->limit, pm_frame_x(f, "v"));
    if (!has_y)
        return;
    add_limit(f, set, PM_TOP1, "y");
    pm_json_push_literal(f->layers,
                         "{'data':{'name':'limits'},'transform':[{'filter':'datum.axis == "
                         "\\u0027y\\u0027 && isValid(datum.v)'}],'mark':{'type':'rule','clip':true,"
                         "'strokeDash':[5,3],'strokeWidth':1.5,'color':'%s'},'encoding':{%s}}",
                         f->p->limit, pm_frame_y(f, "v"));
}
