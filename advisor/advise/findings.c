/* SPDX-License-Identifier: MIT
 * The answer in sentences: the verdict, why, what else there is, what would have to give. Every
 * report format prints these, so that they cannot tell different stories. */
#include "advise/findings.h"

#include "base/buf.h"
#include "base/err.h"
#include "record/catalogue.h"
#include "record/profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FINDINGS_MAX 40

void pm_finding_add(struct pm_answer *a, bool *nomem, const char *text)
{
    if (text == NULL)
        *nomem = true;
    else if (a->findings < FINDINGS_MAX)
        a->finding[a->findings++] = text;
}

static const char *name_of(const struct pm_answer *a, int index)
{
    return a->c[index].name;
}

const char *pm_budget_flag(enum pm_metric m, char *out, size_t size)
{
    if (pm_metric_info(m)->from != NULL) {
        snprintf(out, size, "%s", pm_metric_info(m)->from);
        return out;
    }
    snprintf(out, size, "--%s", pm_metric_info(m)->key);
    for (char *p = out; *p != '\0'; p++)
        *p = *p == '_' ? '-' : *p;
    return out;
}

static void alternatives(struct pm_answer *a, bool *nomem)
{
    char time[40], other[40];
    if (a->literal >= 0 && a->literal != a->pick && a->settings->rule == PM_POLICY_PARETO) {
        const struct pm_candidate *c = &a->c[a->literal];
        pm_finding_add(
            a, nomem,
            pm_arena_printf(
                &a->arena,
                "The slowest that fits is %s (%s), passed over: %s is as accurate and "
                "as fast or better in both.",
                c->name, pm_metric_text(PM_LATENCY, c->figure[PM_LATENCY].value, time, sizeof time),
                c->beaten_by >= 0 ? name_of(a, c->beaten_by) : name_of(a, a->pick)));
    }
    if (a->fastest_equal >= 0) {
        const struct pm_candidate *c = &a->c[a->fastest_equal];
        pm_finding_add(
            a, nomem,
            pm_arena_printf(
                &a->arena,
                "%s (%.4g %%, %s) is faster and within the error of the accuracy "
                "figures.",
                c->name, c->figure[PM_TOP1].value,
                pm_metric_text(PM_LATENCY, c->figure[PM_LATENCY].value, other, sizeof other)));
    }
    if (a->least_energy >= 0 && a->least_energy != a->pick) {
        const struct pm_candidate *c = &a->c[a->least_energy];
        pm_finding_add(
            a, nomem,
            pm_arena_printf(
                &a->arena, "Least energy known among those that fit: %s, %s%s an image.", c->name,
                isinf(c->figure[PM_ENERGY].hi) ? "at least " : "",
                pm_metric_text(PM_ENERGY, c->figure[PM_ENERGY].value, other, sizeof other)));
    }
}

static void margins(struct pm_answer *a, bool *nomem)
{
    if (isfinite(a->stability)) {
        char share[16];
        snprintf(share, sizeof share, a->stability > 0.995 ? "over 99 %%" : "%.0f %%",
                 100 * a->stability);
        const char *runner =
            a->runner_up >= 0 && a->stability < 0.995
                ? pm_arena_printf(&a->arena, "; runner-up %s", name_of(a, a->runner_up))
                : "";
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena, "Chosen in %s of resamples of the runs%s.", share,
                                       runner != NULL ? runner : ""));
    }
    if (isfinite(a->ms_per_point) && a->ms_per_point < 1e5) {
        char time[40];
        pm_finding_add(
            a, nomem,
            pm_arena_printf(&a->arena,
                            "From here, +1 point of top-1 costs about %s an image (fitted front).",
                            pm_metric_text(PM_LATENCY, a->ms_per_point, time, sizeof time)));
    }
}

static void weights(struct pm_answer *a, bool *nomem)
{
    const struct pm_catalogue_entry *k = a->pick >= 0 ? a->c[a->pick].known : NULL;
    if (k == NULL || k->description == PM_ONNX) /* which holds its weights */
        return;
    char size[40];
    pm_finding_add(
        a, nomem,
        k->weights == NULL ? k->own ? "Weights: none were named; `pickmodel add` takes them."
                                    : "Weights: none are published; train your own."
        : pm_known(k->weight_mib)
            ? pm_arena_printf(&a->arena, "Weights: %s (%s)", k->weights,
                              pm_metric_text(PM_SIZE, k->weight_mib.value, size, sizeof size))
            : pm_arena_printf(&a->arena, "Weights: %s", k->weights));
}

