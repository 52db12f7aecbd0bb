/* SPDX-License-Identifier: MIT
 * The answer for people: verdict, margins, what else to know, candidates, picture, warnings. */
#include "report/answer_text.h"

#include "advise/answer.h"
#include "advise/ways.h"
#include "base/buf.h"
#include "record/profile.h"
#include "report/answer_table.h"
#include "report/scatter.h"
#include "report/wrap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *status_colour(enum pm_answer_status status)
{
    switch (status) {
    case PM_RECOMMENDED:
        return "\033[1;32m";
    case PM_INFEASIBLE:
        return "\033[1;31m";
    case PM_NOT_DECIDED:
        return "\033[1;33m";
    case PM_OVERVIEW:
        break;
    }
    return "\033[1m";
}

static void add_cost(const struct pm_answer *a, struct pm_buf *line)
{
    if (a->measured == 0)
        return;
    pm_buf_addf(line, "%s%zu %s%s measured in %.0f s", line->len > 0 ? "; " : "", a->measured,
                a->outrun > 0 ? "candidate" : "network", a->measured == 1 ? "" : "s",
                a->measured_s);
    if (a->ruled_out > 0)
        pm_buf_addf(line, ", %zu ruled out unmeasured", a->ruled_out);
    if (a->full_s > 0)
        pm_buf_addf(line, " (a full profile: up to %.0f min)", ceil(a->full_s / 60));
}

/* How the pick is run. */
#define HOW (PM_OF_ENGINE | PM_OF_PRECISION | PM_OF_INPUT | PM_OF_BATCH | PM_OF_THREADS)

static void add_how(const struct pm_answer *a, const struct pm_style *style, struct pm_buf *buf)
{
    struct pm_buf line = {0};
    const struct pm_candidate *c = a->pick >= 0 ? &a->c[a->pick] : NULL;
    if (c != NULL && c->config.engine != NULL) {
        pm_configuration_add(&line, &c->config, HOW);
        if (c->entry != NULL && c->entry->n > 0)
            pm_buf_addf(&line, "; %zu run%s", c->entry->n, c->entry->n == 1 ? "" : "s");
    }
    add_cost(a, &line);
    if (line.len > 0)
        pm_wrap_add(buf, " ", pm_buf_text(&line), style->width);
    pm_buf_done(&line);
}

static int add_margins(const struct pm_answer *a, const struct pm_style *style, struct pm_buf *buf,
                       struct pm_err *err)
{
    struct pm_table t = {0};
    if (a->pick < 0)
        return 0;
    pm_answer_table_margins(a, &t);
    pm_buf_add(buf, "\n");
    const int result = pm_table_print(&t, PM_FORMAT_TEXT, style, buf, err);
    pm_table_done(&t);
    return result;
}

static void add_staircase(const struct pm_answer *a, const char *mark, struct pm_buf *buf)
{
    pm_buf_add(buf, "\n");
    for (size_t i = 0; i < a->steps; i++) {
        const struct pm_candidate *c = &a->c[a->step[i]];
        char from[40];
        pm_metric_text(PM_LATENCY, c->figure[PM_LATENCY].value, from, sizeof from);
        pm_buf_addf(buf, "%s from %s: ", mark, from);
        pm_buf_add_plain(buf, c->name, strlen(c->name));
        pm_buf_addf(buf, ", %.1f %%\n", c->figure[PM_TOP1].value);
    }
}

/* Why there are no watts, source by source. */
static void add_probes(const struct pm_answer *a, const char *bullet, int width, struct pm_buf *buf)
{
    for (size_t i = 0; a->power_missing && a->profile != NULL && i < a->profile->probes; i++) {
        const struct pm_power_probe *p = &a->profile->probe[i];
        struct pm_buf line = {0};
        pm_buf_addf(&line, "%s: %s%s", p->source, p->accepted ? "read, " : "", p->reason);
        if (p->remedy != NULL)
            pm_buf_addf(&line, " (%s)", p->remedy);
        pm_wrap_add(buf, bullet, pm_buf_text(&line), width);
        buf->failed = buf->failed || line.failed;
        pm_buf_done(&line);
    }
}

static bool has_probes(const struct pm_answer *a)
{
    return a->power_missing && a->profile != NULL && a->profile->probes > 0;
}

