/* SPDX-License-Identifier: MIT
 * The candidates as a table, in the three formats that have tables. */
#include "report/answer_table.h"

#include "advise/ways.h"

#include "advise/answer.h"
#include "base/buf.h"
#include "record/profile.h"

#include <math.h>
#include <string.h>

static const char *const verdict_words[] = {"meets", "fails", "undecided", "unknown"};

const char *pm_verdict_name(enum pm_verdict verdict)
{
    return verdict_words[verdict];
}

static bool is_contender(const struct pm_answer *a, size_t i)
{
    for (size_t k = 0; k < a->contenders; k++) {
        if (a->contender[k].index == (int)i)
            return true;
    }
    return false;
}

static bool on_front(const struct pm_answer *a, size_t i)
{
    for (size_t k = 0; k < a->steps; k++) {
        if (a->step[k] == (int)i)
            return true;
    }
    return false;
}

const char *pm_candidate_mark(const struct pm_answer *a, size_t i, bool utf8)
{
    if ((int)i == a->pick)
        return utf8 ? "◆" : ">";
    switch (a->c[i].verdict) {
    case PM_MEETS:
        if (a->status != PM_OVERVIEW && !pm_known(a->c[i].figure[PM_LATENCY]))
            return is_contender(a, i) || a->status != PM_RECOMMENDED ? "?" : " ";
        return a->status == PM_OVERVIEW && !on_front(a, i) ? " " : utf8 ? "●" : "+";
    case PM_FAILS:
        return utf8 ? "×" : "x";
    case PM_NO_DATA:
        if (a->status == PM_RECOMMENDED && !is_contender(a, i))
            return " "; /* nothing hangs on it */
        break;
    case PM_UNDECIDED:
        break;
    }
    return "?";
}

static const char *colour_of(const struct pm_answer *a, size_t i)
{
    if ((int)i == a->pick)
        return "green";
    return a->c[i].verdict == PM_FAILS ? "halfbright" : NULL;
}

static void figure(struct pm_table *t, size_t column, enum pm_metric m, struct pm_quantity q)
{
    char text[40];
    if (pm_known(q)) /* an estimate is marked wherever it stands */
        pm_table_cell(t, column, "%s%s",
                      q.origin == PM_ESTIMATED ? "~"
                      : isinf(q.hi)            ? ">= "
                      : isinf(q.lo)            ? "<= "
                                               : "",
                      pm_metric_text(m, q.value, text, sizeof text));
}

static bool shows(const struct pm_answer *a, enum pm_metric m)
{
    const struct pm_budget *b = a->settings->budget;
    if (b[m].set || (m == PM_FPS && b[PM_KEEP_UP].set))
        return true;
    for (size_t i = 0; m == PM_POWER && i < a->n; i++) {
        if (pm_known(a->c[i].figure[PM_POWER]))
            return true;
    }
    return false;
}

static bool shows_runtime(const struct pm_answer *a)
{
    return isfinite(a->settings->battery_wh) && !a->power_missing;
}

/* Columns that are there only when somebody asked. */
static const struct {
    enum pm_metric metric;
    const char *title;
} extra[] = {{PM_TOP5, "TOP-5"},    {PM_FPS, "FPS"},       {PM_POWER, "POWER"},
             {PM_ENERGY, "ENERGY"}, {PM_MEMORY, "MEMORY"}, {PM_PARAMS, "PARAMS"},
             {PM_SIZE, "WEIGHTS"}};
#define EXTRA (sizeof extra / sizeof *extra)

static void people_columns(const struct pm_answer *a, const bool shown[], struct pm_table *t)
{
    pm_table_column(t, "", NULL, false);
    pm_table_column(t, "NETWORK", "network", false);
    pm_table_column(t, "TOP-1 %", "top1", true);
    pm_table_column(t, "G-OPS", "gops", true);
    pm_table_column(t, "MEDIAN", "latency", true);
    for (size_t m = 0; m < EXTRA; m++) {
        if (shown[m])
            pm_table_column(t, extra[m].title, "", true);
    }
    if (shows_runtime(a))
        pm_table_column(t, "LASTS", "", true);
    pm_table_column(t, a->status == PM_OVERVIEW ? "PLACE" : "VERDICT", "reason", false);
    t->column[t->columns - 1].flexible = true;
}

