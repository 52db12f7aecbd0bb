/* SPDX-License-Identifier: MIT */
#include "cli/entry.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "cli/entry_power.h"
#include "meter/measure.h"
#include "record/profile.h"
#include "stats/latency.h"

#include <math.h>

#define CONFIDENCE     0.95
#define CONTENDED      0.01 /* share of a run spent waiting for a processor */
#define MANY_CONTENDED 0.10 /* share of the runs */
#define BOOST_RUNS     ((size_t)5)
#define IDLE_DRIFT_PCT 5.0

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

static bool all_known(const double *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(list[i]))
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
    const char *met[PM_VALIDITY_WARNINGS];
    e->warning = pm_arena_alloc(arena, 8 + PM_VALIDITY_WARNINGS, sizeof *e->warning);
    if (e->warning == NULL)
        return pm_fail_nomem(err);
    struct pm_validity validity = m->validity;
    if (e->conditions.load != NULL) /* the robot's own load was to run beside it */
        validity.others_share = (double)NAN;
    const size_t n = pm_validity_warnings(&validity, arena, met);
    for (size_t i = 0; i < n; i++)
        warn(e, met[i]);
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
    if (isfinite(e->idle_change_pct) && fabs(e->idle_change_pct) > IDLE_DRIFT_PCT)
        warn(e, pm_arena_printf(arena,
                                "the idle power changed by %+.0f %% over the measurement: the "
                                "board was warming up, or other work came and went",
                                e->idle_change_pct));
    if (e->outlier_runs > 0)
        warn(e, pm_arena_printf(arena, "%ld of %zu runs are outliers (kept)%s", e->outlier_runs,
                                m->n, e->contended_runs > 0 ? "; interference is likely" : ""));
    return 0;
}

/* Before the board was warm: the median of the first tenth of the runs. */
static int take_boost(const struct pm_measurement *m, struct pm_entry *e, struct pm_err *err)
{
    const size_t n = m->n / 10;
    struct pm_summary first;
    if (!m->sustained)
        e->sustained_s = (double)NAN; /* cut short */
    if (!m->sustained || n < BOOST_RUNS)
        return 0;
    if (pm_summarise(m->ms, n, &first, err) != 0)
        return -1;
    e->boost_ms = pm_quantity_of(first.p50, PM_MEASURED);
    return 0;
}

int pm_entry_from_measurement(const struct pm_measurement *m, const struct pm_power_info *power,
                              struct pm_entry *e, struct pm_arena *arena, struct pm_err *err)
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
        e->cause = pm_arena_dup(arena, m->cause); /* pm_profile_put makes it plain */
        return e->cause != NULL ? 0 : pm_fail_nomem(err);
    }
    if (m->engine_version[0] != '\0' &&
        (e->engine_version = pm_arena_dup(arena, m->engine_version)) == NULL)
        return pm_fail_nomem(err);
    e->first_ms = m->first_ms;
    e->load_ms = m->load_ms;
    e->baseline_mib = m->baseline_mib;
    if (m->peak_mib > m->baseline_mib)
        e->memory_mib = pm_quantity_of(m->peak_mib - m->baseline_mib, PM_MEASURED);
    e->censored_ms = m->censored_ms;
    e->other_cpu_pct = 100 * m->validity.others_share;
    if (m->outcome == PM_MEASURED_CENSORED || m->n == 0)
        return 0;
    e->ms = m->ms;
    e->n = m->n;
    e->start_n = m->start_n;
    e->starts = m->starts;
    const struct pm_runs runs = {m->ms, m->n, m->start_n, m->starts, m->delay_ms, NULL};
    struct pm_latency l;
    if (pm_latency_analyse(&runs, CONFIDENCE, &l, err) != 0)
        return -1;
    take_figures(&l, e);
    if (take_boost(m, e, err) != 0 ||
        pm_entry_take_windows(m, power, m->sustained, e, arena, err) != 0)
        return -1;
    e->contended_runs = count_contended(m);
    e->delay_ms = all_known(m->delay_ms, m->n) ? m->delay_ms : NULL;
    e->at_ms = all_known(m->at_ms, m->n) ? m->at_ms : NULL;
    return add_warnings(m, e, arena, err);
}