/* The least any network draws: figures in total, and what is above an idle power that is not known
 * counts as the lower bound it is. */
static void least_power(struct pm_answer *a, enum pm_metric m, bool *nomem)
{
    double least = (double)INFINITY;
    char watts[40];
    for (size_t i = 0; i < a->n; i++) {
        if (pm_known(a->c[i].figure[PM_POWER]))
            least = fmin(least, a->c[i].figure[PM_POWER].value);
    }
    if (!isfinite(least)) /* not one was run: it was known before */
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena,
                                       "The %s binds: this board draws %s at rest, before any "
                                       "network.",
                                       pm_metric_info(m)->title,
                                       pm_metric_text(m, a->best[m], watts, sizeof watts)));
    else
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena,
                                       "The %s binds: every network listed draws at least %.4g W.",
                                       pm_metric_info(m)->title, least));
}

static void binding(struct pm_answer *a, bool *nomem)
{
    for (int m = 0; m < PM_METRICS; m++) {
        if (!a->settings->budget[m].set || !isfinite(a->best[m]))
            continue;
        bool all_fail = true;
        for (size_t i = 0; i < a->n; i++)
            all_fail = all_fail && a->c[i].judged[m].verdict == PM_FAILS;
        char best[40];
        if (all_fail && (m == PM_POWER || m == PM_LAST) && !isfinite(a->settings->fps))
            least_power(a, (enum pm_metric)m, nomem);
        else if (all_fail)
            pm_finding_add(
                a, nomem,
                pm_arena_printf(&a->arena, "The %s binds: the best any network reaches is %s.",
                                pm_metric_info((enum pm_metric)m)->title,
                                pm_metric_text((enum pm_metric)m, a->best[m], best, sizeof best)));
    }
}

static void relaxation(struct pm_answer *a, const struct pm_relaxation *r, bool *nomem)
{
    char flag[40];
    pm_budget_flag(r->metric, flag, sizeof flag);
    if (!r->possible && r->index >= 0) {
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena,
                                       "Whether loosening %s alone would be enough is not known: "
                                       "too little is known of %s.",
                                       flag, name_of(a, r->index)));
        return;
    }
    if (!r->possible) {
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena, "No value of %s alone would be enough.", flag));
        return;
    }
    /* a battery lasts as long as the power allows: less is looser */
    const bool less = pm_metric_info(r->metric)->is_min || r->metric == PM_LAST;
    pm_finding_add(
        a, nomem,
        pm_arena_printf(&a->arena,
                        "With %s %s or %s, the rest kept, %s, the nearest, would fit%s%s.", flag,
                        r->typed, less ? "less" : "more", name_of(a, r->index),
                        r->note != NULL ? ": " : "", r->note != NULL ? r->note : ""));
}

/* Stand-ins that break no budget. */
static void stand_ins(struct pm_answer *a, bool *nomem)
{
    for (size_t i = 0; i < a->n; i++) {
        if (a->c[i].stand_in && !a->settings->include_stand_ins && a->c[i].verdict == PM_MEETS) {
            pm_finding_add(a, nomem,
                           pm_arena_printf(&a->arena,
                                           "%s would fit, but nobody offers weights for it: with "
                                           "weights of your own, --include-stand-ins.",
                                           name_of(a, (int)i)));
            return;
        }
    }
}

static void relaxations(struct pm_answer *a, bool *nomem)
{
    for (size_t i = 0; i < a->relaxations; i++)
        relaxation(a, &a->relaxation[i], nomem);
}

static void law_says(struct pm_answer *a, bool *nomem)
{
    const struct pm_budget *top1 = &a->settings->budget[PM_TOP1];
    char time[40];
    if (!top1->set || a->fits.front.verdict != PM_FIT_OK || !pm_settings_any_time(a->settings))
        return;
    const double ms = pm_hyperbola_time_for(&a->fits.front, top1->bound);
    if (!isfinite(ms))
        pm_finding_add(
            a, nomem,
            pm_arena_printf(&a->arena,
                            "The fitted front never reaches %.4g %%: it levels off at %.3g %%.",
                            top1->bound, a->fits.front.A.value));
    else if (ms > 0)
        pm_finding_add(
            a, nomem,
            pm_arena_printf(&a->arena, "The fitted front puts %.4g %% top-1 at about %s here.",
                            top1->bound, pm_metric_text(PM_LATENCY, ms, time, sizeof time)));
}

