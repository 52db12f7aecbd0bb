/* SPDX-License-Identifier: MIT */
#include "deployment/whatif_json.h"

#include "advise/answer.h"
#include "advise/thresholds.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/profile.h"
#include "json/json.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

bool pm_whatif_has(const struct pm_answer *a, enum pm_metric metric)
{
    for (size_t i = 0; i < a->n; i++) {
        if (pm_known(a->c[i].figure[metric]))
            return true;
    }
    return a->settings->budget[metric].set;
}

/* ---- how the board is used, in the words of the command line ---- */

static void add_word(struct cJSON *list, const char *key, double value, const char *unit)
{
    char text[48];
    if (!isfinite(value))
        return;
    snprintf(text, sizeof text, "%.15g%s", value, unit);
    struct cJSON *pair = pm_json_push_list(list);
    pm_json_push_text(pair, key);
    pm_json_push_text(pair, text);
}

static void add_words(struct cJSON *list, const struct pm_settings *s)
{
    const struct pm_settings standard = pm_settings_default();
    const double unset = (double)NAN;
    add_word(list, "fps", s->fps, "");
    add_word(list, "overhead", s->overhead_ms > 0 ? s->overhead_ms : unset, "ms");
    add_word(list, "battery", s->battery_wh, "Wh");
    add_word(list, "runtime", s->runtime_ms, "ms");
    add_word(list, "power_gain", 100 * s->power_gain_rel, "%");
    add_word(list, "confidence",
             s->confidence < standard.confidence || s->confidence > standard.confidence
                 ? s->confidence
                 : unset,
             "");
    const struct {
        const char *key, *value;
        bool set;
    } other[] = {{"energy_basis", "net", s->net_energy},
                 {"include_stand_ins", "true", s->include_stand_ins},
                 {"with_load", "true", s->with_load},
                 {"power", s->power, isfinite(s->assumed_w)},
                 {"engine", s->engine, s->engine[0] != '\0'},
                 {"batch", s->batch, s->batch[0] != '\0'},
                 {"threads", s->threads, s->threads[0] != '\0'}};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        if (!other[i].set)
            continue;
        struct cJSON *pair = pm_json_push_list(list);
        pm_json_push_text(pair, other[i].key);
        pm_json_push_text(pair, other[i].value);
    }
}

/* ---- metrics ---- */

static void add_metrics(struct cJSON *root, const struct pm_answer *a)
{
    const struct pm_settings *s = a->settings;
    struct pm_whatif_budget kind[PM_WHATIF_METRICS];
    struct cJSON *list = pm_json_add_list(root, "metrics");
    pm_thresholds_budgets(s, kind);
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_metric_info *info = pm_metric_info((enum pm_metric)m);
        struct cJSON *o = pm_json_push_object(list);
        pm_json_add_text(o, "key", info->key);
        pm_json_add_text(o, "title", info->title);
        pm_json_add_text(o, "unit", info->unit);
        pm_json_add_number(o, "kind", kind[m].kind);
        if (s->budget[m].set)
            pm_json_add_number(o, "bound", s->budget[m].bound);
        if (pm_metric_is_timed((enum pm_metric)m)) {
            pm_json_add_number(o, "quantile", s->budget[m].set ? s->budget[m].quantile : 0.90);
            pm_json_add_number(o, "steps", kind[m].steps);
        }
        if (info->from != NULL) /* it follows from how the board is used, and is not moved */
            pm_json_add_bool(o, "fixed", true);
    }
}

/* ---- candidates ---- */

/* What the latency budget is held against, the overhead included; unknown without runs or figure.
 */
static int judged_time(const struct pm_candidate *c, enum pm_metric m, const struct pm_settings *s,
                       double *out, struct pm_err *err)
{
    struct pm_judgement j;
    const double q = s->budget[m].set ? s->budget[m].quantile : 0.90;
    struct pm_time_bounds bounds;
    if (pm_candidate_time_bounds(c, q, s, &bounds, err) != 0)
        return -1;
    pm_candidate_judge_time(c, &bounds, DBL_MAX, &j);
    *out = (double)NAN;
    if (!pm_known(j.value))
        return 0;
    const double ms = j.value.value + s->overhead_ms * (double)c->config.batch;
    *out = pm_metric_is_rate(m) ? 1e3 * (double)c->config.batch / ms : ms;
    return 0;
}

