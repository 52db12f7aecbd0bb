/* SPDX-License-Identifier: MIT */
#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The program never calls setlocale for LC_NUMERIC, so strtod reads "1.5" everywhere. Only the
 * shape is checked first, because strtod also takes hex, "inf" and leading blanks. */
static size_t decimal_length(const char *s)
{
    size_t i = 0, digits = 0;
    if (s[i] == '-' || s[i] == '+')
        i++;
    for (; isdigit((unsigned char)s[i]); i++)
        digits++;
    if (s[i] == '.') {
        i++;
        for (; isdigit((unsigned char)s[i]); i++)
            digits++;
    }
    if (digits == 0)
        return 0;
    if (s[i] == 'e' || s[i] == 'E') {
        size_t j = i + 1;
        if (s[j] == '-' || s[j] == '+')
            j++;
        if (isdigit((unsigned char)s[j])) {
            while (isdigit((unsigned char)s[j]))
                j++;
            i = j;
        }
    }
    return i;
}

bool pm_number_prefix(const char *text, double *out, const char **rest)
{
    const size_t len = decimal_length(text);
    if (len == 0)
        return false;
    char *end = NULL;
    const double value = strtod(text, &end);
    if (end != text + len || !isfinite(value))
        return false;
    *out = value;
    *rest = end;
    return true;
}

bool pm_number_double(const char *text, double *out)
{
    double value;
    const char *rest;
    if (!pm_number_prefix(text, &value, &rest) || *rest != '\0')
        return false;
    *out = value;
    return true;
}

bool pm_number_long(const char *text, long min, long max, long *out)
{
    const char *p = text + (*text == '-' || *text == '+');
    if (!isdigit((unsigned char)*p))
        return false;
    char *end = NULL;
    errno = 0;
    const long value = strtol(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < min || value > max)
        return false;
    *out = value;
    return true;
}

struct unit {
    const char *name;
    double factor;
};

static bool with_unit(const char *text, const struct unit *units, double *out)
{
    double value;
    const char *rest;
    if (!pm_number_prefix(text, &value, &rest) || value < 0)
        return false;
    while (*rest == ' ')
        rest++;
    for (const struct unit *u = units; u->name != NULL; u++) {
        if (strcmp(rest, u->name) == 0 && isfinite(value * u->factor)) {
            *out = value * u->factor;
            return true;
        }
    }
    return false;
}

bool pm_number_duration_ms(const char *text, double *ms)
{
    static const struct unit units[] = {{"ns", 1e-6},  {"us", 1e-3}, {"ms", 1},     {"s", 1e3},
                                        {"min", 60e3}, {"m", 60e3},  {"h", 3600e3}, {NULL, 0}};
    return with_unit(text, units, ms);
}

bool pm_number_bytes(const char *text, double *bytes)
{
    static const struct unit units[] = {{"B", 1},           {"kB", 1e3},           {"KB", 1e3},
                                        {"MB", 1e6},        {"GB", 1e9},           {"KiB", 1024.0},
                                        {"MiB", 1048576.0}, {"GiB", 1073741824.0}, {NULL, 0}};
    return with_unit(text, units, bytes);
}

bool pm_number_joules(const char *text, double *j)
{
    static const struct unit units[] = {{"J", 1}, {"mJ", 1e-3}, {"kJ", 1e3}, {NULL, 0}};
    return with_unit(text, units, j);
}

bool pm_number_watts(const char *text, double *w)
{
    static const struct unit units[] = {{"", 1}, {"W", 1}, {"mW", 1e-3}, {"kW", 1e3}, {NULL, 0}};
    return with_unit(text, units, w);
}

bool pm_number_watt_hours(const char *text, double *wh)
{
    static const struct unit units[] = {{"Wh", 1}, {"mWh", 1e-3}, {"kWh", 1e3}, {NULL, 0}};
    return with_unit(text, units, wh);
}

bool pm_number_percent(const char *text, double *share)
{
    static const struct unit units[] = {{"%", 0.01}, {NULL, 0}};
    return with_unit(text, units, share);
}

struct counts {
    long *value;
    size_t n, cap;
    long max;
};

static bool add_count(struct counts *c, long value)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->value[i] == value)
            return true;
    }
    if (value < 1 || value > c->max || c->n == c->cap)
        return false;
    c->value[c->n++] = value;
    return true;
}

static bool take_whole(const char **p, long *out)
{
    char *end = NULL;
    if (!isdigit((unsigned char)**p))
        return false;
    errno = 0;
    *out = strtol(*p, &end, 10);
    *p = end;
    return errno == 0;
}

/* "first-last*mult" from its "-" on. */
static bool add_range(struct counts *c, long first, const char **p)
{
    long last, step = 1;
    *p += 1;
    if (!take_whole(p, &last) || last < first || last > c->max)
        return false;
    const char how = **p;
    if (how == '*' || how == '+') {
        *p += 1;
        if (!take_whole(p, &step) || step < (how == '*' ? 2 : 1) || step > c->max)
            return false;
    }
    for (long v = first; v <= last; v = how == '*' ? v * step : v + step) {
        if (!add_count(c, v))
            return false;
    }
    return true;
}

bool pm_number_counts(const char *text, long max, long *out, size_t cap, size_t *n)
{
    struct counts c = {out, 0, cap, max};
    for (const char *p = text;; p++) {
        long first;
        if (!take_whole(&p, &first) || first < 1)
            return false;
        if (!(*p == '-' ? add_range(&c, first, &p) : add_count(&c, first)))
            return false;
        if (*p == '\0')
            break;
        if (*p != ',')
            return false;
    }
    *n = c.n;
    return true;
}

bool pm_number_points(const char *text, double *percent)
{
    static const struct unit units[] = {{"", 1}, {"%", 1}, {NULL, 0}};
    return with_unit(text, units, percent);
}

bool pm_number_rate(const char *text, double *fps)
{
    static const struct unit units[] = {{"", 1}, {"fps", 1}, {NULL, 0}};
    return with_unit(text, units, fps);
}

bool pm_number_count(const char *text, double *n)
{
    static const struct unit units[] = {{"", 1},    {"k", 1e3}, {"K", 1e3}, {"M", 1e6},
                                        {"G", 1e9}, {"B", 1e9}, {NULL, 0}};
    return with_unit(text, units, n);
}
