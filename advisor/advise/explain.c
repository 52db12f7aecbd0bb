/* SPDX-License-Identifier: MIT
 * One short line a candidate: why it lost, in the words of the budgets. */
#include "advise/answer.h"

#include "base/buf.h"
#include "base/err.h"
#include "record/profile.h"

#include <math.h>
#include <stdio.h>

/* A figure in the unit a person would choose. */
struct readable {
    double value;
    const char *unit;
    int decimals;
};

/* Three significant digits, no exponent. */
static struct readable scaled(double value, const char *unit)
{
    const double magnitude = fabs(value);
    const int decimals = magnitude >= 99.95    ? 0
                         : magnitude >= 9.995  ? 1
                         : magnitude >= 0.9995 ? 2
                                               : 3;
    return (struct readable){value, unit, decimals};
}

static struct readable readable(enum pm_metric metric, double value)
{
    const double magnitude = fabs(value);
    switch (metric) {
    case PM_LATENCY:
        return magnitude >= 999.5 ? scaled(value / 1000, "s")
               : magnitude >= 1   ? scaled(value, "ms")
                                  : scaled(value * 1000, "us");
    case PM_ENERGY:
        return magnitude >= 1 ? scaled(value, "J") : scaled(value * 1000, "mJ");
    case PM_MEMORY:
    case PM_SIZE:
        return magnitude >= 1024 ? scaled(value / 1024, "GiB") : scaled(value, "MiB");
    case PM_POWER:
    case PM_LAST:
        return scaled(value, "W");
    case PM_TOP1:
    case PM_TOP5:
    case PM_FPS:
    case PM_KEEP_UP:
    case PM_PARAMS:
    case PM_METRICS:
        break;
    }
    return (struct readable){value, pm_metric_info(metric)->unit, -1};
}

const char *pm_metric_text(enum pm_metric metric, double value, char *out, size_t size)
{
    const struct readable r = readable(metric, value);
    if (r.decimals < 0)
        snprintf(out, size, "%.4g %s", r.value, r.unit);
    else
        snprintf(out, size, "%.*f %s", r.decimals, r.value, r.unit);
    return out;
}

const char *pm_metric_typed(enum pm_metric metric, double bound, int looser, char *out, size_t size)
{
    struct readable r = readable(metric, bound);
    if (metric == PM_TOP1 || metric == PM_TOP5)
        r.decimals = 1;
    if (r.decimals < 0)
        r.decimals = (int)fmin(9, fmax(0, 3 - floor(log10(fmax(fabs(r.value), 1e-9)))));
    const double steps = pow(10, r.decimals);
    const double shown =
        (round(r.value * steps) + (pm_metric_info(metric)->is_min ? -looser : looser)) / steps;
    const bool plain = pm_metric_is_rate(metric) || metric == PM_TOP1 || metric == PM_TOP5;
    snprintf(out, size, "%.*f%s", r.decimals, fmax(shown, 0), plain ? "" : r.unit);
    return out;
}

/* "latency +2.4 s; top-1 -7.5 %": the certainly broken budgets. */
static const char *failures(const struct pm_answer *a, const struct pm_candidate *c,
                            struct pm_arena *arena)
{
    struct pm_buf text = {0};
    char amount[40];
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_judgement *j = &c->judged[m];
        if (!a->settings->budget[m].set || j->verdict != PM_FAILS)
            continue;
        const double over = j->value.value - a->settings->budget[m].bound;
        const bool at_least = (c->entry == NULL && m == PM_MEMORY) ||
                              ((c->entry == NULL || c->entry->status == PM_CENSORED) &&
                               pm_metric_is_timed((enum pm_metric)m)) ||
                              ((m == PM_POWER || m == PM_LAST) && !pm_known(c->figure[m]));
        if (m == PM_TOP1 || m == PM_TOP5)
            snprintf(amount, sizeof amount, "%.1f points", fabs(over));
        else
            pm_metric_text((enum pm_metric)m, fabs(over), amount, sizeof amount);
        pm_buf_addf(&text, "%s%s %s%s", text.len > 0 ? "; " : "",
                    pm_metric_info((enum pm_metric)m)->title, over < 0 ? "-" : "+", amount);
        if (at_least)
            pm_buf_add(&text, " or more");
    }
    const char *copy = text.failed ? NULL : pm_arena_dup(arena, pm_buf_text(&text));
    pm_buf_done(&text);
    return copy;
}

