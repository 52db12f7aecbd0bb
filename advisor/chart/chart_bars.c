/* SPDX-License-Identifier: MIT
 * Energy of an image, and information density: one bar a network. */
#include "chart/chart_bars.h"

#include "advise/answer.h"
#include "advise/ways.h"
#include "base/err.h"
#include "chart/chart_kinds.h"
#include "json/json.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const struct pm_bar *x = a, *y = b;
    if (x->value < y->value || x->value > y->value)
        return x->value < y->value ? -1 : 1;
    return (x->i > y->i) - (x->i < y->i);
}

void pm_bars_sort(struct pm_bar *bar, size_t n, bool descending)
{
    qsort(bar, n, sizeof *bar, ascending);
    for (size_t k = 0; descending && k < n / 2; k++) {
        const struct pm_bar other = bar[k];
        bar[k] = bar[n - 1 - k];
        bar[n - 1 - k] = other;
    }
}

void pm_bars_names(struct pm_frame *f)
{
    pm_json_push_literal(
        f->layers,
        "{'name':'labels','data':{'name':'points'},'mark':{'type':'text','align':'right',"
        "'baseline':'middle','fontSize':11,'dx':-8,'fontWeight':{'expr':'datum.state == "
        "\\u0027pick\\u0027 ? \\u0027bold\\u0027 : \\u0027normal\\u0027'}},'encoding':{" PM_BARS_Y
        ",'x':{'value':0},'text':{'field':'name'},'color':{'condition':[{'test':'datum.state == "
        "\\u0027pick\\u0027','value':'%s'},{'test':'datum.state == \\u0027fails\\u0027','value':"
        "'%s'}],'value':'%s'}}}",
        f->p->pick, f->p->muted, f->p->ink);
}

void pm_bars_draw(struct pm_frame *f, const struct pm_bar *bar, size_t n, const char *title,
                  const char *tick)
{
    double most = 0;
    for (size_t k = 0; k < n; k++)
        most = fmax(most, bar[k].value);
    f->x =
        (struct pm_axis){.lo = 0, .hi = most > 0 ? most * 1.45 : 1, .title = title, .label = tick};
    struct cJSON *set = pm_frame_dataset(f, "points");
    for (size_t k = 0; k < n; k++) {
        struct cJSON *row = pm_frame_row(f, set, bar[k].i, bar[k].value, (double)NAN);
        pm_json_add_number(row, "k", (double)k);
        pm_json_add_number(row, "zero", 0);
        pm_json_add_text(row, "name", bar[k].name);
        pm_json_add_text(row, "text", bar[k].text);
    }
    const struct pm_palette *p = f->p;
    const char *x = pm_frame_x(f, "x");
    pm_json_push_literal(
        f->layers,
        "{'name':'points','data':{'name':'points'},'mark':{'type':'bar','cornerRadiusEnd':2},"
        "'encoding':{%s,'x2':{'field':'zero'}," PM_BARS_Y ",'color':{'field':'state','type':"
        "'nominal','scale':{'domain':['pick','meets','open','fails'],'range':['%s','%s','%s','%s']}"
        ",'legend':null},'tooltip':[{'field':'network'},{'field':'text','title':'value'}]}}",
        x, p->pick, p->meets, p->open, p->fails);
    pm_json_push_literal(
        f->layers,
        "{'name':'values','data':{'name':'points'},'mark':{'type':'text','align':"
        "'left','baseline':'middle','fontSize':11,'dx':6},'encoding':{%s," PM_BARS_Y
        ",'text':{'field':'text'},'color':{'value':'%s'}}}",
        x, p->ink);
    pm_bars_names(f);
}

static struct pm_bar *bars_for(struct pm_frame *f)
{
    return pm_arena_alloc(&f->arena, f->a->n + 1, sizeof(struct pm_bar));
}

/* Of more than fit, the pick and the most accurate stay. */
static size_t keep_some(const struct pm_answer *a, struct pm_bar *bar, size_t n,
                        struct pm_arena *arena)
{
    if (n <= PM_CHART_LABELS)
        return n;
    const size_t *order = pm_candidates_ranked(a->c, a->n, arena);
    bool *wanted = pm_arena_alloc(arena, a->n + 1, sizeof *wanted);
    size_t kept = 0;
    if (order == NULL || wanted == NULL)
        return PM_CHART_LABELS;
    for (size_t k = 0; k < PM_CHART_LABELS - 1; k++)
        wanted[order[k]] = true;
    if (a->pick >= 0)
        wanted[a->pick] = true;
    for (size_t k = 0; k < n; k++) {
        if (wanted[bar[k].i])
            bar[kept++] = bar[k];
    }
    return kept;
}

