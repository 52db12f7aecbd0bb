/* SPDX-License-Identifier: MIT
 * `pickmodel list`: the catalogue, or a profile's own networks. */
#include "report/report.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "record/catalogue.h"
#include "record/profile.h"
#include "report/table.h"
#include "report/wrap.h"
#include "json/json.h"

#include <math.h>
#include <string.h>

#define MIB 1048576.0

bool pm_format_parse(const char *name, enum pm_format *out)
{
    static const char *const names[] = {"text", "json", "md", "csv", "html", "pdf"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum pm_format)i;
            return true;
        }
    }
    return false;
}

#define FOUR_DIGITS (-1) /* significant ones, for figures of any size */

static void number(struct pm_table *t, size_t column, int decimals, struct pm_quantity q)
{
    if (!pm_known(q))
        return;
    if (decimals == FOUR_DIGITS)
        pm_table_cell(t, column, "%.4g", q.value);
    else
        pm_table_cell(t, column, "%.*f", decimals, q.value);
}

static void density(struct pm_table *t, size_t column, struct pm_quantity top1,
                    struct pm_quantity params)
{
    if (pm_known(top1) && pm_known(params) && params.value > 0)
        pm_table_cell(t, column, "%.1f", /* half up: 57 / 60 is 1.0, as in the paper's table */
                      floor(top1.value / params.value * 10 + 0.5) / 10);
}

struct heading {
    const char *title, *key;
    bool right;
};

static void add_columns(struct pm_table *t, const struct heading *h, size_t n)
{
    for (size_t i = 0; i < n; i++)
        pm_table_column(t, h[i].title, h[i].key, h[i].right);
}

static void fill_catalogue(const struct pm_catalogue *c, bool for_people, struct pm_table *t)
{
    static const struct heading h[] = {
        {"ID", "network", false},           {"NAME", "name", false},
        {"INPUT", "input_px", true},        {"TOP-1 %", "top1_pct", true},
        {"TOP-5 %", "top5_pct", true},      {"G-OPS", "gops", true},
        {"PARAMS M", "params_m", true},     {"SIZE MiB", "weights_mib", true},
        {"%/M", "density_pct_per_m", true}, {"", "input_width", true},
        {"", "input_height", true}};
    const size_t sides = 2; /* columns for programs alone */
    add_columns(t, h, sizeof h / sizeof *h - (for_people ? sides : 0));
    for (size_t i = 0; i < c->n; i++) {
        const struct pm_catalogue_entry *e = &c->entry[i];
        char input[PM_INPUT_TEXT];
        pm_table_row(t);
        if (t->failed)
            return;
        pm_table_cell(t, 0, "%s", e->id);
        pm_table_cell(t, 1, "%s", e->name);
        if (for_people)
            pm_table_cell(t, 2, "%s", pm_input_text(e->input, input));
        else
            pm_table_input(t, 2, 9, e->input);
        number(t, 3, 1, e->top1_pct);
        number(t, 4, 1, e->top5_pct);
        number(t, 5, 2, e->gops);
        number(t, 6, 2, e->params_m);
        number(t, 7, 1, e->weight_mib);
        density(t, 8, e->top1_pct, e->params_m);
    }
}

static int catalogue_json(const struct pm_catalogue *c, struct pm_buf *buf, struct pm_err *err)
{
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", "pickmodel/list/1");
    struct cJSON *list = pm_json_add_list(root, "networks");
    for (size_t i = 0; i < c->n; i++) {
        const struct pm_catalogue_entry *e = &c->entry[i];
        struct cJSON *o = pm_json_push_object(list);
        pm_json_add_text(o, "network", e->id);
        pm_json_add_text(o, "name", e->name);
        pm_input_write(o, e->input);
        if (pm_known(e->top1_pct))
            pm_json_add_number(o, "top1_pct", e->top1_pct.value);
        if (pm_known(e->top5_pct))
            pm_json_add_number(o, "top5_pct", e->top5_pct.value);
        if (pm_known(e->gops)) {
            pm_json_add_number(o, "gops", e->gops.value);
            pm_json_add_number(o, "params", e->params_m.value * 1e6);
            pm_json_add_number(o, "weight_bytes", e->weight_mib.value * MIB);
        }
        pm_json_add_text(o, "cfg", e->cfg_path);
        pm_json_add_text(o, "problem", e->problem);
        pm_json_add_text(o, "warning", e->warning);
        pm_json_add_text(o, "weights", e->weights);
        pm_json_add_text(o, "source", e->source);
        pm_json_add_text(o, "preprocessing", e->preprocessing);
        pm_json_add_text(o, "note", e->note);
    }
    return pm_json_print(root, true, buf, err);
}

