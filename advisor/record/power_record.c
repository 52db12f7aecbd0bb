/* SPDX-License-Identifier: MIT */
#include "record/power_record.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/scope.h"
#include "record/profile.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct record_text {
    struct pm_power_record r;
    const struct cJSON *busy, *idle;
};

#define R_TEXT(member) PM_FIELD(struct pm_power_record, member, PM_JSON_TEXT, PM_OPTIONAL)
static const struct pm_field record_fields[] = {
    R_TEXT(source),
    R_TEXT(scope),
    R_TEXT(kind),
    PM_FIELD_RANGE(struct pm_power_record, period_ms, PM_JSON_NUMBER, PM_OPTIONAL, 0, 1e9),
    PM_FIELD_RANGE(struct pm_power_record, gain_rel, PM_JSON_NUMBER, PM_OPTIONAL, 0, 1),
    R_TEXT(cause),
    {.key = "busy", .kind = PM_JSON_NODE, .offset = offsetof(struct record_text, busy)},
    {.key = "idle", .kind = PM_JSON_NODE, .offset = offsetof(struct record_text, idle)},
};

struct windows_text {
    struct pm_windows w;
    const struct cJSON *from_s, *seconds, *runs, *joules;
};

static const struct pm_field windows_fields[] = {
    PM_FIELD_RANGE(struct pm_windows, before, PM_JSON_INT, PM_OPTIONAL, 0, 1e6),
    {.key = "from_s", .kind = PM_JSON_NODE, .offset = offsetof(struct windows_text, from_s)},
    {.key = "seconds", .kind = PM_JSON_NODE, .offset = offsetof(struct windows_text, seconds)},
    {.key = "runs", .kind = PM_JSON_NODE, .offset = offsetof(struct windows_text, runs)},
    {.key = "joules", .kind = PM_JSON_NODE, .offset = offsetof(struct windows_text, joules)},
};

/* One of the lists, all of which hold n numbers. */
static int read_list(const struct cJSON *node, const char *key, double min, double max, size_t n,
                     const char *where, struct pm_arena *arena, double **out, struct pm_err *err)
{
    size_t count = 0;
    if (pm_json_numbers(node, where, arena, out, &count, err) != 0)
        return -1;
    if (count != n)
        return pm_fail(err, PM_EDATA, where,
                       "from_s, seconds, runs and joules differ in their length: %s has %zu, "
                       "from_s %zu",
                       key, count, n);
    for (size_t i = 0; i < n; i++) {
        const double x = (*out)[i];
        if (!(x >= min && x <= max))
            return pm_fail(err, PM_EDATA, where, "%s[%zu] is %g, not within %g to %g", key, i, x,
                           min, max);
    }
    return 0;
}

static int check_runs(const struct pm_windows *w, bool busy, const char *where, struct pm_err *err)
{
    for (size_t i = 0; i < w->n; i++) {
        if (busy && (w->runs[i] < 1 || w->runs[i] != floor(w->runs[i])))
            return pm_fail(err, PM_EDATA, where,
                           "runs[%zu] is %g: a busy window has a whole number of them, 1 at least",
                           i, w->runs[i]);
        if (!busy && w->runs[i] != 0)
            return pm_fail(err, PM_EDATA, where, "runs[%zu] is %g: an idle window has none", i,
                           w->runs[i]);
    }
    return 0;
}

static int check_watts(const struct pm_windows *w, const char *where, struct pm_err *err)
{
    for (size_t i = 0; w->joules != NULL && i < w->n; i++) {
        if (!pm_window_plausible(w->joules[i], w->seconds[i]))
            return pm_fail(err, PM_EDATA, where,
                           "joules[%zu] is %g, which in %g s is %g W, not within %g to %g W", i,
                           w->joules[i], w->seconds[i], w->joules[i] / w->seconds[i],
                           PM_WINDOW_W_MIN, PM_WINDOW_W_MAX);
    }
    return 0;
}

static int check_before(const struct pm_windows *w, bool busy, const char *where,
                        struct pm_err *err)
{
    if (busy && w->before != 0)
        return pm_fail(err, PM_EDATA, where, "\"before\" is for idle windows");
    if ((size_t)w->before > w->n)
        return pm_fail(err, PM_EDATA, where, "\"before\" exceeds the number of windows");
    return 0;
}

static int read_lists(const struct windows_text *t, const char *where, struct pm_arena *arena,
                      struct pm_windows *w, struct pm_err *err)
{
    w->n = pm_json_count(t->from_s);
    if (w->n < 1 || w->n > PM_WINDOWS_MAX)
        return pm_fail(
            err, PM_EDATA, where,
            "from_s lists %zu windows, not 1 to %d; where there are none, leave \"busy\" "
            "or \"idle\" out",
            w->n, PM_WINDOWS_MAX);
    if (read_list(t->from_s, "from_s", 0, 1e11, w->n, where, arena, &w->from_s, err) != 0 ||
        read_list(t->seconds, "seconds", 1e-9, 1e6, w->n, where, arena, &w->seconds, err) != 0 ||
        read_list(t->runs, "runs", 0, 1e9, w->n, where, arena, &w->runs, err) != 0)
        return -1;
    return t->joules == NULL ? 0
                             : read_list(t->joules, "joules", PM_WINDOW_J_MIN, PM_WINDOW_J_MAX,
                                         w->n, where, arena, &w->joules, err);
}