static const char *duration(double ms, char *out, size_t size)
{
    const double s = ms / 1e3;
    if (s < 99.5)
        snprintf(out, size, s < 9.95 ? "%.1f s" : "%.0f s", s);
    else if (s < 99.5 * 60)
        snprintf(out, size, "%.0f min", s / 60);
    else
        snprintf(out, size, "%.0f h", s / 3600);
    return out;
}

const char *pm_judgement_needs(const struct pm_judgement *j, char out[PM_NEEDS_TEXT])
{
    char time[40], spell[40];
    snprintf(out, PM_NEEDS_TEXT, "about %zu more run%s (%s%s%s)", j->need_more,
             j->need_more == 1 ? "" : "s", duration(j->need_ms, time, sizeof time),
             j->spell_ms > 0 ? "; its speed changes in spells of about " : "",
             j->spell_ms > 0 ? duration(j->spell_ms, spell, sizeof spell) : "");
    return out;
}

static const char *open_question(const struct pm_answer *a, const struct pm_candidate *c,
                                 struct pm_arena *arena)
{
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_judgement *j = &c->judged[m];
        const char *title = pm_metric_info((enum pm_metric)m)->title;
        if (!a->settings->budget[m].set || j->verdict == PM_MEETS)
            continue;
        if (j->verdict == PM_NO_DATA)
            return pm_arena_printf(arena, "%s unknown: %s", title,
                                   j->note != NULL ? j->note : "no data");
        if (j->doubtful) /* the table has little room: the reason first */
            return pm_arena_printf(arena, "%s: %s undecided", j->note, title);
        if (j->need_more > 0)
            return pm_arena_printf(arena, "%s undecided: ~%zu more run%s", title, j->need_more,
                                   j->need_more == 1 ? "" : "s");
        return pm_arena_printf(arena, "%s undecided%s%s", title, j->note != NULL ? ": " : "",
                               j->note != NULL ? j->note : "");
    }
    return c->disturbed != NULL ? c->disturbed : "undecided";
}

static const char *reason_for(struct pm_answer *a, size_t i)
{
    const struct pm_candidate *c = &a->c[i];
    const bool stand_in = c->stand_in && !a->settings->include_stand_ins;
    if ((int)i == a->pick && a->status == PM_RECOMMENDED)
        return "recommended";
    if (c->verdict == PM_FAILS)
        return failures(a, c, &a->arena);
    if (c->unable && c->gap != NULL)
        return c->gap;
    if (stand_in)
        return "stand-in: no weights";
    if ((int)i == a->pick)
        return "provisional pick";
    const bool measured = pm_known(c->figure[PM_LATENCY]);
    if (!measured && a->status == PM_RECOMMENDED && pm_known(c->figure[PM_TOP1]) &&
        c->figure[PM_TOP1].value < a->c[a->pick].figure[PM_TOP1].value)
        return "less accurate: not measured";
    if (!measured && c->gap != NULL)
        return c->gap;
    if (c->verdict != PM_MEETS)
        return open_question(a, c, &a->arena);
    if (c->beaten_by >= 0 && a->settings->rule == PM_POLICY_PARETO)
        return pm_arena_printf(&a->arena, "dominated by %s", a->c[c->beaten_by].name);
    if (a->status == PM_OVERVIEW && !pm_known(c->figure[PM_TOP1]))
        return "no accuracy figure";
    if (a->status == PM_OVERVIEW)
        return measured ? "on the front" : "no latency figure";
    if (!pm_known(c->figure[PM_TOP1]) && a->settings->rule == PM_POLICY_PARETO)
        return "meets all; its top-1 is not known";
    if (a->settings->rule == PM_POLICY_LEAST_ENERGY && !pm_has_figure(c->figure[PM_ENERGY]))
        return "meets all; its energy is not known";
    static const char *const lost[] = {[PM_POLICY_PARETO] = "meets all; less accurate",
                                       [PM_POLICY_LITERAL] = "meets all; faster",
                                       [PM_POLICY_FASTEST] = "meets all; slower",
                                       [PM_POLICY_LEAST_ENERGY] = "meets all; more energy"};
    return a->pick >= 0 ? lost[a->settings->rule] : "meets every budget";
}

int pm_answer_reasons(struct pm_answer *answer, struct pm_err *err)
{
    for (size_t i = 0; i < answer->n; i++) {
        answer->c[i].reason = reason_for(answer, i);
        if (answer->c[i].reason == NULL)
            return pm_fail_nomem(err);
    }
    return 0;
}
