/* SPDX-License-Identifier: MIT */
#include "deployment/html_table.h"

#include "base/buf.h"
#include "base/text.h"
#include "chart/chart.h"
#include "deployment/html_text.h"
#include "report/table.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define WIDE 5 /* columns from which a table may not fit a telephone */

/* Titles of terminal tables are in capitals; a page has other means. */
static void add_title(struct pm_buf *buf, const char *title)
{
    bool capitals = strlen(title) > 3;
    for (const char *p = title; *p != '\0'; p++)
        capitals = capitals && !islower((unsigned char)*p);
    if (!capitals) {
        pm_html_add(buf, title);
        return;
    }
    for (const char *p = title; *p != '\0'; p++) {
        const char c[] = {p == title ? *p : pm_text_lower(*p), '\0'};
        pm_html_add(buf, c);
    }
}

static bool has_titles(const struct pm_table *t)
{
    for (size_t i = 0; i < t->columns; i++) {
        if (t->column[i].title[0] != '\0')
            return true;
    }
    return false;
}

static void add_head(const struct pm_table *t, struct pm_buf *buf)
{
    pm_buf_add(buf, "<thead><tr>");
    for (size_t i = 0; i < t->columns; i++) {
        const bool named = t->column[i].title[0] != '\0';
        pm_buf_addf(buf, "<%s%s%s>", named ? "th" : "td", named ? " scope=\"col\"" : "",
                    t->column[i].right ? " class=\"number\"" : "");
        add_title(buf, t->column[i].title);
        pm_buf_add(buf, named ? "</th>" : "</td>");
    }
    pm_buf_add(buf, "</tr></thead>\n");
}

static void add_row(const struct pm_answer *a, const struct pm_table *t, size_t r, size_t heading,
                    struct pm_buf *buf)
{
    const size_t about = t->row[r].about;
    if (about > 0)
        pm_buf_addf(buf, "<tr data-i=\"%zu\" data-state=\"%s\">", about - 1,
                    pm_state_name(a, about - 1));
    else
        pm_buf_add(buf, "<tr>");
    for (size_t i = 0; i < t->columns; i++) {
        const char *cell = t->row[r].cell[i], *tag = i == heading ? "th" : "td";
        pm_buf_addf(buf, "<%s%s class=\"%s%s\">", tag, i == heading ? " scope=\"row\"" : "",
                    about > 0 ? t->column[i].key : "", t->column[i].right ? " number" : "");
        if (cell != NULL)
            pm_html_add(buf, cell);
        else
            pm_buf_add(buf, "<span class=\"unknown\">–</span>");
        pm_buf_addf(buf, "</%s>", tag);
    }
    pm_buf_add(buf, "</tr>\n");
}

void pm_html_table(const struct pm_answer *a, const struct pm_table *t, const char *caption,
                   struct pm_buf *buf)
{
    const bool titled = has_titles(t), wide = t->columns >= WIDE;
    const bool candidates = t->rows > 0 && t->row[0].about > 0;
    if (wide) {
        pm_buf_add(buf, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
        pm_html_add(buf, caption);
        pm_buf_add(buf, ", a table that may scroll\">\n");
    }
    pm_buf_addf(buf, "<table%s%s>\n<caption>", candidates ? " id=\"candidates\"" : "",
                titled ? "" : " class=\"facts\"");
    pm_html_add(buf, caption);
    pm_buf_add(buf, "</caption>\n");
    if (titled)
        add_head(t, buf);
    pm_buf_add(buf, "<tbody>\n");
    for (size_t r = 0; r < t->rows; r++)
        add_row(a, t, r, candidates ? 1 : 0, buf);
    pm_buf_add(buf, "</tbody></table>\n");
    if (wide)
        pm_buf_add(buf, "</div>\n");
}
