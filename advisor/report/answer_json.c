/* SPDX-License-Identifier: MIT
 * Schema pickmodel/answer/1; documented in docs/pickmodel-formats.5. */
#include "report/answer_json.h"

#include "advise/answer.h"
#include "record/catalogue.h"
#include "record/profile.h"
#include "report/answer_table.h"
#include "report/answer_text.h"
#include "report/laws_json.h"
#include "json/json.h"

#include <math.h>
#include <string.h>

/* Keys of struct pm_candidate.figure in the file; what follows from another is not repeated. */
static const char *const figure_keys[PM_METRICS] = {
    [PM_TOP1] = "top1_pct",     [PM_TOP5] = "top5_pct",   [PM_LATENCY] = "latency_ms",
    [PM_FPS] = "fps",           [PM_POWER] = "power_w",   [PM_ENERGY] = "energy_j",
    [PM_MEMORY] = "memory_mib", [PM_PARAMS] = "params_m", [PM_SIZE] = "weights_mib"};

const char *pm_answer_figure_key(enum pm_metric metric)
{
    return figure_keys[metric];
}

const char *pm_answer_status_name(enum pm_answer_status status)
{
    static const char *const names[] = {"recommended", "infeasible", "undecided", "overview"};
    return names[status];
}

void pm_answer_add_quantity(struct cJSON *object, const char *key, struct pm_quantity q)
{
    if (!pm_known(q))
        return;
    struct cJSON *o = pm_json_add_object(object, key);
    pm_json_add_number(o, "value", q.value);
    if (q.has_interval) {
        pm_json_add_number(o, "lo", q.lo); /* null: no such bound is known */
        pm_json_add_number(o, "hi", q.hi);
    }
    pm_json_add_text(o, "origin", pm_origin_name(q.origin));
}

void pm_answer_add_identity(struct cJSON *o, const struct pm_candidate *c)
{
    pm_configuration_write(o, &c->config, c->name);
}

void pm_answer_add_identities(struct cJSON *root, const char *key, const struct pm_answer *a,
                              const int *index, size_t n)
{
    struct cJSON *list = pm_json_add_list(root, key);
    for (size_t i = 0; i < n; i++)
        pm_answer_add_identity(pm_json_push_object(list), &a->c[index[i]]);
}

static void add_figures(struct cJSON *o, const struct pm_candidate *c)
{
    for (int m = 0; m < PM_METRICS; m++) {
        if (figure_keys[m] != NULL && m != PM_TOP1 && m != PM_LATENCY)
            pm_answer_add_quantity(o, figure_keys[m], c->figure[m]);
    }
    pm_answer_add_quantity(o, "gops", c->gops);
    if (pm_known(c->figure[PM_TOP1]) && pm_known(c->figure[PM_PARAMS]))
        pm_json_add_number(o, "density_pct_per_m",
                           c->figure[PM_TOP1].value / c->figure[PM_PARAMS].value);
    pm_answer_add_quantity(o, "busy_w", c->busy_w);
    pm_answer_add_quantity(o, "idle_w", c->idle_w);
    pm_answer_add_quantity(o, "net_energy_j", c->net_j);
    pm_answer_add_quantity(o, "runtime_h", c->runtime_h);
    if (c->power_scope != PM_SCOPE_UNKNOWN)
        pm_json_add_text(o, "power_scope", pm_scope_name(c->power_scope));
    pm_json_add_text(o, "power_note", c->power_note);
}

/* Plain numbers for those who only want them; candidates[] has intervals and origins. */
static struct cJSON *add_brief(struct cJSON *parent, const char *key, const struct pm_answer *a,
                               int index)
{
    if (index < 0) {
        pm_json_add_null(parent, key);
        return NULL;
    }
    const struct pm_candidate *c = &a->c[index];
    struct cJSON *o = pm_json_add_object(parent, key);
    pm_answer_add_identity(o, c);
    if (pm_known(c->figure[PM_TOP1]))
        pm_json_add_number(o, "top1_pct", c->figure[PM_TOP1].value);
    if (pm_known(c->figure[PM_LATENCY]))
        pm_json_add_number(o, "latency_ms", c->figure[PM_LATENCY].value);
    return o;
}

