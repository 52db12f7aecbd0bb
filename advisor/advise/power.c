/* SPDX-License-Identifier: MIT
 * Watts and joules of a candidate on one footing: total power while busy, at rest, and above rest;
 * joules of an image. Measured windows, somebody's total and somebody's figure above idle all come
 * here, and a bound is never judged across bases without the idle figure. */
#include "advise/power.h"

#include "advise/answer.h"
#include "base/err.h"
#include "record/profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct footing { /* of one run of a batch; unknown members are unknown */
    struct pm_quantity busy_w, idle_w, above_w, net_j, total_j;
    struct pm_quantity rate_w; /* on average at the wanted frame rate */
    const char *note;
};

static struct pm_quantity combine(double value, double lo, double hi, struct pm_quantity a,
                                  struct pm_quantity b)
{
    struct pm_quantity q = pm_quantity_between(value, lo, hi, pm_weaker_origin(a.origin, b.origin));
    q.has_interval = a.has_interval || b.has_interval || lo < value || hi > value;
    return q;
}

static struct pm_quantity sum(struct pm_quantity a, struct pm_quantity b)
{
    if (!pm_known(a) || !pm_known(b))
        return (struct pm_quantity){0};
    return combine(a.value + b.value, a.lo + b.lo, a.hi + b.hi, a, b);
}

/* Of quantities that are never negative. */
static struct pm_quantity product(struct pm_quantity a, struct pm_quantity b)
{
    if (!pm_known(a) || !pm_known(b))
        return (struct pm_quantity){0};
    return combine(a.value * b.value, a.lo * b.lo, a.hi * b.hi, a, b);
}

static struct pm_quantity scaled(struct pm_quantity q, double factor)
{
    q.value *= factor;
    q.lo *= factor;
    q.hi *= factor;
    return q;
}

/* ---- from measured windows ---- */

static struct pm_energy_window *windows(const struct pm_windows *w, struct pm_arena *arena)
{
    struct pm_energy_window *out = pm_arena_alloc(arena, w->n + 1, sizeof *out);
    for (size_t i = 0; out != NULL && i < w->n; i++)
        out[i] = (struct pm_energy_window){
            .joules = w->joules[i], .seconds = w->seconds[i], .runs = (long)w->runs[i]};
    return out;
}

bool pm_entry_has_energy(const struct pm_entry *e)
{
    return e != NULL && e->power.busy.n > 0 && e->power.busy.joules != NULL;
}

int pm_entry_energy(const struct pm_entry *e, double gain_rel, struct pm_arena *arena,
                    struct pm_energy_data *out, struct pm_err *err)
{
    const struct pm_power_record *r = &e->power;
    const bool idle = r->idle.n > 0 && r->idle.joules != NULL;
    const double gain = isfinite(gain_rel) ? gain_rel : r->gain_rel;
    *out = (struct pm_energy_data){.busy = windows(&r->busy, arena),
                                   .n_busy = r->busy.n,
                                   .idle = idle ? windows(&r->idle, arena) : NULL,
                                   .n_idle = idle ? r->idle.n : 0,
                                   .n_idle_before = idle ? (size_t)r->idle.before : 0,
                                   .gain_rel = isfinite(gain) ? gain : 0,
                                   .period_ms = r->period_ms};
    return out->busy == NULL || (idle && out->idle == NULL) ? pm_fail_nomem(err) : 0;
}

static int from_windows(const struct pm_entry *e, const struct pm_settings *s, double run_rate,
                        struct pm_arena *arena, struct footing *f, struct pm_err *err)
{
    struct pm_energy_data data;
    struct pm_energy energy;
    if (pm_entry_energy(e, s->power_gain_rel, arena, &data, err) != 0 ||
        pm_energy_analyse(&data, s->confidence, &energy, err) != 0)
        return -1;
    *f = (struct footing){.busy_w = energy.busy_w,
                          .idle_w = energy.idle_w,
                          .above_w = energy.above_idle_w,
                          .net_j = energy.net_j,
                          .total_j = energy.total_j};
    if (!isfinite(run_rate))
        return 0;
    if (pm_energy_at_rate(&data, run_rate, s->confidence, &f->rate_w, err) != 0)
        return -1;
    if (pm_known(f->rate_w) && pm_known(f->net_j))
        f->note = pm_arena_printf(arena, "%.3g W idle + %.3g J net x %.4g/s (measured)",
                                  f->idle_w.value, f->net_j.value, run_rate);
    return 0;
}

