/* SPDX-License-Identifier: MIT */
#include "report/doctor.h"

#include "base/buf.h"
#include "base/err.h"
#include "report/table.h"
#include "report/wrap.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_COLUMNS 18
#define TEXT_LEAST       20 /* columns, however narrow the terminal */
#define ANY_WIDTH        4096

static const struct {
    const char *title, *key;
} groups[PM_CHECK_GROUPS] = {
    [PM_GROUP_BOARD] = {"BOARD", "board"}, [PM_GROUP_ENGINES] = {"ENGINES", "engines"},
    [PM_GROUP_POWER] = {"POWER", "power"}, [PM_GROUP_GUARDS] = {"STATE", "guards"},
    [PM_GROUP_FILES] = {"FILES", "files"},
};

static const struct {
    const char *name, *utf8, *ascii, *colour;
} states[] = {
    [PM_CHECK_FACT] = {"fact", "", "", NULL},
    [PM_CHECK_OK] = {"ok", "✓", "+", NULL},
    [PM_CHECK_NOTE] = {"note", "!", "!", "yellow"},
    [PM_CHECK_TROUBLE] = {"trouble", "✗", "x", "red"},
    [PM_CHECK_LACKING] = {"lacking", "-", "-", "halfbright"},
};

static const char not_here[] = "not on this machine";

static bool is_plainly_lacking(const struct pm_check *c)
{
    return c->state == PM_CHECK_LACKING && c->text == NULL;
}

/* ---- text: one table, so that every group's columns stand at the same place ---- */

static size_t name_columns(const struct pm_doctor *d)
{
    size_t most = strlen("ENGINES");
    for (size_t g = 0; g < PM_CHECK_GROUPS; g++) {
        for (size_t i = 0; i < d->group[g].n; i++) {
            const struct pm_check *c = &d->group[g].check[i];
            const size_t len = is_plainly_lacking(c) ? 0 : strlen(c->name);
            most = len > most ? len : most;
        }
    }
    return most < NAME_MAX_COLUMNS ? most : NAME_MAX_COLUMNS;
}

static void add_row(struct pm_table *t, const char *mark, const char *name, const char *text,
                    const char *colour)
{
    pm_table_row(t);
    if (t->failed)
        return;
    pm_table_cell(t, 0, "%s", mark);
    pm_table_cell(t, 1, "%s", name);
    pm_table_cell(t, 2, "%s", text);
    t->row[t->rows - 1].colour = colour;
}

/* The text broken to the width of its column, a row a line; mark and name stand at the first. */
static void add_wrapped(struct pm_table *t, const char *mark, const char *name, const char *bullet,
                        const char *text, const char *colour, int width)
{
    struct pm_buf lines = {0};
    pm_wrap_add(&lines, bullet, text, width);
    t->failed = t->failed || lines.failed;
    char *line = lines.data;
    while (!t->failed && line != NULL && *line != '\0') {
        char *end = line + strcspn(line, "\n");
        const bool more = *end != '\0';
        *end = '\0';
        add_row(t, mark, name, line, colour);
        mark = name = "";
        line = end + more;
    }
    pm_buf_done(&lines);
}

static void add_check(struct pm_table *t, const struct pm_check *c, const struct pm_style *style,
                      int width)
{
    const char *mark = style->utf8 ? states[c->state].utf8 : states[c->state].ascii;
    const char *colour = states[c->state].colour;
    char name[NAME_MAX_COLUMNS + 1];
    struct pm_buf text = {0};
    if (strlen(c->name) > NAME_MAX_COLUMNS) { /* a command as a source of power, above all */
        size_t cut = NAME_MAX_COLUMNS - 3;
        while (cut > 0 && ((unsigned char)c->name[cut] & 0xc0U) == 0x80U)
            cut--;
        snprintf(name, sizeof name, "%.*s...", (int)cut, c->name);
        pm_buf_addf(&text, "%s: ", c->name);
    } else {
        snprintf(name, sizeof name, "%s", c->name);
    }
    pm_buf_add(&text, c->text != NULL ? c->text : not_here);
    t->failed = t->failed || text.failed;
    add_wrapped(t, mark, name, "", pm_buf_text(&text), colour, width);
    if (c->advice != NULL)
        add_wrapped(t, "", "", style->utf8 ? "→" : ">", c->advice, NULL, width);
    pm_buf_done(&text);
}

/* What a machine lacks is mostly long and of little interest: one line of names. */
static void add_lacking(struct pm_table *t, const struct pm_doctor *d, size_t g, int width)
{
    struct pm_buf names = {0};
    size_t n = 0;
    for (size_t i = 0; i < d->group[g].n; i++) {
        if (is_plainly_lacking(&d->group[g].check[i]))
            pm_buf_addf(&names, "%s%s", n++ > 0 ? ", " : "", d->group[g].check[i].name);
    }
    t->failed = t->failed || names.failed;
    if (n > 0)
        add_wrapped(t, states[PM_CHECK_LACKING].ascii, "not here", "", pm_buf_text(&names),
                    states[PM_CHECK_LACKING].colour, width);
    pm_buf_done(&names);
}

