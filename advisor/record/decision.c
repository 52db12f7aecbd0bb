/* SPDX-License-Identifier: MIT
 * Reading an answer back. Strict, as every reader here: a key that is not known may be a part of
 * the question, and a question that is asked by halves gets a wrong "it still holds". */
#include "record/decision.h"

#include "base/err.h"
#include "base/text.h"
#include "record/decision_parts.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define AGAIN    PM_DECISION_AGAIN

/* ---- the answer's own keys ---- */

struct answer_text {
    const char *schema, *status, *headline, *rule, *energy_basis, *only_engine, *only_batch,
        *only_threads, *require_measured, *task;
    double confidence, fps, overhead_ms, battery_wh, assumed_w, power_gain_rel;
    double stability, ms_per_top1_point;
    bool with_load, include_stand_ins;
    const struct cJSON *pick, *budgets, *device, *candidates;
    const struct cJSON *also, *contenders, *power_probe, *relax, *front, *runner_up, *fits,
        *findings, *warnings, *measured_now; /* no part of the question */
};

#define A(member, kind, need) PM_FIELD(struct answer_text, member, kind, need)
#define A_NUMBER(member, need, min, max)                                                           \
    PM_FIELD_RANGE(struct answer_text, member, PM_JSON_NUMBER, need, min, max)

/* Ranges are those of the settings. */
static const struct pm_field answer_fields[] = {
    A(schema, PM_JSON_TEXT, PM_REQUIRED),
    A(status, PM_JSON_TEXT, PM_REQUIRED),
    A(headline, PM_JSON_TEXT, PM_REQUIRED),
    A(pick, PM_JSON_NODE, PM_OPTIONAL),
    A(also, PM_JSON_NODE, PM_OPTIONAL),
    A(contenders, PM_JSON_NODE, PM_OPTIONAL),
    A(budgets, PM_JSON_NODE, PM_REQUIRED),
    A_NUMBER(fps, PM_OPTIONAL, 1e-6, 1e6),
    A_NUMBER(overhead_ms, PM_OPTIONAL, 0, 1e9),
    A_NUMBER(battery_wh, PM_OPTIONAL, 1e-9, 1e9),
    A(energy_basis, PM_JSON_TEXT, PM_OPTIONAL),
    A_NUMBER(assumed_w, PM_OPTIONAL, 1e-9, 1e9),
    A_NUMBER(power_gain_rel, PM_OPTIONAL, 0, 1),
    A(with_load, PM_JSON_BOOL, PM_OPTIONAL),
    A(include_stand_ins, PM_JSON_BOOL, PM_OPTIONAL),
    A(require_measured, PM_JSON_TEXT, PM_OPTIONAL),
    A(task, PM_JSON_TEXT, PM_OPTIONAL),
    A(only_engine, PM_JSON_TEXT, PM_OPTIONAL),
    A(only_batch, PM_JSON_TEXT, PM_OPTIONAL),
    A(only_threads, PM_JSON_TEXT, PM_OPTIONAL),
    A(power_probe, PM_JSON_NODE, PM_OPTIONAL),
    A(rule, PM_JSON_TEXT, PM_REQUIRED),
    A_NUMBER(confidence, PM_REQUIRED, 0.5, 0.9999),
    A(relax, PM_JSON_NODE, PM_OPTIONAL),
    A(front, PM_JSON_NODE, PM_OPTIONAL),
    A(stability, PM_JSON_NUMBER, PM_OPTIONAL),
    A(runner_up, PM_JSON_NODE, PM_OPTIONAL),
    A(ms_per_top1_point, PM_JSON_NUMBER, PM_OPTIONAL),
    A(fits, PM_JSON_NODE, PM_OPTIONAL),
    A(findings, PM_JSON_NODE, PM_OPTIONAL),
    A(warnings, PM_JSON_NODE, PM_OPTIONAL),
    A(measured_now, PM_JSON_NODE, PM_OPTIONAL),
    A(device, PM_JSON_NODE, PM_REQUIRED),
    A(candidates, PM_JSON_NODE, PM_REQUIRED),
};

/* ---- budgets ---- */

struct budget_text {
    const char *key, *unit, *from;
    double bound, quantile, best_attainable;
};

