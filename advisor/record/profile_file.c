/* SPDX-License-Identifier: MIT
 * The profile's JSON: one table of fields a struct, used for reading and for writing. */
#include "record/profile.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "record/power_record.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct pm_field device_fields[] = {
    PM_FIELD(struct pm_device, name, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_device, model, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, cpu, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, arch, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD_RANGE(struct pm_device, cores, PM_JSON_INT, PM_OPTIONAL, 0, 65536),
    PM_FIELD_RANGE(struct pm_device, memory_mib, PM_JSON_NUMBER, PM_OPTIONAL, 0, 1e9),
    PM_FIELD(struct pm_device, os, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, kernel, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, governor, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, power_mode, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, accelerator, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, virtual_machine, PM_JSON_BOOL, PM_OPTIONAL),
    PM_FIELD_RANGE(struct pm_device, core_gops, PM_JSON_NUMBER, PM_OPTIONAL, 0, 1e6),
};

static const struct pm_field condition_fields[] = {
    PM_FIELD(struct pm_conditions, cpu, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_conditions, governor, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_conditions, power_mode, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_conditions, kernel, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_conditions, engine_build, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_conditions, cfg_digest, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_conditions, load, PM_JSON_TEXT, PM_OPTIONAL),
};

/* What stands in the file but not, in this shape, in the struct. */
struct entry_text {
    struct pm_entry e;
    struct pm_input_keys input;
    const char *status;
    const struct cJSON *conditions;
    const struct cJSON *warnings;
    const struct cJSON *power;
};

#define E_TEXT(member) PM_FIELD(struct pm_entry, member, PM_JSON_TEXT, PM_OPTIONAL)
#define E_INT(member, min_)                                                                        \
    PM_FIELD_RANGE(struct pm_entry, member, PM_JSON_INT, PM_OPTIONAL, min_, 1e9)
#define E_NUMBER(member)                                                                           \
    PM_FIELD_RANGE(struct pm_entry, member, PM_JSON_NUMBER, PM_OPTIONAL, 0, 1e12)
#define E_QUANTITY(member, max_)                                                                   \
    PM_FIELD_RANGE(struct pm_entry, member, PM_JSON_QUANTITY, PM_OPTIONAL, 0, max_)
/* of an inference */
#define E_TIME(member)                                                                             \
    PM_FIELD_RANGE(struct pm_entry, member, PM_JSON_QUANTITY, PM_OPTIONAL, PM_LEAST_MS, 1e9)
#define E_BOOL(member) PM_FIELD(struct pm_entry, member, PM_JSON_BOOL, PM_OPTIONAL)

static const struct pm_field entry_fields[] = {
    PM_CONFIGURATION_FIELDS(struct entry_text, e.config, input),
    PM_FIELD_RANGE(struct pm_entry, fps, PM_JSON_NUMBER, PM_OPTIONAL, 1e-6, 1e6),
    {.key = "status",
     .kind = PM_JSON_TEXT,
     .need = PM_REQUIRED,
     .offset = offsetof(struct entry_text, status)},
    E_TEXT(cause),
    E_TIME(latency_ms),
    E_TIME(p90_ms),
    E_TIME(p95_ms),
    E_TIME(p99_ms),
    E_NUMBER(mean_ms),
    E_NUMBER(sd_ms),
    E_NUMBER(min_ms),
    E_NUMBER(max_ms),
    E_NUMBER(first_ms),
    E_NUMBER(load_ms),
    E_NUMBER(censored_ms),
    E_QUANTITY(top1_pct, 100),
    E_QUANTITY(top5_pct, 100),
    E_QUANTITY(gops, 1e9),
    E_QUANTITY(params_m, 1e9),
    E_QUANTITY(memory_mib, 1e9),
    E_NUMBER(baseline_mib),
    E_QUANTITY(power_w, 1e6),
    E_QUANTITY(idle_w, 1e6),
    E_QUANTITY(energy_j, 1e9),
    E_TEXT(power_basis),
    E_QUANTITY(boost_ms, 1e9),
    E_NUMBER(sustained_s),
    PM_FIELD_RANGE(struct pm_entry, idle_change_pct, PM_JSON_NUMBER, PM_OPTIONAL, -100, 1e9),
    E_INT(warmup_runs, 0),
    E_INT(sustained_from, 0),
    E_NUMBER(autocorrelation),
    PM_FIELD_RANGE(struct pm_entry, rise_pct, PM_JSON_NUMBER, PM_OPTIONAL, -1e6, 1e6),
    E_BOOL(drift),
    E_BOOL(throttled),
    E_INT(contended_runs, 0),
    E_INT(outlier_runs, 0),
    PM_FIELD_RANGE(struct pm_entry, other_cpu_pct, PM_JSON_NUMBER, PM_OPTIONAL, 0, 100),
    E_TEXT(engine_version),
    E_TEXT(measured_at),
    E_TEXT(samples_digest),
    {.key = "conditions", .kind = PM_JSON_NODE, .offset = offsetof(struct entry_text, conditions)},
    {.key = "power", .kind = PM_JSON_NODE, .offset = offsetof(struct entry_text, power)},
    {.key = "warnings", .kind = PM_JSON_NODE, .offset = offsetof(struct entry_text, warnings)},
};

