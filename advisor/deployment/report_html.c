/* SPDX-License-Identifier: MIT
 * The report as one HTML file: no network, no server, nothing beside it. Text, tables and numbers
 * stand in the page itself; scripts only add the charts and the what-if. */
#include "deployment/deployment.h"

#include "advise/answer.h"
#include "base/buf.h"
#include "base/err.h"
#include "chart/chart.h"
#include "deployment/assets.h"
#include "deployment/html_cards.h"
#include "deployment/html_table.h"
#include "deployment/html_text.h"
#include "deployment/whatif_html.h"
#include "deployment/whatif_json.h"
#include "deployment/writer.h"
#include "record/profile.h"
#include "report/table.h"

#include <stdbool.h>
#include <string.h>

static void element(struct pm_buf *buf, const char *open, const char *text, const char *close)
{
    pm_buf_add(buf, open);
    pm_html_add(buf, text);
    pm_buf_add(buf, close);
}

static const char *status_word(enum pm_answer_status status)
{
    static const char *const word[] = {[PM_RECOMMENDED] = "Recommended",
                                       [PM_INFEASIBLE] = "Infeasible",
                                       [PM_NOT_DECIDED] = "Not decided",
                                       [PM_OVERVIEW] = "Overview"};
    return word[status];
}

static void begin(struct pm_writer *w, const char *id, const char *title, const char *finding)
{
    const bool verdict = strcmp(id, "verdict") == 0;
    pm_buf_addf(w->buf, "<section id=\"%s\">\n", id);
    if (verdict) {
        element(w->buf, "<p class=\"status\">", status_word(w->answer->status), "</p>\n");
        element(w->buf, "<h1>", finding, "</h1>\n");
        return;
    }
    element(w->buf, "<h2>", title, "</h2>\n");
    if (finding[0] != '\0')
        element(w->buf, "<p class=\"finding\">", finding, "</p>\n");
}

static void end(struct pm_writer *w)
{
    pm_buf_add(w->buf, "</section>\n");
}

static void text(struct pm_writer *w, const char *line)
{
    element(w->buf, "<p class=\"note\">", line, "</p>\n");
}

static void list(struct pm_writer *w, const char *const *item, size_t n)
{
    pm_buf_add(w->buf, "<ul>\n");
    for (size_t i = 0; i < n; i++)
        element(w->buf, "<li>", item[i], "</li>\n");
    pm_buf_add(w->buf, "</ul>\n");
}

static void code(struct pm_writer *w, const char *const *line, size_t n)
{
    pm_buf_add(w->buf, "<pre tabindex=\"0\"><code>");
    for (size_t i = 0; i < n; i++)
        element(w->buf, "", line[i], "\n");
    pm_buf_add(w->buf, "</code></pre>\n");
}

static int table(struct pm_writer *w, struct pm_table *t, const char *caption)
{
    if (t->failed)
        return pm_fail_nomem(w->err);
    if (strcmp(caption, PM_CAPTION_BUDGETS) == 0)
        pm_html_cards(w->answer, w->buf);
    pm_html_table(w->answer, t, caption, w->buf);
    return 0;
}

static bool has_charts(void)
{
    return pm_asset_charts[0] != '\0';
}

static int chart(struct pm_writer *w, const struct pm_chart *c)
{
    struct pm_buf *b = w->buf;
    pm_buf_addf(b, "<figure class=\"chart\" id=\"chart-%s\" data-marks=\"%zu\">\n", c->id,
                c->marks);
    if (has_charts()) {
        element(b, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"", c->title,
                ", a chart that may scroll\">");
        element(b, "<div class=\"plot\" role=\"img\" aria-label=\"", c->title,
                ". The table below says the same.\"></div></div>\n");
        pm_buf_add(b, "<script type=\"application/json\">");
        pm_html_add_json(b, c->spec);
        pm_buf_add(b, "</script>\n");
    } else {
        pm_buf_add(b, "<p class=\"note\">This program was built without its charts (make web): the "
                      "figures stand in the table.</p>\n");
    }
    pm_buf_add(b, "<details open><summary>The same as a table</summary>\n");
    struct pm_table copy = c->table; /* a shallow one: nothing is added to it */
    pm_html_table(w->answer, &copy, c->title, b);
    pm_buf_add(b, "</details>\n</figure>\n");
    return c->table.failed ? pm_fail_nomem(w->err) : 0;
}

