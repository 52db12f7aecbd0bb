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
    const char *unit; /* that a cell may name */
};

/* What a row says; the input is made one of its columns at the end. */
struct row {
    struct pm_entry e;
    struct pm_input_keys input;
};

#define ROW(member) offsetof(struct row, e.member)
static const struct column columns[] = {
    {"network", TEXT, ROW(config.network), 0, 0, NULL},
    {"engine", TEXT, ROW(config.engine), 0, 0, NULL},
    {"precision", TEXT, ROW(config.precision), 0, 0, NULL},
    {"input_px", COUNT, offsetof(struct row, input.input_px), 1, PM_INPUT_MAX, NULL},
    {"input_width", COUNT, offsetof(struct row, input.input_width), 1, PM_INPUT_MAX, NULL},
    {"input_height", COUNT, offsetof(struct row, input.input_height), 1, PM_INPUT_MAX, NULL},
    {"batch", COUNT, ROW(config.batch), 1, 65536, NULL},
    {"threads", COUNT, ROW(config.threads), 1, 65536, NULL},
    {"power_mode", TEXT, ROW(config.power_mode), 0, 0, NULL},
    {"top1_pct", FIGURE, ROW(top1_pct), 0, 100, "%"},
    {"top5_pct", FIGURE, ROW(top5_pct), 0, 100, "%"},
    {"latency_ms", FIGURE, ROW(latency_ms), PM_LEAST_MS, 1e9, "ms"},
    {"gops", FIGURE, ROW(gops), 0, 1e9, NULL},
    {"params_m", FIGURE, ROW(params_m), 0, 1e9, "M"},
    {"memory_mib", FIGURE, ROW(memory_mib), 0, 1e9, "MiB"},
    {"power_w", FIGURE, ROW(power_w), 0, 1e6, "W"},
    {"power_basis", BASIS, ROW(power_basis), 0, 0, NULL},
    {"idle_w", FIGURE, ROW(idle_w), 0, 1e6, "W"},
};
#define KNOWN (sizeof columns / sizeof *columns)

struct table {
    struct pm_csv csv;
    const struct column *header[COLUMNS_MAX];
    size_t width;
};

/* What is nearly a column's name may be of another unit, whose figures are not that column's. */
static void unknown_column(const char *cell, char *message, size_t size)
{
    const char *names[KNOWN];
    for (size_t i = 0; i < KNOWN; i++)
        names[i] = columns[i].name;
    const char *near = pm_text_nearest(cell, names, KNOWN), *unit = NULL;
    for (size_t i = 0; i < KNOWN; i++)
        unit = near == columns[i].name ? columns[i].unit : unit;
    snprintf(message, size, "unknown column%s%s%s%s%s; the first row must be a header",
             near != NULL ? " (did you mean \"" : "", near != NULL ? near : "",
             near != NULL ? unit != NULL ? "\", in " : "\"?)" : "", unit != NULL ? unit : "",
             unit != NULL ? "?)" : "");
}

static int read_header(struct table *t)
{
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
            unknown_column(cell, message, sizeof message);
            return pm_csv_fail(&t->csv, 1, cell, message);
        }
        for (size_t i = 0; i < t->width; i++) {
            if (t->header[i] == found)
                return pm_csv_fail(&t->csv, 1, cell, "duplicate column");
        }
        if (t->width == COLUMNS_MAX)
            return pm_csv_fail(&t->csv, 1, cell, "too many columns");
        has_network = has_network || found == &columns[0];
        t->header[t->width++] = found;
    }
    return has_network ? 0 : pm_csv_fail(&t->csv, 1, "network", "this column is required");
}

/* "1,012.56": commas between groups of three digits are taken out. Of anything else that holds one
 * the meaning is open: "1,012" may be a decimal comma, and no group begins with a 0. */
