/* SPDX-License-Identifier: MIT */
#include "report/table.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/number.h"
#include "base/text.h"

#include <ctype.h>
#include <libsmartcols/libsmartcols.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELL_MAX 400

void pm_table_column(struct pm_table *t, const char *title, const char *key, bool right)
{
    if (t->columns == PM_TABLE_COLUMNS) {
        t->failed = true;
        return;
    }
    t->column[t->columns].title = title;
    t->column[t->columns].key = key;
    t->column[t->columns].right = right;
    t->columns++;
}

void pm_table_row(struct pm_table *t)
{
    if (t->rows == t->cap) {
        const size_t cap = t->cap == 0 ? 32 : t->cap * 2;
        struct pm_table_row *row = pm_arena_alloc(&t->arena, cap, sizeof *row);
        if (row == NULL) {
            t->failed = true;
            return;
        }
        if (t->rows > 0)
            memcpy(row, t->row, t->rows * sizeof *row);
        t->row = row;
        t->cap = cap;
    }
    t->row[t->rows++] = (struct pm_table_row){0};
}

void pm_table_cell(struct pm_table *t, size_t column, const char *fmt, ...)
{
    /* libsmartcols looks for ever for the end of half a character, so none may reach it: neither
     * from outside nor from the cut here. 3 bytes more, so that a cut is seen for one. */
    char text[CELL_MAX + 3], clean[CELL_MAX];
    if (t->failed || fmt == NULL)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    pm_text_printable(text, clean, sizeof clean);
    t->row[t->rows - 1].cell[column] = pm_arena_dup(&t->arena, clean);
    t->failed = t->failed || t->row[t->rows - 1].cell[column] == NULL;
}

/* A hostile name stays text. */
static void add_escaped(struct pm_buf *buf, const char *text, size_t len)
{
    for (const char *p = text; p < text + len; p++) {
        /* within a word an underscore is one, and addresses must stay whole */
        const bool within =
            *p == '_' && p > text && isalnum((unsigned char)p[-1]) && isalnum((unsigned char)p[1]);
        if (!within && strchr("|<>*_`[]\\", *p) != NULL)
            pm_buf_add(buf, "\\");
        pm_buf_add_bytes(buf, p, 1);
    }
}

void pm_markdown_add(struct pm_buf *buf, const char *text)
{
    while (*text != '\0') {
        const char *open = strchr(text, '`');
        const char *close = open != NULL ? strchr(open + 1, '`') : NULL;
        if (close == NULL) {
            add_escaped(buf, text, strlen(text));
            return;
        }
        add_escaped(buf, text, (size_t)(open - text));
        pm_buf_add_plain(buf, open, (size_t)(close - open) + 1);
        text = close + 1;
    }
}

void pm_markdown_list(struct pm_buf *buf, const char *const *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pm_buf_add(buf, "- ");
        pm_markdown_add(buf, text[i]);
        pm_buf_add(buf, "\n");
    }
}

static int print_markdown(const struct pm_table *t, struct pm_buf *buf)
{
    for (size_t i = 0; i < t->columns; i++) { /* a title may be a network's name */
        const char *title = t->column[i].title[0] != '\0' ? t->column[i].title : " ";
        pm_buf_add(buf, "| ");
        add_escaped(buf, title, strlen(title));
        pm_buf_add(buf, " ");
    }
    pm_buf_add(buf, "|\n");
    for (size_t i = 0; i < t->columns; i++)
        pm_buf_add(buf, t->column[i].right ? "|---:" : "|---");
    pm_buf_add(buf, "|\n");
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t i = 0; i < t->columns; i++) {
            const char *cell = t->row[r].cell[i] != NULL ? t->row[r].cell[i] : "-";
            pm_buf_add(buf, "| ");
            add_escaped(buf, cell, strlen(cell));
            pm_buf_add(buf, " ");
        }
        pm_buf_add(buf, "|\n");
    }
    return 0;
}

/* A spreadsheet evaluates a cell that begins like a formula and is not a number. A leading quote
 * keeps it text. */
static bool is_formula(const char *cell)
{
    double number;
    return *cell != '\0' && strchr("=+-@\t\r", *cell) != NULL && strcmp(cell, "-") != 0 &&
           !pm_number_double(cell, &number);
}

static void add_csv_cell(struct pm_buf *buf, const char *cell)
{
    const char *guard = is_formula(cell) ? "'" : "";
    if (strpbrk(cell, ",\"\r\n") == NULL) {
        pm_buf_addf(buf, "%s%s", guard, cell);
        return;
    }
    pm_buf_addf(buf, "\"%s", guard);
    for (const char *p = cell; *p != '\0'; p++)
        pm_buf_addf(buf, *p == '"' ? "\"\"" : "%c", *p);
    pm_buf_add(buf, "\"");
}

