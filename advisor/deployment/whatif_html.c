/* SPDX-License-Identifier: MIT */
#include "deployment/whatif_html.h"

#include "advise/answer.h"
#include "advise/whatif.h"
#include "base/buf.h"
#include "deployment/html_text.h"
#include "deployment/whatif_json.h"

#include <math.h>
#include <stdio.h>

static void add_budget(struct pm_buf *buf, const struct pm_answer *a, enum pm_metric m)
{
    const struct pm_metric_info *info = pm_metric_info(m);
    const struct pm_budget *b = &a->settings->budget[m];
    char title[60] = "";
    const double q = 100 * (b->set ? b->quantile : 0.90);
    if (pm_metric_is_timed(m))
        snprintf(title, sizeof title, "%s (p%g) %s", info->title, q,
                 info->is_min ? "at least" : "at most");
    else
        snprintf(title, sizeof title, "%s %s", info->title, info->is_min ? "at least" : "at most");
    pm_buf_addf(buf, "<div class=\"budget\"><label for=\"field-%s\">%s</label>\n", info->key,
                title);
    pm_buf_addf(
        buf,
        "<input type=\"range\" min=\"0\" max=\"1000\" step=\"1\" value=\"0\" data-key=\"%s\" "
        "aria-label=\"%s, as a slider\">\n",
        info->key, title);
    pm_buf_addf(buf,
                "<input type=\"text\" id=\"field-%s\" name=\"%s\" size=\"10\" autocomplete=\"off\" "
                "spellcheck=\"false\" aria-describedby=\"wrong-%s\" placeholder=\"no limit\">\n",
                info->key, info->key, info->key);
    pm_buf_addf(buf, "<span class=\"wrong\" id=\"wrong-%s\" role=\"status\"></span></div>\n",
                info->key);
}

static void add_rules(struct pm_buf *buf, const struct pm_answer *a)
{
    pm_buf_add(buf, "<div class=\"budget\"><label for=\"field-rule\">rule</label>\n"
                    "<select id=\"field-rule\" name=\"rule\">\n");
    for (int r = PM_POLICY_PARETO; r <= PM_POLICY_LEAST_ENERGY; r++)
        pm_buf_addf(buf, "<option%s>%s</option>\n", r == (int)a->settings->rule ? " selected" : "",
                    pm_policy_name((enum pm_policy)r));
    pm_buf_add(buf, "</select>\n<button type=\"button\" id=\"whatif-reset\">Back to the question"
                    "</button></div>\n");
}

static void add_fixed(struct pm_buf *buf, const struct pm_settings *s)
{
    pm_buf_addf(buf, "<p class=\"note\">As in the question: confidence %g %%", 100 * s->confidence);
    if (isfinite(s->fps))
        pm_buf_addf(buf, ", %g fps", s->fps);
    if (s->overhead_ms > 0)
        pm_buf_addf(buf, ", %g ms of overhead an image", s->overhead_ms);
    if (isfinite(s->battery_wh))
        pm_buf_addf(buf, ", a battery of %g Wh", s->battery_wh);
    pm_buf_add(buf, ".</p>\n");
}

void pm_whatif_html(const struct pm_answer *a, struct pm_buf *buf)
{
    if (a->n > PM_WHATIF_CANDIDATES) {
        pm_buf_addf(buf,
                    "<section>\n<h2>What if the budgets were different?</h2>\n<p class=\"note\">"
                    "Left out: this page can decide again over %d candidates at most, and here are "
                    "%zu. The command line takes them all.</p>\n</section>\n",
                    PM_WHATIF_CANDIDATES, a->n);
        return;
    }
    pm_buf_add(buf,
               "<section id=\"what-if\" hidden>\n<h2>What if the budgets were different?</h2>\n"
               "<p class=\"finding\">Move a budget: the program's own rule decides again, in "
               "this page; charts, table and reasons follow.</p>\n<form id=\"whatif-form\">\n");
    for (int m = 0; m < PM_METRICS; m++) {
        if (pm_metric_info((enum pm_metric)m)->from == NULL && pm_whatif_has(a, (enum pm_metric)m))
            add_budget(buf, a, (enum pm_metric)m);
    }
    add_rules(buf, a);
    pm_buf_add(buf, "</form>\n");
    add_fixed(buf, a->settings);
    pm_buf_add(buf,
               "<p><output id=\"answer\" for=\"whatif-form\"></output></p>\n"
               "<details><summary>These budgets as a command and as YAML</summary>\n"
               "<pre tabindex=\"0\" aria-label=\"command\"><code id=\"budgets-command\"></code>"
               "</pre>\n<pre id=\"budgets-yaml\" tabindex=\"0\" aria-label=\"YAML\"></pre>\n"
               "</details>\n</section>\n");
}
