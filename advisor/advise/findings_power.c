/* SPDX-License-Identifier: MIT
 * What watts and joules add to the answer, in sentences. */
#include "advise/findings.h"

#include "advise/power.h"
#include "base/err.h"
#include "record/profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool wants_power(const struct pm_answer *a)
{
    return a->settings->budget[PM_POWER].set || a->settings->budget[PM_ENERGY].set ||
           isfinite(a->settings->battery_wh) || a->settings->rule == PM_POLICY_LEAST_ENERGY;
}

/* "Inception-v3 at 5 frames a second averages 6.13 W: 1.30 W idle (declared, unverified) + ..." */
static void arithmetic(struct pm_answer *a, bool *nomem)
{
    if (a->pick < 0 || !isfinite(a->settings->fps))
        return;
    const struct pm_candidate *c = &a->c[a->pick];
    const struct pm_quantity p = c->figure[PM_POWER];
    char power[40];
    if (!pm_known(p) || c->power_note == NULL)
        return;
    pm_finding_add(a, nomem,
                   pm_arena_printf(&a->arena, "At %.4g fps %s averages %s%s: %s.", a->settings->fps,
                                   c->name, isinf(p.hi) ? "at least " : "",
                                   pm_metric_text(PM_POWER, p.value, power, sizeof power),
                                   c->power_note));
}

static const char *hours(double h, char *out, size_t size)
{
    if (h >= 2)
        snprintf(out, size, "%.1f h", h);
    else
        snprintf(out, size, "%.0f min", h * 60);
    return out;
}

static void battery(struct pm_answer *a, bool *nomem)
{
    const struct pm_quantity r = a->pick >= 0 ? a->c[a->pick].runtime_h : (struct pm_quantity){0};
    char time[40], lo[40], hi[40], between[100] = "";
    if (!pm_known(r))
        return;
    if (r.has_interval && r.lo > 0 && isfinite(r.hi))
        snprintf(between, sizeof between, " (%s to %s)", hours(r.lo, lo, sizeof lo),
                 hours(r.hi, hi, sizeof hi));
    else if (r.has_interval && r.lo > 0)
        snprintf(between, sizeof between, " (%s or more)", hours(r.lo, lo, sizeof lo));
    pm_finding_add(
        a, nomem,
        pm_arena_printf(&a->arena,
                        "With %s a battery of %.4g Wh lasts %s%s%s, if nothing else draws from it.",
                        a->c[a->pick].name, a->settings->battery_wh, r.lo > 0 ? "" : "at most ",
                        hours(r.value, time, sizeof time), between));
}

/* Nothing but power, and the rate itself, stands against it. */
static bool only_the_rate_breaks(const struct pm_answer *a, const struct pm_candidate *c)
{
    bool breaks = false;
    for (int m = 0; m < PM_METRICS; m++) {
        const bool of_rate = m == PM_POWER || m == PM_LAST || m == PM_KEEP_UP;
        if (!a->settings->budget[m].set || c->judged[m].verdict == PM_MEETS)
            continue;
        if (!of_rate || (m != PM_KEEP_UP && c->judged[m].verdict != PM_FAILS))
            return false;
        breaks = true;
    }
    return breaks && pm_candidate_pickable(c, a->settings);
}

/* The highest rate that it could keep up with, before it is asked. */
static double likely_rate(const struct pm_answer *a, const struct pm_candidate *c)
{
    const struct pm_settings *s = a->settings;
    const double rate =
        1e3 / (c->figure[PM_LATENCY].value / (double)c->config.batch + s->overhead_ms);
    return isfinite(s->fps) ? fmin(rate, s->fps) : rate; /* a higher one is another question */
}

/* As it is typed: whole images a second from 10 on, else two digits. */
static double rate_step(double rate)
{
    return rate >= 10 ? 1 : pow(10, floor(log10(rate)) - 1);
}

static bool rate_ships(const struct pm_answer *a, size_t i, double rate, char *text, size_t size,
                       bool *nomem)
{
    struct pm_err err = {0};
    bool ships = false;
    const double step = rate_step(rate);
    snprintf(text, size, "%.*f", step < 1 ? (int)round(-log10(step)) : 0, rate);
    if (rate > 0 && pm_answer_would_ship(a, i, PM_KEEP_UP, text, &ships, NULL, &err) != 0)
        *nomem = true;
    return ships;
}

#define SEARCH_STEPS 60

/* The highest rate at which candidate i ships, asked as it would be typed, near what its figures
 * allow; 0: none was found. */
static double rate_that_ships(const struct pm_answer *a, size_t i, char *text, size_t size,
                              bool *nomem)
{
    const double likely = 1.02 * likely_rate(a, &a->c[i]);
    if (!(likely >= 0.001))
        return 0;
    double step = rate_step(likely);
    double out = floor(likely / step) + 1, in = out; /* in steps: too fast, and known to ship */
    for (int tries = 0;; tries++) {
        in = fmin(floor(in * 0.9), in - 1);
        if (!(in > 0) && step > 0.001) { /* below the first step: finer ones */
            step /= 10;
            out *= 10;
            in = out - 1;
        }
        if (!(in > 0) || tries == SEARCH_STEPS)
            return 0;
        if (rate_ships(a, i, in * step, text, size, nomem))
            break;
        out = in;
    }
    for (int tries = 0; tries < SEARCH_STEPS; tries++) {
        if (out - in <= 1 && rate_step(in * step) < 0.99 * step) { /* as it is typed */
            step /= 10;
            out *= 10;
            in *= 10;
        }
        if (out - in <= 1)
            break;
        const double middle = floor((in + out) / 2);
        if (rate_ships(a, i, middle * step, text, size, nomem))
            in = middle;
        else
            out = middle;
    }
    return rate_ships(a, i, in * step, text, size, nomem) ? in * step : 0;
}

