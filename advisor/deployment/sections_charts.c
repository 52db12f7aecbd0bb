/* SPDX-License-Identifier: MIT
 * The sections with a picture, and the table of all candidates. */
#include "deployment/sections.h"

#include "advise/answer.h"
#include "advise/ways.h"
#include "base/buf.h"
#include "base/err.h"
#include "chart/chart.h"
#include "record/profile.h"
#include "report/answer_table.h"

#include <math.h>
#include <stdio.h>

/* ---- what each picture says, in a sentence ---- */

static const char *say_accuracy(const struct pm_answer *a, struct pm_arena *arena)
{
    const struct pm_hyperbola *h = &a->fits.front;
    char time[40];
    if (h->verdict == PM_FIT_TOO_FEW)
        return "More time buys accuracy; too few networks are on the front for a curve.";
    if (h->verdict != PM_FIT_OK)
        return "More time buys no accuracy among these networks.";
    const double mid = sqrt(h->t_min * h->t_max);
    const double gain = pm_hyperbola_at(h, 2 * mid) - pm_hyperbola_at(h, mid);
    return pm_arena_printf(arena,
                           "More time buys less and less: doubling %s buys %.1f points, and no "
                           "time buys more than %.1f %%.",
                           pm_metric_text(PM_LATENCY, mid, time, sizeof time), gain, h->A.value);
}

static const char *say_operations(const struct pm_answer *a, struct pm_arena *arena)
{
    const struct pm_ops_fit *f = &a->fits.ops;
    if (f->verdict != PM_FIT_OK)
        return "Too few networks with known operations for a line.";
    return pm_arena_printf(arena,
                           "Operations predict the latency of a network left out to within %.0f %% "
                           "on average; %s is furthest off (%.0f %%).",
                           100 * f->loo_mape, a->fits.ops_worst != NULL ? a->fits.ops_worst : "one",
                           100 * f->loo_worst);
}

static int extreme(const struct pm_answer *a, double (*value)(const struct pm_candidate *),
                   bool largest)
{
    int best = -1;
    for (size_t i = 0; i < a->n; i++) {
        const double v = value(&a->c[i]);
        if (!a->c[i].outrun && isfinite(v) &&
            (best < 0 || (largest ? v > value(&a->c[best]) : v < value(&a->c[best]))))
            best = (int)i;
    }
    return best;
}

static double params_of(const struct pm_candidate *c)
{
    return pm_known(c->figure[PM_PARAMS]) && pm_known(c->figure[PM_TOP1])
               ? c->figure[PM_PARAMS].value
               : (double)NAN;
}

static double density_of(const struct pm_candidate *c)
{
    return params_of(c) > 0 ? c->figure[PM_TOP1].value / params_of(c) : (double)NAN;
}

static double energy_of(const struct pm_candidate *c)
{
    return pm_known(c->figure[PM_ENERGY]) ? c->figure[PM_ENERGY].value : (double)NAN;
}

static double spread_of(const struct pm_candidate *c)
{
    return c->entry != NULL && c->entry->n > 1 && pm_known(c->entry->p90_ms) &&
                   pm_known(c->entry->latency_ms)
               ? c->entry->p90_ms.value / c->entry->latency_ms.value
               : (double)NAN;
}

static const char *say_balls(const struct pm_answer *a, struct pm_arena *arena)
{
    const int most = extreme(a, params_of, true);
    if (most < 0)
        return "";
    return pm_arena_printf(arena,
                           "Size is no sign of accuracy: %s is the largest with %.4g million "
                           "parameters, and has %.4g %% top-1.",
                           pm_shown_name(a, (size_t)most), params_of(&a->c[most]),
                           a->c[most].figure[PM_TOP1].value);
}

static const char *say_energy(const struct pm_answer *a, struct pm_arena *arena)
{
    const int least = extreme(a, energy_of, false);
    char text[40], own[40];
    if (least < 0)
        return "";
    pm_metric_text(PM_ENERGY, energy_of(&a->c[least]), text, sizeof text);
    if (a->pick < 0 || a->pick == least || !isfinite(energy_of(&a->c[a->pick])))
        return pm_arena_printf(arena, "%s takes the least energy: %s an image.",
                               pm_shown_name(a, (size_t)least), text);
    return pm_arena_printf(arena, "%s takes the least energy, %s an image; the pick %s.",
                           pm_shown_name(a, (size_t)least), text,
                           pm_metric_text(PM_ENERGY, energy_of(&a->c[a->pick]), own, sizeof own));
}