/* What the runs at the robot's own frame rate say of the pick. */
static void at_the_rate(struct pm_answer *a, bool *nomem)
{
    const struct pm_candidate *c = a->pick >= 0 ? &a->c[a->pick] : NULL;
    char now[40], other[40];
    if (c == NULL || !isfinite(a->settings->fps) || c->entry == NULL || c->entry->n == 0)
        return;
    const struct pm_entry *p = c->paced;
    if (p == NULL || !pm_known(p->latency_ms)) {
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena,
                                       "Not confirmed at %.4g fps: its runs followed "
                                       "one another without rest, and idle gaps change latency.",
                                       a->settings->fps));
        return;
    }
    pm_metric_text(PM_LATENCY, p->latency_ms.value, now, sizeof now);
    if (pm_known(p->boost_ms))
        pm_finding_add(
            a, nomem,
            pm_arena_printf(&a->arena,
                            "Sustained at %.4g fps over %zu frame%s: median "
                            "%s; %s at first. Judged on the sustained level.",
                            a->settings->fps, p->n, p->n == 1 ? "" : "s", now,
                            pm_metric_text(PM_LATENCY, p->boost_ms.value, other, sizeof other)));
    else
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena,
                                       "At %.4g fps over %zu frame%s: median %s, without rest "
                                       "%s.",
                                       a->settings->fps, p->n, p->n == 1 ? "" : "s", now,
                                       pm_metric_text(PM_LATENCY, c->entry->latency_ms.value, other,
                                                      sizeof other)));
}

static void overhead(struct pm_answer *a, bool *nomem)
{
    char time[40];
    if (a->settings->overhead_ms > 0)
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena,
                                       "Latency and frame rate are judged with %s of overhead an "
                                       "image; the energy of the overhead is not counted.",
                                       pm_metric_text(PM_LATENCY, a->settings->overhead_ms, time,
                                                      sizeof time)));
}

static void contenders(struct pm_answer *a, bool *nomem)
{
    for (size_t i = 0; i < a->contenders && i < 5; i++)
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena, "%s could still take its place: %s.",
                                       name_of(a, a->contender[i].index), a->contender[i].settles));
    if (a->contenders > 5)
        pm_finding_add(
            a, nomem,
            pm_arena_printf(&a->arena, "So could %zu more (see the table).", a->contenders - 5));
}

static bool any_known(const struct pm_answer *a, enum pm_metric m)
{
    for (size_t i = 0; i < a->n; i++) {
        if (pm_known(a->c[i].figure[m]))
            return true;
    }
    return false;
}

static void unknowns(struct pm_answer *a, bool *nomem)
{
    if (a->settings->rule == PM_POLICY_LEAST_ENERGY && a->pick < 0)
        pm_finding_add(a, nomem,
                       any_known(a, PM_ENERGY)
                           ? "The rule least-energy needs energy figures; no candidate that may "
                             "fit has one."
                           : "The rule least-energy needs energy figures; no candidate has any.");
    for (int m = 0; m < PM_METRICS; m++) {
        size_t missing = 0;
        for (size_t i = 0; i < a->n; i++)
            missing += a->c[i].judged[m].verdict == PM_NO_DATA;
        if (!a->settings->budget[m].set || missing < a->n || a->n == 0)
            continue;
        char flag[40];
        pm_budget_flag((enum pm_metric)m, flag, sizeof flag);
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena,
                                       "%s cannot be judged: no %s figure for any network.", flag,
                                       pm_metric_info((enum pm_metric)m)->title));
    }
}

