/* SPDX-License-Identifier: MIT
 * The runs of each measured network: range, middle, and the quantile that budgets judge. */
#include "advise/answer.h"
#include "advise/ways.h"
#include "base/err.h"
#include "chart/chart_bars.h"
#include "chart/chart_kinds.h"
#include "record/profile.h"
#include "json/json.h"

#include <math.h>

static bool has_runs(const struct pm_candidate *c)
{
    return c->entry != NULL && c->entry->n > 1 && pm_known(c->entry->latency_ms) &&
           isfinite(c->entry->min_ms) && isfinite(c->entry->max_ms) && c->entry->min_ms > 0;
}

static size_t take_bars(struct pm_frame *f, struct pm_bar *bar)
{
    size_t n = 0;
    for (size_t i = 0; i < f->a->n; i++) {
        if (!f->a->c[i].outrun && has_runs(&f->a->c[i]))
            bar[n++] =
                (struct pm_bar){i, f->a->c[i].entry->latency_ms.value, pm_frame_name(f, i), ""};
    }
    pm_bars_sort(bar, n, false);
    return n;
}

static void add_rows(struct pm_frame *f, const struct pm_bar *bar, size_t n)
{
    struct cJSON *set = pm_frame_dataset(f, "points");
    for (size_t k = 0; k < n; k++) {
        const struct pm_entry *e = f->a->c[bar[k].i].entry;
        struct cJSON *row = pm_frame_row(f, set, bar[k].i, bar[k].value, (double)NAN);
        pm_json_add_number(row, "k", (double)k);
        pm_json_add_text(row, "name", bar[k].name);
        pm_json_add_number(row, "min", e->min_ms);
        pm_json_add_number(row, "max", e->max_ms);
        if (pm_known(e->p90_ms))
            pm_json_add_number(row, "p90", e->p90_ms.value);
        if (pm_known(e->p99_ms))
            pm_json_add_number(row, "p99", e->p99_ms.value);
        pm_json_add_number(row, "runs", (double)e->n);
    }
}

static void add_layers(struct pm_frame *f)
{
    const char *colour = pm_frame_state(f, false);
    pm_json_push_literal(
        f->layers,
        "{'name':'range','data':{'name':'points'},'mark':{'type':'rule',"
        "'strokeWidth':1.4,'color':'%s'},'encoding':{%s,'x2':{'field':'max'}," PM_BARS_Y "}}",
        f->p->muted, pm_frame_x(f, "min"));
    pm_json_push_literal(f->layers,
                         "{'name':'middle','data':{'name':'points'},'transform':[{'filter':"
                         "'isValid(datum.p90)'}],'mark':{'type':'bar','height':9,'opacity':0.45,"
                         "'color':'%s'},'encoding':{%s,'x2':{'field':'p90'}," PM_BARS_Y "}}",
                         f->p->law, pm_frame_x(f, "x"));
    pm_json_push_literal(f->layers,
                         "{'name':'points','data':{'name':'points'},'mark':{'type':'point',"
                         "'filled':true,'opacity':1,'size':64},'encoding':{%s," PM_BARS_Y
                         ",%s,'tooltip':[{'field':'network'},{'field':'x','title':'median, ms',"
                         "'format':'.4~g'},{'field':'p90','title':'p90, ms','format':'.4~g'},"
                         "{'field':'p99','title':'p99, ms','format':'.4~g'},{'field':'runs'}]}}",
                         pm_frame_x(f, "x"), colour);
}

static void quantile(struct pm_table *t, size_t column, double ms)
{
    char text[40];
    if (isfinite(ms))
        pm_table_cell(t, column, "%s", pm_metric_text(PM_LATENCY, ms, text, sizeof text));
}

static double value_of(struct pm_quantity q)
{
    return pm_known(q) ? q.value : (double)NAN;
}

static void add_table(const struct pm_answer *a, const struct pm_bar *bar, size_t n,
                      struct pm_table *t)
{
    static const char *const heads[] = {"Runs", "First", "Min", "Median", "p90",
                                        "p95",  "p99",   "Max", "Load"};
    pm_table_column(t, "Network", "network", false);
    for (size_t h = 0; h < sizeof heads / sizeof *heads; h++)
        pm_table_column(t, heads[h], heads[h], true);
    for (size_t k = 0; k < n; k++) {
        const struct pm_entry *e = a->c[bar[k].i].entry;
        pm_table_row(t);
        pm_table_cell(t, 0, "%s", pm_shown_name(a, bar[k].i));
        pm_table_cell(t, 1, "%zu", e->n);
        quantile(t, 2, e->first_ms);
        quantile(t, 3, e->min_ms);
        quantile(t, 4, e->latency_ms.value);
        quantile(t, 5, value_of(e->p90_ms));
        quantile(t, 6, value_of(e->p95_ms));
        quantile(t, 7, value_of(e->p99_ms));
        quantile(t, 8, e->max_ms);
        quantile(t, 9, e->load_ms);
    }
}

int pm_chart_latency(const struct pm_answer *a, const struct pm_palette *p, struct pm_chart *out,
                     struct pm_err *err)
{
    struct pm_frame f;
    if (pm_frame_open(a, p, 0, &f, err) != 0)
        return -1;
    struct pm_bar *bar = pm_arena_alloc(&f.arena, a->n + 1, sizeof *bar);
    double *ends = pm_arena_alloc(&f.arena, 2 * a->n + 1, sizeof *ends);
    if (bar == NULL || ends == NULL)
        return pm_frame_drop(&f, true, err);
    size_t n = take_bars(&f, bar);
    n = n < PM_CHART_LABELS ? n : PM_CHART_LABELS;
    if (n == 0)
        return pm_frame_drop(&f, f.nomem, err);
    for (size_t k = 0; k < n; k++) {
        ends[2 * k] = a->c[bar[k].i].entry->min_ms;
        ends[2 * k + 1] = a->c[bar[k].i].entry->max_ms;
    }
    pm_json_add_number(f.root, "height", (double)(n * PM_BAR_STEP));
    f.x = pm_axis_over(ends, 2 * n, true);
    if (a->settings->budget[PM_LATENCY].set)
        pm_axis_include(&f.x, a->settings->budget[PM_LATENCY].bound);
    f.x.title = "latency: range (line), median to p90 (bar), median (mark); logarithmic";
    f.x.label = PM_TICK_TIME;
    add_rows(&f, bar, n);
    add_layers(&f);
    pm_frame_limits(&f, PM_LATENCY, false);
    pm_bars_names(&f);
    out->title = "Latency of the runs";
    out->marks = n;
    add_table(a, bar, n, &out->table);
    return pm_frame_close(&f, out, err);
}
