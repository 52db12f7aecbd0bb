/* SPDX-License-Identifier: MIT */
#include "record/power_log.h"

#include "base/err.h"
#include "base/number.h"
#include "base/scope.h"
#include "record/csv.h"
#include "record/power_record.h"
#include "record/profile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GAP_PERIODS 3.0
/* Of a median gap: no meter is read so seldom, and the profile bounds the period. */
#define PERIOD_MAX_S 1e6

/* 2026-03-01T12:00:00Z, with a fraction of a second if there is one. */
static bool read_date(const char *text, double *out)
{
    struct tm utc = {0};
    double fraction = 0;
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);
    if (rest == NULL)
        return false;
    if (*rest == '.') {
        char digits[32];
        const size_t n = 1 + strspn(rest + 1, "0123456789");
        if (n < 2 || n >= sizeof digits - 1)
            return false;
        snprintf(digits, sizeof digits, "0%.*s", (int)n, rest);
        if (!pm_number_double(digits, &fraction))
            return false;
        rest += n;
    }
    if (strcmp(rest, "Z") != 0 && strcmp(rest, "+00:00") != 0)
        return false;
    *out = (double)timegm(&utc) + fraction;
    return true;
}

struct columns {
    size_t timestamp, watts, width;
};

static int read_header(struct pm_csv *csv, struct columns *out)
{
    bool last = false, has_time = false, has_watts = false;
    for (out->width = 0; !last; out->width++) {
        char cell[PM_CSV_CELL];
        if (pm_csv_cell(csv, cell, &last) != 0)
            return -1;
        if (strcmp(cell, "timestamp") == 0) {
            out->timestamp = out->width;
            has_time = true;
        } else if (strcmp(cell, "watts") == 0) {
            out->watts = out->width;
            has_watts = true;
        }
    }
    if (has_time && has_watts)
        return 0;
    return pm_csv_fail(csv, 1, has_time ? "watts" : "timestamp",
                       "this column is required; the first row must be a header");
}