static int what_if(struct pm_writer *w)
{
    if (pm_asset_rule[0] != '\0' && w->answer->n > 0)
        pm_whatif_html(w->answer, w->buf);
    return 0;
}

/* ---- the page about the sections ---- */

static void add_head(const struct pm_answer *a, const struct pm_report_facts *facts,
                     struct pm_buf *buf)
{
    const char *device = a->profile != NULL ? a->profile->device.name : "this board";
    pm_buf_add(buf, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    pm_buf_addf(buf, "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n",
                pm_asset_policy);
    pm_buf_add(buf, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n");
    element(buf, "<title>Deployment report: ", device, "</title>\n<style>");
    pm_buf_add(buf, pm_asset_css);
    pm_buf_add(buf, "</style>\n</head>\n");
    static const char *const class[] = {"recommended", "infeasible", "undecided", "overview"};
    pm_buf_addf(buf, "<body class=\"%s\">\n<header><p>pickmodel deployment report</p><p>",
                class[a->status]);
    pm_html_add(buf, device);
    element(buf, " · ", facts->made_at, "</p></header>\n<main>\n");
    pm_buf_add(buf,
               "<noscript><p class=\"note\">Without JavaScript the charts and the what-if are not "
               "shown; every figure stands in the tables.</p></noscript>\n"
               "<svg class=\"hidden\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>"
               "<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
               "patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V6\"/></pattern>"
               "</defs></svg>\n");
}

static int add_scripts(const struct pm_answer *a, const struct pm_report_facts *facts,
                       struct pm_buf *buf, struct pm_err *err)
{
    struct pm_buf data = {0};
    const bool playable = pm_asset_rule[0] != '\0' && a->n > 0;
    if (playable && pm_whatif_json(a, facts->profile, &data, err) != 0) {
        pm_buf_done(&data);
        return -1;
    }
    if (playable) {
        pm_buf_add(buf, "<script type=\"application/json\" id=\"whatif-data\">");
        pm_html_add_json(buf, pm_buf_text(&data));
        pm_buf_add(buf, "</script>\n<script type=\"text/plain\" id=\"whatif-wasm\">");
        pm_buf_add(buf, pm_asset_rule);
        pm_buf_add(buf, "</script>\n<script>");
        pm_buf_add(buf, pm_asset_what_if);
        pm_buf_add(buf, "</script>\n");
    }
    if (has_charts()) {
        pm_buf_add(buf, "<script>");
        pm_buf_add(buf, pm_asset_charts);
        pm_buf_add(buf, "</script>\n");
    }
    buf->failed = buf->failed || data.failed;
    pm_buf_done(&data);
    return 0;
}

int pm_report_html(const struct pm_answer *a, const struct pm_report_facts *facts,
                   struct pm_buf *buf, struct pm_err *err)
{
    struct pm_writer w = {.buf = buf,
                          .err = err,
                          .answer = a,
                          .facts = facts,
                          .palette = &pm_palette_page,
                          .begin = begin,
                          .end = end,
                          .text = text,
                          .list = list,
                          .table = table,
                          .chart = chart,
                          .code = code,
                          .what_if = what_if};
    add_head(a, facts, buf);
    if (pm_sections_write(&w) != 0)
        return -1;
    pm_buf_add(buf, "</main>\n<footer><p>Written by pickmodel ");
    element(buf, "", facts->version,
            ". Nothing in this page asks the network for anything.</p></footer>\n");
    if (add_scripts(a, facts, buf, err) != 0)
        return -1;
    pm_buf_add(buf, "</body>\n</html>\n");
    return pm_buf_check(buf, err);
}