struct profile_text {
    struct pm_profile p;
    const char *schema;
    const struct cJSON *device, *notes, *entries, *power_probe;
};

static const struct pm_field profile_fields[] = {
    {.key = "schema", .kind = PM_JSON_TEXT, .offset = offsetof(struct profile_text, schema)},
    PM_FIELD(struct pm_profile, origin, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_profile, source, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_profile, date, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_profile, power_basis, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD_RANGE(struct pm_profile, idle_w, PM_JSON_QUANTITY, PM_OPTIONAL, 0, 1e6),
    {.key = "device",
     .kind = PM_JSON_NODE,
     .need = PM_REQUIRED,
     .offset = offsetof(struct profile_text, device)},
    {.key = "notes", .kind = PM_JSON_NODE, .offset = offsetof(struct profile_text, notes)},
    {.key = "power_probe",
     .kind = PM_JSON_NODE,
     .offset = offsetof(struct profile_text, power_probe)},
    {.key = "entries",
     .kind = PM_JSON_NODE,
     .need = PM_REQUIRED,
     .offset = offsetof(struct profile_text, entries)},
};

static const char *const status_names[] = {"complete", "partial", "censored", "failed"};

static int read_status(const char *text, const char *where, enum pm_status *out, struct pm_err *err)
{
    for (size_t i = 0; i < COUNT(status_names); i++) {
        if (strcmp(text, status_names[i]) == 0) {
            *out = (enum pm_status)i;
            return 0;
        }
    }
    return pm_fail(err, PM_EDATA, where,
                   "status \"%.20s\" is none of complete, partial, censored, failed", text);
}

static int read_basis(const char *basis, const char *where, struct pm_err *err)
{
    if (basis == NULL || strcmp(basis, "total") == 0 || strcmp(basis, "above_idle") == 0)
        return 0;
    return pm_fail(err, PM_EDATA, where, "power_basis must be \"total\" or \"above_idle\"");
}

/* A list of texts: notes, warnings. */
static int read_texts(const struct cJSON *list, const char *where, struct pm_arena *arena,
                      const char ***out, size_t *n, struct pm_err *err)
{
    if (list == NULL)
        return 0;
    const char **texts = NULL;
    size_t count = 0;
    for (const struct cJSON *item = pm_json_first(list); item != NULL; item = pm_json_next(item)) {
        if (pm_json_text_of(item) == NULL)
            return pm_fail(err, PM_EDATA, where, "expected a list of texts");
        if (!pm_text_is_plain(pm_json_text_of(item)))
            return pm_fail(err, PM_EDATA, where, "expected texts without control characters");
        texts = pm_arena_room(arena, texts, count, sizeof *texts);
        if (texts == NULL || (texts[count++] = pm_arena_dup(arena, pm_json_text_of(item))) == NULL)
            return pm_fail_nomem(err);
    }
    *out = texts;
    *n = count;
    return 0;
}

static int read_entry(const struct cJSON *node, struct pm_profile *p, struct pm_err *err)
{
    char where[220];
    snprintf(where, sizeof where, "%.180s: entries[%zu]", p->path, p->n);
    struct entry_text t = {.e = pm_entry_empty()};
    struct pm_entry *e = &t.e;
    if (pm_json_read(node, entry_fields, COUNT(entry_fields), where, &p->arena, &t, err) != 0 ||
        pm_input_of_keys(&t.input, where, &e->config.input, err) != 0 ||
        read_status(t.status, where, &e->status, err) != 0 ||
        read_basis(e->power_basis, where, err) != 0 ||
        read_texts(t.warnings, where, &p->arena, &e->warning, &e->warnings, err) != 0)
        return -1;
    if (t.power != NULL && pm_power_record_read(t.power, where, &p->arena, &e->power, err) != 0)
        return -1;
    if (t.conditions != NULL &&
        pm_json_read(t.conditions, condition_fields, COUNT(condition_fields), where, &p->arena,
                     &e->conditions, err) != 0)
        return -1;
    if (e->status == PM_CENSORED && isnan(e->censored_ms))
        return pm_fail(err, PM_EDATA, where, "a censored entry needs \"censored_ms\"");
    if (!pm_known(e->idle_w))
        e->idle_w = p->idle_w;
    if (e->power_basis == NULL && (pm_known(e->power_w) || pm_known(e->energy_j)))
        e->power_basis = p->power_basis;
    char contradiction[240];
    if (pm_entry_contradicts(e, contradiction, sizeof contradiction))
        return pm_fail(err, PM_EDATA, where, "%s", contradiction);
    p->entry[p->n++] = *e;
    return 0;
}

static int check_unique(const struct pm_profile *p, struct pm_err *err)
{
    char where[220];
    for (size_t i = 0; i < p->n; i++) {
        if (pm_profile_find(p, &p->entry[i]) == &p->entry[i])
            continue;
        snprintf(where, sizeof where, "%.180s: entries[%zu]", p->path, i);
        return pm_fail(err, PM_EDATA, where, "network \"%.60s\" stands twice with the same key",
                       p->entry[i].config.network);
    }
    return 0;
}

static int read_profile(const struct cJSON *root, const char *path, struct pm_profile *p,
                        struct pm_err *err)
{
    struct profile_text t = {.p = *p};
    if (pm_json_check_schema(root, path, PM_PROFILE_SCHEMA, err) != 0 ||
        pm_json_read(root, profile_fields, COUNT(profile_fields), path, &t.p.arena, &t, err) != 0) {
        p->arena = t.p.arena;
        return -1;
    }
    *p = t.p;
    if (read_basis(p->power_basis, path, err) != 0 ||
        pm_power_probes_read(t.power_probe, path, p, err) != 0 ||
        read_texts(t.notes, path, &p->arena, &p->note, &p->notes, err) != 0 ||
        pm_json_read(t.device, device_fields, COUNT(device_fields), path, &p->arena, &p->device,
                     err) != 0)
        return -1;
    p->cap = pm_json_count(t.entries) + 8;
    p->entry = pm_arena_alloc(&p->arena, p->cap, sizeof *p->entry);
    if (p->entry == NULL)
        return pm_fail_nomem(err);
    for (const struct cJSON *node = pm_json_first(t.entries); node != NULL;
         node = pm_json_next(node)) {
        if (read_entry(node, p, err) != 0)
            return -1;
    }
    pm_profile_index(p);
    return check_unique(p, err);
}

int pm_profile_load(const char *path, bool with_samples, struct pm_profile *out, struct pm_err *err)
{
    struct pm_profile p = {0};
    struct cJSON *root = NULL;
    int result = -1;
    p.path = pm_arena_dup(&p.arena, path);
    if (p.path == NULL)
        pm_fail_nomem(err);
    else if (pm_json_load(path, &root, err) == 0)
        result = read_profile(root, path, &p, err);
    pm_json_free(root);
    if (result == 0 && with_samples)
        result = pm_samples_load(&p, err);
    if (result != 0)
        pm_arena_done(&p.arena);
    else
        *out = p;
    return result;
}

static void write_texts(struct cJSON *object, const char *key, const char *const *text, size_t n)
{
    if (n == 0)
        return;
    struct cJSON *list = pm_json_add_list(object, key);
    for (size_t i = 0; i < n; i++)
        pm_json_push_text(list, text[i]);
}

static void write_entry(struct cJSON *list, const struct pm_entry *e)
{
    const struct entry_text t = {
        .e = *e, .input = pm_input_to_keys(e->config.input), .status = status_names[e->status]};
    struct cJSON *object = pm_json_push_object(list);
    pm_json_write(object, entry_fields, COUNT(entry_fields), &t);
    if (e->conditions.cpu != NULL)
        pm_json_write(pm_json_add_object(object, "conditions"), condition_fields,
                      COUNT(condition_fields), &e->conditions);
    pm_power_record_write(object, &e->power);
    write_texts(object, "warnings", e->warning, e->warnings);
}

static int render(const struct pm_profile *p, struct pm_buf *buf, struct pm_err *err)
{
    struct profile_text t = {.p = *p, .schema = PM_PROFILE_SCHEMA};
    struct cJSON *root = pm_json_object();
    pm_json_write(root, profile_fields, COUNT(profile_fields), &t);
    pm_json_write(pm_json_add_object(root, "device"), device_fields, COUNT(device_fields),
                  &p->device);
    write_texts(root, "notes", p->note, p->notes);
    pm_power_probes_write(root, p);
    struct cJSON *list = pm_json_add_list(root, "entries");
    for (size_t i = 0; i < p->n; i++)
        write_entry(list, &p->entry[i]);
    return pm_json_print(root, true, buf, err);
}

int pm_profile_save(struct pm_profile *profile, const char *path, struct pm_err *err)
{
    struct pm_buf buf = {0};
    int result = pm_samples_save(profile, path, err);
    if (result == 0)
        result = render(profile, &buf, err);
    if (result == 0)
        result = pm_file_write(path, buf.data, buf.len, err);
    pm_buf_done(&buf);
    return result;
}