static void fill_table(struct pm_table *t, const struct pm_answer *a, const char *value,
                       const struct pm_bar *bar, size_t n)
{
    pm_table_column(t, "Network", "network", false);
    pm_table_column(t, value, "value", true);
    for (size_t k = 0; k < n; k++) {
        pm_table_row(t);
        pm_table_cell(t, 0, "%s", pm_shown_name(a, bar[k].i));
        pm_table_cell(t, 1, "%s", bar[k].text);
    }
}

/* The bars into a chart of the right height; frame is an open one without a layer. */
static int finish(struct pm_frame *f, struct pm_bar *bar, size_t n, const char *title,
                  const char *tick, enum pm_metric limit, struct pm_chart *out, struct pm_err *err)
{
    n = keep_some(f->a, bar, n, &f->arena);
    pm_json_add_number(f->root, "height", (double)(n * PM_BAR_STEP));
    pm_bars_draw(f, bar, n, title, tick);
    if (limit != PM_METRICS)
        pm_frame_limits(f, limit, false);
    out->marks = n;
    return pm_frame_close(f, out, err);
}

/* "6.13 J, 11.9 W above idle" */
static const char *energy_text(struct pm_frame *f, const struct pm_candidate *c)
{
    char energy[40], power[40];
    const struct pm_quantity e = c->figure[PM_ENERGY];
    const char *mark = e.origin == PM_ESTIMATED ? "~" : isinf(e.hi) ? ">= " : "";
    pm_metric_text(PM_ENERGY, e.value, energy, sizeof energy);
    if (!pm_known(c->busy_w))
        return pm_arena_printf(&f->arena, "%s%s", mark, energy);
    if (!pm_known(c->idle_w))
        return pm_arena_printf(&f->arena, "%s%s, %s busy", mark, energy,
                               pm_metric_text(PM_POWER, c->busy_w.value, power, sizeof power));
    return pm_arena_printf(
        &f->arena, "%s%s, %s above idle", mark, energy,
        pm_metric_text(PM_POWER, c->busy_w.value - c->idle_w.value, power, sizeof power));
}

int pm_chart_energy(const struct pm_answer *a, const struct pm_palette *p, struct pm_chart *out,
                    struct pm_err *err)
{
    struct pm_frame f;
    size_t n = 0;
    if (pm_frame_open(a, p, 0, &f, err) != 0)
        return -1;
    struct pm_bar *bar = bars_for(&f);
    if (bar == NULL)
        return pm_frame_drop(&f, true, err);
    for (size_t i = 0; i < a->n; i++) {
        if (!a->c[i].outrun && pm_known(a->c[i].figure[PM_ENERGY]))
            bar[n++] = (struct pm_bar){i, a->c[i].figure[PM_ENERGY].value, pm_frame_name(&f, i),
                                       energy_text(&f, &a->c[i])};
    }
    if (n == 0)
        return pm_frame_drop(&f, f.nomem, err);
    pm_bars_sort(bar, n, false);
    out->title = "Energy of an image";
    fill_table(&out->table, a, "Energy of an image", bar,
               n < PM_CHART_LABELS ? n : PM_CHART_LABELS);
    return finish(&f, bar, n,
                  a->settings->net_energy ? "energy of an image above idle, J"
                                          : "energy of an image, J",
                  PM_TICK_PLAIN, PM_ENERGY, out, err);
}

int pm_chart_density(const struct pm_answer *a, const struct pm_palette *p, struct pm_chart *out,
                     struct pm_err *err)
{
    struct pm_frame f;
    size_t n = 0;
    if (pm_frame_open(a, p, 0, &f, err) != 0)
        return -1;
    struct pm_bar *bar = bars_for(&f);
    if (bar == NULL)
        return pm_frame_drop(&f, true, err);
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_quantity top1 = a->c[i].figure[PM_TOP1], m = a->c[i].figure[PM_PARAMS];
        if (a->c[i].outrun || !pm_known(top1) || !pm_known(m) || m.value <= 0)
            continue;
        const double density = top1.value / m.value;
        const char *text = pm_arena_printf(&f.arena, "%.3g", density);
        bar[n++] = (struct pm_bar){i, density, pm_frame_name(&f, i), text};
    }
    if (n == 0)
        return pm_frame_drop(&f, f.nomem, err);
    pm_bars_sort(bar, n, true);
    out->title = "Information density";
    fill_table(&out->table, a, "Top-1 % per million parameters", bar,
               n < PM_CHART_LABELS ? n : PM_CHART_LABELS);
    return finish(&f, bar, n, "top-1 % per million parameters", PM_TICK_PLAIN, PM_METRICS, out,
                  err);
}