/* "10.0 W, 9.02 to 11.0 with the sensor's gain uncertain" */
static void too_near(struct pm_answer *a, enum pm_metric m, bool *nomem)
{
    const struct pm_judgement *j = &a->c[a->pick].judged[m];
    const char *title = pm_metric_info(m)->title;
    const bool power = m == PM_POWER || m == PM_LAST || m == PM_ENERGY;
    char value[40], lo[40], hi[40];
    if (pm_is_too_near(j, a->settings->budget[m].bound) && isfinite(j->value.hi) && power) {
        pm_finding_add(
            a, nomem,
            pm_arena_printf(&a->arena,
                            "Its %s is too near the budget to call: %s, between %s and %s.%s",
                            title, pm_metric_text(m, j->value.value, value, sizeof value),
                            pm_metric_text(m, j->value.lo, lo, sizeof lo),
                            pm_metric_text(m, j->value.hi, hi, sizeof hi),
                            j->value.origin == PM_MEASURED
                                ? " A sensor whose gain is better known would decide "
                                  "(--power-gain)."
                                : ""));
        return;
    }
    const double images = pm_candidate_images_wanted(&a->c[a->pick], m, a->settings);
    if (images > 0) {
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena,
                                       "Its %s is too near the budget to call: some %.0f images in "
                                       "all would decide it.",
                                       title, images));
        return;
    }
    const char *verdict = pm_is_too_near(j, a->settings->budget[m].bound)
                              ? "too near the budget to call"
                              : "not decided";
    pm_finding_add(a, nomem,
                   pm_arena_printf(&a->arena, "Its %s %s %s%s%s.", title,
                                   m == PM_PARAMS ? "are" : "is", verdict,
                                   j->note != NULL ? ": " : "", j->note != NULL ? j->note : ""));
}

/* What would turn the provisional pick into a certain one. */
static void open_questions(struct pm_answer *a, bool *nomem)
{
    char needs[PM_NEEDS_TEXT];
    for (int m = 0; m < PM_METRICS && a->pick >= 0; m++) {
        const struct pm_judgement *j = &a->c[a->pick].judged[m];
        if (!a->settings->budget[m].set || j->verdict != PM_UNDECIDED)
            continue;
        if (j->need_more > 0)
            pm_finding_add(a, nomem,
                           pm_arena_printf(&a->arena,
                                           "The runs so far do not decide its %s: %s would "
                                           "(--candidate-time).",
                                           pm_metric_info((enum pm_metric)m)->title,
                                           pm_judgement_needs(j, needs)));
        else
            too_near(a, (enum pm_metric)m, nomem);
    }
}

/* Nothing else is open, but what it was measured by. */
static void beside_other_work(struct pm_answer *a, bool *nomem)
{
    const struct pm_candidate *c = a->pick >= 0 ? &a->c[a->pick] : NULL;
    bool told = c == NULL || c->disturbed == NULL;
    if (!told && c->entry->warnings == 0) /* a profile of ours says it by itself */
        pm_answer_warn(a, pm_arena_printf(&a->arena, "%s was %s", c->name, c->disturbed));
    for (int m = 0; m < PM_METRICS && !told; m++)
        told = c->judged[m].doubtful;
    if (!told)
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena, "%s was %s, and may lose its place.", c->name,
                                       c->disturbed));
}

/* Something was asked for that no candidate has. */
static bool power_is_missing(const struct pm_answer *a)
{
    const struct pm_settings *s = a->settings;
    if (a->n > 0 && pm_known(a->c[0].rest_w) && a->status == PM_INFEASIBLE)
        return false; /* a sensor was read: the board at rest was enough */
    return ((s->budget[PM_POWER].set || isfinite(s->battery_wh)) && !any_known(a, PM_POWER)) ||
           ((s->budget[PM_ENERGY].set || s->rule == PM_POLICY_LEAST_ENERGY) &&
            !any_known(a, PM_ENERGY));
}

int pm_answer_findings(struct pm_answer *a, struct pm_err *err)
{
    bool nomem = false;
    a->finding = pm_arena_alloc(&a->arena, FINDINGS_MAX, sizeof *a->finding);
    a->headline = pm_answer_headline(a);
    if (a->finding == NULL || a->headline == NULL)
        return pm_fail_nomem(err);
    switch (a->status) {
    case PM_RECOMMENDED:
        weights(a, &nomem);
        alternatives(a, &nomem);
        contenders(a, &nomem);
        margins(a, &nomem);
        break;
    case PM_INFEASIBLE:
        binding(a, &nomem);
        stand_ins(a, &nomem);
        relaxations(a, &nomem);
        law_says(a, &nomem);
        break;
    case PM_NOT_DECIDED:
        unknowns(a, &nomem);
        open_questions(a, &nomem);
        beside_other_work(a, &nomem);
        weights(a, &nomem);
        break;
    case PM_OVERVIEW:
        break;
    }
    at_the_rate(a, &nomem);
    overhead(a, &nomem);
    if (power_is_missing(a))
        pm_findings_no_power(a, &nomem);
    pm_findings_power(a, &nomem);
    return nomem ? pm_fail_nomem(err) : 0;
}
