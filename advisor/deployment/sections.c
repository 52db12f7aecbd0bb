/* SPDX-License-Identifier: MIT
 * What the report recommends: verdict, budgets, and how to deploy the pick. */
#include "deployment/sections.h"

#include "advise/answer.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "deployment/quote.h"
#include "record/catalogue.h"
#include "record/profile.h"
#include "report/answer_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int pm_section_verdict(struct pm_writer *w)
{
    const struct pm_answer *a = w->answer;
    w->begin(w, "verdict", "The verdict", a->headline);
    if (a->findings > 0)
        w->list(w, a->finding, a->findings);
    w->end(w);
    return 0;
}

/* ---- budgets ---- */

/* The first budget that is not certainly met; -1. */
static int open_budget(const struct pm_answer *a)
{
    for (int m = 0; m < PM_METRICS; m++) {
        if (a->settings->budget[m].set && a->c[a->pick].judged[m].verdict != PM_MEETS)
            return m;
    }
    return -1;
}

/* The budget with the least room, in words; NULL when out of memory. */
static const char *tightest(const struct pm_answer *a, struct pm_arena *arena)
{
    double least = (double)INFINITY;
    int which = open_budget(a);
    if (which >= 0)
        return pm_arena_printf(arena, "Its %s is %s: that is what keeps the question open.",
                               pm_metric_info((enum pm_metric)which)->title,
                               pm_verdict_name(a->c[a->pick].judged[which].verdict));
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_budget *b = &a->settings->budget[m];
        const struct pm_judgement *j = &a->c[a->pick].judged[m];
        if (!b->set || !pm_known(j->value) || b->bound <= 0)
            continue;
        const double room = (j->value.value / b->bound - 1) *
                            (pm_metric_info((enum pm_metric)m)->is_min ? 100 : -100);
        if (room < least) {
            least = room;
            which = m;
        }
    }
    if (which < 0)
        return "No budget could be compared with a figure.";
    return pm_arena_printf(arena, "The tightest budget is %s, with %.1f %% to spare.",
                           pm_metric_info((enum pm_metric)which)->title, least);
}

/* Without a pick: what was wanted, and the best there is. */
static void best_table(const struct pm_answer *a, struct pm_table *t)
{
    char text[40];
    pm_table_column(t, "BUDGET", "budget", false);
    pm_table_column(t, "WANTED", "wanted", true);
    pm_table_column(t, "BEST OF ANY NETWORK", "best", true);
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_metric_info *info = pm_metric_info((enum pm_metric)m);
        if (!a->settings->budget[m].set)
            continue;
        pm_table_row(t);
        pm_table_cell(t, 0, "%s", info->title);
        pm_table_cell(
            t, 1, "%s %s", info->is_min ? ">=" : "<=",
            pm_metric_text((enum pm_metric)m, a->settings->budget[m].bound, text, sizeof text));
        if (isfinite(a->best[m]))
            pm_table_cell(t, 2, "%s",
                          pm_metric_text((enum pm_metric)m, a->best[m], text, sizeof text));
    }
}

int pm_section_budgets(struct pm_writer *w)
{
    const struct pm_answer *a = w->answer;
    struct pm_table t = {0};
    if (!pm_settings_any_budget(a->settings)) {
        w->begin(w, "budgets", "Budgets", "No budget was given, so nothing is ruled out.");
        w->end(w);
        return 0;
    }
    const char *finding = a->pick >= 0 ? tightest(a, &t.arena)
                                       : "No network meets them all; each is judged on its own.";
    w->begin(w, "budgets", "Budgets", finding != NULL ? finding : "");
    if (a->pick >= 0)
        pm_answer_table_margins(a, &t);
    else
        best_table(a, &t);
    const int result = w->table(w, &t, PM_CAPTION_BUDGETS);
    pm_table_done(&t);
    w->end(w);
    return result;
}

/* ---- the deployment card ---- */

static void fact(struct pm_table *t, const char *what, const char *value)
{
    if (value == NULL)
        return;
    pm_table_row(t);
    pm_table_cell(t, 0, "%s", what);
    pm_table_cell(t, 1, "%s", value);
}

static void figure(struct pm_table *t, const char *what, enum pm_metric m, struct pm_quantity q)
{
    char value[40], lo[40], hi[40];
    if (!pm_known(q))
        return;
    pm_metric_text(m, q.value, value, sizeof value);
    if (q.has_interval && isfinite(q.hi))
        fact(t, what,
             pm_arena_printf(&t->arena, "%s (%s to %s), %s", value,
                             pm_metric_text(m, q.lo, lo, sizeof lo),
                             pm_metric_text(m, q.hi, hi, sizeof hi), pm_origin_name(q.origin)));
    else
        fact(t, what,
             pm_arena_printf(&t->arena, "%s%s, %s", isinf(q.hi) ? "at least " : "", value,
                             pm_origin_name(q.origin)));
}