static int read_row(struct pm_csv *csv, const struct columns *columns, double *at_s, double *watts)
{
    const size_t line = csv->line;
    bool last = false;
    size_t i = 0;
    *at_s = *watts = (double)NAN;
    for (; !last; i++) {
        char cell[PM_CSV_CELL];
        if (pm_csv_cell(csv, cell, &last) != 0)
            return -1;
        if (i == columns->timestamp && !pm_number_double(cell, at_s) && !read_date(cell, at_s))
            return pm_csv_fail(csv, line, "timestamp",
                               "expected seconds since 1970, or a UTC time such as "
                               "2026-03-01T12:00:00.25Z");
        if (i == columns->watts &&
            (!pm_number_double(cell, watts) || *watts < 0 || *watts > PM_WINDOW_W_MAX))
            return pm_csv_fail(csv, line, "watts", "expected a number of watts, 0 to 100000");
    }
    return i == columns->width
               ? 0
               : pm_csv_fail(csv, line, "", "this row has not as many cells as the header");
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int find_period(struct pm_csv *csv, struct pm_power_log *log)
{
    double *gap = pm_arena_alloc(&log->arena, log->n, sizeof *gap);
    if (gap == NULL)
        return pm_fail_nomem(csv->err);
    for (size_t i = 1; i < log->n; i++)
        gap[i - 1] = log->at_s[i] - log->at_s[i - 1];
    qsort(gap, log->n - 1, sizeof *gap, by_value);
    log->period_s = gap[(log->n - 1) / 2];
    if (!(log->period_s <= PERIOD_MAX_S))
        return pm_csv_fail(csv, csv->line, "timestamp",
                           "most readings are over 1e6 s apart: expected seconds since 1970");
    return 0;
}

static int read_rows(struct pm_csv *csv, double offset_s, struct pm_power_log *log)
{
    struct columns columns = {0};
    size_t lines = 1;
    if (read_header(csv, &columns) != 0)
        return -1;
    for (const char *c = csv->at; *c != '\0'; c++)
        lines += *c == '\n';
    log->at_s = pm_arena_alloc(&log->arena, lines, sizeof *log->at_s);
    log->watts = pm_arena_alloc(&log->arena, lines, sizeof *log->watts);
    if (log->at_s == NULL || log->watts == NULL)
        return pm_fail_nomem(csv->err);
    while (pm_csv_next_row(csv)) {
        const size_t line = csv->line;
        double at_s;
        if (read_row(csv, &columns, &at_s, &log->watts[log->n]) != 0)
            return -1;
        log->at_s[log->n] = at_s + offset_s;
        if (log->n > 0 && log->at_s[log->n] <= log->at_s[log->n - 1])
            return pm_csv_fail(csv, line, "timestamp", "time must rise from row to row");
        log->n++;
    }
    if (log->n < 2)
        return pm_csv_fail(csv, csv->line, "", "a log needs two readings at least");
    return find_period(csv, log);
}

int pm_power_log_load(const char *path, double offset_s, struct pm_power_log *out,
                      struct pm_err *err)
{
    struct pm_csv csv;
    struct pm_power_log log = {.n = 0};
    int result = pm_csv_open(path, &csv, err);
    if (result == 0)
        result = read_rows(&csv, offset_s, &log);
    pm_csv_close(&csv);
    if (result != 0)
        pm_arena_done(&log.arena);
    else
        *out = log;
    return result;
}

void pm_power_log_done(struct pm_power_log *log)
{
    pm_arena_done(&log->arena);
    *log = (struct pm_power_log){0};
}

/* Index of the last reading at or before t; n when there is none. */
static size_t reading_before(const struct pm_power_log *log, double t)
{
    size_t low = 0, high = log->n;
    while (low < high) { /* the first reading after t */
        const size_t mid = low + (high - low) / 2;
        if (log->at_s[mid] <= t)
            low = mid + 1;
        else
            high = mid;
    }
    return low == 0 ? log->n : low - 1;
}

static double watts_at(const struct pm_power_log *log, size_t i, double t)
{
    const double share = (t - log->at_s[i]) / (log->at_s[i + 1] - log->at_s[i]);
    return log->watts[i] + share * (log->watts[i + 1] - log->watts[i]);
}

double pm_power_log_energy(const struct pm_power_log *log, double from_s, double seconds)
{
    const double to_s = from_s + seconds;
    double joules = 0, t = from_s;
    for (size_t i = reading_before(log, from_s); t < to_s; i++) {
        if (i + 1 >= log->n || log->at_s[i + 1] - log->at_s[i] > GAP_PERIODS * log->period_s)
            return -1;
        const double end = fmin(log->at_s[i + 1], to_s);
        joules += (watts_at(log, i, t) + watts_at(log, i, end)) / 2 * (end - t);
        t = end;
    }
    return joules;
}

/* joules of all windows, or NULL: with some of them unknown the others say nothing. */
static int fill(const struct pm_power_log *log, struct pm_windows *w, struct pm_arena *arena,
                struct pm_err *err)
{
    bool covered = w->n > 0;
    double *joules = pm_arena_alloc(arena, w->n + 1, sizeof *joules);
    if (joules == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < w->n; i++) {
        joules[i] = pm_power_log_energy(log, w->from_s[i], w->seconds[i]);
        covered = covered && pm_window_plausible(joules[i], w->seconds[i]);
    }
    w->joules = covered ? joules : NULL;
    return 0;
}

int pm_power_log_apply(const struct pm_power_log *log, const char *name, double gain_rel,
                       struct pm_profile *profile, size_t *filled, size_t *missed,
                       struct pm_err *err)
{
    *filled = *missed = 0;
    for (size_t i = 0; i < profile->n; i++) {
        struct pm_power_record r = profile->entry[i].power;
        if (r.busy.n == 0)
            continue;
        if (fill(log, &r.busy, &profile->arena, err) != 0 ||
            fill(log, &r.idle, &profile->arena, err) != 0)
            return -1;
        if (r.busy.joules == NULL) {
            (*missed)++;
            continue;
        }
        /* idle windows the log does not cover stay, without energy: no net figure follows, until a
         * longer log is imported */
        r.source = pm_arena_printf(&profile->arena, "log: %s", name);
        r.scope = pm_scope_name(PM_SCOPE_WALL);
        r.kind = "log";
        r.period_ms = log->period_s * 1e3;
        r.gain_rel = gain_rel;
        r.cause = NULL;
        if (r.source == NULL)
            return pm_fail_nomem(err);
        profile->entry[i].power = r;
        (*filled)++;
    }
    return 0;
}