static const char *say_latency(const struct pm_answer *a, struct pm_arena *arena)
{
    const int widest = extreme(a, spread_of, true);
    if (widest < 0)
        return "The runs are too few for a p90.";
    if (a->pick >= 0 && isfinite(spread_of(&a->c[a->pick])))
        return pm_arena_printf(
            arena,
            "The p90 of the pick is %.0f %% above its median; the widest is %s with %.0f %%.",
            100 * (spread_of(&a->c[a->pick]) - 1), pm_shown_name(a, (size_t)widest),
            100 * (spread_of(&a->c[widest]) - 1));
    return pm_arena_printf(arena,
                           "The widest spread is that of %s: its p90 is %.0f %% above its "
                           "median.",
                           pm_shown_name(a, (size_t)widest), 100 * (spread_of(&a->c[widest]) - 1));
}

static const char *say_density(const struct pm_answer *a, struct pm_arena *arena)
{
    const int most = extreme(a, density_of, true), least = extreme(a, density_of, false);
    if (most < 0)
        return "";
    return pm_arena_printf(arena,
                           "%s gets the most out of its parameters (%.3g %% a million), %s the "
                           "least (%.3g).",
                           pm_shown_name(a, (size_t)most), density_of(&a->c[most]),
                           pm_shown_name(a, (size_t)least), density_of(&a->c[least]));
}

typedef const char *finding_writer(const struct pm_answer *a, struct pm_arena *arena);
static const struct {
    const char *title;
    finding_writer *say;
    const char *caption; /* how to read it */
} pictures[PM_CHARTS] = {
    [PM_CHART_ACCURACY] = {"Accuracy against latency", say_accuracy,
                           "Curve: the law fitted to the front, with the confidence band of the "
                           "curve. Dotted steps: the front. Dashed lines: budgets; hatched: what "
                           "they rule out."},
    [PM_CHART_OPERATIONS] = {"Operations against latency", say_operations,
                             "Line: the law with its prediction interval for one more network. "
                             "Beyond the networks shown it is extrapolation."},
    [PM_CHART_BALLS] = {"Accuracy, operations and parameters", say_balls,
                        "After figure 2 of Canziani, Paszke and Culurciello (2016): the area of a "
                        "ball is its number of parameters."},
    [PM_CHART_ENERGY] = {"Energy and power", say_energy,
                         "The energy of one image, and beside it the power while busy, above idle "
                         "where idle is known. ~: from an assumed power."},
    [PM_CHART_LATENCY] = {"Latency of the runs", say_latency,
                          "Line: from the fastest to the slowest run. Bar: from the median to "
                          "p90. Mark: the median."},
    [PM_CHART_DENSITY] = {"Information density", say_density,
                          "Top-1 per million parameters: what each parameter is worth."},
    [PM_CHART_RELAX] = {"What would have to give", NULL,
                        "Each budget loosened alone, the others kept, until one network fits."},
};

static int picture(struct pm_writer *w, enum pm_chart_kind kind, const char *finding)
{
    struct pm_chart chart = {0};
    const struct pm_palette *palette = w->palette != NULL ? w->palette : &pm_palette_file;
    if (pm_chart_make(kind, w->answer, palette, &chart, w->err) != 0)
        return -1;
    int result = 0;
    if (chart.spec != NULL) {
        struct pm_arena arena = {0};
        const char *said = finding != NULL ? finding : pictures[kind].say(w->answer, &arena);
        w->begin(w, chart.id, pictures[kind].title, said != NULL ? said : "");
        result = w->chart(w, &chart);
        w->text(w, pictures[kind].caption);
        w->end(w);
        pm_arena_done(&arena);
    }
    pm_chart_done(&chart);
    return result;
}

int pm_section_relax(struct pm_writer *w)
{
    if (w->answer->status != PM_INFEASIBLE)
        return 0;
    size_t possible = 0;
    enum pm_metric only = PM_TOP1;
    for (size_t i = 0; i < w->answer->relaxations; i++) {
        if (!w->answer->relaxation[i].possible)
            continue;
        possible++;
        only = w->answer->relaxation[i].metric;
    }
    if (possible == 0) {
        w->begin(w, "relax", pictures[PM_CHART_RELAX].title,
                 "No budget alone, loosened to whatever value, makes a network fit.");
        w->end(w);
        return 0;
    }
    char finding[120];
    if (possible == 1)
        snprintf(finding, sizeof finding, "Loosening the %s budget alone makes a network fit.",
                 pm_metric_info(only)->title);
    else
        snprintf(finding, sizeof finding,
                 "Loosening any one of these %zu budgets makes a network fit.", possible);
    return picture(w, PM_CHART_RELAX, finding);
}

