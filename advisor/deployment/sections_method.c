/* SPDX-License-Identifier: MIT
 * The sections a reader turns to who doubts: claims, method, warnings, the command, how to read. */
#include "deployment/sections.h"

#include "advise/answer.h"
#include "base/buf.h"
#include "base/err.h"
#include "record/profile.h"
#include "report/claims.h"
#include "report/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int pm_section_claims(struct pm_writer *w)
{
    struct pm_buf line[PM_CLAIMS] = {{0}};
    const char *item[PM_CLAIMS];
    for (size_t i = 0; i < PM_CLAIMS; i++) {
        pm_claim_add(&line[i], w->answer, i);
        item[i] = pm_buf_text(&line[i]);
        w->buf->failed = w->buf->failed || line[i].failed;
    }
    w->begin(w, "claims", "The paper's claims on this device",
             "What Canziani, Paszke and Culurciello (2016) found on a Jetson TX1, tested on these "
             "figures.");
    w->list(w, item, PM_CLAIMS);
    w->end(w);
    for (size_t i = 0; i < PM_CLAIMS; i++)
        pm_buf_done(&line[i]);
    return 0;
}

/* ---- how it was measured ---- */

static void fact(struct pm_table *t, const char *what, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    pm_table_row(t);
    pm_table_cell(t, 0, "%s", what);
    pm_table_cell(t, 1, "%s", value);
}

static void device_facts(struct pm_table *t, const struct pm_profile *p)
{
    const struct pm_device *d = &p->device;
    fact(t, "Device", d->name);
    fact(t, "Model", d->model);
    fact(t, "Processor", d->cpu);
    if (d->cores > 0)
        fact(t, "Cores",
             pm_arena_printf(&t->arena, "%ld, %s", d->cores,
                             d->arch != NULL ? d->arch : "unknown architecture"));
    if (d->memory_mib > 0)
        fact(t, "Memory", pm_arena_printf(&t->arena, "%.4g GiB", d->memory_mib / 1024));
    fact(t, "Operating system", d->os);
    fact(t, "Kernel", d->kernel);
    fact(t, "Clock governor", d->governor);
    fact(t, "Power mode", d->power_mode);
    fact(t, "Virtual machine", d->virtual_machine ? "yes: the host decides on clocks" : NULL);
    fact(t, "Not measured", d->accelerator);
    fact(t, "Figures",
         pm_arena_printf(&t->arena, "%s%s%s", p->origin, p->source != NULL ? ": " : "",
                         p->source != NULL ? p->source : ""));
    fact(t, "Of", p->date);
}

static void range_of_dates(const struct pm_answer *a, struct pm_table *t)
{
    const char *first = NULL, *last = NULL;
    size_t runs = 0, warmup = 0, measured = 0;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_entry *e = a->c[i].entry;
        if (e == NULL || e->n == 0)
            continue;
        measured++;
        runs += e->n;
        warmup += e->warmup_runs > 0 ? (size_t)e->warmup_runs : 0;
        if (e->measured_at == NULL)
            continue;
        first = first == NULL || strcmp(e->measured_at, first) < 0 ? e->measured_at : first;
        last = last == NULL || strcmp(e->measured_at, last) > 0 ? e->measured_at : last;
    }
    if (measured == 0)
        return;
    fact(t, "Runs",
         pm_arena_printf(&t->arena, "%zu of %zu networks, of which %zu as warm-up are left out",
                         runs, measured, warmup));
    if (first != NULL)
        fact(t, "Measured",
             strcmp(first, last) == 0 ? first
                                      : pm_arena_printf(&t->arena, "%s to %s", first, last));
}

static void engine_facts(const struct pm_answer *a, struct pm_table *t)
{
    const char *seen = NULL;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_entry *e = a->c[i].entry;
        if (e == NULL || e->conditions.engine_build == NULL ||
            (seen != NULL && strcmp(seen, e->conditions.engine_build) == 0))
            continue;
        seen = e->conditions.engine_build;
        fact(t, "Engine", pm_arena_printf(&t->arena, "%s, build %s", e->config.engine, seen));
    }
}

static void power_facts(const struct pm_answer *a, struct pm_table *t)
{
    const struct pm_entry *e = a->pick >= 0 ? a->c[a->pick].entry : NULL;
    for (size_t i = 0; e == NULL && i < a->n; i++)
        e = a->c[i].entry;
    if (e == NULL || e->power.source == NULL)
        return;
    fact(t, "Watts from", e->power.source);
    fact(t, "They cover", e->power.scope);
    fact(t, "Kind of sensor", e->power.kind);
    if (isfinite(e->power.period_ms))
        fact(t, "Its update period", pm_arena_printf(&t->arena, "%.3g ms", e->power.period_ms));
    if (isfinite(e->power.gain_rel))
        fact(t, "Its gain is known to",
             pm_arena_printf(&t->arena, "%.3g %% (standard uncertainty)", 100 * e->power.gain_rel));
}

