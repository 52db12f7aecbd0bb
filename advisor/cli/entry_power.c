/* SPDX-License-Identifier: MIT
 * The energy side of an entry: windows measured, what metered them, and the figures they give. */
#include "cli/entry.h"

#include "advise/power.h"
#include "base/arena.h"
#include "base/err.h"
#include "cli/entry_power.h"
#include "meter/measure.h"
#include "record/profile.h"
#include "sensor/meter.h"

#include <math.h>

#define CONFIDENCE 0.95

static bool reserve(struct pm_windows *w, size_t n, struct pm_arena *arena)
{
    w->from_s = pm_arena_alloc(arena, n + 1, sizeof *w->from_s);
    w->seconds = pm_arena_alloc(arena, n + 1, sizeof *w->seconds);
    w->runs = pm_arena_alloc(arena, n + 1, sizeof *w->runs);
    w->joules = pm_arena_alloc(arena, n + 1, sizeof *w->joules);
    return w->from_s != NULL && w->seconds != NULL && w->runs != NULL && w->joules != NULL;
}

static void add(struct pm_windows *w, const struct pm_measured_window *m)
{
    w->from_s[w->n] = round(m->from_s * 1e6) / 1e6;
    w->seconds[w->n] = round(m->seconds * 1e9) / 1e9;
    w->runs[w->n] = (double)m->runs;
    w->joules[w->n] = m->joules;
    w->n++;
}

/* from: busy windows before it are left out. A sustained run is judged on its second half, when the
 * board has warmed up. */
static void split(const struct pm_measurement *m, size_t from, struct pm_power_record *r)
{
    bool seen_busy = false, logged = false;
    size_t busy = 0;
    for (size_t i = 0; i < m->windows; i++) {
        const struct pm_measured_window *w = &m->window[i];
        logged = logged || isnan(w->joules);
        if (w->runs > 0 && busy++ >= from)
            add(&r->busy, w);
        else if (w->runs == 0)
            add(&r->idle, w);
        seen_busy = seen_busy || w->runs > 0;
        if (!seen_busy)
            r->idle.before++;
    }
    if (logged) /* an external meter's log is still to come */
        r->busy.joules = r->idle.joules = NULL;
}

static const char *const kinds[] = {[PM_COUNTER] = "counter",
                                    [PM_GAUGE] = "gauge",
                                    [PM_STREAM] = "stream",
                                    [PM_ASSUMED] = "assumed"};

int pm_entry_take_windows(const struct pm_measurement *m, const struct pm_power_info *power,
                          bool sustained, struct pm_entry *e, struct pm_arena *arena,
                          struct pm_err *err)
{
    struct pm_power_record *r = &e->power;
    size_t busy = 0;
    for (size_t i = 0; i < m->windows; i++)
        busy += m->window[i].runs > 0;
    if (m->power_cause[0] != '\0' && (r->cause = pm_arena_dup(arena, m->power_cause)) == NULL)
        return pm_fail_nomem(err);
    if (busy == 0)
        return 0;
    if (!reserve(&r->busy, m->windows, arena) || !reserve(&r->idle, m->windows, arena))
        return pm_fail_nomem(err);
    split(m, sustained ? busy / 2 : 0, r);
    if (power == NULL)
        return 0;
    r->source = pm_arena_dup(arena, power->name);
    r->scope = pm_scope_name(power->scope);
    r->kind = kinds[power->kind];
    r->period_ms = power->period_ms;
    r->gain_rel = power->gain_rel;
    if (r->source == NULL)
        return pm_fail_nomem(err);
    return pm_entry_take_power(e, arena, err);
}

int pm_entry_take_power(struct pm_entry *e, struct pm_arena *arena, struct pm_err *err)
{
    struct pm_energy_data data;
    struct pm_energy energy;
    if (!pm_entry_has_energy(e))
        return 0;
    if (pm_entry_energy(e, (double)NAN, arena, &data, err) != 0)
        return -1;
    if (pm_energy_analyse(&data, CONFIDENCE, &energy, err) != 0)
        return -1;
    e->power_w = energy.busy_w;
    e->power_basis = "total";
    e->idle_w = energy.idle_w;
    e->energy_j = energy.total_j;
    const double each = 1 / (double)e->config.batch;
    e->energy_j.value *= each;
    e->energy_j.lo *= each;
    e->energy_j.hi *= each;
    e->idle_change_pct = 100 * energy.idle_change_rel;
    return 0;
}