static void add_judgements(struct cJSON *o, const struct pm_answer *a, const struct pm_candidate *c)
{
    struct cJSON *budgets = pm_json_add_object(o, "budgets");
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_judgement *j = &c->judged[m];
        if (!a->settings->budget[m].set)
            continue;
        struct cJSON *b = pm_json_add_object(budgets, pm_metric_info((enum pm_metric)m)->key);
        pm_json_add_text(b, "verdict", pm_verdict_name(j->verdict));
        pm_answer_add_quantity(b, "judged", j->value);
        if (pm_known(j->value) && j->quantile > 0)
            pm_json_add_number(b, "quantile", j->quantile);
        if (j->need_more > 0)
            pm_json_add_number(b, "more_runs", (double)j->need_more);
        pm_json_add_text(b, "note", j->note);
    }
}

static void add_pick(struct cJSON *root, const struct pm_answer *a)
{
    struct cJSON *o = add_brief(root, "pick", a, a->pick);
    if (a->pick < 0)
        return;
    const struct pm_candidate *c = &a->c[a->pick];
    const struct pm_quantity t = c->figure[PM_LATENCY];
    pm_json_add_text(o, "latency_origin", pm_origin_name(t.origin));
    if (t.has_interval) {
        pm_json_add_number(o, "latency_lo_ms", t.lo);
        pm_json_add_number(o, "latency_hi_ms", t.hi);
    }
    add_figures(o, c);
    if (c->entry != NULL && c->entry->n > 0)
        pm_json_add_number(o, "runs", (double)c->entry->n);
    if (c->known != NULL && c->known->weights != NULL)
        pm_json_add_text(o, "weights", c->known->weights);
    else
        pm_json_add_null(o, "weights");
    if (c->entry != NULL)
        pm_json_add_text(o, "engine_build", c->entry->conditions.engine_build);
    pm_json_add_bool(o, "provisional", a->status != PM_RECOMMENDED);
    add_judgements(o, a, c);
}

static void add_also(struct cJSON *root, const struct pm_answer *a)
{
    struct cJSON *o = pm_json_add_object(root, "also");
    struct cJSON *literal = add_brief(o, "literal", a, a->literal);
    if (a->literal >= 0 && a->literal != a->pick)
        pm_json_add_text(literal, "note",
                         "the slowest that fits; passed over, another is as accurate and as fast");
    add_brief(o, "least_energy", a, a->least_energy);
    add_brief(o, "fastest_equal", a, a->fastest_equal);
}

void pm_answer_add_budgets(struct cJSON *root, const struct pm_settings *settings,
                           const double *best)
{
    struct cJSON *list = pm_json_add_list(root, "budgets");
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_budget *b = &settings->budget[m];
        const struct pm_metric_info *info = pm_metric_info((enum pm_metric)m);
        if (!b->set)
            continue;
        struct cJSON *o = pm_json_push_object(list);
        pm_json_add_text(o, "key", info->key);
        pm_json_add_number(o, "bound", b->bound);
        pm_json_add_text(o, "unit", info->unit);
        pm_json_add_text(o, "from", info->from);
        if (pm_metric_is_timed((enum pm_metric)m))
            pm_json_add_number(o, "quantile", b->quantile);
        if (best != NULL && isfinite(best[m]))
            pm_json_add_number(o, "best_attainable", best[m]);
    }
}

