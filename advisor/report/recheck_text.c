/* SPDX-License-Identifier: MIT
 * Whether a saved decision still holds, for people: on a terminal, and under a pull request. */
#include "report/recheck_report.h"

#include "advise/recheck.h"
#include "base/buf.h"
#include "record/decision.h"
#include "record/profile.h"
#include "report/answer_table.h"
#include "report/compare_report.h"
#include "report/table.h"
#include "report/wrap.h"

#include <math.h>

#define THEN_MARK "when decided"

static const char *colour(enum pm_recheck_verdict verdict)
{
    static const char *const colours[] = {
        [PM_HOLDS] = "\033[1;32m", [PM_NO_LONGER] = "\033[1;31m", [PM_UNTOLD] = "\033[1;33m"};
    return colours[verdict];
}

static void judged_cell(struct pm_table *t, size_t column, enum pm_metric m,
                        const struct pm_judgement *j)
{
    char text[40];
    if (pm_known(j->value))
        pm_table_cell(t, column, "%s%s", isinf(j->value.hi) ? "> " : "",
                      pm_metric_text(m, j->value.value, text, sizeof text));
}

static void fill_row(const struct pm_recheck *r, enum pm_metric m, struct pm_table *t)
{
    const struct pm_budget *b = &r->now->settings->budget[m];
    const struct pm_metric_info *info = pm_metric_info(m);
    char x[40], y[40];
    if (pm_metric_is_timed(m))
        pm_table_cell(t, 0, "%s p%g", info->title, 100 * b->quantile);
    else
        pm_table_cell(t, 0, "%s", info->title);
    pm_table_cell(t, 1, "%s %s",
                  info->is_min ? ">=" : "<=", pm_metric_text(m, b->bound, x, sizeof x));
    judged_cell(t, 2, m, &r->then[r->decision->pick].judged[m]);
    if (r->place < 0)
        return;
    const struct pm_judgement *now = &r->now->c[r->place].judged[m];
    judged_cell(t, 3, m, now);
    if (pm_known(now->value) && now->value.has_interval && isfinite(now->value.hi))
        pm_table_cell(t, 4, "%s .. %s", pm_metric_text(m, now->value.lo, x, sizeof x),
                      pm_metric_text(m, now->value.hi, y, sizeof y));
    pm_table_cell(t, 5, "%s", pm_verdict_name(now->verdict));
}

/* The decided pick, budget by budget: then and now. */
static void fill(const struct pm_recheck *r, struct pm_table *t)
{
    pm_table_column(t, "BUDGET", NULL, false);
    pm_table_column(t, "WANTED", NULL, true);
    pm_table_column(t, "THEN", NULL, true);
    pm_table_column(t, "NOW", NULL, true);
    pm_table_column(t, "INTERVAL", NULL, false);
    pm_table_column(t, "", NULL, false);
    for (int m = 0; m < PM_METRICS && !t->failed; m++) {
        if (!r->now->settings->budget[m].set)
            continue;
        pm_table_row(t);
        if (!t->failed)
            fill_row(r, (enum pm_metric)m, t);
    }
}

static int add_tables(const struct pm_recheck *r, enum pm_format format,
                      const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    struct pm_table decided = {0}, picked = {0};
    const struct pm_answer *a = r->now;
    int result = 0;
    if (r->decision->pick >= 0) {
        fill(r, &decided);
        pm_buf_add(buf, "\n");
        result = pm_table_print(&decided, format, style, buf, err);
    }
    if (result == 0 && a->status == PM_RECOMMENDED && a->pick != r->place) {
        pm_answer_table_margins(a, &picked);
        pm_buf_add(buf, "\n");
        result = pm_table_print(&picked, format, style, buf, err);
    }
    pm_table_done(&decided);
    pm_table_done(&picked);
    return result;
}

static void add_sources(const struct pm_recheck *r, struct pm_buf *out)
{
    const struct pm_profile *p = r->now->profile;
    pm_buf_addf(out, "Decided (%s): %s", r->decision->path, r->decision->headline);
    pm_buf_addf(out, " Checked against %s%s%s.", p->path != NULL ? p->path : p->device.name,
                p->date != NULL ? ", " : "", p->date != NULL ? p->date : "");
}

static int text(const struct pm_recheck *r, const struct pm_style *style, struct pm_buf *buf,
                struct pm_err *err)
{
    struct pm_buf sources = {0};
    if (style->colour)
        pm_buf_add(buf, colour(r->verdict));
    pm_wrap_add(buf, "", r->headline, style->width);
    if (style->colour)
        pm_buf_add(buf, "\033[0m");
    add_sources(r, &sources);
    pm_wrap_add(buf, " ", pm_buf_text(&sources), style->width);
    buf->failed = buf->failed || sources.failed;
    pm_buf_done(&sources);
    if (add_tables(r, PM_FORMAT_TEXT, style, buf, err) != 0)
        return -1;
    pm_wrap_list(buf, style->utf8 ? "•" : "-", r->why, r->whys, style->width);
    pm_conditions_text(r->condition, r->conditions, THEN_MARK, "now", style, buf);
    pm_wrap_list(buf, style->utf8 ? "⚠" : "!", r->now->warning, r->now->warnings, style->width);
    return 0;
}

static int markdown(const struct pm_recheck *r, const struct pm_style *style, struct pm_buf *buf,
                    struct pm_err *err)
{
    struct pm_buf sources = {0};
    pm_buf_add(buf, "**");
    pm_markdown_add(buf, r->headline);
    pm_buf_add(buf, "**\n");
    if (add_tables(r, PM_FORMAT_MARKDOWN, style, buf, err) != 0)
        return -1;
    pm_buf_add(buf, r->whys > 0 ? "\n" : "");
    pm_markdown_list(buf, r->why, r->whys);
    pm_buf_add(buf, "\n<details><summary>What was decided, and what differs</summary>\n\n");
    add_sources(r, &sources);
    pm_markdown_add(buf, pm_buf_text(&sources));
    pm_buf_add(buf, r->conditions + r->now->warnings > 0 ? "\n\n" : "\n");
    pm_conditions_markdown(r->condition, r->conditions, THEN_MARK, "now", buf);
    pm_markdown_list(buf, r->now->warning, r->now->warnings);
    pm_buf_add(buf, "\n</details>\n");
    buf->failed = buf->failed || sources.failed;
    pm_buf_done(&sources);
    return 0;
}

int pm_report_recheck(const struct pm_recheck *r, enum pm_format format,
                      const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    switch (format) {
    case PM_FORMAT_JSON:
        return pm_recheck_json(r, buf, err);
    case PM_FORMAT_MARKDOWN:
        return markdown(r, style, buf, err);
    case PM_FORMAT_TEXT:
    case PM_FORMAT_CSV:
    case PM_FORMAT_HTML:
    case PM_FORMAT_PDF:
        break;
    }
    return text(r, style, buf, err);
}
