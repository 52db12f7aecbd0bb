/* SPDX-License-Identifier: MIT
 * Reading CSV (RFC 4180) cell by cell, from a whole file in memory. */
#ifndef PM_CSV_H
#define PM_CSV_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

#define PM_CSV_CELL 512

struct pm_csv {
    const char *path; /* for messages */
    const char *at;   /* next character */
    size_t line;      /* of `at`, from 1 */
    struct pm_err *err;
    struct pm_buf text;
};

/* Reads the file; a NUL byte in it is PM_EDATA. Release with pm_csv_close in any case. */
int pm_csv_open(const char *path, struct pm_csv *out, struct pm_err *err);
void pm_csv_close(struct pm_csv *csv);
/* The next cell; *last: the row ends after it. -1 with err filled. */
int pm_csv_cell(struct pm_csv *csv, char cell[PM_CSV_CELL], bool *last);
/* Past empty lines; false at the end of the file. */
bool pm_csv_next_row(struct pm_csv *csv);
/* PM_EDATA at a line and, when not "", a column. Returns -1. */
int pm_csv_fail(const struct pm_csv *csv, size_t line, const char *column, const char *message);

#endif