static int read_windows(const struct cJSON *node, bool busy, const char *where,
                        struct pm_arena *arena, struct pm_windows *out, struct pm_err *err)
{
    struct windows_text t = {.from_s = NULL};
    if (node == NULL)
        return 0;
    if (pm_json_read(node, windows_fields, COUNT(windows_fields), where, arena, &t, err) != 0)
        return -1;
    if (t.from_s == NULL || t.seconds == NULL || t.runs == NULL)
        return pm_fail(err, PM_EDATA, where, "needs the lists from_s, seconds and runs");
    if (read_lists(&t, where, arena, &t.w, err) != 0 || check_runs(&t.w, busy, where, err) != 0 ||
        check_watts(&t.w, where, err) != 0 || check_before(&t.w, busy, where, err) != 0)
        return -1;
    *out = t.w;
    return 0;
}

bool pm_window_plausible(double joules, double seconds)
{
    const double watts = joules / seconds;
    return joules >= PM_WINDOW_J_MIN && joules <= PM_WINDOW_J_MAX && watts >= PM_WINDOW_W_MIN &&
           watts <= PM_WINDOW_W_MAX;
}

int pm_power_record_read(const struct cJSON *node, const char *where, struct pm_arena *arena,
                         struct pm_power_record *out, struct pm_err *err)
{
    struct record_text t = {.r = *out};
    char at[230];
    enum pm_scope scope;
    snprintf(at, sizeof at, "%.200s.power", where);
    if (pm_json_read(node, record_fields, COUNT(record_fields), at, arena, &t, err) != 0)
        return -1;
    if (t.r.scope != NULL && !pm_scope_parse(t.r.scope, &scope))
        return pm_fail(err, PM_EDATA, at, "no scope is called \"%.30s\"", t.r.scope);
    snprintf(at, sizeof at, "%.200s.power.busy", where);
    if (read_windows(t.busy, true, at, arena, &t.r.busy, err) != 0)
        return -1;
    snprintf(at, sizeof at, "%.200s.power.idle", where);
    if (read_windows(t.idle, false, at, arena, &t.r.idle, err) != 0)
        return -1;
    *out = t.r;
    return 0;
}

static void write_list(struct cJSON *object, const char *key, const double *x, size_t n)
{
    struct cJSON *list = pm_json_add_list(object, key);
    for (size_t i = 0; i < n; i++)
        pm_json_push_number(list, x[i]);
}

static void write_windows(struct cJSON *object, const char *key, const struct pm_windows *w)
{
    if (w->n == 0)
        return;
    struct cJSON *o = pm_json_add_object(object, key);
    pm_json_write(o, windows_fields, 1, w);
    write_list(o, "from_s", w->from_s, w->n);
    write_list(o, "seconds", w->seconds, w->n);
    write_list(o, "runs", w->runs, w->n);
    if (w->joules != NULL)
        write_list(o, "joules", w->joules, w->n);
}

void pm_power_record_write(struct cJSON *entry, const struct pm_power_record *r)
{
    if (r->source == NULL && r->cause == NULL && r->busy.n == 0)
        return;
    struct cJSON *o = pm_json_add_object(entry, "power");
    pm_json_write(o, record_fields, COUNT(record_fields), r);
    write_windows(o, "busy", &r->busy);
    write_windows(o, "idle", &r->idle);
}

/* ---- sources tried ---- */

static const struct pm_field probe_fields[] = {
    PM_FIELD(struct pm_power_probe, source, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_power_probe, accepted, PM_JSON_BOOL, PM_OPTIONAL),
    PM_FIELD(struct pm_power_probe, reason, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_power_probe, remedy, PM_JSON_TEXT, PM_OPTIONAL),
};

int pm_power_probes_read(const struct cJSON *list, const char *where, struct pm_profile *p,
                         struct pm_err *err)
{
    if (list == NULL)
        return 0;
    const size_t n = pm_json_count(list);
    struct pm_power_probe *probe = pm_arena_alloc(&p->arena, n + 1, sizeof *probe);
    if (probe == NULL)
        return pm_fail_nomem(err);
    size_t i = 0;
    for (const struct cJSON *node = pm_json_first(list); node != NULL; node = pm_json_next(node)) {
        char at[230];
        snprintf(at, sizeof at, "%.190s: power_probe[%zu]", where, i);
        if (pm_json_read(node, probe_fields, COUNT(probe_fields), at, &p->arena, &probe[i++],
                         err) != 0)
            return -1;
    }
    p->probe = probe;
    p->probes = n;
    return 0;
}

void pm_power_probes_write(struct cJSON *root, const struct pm_profile *p)
{
    if (p->probes == 0)
        return;
    struct cJSON *list = pm_json_add_list(root, "power_probe");
    for (size_t i = 0; i < p->probes; i++)
        pm_json_write(pm_json_push_object(list), probe_fields, COUNT(probe_fields), &p->probe[i]);
}
