/* SPDX-License-Identifier: MIT
 * `pickmodel explain`: a network taken apart. */
#include "report/explain_report.h"

#include "advise/dissect.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/catalogue.h"
#include "report/table.h"
#include "report/wrap.h"
#include "json/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN   14 /* layers, unless all are wanted */
#define MIB     1048576.0
#define A_FLOAT 4.0

/* What a layer is shown for: its time, or its operations where nothing is timed. */
static double weight_of(const struct pm_dissection *d, size_t i)
{
    return d->ms != NULL ? d->ms[i] : d->net->layer[i].macs;
}

/* Is it among the `SHOWN` heaviest? Of equals the earlier. */
static bool is_shown(const struct pm_dissection *d, size_t i, bool all)
{
    size_t heavier = 0;
    for (size_t k = 0; k < d->net->layers && !all; k++)
        heavier +=
            weight_of(d, k) > weight_of(d, i) || (!(weight_of(d, k) < weight_of(d, i)) && k < i);
    return heavier < SHOWN;
}

static void add_columns(struct pm_table *t)
{
    static const char *const title[] = {"#",        "LAYER",   "OUTPUT",  "M-OPS",
                                        "PARAMS K", "OUT MiB", "TIME ms", "TIME %"};
    static const char *const key[] = {"layer",  "kind",       "output",  "mops",
                                      "params", "output_mib", "time_ms", "time_pct"};
    for (size_t k = 0; k < sizeof title / sizeof *title; k++)
        pm_table_column(t, title[k], key[k], k == 0 || k > 2);
    t->column[1].flexible = true;
}

/* exact: parameters to the unit, as a program wants them; else thousands. */
static void add_sums(const struct pm_dissection *d, struct pm_table *t, double macs, double params,
                     double outputs, double ms, bool exact)
{
    pm_table_cell(t, 3, exact ? "%.6f" : "%.1f", 2 * macs / 1e6);
    pm_table_cell(t, 4, exact ? "%.0f" : "%.1f", exact ? params : params / 1e3);
    pm_table_cell(t, 5, exact ? "%.6f" : "%.2f", outputs * A_FLOAT / MIB);
    if (d->ms == NULL)
        return;
    pm_table_cell(t, 6, exact ? "%.6f" : "%.3f", ms);
    pm_table_cell(t, 7, "%.1f", d->total_ms > 0 ? 100 * ms / d->total_ms : 0);
}

static void add_layer(const struct pm_dissection *d, size_t i, struct pm_table *t, bool exact)
{
    const struct pm_layer *l = &d->net->layer[i];
    const char *text = pm_layer_text(l, &t->arena);
    pm_table_row(t);
    if (t->failed || text == NULL) {
        t->failed = true;
        return;
    }
    pm_table_cell(t, 0, "%zu", i);
    pm_table_cell(t, 1, "%s", text);
    if (l->out_w > 1 || l->out_h > 1)
        pm_table_cell(t, 2, "%ldx%ldx%ld", l->out_w, l->out_h, l->out_c);
    else
        pm_table_cell(t, 2, "%.0f", l->outputs);
    add_sums(d, t, l->macs, l->params, l->outputs, d->ms != NULL ? d->ms[i] : 0, exact);
}

static void fill(const struct pm_dissection *d, bool all, bool exact, struct pm_table *t)
{
    double macs = 0, params = 0, outputs = 0, ms = 0;
    size_t others = 0;
    add_columns(t);
    for (size_t i = 0; i < d->net->layers && !t->failed; i++) {
        const struct pm_layer *l = &d->net->layer[i];
        if (is_shown(d, i, all)) {
            add_layer(d, i, t, exact);
            continue;
        }
        others++;
        macs += l->macs;
        params += l->params;
        outputs += l->outputs;
        ms += d->ms != NULL ? d->ms[i] : 0;
    }
    if (others == 0)
        return;
    pm_table_row(t);
    if (t->failed)
        return;
    pm_table_cell(t, 0, "%s", "");
    pm_table_cell(t, 1, "%zu others", others);
    add_sums(d, t, macs, params, outputs, ms, exact);
}

static void fill_standings(const struct pm_dissection *d, struct pm_table *t)
{
    static const char *const title[] = {"", "VALUE", "PLACE", "BEST", "WORST"};
    for (size_t k = 0; k < sizeof title / sizeof *title; k++)
        pm_table_column(t, title[k], NULL, k == 1 || k == 2);
    for (size_t k = 0; k < PM_STANDINGS; k++) {
        const struct pm_standing *s = &d->standing[k];
        pm_table_row(t);
        if (t->failed)
            return;
        pm_table_cell(t, 0, "%s", s->title);
        if (s->place == 0)
            continue;
        pm_table_cell(t, 1, "%s", s->value);
        pm_table_cell(t, 2, "%zu of %zu", s->place, s->of);
        pm_table_cell(t, 3, "%s", s->best);
        pm_table_cell(t, 4, "%s", s->worst);
    }
}

