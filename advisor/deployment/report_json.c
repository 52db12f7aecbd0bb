/* SPDX-License-Identifier: MIT
 * Schema pickmodel/report/1 (docs/report.schema.json): the answer, and the sections a person would
 * read, with the charts as Vega-Lite specifications. */
#include "deployment/deployment.h"

#include "base/buf.h"
#include "base/err.h"
#include "chart/chart.h"
#include "report/answer_text.h"
#include "report/table.h"
#include "json/json.h"

#include <string.h>

struct json_writer {
    struct pm_writer w;             /* first: the sections see no more */
    struct cJSON *sections, *parts; /* parts: of the section that is open */
};

static void begin(struct pm_writer *w, const char *id, const char *title, const char *finding)
{
    struct json_writer *j = (struct json_writer *)w;
    struct cJSON *o = pm_json_push_object(j->sections);
    pm_json_add_text(o, "id", id);
    pm_json_add_text(o, "title", title);
    pm_json_add_text(o, "finding", finding);
    j->parts = pm_json_add_list(o, "parts");
}

static void end(struct pm_writer *w)
{
    ((struct json_writer *)w)->parts = NULL;
}

static struct cJSON *part(struct pm_writer *w)
{
    return pm_json_push_object(((struct json_writer *)w)->parts);
}

static void text(struct pm_writer *w, const char *line)
{
    pm_json_add_text(part(w), "text", line);
}

static void list(struct pm_writer *w, const char *const *item, size_t n)
{
    struct cJSON *o = pm_json_add_list(part(w), "list");
    for (size_t i = 0; i < n; i++)
        pm_json_push_text(o, item[i]);
}

static void code(struct pm_writer *w, const char *const *line, size_t n)
{
    struct cJSON *o = pm_json_add_list(part(w), "code");
    for (size_t i = 0; i < n; i++)
        pm_json_push_text(o, line[i]);
}

static void add_table(struct cJSON *o, const struct pm_table *t, const char *caption)
{
    pm_json_add_text(o, "caption", caption);
    struct cJSON *columns = pm_json_add_list(o, "columns");
    for (size_t i = 0; i < t->columns; i++)
        pm_json_push_text(columns, t->column[i].key != NULL ? t->column[i].key : "");
    struct cJSON *rows = pm_json_add_list(o, "rows");
    for (size_t r = 0; r < t->rows; r++) {
        struct cJSON *row = pm_json_push_list(rows);
        for (size_t i = 0; i < t->columns; i++) {
            if (t->row[r].cell[i] != NULL)
                pm_json_push_text(row, t->row[r].cell[i]);
            else
                pm_json_push_literal(row, "null");
        }
    }
}

static int table(struct pm_writer *w, struct pm_table *t, const char *caption)
{
    add_table(pm_json_add_object(part(w), "table"), t, caption);
    return t->failed ? pm_fail_nomem(w->err) : 0;
}

static int chart(struct pm_writer *w, const struct pm_chart *c)
{
    struct cJSON *o = pm_json_add_object(part(w), "chart"), *spec = NULL;
    pm_json_add_text(o, "id", c->id);
    pm_json_add_text(o, "title", c->title);
    add_table(pm_json_add_object(o, "table"), &c->table, c->title);
    if (pm_json_parse(c->spec, strlen(c->spec), c->id, &spec, w->err) != 0)
        return -1;
    pm_json_add_node(o, "vega_lite", spec);
    return c->table.failed ? pm_fail_nomem(w->err) : 0;
}

int pm_report_json(const struct pm_answer *a, const struct pm_report_facts *facts,
                   struct pm_buf *buf, struct pm_err *err)
{
    struct cJSON *root = pm_json_object();
    struct json_writer j = {.w = {.buf = buf,
                                  .err = err,
                                  .answer = a,
                                  .facts = facts,
                                  .begin = begin,
                                  .end = end,
                                  .text = text,
                                  .list = list,
                                  .table = table,
                                  .chart = chart,
                                  .code = code}};
    pm_json_add_text(root, "schema", "pickmodel/report/1");
    pm_json_add_text(root, "command", facts->command);
    pm_json_add_text(root, "made_at", facts->made_at);
    pm_json_add_text(root, "version", facts->version);
    pm_json_add_text(root, "catalogue", facts->catalogue);
    j.sections = pm_json_add_list(root, "sections");
    if (pm_sections_write(&j.w) != 0) {
        pm_json_free(root);
        return -1;
    }
    pm_json_add_node(root, "answer", pm_answer_tree(a));
    return pm_json_print(root, true, buf, err);
}
