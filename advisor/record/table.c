/* SPDX-License-Identifier: MIT */
#include "record/table.h"

#include "base/err.h"
#include "base/number.h"
#include "base/text.h"
#include "record/catalogue.h"
#include "record/csv.h"
#include "record/profile.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS_MAX 32

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
    struct pm_csv csv;
    const struct column *header[COLUMNS_MAX];
    size_t width;
};

static int read_header(struct table *t)
{
    const char *names[KNOWN];
    for (size_t i = 0; i < KNOWN; i++)
        names[i] = columns[i].name;
    bool last = false, has_network = false;
    while (!last) {
        char cell[PM_CSV_CELL], message[160];
        if (pm_csv_cell(&t->csv, cell, &last) != 0)
            return -1;
        if (pm_text_find_broken(cell) != NULL)
            return pm_csv_fail(&t->csv, 1, "", "a column's name is not valid UTF-8 text");
        const struct column *found = NULL;
        for (size_t i = 0; i < KNOWN; i++)
            found = strcmp(columns[i].name, cell) == 0 ? &columns[i] : found;
        if (found == NULL) {
            const char *near = pm_text_nearest(cell, names, KNOWN);
            snprintf(message, sizeof message,
                     "unknown column%s%s%s; the first row must be a header",
                     near != NULL ? " (did you mean \"" : "", near != NULL ? near : "",
                     near != NULL ? "\"?)" : "");
            return pm_csv_fail(&t->csv, 1, cell, message);
        }
        for (size_t i = 0; i < t->width; i++) {
            if (t->header[i] == found)
                return pm_csv_fail(&t->csv, 1, cell, "this column stands twice");
        }
        if (t->width == COLUMNS_MAX)
            return pm_csv_fail(&t->csv, 1, cell, "too many columns");
        has_network = has_network || found == &columns[0];
        t->header[t->width++] = found;
    }
    return has_network ? 0 : pm_csv_fail(&t->csv, 1, "network", "this column is required");
}

static int set_cell(struct table *t, size_t line, const struct column *c, const char *cell,
                    struct pm_arena *arena, struct pm_entry *e)
{
    void *target = (char *)e + c->offset;
    char message[120];
    double value = 0;
    if (cell[0] == '\0')
        return c->offset == ENTRY(network)
                   ? pm_csv_fail(&t->csv, line, c->name, "a name is required")
                   : 0;
    if (pm_text_find_broken(cell) != NULL)
        return pm_csv_fail(&t->csv, line, c->name, "this is not valid UTF-8 text");
    switch (c->kind) {
    case BASIS:
        if (strcmp(cell, "total") != 0 && strcmp(cell, "above_idle") != 0)
            return pm_csv_fail(&t->csv, line, c->name, "expected total or above_idle");
        /* fall through */
    case TEXT:
        if (!pm_text_is_plain(cell))
            return pm_csv_fail(&t->csv, line, c->name, "control characters are not allowed");
        *(const char **)target = pm_arena_dup(arena, cell);
        return *(const char **)target != NULL ? 0 : pm_fail_nomem(t->csv.err);
    case COUNT:
    case FIGURE:
        if (!pm_number_double(cell, &value) || value < c->min || value > c->max ||
            (c->kind == COUNT && value != (double)(long)value)) {
            snprintf(message, sizeof message, "expected %s from %g to %g, found \"%.30s\"",
                     c->kind == COUNT ? "a whole number" : "a number", c->min, c->max, cell);
            return pm_csv_fail(&t->csv, line, c->name, message);
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
    if (known == NULL || !pm_catalogue_accuracy_is_of(known, e->precision, e->input_px))
        return;
    if (!pm_known(e->top1_pct))
        e->top1_pct = known->top1_pct;
    if (!pm_known(e->top5_pct))
        e->top5_pct = known->top5_pct;
}

static int read_row(struct table *t, const struct pm_catalogue *catalogue, struct pm_profile *p)
{
    const size_t line = t->csv.line;
    struct pm_entry e = pm_entry_empty();
    e.engine = "imported";
    bool last = false;
    size_t i = 0;
    for (; !last; i++) {
        char cell[PM_CSV_CELL] = "", message[120];
        if (pm_csv_cell(&t->csv, cell, &last) != 0)
            return -1;
        if (i >= t->width || (last && i + 1 != t->width)) {
            snprintf(message, sizeof message, "this row has %s than the %zu columns of the header",
                     i >= t->width ? "more cells" : "fewer cells", t->width);
            return pm_csv_fail(&t->csv, line, "", message);
        }
        if (set_cell(t, line, t->header[i], cell, &p->arena, &e) != 0)
            return -1;
    }
    complete_from_catalogue(&e, catalogue);
    if (pm_profile_find(p, &e) != NULL)
        return pm_csv_fail(&t->csv, line, "network", "this candidate is given twice");
    return pm_profile_put(p, &e, t->csv.err);
}

static int read_rows(struct table *t, const struct pm_catalogue *catalogue, struct pm_profile *p)
{
    if (*t->csv.at == '\0')
        return pm_csv_fail(&t->csv, 1, "", "the file is empty; the first row must be a header");
    if (read_header(t) != 0)
        return -1;
    while (pm_csv_next_row(&t->csv)) {
        if (read_row(t, catalogue, p) != 0)
            return -1;
    }
    return p->n > 0 ? 0 : pm_csv_fail(&t->csv, t->csv.line, "", "there is no row under the header");
}

int pm_table_load(const char *path, const char *device, const struct pm_catalogue *catalogue,
                  struct pm_profile *out, struct pm_err *err)
{
    struct pm_profile p = {.origin = "imported"};
    struct table t = {.width = 0};
    int result = pm_csv_open(path, &t.csv, err);
    if (result == 0) {
        const char *slash = strrchr(path, '/');
        char source[256]; /* a file's name is any bytes */
        pm_text_printable(slash != NULL ? slash + 1 : path, source, sizeof source);
        p.source = pm_arena_dup(&p.arena, source);
        p.device.name = pm_arena_dup(&p.arena, device);
        result = p.source != NULL && p.device.name != NULL ? read_rows(&t, catalogue, &p)
                                                           : pm_fail_nomem(err);
    }
    pm_csv_close(&t.csv);
    if (result != 0)
        pm_arena_done(&p.arena);
    else
        *out = p;
    return result;
}