static void time_of(struct pm_table *t, const char *what, double ms)
{
    if (isfinite(ms))
        figure(t, what, PM_LATENCY, pm_quantity_of(ms, PM_MEASURED));
}

static void entry_facts(struct pm_table *t, const struct pm_entry *e)
{
    if (e->engine_version != NULL && strcmp(e->engine_version, "unversioned") != 0)
        fact(t, "Computed with", e->engine_version);
    figure(t, "Median latency of a batch", PM_LATENCY, e->latency_ms);
    figure(t, "p90", PM_LATENCY, e->p90_ms);
    figure(t, "p99", PM_LATENCY, e->p99_ms);
    time_of(t, "First inference", e->first_ms);
    time_of(t, "Loading", e->load_ms);
    figure(t, "Memory above the engine's own", PM_MEMORY, e->memory_mib);
    if (isfinite(e->baseline_mib) && e->baseline_mib > 0)
        figure(t, "Memory of the engine with its libraries", PM_MEMORY,
               pm_quantity_of(e->baseline_mib, PM_MEASURED));
}

static void card_table(const struct pm_answer *a, const struct pm_candidate *c, struct pm_table *t)
{
    char input[PM_INPUT_TEXT];
    pm_table_column(t, "", "what", false);
    pm_table_column(t, "", "value", false);
    fact(t, "Network", c->name);
    fact(t, "Engine", c->config.engine);
    fact(t, "Precision", c->config.precision);
    if (c->config.input.width > 0)
        fact(t, "Input",
             pm_arena_printf(&t->arena, "%s pixels", pm_input_text(c->config.input, input)));
    fact(t, "Batch", pm_arena_printf(&t->arena, "%ld", c->config.batch));
    if (c->config.threads > 0)
        fact(t, "Threads", pm_arena_printf(&t->arena, "%ld", c->config.threads));
    fact(t, "Power mode", c->config.power_mode);
    figure(t, "Top-1", PM_TOP1, c->figure[PM_TOP1]);
    figure(t, "Top-5", PM_TOP5, c->figure[PM_TOP5]);
    if (c->known != NULL) {
        fact(t, "Accuracy from", c->known->source);
        fact(t, "Preprocessing", c->known->preprocessing);
        fact(t, "Weights",
             c->known->weights != NULL ? c->known->weights : "none are published: train your own");
    }
    figure(t, "Weights file", PM_SIZE, c->figure[PM_SIZE]);
    if (c->entry != NULL)
        entry_facts(t, c->entry);
    figure(t, isfinite(a->settings->fps) ? "Average power at the frame rate" : "Power while busy",
           PM_POWER, c->figure[PM_POWER]);
    figure(t, "Power at rest", PM_POWER, c->idle_w);
    figure(t, "Energy of an image", PM_ENERGY, c->figure[PM_ENERGY]);
    fact(t, "How the power follows", c->power_note);
}

static const char *weights_of(const struct pm_candidate *c, struct pm_arena *arena)
{
    return pm_arena_printf(arena, "%s.weights", c->config.network);
}

/* Stock Darknet's own command. */
static void darknet_command(struct pm_writer *w, const struct pm_candidate *c,
                            struct pm_arena *arena)
{
    if (strcmp(c->known->task, "imagenet-1k") != 0)
        return; /* its labels are the user's */
    const char *cfg = pm_quote_shell(c->known->cfg_path, arena);
    const char *weights = pm_quote_shell(weights_of(c, arena), arena);
    const char *const command[] = {
        "darknet classifier predict /usr/share/darknet/cfg/imagenet1k.data \\",
        cfg != NULL && weights != NULL ? pm_arena_printf(arena, "    %s %s image.jpg", cfg, weights)
                                       : NULL};
    w->buf->failed = w->buf->failed || command[1] == NULL;
    if (command[1] != NULL)
        w->code(w, command, sizeof command / sizeof *command);
}

/* Of "OpenBLAS 0.3.21 SkylakeX"; a name of no more than letters and digits, or NULL. */
static const char *openblas_kernels(const char *version)
{
    const char *const last = version != NULL ? strrchr(version, ' ') : NULL;
    const bool known = last != NULL && strncmp(version, "OpenBLAS ", 9) == 0;
    return known && pm_text_is_identifier(last + 1) ? last + 1 : NULL;
}

/* What one call reads: where it is wrong, a user's program reads beyond its buffer. */
static long floats_of(const struct pm_candidate *c)
{
    return c->config.batch * c->known->channels * c->config.input.width * c->config.input.height;
}

/* The program that runs it as it was measured: with stock Darknet on one thread, or with the line
 * that makes it use OpenBLAS. */
