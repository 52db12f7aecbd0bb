/* SPDX-License-Identifier: MIT
 * The candidates of a saved decision, and which of them was its pick. */
#include "record/decision_parts.h"

#include "base/err.h"
#include "base/text.h"
#include "record/decision.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct candidate_text {
    struct pm_decided c;
    struct pm_input_keys input;
    const char *verdict, *reason, *measurement, *power_scope, *power_note;
    long runs;
    double density_pct_per_m;
    const struct cJSON *budgets, *top1_pct, *latency_ms;
    const struct cJSON *top5_pct, *fps, *power_w, *energy_j, *memory_mib, *params_m, *weights_mib,
        *gops, *busy_w, *idle_w, *net_energy_j, *runtime_h, *dominated_by; /* not looked into */
};

#define C(member, kind, need)  PM_FIELD(struct candidate_text, member, kind, need)
#define ID(member, kind, need) PM_FIELD(struct pm_decided, member, kind, need)

static const struct pm_field candidate_fields[] = {
    PM_CONFIGURATION_FIELDS(struct candidate_text, c.config, input),
    ID(name, PM_JSON_TEXT, PM_REQUIRED),
    ID(stand_in, PM_JSON_BOOL, PM_OPTIONAL),
    C(verdict, PM_JSON_TEXT, PM_REQUIRED),
    C(reason, PM_JSON_TEXT, PM_OPTIONAL),
    C(dominated_by, PM_JSON_NODE, PM_OPTIONAL),
    C(measurement, PM_JSON_TEXT, PM_OPTIONAL),
    C(runs, PM_JSON_INT, PM_OPTIONAL),
    C(budgets, PM_JSON_NODE, PM_REQUIRED),
    C(top1_pct, PM_JSON_NODE, PM_OPTIONAL),
    C(latency_ms, PM_JSON_NODE, PM_OPTIONAL),
    C(top5_pct, PM_JSON_NODE, PM_OPTIONAL),
    C(fps, PM_JSON_NODE, PM_OPTIONAL),
    C(power_w, PM_JSON_NODE, PM_OPTIONAL),
    C(energy_j, PM_JSON_NODE, PM_OPTIONAL),
    C(memory_mib, PM_JSON_NODE, PM_OPTIONAL),
    C(params_m, PM_JSON_NODE, PM_OPTIONAL),
    C(weights_mib, PM_JSON_NODE, PM_OPTIONAL),
    C(gops, PM_JSON_NODE, PM_OPTIONAL),
    C(density_pct_per_m, PM_JSON_NUMBER, PM_OPTIONAL),
    C(busy_w, PM_JSON_NODE, PM_OPTIONAL),
    C(idle_w, PM_JSON_NODE, PM_OPTIONAL),
    C(net_energy_j, PM_JSON_NODE, PM_OPTIONAL),
    C(runtime_h, PM_JSON_NODE, PM_OPTIONAL),
    C(power_scope, PM_JSON_TEXT, PM_OPTIONAL),
    C(power_note, PM_JSON_TEXT, PM_OPTIONAL),
};

/* An end that is null is not known; json/'s quantities want both. */
struct judged_text {
    double value, lo, hi;
    const char *origin;
};

static const struct pm_field judged_fields[] = {
    PM_FIELD(struct judged_text, value, PM_JSON_NUMBER, PM_REQUIRED),
    PM_FIELD(struct judged_text, lo, PM_JSON_NUMBER, PM_OPTIONAL),
    PM_FIELD(struct judged_text, hi, PM_JSON_NUMBER, PM_OPTIONAL),
    PM_FIELD(struct judged_text, origin, PM_JSON_TEXT, PM_REQUIRED),
};

