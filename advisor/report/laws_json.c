/* SPDX-License-Identifier: MIT */
#include "report/laws_json.h"

#include "advise/answer.h"
#include "json/json.h"

#include <math.h>

static const char *verdict_name(enum pm_fit_verdict verdict)
{
    switch (verdict) {
    case PM_FIT_OK:
        return "ok";
    case PM_FIT_TOO_FEW:
        return "too_few";
    case PM_FIT_FLAT:
        return "flat";
    case PM_FIT_FAILED:
        break;
    }
    return "failed";
}

static void add_parameter(struct cJSON *o, const char *key, const char *interval_key,
                          const struct pm_parameter *p)
{
    pm_json_add_number(o, key, p->value);
    if (!p->identified) {
        pm_json_add_null(o, interval_key); /* not identified */
        return;
    }
    struct cJSON *interval = pm_json_add_list(o, interval_key);
    pm_json_push_number(interval, p->lo);
    pm_json_push_number(interval, p->hi);
}

static void add_hyperbola(struct cJSON *fits, const char *key, const struct pm_hyperbola *h)
{
    struct cJSON *o = pm_json_add_object(fits, key);
    pm_json_add_text(o, "verdict", verdict_name(h->verdict));
    pm_json_add_number(o, "n", (double)h->n);
    if (h->verdict != PM_FIT_OK)
        return;
    add_parameter(o, "A", "A_interval", &h->A);
    add_parameter(o, "k", "k_interval", &h->k);
    add_parameter(o, "t0", "t0_interval", &h->t0);
    pm_json_add_number(o, "rmse", h->rmse);
    pm_json_add_number(o, "r2", h->r2);
    pm_json_add_number(o, "loo", h->loo_rmse);
    pm_json_add_number(o, "loo_log", h->log_loo_rmse);
    pm_json_add_number(o, "loo_power", h->power_loo_rmse);
}

static void add_power(struct cJSON *fits, const struct pm_answer_fits *f)
{
    const struct pm_power_law *p = &f->power;
    if (p->n == 0)
        return;
    struct cJSON *o = pm_json_add_object(fits, "power");
    pm_json_add_number(o, "n", (double)p->n);
    pm_json_add_number(o, "mean_w", p->mean_w);
    pm_json_add_number(o, "networks_sd_w", p->networks_sd);
    pm_json_add_number(o, "batches_sd_w", p->batches_sd);
    pm_json_add_bool(o, "above_idle", p->above_idle);
    if (!isfinite(f->ceiling.energy_j))
        return;
    o = pm_json_add_object(fits, "energy_ceiling");
    pm_json_add_number(o, "energy_j", f->ceiling.energy_j);
    pm_json_add_number(o, "time_ms", f->ceiling.time_ms);
    pm_json_add_number(o, "top1_pct", f->ceiling.top1_pct);
    pm_json_add_number(o, "half_pct", f->ceiling.half_pct);
}

static void add_batch(struct cJSON *fits, const struct pm_batch_law *law)
{
    if (law->n == 0)
        return;
    struct cJSON *o = pm_json_add_object(fits, "batch");
    pm_json_add_number(o, "n", (double)law->n);
    pm_json_add_number(o, "batch", (double)law->batch);
    pm_json_add_number(o, "least_gain", law->least);
    pm_json_add_number(o, "most_gain", law->most);
    pm_json_add_text(o, "most_network", law->best);
    pm_json_add_number(o, "spearman", law->rank);
}

void pm_laws_add_json(struct cJSON *root, const struct pm_answer_fits *fits)
{
    struct cJSON *o = pm_json_add_object(root, "fits");
    add_power(o, fits);
    add_batch(o, &fits->batch);
    add_hyperbola(o, "hyperbola_front", &fits->front);
    add_hyperbola(o, "hyperbola_all", &fits->all);
    const struct pm_ops_fit *f = &fits->ops;
    struct cJSON *ops = pm_json_add_object(o, "ops_latency");
    pm_json_add_text(ops, "verdict", verdict_name(f->verdict));
    pm_json_add_number(ops, "n", (double)f->n);
    if (f->verdict != PM_FIT_OK)
        return;
    pm_json_add_number(ops, "a_ms", f->a_ms);
    pm_json_add_number(ops, "b_ms_per_gop", f->b_ms_per_gop);
    pm_json_add_number(ops, "sigma_rel", f->sigma_rel);
    pm_json_add_number(ops, "loo_mape", f->loo_mape);
    pm_json_add_number(ops, "loo_worst", f->loo_worst);
    pm_json_add_text(ops, "loo_worst_network", fits->ops_worst);
    pm_json_add_number(ops, "within_10pct", f->within_10pct);
    pm_json_add_number(ops, "ols_loo_mape", f->ols_loo_mape);
    pm_json_add_number(ops, "r2", f->r2);
    pm_json_add_number(ops, "spearman", fits->spearman);
}