static void darknet_program(struct pm_writer *w, const struct pm_candidate *c, bool blas,
                            struct pm_arena *arena)
{
    char input[PM_INPUT_TEXT];
    const char *const kernels = blas ? openblas_kernels(c->entry->engine_version) : NULL;
    const char *const include = blas ? "#include <darknet_blas.h>" : NULL;
    const char *const accelerate =
        blas ? pm_arena_printf(arena, "        darknet_blas(net, %ld);", c->config.threads) : NULL;
    const char *const cfg = pm_quote_c(c->known->cfg_path, arena);
    const char *const weights = pm_quote_c(weights_of(c, arena), arena);
    const char *const line[] = {
        pm_arena_printf(arena, "/* cc classify.c -I/usr/lib/darknet/include%s \\",
                        blas ? " -ldarknet_blas" : ""),
        "      /usr/lib/darknet/libdarknet.so -Wl,-rpath,/usr/lib/darknet",
        kernels != NULL
            ? pm_arena_printf(arena, "   OPENBLAS_CORETYPE=%s ./classify   as measured */", kernels)
            : "   ./classify */",
        "#include <darknet.h>",
        include,
        "",
        pm_arena_printf(arena, "/* pixels: %ld image%s of %s pixels (width x height),",
                        c->config.batch, c->config.batch == 1 ? "" : "s, one after another, each",
                        pm_input_text(c->config.input, input)),
        pm_arena_printf(arena, "   %ld plane%s%s row by row, from 0 to 1: %ld floats in all.",
                        c->known->channels, c->known->channels == 1 ? "," : "s,",
                        c->known->channels == 3 ? " red first," : "", floats_of(c)),
        pm_arena_printf(arena, "   [net] of the cfg must say batch=%ld and subdivisions=1.",
                        c->config.batch),
        "   load_network ends the program when a file is missing: check first. */",
        "float *classify(float *pixels)",
        "{",
        "    static network *net;",
        "    if (net == 0) { /* load once, predict often */",
        cfg != NULL ? pm_arena_printf(arena, "        net = load_network(%s,", cfg) : NULL,
        weights != NULL ? pm_arena_printf(arena, "                           %s, 0);", weights)
                        : NULL,
        accelerate,
        "    }",
        "    return network_predict(net, pixels);",
        "}"};
    const char *kept[sizeof line / sizeof *line];
    size_t n = 0, wanted = blas ? sizeof line / sizeof *line : sizeof line / sizeof *line - 2;
    for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
        if (line[i] != NULL)
            kept[n++] = line[i];
    }
    w->buf->failed = w->buf->failed || n != wanted; /* a line is lost: out of memory */
    if (n == wanted)
        w->code(w, kept, n);
}

/* How to run the pick, as far as this program knows. */
static void card_code(struct pm_writer *w, const struct pm_candidate *c, struct pm_arena *arena)
{
    const bool measured = c->entry != NULL && c->entry->n > 0;
    const bool stock = c->config.engine != NULL && strcmp(c->config.engine, "darknet") == 0;
    const bool blas = c->config.engine != NULL && strcmp(c->config.engine, "darknet-blas") == 0;
    if (!measured) {
        w->text(w, "How it was run is its source's to say: these figures were not measured by this "
                   "program, so no command is given.");
    } else if ((stock || blas) && c->known != NULL && c->known->cfg_path != NULL) {
        if (stock)
            darknet_command(w, c, arena);
        darknet_program(w, c, blas, arena);
    } else {
        w->text(w, "No command is known for this engine; it was measured through its worker.");
    }
}

int pm_section_card(struct pm_writer *w)
{
    const struct pm_answer *a = w->answer;
    struct pm_table t = {0};
    if (a->pick < 0)
        return 0;
    const struct pm_candidate *c = &a->c[a->pick];
    const bool measured = c->entry != NULL && c->entry->n > 0;
    const char *finding =
        a->status != PM_RECOMMENDED
            ? pm_arena_printf(&t.arena, "Do not ship %s yet: the question is not decided.", c->name)
        : measured
            ? pm_arena_printf(&t.arena, "Deploy %s with %s, as it was measured.", c->name,
                              c->config.engine)
            : pm_arena_printf(&t.arena, "Deploy %s; its figures were not measured here.", c->name);
    w->begin(w, "card", "Deployment card", finding != NULL ? finding : "");
    card_table(a, c, &t);
    int result = w->table(w, &t, "The pick, and what it takes");
    card_code(w, c, &t.arena);
    pm_table_done(&t);
    w->end(w);
    return result;
}

int pm_sections_write(struct pm_writer *w)
{
    static pm_section_writer *const section[] = {
        pm_section_verdict, pm_section_budgets,  pm_section_relax,      pm_section_card,
        NULL /* what-if */, pm_section_charts,   pm_section_candidates, pm_section_claims,
        pm_section_method,  pm_section_warnings, pm_section_reproduce,  pm_section_reading};
    for (size_t i = 0; i < sizeof section / sizeof *section; i++) {
        pm_section_writer *const next = section[i] != NULL ? section[i] : w->what_if;
        if (next != NULL && next(w) != 0)
            return -1;
    }
    return 0;
}