static int read_judged(const struct cJSON *node, const char *where, const char *key,
                       struct pm_arena *arena, struct pm_quantity *out, struct pm_err *err)
{
    struct judged_text t = {.lo = (double)NAN, .hi = (double)NAN};
    enum pm_origin origin;
    char at[PM_DECISION_WHERE];
    if (node == NULL)
        return 0;
    snprintf(at, sizeof at, "%.180s.%s", where, key);
    if (pm_json_read(node, judged_fields, COUNT(judged_fields), at, arena, &t, err) != 0)
        return -1;
    if (!pm_origin_parse(t.origin, &origin))
        return pm_fail(err, PM_EDATA, at, "unknown origin \"%.40s\"", t.origin);
    const bool ends = pm_json_member(node, "hi") != NULL;
    *out = pm_quantity_of(t.value, origin);
    if (!ends)
        return 0;
    *out = pm_quantity_between(t.value, isnan(t.lo) ? -(double)INFINITY : t.lo,
                               isnan(t.hi) ? (double)INFINITY : t.hi, origin);
    if (out->lo > t.value || out->hi < t.value)
        return pm_fail(err, PM_EDATA, at, "lo and hi must enclose value");
    return 0;
}

struct verdict_text {
    const char *verdict, *note;
    const struct cJSON *judged;
    long more_runs;
    double quantile;
};

static const struct pm_field verdict_fields[] = {
    PM_FIELD(struct verdict_text, verdict, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct verdict_text, judged, PM_JSON_NODE, PM_OPTIONAL),
    PM_FIELD(struct verdict_text, more_runs, PM_JSON_INT, PM_OPTIONAL),
    PM_FIELD_RANGE(struct verdict_text, quantile, PM_JSON_NUMBER, PM_OPTIONAL, 0.01, 0.9990001),
    PM_FIELD(struct verdict_text, note, PM_JSON_TEXT, PM_OPTIONAL),
};

static int check_verdict(const char *verdict, const char *where, struct pm_err *err)
{
    static const char *const known[] = {"meets", "fails", "undecided", "unknown"};
    for (size_t i = 0; i < COUNT(known); i++) {
        if (strcmp(known[i], verdict) == 0)
            return 0;
    }
    return pm_fail(err, PM_EDATA, where,
                   "\"verdict\" must be meets, fails, undecided or unknown, found \"%.40s\"",
                   verdict);
}

/* Files of before --fps and --runtime were budgets of their own have one verdict for both: that of
 * the stricter, under min_fps and max_watts. */
static const struct cJSON *verdict_node(const struct cJSON *object, enum pm_metric m,
                                        const struct pm_decision *d)
{
    static const enum pm_metric pair[][2] = {{PM_FPS, PM_KEEP_UP}, {PM_POWER, PM_LAST}};
    const struct cJSON *node = pm_json_member(object, pm_metric_info(m)->key);
    for (size_t i = 0; i < COUNT(pair); i++) {
        const enum pm_metric own = pair[i][0], follows = pair[i][1];
        const bool before = d->settings.budget[follows].set &&
                            pm_json_member(object, pm_metric_info(follows)->key) == NULL;
        if (m == follows && before)
            return pm_json_member(object, pm_metric_info(own)->key);
        if (m == own && before && !d->settings.budget[own].set)
            return NULL;
    }
    return node;
}

/* Each budget of the question, and no other. */
static int read_verdicts(const struct cJSON *object, const char *where, struct pm_decision *d,
                         struct pm_decided *c, struct pm_err *err)
{
    char at[PM_DECISION_WHERE];
    if (!pm_json_is_object(object))
        return pm_fail(err, PM_EDATA, where, "\"budgets\" must be an object of verdicts");
    for (int m = 0; m < PM_METRICS; m++) {
        const char *key = pm_metric_info((enum pm_metric)m)->key;
        const struct cJSON *node = verdict_node(object, (enum pm_metric)m, d);
        struct verdict_text t = {0};
        snprintf(at, sizeof at, "%.160s.budgets.%s", where, key);
        if ((node != NULL) != d->settings.budget[m].set)
            return pm_fail(err, PM_EDATA, at, "%s; %s",
                           node != NULL ? "the question has no such budget" : "is missing",
                           PM_DECISION_AGAIN);
        if (node == NULL)
            continue;
        if (pm_json_read(node, verdict_fields, COUNT(verdict_fields), at, &d->arena, &t, err) !=
                0 ||
            check_verdict(t.verdict, at, err) != 0 ||
            read_judged(t.judged, at, "judged", &d->arena, &c->budget[m].judged, err) != 0)
            return -1;
        c->budget[m].verdict = t.verdict;
        c->budget[m].note = t.note;
    }
    return 0;
}