static const struct pm_field budget_fields[] = {
    PM_FIELD(struct budget_text, key, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD_RANGE(struct budget_text, bound, PM_JSON_NUMBER, PM_REQUIRED, 0, 1e15),
    PM_FIELD(struct budget_text, unit, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct budget_text, from, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD_RANGE(struct budget_text, quantile, PM_JSON_NUMBER, PM_OPTIONAL, 0.01, 0.9990001),
    PM_FIELD(struct budget_text, best_attainable, PM_JSON_NUMBER, PM_OPTIONAL),
};

/* Which metric a key and "from" name. Files of before --fps and --runtime were budgets of their own
 * have min_fps and max_watts there. */
static int find_metric(const char *key, const char *from, const char *where, enum pm_metric *out,
                       struct pm_err *err)
{
    const char *keys[PM_METRICS];
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_metric_info *info = pm_metric_info((enum pm_metric)m);
        keys[m] = info->key;
        const bool as_before = from != NULL && info->from != NULL && strcmp(from, info->from) == 0;
        if (as_before || (from == NULL && info->from == NULL && strcmp(keys[m], key) == 0)) {
            *out = (enum pm_metric)m;
            return 0;
        }
    }
    const char *near = pm_text_nearest(key, keys, PM_METRICS);
    return pm_fail(err, PM_EDATA, where, "no budget has the key \"%.40s\"%s%s%s; %s", key,
                   near != NULL ? " (did you mean \"" : "", near != NULL ? near : "",
                   near != NULL ? "\"?)" : "", AGAIN);
}

/* Budgets that follow from another key name its flag; only these two are. */
static int check_from(const char *from, const char *where, struct pm_err *err)
{
    if (from != NULL && strcmp(from, "--fps") != 0 && strcmp(from, "--runtime") != 0)
        return pm_fail(err, PM_EDATA, where, "\"from\" must be --fps or --runtime, found \"%.40s\"",
                       from);
    return 0;
}

static int read_budget(const struct cJSON *node, const char *where, struct pm_decision *d,
                       struct pm_err *err)
{
    struct budget_text t = {.quantile = (double)NAN};
    enum pm_metric m = PM_TOP1;
    if (pm_json_read(node, budget_fields, COUNT(budget_fields), where, &d->arena, &t, err) != 0 ||
        check_from(t.from, where, err) != 0 || find_metric(t.key, t.from, where, &m, err) != 0)
        return -1;
    const bool timed = pm_metric_is_timed(m), accuracy = m == PM_TOP1 || m == PM_TOP5;
    const char *unit = pm_metric_info(m)->unit;
    if (strcmp(t.unit, unit) != 0)
        return pm_fail(err, PM_EDATA, where, "\"unit\" of %s must be \"%s\", found \"%.40s\"",
                       t.key, unit, t.unit);
    if (accuracy ? t.bound > 100 : t.bound <= 0)
        return pm_fail(err, PM_EDATA, where, "\"bound\" must be %s, found %g",
                       accuracy ? "from 0 to 100" : "more than 0", t.bound);
    if (timed != isfinite(t.quantile))
        return pm_fail(err, PM_EDATA, where,
                       timed ? "the key \"quantile\" is missing: which one of the runs is judged?"
                             : "\"quantile\" belongs to max_latency, min_fps and fps");
    if (d->settings.budget[m].set)
        return pm_fail(err, PM_EDATA, where, "the budget %s is given twice", t.key);
    d->settings.budget[m] =
        (struct pm_budget){.set = true, .bound = t.bound, .quantile = timed ? t.quantile : 0.90};
    return 0;
}

static int read_budgets(const struct cJSON *list, struct pm_decision *d, struct pm_err *err)
{
    char where[PM_DECISION_WHERE];
    size_t i = 0;
    for (const struct cJSON *node = pm_json_first(list); node != NULL; node = pm_json_next(node)) {
        snprintf(where, sizeof where, "%.180s: budgets[%zu]", d->path, i++);
        if (read_budget(node, where, d, err) != 0)
            return -1;
    }
    return 0;
}

/* ---- the question beside its budgets ---- */

static int read_rule(const char *rule, struct pm_decision *d, struct pm_err *err)
{
    struct pm_err why = {0};
    if (pm_settings_set(&d->settings, "rule", rule, "rule", &why) != 0)
        return pm_fail(err, PM_EDATA, d->path, "\"rule\": %s", why.msg);
    return 0;
}

/* What the question was about, in the words of its keys. */
static int read_words(const struct answer_text *t, struct pm_decision *d, struct pm_err *err)
{
    const struct {
        const char *key, *name, *value;
    } word[] = {{"engine", "only_engine", t->only_engine},
                {"batch", "only_batch", t->only_batch},
                {"threads", "only_threads", t->only_threads},
                {"task", "task", t->task},
                {"require_measured", "require_measured", t->require_measured}};
    for (size_t i = 0; i < COUNT(word); i++) {
        struct pm_err why = {0};
        if (word[i].value != NULL &&
            pm_settings_set(&d->settings, word[i].key, word[i].value, word[i].name, &why) != 0)
            return pm_fail(err, PM_EDATA, d->path, "%s: %s", why.where, why.msg);
    }
    return 0;
}

static int read_question(const struct answer_text *t, struct pm_decision *d, struct pm_err *err)
{
    struct pm_settings *s = &d->settings;
    struct pm_err why = {0};
    const char *basis = t->energy_basis != NULL ? t->energy_basis : "total";
    s->confidence = t->confidence;
    s->fps = t->fps;
    s->overhead_ms = t->overhead_ms;
    s->battery_wh = t->battery_wh;
    s->assumed_w = t->assumed_w;
    s->power_gain_rel = t->power_gain_rel;
    s->with_load = t->with_load;
    s->include_stand_ins = t->include_stand_ins;
    s->net_energy = strcmp(basis, "net") == 0;
    if (!s->net_energy && strcmp(basis, "total") != 0)
        return pm_fail(err, PM_EDATA, d->path,
                       "\"energy_basis\" must be total or net, found \"%.40s\"", basis);
    if (read_words(t, d, err) != 0)
        return -1;
    if (read_rule(t->rule, d, err) != 0)
        return -1;
    if (isfinite(s->fps) && !s->budget[PM_KEEP_UP].set && !s->budget[PM_FPS].set)
        return pm_fail(err, PM_EDATA, d->path,
                       "\"fps\" without the budget that follows from it; %s", AGAIN);
    if (pm_settings_finish(s, &why) != 0)
        return pm_fail(err, PM_EDATA, d->path, "its question cannot be asked: %s %s", why.where,
                       why.msg);
    return 0;
}

/* ---- the board, the whole ---- */

static int read_status(const struct answer_text *t, struct pm_decision *d, struct pm_err *err)
{
    static const char *const names[] = {"recommended", "infeasible", "undecided"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(t->status, names[i]) != 0)
            continue;
        d->status = (enum pm_decision_status)i;
        if ((t->pick != NULL) == (d->status == PM_DECIDED_INFEASIBLE))
            return pm_fail(err, PM_EDATA, d->path,
                           "holds no decision to check: its status is %s and it has %s pick; "
                           "measure longer, then %s",
                           t->status, t->pick != NULL ? "a" : "no", AGAIN);
        return 0;
    }
    if (strcmp(t->status, "overview") == 0)
        return pm_fail(err, PM_EDATA, d->path,
                       "is an overview: no budget was given, so nothing was decided; save a "
                       "decision: pickmodel --min-top1 70 --max-latency 500ms -f json -o FILE");
    return pm_fail(err, PM_EDATA, d->path,
                   "\"status\" must be recommended, infeasible or undecided, found \"%.40s\"",
                   t->status);
}