static int print_csv(const struct pm_table *t, struct pm_buf *buf)
{
    for (size_t r = 0; r <= t->rows; r++) {
        bool first = true;
        for (size_t i = 0; i < t->columns; i++) {
            if (t->column[i].key == NULL)
                continue;
            const char *cell = r == 0 ? t->column[i].key : t->row[r - 1].cell[i];
            pm_buf_add(buf, first ? "" : ",");
            add_csv_cell(buf, cell != NULL ? cell : ""); /* unknown is empty, never 0 */
            first = false;
        }
        pm_buf_add(buf, "\n");
    }
    return 0;
}

static bool fill(struct libscols_table *table, const struct pm_table *t,
                 const struct pm_style *style)
{
    for (size_t i = 0; i < t->columns; i++) {
        const int flags = t->column[i].right      ? SCOLS_FL_RIGHT
                          : t->column[i].flexible ? SCOLS_FL_TRUNC
                                                  : 0;
        if (scols_table_new_column(table, t->column[i].title, 0, flags) == NULL)
            return false;
    }
    for (size_t r = 0; r < t->rows; r++) {
        struct libscols_line *line = scols_table_new_line(table, NULL);
        if (line == NULL)
            return false;
        for (size_t i = 0; i < t->columns; i++) {
            const char *cell = t->row[r].cell[i];
            if (scols_line_set_data(line, i, cell != NULL ? cell : "-") != 0)
                return false;
        }
        if (style->colour && t->row[r].colour != NULL)
            scols_line_set_color(line, t->row[r].colour);
    }
    return true;
}

/* Its lines without the blanks that fill the last column; the last one has no newline of its own.
 */
static void add_trimmed(struct pm_buf *buf, const char *text)
{
    while (*text != '\0') {
        const size_t line = strcspn(text, "\n");
        size_t end = line;
        while (end > 0 && text[end - 1] == ' ')
            end--;
        pm_buf_add_bytes(buf, text, end);
        pm_buf_add(buf, "\n");
        text += line + (text[line] == '\n');
    }
}

static int print_text(const struct pm_table *t, const struct pm_style *style, struct pm_buf *buf,
                      struct pm_err *err)
{
    struct libscols_table *table = scols_new_table();
    char *text = NULL;
    int result = -1;
    if (table == NULL)
        return pm_fail_nomem(err);
    scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
    scols_table_set_termwidth(table, (size_t)style->width);
    scols_table_enable_colors(table, style->colour);
    scols_table_enable_noencoding(table, style->utf8);
    if (fill(table, t, style) && scols_print_table_to_string(table, &text) == 0 && text != NULL) {
        add_trimmed(buf, text);
        result = 0;
    } else {
        pm_fail_nomem(err);
    }
    free(text);
    scols_unref_table(table);
    return result;
}

static bool is_empty(const struct pm_table *t, size_t column)
{
    for (size_t r = 0; r < t->rows; r++) {
        if (t->row[r].cell[column] != NULL)
            return false;
    }
    return true;
}

void pm_table_input(struct pm_table *t, size_t px, size_t sides, struct pm_input input)
{
    if (input.width <= 0)
        return;
    if (input.width == input.height)
        pm_table_cell(t, px, "%ld", input.width);
    pm_table_cell(t, sides, "%ld", input.width);
    pm_table_cell(t, sides + 1, "%ld", input.height);
}

void pm_table_drop_empty(struct pm_table *t)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->columns; i++) {
        if (is_empty(t, i))
            continue;
        t->column[kept] = t->column[i];
        for (size_t r = 0; r < t->rows; r++)
            t->row[r].cell[kept] = t->row[r].cell[i];
        kept++;
    }
    t->columns = kept;
}

int pm_table_print(struct pm_table *t, enum pm_format format, const struct pm_style *style,
                   struct pm_buf *buf, struct pm_err *err)
{
    if (t->failed)
        return pm_fail_nomem(err);
    if (format == PM_FORMAT_MARKDOWN)
        return print_markdown(t, buf);
    if (format == PM_FORMAT_CSV)
        return print_csv(t, buf);
    return print_text(t, style, buf, err);
}

void pm_table_done(struct pm_table *t)
{
    pm_arena_done(&t->arena);
    *t = (struct pm_table){0};
}