int pm_section_charts(struct pm_writer *w)
{
    for (int k = 0; k < PM_CHART_RELAX; k++) {
        if (picture(w, (enum pm_chart_kind)k, NULL) != 0)
            return -1;
    }
    return 0;
}

/* ---- all candidates ---- */

static void cell(struct pm_table *t, size_t column, enum pm_metric m, struct pm_quantity q)
{
    char text[40];
    if (pm_known(q))
        pm_table_cell(t, column, "%s%s",
                      q.origin == PM_ESTIMATED ? "~"
                      : isinf(q.hi)            ? ">= "
                                               : "",
                      pm_metric_text(m, q.value, text, sizeof text));
}

static void latency_cells(struct pm_table *t, const struct pm_candidate *c)
{
    char lo[40], hi[40];
    const struct pm_quantity q = c->figure[PM_LATENCY];
    const double at_least_ms = pm_candidate_at_least_ms(c);
    if (isfinite(at_least_ms)) {
        pm_table_cell(t, 5, "> %s", pm_metric_text(PM_LATENCY, at_least_ms, lo, sizeof lo));
        if (c->entry == NULL)
            pm_table_cell(t, 6, "computed");
        return;
    }
    cell(t, 5, PM_LATENCY, q);
    if (q.has_interval && isfinite(q.hi))
        pm_table_cell(t, 6, "%s to %s", pm_metric_text(PM_LATENCY, q.lo, lo, sizeof lo),
                      pm_metric_text(PM_LATENCY, q.hi, hi, sizeof hi));
    else if (pm_known(q))
        pm_table_cell(t, 6, "%s", pm_origin_name(q.origin));
}

static void candidate_row(const struct pm_answer *a, size_t i, struct pm_table *t)
{
    const struct pm_candidate *c = &a->c[i];
    pm_table_row(t);
    if (t->failed)
        return;
    t->row[t->rows - 1].about = i + 1;
    pm_table_cell(t, 0, "%s", pm_candidate_mark(a, i, true));
    pm_table_cell(t, 1, "%s", c->name);
    if (pm_known(c->figure[PM_TOP1]))
        pm_table_cell(t, 2, "%.1f", c->figure[PM_TOP1].value);
    if (pm_known(c->gops))
        pm_table_cell(t, 3, "%.2f", c->gops.value);
    if (pm_known(c->figure[PM_PARAMS]))
        pm_table_cell(t, 4, "%.1f", c->figure[PM_PARAMS].value);
    latency_cells(t, c);
    cell(t, 7, PM_POWER, c->figure[PM_POWER]);
    cell(t, 8, PM_ENERGY, c->figure[PM_ENERGY]);
    cell(t, 9, PM_MEMORY, c->figure[PM_MEMORY]);
    if (isfinite(density_of(c)))
        pm_table_cell(t, 10, "%.2f", density_of(c));
    pm_table_cell(t, 11, "%s", c->reason);
}

int pm_section_candidates(struct pm_writer *w)
{
    static const struct {
        const char *title, *key;
        bool right;
    } head[] = {
        {"", "mark", false},         {"Network", "network", false}, {"Top-1 %", "top1", true},
        {"G-ops", "gops", true},     {"Params M", "params", true},  {"Latency", "latency", true},
        {"Interval", "from", false}, {"Power", "power", true},      {"Energy", "energy", true},
        {"Memory", "memory", true},  {"%/M", "density", true},      {"Verdict", "reason", false}};
    const struct pm_answer *a = w->answer;
    struct pm_table t = {0};
    size_t meets = 0;
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        pm_table_column(&t, head[i].title, head[i].key, head[i].right);
    const size_t *order = pm_candidates_ranked(a->c, a->n, &t.arena);
    t.failed = t.failed || order == NULL;
    for (size_t k = 0; k < a->n && !t.failed; k++) {
        candidate_row(a, order[k], &t);
        meets += a->c[k].verdict == PM_MEETS;
    }
    const char *finding =
        a->status == PM_OVERVIEW
            ? pm_arena_printf(&t.arena,
                              "%zu networks, the most accurate first; %zu of them are on "
                              "the front.",
                              a->n, a->steps)
            : pm_arena_printf(&t.arena, "%zu of %zu %s certainly meet every budget.", meets, a->n,
                              a->outrun > 0 ? "candidates" : "networks");
    if (a->n > 0)
        pm_table_drop_empty(&t);
    w->begin(w, "all", "All candidates", finding != NULL ? finding : "");
    const int result = w->table(w, &t, "Every candidate, the most accurate first");
    pm_table_done(&t);
    w->end(w);
    return result;
}