static int add_groups(const struct pm_doctor *d, const struct pm_style *style, struct pm_buf *buf,
                      struct pm_err *err)
{
    struct pm_table t = {0};
    struct pm_style wide = *style;
    const int left = style->width - 3 - (int)name_columns(d);
    const int width = left > TEXT_LEAST ? left : TEXT_LEAST;
    wide.width = ANY_WIDTH; /* it is wrapped already: nothing may be cut */
    pm_table_column(&t, "", NULL, false);
    pm_table_column(&t, groups[0].title, NULL, false);
    pm_table_column(&t, "", NULL, false);
    for (size_t g = 0; g < PM_CHECK_GROUPS; g++) {
        if (g > 0) {
            add_row(&t, "", "", "", NULL);
            add_row(&t, "", groups[g].title, "", NULL);
        }
        for (size_t i = 0; i < d->group[g].n; i++) {
            if (!is_plainly_lacking(&d->group[g].check[i]))
                add_check(&t, &d->group[g].check[i], style, width);
        }
        add_lacking(&t, d, g, width);
    }
    const int result = pm_table_print(&t, PM_FORMAT_TEXT, &wide, buf, err);
    pm_table_done(&t);
    return result;
}

static int print_text(const struct pm_doctor *d, const struct pm_style *style, struct pm_buf *buf,
                      struct pm_err *err)
{
    if (add_groups(d, style, buf, err) != 0)
        return -1;
    pm_buf_add(buf, "\n");
    if (style->colour)
        pm_buf_add(buf, d->trusted ? "\033[1;32m" : "\033[1;31m");
    pm_wrap_add(buf, "", d->verdict, style->width);
    if (style->colour)
        pm_buf_add(buf, "\033[0m");
    for (size_t i = 0; i < d->mends; i++)
        pm_wrap_add(buf, style->utf8 ? "•" : "-", d->mend[i], style->width);
    return 0;
}

/* ---- for machines, and for a page ---- */

static int print_json(const struct pm_doctor *d, struct pm_buf *buf, struct pm_err *err)
{
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", PM_DOCTOR_SCHEMA);
    pm_json_add_bool(root, "trusted", d->trusted);
    pm_json_add_text(root, "verdict", d->verdict);
    struct cJSON *mend = pm_json_add_list(root, "mend");
    for (size_t i = 0; i < d->mends; i++)
        pm_json_push_text(mend, d->mend[i]);
    for (size_t g = 0; g < PM_CHECK_GROUPS; g++) {
        struct cJSON *list = pm_json_add_list(root, groups[g].key);
        for (size_t i = 0; i < d->group[g].n; i++) {
            const struct pm_check *c = &d->group[g].check[i];
            struct cJSON *o = pm_json_push_object(list);
            pm_json_add_text(o, "name", c->name);
            pm_json_add_text(o, "state", states[c->state].name);
            pm_json_add_text(o, "text", c->text);
            pm_json_add_text(o, "advice", c->advice);
        }
    }
    return pm_json_print(root, true, buf, err);
}

static void fill(struct pm_table *t, const struct pm_doctor *d)
{
    pm_table_column(t, "GROUP", "group", false);
    pm_table_column(t, "CHECK", "check", false);
    pm_table_column(t, "STATE", "state", false);
    pm_table_column(t, "FOUND", "text", false);
    pm_table_column(t, "ADVICE", "advice", false);
    for (size_t g = 0; g < PM_CHECK_GROUPS; g++) {
        for (size_t i = 0; i < d->group[g].n; i++) {
            const struct pm_check *c = &d->group[g].check[i];
            pm_table_row(t);
            if (t->failed)
                return;
            pm_table_cell(t, 0, "%s", groups[g].key);
            pm_table_cell(t, 1, "%s", c->name);
            pm_table_cell(t, 2, "%s", states[c->state].name);
            if (c->text != NULL)
                pm_table_cell(t, 3, "%s", c->text);
            if (c->advice != NULL)
                pm_table_cell(t, 4, "%s", c->advice);
        }
    }
}

static int print_table(const struct pm_doctor *d, enum pm_format format,
                       const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    struct pm_table t = {0};
    if (format == PM_FORMAT_MARKDOWN) {
        pm_buf_addf(buf, "# %s\n\n", d->verdict);
        for (size_t i = 0; i < d->mends; i++)
            pm_buf_addf(buf, "- %s\n", d->mend[i]);
        pm_buf_add(buf, d->mends > 0 ? "\n" : "");
    }
    fill(&t, d);
    const int result = pm_table_print(&t, format, style, buf, err);
    pm_table_done(&t);
    return result;
}

int pm_report_doctor(const struct pm_doctor *d, enum pm_format format, const struct pm_style *style,
                     struct pm_buf *buf, struct pm_err *err)
{
    if (format == PM_FORMAT_JSON)
        return print_json(d, buf, err);
    if (format == PM_FORMAT_TEXT)
        return print_text(d, style, buf, err);
    return print_table(d, format, style, buf, err);
}
