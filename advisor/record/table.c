/* SPDX-License-Identifier: MIT */
#include "record/table.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "record/catalogue.h"
#include "record/profile.h"

#include <stdio.h>
#include <string.h>

#define TABLE_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define COLUMNS_MAX     32
#define CELL_MAX        512

enum column_kind { TEXT, COUNT, FIGURE, BASIS };

struct column {
    const char *name;
    enum column_kind kind;
    size_t offset;
    double min, max;
};

#define ENTRY(member) offsetof(struct pm_entry, member)
static const struct column columns[] = {
    {"network", TEXT, ENTRY(network), 0, 0},
    {"engine", TEXT, ENTRY(engine), 0, 0},
    {"precision", TEXT, ENTRY(precision), 0, 0},
    {"input_px", COUNT, ENTRY(input_px), 1, 16384},
    {"batch", COUNT, ENTRY(batch), 1, 65536},
    {"threads", COUNT, ENTRY(threads), 1, 65536},
    {"power_mode", TEXT, ENTRY(power_mode), 0, 0},
    {"top1_pct", FIGURE, ENTRY(top1_pct), 0, 100},
    {"top5_pct", FIGURE, ENTRY(top5_pct), 0, 100},
    {"latency_ms", FIGURE, ENTRY(latency_ms), 1e-9, 1e9},
    {"gops", FIGURE, ENTRY(gops), 0, 1e9},
    {"params_m", FIGURE, ENTRY(params_m), 0, 1e9},
    {"memory_mib", FIGURE, ENTRY(memory_mib), 0, 1e9},
    {"power_w", FIGURE, ENTRY(power_w), 0, 1e6},
    {"power_basis", BASIS, ENTRY(power_basis), 0, 0},
    {"idle_w", FIGURE, ENTRY(idle_w), 0, 1e6},
};
#define KNOWN (sizeof columns / sizeof *columns)

struct table {
    const char *path;
    const char *at; /* next character */
    size_t line;    /* of `at`, from 1 */
    const struct column *header[COLUMNS_MAX];
    size_t width;
    struct pm_err *err;
};

static int fail_at(const struct table *t, size_t line, const char *column, const char *message)
{
    char where[230];
    snprintf(where, sizeof where, "%s:%zu%s%.40s%s", t->path, line, column[0] ? ": column \"" : "",
             column, column[0] ? "\"" : "");
    return pm_fail(t->err, PM_EDATA, where, "%s", message);
}

/* One cell of RFC 4180: plain, or quoted with "" for a quote. *last: the row ends after it. */
static int take_cell(struct table *t, char *cell, bool *last)
{
    size_t n = 0;
    const size_t line = t->line;
    const bool quoted = *t->at == '"';
    if (quoted)
        t->at++;
    for (;; t->at++) {
        if (quoted && t->at[0] == '"' && t->at[1] == '"')
            t->at++;
        else if (quoted ? *t->at == '"' : strchr(",\r\n", *t->at) != NULL)
            break; /* strchr finds the closing NUL too */
        if (*t->at == '\0')
            return fail_at(t, line, "", "the quoted cell that opens here is never closed");
        if (*t->at == '\n')
            t->line++;
        if (n + 1 >= CELL_MAX)
            return fail_at(t, line, "", "a cell is longer than 511 characters");
        cell[n++] = *t->at;
    }
    cell[n] = '\0';
    if (quoted)
        t->at++;
    if (*t->at == '\r')
        t->at++;
    *last = *t->at != ',';
    if (*last && *t->at != '\n' && *t->at != '\0')
        return fail_at(t, line, "", "text stands after a closing quote");
    if (*t->at == '\n')
        t->line++;
    if (*t->at != '\0')
        t->at++;
    return 0;
}

static int read_header(struct table *t)
{
    const char *names[KNOWN];
    for (size_t i = 0; i < KNOWN; i++)
        names[i] = columns[i].name;
    bool last = false, has_network = false;
    while (!last) {
        char cell[CELL_MAX], message[160];
        if (take_cell(t, cell, &last) != 0)
            return -1;
        const struct column *found = NULL;
        for (size_t i = 0; i < KNOWN; i++)
            found = strcmp(columns[i].name, cell) == 0 ? &columns[i] : found;
        if (found == NULL) {
            const char *near = pm_text_nearest(cell, names, KNOWN);
            snprintf(message, sizeof message,
                     "unknown column%s%s%s; the first row must be a header",
                     near != NULL ? " (did you mean \"" : "", near != NULL ? near : "",
                     near != NULL ? "\"?)" : "");
            return fail_at(t, 1, cell, message);
        }
        for (size_t i = 0; i < t->width; i++) {
            if (t->header[i] == found)
                return fail_at(t, 1, cell, "this column stands twice");
        }
        if (t->width == COLUMNS_MAX)
            return fail_at(t, 1, cell, "too many columns");
        has_network = has_network || found == &columns[0];
        t->header[t->width++] = found;
    }
    return has_network ? 0 : fail_at(t, 1, "network", "this column is required");
}