static void add_steps(struct cJSON *steps, const struct pm_whatif_candidate *w, size_t which)
{
    struct cJSON *list = pm_json_push_list(steps);
    for (size_t k = 0; k < w->steps[which]; k++) {
        struct cJSON *step = pm_json_push_list(list);
        pm_json_push_number(step, w->step[which][k].from_ms);
        pm_json_push_number(step, w->step[which][k].verdict);
    }
}

static void add_ends(struct cJSON *o, const struct pm_whatif_candidate *w,
                     const double value[PM_METRICS])
{
    struct cJSON *v = pm_json_add_list(o, "value"), *lo = pm_json_add_list(o, "lo"),
                 *hi = pm_json_add_list(o, "hi");
    for (int m = 0; m < PM_METRICS; m++) { /* null: unknown, or without that end */
        const bool plain = w->known[m] && !pm_metric_is_timed((enum pm_metric)m);
        pm_json_push_number(v, value[m]);
        pm_json_push_number(lo, plain ? w->lo[m] : (double)NAN);
        pm_json_push_number(hi, plain ? w->hi[m] : (double)NAN);
    }
}

static int add_candidate(struct cJSON *list, const struct pm_candidate *c,
                         const struct pm_settings *s, struct pm_err *err)
{
    struct pm_whatif_candidate w;
    double value[PM_METRICS];
    if (pm_thresholds_find(c, s, &w, err) != 0)
        return -1;
    for (int m = 0; m < PM_METRICS; m++)
        value[m] = w.known[m] ? c->figure[m].value : (double)NAN;
    if (judged_time(c, PM_LATENCY, s, &value[PM_LATENCY], err) != 0 ||
        judged_time(c, PM_FPS, s, &value[PM_FPS], err) != 0 ||
        judged_time(c, PM_KEEP_UP, s, &value[PM_KEEP_UP], err) != 0)
        return -1;
    struct cJSON *o = pm_json_push_object(list);
    pm_json_add_text(o, "id", c->config.network);
    pm_json_add_text(o, "name", c->name);
    pm_json_add_text(o, "gap", c->gap);
    if (c->entry != NULL)
        pm_json_add_text(o, "power_gap", c->entry->power.cause);
    if (c->entry != NULL && c->entry->status == PM_CENSORED)
        pm_json_add_bool(o, "censored", true);
    pm_json_add_number(o, "batch", w.batch);
    pm_json_add_bool(o, "may_be_picked", w.may_be_picked);
    pm_json_add_number(o, "has",
                       w.has_accuracy + 2 * w.has_time + 4 * w.has_energy + 8 * w.doubtful);
    pm_json_add_number(o, "accuracy", w.has_accuracy ? w.accuracy : 0);
    pm_json_add_number(o, "time", w.has_time ? w.time : 0);
    pm_json_add_number(o, "energy", w.has_energy ? w.energy : 0);
    add_ends(o, &w, value);
    struct cJSON *steps = pm_json_add_list(o, "steps"); /* none: nothing is known */
    for (size_t which = 0; which < PM_WHATIF_TIMED; which++)
        add_steps(steps, w.known[PM_LATENCY] ? &w : &(struct pm_whatif_candidate){0}, which);
    return 0;
}

int pm_whatif_json(const struct pm_answer *a, const char *profile, struct pm_buf *buf,
                   struct pm_err *err)
{
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "profile", profile);
    pm_json_add_text(root, "rule", pm_policy_name(a->settings->rule));
    pm_json_add_number(root, "overhead_ms", a->settings->overhead_ms);
    pm_json_add_text(root, "counted", a->outrun > 0 ? "candidates" : "networks");
    add_words(pm_json_add_list(root, "words"), a->settings);
    add_metrics(root, a);
    struct cJSON *list = pm_json_add_list(root, "candidates");
    for (size_t i = 0; i < a->n; i++) {
        if (add_candidate(list, &a->c[i], a->settings, err) != 0) {
            pm_json_free(root);
            return -1;
        }
    }
    return pm_json_print(root, false, buf, err);
}
