/* SPDX-License-Identifier: MIT
 * The report as GitHub's Markdown. Charts become their tables where the table of candidates does
 * not say the same. */
#include "deployment/deployment.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "chart/chart.h"
#include "report/table.h"

#include <string.h>

/* A name stays text: no tag, link, emphasis or code of its own. Addresses stay whole. */
static void add_text(struct pm_buf *buf, const char *text)
{
    bool plain = true;
    for (size_t step = 0; *text != '\0'; text += step) {
        step = pm_text_step(text, &plain);
        if (strchr("<>*`[]\\|", *text) != NULL)
            pm_buf_add(buf, "\\");
        if (plain)
            pm_buf_add_bytes(buf, text, step);
        else
            pm_buf_add(buf, "?");
    }
}

static void begin(struct pm_writer *w, const char *id, const char *title, const char *finding)
{
    const bool verdict = strcmp(id, "verdict") == 0;
    pm_buf_add(w->buf, verdict ? "# " : "\n## ");
    add_text(w->buf, verdict ? finding : title);
    pm_buf_add(w->buf, "\n");
    if (verdict || finding[0] == '\0')
        return;
    pm_buf_add(w->buf, "\n");
    add_text(w->buf, finding);
    pm_buf_add(w->buf, "\n");
}

static void end(struct pm_writer *w)
{
    (void)w; /* the next heading ends a section */
}

static void text(struct pm_writer *w, const char *line)
{
    pm_buf_add(w->buf, "\n");
    add_text(w->buf, line);
    pm_buf_add(w->buf, "\n");
}

static void list(struct pm_writer *w, const char *const *item, size_t n)
{
    pm_buf_add(w->buf, "\n");
    for (size_t i = 0; i < n; i++) {
        pm_buf_add(w->buf, "- ");
        add_text(w->buf, item[i]);
        pm_buf_add(w->buf, "\n");
    }
}

static void code(struct pm_writer *w, const char *const *line, size_t n)
{
    pm_buf_add(w->buf, "\n```\n");
    for (size_t i = 0; i < n; i++) {
        for (const char *p = line[i]; *p != '\0'; p++) { /* no fence inside a fence */
            if (strncmp(p, "```", 3) != 0)
                pm_buf_add_bytes(w->buf, p, 1);
        }
        pm_buf_add(w->buf, "\n");
    }
    pm_buf_add(w->buf, "```\n");
}

static int table(struct pm_writer *w, struct pm_table *t, const char *caption)
{
    const struct pm_style style = {.width = 80, .utf8 = true};
    (void)caption;
    pm_buf_add(w->buf, "\n");
    return pm_table_print(t, PM_FORMAT_MARKDOWN, &style, w->buf, w->err);
}

static int chart(struct pm_writer *w, const struct pm_chart *c)
{
    static const char *const own[] = {"operations", "latency", "energy", "relax"};
    struct pm_table copy = c->table; /* a shallow one: nothing is added to it */
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (strcmp(c->id, own[i]) == 0)
            return table(w, &copy, c->title);
    }
    return 0;
}

int pm_report_markdown(const struct pm_answer *a, const struct pm_report_facts *facts,
                       struct pm_buf *buf, struct pm_err *err)
{
    struct pm_writer w = {.buf = buf,
                          .err = err,
                          .answer = a,
                          .facts = facts,
                          .begin = begin,
                          .end = end,
                          .text = text,
                          .list = list,
                          .table = table,
                          .chart = chart,
                          .code = code};
    return pm_sections_write(&w) != 0 ? -1 : pm_buf_check(buf, err);
}