static void add_candidates(struct cJSON *root, const struct pm_answer *a)
{
    static const char *const status[] = {"complete", "partial", "censored", "failed"};
    struct cJSON *list = pm_json_add_list(root, "candidates");
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        struct cJSON *o = pm_json_push_object(list);
        pm_answer_add_identity(o, c);
        pm_json_add_text(o, "verdict", pm_verdict_name(c->verdict));
        pm_json_add_text(o, "reason", c->reason);
        if (c->beaten_by >= 0)
            pm_answer_add_identity(pm_json_add_object(o, "dominated_by"), &a->c[c->beaten_by]);
        if (c->stand_in)
            pm_json_add_bool(o, "stand_in", true);
        pm_json_add_text(o, "measurement", c->entry != NULL ? status[c->entry->status] : "none");
        if (c->entry != NULL && c->entry->n > 0)
            pm_json_add_number(o, "runs", (double)c->entry->n);
        add_judgements(o, a, c);
        pm_answer_add_quantity(o, "top1_pct", c->figure[PM_TOP1]);
        pm_answer_add_quantity(o, "latency_ms", c->figure[PM_LATENCY]);
        add_figures(o, c);
    }
}

static void add_relaxations(struct cJSON *root, const struct pm_answer *a)
{
    struct cJSON *list = pm_json_add_list(root, "relax");
    for (size_t i = 0; i < a->relaxations; i++) {
        const struct pm_relaxation *r = &a->relaxation[i];
        struct cJSON *o = pm_json_push_object(list);
        pm_json_add_text(o, "key", pm_metric_info(r->metric)->key);
        pm_json_add_bool(o, "possible", r->possible);
        if (!r->possible)
            continue;
        pm_json_add_number(o, "to", r->to);
        pm_json_add_text(o, "unit", pm_metric_info(r->metric)->unit);
        pm_json_add_text(o, "typed", r->typed);
        pm_answer_add_identity(o, &a->c[r->index]);
        pm_json_add_text(o, "note", r->note);
    }
}

void pm_answer_add_texts(struct cJSON *root, const char *key, const char *const *text, size_t n)
{
    struct cJSON *list = pm_json_add_list(root, key);
    for (size_t i = 0; i < n; i++)
        pm_json_push_text(list, text[i]);
}

static void add_contenders(struct cJSON *root, const struct pm_answer *a)
{
    struct cJSON *list = pm_json_add_list(root, "contenders");
    for (size_t i = 0; i < a->contenders; i++) {
        struct cJSON *o = pm_json_push_object(list);
        pm_answer_add_identity(o, &a->c[a->contender[i].index]);
        pm_json_add_text(o, "settles", a->contender[i].settles);
    }
}

/* How the board is to be used, and how its power was measured: with the budgets, rule and
 * confidence all that it takes to ask the same question again (`pickmodel check`). */
static void add_use(struct cJSON *root, const struct pm_answer *a)
{
    const struct pm_settings *s = a->settings;
    if (isfinite(s->fps))
        pm_json_add_number(root, "fps", s->fps);
    if (s->overhead_ms > 0)
        pm_json_add_number(root, "overhead_ms", s->overhead_ms);
    if (isfinite(s->battery_wh))
        pm_json_add_number(root, "battery_wh", s->battery_wh);
    if (s->budget[PM_ENERGY].set || s->net_energy)
        pm_json_add_text(root, "energy_basis", s->net_energy ? "net" : "total");
    if (isfinite(s->assumed_w))
        pm_json_add_number(root, "assumed_w", s->assumed_w);
    if (isfinite(s->power_gain_rel))
        pm_json_add_number(root, "power_gain_rel", s->power_gain_rel);
    if (s->with_load)
        pm_json_add_bool(root, "with_load", true);
    if (s->include_stand_ins)
        pm_json_add_bool(root, "include_stand_ins", true);
    if (s->require_measured != PM_REQUIRE_NOTHING)
        pm_json_add_text(root, "require_measured",
                         s->require_measured == PM_REQUIRE_ALL ? "all" : "true");
    if (s->task[0] != '\0')
        pm_json_add_text(root, "task", s->task);
    if (s->engine[0] != '\0')
        pm_json_add_text(root, "only_engine", s->engine);
    if (s->batch[0] != '\0')
        pm_json_add_text(root, "only_batch", s->batch);
    if (s->threads[0] != '\0')
        pm_json_add_text(root, "only_threads", s->threads);
    if (a->profile == NULL || a->profile->probes == 0)
        return;
    struct cJSON *list = pm_json_add_list(root, "power_probe");
    for (size_t i = 0; i < a->profile->probes; i++) {
        const struct pm_power_probe *p = &a->profile->probe[i];
        struct cJSON *o = pm_json_push_object(list);
        pm_json_add_text(o, "source", p->source);
        pm_json_add_bool(o, "accepted", p->accepted);
        pm_json_add_text(o, "reason", p->reason);
        pm_json_add_text(o, "remedy", p->remedy);
    }
}