static void add_heading(const struct pm_dissection *d, bool markdown, int width, struct pm_buf *buf)
{
    const struct pm_catalogue_entry *k = d->known;
    struct pm_buf line = {0};
    if (markdown) {
        pm_buf_add(&line, "**");
        pm_markdown_add(&line, k->name);
        pm_buf_add(&line, "**");
    } else {
        pm_buf_add(&line, k->name);
    }
    pm_buf_addf(&line, ": %.4g G-ops, %.4g M parameters, weights of %.4g MiB, %ld x %ld pixels",
                k->gops.value, k->params_m.value, k->weight_mib.value, d->net->input_w,
                d->net->input_h);
    pm_wrap_add(buf, "", pm_buf_text(&line), markdown ? 1000 : width);
    pm_buf_done(&line);
    if (d->ms != NULL)
        pm_buf_addf(buf, "%s%.4g ms an image, layer by layer: %s\n", markdown ? "\n" : "",
                    d->total_ms, d->way);
    else if (d->untold != NULL)
        pm_buf_addf(buf, "%slayers are not timed: %s\n", markdown ? "\n" : "", d->untold);
    pm_buf_add(buf, "\n");
}

static int write_text(const struct pm_dissection *d, bool all, enum pm_format format,
                      const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    const bool markdown = format == PM_FORMAT_MARKDOWN;
    struct pm_table layers = {0}, standings = {0};
    add_heading(d, markdown, style->width, buf);
    fill(d, all, false, &layers);
    pm_table_drop_empty(&layers);
    int result = pm_table_print(&layers, format, style, buf, err);
    pm_table_done(&layers);
    if (markdown) {
        pm_buf_add(buf, "\n");
        pm_markdown_list(buf, d->finding, d->findings);
    } else {
        pm_wrap_list(buf, style->utf8 ? "•" : "*", d->finding, d->findings, style->width);
    }
    if (result != 0 || d->others < 2)
        return result;
    pm_buf_addf(buf, "\nAmong the %zu networks that run in the same way%s:\n\n", d->others,
                d->standing[1].place > 0 ? " on this board" : "");
    fill_standings(d, &standings);
    result = pm_table_print(&standings, format, style, buf, err);
    pm_table_done(&standings);
    return result;
}

static int write_csv(const struct pm_dissection *d, const struct pm_style *style,
                     struct pm_buf *buf, struct pm_err *err)
{
    struct pm_table t = {0};
    fill(d, true, true, &t);
    const int result = pm_table_print(&t, PM_FORMAT_CSV, style, buf, err);
    pm_table_done(&t);
    return result;
}

static void add_layer_json(const struct pm_dissection *d, size_t i, struct pm_arena *arena,
                           struct cJSON *list)
{
    const struct pm_layer *l = &d->net->layer[i];
    struct cJSON *o = pm_json_push_object(list);
    pm_json_add_text(o, "kind", l->kind);
    pm_json_add_text(o, "text", pm_layer_text(l, arena));
    pm_json_add_number(o, "line", (double)l->line);
    pm_json_add_number(o, "ops", 2 * l->macs);
    pm_json_add_number(o, "params", l->params);
    pm_json_add_number(o, "outputs", l->outputs);
    if (l->out_c > 0) {
        struct cJSON *shape = pm_json_add_list(o, "shape_whc");
        pm_json_push_number(shape, (double)l->out_w);
        pm_json_push_number(shape, (double)l->out_h);
        pm_json_push_number(shape, (double)l->out_c);
    }
    if (d->ms != NULL)
        pm_json_add_number(o, "time_ms", d->ms[i]);
}

static int write_json(const struct pm_dissection *d, struct pm_buf *buf, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", "pickmodel/explain/1");
    pm_json_add_text(root, "network", d->known->id);
    pm_json_add_text(root, "name", d->known->name);
    pm_json_add_number(root, "gops", d->net->gops);
    pm_json_add_number(root, "params", d->net->params);
    pm_json_add_number(root, "activation_bytes", d->net->activation_bytes);
    pm_json_add_text(root, "timed_with", d->ms != NULL ? d->way : NULL);
    pm_json_add_text(root, "not_timed", d->untold);
    struct cJSON *layers = pm_json_add_list(root, "layers");
    for (size_t i = 0; i < d->net->layers; i++)
        add_layer_json(d, i, &arena, layers);
    struct cJSON *standings = pm_json_add_list(root, "standing");
    for (size_t k = 0; k < PM_STANDINGS; k++) {
        const struct pm_standing *s = &d->standing[k];
        if (s->place == 0)
            continue;
        struct cJSON *o = pm_json_push_object(standings);
        pm_json_add_text(o, "metric", s->title);
        pm_json_add_text(o, "value", s->value);
        pm_json_add_number(o, "place", (double)s->place);
        pm_json_add_number(o, "of", (double)s->of);
        pm_json_add_text(o, "best", s->best);
        pm_json_add_text(o, "worst", s->worst);
    }
    struct cJSON *findings = pm_json_add_list(root, "findings");
    for (size_t i = 0; i < d->findings; i++)
        pm_json_push_text(findings, d->finding[i]);
    pm_arena_done(&arena);
    return pm_json_print(root, true, buf, err);
}

int pm_report_dissection(const struct pm_dissection *d, bool all, enum pm_format format,
                         const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    switch (format) {
    case PM_FORMAT_JSON:
        return write_json(d, buf, err);
    case PM_FORMAT_CSV:
        return write_csv(d, style, buf, err);
    case PM_FORMAT_TEXT:
    case PM_FORMAT_MARKDOWN:
        return write_text(d, all, format, style, buf, err);
    case PM_FORMAT_HTML:
    case PM_FORMAT_PDF:
        break;
    }
    return pm_fail(err, PM_EINTERNAL, NULL, "no such format");
}