/* ---- from figures ---- */

static const char *idle_words(struct pm_quantity idle, struct pm_arena *arena)
{
    const char *trust = idle.origin == PM_DECLARED ? ", unverified" : "";
    const char *text = pm_arena_printf(arena, "%.2f W idle (%s%s)", idle.value,
                                       pm_origin_name(idle.origin), trust);
    return text != NULL ? text : "idle";
}

static void take_above_idle(const struct pm_entry *e, struct pm_arena *arena, struct footing *f)
{
    f->above_w = e->power_w;
    f->idle_w = e->idle_w;
    f->busy_w = sum(e->power_w, e->idle_w);
    if (pm_known(f->busy_w)) {
        f->note = pm_arena_printf(arena, "%s + %.4g W above idle", idle_words(f->idle_w, arena),
                                  f->above_w.value);
        return;
    }
    f->busy_w = e->power_w;
    f->busy_w.has_interval = true;
    f->busy_w.hi = (double)INFINITY; /* at least this */
    f->note = "above idle; the idle power is not known";
}

static void take_total(const struct pm_entry *e, struct footing *f)
{
    f->busy_w = e->power_w;
    f->idle_w = e->idle_w;
    if (pm_known(f->idle_w)) {
        const struct pm_quantity b = f->busy_w, i = f->idle_w;
        f->above_w =
            combine(fmax(b.value - i.value, 0), fmax(b.lo - i.hi, 0), fmax(b.hi - i.lo, 0), b, i);
    }
    if (e->power_basis == NULL)
        f->note = "basis not stated, taken as total";
}

/* At a rate, from time and power of one run. What is not known of the idle power spans an interval:
 * asleep at no cost, or as hungry as when busy. */
static void figure_at_rate(struct footing *f, struct pm_quantity run_s, double run_rate,
                           struct pm_arena *arena)
{
    struct pm_quantity duty = scaled(run_s, run_rate);
    if (duty.lo >= 1) {
        f->rate_w = f->busy_w; /* it never rests */
        return;
    }
    duty.value = fmin(duty.value, 1); /* nor is it ever more than busy */
    duty.hi = fmin(duty.hi, 1);
    if (pm_known(f->idle_w) && pm_known(f->above_w)) {
        f->rate_w = sum(f->idle_w, product(f->above_w, duty));
        f->note = pm_arena_printf(arena, "%s + %.4g W above idle x %.3g ms x %.4g/s",
                                  idle_words(f->idle_w, arena), f->above_w.value, run_s.value * 1e3,
                                  run_rate);
        return;
    }
    const bool above = pm_known(f->above_w);
    const struct pm_quantity least = product(above ? f->above_w : f->busy_w, duty);
    f->rate_w = pm_quantity_between(above ? least.value : f->busy_w.value, least.lo, f->busy_w.hi,
                                    pm_weaker_origin(least.origin, f->busy_w.origin));
    f->note = above ? "above idle; the idle power is not known"
                    : "the idle power is not known: from asleep at no cost to never asleep";
}

static void from_figures(const struct pm_entry *e, struct pm_quantity run_ms, double run_rate,
                         struct pm_arena *arena, struct footing *f)
{
    const bool above = e->power_basis != NULL && strcmp(e->power_basis, "above_idle") == 0;
    const struct pm_quantity run_s = scaled(run_ms, 1e-3);
    *f = (struct footing){.idle_w = e->idle_w};
    if (pm_known(e->power_w) && above)
        take_above_idle(e, arena, f);
    else if (pm_known(e->power_w))
        take_total(e, f);
    f->net_j = product(f->above_w, run_s);
    f->total_j = product(f->busy_w, run_s);
    if (pm_known(e->energy_j)) /* somebody's own figure, on the basis of the power */
        *(above ? &f->net_j : &f->total_j) = scaled(e->energy_j, (double)e->config.batch);
    if (pm_known(e->energy_j) && above) {
        f->total_j = sum(f->net_j, product(f->idle_w, run_s));
        if (!pm_known(f->total_j)) {
            f->total_j = f->net_j;
            f->total_j.has_interval = true;
            f->total_j.hi = (double)INFINITY; /* at least this */
        }
    }
    if (pm_known(e->energy_j) && !above && pm_known(f->idle_w) && pm_known(run_s)) {
        const struct pm_quantity t = f->total_j, rest = product(f->idle_w, run_s);
        f->net_j = combine(fmax(t.value - rest.value, 0), fmax(t.lo - rest.hi, 0),
                           fmax(t.hi - rest.lo, 0), t, rest);
    } else if (pm_known(e->energy_j) && !above) {
        f->net_j = (struct pm_quantity){0};
    }
    if (!pm_known(f->net_j) && pm_known(f->total_j) && !above) /* at most all of it */
        f->net_j = pm_quantity_between(f->total_j.value, -(double)INFINITY, f->total_j.hi,
                                       f->total_j.origin);
    if (isfinite(run_rate) && pm_known(f->busy_w) && pm_known(run_s))
        figure_at_rate(f, run_s, run_rate, arena);
}

