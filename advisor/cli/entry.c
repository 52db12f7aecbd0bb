/* SPDX-License-Identifier: MIT */
#include "cli/entry.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "meter/measure.h"
#include "record/profile.h"
#include "stats/latency.h"

#include <math.h>

#define CONFIDENCE     0.95
#define CONTENDED      0.01 /* share of a run spent waiting for a processor */
#define MANY_CONTENDED 0.10 /* share of the runs */

static struct pm_quantity quantity_of(const struct pm_quantile_interval *i)
{
    if (!i->has_lo || !i->has_hi)
        return (struct pm_quantity){0}; /* the runs cannot support it */
    return pm_quantity_between(i->value, i->lo, i->hi, PM_MEASURED);
}

static void take_figures(const struct pm_latency *l, struct pm_entry *e)
{
    e->latency_ms = pm_quantity_of(l->p50.value, PM_MEASURED);
    if (l->p50.has_lo && l->p50.has_hi)
        e->latency_ms = quantity_of(&l->p50);
    e->p90_ms = quantity_of(&l->p90);
    e->p95_ms = quantity_of(&l->p95);
    e->p99_ms = quantity_of(&l->p99);
    e->mean_ms = l->summary.mean;
    e->sd_ms = l->summary.sd;
    e->min_ms = l->summary.min;
    e->max_ms = l->summary.max;
    e->warmup_runs = (long)l->warmup;
    e->sustained_from = (long)l->sustained_from;
    e->autocorrelation = l->autocorrelation;
    e->rise_pct = l->rise_pct;
    e->drift = l->drift;
    e->throttled = l->throttled;
    e->outlier_runs = (long)l->outliers;
}

static long count_contended(const struct pm_measurement *m)
{
    long n = 0;
    for (size_t i = 0; i < m->n; i++)
        n += m->delay_ms[i] > CONTENDED * m->ms[i]; /* false for NAN: not known */
    return n;
}

static bool delays_known(const struct pm_measurement *m)
{
    for (size_t i = 0; i < m->n; i++) {
        if (!isfinite(m->delay_ms[i]))
            return false;
    }
    return true;
}

static void warn(struct pm_entry *e, const char *text)
{
    if (text != NULL)
        e->warning[e->warnings++] = text;
}

static int add_warnings(const struct pm_measurement *m, struct pm_entry *e, struct pm_arena *arena,
                        struct pm_err *err)
{
    e->warning = pm_arena_alloc(arena, 8, sizeof *e->warning);
    if (e->warning == NULL)
        return pm_fail_nomem(err);
    if (e->throttled)
        warn(e, pm_arena_printf(arena,
                                "throttled: the last level is slower than the first; judged on "
                                "the last (from run %ld)",
                                e->sustained_from));
    if (e->drift)
        warn(e, pm_arena_printf(arena, "the latency was still rising at the end (%+.1f %%)",
                                e->rise_pct));
    if ((double)e->contended_runs > MANY_CONTENDED * (double)m->n)
        warn(e, pm_arena_printf(arena,
                                "%ld of %zu runs waited for a processor: other work was "
                                "running",
                                e->contended_runs, m->n));
    if (e->outlier_runs > 0)
        warn(e, pm_arena_printf(arena, "%ld of %zu runs are outliers (kept)%s", e->outlier_runs,
                                m->n, e->contended_runs > 0 ? "; interference is likely" : ""));
    return 0;
}

int pm_entry_from_measurement(const struct pm_measurement *m, struct pm_entry *e,
                              struct pm_arena *arena, struct pm_err *err)
{
    static const enum pm_status status[] = {[PM_MEASURED_COMPLETE] = PM_COMPLETE,
                                            [PM_MEASURED_PARTIAL] = PM_PARTIAL,
                                            [PM_MEASURED_CENSORED] = PM_CENSORED,
                                            [PM_MEASURED_FAILED] = PM_FAILED};
    char date[32];
    pm_clock_date(date, sizeof date);
    e->measured_at = pm_arena_dup(arena, date);
    e->status = status[m->outcome];
    if (m->outcome == PM_MEASURED_FAILED) {
        char cause[sizeof m->cause]; /* an engine's words may hold anything */
        e->cause = pm_arena_dup(arena, pm_text_printable(m->cause, cause, sizeof cause));
        return e->cause != NULL ? 0 : pm_fail_nomem(err);
    }
    e->first_ms = m->first_ms;
    e->load_ms = m->load_ms;
    e->baseline_mib = m->baseline_mib;
    if (m->peak_mib > m->baseline_mib)
        e->memory_mib = pm_quantity_of(m->peak_mib - m->baseline_mib, PM_MEASURED);
    e->censored_ms = m->censored_ms;
    if (m->outcome == PM_MEASURED_CENSORED || m->n == 0)
        return 0;
    e->ms = m->ms;
    e->n = m->n;
    e->start_n = m->start_n;
    e->starts = m->starts;
    const struct pm_runs runs = {m->ms, m->n, m->start_n, m->starts, m->delay_ms};
    struct pm_latency l;
    if (pm_latency_analyse(&runs, CONFIDENCE, &l, err) != 0)
        return -1;
    take_figures(&l, e);
    e->contended_runs = count_contended(m);
    e->delay_ms = delays_known(m) ? m->delay_ms : NULL;
    return add_warnings(m, e, arena, err);
}