int pm_decided_read(const struct cJSON *list, struct pm_decision *d, struct pm_err *err)
{
    char where[PM_DECISION_WHERE];
    d->candidate = pm_arena_alloc(&d->arena, pm_json_count(list) + 1, sizeof *d->candidate);
    if (d->candidate == NULL)
        return pm_fail_nomem(err);
    for (const struct cJSON *node = pm_json_first(list); node != NULL; node = pm_json_next(node)) {
        struct candidate_text t = {.c = {.config = {.batch = 1}}, .density_pct_per_m = (double)NAN};
        snprintf(where, sizeof where, "%.160s: candidates[%zu]", d->path, d->n);
        if (pm_json_read(node, candidate_fields, COUNT(candidate_fields), where, &d->arena, &t,
                         err) != 0 ||
            pm_input_of_keys(&t.input, where, &t.c.config.input, err) != 0 ||
            check_verdict(t.verdict, where, err) != 0 ||
            read_verdicts(t.budgets, where, d, &t.c, err) != 0 ||
            read_judged(t.top1_pct, where, "top1_pct", &d->arena, &t.c.top1_pct, err) != 0 ||
            read_judged(t.latency_ms, where, "latency_ms", &d->arena, &t.c.latency_ms, err) != 0)
            return -1;
        d->candidate[d->n++] = t.c;
    }
    return 0;
}

static const char *text_of(const struct cJSON *node, const char *key)
{
    return pm_json_text_of(pm_json_member(node, key));
}

static long count_of(const struct cJSON *node, const char *key)
{
    double count = 0;
    return pm_json_number_of(pm_json_member(node, key), &count) && count > 0 && count <= 1e9
               ? (long)count
               : 0;
}

static struct pm_configuration configuration_of(const struct cJSON *node)
{
    const long px = count_of(node, "input_px");
    const long width = count_of(node, "input_width"), height = count_of(node, "input_height");
    return (struct pm_configuration){.network = text_of(node, "network"),
                                     .engine = text_of(node, "engine"),
                                     .precision = text_of(node, "precision"),
                                     .power_mode = text_of(node, "power_mode"),
                                     .input = {width > 0 ? width : px, height > 0 ? height : px},
                                     .batch = count_of(node, "batch"),
                                     .threads = count_of(node, "threads")};
}

/* The pick stands among the candidates with all that is known of it; here only which one it is. */
int pm_decided_find_pick(const struct cJSON *pick, struct pm_decision *d, struct pm_err *err)
{
    d->pick = -1;
    if (pick == NULL)
        return 0;
    const struct pm_configuration picked = configuration_of(pick);
    for (size_t i = 0; i < d->n; i++) {
        if (pm_configuration_same(&d->candidate[i].config, &picked, PM_OF_ALL))
            d->pick = (int)i;
    }
    const char *build = pm_json_text_of(pm_json_member(pick, "engine_build"));
    if (d->pick < 0)
        return pm_fail(err, PM_EDATA, d->path, "\"pick\" is none of the \"candidates\"; %s",
                       PM_DECISION_AGAIN);
    if (build != NULL && pm_text_is_plain(build) &&
        (d->engine_build = pm_arena_dup(&d->arena, build)) == NULL)
        return pm_fail_nomem(err);
    return 0;
}