static void add_device(struct cJSON *root, const struct pm_profile *p)
{
    struct cJSON *o = pm_json_add_object(root, "device");
    if (p == NULL)
        return;
    const struct pm_device *d = &p->device;
    pm_json_add_text(o, "name", d->name);
    pm_json_add_text(o, "model", d->model);
    pm_json_add_text(o, "cpu", d->cpu);
    pm_json_add_text(o, "arch", d->arch);
    if (d->cores > 0)
        pm_json_add_number(o, "cores", (double)d->cores);
    if (d->memory_mib > 0)
        pm_json_add_number(o, "memory_mib", d->memory_mib);
    pm_json_add_text(o, "os", d->os);
    pm_json_add_text(o, "kernel", d->kernel);
    pm_json_add_text(o, "governor", d->governor);
    pm_json_add_text(o, "power_mode", d->power_mode);
    pm_json_add_text(o, "unmeasured_accelerator", d->accelerator);
    pm_json_add_text(o, "profile_origin", p->origin);
    pm_json_add_text(o, "profile_source", p->source);
}

struct cJSON *pm_answer_tree(const struct pm_answer *a)
{
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", "pickmodel/answer/1");
    pm_json_add_text(root, "status", pm_answer_status_name(a->status));
    pm_json_add_text(root, "headline", a->headline);
    add_pick(root, a);
    add_also(root, a);
    add_contenders(root, a);
    pm_answer_add_budgets(root, a->settings, a->best);
    add_use(root, a);
    pm_json_add_text(root, "rule", pm_policy_name(a->settings->rule));
    pm_json_add_number(root, "confidence", a->settings->confidence);
    add_relaxations(root, a);
    pm_answer_add_identities(root, "front", a, a->step, a->steps);
    if (isfinite(a->stability))
        pm_json_add_number(root, "stability", a->stability);
    if (a->runner_up >= 0)
        pm_answer_add_identity(pm_json_add_object(root, "runner_up"), &a->c[a->runner_up]);
    if (isfinite(a->ms_per_point))
        pm_json_add_number(root, "ms_per_top1_point", a->ms_per_point);
    pm_laws_add_json(root, &a->fits);
    pm_answer_add_texts(root, "findings", a->finding, a->findings);
    pm_answer_add_texts(root, "warnings", a->warning, a->warnings);
    struct cJSON *cost = pm_json_add_object(root, "measured_now");
    pm_json_add_number(cost, "networks", (double)a->measured);
    pm_json_add_number(cost, "seconds", a->measured_s);
    pm_json_add_number(cost, "ruled_out", (double)a->ruled_out);
    if (a->full_s > 0)
        pm_json_add_number(cost, "full_profile_seconds", a->full_s);
    add_device(root, a->profile);
    add_candidates(root, a);
    return root;
}

int pm_answer_json(const struct pm_answer *a, struct pm_buf *buf, struct pm_err *err)
{
    return pm_json_print(pm_answer_tree(a), true, buf, err);
}
