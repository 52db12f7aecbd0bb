/* SPDX-License-Identifier: MIT */
#include "deployment/html_cards.h"

#include "advise/answer.h"
#include "base/buf.h"
#include "deployment/html_text.h"
#include "report/answer_table.h"

#include <math.h>
#include <stdio.h>

#define BAR_PX 120.0

/* How much of the budget is used; of a floor, how much of what is reached was asked for. */
static double used(const struct pm_judgement *j, const struct pm_budget *b, bool is_min)
{
    const double share = is_min ? b->bound / j->value.value : j->value.value / b->bound;
    return isfinite(share) ? fmin(fmax(share, 0), 1) : 1;
}

static void card(const struct pm_answer *a, enum pm_metric m, struct pm_buf *buf)
{
    const struct pm_budget *b = &a->settings->budget[m];
    const struct pm_judgement *j = &a->c[a->pick].judged[m];
    const struct pm_metric_info *info = pm_metric_info(m);
    char text[40];
    pm_buf_addf(buf, "<li class=\"%s\"><span class=\"what\">", pm_verdict_name(j->verdict));
    pm_html_add(buf, info->title);
    if (pm_metric_is_timed(m))
        pm_buf_addf(buf, " p%g", 100 * b->quantile);
    pm_buf_add(buf, "</span> <span class=\"value\">");
    pm_html_add(buf, pm_known(j->value) ? pm_metric_text(m, j->value.value, text, sizeof text)
                                        : "unknown");
    pm_buf_add(buf, "</span>");
    if (pm_known(j->value))
        pm_buf_addf(buf,
                    "<svg width=\"%g\" height=\"6\" aria-hidden=\"true\"><rect class=\"track\" "
                    "width=\"%g\" height=\"6\" rx=\"3\"/><rect class=\"fill\" width=\"%.1f\" "
                    "height=\"6\" rx=\"3\"/></svg>",
                    BAR_PX, BAR_PX, BAR_PX * used(j, b, info->is_min));
    pm_buf_addf(buf, " <span class=\"bound\">%s ", info->is_min ? "at least" : "at most");
    pm_html_add(buf, pm_metric_text(m, b->bound, text, sizeof text));
    pm_buf_addf(buf, ": %s</span></li>\n", pm_verdict_name(j->verdict));
}

void pm_html_cards(const struct pm_answer *a, struct pm_buf *buf)
{
    if (a->pick < 0)
        return;
    pm_buf_add(buf, "<ul class=\"cards\">\n");
    for (int m = 0; m < PM_METRICS; m++) {
        if (a->settings->budget[m].set)
            card(a, (enum pm_metric)m, buf);
    }
    pm_buf_add(buf, "</ul>\n");
}