static void people_cells(const struct pm_answer *a, size_t i, const bool shown[], bool utf8,
                         struct pm_table *t)
{
    const struct pm_candidate *c = &a->c[i];
    size_t column = 0;
    t->row[t->rows - 1].colour = colour_of(a, i);
    pm_table_cell(t, column++, "%s", pm_candidate_mark(a, i, utf8));
    pm_table_cell(t, column++, "%s", pm_shown_name(a, i));
    if (pm_known(c->figure[PM_TOP1]))
        pm_table_cell(t, column, "%.1f", c->figure[PM_TOP1].value);
    column++;
    if (pm_known(c->gops))
        pm_table_cell(t, column, "%.2f", c->gops.value);
    column++;
    const double at_least_ms = pm_candidate_at_least_ms(c);
    if (isfinite(at_least_ms)) {
        char text[40];
        pm_table_cell(t, column, "> %s",
                      pm_metric_text(PM_LATENCY, at_least_ms, text, sizeof text));
    } else {
        figure(t, column, PM_LATENCY, c->figure[PM_LATENCY]);
    }
    column++;
    for (size_t m = 0; m < EXTRA; m++) {
        if (shown[m])
            figure(t, column++, extra[m].metric, c->figure[extra[m].metric]);
    }
    if (shows_runtime(a)) {
        if (pm_known(c->runtime_h))
            pm_table_cell(t, column, "%s%.3g h",
                          c->runtime_h.lo > 0 ? "" : "<= ", c->runtime_h.value);
        column++;
    }
    pm_table_cell(t, column, "%s", c->reason);
}

/* For people: few columns, so that 80 are enough. */
void pm_answer_table_people(const struct pm_answer *a, bool utf8, struct pm_table *t)
{
    bool shown[EXTRA];
    for (size_t m = 0; m < EXTRA; m++)
        shown[m] = shows(a, extra[m].metric);
    people_columns(a, shown, t);
    const size_t *order = pm_candidates_ranked(a->c, a->n, &t->arena);
    t->failed = t->failed || order == NULL;
    for (size_t k = 0; k < a->n && !t->failed; k++) {
        if (pm_is_unlisted(a, order[k]))
            continue;
        pm_table_row(t);
        if (!t->failed)
            people_cells(a, order[k], shown, utf8, t);
    }
}

static void number(struct pm_table *t, size_t column, struct pm_quantity q)
{
    if (pm_known(q))
        pm_table_cell(t, column, "%.10g", q.value);
}

