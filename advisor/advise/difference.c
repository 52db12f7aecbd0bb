/* SPDX-License-Identifier: MIT
 * Same or not: candidates, figures, devices. */
#include "advise/compare.h"

#include "record/profile.h"

#include <math.h>
#include <string.h>

const enum pm_metric pm_compared_figure[PM_COMPARED_FIGURES] = {PM_LATENCY, PM_MEMORY, PM_POWER,
                                                                PM_ENERGY, PM_TOP1};

/* Memory is a peak that the kernel counts in pages, once: it has no interval, and two starts of one
 * process do not agree to the page. Less than this share is no change. */
#define MEMORY_REL 0.02

/* A governor that was set since is what people compare profiles for, although it makes another
 * candidate within one profile. Where a profile holds several modes, only the same one will do. */
int pm_candidate_match(const struct pm_candidate *wanted, const struct pm_candidate_set *set)
{
    int other = -1, i;
    size_t others = 0, probe = 0;
    while ((i = pm_candidate_set_next(set, wanted, &probe)) >= 0) {
        if (pm_configuration_same(&wanted->config, &set->c[i].config, PM_OF_MODE))
            return i;
        other = i;
        others++;
    }
    return others == 1 ? other : -1;
}

struct pm_difference pm_difference_of(struct pm_quantity a, struct pm_quantity b)
{
    struct pm_difference d = {.shift = PM_SHIFT_OPEN,
                              .a = a,
                              .b = b,
                              .ratio = (double)NAN,
                              .lo = (double)NAN,
                              .hi = (double)NAN};
    if (!pm_known(a) || !pm_known(b))
        return d;
    d.as_it_stands = !a.has_interval || !b.has_interval;
    d.shift = b.lo > a.hi ? PM_SHIFT_UP : b.hi < a.lo ? PM_SHIFT_DOWN : PM_SHIFT_NONE;
    if (a.lo > 0 && a.value > 0 && b.lo >= 0) {
        d.ratio = b.value / a.value;
        d.lo = b.lo / a.hi; /* 0 where A's has no upper end */
        d.hi = b.hi / a.lo;
    }
    return d;
}

/* An inference that was ended is a latency all the same: more than that. */
static struct pm_quantity latency_of(const struct pm_candidate *c)
{
    const struct pm_entry *e = c->entry;
    if (e != NULL && e->status == PM_CENSORED)
        return pm_quantity_between(e->censored_ms, e->censored_ms, (double)INFINITY, PM_MEASURED);
    if (e != NULL && e->status == PM_FAILED)
        return (struct pm_quantity){0};
    return c->figure[PM_LATENCY];
}

/* Two runs suffice to reject a network that is far too slow; they do not make an interval. */
static bool too_few(struct pm_quantity q)
{
    return q.origin == PM_MEASURED && !q.has_interval;
}

static bool has_failed(const struct pm_candidate *c)
{
    return c->entry != NULL && c->entry->status == PM_FAILED;
}

struct pm_difference pm_candidate_difference(const struct pm_candidate *a,
                                             const struct pm_candidate *b, enum pm_metric m)
{
    const bool timed = m == PM_LATENCY;
    struct pm_difference d = pm_difference_of(timed ? latency_of(a) : a->figure[m],
                                              timed ? latency_of(b) : b->figure[m]);
    if (timed && pm_known(d.a) && has_failed(b))
        d.shift = PM_SHIFT_LOST;
    else if (timed && pm_known(d.b) && has_failed(a))
        d.shift = PM_SHIFT_GAINED;
    if (timed && pm_known(d.a) && pm_known(d.b) && (too_few(d.a) || too_few(d.b))) {
        d.too_few = true;
        d.as_it_stands = false;
        d.shift = PM_SHIFT_OPEN;
        d.lo = d.hi = (double)NAN;
    }
    if ((timed || m == PM_POWER || m == PM_ENERGY) && pm_known(d.a) && pm_known(d.b) &&
        (pm_candidate_is_doubtful(a) || pm_candidate_is_doubtful(b))) {
        d.disturbed = true;
        d.as_it_stands = d.too_few = false;
        d.shift = PM_SHIFT_OPEN;
        d.lo = d.hi = (double)NAN;
    }
    if (m == PM_MEMORY && d.as_it_stands && fabs(d.ratio - 1) < MEMORY_REL)
        d.shift = PM_SHIFT_NONE;
    if ((m == PM_POWER || m == PM_ENERGY) && a->power_scope != b->power_scope)
        d.shift = PM_SHIFT_OPEN; /* watts of other parts of the board */
    return d;
}

/* ---- devices ---- */

void pm_condition_add(struct pm_condition *list, size_t *n, const char *what, const char *a,
                      const char *b)
{
    if (a == NULL || b == NULL || strcmp(a, b) == 0 || *n == PM_CONDITIONS_MAX)
        return;
    for (size_t i = 0; i < *n; i++) {
        if (strcmp(list[i].what, what) == 0)
            return; /* once is enough */
    }
    list[(*n)++] = (struct pm_condition){what, a, b};
}

void pm_device_differences(const struct pm_device *a, const struct pm_device *b,
                           struct pm_condition *list, size_t *n)
{
    pm_condition_add(list, n, "board", a->name, b->name);
    pm_condition_add(list, n, "model", a->model, b->model);
    pm_condition_add(list, n, "CPU", a->cpu, b->cpu);
    pm_condition_add(list, n, "system", a->os, b->os);
    pm_condition_add(list, n, "kernel", a->kernel, b->kernel);
    pm_condition_add(list, n, "governor", a->governor, b->governor);
    pm_condition_add(list, n, "power mode", a->power_mode, b->power_mode);
}