static bool without_thousands(const char *text, char *out, size_t size)
{
    size_t n = 0, run = 0, groups = 0;
    bool grouped = false, point = false;
    if (text[0] == '0' && strchr(text, ',') != NULL)
        return false;
    for (; *text != '\0' && n + 1 < size; text++) {
        const bool digit = *text >= '0' && *text <= '9';
        if (*text == ',') {
            if (point || run == 0 || run > 3 || (grouped && run != 3))
                return false;
            grouped = true;
            groups++;
            run = 0;
            continue;
        }
        if (!digit && grouped && !point && run != 3)
            return false;
        point = point || !digit;
        run += digit && !point;
        out[n++] = *text;
    }
    out[n] = '\0';
    const bool either = groups == 1 && strchr(out, '.') == NULL;
    return *text == '\0' && !either && !(grouped && !point && run != 3);
}

/* A figure as people write it: "1,012.56", "12.5 ms", "71 %"; its own unit alone is known. */
static bool read_figure(const struct column *c, const char *cell, double *out, bool *unit)
{
    char text[PM_CSV_CELL];
    *unit = false;
    if (!without_thousands(cell, text, sizeof text))
        return false;
    size_t len = strlen(text);
    const size_t own = c->unit != NULL ? strlen(c->unit) : 0;
    if (own > 0 && len > own && strcmp(text + len - own, c->unit) == 0) {
        len -= own;
        while (len > 0 && text[len - 1] == ' ')
            len--;
        text[len] = '\0';
        *unit = true;
    }
    return pm_number_double(text, out);
}

static int refuse_share(struct table *t, size_t line, const struct column *c, double share)
{
    char message[160];
    snprintf(message, sizeof message,
             "%g is below 1: if it is a share of 1, give per cent (%g), in the whole column; if it "
             "is per cent, write %g%%",
             share, 100 * share, share);
    return pm_csv_fail(&t->csv, line, c->name, message);
}

static int set_cell(struct table *t, size_t line, const struct column *c, const char *cell,
                    struct pm_arena *arena, struct row *row)
{
    void *target = (char *)row + c->offset;
    char message[160];
    double value = 0;
    bool unit = false;
    if (cell[0] == '\0')
        return c->offset == ROW(config.network)
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
        if (!read_figure(c, cell, &value, &unit) || value < c->min || value > c->max ||
            (c->kind == COUNT && value != (double)(long)value)) {
            snprintf(message, sizeof message, "expected %s from %g to %g, found \"%.30s\"%s",
                     c->kind == COUNT ? "a whole number" : "a number", c->min, c->max, cell,
                     strchr(cell, ',') != NULL ? "; decimals follow a point" : "");
            return pm_csv_fail(&t->csv, line, c->name, message);
        }
        if (c->unit != NULL && c->unit[0] == '%' && !unit && value > 0 && value < 1)
            return refuse_share(t, line, c, value);
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
    const struct pm_catalogue_entry *known = NULL;
    struct pm_err unknown = {0}; /* a network of the table's own */
    if (catalogue == NULL || pm_catalogue_find(catalogue, e->config.network, &known, &unknown) != 0)
        return;
    if (known != NULL)
        pm_catalogue_lend_accuracy(known, &e->config, &e->top1_pct, &e->top5_pct);
}

static int read_row(struct table *t, const struct pm_catalogue *catalogue, struct pm_profile *p)
{
    const size_t line = t->csv.line;
    struct row row = {.e = pm_entry_empty()};
    struct pm_entry *e = &row.e;
    e->config.engine = "imported";
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
        if (set_cell(t, line, t->header[i], cell, &p->arena, &row) != 0)
            return -1;
    }
    struct pm_err two_forms = {0};
    if (pm_input_of_keys(&row.input, NULL, &e->config.input, &two_forms) != 0)
        return pm_csv_fail(&t->csv, line, "input_px", two_forms.msg);
    char contradiction[240];
    if (pm_entry_contradicts(e, contradiction, sizeof contradiction))
        return pm_csv_fail(&t->csv, line, "", contradiction);
    complete_from_catalogue(e, catalogue);
    if (pm_profile_find(p, e) != NULL)
        return pm_csv_fail(&t->csv, line, "network", "this candidate is given twice");
    return pm_profile_put(p, e, t->csv.err);
}

static int read_rows(struct table *t, const struct pm_catalogue *catalogue, struct pm_profile *p)
{
    if (!pm_csv_next_row(&t->csv))
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
