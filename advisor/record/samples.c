/* SPDX-License-Identifier: MIT
 * Raw samples, in NAME.samples.json beside the profile NAME.json. */
#include "record/profile.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "json/json.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct run_text {
    struct pm_entry e; /* its key */
    struct pm_input_keys input;
    const struct cJSON *starts, *ms, *delay_ms, *visit_at_s, *visit_runs;
};

static const struct pm_field run_fields[] = {
    PM_CONFIGURATION_FIELDS(struct run_text, e.config, input),
    PM_FIELD_RANGE(struct pm_entry, fps, PM_JSON_NUMBER, PM_OPTIONAL, 1e-6, 1e6),
    {.key = "starts",
     .kind = PM_JSON_NODE,
     .need = PM_REQUIRED,
     .offset = offsetof(struct run_text, starts)},
    {.key = "ms",
     .kind = PM_JSON_NODE,
     .need = PM_REQUIRED,
     .offset = offsetof(struct run_text, ms)},
    {.key = "delay_ms", .kind = PM_JSON_NODE, .offset = offsetof(struct run_text, delay_ms)},
    {.key = "visit_at_s", .kind = PM_JSON_NODE, .offset = offsetof(struct run_text, visit_at_s)},
    {.key = "visit_runs", .kind = PM_JSON_NODE, .offset = offsetof(struct run_text, visit_runs)},
};

static int path_of(const char *profile, char *out, size_t size, struct pm_err *err)
{
    const size_t len = strlen(profile);
    const size_t stem = len > 5 && strcmp(profile + len - 5, ".json") == 0 ? len - 5 : len;
    const int n = snprintf(out, size, "%.*s.samples.json", (int)stem, profile);
    return n > 0 && (size_t)n < size ? 0 : pm_fail(err, PM_ESYSTEM, profile, "is too long a path");
}

static uint64_t digest_of(const double *ms, size_t n)
{
    return pm_digest(PM_DIGEST_START, ms, n * sizeof *ms);
}

/* Runs that follow one another are a visit: when the first began tells when all did. */
static int read_visits(const struct run_text *t, const char *where, struct pm_arena *arena,
                       struct pm_entry *e, struct pm_err *err)
{
    double *at_s = NULL, *runs = NULL;
    size_t visits = 0, n = 0, next = 0;
    if (t->visit_at_s == NULL && t->visit_runs == NULL)
        return 0;
    if (t->visit_at_s == NULL || t->visit_runs == NULL)
        return pm_fail(err, PM_EDATA, where, "visit_at_s and visit_runs belong together");
    if (pm_json_numbers(t->visit_at_s, where, arena, &at_s, &visits, err) != 0 ||
        pm_json_numbers(t->visit_runs, where, arena, &runs, &n, err) != 0)
        return -1;
    e->at_ms = pm_arena_alloc(arena, e->n + 1, sizeof *e->at_ms);
    if (e->at_ms == NULL)
        return pm_fail_nomem(err);
    for (size_t v = 0; v < visits && v < n; v++) {
        double at_ms = 1e3 * at_s[v];
        if (!(runs[v] >= 1 && runs[v] == floor(runs[v]) && runs[v] <= (double)(e->n - next)))
            return pm_fail(err, PM_EDATA, where, "visit_runs[%zu] is not a count of its runs", v);
        if (next > 0 && !(at_ms >= e->at_ms[next - 1]))
            return pm_fail(err, PM_EDATA, where,
                           "visit_at_s[%zu] begins before the last run of the visit before it", v);
        for (size_t i = 0; i < (size_t)runs[v]; i++, next++) {
            e->at_ms[next] = at_ms;
            at_ms += e->ms[next];
        }
    }
    if (visits != n || next != e->n)
        return pm_fail(err, PM_EDATA, where, "visit_at_s, visit_runs and ms disagree on the runs");
    return 0;
}

