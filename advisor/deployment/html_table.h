/* SPDX-License-Identifier: MIT
 * A table of texts as HTML; for report_html.c. */
#ifndef PM_HTML_TABLE_H
#define PM_HTML_TABLE_H

struct pm_answer;
struct pm_buf;
struct pm_table;

/* Rows about candidates say which (data-i) and how they stand (data-state), and such a table is
 * `candidates`. A table without titles is one of facts: the first cell of a row heads it. */
void pm_html_table(const struct pm_answer *answer, const struct pm_table *table,
                   const char *caption, struct pm_buf *buf);

#endif