/* What breaks the budget at full rate may well fit at a frame rate: the paper's boards rest. */
static void slower_rate(struct pm_answer *a, bool *nomem)
{
    char text[40], best_text[40] = "", watts[60] = "";
    int best = -1;
    double best_rate = 0;
    if (a->status != PM_INFEASIBLE)
        return;
    for (size_t i = 0; i < a->n; i++) {
        if (!only_the_rate_breaks(a, &a->c[i]) || likely_rate(a, &a->c[i]) < best_rate)
            continue;
        const double rate = rate_that_ships(a, i, text, sizeof text, nomem);
        if (rate > best_rate) {
            best = (int)i;
            best_rate = rate;
            snprintf(best_text, sizeof best_text, "%s", text);
        }
    }
    if (best < 0)
        return;
    struct pm_settings then = *a->settings;
    struct pm_candidate c = a->c[best];
    struct pm_err err = {0};
    then.fps = best_rate;
    if (pm_settings_finish(&then, &err) != 0 ||
        pm_candidate_again(a, (size_t)best, &then, &a->arena, &c, &err) != 0) {
        *nomem = true;
        return;
    }
    if (pm_known(c.figure[PM_POWER]) && c.power_note != NULL)
        snprintf(watts, sizeof watts, ", averaging %s: ",
                 pm_metric_text(PM_POWER, c.figure[PM_POWER].value, text, sizeof text));
    pm_finding_add(
        a, nomem,
        pm_arena_printf(&a->arena,
                        "At a%s frame rate it fits: %s, up to %s a second (--fps %s)%s%s.",
                        isfinite(a->settings->fps) ? " lower" : "", c.name, best_text, best_text,
                        watts, watts[0] != '\0' ? c.power_note : ""));
}

static void ceiling(struct pm_answer *a, bool *nomem)
{
    const struct pm_energy_ceiling *e = &a->fits.ceiling;
    char energy[40], time[40];
    if (!a->settings->budget[PM_ENERGY].set || !isfinite(e->energy_j) || a->settings->net_energy)
        return;
    pm_finding_add(
        a, nomem,
        pm_arena_printf(
            &a->arena,
            "%s an image at %.3g W are %s, which buy %.1f +- %.1f %% top-1 at most "
            "(fitted front).",
            pm_metric_text(PM_ENERGY, e->energy_j, energy, sizeof energy), a->fits.power.mean_w,
            pm_metric_text(PM_LATENCY, e->time_ms, time, sizeof time), e->top1_pct, e->half_pct));
}

static void warn_of_scope(struct pm_answer *a)
{
    enum pm_scope narrowest = PM_SCOPES;
    char text[200];
    bool unstated = false;
    for (size_t i = 0; i < a->n; i++) {
        const enum pm_scope s = a->c[i].power_scope;
        if (pm_known(a->c[i].figure[PM_POWER]) && s != PM_SCOPE_UNKNOWN && s < narrowest)
            narrowest = s;
        unstated =
            unstated || (s == PM_SCOPE_UNKNOWN && a->c[i].entry != NULL &&
                         pm_entry_has_energy(a->c[i].entry) && !isfinite(a->settings->assumed_w));
    }
    if (unstated)
        pm_answer_warn(a, "what the watts cover is not stated by their source: is it the whole "
                          "board?");
    if (narrowest >= PM_SCOPE_BOARD)
        return;
    snprintf(text, sizeof text,
             "the watts cover %s: the board draws more, and a budget for the board is not proven "
             "by them",
             pm_scope_words(narrowest));
    pm_answer_warn(a, text);
}

static void warn_of_estimates(struct pm_answer *a)
{
    for (size_t i = 0; i < a->n; i++) {
        if (a->c[i].figure[PM_POWER].origin != PM_ESTIMATED)
            continue;
        pm_answer_warn(a, "watts and joules marked ~ are estimated from an assumed power, not "
                          "measured");
        return;
    }
}

void pm_findings_power(struct pm_answer *a, bool *nomem)
{
    arithmetic(a, nomem);
    slower_rate(a, nomem);
    ceiling(a, nomem);
    battery(a, nomem);
    if (!wants_power(a))
        return;
    warn_of_scope(a);
    warn_of_estimates(a);
}

void pm_findings_no_power(struct pm_answer *a, bool *nomem)
{
    if (!wants_power(a))
        return;
    a->power_missing = true;
    const struct pm_entry *e = a->pick >= 0 ? a->c[a->pick].entry : NULL;
    if (e != NULL && e->power.cause != NULL)
        pm_finding_add(a, nomem,
                       pm_arena_printf(&a->arena, "%s has no power figure: %s.", a->c[a->pick].name,
                                       e->power.cause));
    pm_finding_add(a, nomem,
                   "Read a sensor: `pickmodel doctor` says what each needs; --power names one "
                   "(cmd:\"COMMAND\", file:PATH:unit, hwmon:CHIP/FEATURE).");
    pm_finding_add(a, nomem,
                   "Or use an external meter: `pickmodel profile --power log`, then `pickmodel "
                   "import --power LOG.csv`.");
    pm_finding_add(a, nomem,
                   "Or assume a power, and have every figure from it marked estimated: "
                   "--power assume:10W.");
}