static void add_problem(const struct pm_catalogue_entry *e, const char *text,
                        const struct pm_style *style, struct pm_buf *buf)
{
    struct pm_buf line = {0};
    if (text == NULL)
        return;
    pm_buf_addf(&line, "%s: %s", e->id, text);
    pm_wrap_add(buf, "!", pm_buf_text(&line), style->width);
    pm_buf_done(&line);
}

int pm_report_catalogue(const struct pm_catalogue *c, enum pm_format format,
                        const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    struct pm_table t = {0};
    if (format == PM_FORMAT_JSON)
        return catalogue_json(c, buf, err);
    fill_catalogue(c, format != PM_FORMAT_CSV, &t);
    const int result = pm_table_print(&t, format, style, buf, err);
    pm_table_done(&t);
    if (format != PM_FORMAT_TEXT || result != 0)
        return result;
    pm_buf_add(buf, "\n");
    pm_wrap_add(buf, "",
                "Top-1 and top-5 are published (single centre crop), declared, or measured by "
                "evaluate; the rest is computed from the "
                "cfg. G-ops: 1 multiply-accumulate = 2 operations. %/M: top-1 % per million "
                "parameters. `--format json` adds sources, notes and weights.",
                style->width);
    for (size_t i = 0; i < c->n; i++) {
        add_problem(&c->entry[i], c->entry[i].problem, style, buf);
        add_problem(&c->entry[i], c->entry[i].warning, style, buf);
    }
    return 0;
}

static bool is_above_idle(const struct pm_entry *e)
{
    return e->power_basis != NULL && strcmp(e->power_basis, "above_idle") == 0;
}

/* Whose watts are above idle, where any are. */
static void add_basis(const struct pm_profile *p, const struct pm_style *style, struct pm_buf *buf)
{
    struct pm_buf names = {0};
    size_t above = 0, known = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct pm_entry *e = &p->entry[i];
        known += pm_known(e->power_w);
        if (!pm_known(e->power_w) || !is_above_idle(e))
            continue;
        pm_buf_addf(&names, "%s%s", above++ > 0 ? ", " : "", e->config.network);
    }
    if (above > 0 && above == known)
        pm_wrap_add(buf, "", "POWER W is above idle, not the total.", style->width);
    else if (above > 0) {
        pm_buf_add(&names, ": POWER W is above idle; of the others it is the total.");
        pm_wrap_add(buf, "", pm_buf_text(&names), style->width);
    }
    buf->failed = buf->failed || names.failed;
    pm_buf_done(&names);
}

/* The parts in which the entries of any network differ. */
static unsigned parts_apart(const struct pm_profile *p)
{
    unsigned parts = 0;
    for (size_t i = 1; i < p->n; i++) {
        for (size_t j = 0; j < i && parts != (PM_OF_ALL & ~(unsigned)PM_OF_NETWORK); j++) {
            if (pm_text_same(p->entry[i].config.network, p->entry[j].config.network))
                parts |= pm_configuration_difference(&p->entry[i].config, &p->entry[j].config);
        }
    }
    return parts;
}

/* "resnet50 [darknet, 2 threads, 5 fps]": what tells it from the other rows. */
static void add_name(struct pm_buf *buf, const struct pm_entry *e, unsigned apart)
{
    struct pm_buf way = {0};
    pm_configuration_add(&way, &e->config, apart);
    if (isfinite(e->fps))
        pm_buf_addf(&way, "%s%.4g fps", way.len > 0 ? ", " : "", e->fps);
    pm_buf_add(buf, e->config.network);
    if (way.len > 0)
        pm_buf_addf(buf, " [%s]", pm_buf_text(&way));
    buf->failed = buf->failed || way.failed;
    pm_buf_done(&way);
}

