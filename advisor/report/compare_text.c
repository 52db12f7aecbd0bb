/* SPDX-License-Identifier: MIT
 * Two profiles against each other, for people: on a terminal, and under a pull request. */
#include "report/compare_report.h"

#include "advise/compare.h"
#include "base/buf.h"
#include "record/profile.h"
#include "report/compare_table.h"
#include "report/wrap.h"

static const char *colour(const struct pm_comparison *c)
{
    return !c->changed                                  ? "\033[1;32m"
           : c->slower + c->lost > 0 || c->pick_changes ? "\033[1;33m"
                                                        : "\033[1m";
}

/* "jetson-tx1, published, 2016-05-24" */
static void add_side(const char *mark, const char *name, const struct pm_answer *a,
                     struct pm_buf *out)
{
    const struct pm_profile *p = a->profile;
    pm_buf_addf(out, "%s: %s (%s, %s%s%s)", mark, name, p->device.name, p->origin,
                p->date != NULL ? ", " : "", p->date != NULL ? p->date : "");
}

static int add_table(struct pm_table *t, enum pm_format format, const struct pm_style *style,
                     const char *before, struct pm_buf *buf, struct pm_err *err)
{
    int result = 0;
    if (t->rows > 0 || t->failed) {
        pm_buf_add(buf, before);
        result = pm_table_print(t, format, style, buf, err);
    }
    pm_table_done(t);
    return result;
}

static void add_sides_text(const struct pm_comparison *c, const struct pm_style *style,
                           struct pm_buf *buf)
{
    struct pm_buf a = {0}, b = {0};
    add_side("A", c->a_name, c->a, &a);
    add_side("B", c->b_name, c->b, &b);
    pm_wrap_add(buf, " ", pm_buf_text(&a), style->width);
    pm_wrap_add(buf, " ", pm_buf_text(&b), style->width);
    buf->failed = buf->failed || a.failed || b.failed;
    pm_buf_done(&a);
    pm_buf_done(&b);
}

static int text(const struct pm_comparison *c, const struct pm_style *style, struct pm_buf *buf,
                struct pm_err *err)
{
    struct pm_table latency = {0}, figures = {0};
    const char *bullet = style->utf8 ? "•" : "-";
    if (style->colour)
        pm_buf_add(buf, colour(c));
    pm_wrap_add(buf, "", c->headline, style->width);
    if (style->colour)
        pm_buf_add(buf, "\033[0m");
    add_sides_text(c, style, buf);
    pm_wrap_list(buf, bullet, c->why, c->whys, style->width);
    pm_compare_table_latency(c, PM_ALL_ROWS, style->utf8, &latency);
    pm_compare_table_figures(c, &figures);
    int result = add_table(&latency, PM_FORMAT_TEXT, style, "\n", buf, err);
    if (result == 0)
        result = add_table(&figures, PM_FORMAT_TEXT, style, "\n", buf, err);
    else
        pm_table_done(&figures);
    pm_wrap_list(buf, bullet, c->note, c->notes, style->width);
    pm_conditions_text(c->condition, c->conditions, "on A", "on B", style, buf);
    return result;
}

static void add_sides_markdown(const struct pm_comparison *c, struct pm_buf *buf)
{
    struct pm_buf sides = {0};
    add_side("A", c->a_name, c->a, &sides);
    pm_buf_add(&sides, "; ");
    add_side("B", c->b_name, c->b, &sides);
    pm_buf_add(&sides, ".");
    pm_markdown_add(buf, pm_buf_text(&sides));
    pm_buf_add(buf, "\n");
    buf->failed = buf->failed || sides.failed;
    pm_buf_done(&sides);
}

/* The verdict, what changed and why stand open; the rest is a click away. */
static int markdown(const struct pm_comparison *c, const struct pm_style *style, struct pm_buf *buf,
                    struct pm_err *err)
{
    struct pm_table changed = {0}, same = {0}, figures = {0};
    pm_buf_add(buf, "**");
    pm_markdown_add(buf, c->headline);
    pm_buf_add(buf, "**\n\n");
    add_sides_markdown(c, buf);
    pm_compare_table_latency(c, PM_CHANGED_ROWS, true, &changed);
    pm_compare_table_latency(c, PM_OTHER_ROWS, true, &same);
    pm_compare_table_figures(c, &figures);
    int result = add_table(&changed, PM_FORMAT_MARKDOWN, style, "\n", buf, err);
    pm_buf_add(buf, c->whys > 0 ? "\n" : "");
    pm_markdown_list(buf, c->why, c->whys);
    pm_buf_add(buf, "\n<details><summary>Everything else</summary>\n");
    if (result == 0)
        result = add_table(&figures, PM_FORMAT_MARKDOWN, style, "\n", buf, err);
    if (result == 0)
        result = add_table(&same, PM_FORMAT_MARKDOWN, style, "\n", buf, err);
    pm_table_done(&figures);
    pm_table_done(&same);
    pm_buf_add(buf, c->notes + c->conditions > 0 ? "\n" : "");
    pm_markdown_list(buf, c->note, c->notes);
    pm_conditions_markdown(c->condition, c->conditions, "on A", "on B", buf);
    pm_buf_add(buf, "\n</details>\n");
    return result;
}

static int print_csv(struct pm_table *t, const struct pm_style *style, struct pm_buf *buf,
                     struct pm_err *err)
{
    const int result = pm_table_print(t, PM_FORMAT_CSV, style, buf, err);
    pm_table_done(t);
    return result;
}

int pm_report_comparison(const struct pm_comparison *c, enum pm_format format,
                         const struct pm_style *style, struct pm_buf *buf, struct pm_err *err)
{
    struct pm_table t = {0};
    switch (format) {
    case PM_FORMAT_JSON:
        return pm_comparison_json(c, buf, err);
    case PM_FORMAT_MARKDOWN:
        return markdown(c, style, buf, err);
    case PM_FORMAT_CSV:
        pm_compare_table_machines(c, &t);
        return print_csv(&t, style, buf, err);
    case PM_FORMAT_TEXT:
    case PM_FORMAT_HTML:
    case PM_FORMAT_PDF:
        break;
    }
    return text(c, style, buf, err);
}