static int set_cell(struct table *t, size_t line, const struct column *c, const char *cell,
                    struct pm_arena *arena, struct pm_entry *e)
{
    void *target = (char *)e + c->offset;
    char message[120];
    double value = 0;
    if (cell[0] == '\0')
        return c->offset == ENTRY(network) ? fail_at(t, line, c->name, "a name is required") : 0;
    switch (c->kind) {
    case BASIS:
        if (strcmp(cell, "total") != 0 && strcmp(cell, "above_idle") != 0)
            return fail_at(t, line, c->name, "expected total or above_idle");
        /* fall through */
    case TEXT:
        if (!pm_text_is_plain(cell))
            return fail_at(t, line, c->name, "control characters are not allowed");
        *(const char **)target = pm_arena_dup(arena, cell);
        return *(const char **)target != NULL ? 0 : pm_fail_nomem(t->err);
    case COUNT:
    case FIGURE:
        if (!pm_number_double(cell, &value) || value < c->min || value > c->max ||
            (c->kind == COUNT && value != (double)(long)value)) {
            snprintf(message, sizeof message, "expected %s from %g to %g, found \"%.30s\"",
                     c->kind == COUNT ? "a whole number" : "a number", c->min, c->max, cell);
            return fail_at(t, line, c->name, message);
        }
        break;
    }
    if (c->kind == COUNT)
        *(long *)target = (long)value;
    else /* somebody else's figure, as it stands */
        *(struct pm_quantity *)target = pm_quantity_of(value, PM_DECLARED);
    return 0;
}

static void complete_from_catalogue(struct pm_entry *e, const struct pm_catalogue *catalogue)
{
    const struct pm_catalogue_entry *known =
        catalogue != NULL ? pm_catalogue_by_id(catalogue, e->network) : NULL;
    if (known == NULL)
        return;
    if (!pm_known(e->top1_pct))
        e->top1_pct = known->top1_pct;
    if (!pm_known(e->top5_pct))
        e->top5_pct = known->top5_pct;
}

static int read_row(struct table *t, const struct pm_catalogue *catalogue, struct pm_profile *p)
{
    const size_t line = t->line;
    struct pm_entry e = pm_entry_empty();
    e.engine = "imported";
    bool last = false;
    size_t i = 0;
    for (; !last; i++) {
        char cell[CELL_MAX] = "", message[120];
        if (take_cell(t, cell, &last) != 0)
            return -1;
        if (i >= t->width || (last && i + 1 != t->width)) {
            snprintf(message, sizeof message, "this row has %s than the %zu columns of the header",
                     i >= t->width ? "more cells" : "fewer cells", t->width);
            return fail_at(t, line, "", message);
        }
        if (set_cell(t, line, t->header[i], cell, &p->arena, &e) != 0)
            return -1;
    }
    complete_from_catalogue(&e, catalogue);
    if (pm_profile_find(p, &e) != NULL)
        return fail_at(t, line, "network", "this candidate stands twice");
    return pm_profile_put(p, &e, t->err);
}

static int read_rows(struct table *t, const struct pm_catalogue *catalogue, struct pm_profile *p)
{
    if (*t->at == '\0')
        return fail_at(t, 1, "", "the file is empty; the first row must be a header");
    if (strncmp(t->at, "\xef\xbb\xbf", 3) == 0)
        t->at += 3; /* spreadsheets put a byte order mark first */
    if (read_header(t) != 0)
        return -1;
    while (*t->at != '\0') {
        if (*t->at == '\n' || *t->at == '\r') { /* an empty line */
            t->line += *t->at == '\n';
            t->at++;
            continue;
        }
        if (read_row(t, catalogue, p) != 0)
            return -1;
    }
    return p->n > 0 ? 0 : fail_at(t, t->line, "", "there is no row under the header");
}

int pm_table_load(const char *path, const char *device, const struct pm_catalogue *catalogue,
                  struct pm_profile *out, struct pm_err *err)
{
    struct pm_buf buf = {0};
    struct pm_profile p = {.origin = "imported"};
    struct table t = {.path = path, .line = 1, .err = err};
    int result = pm_file_read(path, TABLE_BYTES_MAX, &buf, err);
    t.at = pm_buf_text(&buf);
    if (result == 0 && strlen(t.at) != buf.len)
        result = pm_fail(err, PM_EDATA, path, "holds a NUL byte; this is not a CSV text");
    if (result == 0) {
        const char *slash = strrchr(path, '/');
        p.source = pm_arena_dup(&p.arena, slash != NULL ? slash + 1 : path);
        p.device.name = pm_arena_dup(&p.arena, device);
        result = p.source != NULL && p.device.name != NULL ? read_rows(&t, catalogue, &p)
                                                           : pm_fail_nomem(err);
    }
    pm_buf_done(&buf);
    if (result != 0)
        pm_arena_done(&p.arena);
    else
        *out = p;
    return result;
}
