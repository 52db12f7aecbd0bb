/* SPDX-License-Identifier: MIT
 * Schema pickmodel/check/1; documented in docs/pickmodel-formats.5. */
#include "report/recheck_report.h"

#include "advise/recheck.h"
#include "record/decision.h"
#include "record/profile.h"
#include "report/answer_json.h"
#include "report/answer_table.h"
#include "report/compare_report.h"
#include "json/json.h"

static void add_pick(struct cJSON *o, const struct pm_candidate *c)
{
    if (c != NULL)
        pm_answer_add_identity(pm_json_add_object(o, "pick"), c);
    else
        pm_json_add_null(o, "pick");
}

static void add_decision(struct cJSON *root, const struct pm_decision *d,
                         const struct pm_candidate *pick)
{
    static const char *const status[] = {"recommended", "infeasible", "undecided"};
    struct cJSON *o = pm_json_add_object(root, "decision");
    pm_json_add_text(o, "file", d->path);
    pm_json_add_text(o, "status", status[d->status]);
    pm_json_add_text(o, "headline", d->headline);
    pm_json_add_text(o, "device", d->device.name);
    add_pick(o, pick);
}

static void add_now(struct cJSON *root, const struct pm_answer *a)
{
    const struct pm_profile *p = a->profile;
    struct cJSON *o = pm_json_add_object(root, "now");
    pm_json_add_text(o, "profile", p->path);
    pm_json_add_text(o, "device", p->device.name);
    pm_json_add_text(o, "origin", p->origin);
    pm_json_add_text(o, "date", p->date);
    pm_json_add_text(o, "status", pm_answer_status_name(a->status));
    add_pick(o, a->pick >= 0 ? &a->c[a->pick] : NULL);
}

static void add_side(struct cJSON *o, const char *key, const struct pm_judgement *j)
{
    struct cJSON *side = pm_json_add_object(o, key);
    pm_json_add_text(side, "verdict", pm_verdict_name(j->verdict));
    pm_answer_add_quantity(side, "judged", j->value);
    if (j->need_more > 0)
        pm_json_add_number(side, "more_runs", (double)j->need_more);
    pm_json_add_text(side, "note", j->note);
}

/* What the decided pick reached and reaches, budget by budget. */
static void add_judgements(struct cJSON *root, const struct pm_recheck *r)
{
    const struct pm_candidate *then = r->decision->pick >= 0 ? &r->then[r->decision->pick] : NULL;
    const struct pm_candidate *now = r->place >= 0 ? &r->now->c[r->place] : NULL;
    struct cJSON *list = pm_json_add_list(root, "pick_by_budget");
    for (int m = 0; then != NULL && m < PM_METRICS; m++) {
        if (!r->decision->settings.budget[m].set)
            continue;
        struct cJSON *o = pm_json_push_object(list);
        pm_json_add_text(o, "key", pm_metric_info((enum pm_metric)m)->key);
        add_side(o, "then", &then->judged[m]);
        if (now != NULL)
            add_side(o, "now", &now->judged[m]);
    }
}

int pm_recheck_json(const struct pm_recheck *r, struct pm_buf *buf, struct pm_err *err)
{
    const struct pm_decision *d = r->decision;
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", "pickmodel/check/1");
    pm_json_add_text(root, "verdict", pm_recheck_name(r->verdict));
    pm_json_add_text(root, "headline", r->headline);
    add_decision(root, d, d->pick >= 0 ? &r->then[d->pick] : NULL);
    add_now(root, r->now);
    pm_answer_add_budgets(root, &d->settings, NULL);
    add_judgements(root, r);
    pm_answer_add_texts(root, "why", r->why, r->whys);
    pm_conditions_json(root, r->condition, r->conditions, "then", "now");
    pm_answer_add_texts(root, "warnings", r->now->warning, r->now->warnings);
    return pm_json_print(root, true, buf, err);
}