struct device_text {
    struct pm_device d;
    const char *unmeasured_accelerator, *profile_origin, *profile_source;
};

static const struct pm_field device_fields[] = {
    PM_FIELD(struct pm_device, name, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, model, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, cpu, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, arch, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, cores, PM_JSON_INT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, memory_mib, PM_JSON_NUMBER, PM_OPTIONAL),
    PM_FIELD(struct pm_device, os, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, kernel, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, governor, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_device, power_mode, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct device_text, unmeasured_accelerator, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct device_text, profile_origin, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct device_text, profile_source, PM_JSON_TEXT, PM_OPTIONAL),
};

static int read_device(const struct cJSON *node, struct pm_decision *d, struct pm_err *err)
{
    struct device_text t = {0};
    char where[PM_DECISION_WHERE];
    snprintf(where, sizeof where, "%.180s: device", d->path);
    if (pm_json_read(node, device_fields, COUNT(device_fields), where, &d->arena, &t, err) != 0)
        return -1;
    d->device = t.d;
    return 0;
}

static int read_all(const struct cJSON *root, struct pm_decision *d, struct pm_err *err)
{
    struct answer_text t = {.fps = (double)NAN,
                            .battery_wh = (double)NAN,
                            .assumed_w = (double)NAN,
                            .power_gain_rel = (double)NAN};
    if (pm_json_check_schema(root, d->path, PM_ANSWER_SCHEMA, err) != 0 ||
        pm_json_read(root, answer_fields, COUNT(answer_fields), d->path, &d->arena, &t, err) != 0)
        return -1;
    if (read_status(&t, d, err) != 0)
        return -1;
    if (pm_json_array(root, "budgets") == NULL || pm_json_array(root, "candidates") == NULL)
        return pm_fail(err, PM_EDATA, d->path, "\"budgets\" and \"candidates\" must be arrays; %s",
                       AGAIN);
    if (pm_json_count(t.budgets) == 0)
        return pm_fail(err, PM_EDATA, d->path, "\"budgets\" is empty: nothing was decided; %s",
                       AGAIN);
    d->headline = t.headline;
    if (read_budgets(t.budgets, d, err) != 0 || read_question(&t, d, err) != 0 ||
        pm_decided_read(t.candidates, d, err) != 0 || pm_decided_find_pick(t.pick, d, err) != 0)
        return -1;
    return read_device(t.device, d, err);
}

/* A report in JSON (pickmodel/report/1) holds the answer it is about. */
static const struct cJSON *answer_of(const struct cJSON *root)
{
    const struct cJSON *answer = pm_json_member(root, "answer");
    return answer != NULL ? answer : root;
}

int pm_decision_load(const char *path, struct pm_decision *out, struct pm_err *err)
{
    struct pm_decision d = {.settings = pm_settings_default(), .pick = -1};
    struct cJSON *root = NULL;
    int result = -1;
    d.path = pm_arena_dup(&d.arena, path);
    if (d.path == NULL)
        pm_fail_nomem(err);
    else if (pm_json_load(path, &root, err) == 0)
        result = read_all(answer_of(root), &d, err);
    pm_json_free(root);
    if (result != 0)
        pm_arena_done(&d.arena);
    else
        *out = d;
    return result;
}

void pm_decision_done(struct pm_decision *decision)
{
    if (decision == NULL)
        return;
    pm_arena_done(&decision->arena);
    *decision = (struct pm_decision){0};
}