/* For machines: every figure in its base unit, with the origin of the two that decide. */
void pm_answer_table_machines(const struct pm_answer *a, struct pm_table *t)
{
    static const char *const keys[] = {
        "network",    "name",     "engine",     "precision",      "input_px",     "batch",
        "threads",    "top1_pct", "latency_ms", "latency_origin", "gops",         "params_m",
        "memory_mib", "power_w",  "verdict",    "reason",         "power_origin", "power_scope",
        "idle_w",     "energy_j", "power_mode", "runtime_h",      "input_width",  "input_height"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        pm_table_column(t, keys[i], keys[i], false);
    for (size_t i = 0; i < a->n && !t->failed; i++) {
        const struct pm_candidate *c = &a->c[i];
        pm_table_row(t);
        if (t->failed)
            return;
        pm_table_cell(t, 0, "%s", c->config.network);
        pm_table_cell(t, 1, "%s", c->name);
        pm_table_cell(t, 2, "%s", c->config.engine != NULL ? c->config.engine : "");
        pm_table_cell(t, 3, "%s", c->config.precision != NULL ? c->config.precision : "");
        pm_table_input(t, 4, 22, c->config.input);
        pm_table_cell(t, 5, "%ld", c->config.batch);
        if (c->config.threads > 0)
            pm_table_cell(t, 6, "%ld", c->config.threads);
        number(t, 7, c->figure[PM_TOP1]);
        number(t, 8, c->figure[PM_LATENCY]);
        pm_table_cell(t, 9, "%s", pm_origin_name(c->figure[PM_LATENCY].origin));
        number(t, 10, c->gops);
        number(t, 11, c->figure[PM_PARAMS]);
        number(t, 12, c->figure[PM_MEMORY]);
        number(t, 13, c->figure[PM_POWER]);
        pm_table_cell(t, 14, "%s",
                      (int)i == a->pick && a->status == PM_RECOMMENDED
                          ? "recommended"
                          : pm_verdict_name(c->verdict));
        pm_table_cell(t, 15, "%s", c->reason);
        if (pm_known(c->figure[PM_POWER]))
            pm_table_cell(t, 16, "%s", pm_origin_name(c->figure[PM_POWER].origin));
        if (c->power_scope != PM_SCOPE_UNKNOWN)
            pm_table_cell(t, 17, "%s", pm_scope_name(c->power_scope));
        number(t, 18, c->idle_w);
        number(t, 19, c->figure[PM_ENERGY]);
        if (c->config.power_mode != NULL)
            pm_table_cell(t, 20, "%s", c->config.power_mode);
        number(t, 21, c->runtime_h);
    }
}

/* Budget by budget, what the pick reaches and what is left. */
void pm_answer_table_margins(const struct pm_answer *a, struct pm_table *t)
{
    const struct pm_candidate *c = &a->c[a->pick];
    pm_table_column(t, "BUDGET", "budget", false);
    pm_table_column(t, "WANTED", "wanted", true);
    pm_table_column(t, c->title, "reached", true);
    pm_table_column(t, "INTERVAL", "interval", false);
    pm_table_column(t, "MARGIN", "margin", true);
    pm_table_column(t, "ORIGIN", "origin", false);
    pm_table_column(t, "", "verdict", false);
    for (int m = 0; m < PM_METRICS && !t->failed; m++) {
        const struct pm_budget *b = &a->settings->budget[m];
        const struct pm_metric_info *info = pm_metric_info((enum pm_metric)m);
        const struct pm_judgement *j = &c->judged[m];
        char x[40], y[40];
        if (!b->set)
            continue;
        pm_table_row(t);
        if (t->failed)
            return;
        if (pm_metric_is_timed((enum pm_metric)m))
            pm_table_cell(t, 0, "%s p%g", info->title, 100 * b->quantile);
        else
            pm_table_cell(t, 0, "%s", info->title);
        pm_table_cell(t, 1, "%s %s", info->is_min ? ">=" : "<=",
                      pm_metric_text((enum pm_metric)m, b->bound, x, sizeof x));
        pm_table_cell(t, 6, "%s", pm_verdict_name(j->verdict));
        if (!pm_known(j->value))
            continue;
        pm_table_cell(t, 2, "%s%s", isinf(j->value.hi) ? "> " : "",
                      pm_metric_text((enum pm_metric)m, j->value.value, x, sizeof x));
        if (j->value.has_interval && isinf(j->value.lo))
            pm_table_cell(t, 3, "at most %s",
                          pm_metric_text((enum pm_metric)m, j->value.hi, y, sizeof y));
        else if (j->value.has_interval && isfinite(j->value.hi))
            pm_table_cell(t, 3, "%s .. %s",
                          pm_metric_text((enum pm_metric)m, j->value.lo, x, sizeof x),
                          pm_metric_text((enum pm_metric)m, j->value.hi, y, sizeof y));
        const double gap = info->is_min ? j->value.value - b->bound : b->bound - j->value.value;
        if (m == PM_TOP1 || m == PM_TOP5)
            pm_table_cell(t, 4, "%+.1f points", gap);
        else
            pm_table_cell(t, 4, "%+.0f %%", 100 * gap / b->bound);
        const bool median = b->quantile > 0.5 && j->quantile > 0 && j->quantile < 0.5 + 1e-9;
        pm_table_cell(t, 5, "%s%s", pm_origin_name(j->value.origin), median ? " median" : "");
    }
}