/* ---- together ---- */

static int find_footing(const struct pm_candidate *c, const struct pm_settings *s,
                        struct pm_arena *arena, struct footing *f, struct pm_err *err)
{
    const double run_rate = s->fps / (double)c->config.batch;
    if (isfinite(s->assumed_w)) { /* named, so it counts, in place of whatever is known */
        struct pm_entry e = c->entry != NULL ? *c->entry : *c->paced;
        e.power_w = pm_quantity_of(s->assumed_w, PM_ESTIMATED);
        e.idle_w = e.energy_j = (struct pm_quantity){0};
        e.power_basis = "total";
        from_figures(&e, c->figure[PM_LATENCY], run_rate, arena, f);
        return 0;
    }
    if (c->entry == NULL) {
        *f = (struct footing){0}; /* what is known is known at the rate alone */
    } else if (!pm_entry_has_energy(c->entry)) {
        from_figures(c->entry, c->figure[PM_LATENCY], run_rate, arena, f);
    } else if (from_windows(c->entry, s, run_rate, arena, f, err) != 0) {
        return -1;
    }
    if (c->paced != NULL && c->paced->status != PM_FAILED && !pm_entry_has_energy(c->paced) &&
        pm_known(c->paced->power_w)) {
        struct footing stated; /* for that very rate, on average */
        from_figures(c->paced, (struct pm_quantity){0}, (double)NAN, arena, &stated);
        f->rate_w = stated.busy_w;
        f->note = pm_arena_printf(arena, "stated for %.4g fps", s->fps);
    }
    if (!pm_entry_has_energy(c->paced))
        return 0;
    /* what was measured at that very rate needs no model */
    struct footing paced;
    if (from_windows(c->paced, s, (double)NAN, arena, &paced, err) != 0)
        return -1;
    f->rate_w = paced.busy_w;
    f->note = pm_arena_printf(arena, "measured at %.4g fps", s->fps);
    return 0;
}

static enum pm_scope scope_of(const struct pm_entry *e)
{
    enum pm_scope scope = PM_SCOPE_UNKNOWN;
    if (e->power.scope != NULL && !pm_scope_parse(e->power.scope, &scope))
        scope = PM_SCOPE_UNKNOWN;
    return scope;
}

int pm_candidate_power(struct pm_candidate *c, const struct pm_settings *s, struct pm_arena *arena,
                       struct pm_err *err)
{
    struct footing f = {0};
    if (c->entry == NULL && c->paced == NULL)
        return 0;
    if (c->entry == NULL || c->entry->status != PM_FAILED) {
        if (find_footing(c, s, arena, &f, err) != 0)
            return -1;
    }
    const double each = 1 / (double)c->config.batch;
    c->figure[PM_POWER] = c->figure[PM_LAST] = isfinite(s->fps) ? f.rate_w : f.busy_w;
    c->figure[PM_ENERGY] = scaled(s->net_energy ? f.net_j : f.total_j, each);
    c->busy_w = f.busy_w;
    c->idle_w = f.idle_w;
    c->net_j = scaled(f.net_j, each);
    c->power_note = f.note;
    c->power_scope = isfinite(s->assumed_w) ? PM_SCOPE_UNKNOWN
                                            : scope_of(c->entry != NULL ? c->entry : c->paced);
    const struct pm_quantity p = c->figure[PM_POWER];
    if (isfinite(s->battery_wh) && pm_known(p)) {
        c->runtime_h = pm_quantity_between(s->battery_wh / p.value, s->battery_wh / p.hi,
                                           s->battery_wh / p.lo, p.origin);
        c->runtime_h.has_interval = p.has_interval;
    }
    return 0;
}