static void settings_facts(const struct pm_answer *a, struct pm_table *t)
{
    const struct pm_settings *s = a->settings;
    char text[40];
    fact(t, "Rule", pm_policy_name(s->rule));
    fact(t, "Confidence", pm_arena_printf(&t->arena, "%g %% of each verdict", 100 * s->confidence));
    if (isfinite(s->fps))
        fact(t, "Frame rate", pm_arena_printf(&t->arena, "%g a second", s->fps));
    if (s->overhead_ms > 0)
        fact(t, "Overhead of an inference",
             pm_metric_text(PM_LATENCY, s->overhead_ms, text, sizeof text));
    if (isfinite(s->battery_wh))
        fact(t, "Battery", pm_arena_printf(&t->arena, "%g Wh", s->battery_wh));
}

static void probe_facts(const struct pm_answer *a, struct pm_table *t)
{
    for (size_t i = 0; a->profile != NULL && i < a->profile->probes; i++) {
        const struct pm_power_probe *p = &a->profile->probe[i];
        fact(t, "Power source tried",
             pm_arena_printf(&t->arena, "%s: %s%s", p->source, p->accepted ? "read, " : "",
                             p->reason));
    }
}

int pm_section_method(struct pm_writer *w)
{
    const struct pm_answer *a = w->answer;
    struct pm_table t = {0};
    const bool measured = a->profile != NULL && strcmp(a->profile->origin, "measured") == 0;
    pm_table_column(&t, "", "what", false);
    pm_table_column(&t, "", "value", false);
    if (a->profile != NULL)
        device_facts(&t, a->profile);
    engine_facts(a, &t);
    range_of_dates(a, &t);
    power_facts(a, &t);
    settings_facts(a, &t);
    probe_facts(a, &t);
    fact(&t, "Catalogue", w->facts->catalogue);
    fact(&t, "Report written", w->facts->made_at);
    fact(&t, "By", pm_arena_printf(&t.arena, "pickmodel %s", w->facts->version));
    w->begin(w, "method", "How it was measured",
             measured ? "On the device itself, each network in a process of its own, timed around "
                        "the inference alone."
                      : "Not by this program: the figures are somebody else's, judged as they "
                        "stand.");
    const int result = w->table(w, &t, "Device, engines and conditions");
    pm_table_done(&t);
    w->end(w);
    return result;
}

int pm_section_warnings(struct pm_writer *w)
{
    const struct pm_answer *a = w->answer;
    const struct pm_entry *e = a->pick >= 0 ? a->c[a->pick].entry : NULL;
    const size_t own = e != NULL ? e->warnings : 0;
    char finding[120];
    if (a->warnings + own == 0)
        snprintf(finding, sizeof finding, "Nothing spoke against trusting these figures.");
    else
        snprintf(finding, sizeof finding, "%zu thing%s to know before trusting these figures.",
                 a->warnings + own, a->warnings + own == 1 ? "" : "s");
    w->begin(w, "warnings", "Warnings", finding);
    if (a->warnings > 0)
        w->list(w, a->warning, a->warnings);
    if (own > 0)
        w->list(w, e->warning, own);
    w->end(w);
    return 0;
}

int pm_section_reproduce(struct pm_writer *w)
{
    w->begin(w, "reproduce", "How to get this report again",
             "The command that wrote it; stored measurements are used again while they are fresh.");
    w->code(w, &w->facts->command, 1);
    w->end(w);
    return 0;
}

int pm_section_reading(struct pm_writer *w)
{
    static const char *const how[] = {
        "The rule: of the networks that certainly meet every budget, those that another of them "
        "beats or equals in accuracy and in time are dropped, and the slowest of the rest is "
        "taken. What is left gets more accurate as it gets slower, so the slowest is the most "
        "accurate.",
        "Verdicts: \"meets\" and \"fails\" are certain at the confidence given, judged on the "
        "unfavourable end of each interval. \"Undecided\" means that the interval holds the "
        "budget, \"unknown\" that there is no figure. Unknown is never counted as zero.",
        "Origins: measured here by this program; published or imported from somebody's table; "
        "declared by a user or a data sheet; estimated from an assumption; predicted by a fitted "
        "law; computed from the network's definition.",
        "Latency is the wall clock of one inference (of a whole batch), without loading and "
        "without decoding images. p90 is the time that nine runs in ten do not exceed.",
        "Operations count 1 multiply-accumulate as 2, of convolution and fully connected layers.",
        "The law of accuracy: top-1 = A - k / (t + t0). A is what no time can exceed, k is the "
        "price. It is fitted to the front alone, for it is an upper bound.",
        "Energy and power: total, as the sensor saw it, unless the report says above idle. MiB is "
        "2^20 bytes.",
        "Published accuracies are of ImageNet's validation images, not of yours."};
    w->begin(w, "reading", "How to read this",
             "For an engineer who has not read Canziani, Paszke and Culurciello, \"An Analysis of "
             "Deep Neural Network Models for Practical Applications\" (2016, arXiv 1605.07678).");
    w->list(w, how, sizeof how / sizeof *how);
    w->end(w);
    return 0;
}
