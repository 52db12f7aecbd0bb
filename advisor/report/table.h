/* SPDX-License-Identifier: MIT
 * A table of texts, laid out three ways: for a terminal (libsmartcols), Markdown, CSV. A renderer
 * fills it once and the format decides. */
#ifndef PM_REPORT_TABLE_H
#define PM_REPORT_TABLE_H

#include "base/arena.h"
#include "record/configuration.h"
#include "report/report.h"

#include <stddef.h>

#define PM_TABLE_COLUMNS 24

struct pm_table {
    struct pm_arena arena; /* start as {0} */
    size_t columns;
    struct {
        const char *title;
        const char *key; /* of the CSV header; NULL: not in the CSV */
        bool right;      /* numbers */
        bool flexible;   /* may be cut to fit the terminal */
    } column[PM_TABLE_COLUMNS];
    size_t rows, cap;
    struct pm_table_row {
        const char *cell[PM_TABLE_COLUMNS]; /* NULL = unknown */
        const char *colour;                 /* "bold", "halfbright", ... or NULL */
        size_t about;                       /* the candidate it is about, + 1; 0: none */
    } * row;
    bool failed; /* out of memory while filling */
};

void pm_table_column(struct pm_table *t, const char *title, const char *key, bool right);
void pm_table_row(struct pm_table *t);
/* The next cell of the last row; NULL fmt: unknown. */
void pm_table_cell(struct pm_table *t, size_t column, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* For programs: "input_px" where the input is square, its width and height in column `sides` and
 * the next. Nothing of one that is not known. */
void pm_table_input(struct pm_table *t, size_t px, size_t sides, struct pm_input input);
/* Forget the columns in which no row has anything. */
void pm_table_drop_empty(struct pm_table *t);
int pm_table_print(struct pm_table *t, enum pm_format format, const struct pm_style *style,
                   struct pm_buf *buf, struct pm_err *err);
void pm_table_done(struct pm_table *t);

/* A sentence that Markdown shows as it is, but for commands in `backticks`; plain already. */
void pm_markdown_add(struct pm_buf *buf, const char *text);
void pm_markdown_list(struct pm_buf *buf, const char *const *text, size_t n);

#endif