static void fill_profile(const struct pm_profile *p, struct pm_table *t)
{
    const unsigned apart = parts_apart(p);
    static const struct heading h[] = {{"NETWORK", "network", false},
                                       {"TOP-1 %", "top1_pct", true},
                                       {"G-OPS", "gops", true},
                                       {"PARAMS M", "params_m", true},
                                       {"LATENCY ms", "latency_ms", true},
                                       {"FPS", "fps", true},
                                       {"POWER W", "power_w", true},
                                       {"MEM MB", "memory_mb", true},
                                       {"%/M", "density_pct_per_m", true}};
    add_columns(t, h, sizeof h / sizeof *h);
    for (size_t i = 0; i < p->n; i++) {
        const struct pm_entry *e = &p->entry[i];
        struct pm_buf name = {0};
        pm_table_row(t);
        if (t->failed)
            return;
        add_name(&name, e, apart);
        pm_table_cell(t, 0, "%s", pm_buf_text(&name));
        t->failed = t->failed || name.failed;
        pm_buf_done(&name);
        number(t, 1, FOUR_DIGITS, e->top1_pct);
        number(t, 2, FOUR_DIGITS, e->gops);
        number(t, 3, FOUR_DIGITS, e->params_m);
        number(t, 4, FOUR_DIGITS, e->latency_ms);
        if (pm_known(e->latency_ms))
            pm_table_cell(t, 5, "%.4g", 1e3 * (double)e->config.batch / e->latency_ms.value);
        number(t, 6, FOUR_DIGITS, e->power_w);
        if (pm_known(e->memory_mib))
            pm_table_cell(t, 7, "%.4g", e->memory_mib.value * MIB / 1e6);
        density(t, 8, e->top1_pct, e->params_m);
    }
}

static int profile_json(const struct pm_profile *p, struct pm_buf *buf, struct pm_err *err)
{
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", "pickmodel/list-profile/1");
    pm_json_add_text(root, "device", p->device.name);
    pm_json_add_text(root, "origin", p->origin);
    struct cJSON *list = pm_json_add_list(root, "networks");
    for (size_t i = 0; i < p->n; i++) {
        const struct pm_entry *e = &p->entry[i];
        const struct {
            const char *key;
            struct pm_quantity q;
        } figure[] = {{"top1_pct", e->top1_pct}, {"gops", e->gops},
                      {"params_m", e->params_m}, {"latency_ms", e->latency_ms},
                      {"power_w", e->power_w},   {"memory_mib", e->memory_mib}};
        struct cJSON *o = pm_json_push_object(list);
        pm_configuration_write(o, &e->config, NULL);
        if (isfinite(e->fps))
            pm_json_add_number(o, "fps", e->fps);
        for (size_t k = 0; k < sizeof figure / sizeof *figure; k++) {
            if (pm_known(figure[k].q))
                pm_json_add_number(o, figure[k].key, figure[k].q.value);
        }
        pm_json_add_text(o, "power_basis", e->power_basis);
    }
    return pm_json_print(root, true, buf, err);
}

static void add_title(const struct pm_profile *p, const struct pm_style *style, struct pm_buf *buf)
{
    struct pm_buf line = {0};
    pm_buf_addf(&line, "%s (%s%s%s)", p->device.name, p->origin, p->source != NULL ? ": " : "",
                p->source != NULL ? p->source : "");
    pm_wrap_add(buf, "", pm_buf_text(&line), style->width);
    pm_buf_add(buf, "\n");
    pm_buf_done(&line);
}

int pm_report_profile(const struct pm_profile *p, enum pm_format format,
                      const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    struct pm_table t = {0};
    if (format == PM_FORMAT_JSON)
        return profile_json(p, buf, err);
    if (format == PM_FORMAT_TEXT)
        add_title(p, style, buf);
    fill_profile(p, &t);
    const int result = pm_table_print(&t, format, style, buf, err);
    pm_table_done(&t);
    if (format != PM_FORMAT_TEXT || result != 0)
        return result;
    pm_buf_add(buf, "\n");
    add_basis(p, style, buf);
    for (size_t i = 0; i < p->notes; i++)
        pm_wrap_add(buf, "", p->note[i], style->width);
    return 0;
}