static int read_run(const struct cJSON *node, const char *where, struct pm_arena *arena,
                    struct pm_entry *e, struct pm_err *err)
{
    struct run_text t = {.e = pm_entry_empty()};
    double *starts = NULL;
    if (pm_json_read(node, run_fields, COUNT(run_fields), where, arena, &t, err) != 0 ||
        pm_input_of_keys(&t.input, where, &t.e.config.input, err) != 0 ||
        pm_json_numbers(t.ms, where, arena, &t.e.ms, &t.e.n, err) != 0 ||
        pm_json_numbers(t.starts, where, arena, &starts, &t.e.starts, err) != 0)
        return -1;
    size_t delays = t.e.n;
    if (t.delay_ms != NULL &&
        pm_json_numbers(t.delay_ms, where, arena, &t.e.delay_ms, &delays, err) != 0)
        return -1;
    t.e.start_n = pm_arena_alloc(arena, t.e.starts + 1, sizeof *t.e.start_n);
    if (t.e.start_n == NULL)
        return pm_fail_nomem(err);
    double total = 0;
    for (size_t i = 0; i < t.e.starts; i++) {
        if (!(starts[i] >= 0 && starts[i] <= 1e9 && starts[i] == floor(starts[i])))
            return pm_fail(err, PM_EDATA, where, "starts[%zu] is not a count of runs", i);
        t.e.start_n[i] = (size_t)starts[i];
        total += starts[i];
    }
    if (total != (double)t.e.n || delays != t.e.n)
        return pm_fail(err, PM_EDATA, where,
                       "starts, ms and delay_ms disagree on the number of runs");
    for (size_t i = 0; i < t.e.n; i++) {
        if (!(t.e.ms[i] > 0))
            return pm_fail(err, PM_EDATA, where, "ms[%zu] is not a positive time", i);
    }
    if (read_visits(&t, where, arena, &t.e, err) != 0)
        return -1;
    *e = t.e;
    return 0;
}

/* A run that was extended after the profile last referred to it still holds the older runs first:
 * how many of its runs have this digest, 0 when none do. */
static size_t prefix_for(const struct pm_entry *run, const char *digest)
{
    uint64_t h = PM_DIGEST_START;
    for (size_t n = 1; n <= run->n; n++) {
        char text[17];
        h = pm_digest(h, &run->ms[n - 1], sizeof *run->ms);
        snprintf(text, sizeof text, "%016" PRIx64, h);
        if (strcmp(text, digest) == 0)
            return n;
    }
    return 0;
}

static void take_prefix(struct pm_entry *to, const struct pm_entry *run, size_t n)
{
    to->ms = run->ms;
    to->delay_ms = run->delay_ms;
    to->at_ms = run->at_ms;
    to->n = n;
    to->start_n = run->start_n;
    size_t left = n;
    for (to->starts = 0; left > 0; to->starts++) {
        if (to->start_n[to->starts] > left)
            to->start_n[to->starts] = left;
        left -= to->start_n[to->starts];
    }
}

static int read_runs(const struct cJSON *root, const char *path, struct pm_profile *p,
                     struct pm_err *err)
{
    if (pm_json_check_schema(root, path, PM_SAMPLES_SCHEMA, err) != 0)
        return -1;
    size_t i = 0;
    for (const struct cJSON *node = pm_json_first(pm_json_array(root, "runs")); node != NULL;
         node = pm_json_next(node)) {
        char where[220];
        snprintf(where, sizeof where, "%.180s: runs[%zu]", path, i++);
        struct pm_entry run = {0};
        if (read_run(node, where, &p->arena, &run, err) != 0)
            return -1;
        struct pm_entry *e = pm_profile_find(p, &run);
        if (e == NULL || e->samples_digest == NULL)
            continue;
        const size_t n = prefix_for(&run, e->samples_digest);
        if (n > 0)
            take_prefix(e, &run, n);
    }
    return 0;
}

