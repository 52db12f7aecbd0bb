/* SPDX-License-Identifier: MIT */
#include "record/csv.h"

#include "base/err.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>

#define CSV_BYTES_MAX ((size_t)64 * 1024 * 1024)

int pm_csv_fail(const struct pm_csv *csv, size_t line, const char *column, const char *message)
{
    char where[230];
    snprintf(where, sizeof where, "%s:%zu%s%.40s%s", csv->path, line,
             column[0] ? ": column \"" : "", column, column[0] ? "\"" : "");
    return pm_fail(csv->err, PM_EDATA, where, "%s", message);
}

int pm_csv_cell(struct pm_csv *csv, char cell[PM_CSV_CELL], bool *last)
{
    size_t n = 0;
    const size_t line = csv->line;
    while (*csv->at == ' ' || *csv->at == '\t') /* blanks around a cell are no part of it */
        csv->at++;
    const bool quoted = *csv->at == '"';
    if (quoted)
        csv->at++;
    for (;; csv->at++) {
        if (quoted && csv->at[0] == '"' && csv->at[1] == '"')
            csv->at++;
        else if (quoted ? *csv->at == '"' : strchr(",\r\n", *csv->at) != NULL)
            break; /* strchr finds the closing NUL too */
        if (*csv->at == '\0')
            return pm_csv_fail(csv, line, "", "the quoted cell that opens here is never closed");
        if (*csv->at == '\n')
            csv->line++;
        if (n + 1 >= PM_CSV_CELL)
            return pm_csv_fail(csv, line, "", "a cell is longer than 511 characters");
        cell[n++] = *csv->at;
    }
    while (!quoted && n > 0 && (cell[n - 1] == ' ' || cell[n - 1] == '\t'))
        n--;
    cell[n] = '\0';
    if (quoted)
        csv->at++;
    while (quoted && (*csv->at == ' ' || *csv->at == '\t'))
        csv->at++;
    if (csv->at[0] == '\r' && csv->at[1] == '\n')
        csv->at++;
    *last = *csv->at != ',';
    if (*last && strchr("\r\n", *csv->at) == NULL)
        return pm_csv_fail(csv, line, "", "text stands after a closing quote");
    if (*last && *csv->at != '\0')
        csv->line++;
    if (*csv->at != '\0')
        csv->at++;
    return 0;
}

int pm_csv_open(const char *path, struct pm_csv *out, struct pm_err *err)
{
    *out = (struct pm_csv){.path = path, .line = 1, .err = err};
    if (pm_file_read(path, CSV_BYTES_MAX, &out->text, err) != 0)
        return -1;
    out->at = pm_buf_text(&out->text);
    if (strlen(out->at) != out->text.len)
        return pm_fail(err, PM_EDATA, path, "holds a NUL byte; this is not a CSV text");
    if (strncmp(out->at, "\xef\xbb\xbf", 3) == 0)
        out->at += 3; /* spreadsheets put a byte order mark first */
    return 0;
}

void pm_csv_close(struct pm_csv *csv)
{
    pm_buf_done(&csv->text);
}

bool pm_csv_next_row(struct pm_csv *csv)
{
    while (*csv->at == '\n' || *csv->at == '\r') {
        csv->line += *csv->at == '\n';
        csv->at++;
    }
    return *csv->at != '\0';
}
