/* SPDX-License-Identifier: MIT
 * Schema pickmodel/compare/1; documented in docs/pickmodel-formats.5. */
#include "report/compare_report.h"

#include "advise/compare.h"
#include "record/profile.h"
#include "report/answer_json.h"
#include "report/compare_table.h"
#include "json/json.h"

#include <math.h>

static void add_side(struct cJSON *root, const char *key, const char *name,
                     const struct pm_answer *a)
{
    struct cJSON *o = pm_json_add_object(root, key);
    const struct pm_profile *p = a->profile;
    pm_json_add_text(o, "profile", name);
    pm_json_add_text(o, "device", p->device.name);
    pm_json_add_text(o, "origin", p->origin);
    pm_json_add_text(o, "source", p->source);
    pm_json_add_text(o, "date", p->date);
    pm_json_add_text(o, "status", pm_answer_status_name(a->status));
    if (a->pick >= 0)
        pm_answer_add_identity(pm_json_add_object(o, "pick"), &a->c[a->pick]);
    else
        pm_json_add_null(o, "pick");
    pm_answer_add_identities(o, "front", a, a->step, a->steps);
}

static void add_difference(struct cJSON *list, enum pm_metric m, const struct pm_difference *d)
{
    struct cJSON *o = pm_json_push_object(list);
    pm_json_add_text(o, "figure", pm_answer_figure_key(m));
    pm_json_add_text(o, "change", pm_shift_name(d->shift));
    pm_answer_add_quantity(o, "a", d->a);
    pm_answer_add_quantity(o, "b", d->b);
    if (isfinite(d->ratio)) {
        pm_json_add_number(o, "ratio", d->ratio);
        pm_json_add_number(o, "ratio_lo", d->lo);
        pm_json_add_number(o, "ratio_hi", d->hi); /* null: no such end is known */
    }
    if (d->disturbed)
        pm_json_add_bool(o, "disturbed", true);
    if (d->too_few)
        pm_json_add_bool(o, "too_few_runs", true);
    if (d->as_it_stands)
        pm_json_add_bool(o, "as_it_stands", true);
}

int pm_comparison_json(const struct pm_comparison *c, struct pm_buf *buf, struct pm_err *err)
{
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", "pickmodel/compare/1");
    pm_json_add_bool(root, "changed", c->changed);
    pm_json_add_text(root, "headline", c->headline);
    if (c->with_budgets)
        pm_json_add_bool(root, "pick_changes", c->pick_changes);
    add_side(root, "a", c->a_name, c->a);
    add_side(root, "b", c->b_name, c->b);
    pm_answer_add_budgets(root, c->a->settings, NULL);
    pm_json_add_text(root, "rule", pm_policy_name(c->a->settings->rule));
    pm_json_add_number(root, "confidence", c->a->settings->confidence);
    pm_answer_add_texts(root, "why", c->why, c->whys);
    pm_answer_add_texts(root, "notes", c->note, c->notes);
    pm_conditions_json(root, c->condition, c->conditions, "a", "b");
    struct cJSON *list = pm_json_add_list(root, "networks");
    for (size_t k = 0; k < c->n; k++) {
        struct cJSON *o = pm_json_push_object(list);
        pm_answer_add_identity(o, &c->a->c[c->pair[k].a]);
        struct cJSON *figures = pm_json_add_list(o, "figures");
        for (size_t f = 0; f < PM_COMPARED_FIGURES; f++) {
            const struct pm_difference *d = &c->pair[k].figure[pm_compared_figure[f]];
            if (pm_known(d->a) || pm_known(d->b))
                add_difference(figures, pm_compared_figure[f], d);
        }
    }
    pm_answer_add_identities(root, "only_a", c->a, c->only_a, c->only_a_n);
    pm_answer_add_identities(root, "only_b", c->b, c->only_b, c->only_b_n);
    return pm_json_print(root, true, buf, err);
}