/* Each network stands there once, in its fastest way, and stand-ins once they were run. */
static size_t add_unlisted(const struct pm_answer *a, const struct pm_style *style,
                           struct pm_buf *buf)
{
    char line[240], ways[80] = "", idle[80] = "";
    size_t stand_ins = 0;
    for (size_t i = 0; i < a->n; i++)
        stand_ins += pm_is_unlisted(a, i) && !a->c[i].outrun;
    if (a->outrun + stand_ins == 0)
        return 0;
    if (a->outrun > 0)
        snprintf(ways, sizeof ways, "%zu other way%s to run a network above", a->outrun,
                 a->outrun == 1 ? "" : "s");
    if (stand_ins > 0)
        snprintf(idle, sizeof idle, "%zu stand-in%s without weights that %s not run", stand_ins,
                 stand_ins == 1 ? "" : "s", stand_ins == 1 ? "was" : "were");
    snprintf(line, sizeof line, "Not listed: %s%s%s (csv and json list %s).", ways,
             *ways != '\0' && *idle != '\0' ? ", and " : "", idle,
             a->outrun + stand_ins == 1 ? "it" : "them");
    pm_wrap_add(buf, " ", line, style->width);
    return a->outrun + stand_ins;
}

int pm_answer_text(const struct pm_answer *a, const struct pm_style *style, struct pm_buf *buf,
                   struct pm_err *err)
{
    struct pm_table t = {0};
    if (style->colour)
        pm_buf_add(buf, status_colour(a->status));
    pm_wrap_add(buf, "", a->headline, style->width);
    if (style->colour)
        pm_buf_add(buf, "\033[0m");
    add_how(a, style, buf);
    if (add_margins(a, style, buf, err) != 0)
        return -1;
    if (a->status == PM_OVERVIEW)
        add_staircase(a, style->utf8 ? "•" : "-", buf);
    pm_wrap_list(buf, style->utf8 ? "•" : "-", a->finding, a->findings, style->width);
    if (has_probes(a))
        pm_buf_add(buf, "\nPower sources tried:\n");
    add_probes(a, " ", style->width, buf);
    pm_buf_add(buf, "\n");
    pm_answer_table_people(a, style->utf8, &t);
    const int result = pm_table_print(&t, PM_FORMAT_TEXT, style, buf, err);
    pm_table_done(&t);
    if (result != 0)
        return -1;
    add_unlisted(a, style, buf);
    pm_scatter_add(a, style, buf);
    pm_wrap_list(buf, style->utf8 ? "⚠" : "!", a->warning, a->warnings, style->width);
    return 0;
}

static void add_markdown_list(const char *title, const char *const *text, size_t n,
                              struct pm_buf *buf)
{
    if (n == 0)
        return;
    pm_buf_addf(buf, "\n## %s\n\n", title);
    pm_markdown_list(buf, text, n);
}

/* Moves plain text into a page. */
static void add_all_escaped(struct pm_buf *plain, struct pm_buf *buf)
{
    pm_markdown_add(buf, pm_buf_text(plain));
    buf->failed = buf->failed || plain->failed;
    pm_buf_done(plain);
}

int pm_answer_markdown(const struct pm_answer *a, const struct pm_style *style, struct pm_buf *buf,
                       struct pm_err *err)
{
    struct pm_table margins = {0}, candidates = {0};
    struct pm_buf plain = {0};
    int result = 0;
    pm_buf_add(buf, "# ");
    pm_markdown_add(buf, a->headline);
    pm_buf_add(buf, "\n");
    if (a->status == PM_OVERVIEW)
        add_staircase(a, "-", &plain);
    add_all_escaped(&plain, buf);
    add_markdown_list("What to know", a->finding, a->findings, buf);
    if (a->pick >= 0 && a->status != PM_OVERVIEW) {
        pm_buf_add(buf, "\n## Budgets\n\n");
        pm_answer_table_margins(a, &margins);
        result = pm_table_print(&margins, PM_FORMAT_MARKDOWN, style, buf, err);
    }
    if (has_probes(a))
        pm_buf_add(buf, "\n## Power sources tried\n\n");
    add_probes(a, "-", 1000, &plain);
    add_all_escaped(&plain, buf);
    pm_buf_add(buf, "\n## Candidates\n\n");
    pm_answer_table_people(a, true, &candidates);
    if (result == 0)
        result = pm_table_print(&candidates, PM_FORMAT_MARKDOWN, style, buf, err);
    if (add_unlisted(a, &(struct pm_style){.width = 1000}, &plain) > 0)
        pm_buf_add(buf, "\n");
    add_all_escaped(&plain, buf);
    add_markdown_list("Warnings", a->warning, a->warnings, buf);
    pm_table_done(&margins);
    pm_table_done(&candidates);
    return result;
}

int pm_answer_csv(const struct pm_answer *a, const struct pm_style *style, struct pm_buf *buf,
                  struct pm_err *err)
{
    struct pm_table t = {0};
    pm_answer_table_machines(a, &t);
    const int result = pm_table_print(&t, PM_FORMAT_CSV, style, buf, err);
    pm_table_done(&t);
    return result;
}