int pm_samples_load(struct pm_profile *profile, struct pm_err *err)
{
    char path[PATH_MAX];
    struct cJSON *root = NULL;
    bool wanted = false;
    for (size_t i = 0; i < profile->n; i++)
        wanted = wanted || profile->entry[i].samples_digest != NULL;
    if (!wanted)
        return 0;
    if (path_of(profile->path, path, sizeof path, err) != 0)
        return -1;
    if (!pm_file_is_missing(path)) {
        int result = pm_json_load(path, &root, err);
        if (result == 0)
            result = read_runs(root, path, profile, err);
        pm_json_free(root);
        if (result != 0)
            return -1;
    }
    for (size_t i = 0; i < profile->n; i++) {
        struct pm_entry *e = &profile->entry[i];
        if (e->samples_digest != NULL && e->n == 0) {
            e->status = PM_FAILED; /* a verdict needs the runs themselves */
            e->cause = "its raw samples are lost";
        }
    }
    return 0;
}

/* To the millisecond. A clock that was put back in between makes them unknown. */
static void write_visits(struct cJSON *run, const struct pm_entry *e)
{
    for (size_t i = 1; i < e->n; i++) {
        if (!(e->at_ms[i] >= e->at_ms[i - 1]))
            return;
    }
    struct cJSON *at = pm_json_add_list(run, "visit_at_s");
    struct cJSON *runs = pm_json_add_list(run, "visit_runs");
    for (size_t first = 0, next; first < e->n; first = next) {
        double ends = e->at_ms[first] + e->ms[first];
        for (next = first + 1; next < e->n && e->at_ms[next] <= ends + 0.5; next++)
            ends += e->ms[next];
        pm_json_push_number(at, round(e->at_ms[first]) / 1e3);
        pm_json_push_number(runs, (double)(next - first));
    }
}

static void write_run(struct cJSON *list, const struct pm_entry *e)
{
    const struct run_text t = {.e = *e, .input = pm_input_to_keys(e->config.input)};
    struct cJSON *run = pm_json_push_object(list);
    pm_json_write(run, run_fields, COUNT(run_fields), &t);
    struct cJSON *starts = pm_json_add_list(run, "starts");
    for (size_t i = 0; i < e->starts; i++)
        pm_json_push_number(starts, (double)e->start_n[i]);
    struct cJSON *ms = pm_json_add_list(run, "ms");
    for (size_t i = 0; i < e->n; i++)
        pm_json_push_number(ms, e->ms[i]);
    if (e->at_ms != NULL)
        write_visits(run, e);
    if (e->delay_ms == NULL)
        return;
    struct cJSON *delay = pm_json_add_list(run, "delay_ms");
    for (size_t i = 0; i < e->n; i++)
        pm_json_push_number(delay, e->delay_ms[i]);
}

int pm_samples_save(struct pm_profile *profile, const char *profile_path, struct pm_err *err)
{
    char path[PATH_MAX];
    if (path_of(profile_path, path, sizeof path, err) != 0)
        return -1;
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", PM_SAMPLES_SCHEMA);
    struct cJSON *list = pm_json_add_list(root, "runs");
    size_t runs = 0;
    for (size_t i = 0; i < profile->n; i++) {
        struct pm_entry *e = &profile->entry[i];
        if (e->n == 0)
            continue;
        e->samples_digest = pm_arena_printf(&profile->arena, "%016" PRIx64, digest_of(e->ms, e->n));
        if (e->samples_digest == NULL) {
            pm_json_free(root);
            return pm_fail_nomem(err);
        }
        write_run(list, e);
        runs++;
    }
    if (runs == 0 && !pm_file_exists(path)) {
        pm_json_free(root);
        return 0; /* imported and published figures have no samples */
    }
    struct pm_buf buf = {0};
    int result = pm_json_print(root, true, &buf, err);
    if (result == 0)
        result = pm_file_write(path, buf.data, buf.len, err);
    pm_buf_done(&buf);
    return result;
}
