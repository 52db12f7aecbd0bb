/* SPDX-License-Identifier: MIT
 * Profiles in memory; the file side is in profile_file.c and samples.c. */
#include "record/profile.h"

#include "base/err.h"
#include "base/text.h"
#include "record/catalogue.h"
#include "record/settings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct pm_entry pm_entry_empty(void)
{
    const double none = (double)NAN;
    return (struct pm_entry){.config = {.precision = "fp32", .batch = 1},
                             .fps = none,
                             .mean_ms = none,
                             .sd_ms = none,
                             .min_ms = none,
                             .max_ms = none,
                             .first_ms = none,
                             .load_ms = none,
                             .censored_ms = none,
                             .baseline_mib = none,
                             .autocorrelation = none,
                             .rise_pct = none,
                             .other_cpu_pct = none,
                             .idle_change_pct = none,
                             .sustained_s = none,
                             .power = {.period_ms = none, .gain_rel = none}};
}

const char *pm_entry_label(const struct pm_entry *e, struct pm_arena *arena)
{
    const char *how =
        pm_configuration_text(&e->config, PM_OF_ALL & ~(unsigned)PM_OF_NETWORK, arena);
    return how != NULL ? pm_arena_printf(arena, "%s (%s)", e->config.network, how) : NULL;
}

static bool measured(struct pm_quantity q)
{
    return !pm_known(q) || q.origin == PM_MEASURED || q.has_interval;
}

bool pm_entry_contradicts(const struct pm_entry *e, char *out, size_t size)
{
    const struct {
        const char *key;
        struct pm_quantity ms;
    } time[] = {{"latency_ms", e->latency_ms},
                {"p90_ms", e->p90_ms},
                {"p95_ms", e->p95_ms},
                {"p99_ms", e->p99_ms}};
    for (size_t i = 0; i < sizeof time / sizeof *time; i++) {
        for (size_t j = i + 1; j < sizeof time / sizeof *time; j++) {
            if (measured(time[i].ms) || measured(time[j].ms) ||
                time[j].ms.value >= time[i].ms.value)
                continue;
            snprintf(out, size, "%s, %g, cannot be below %s, %g", time[j].key, time[j].ms.value,
                     time[i].key, time[i].ms.value);
            return true;
        }
    }
    const bool above = e->power_basis != NULL && strcmp(e->power_basis, "above_idle") == 0;
    if (above || isfinite(e->fps) || measured(e->power_w) || measured(e->idle_w) ||
        e->idle_w.value <= e->power_w.value)
        return false;
    snprintf(out, size,
             "idle_w, %g, cannot be above power_w, %g in total; if that is above idle, say so: "
             "power_basis above_idle",
             e->idle_w.value, e->power_w.value);
    return true;
}

#define DIGESTS_FROM 4

const char *pm_entry_stale(const struct pm_entry *e, const struct pm_conditions *now,
                           struct pm_arena *arena)
{
    const struct {
        const char *what, *was, *is;
    } pair[] = {
        {"CPU", e->conditions.cpu, now->cpu},
        {"governor", e->conditions.governor, now->governor},
        {"power mode", e->conditions.power_mode, now->power_mode},
        {"kernel", e->conditions.kernel, now->kernel},
        {"the engine was rebuilt", e->conditions.engine_build, now->engine_build},
        {"the cfg changed", e->conditions.cfg_digest, now->cfg_digest},
    };
    if (e->status == PM_FAILED)
        return "it failed last time";
    if (!pm_text_same(e->conditions.load, now->load))
        return e->conditions.load != NULL ? "it was measured beside other work"
                                          : "it was measured without other work beside it";
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        if (pm_text_same(pair[i].was, pair[i].is))
            continue;
        if (i >= DIGESTS_FROM) /* digests say nothing to people */
            return pair[i].what;
        const char *why = pm_arena_printf(arena, "%s was %s, now %s", pair[i].what,
                                          pair[i].was != NULL ? pair[i].was : "unknown",
                                          pair[i].is != NULL ? pair[i].is : "unknown");
        return why != NULL ? why : "its conditions changed";
    }
    return NULL;
}

/* What sensors, engines and the kernel say may hold anything, and a profile with a text that is not
 * plain is refused when it is read. This is the step that every text takes into a profile, wherever
 * it came from, so it is made plain here: what is in memory then equals what the file gives back,
 * keys included. */
static char *dup_plain(struct pm_arena *arena, const char *text)
{
    char *copy = pm_arena_dup(arena, text);
    return copy != NULL ? pm_text_printable(copy, copy, strlen(copy) + 1) : NULL;
}

/* One pass over every text of an entry; stops copying at the first failure. */
static bool copy_texts(struct pm_arena *arena, struct pm_entry *e)
{
    const char **text[] = {&e->config.network,
                           &e->config.engine,
                           &e->config.precision,
                           &e->config.power_mode,
                           &e->cause,
                           &e->power_basis,
                           &e->measured_at,
                           &e->samples_digest,
                           &e->engine_version,
                           &e->conditions.cpu,
                           &e->conditions.governor,
                           &e->conditions.power_mode,
                           &e->conditions.kernel,
                           &e->conditions.engine_build,
                           &e->conditions.cfg_digest,
                           &e->conditions.load,
                           &e->power.source,
                           &e->power.scope,
                           &e->power.kind,
                           &e->power.cause};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        if (*text[i] != NULL && (*text[i] = dup_plain(arena, *text[i])) == NULL)
            return false;
    }
    const char **warning = pm_arena_alloc(arena, e->warnings + 1, sizeof *warning);
    for (size_t i = 0; warning != NULL && i < e->warnings; i++) {
        if ((warning[i] = dup_plain(arena, e->warning[i])) == NULL)
            return false;
    }
    e->warning = warning;
    return warning != NULL;
}

static bool copy_list(struct pm_arena *arena, double **list, size_t n)
{
    double *copy = *list != NULL ? pm_arena_alloc(arena, n + 1, sizeof *copy) : NULL;
    if (*list == NULL)
        return true;
    if (copy != NULL && n > 0)
        memcpy(copy, *list, n * sizeof *copy);
    *list = copy;
    return copy != NULL;
}

static bool copy_samples(struct pm_arena *arena, struct pm_entry *e)
{
    size_t *start_n = pm_arena_alloc(arena, e->starts + 1, sizeof *start_n);
    if (start_n == NULL || !copy_list(arena, &e->ms, e->n) ||
        !copy_list(arena, &e->delay_ms, e->n) || !copy_list(arena, &e->at_ms, e->n))
        return false;
    if (e->starts > 0)
        memcpy(start_n, e->start_n, e->starts * sizeof *start_n);
    e->start_n = start_n;
    return true;
}

static bool copy_windows(struct pm_arena *arena, struct pm_windows *w)
{
    return copy_list(arena, &w->from_s, w->n) && copy_list(arena, &w->seconds, w->n) &&
           copy_list(arena, &w->runs, w->n) && copy_list(arena, &w->joules, w->n);
}

static bool grow(struct pm_profile *p)
{
    if (p->n < p->cap)
        return true;
    const size_t cap = p->cap == 0 ? 32 : p->cap * 2;
    struct pm_entry *entry = pm_arena_alloc(&p->arena, cap, sizeof *entry);
    if (entry == NULL)
        return false;
    if (p->n > 0)
        memcpy(entry, p->entry, p->n * sizeof *entry);
    p->entry = entry;
    p->cap = cap;
    return true;
}

int pm_profile_put(struct pm_profile *profile, const struct pm_entry *entry, struct pm_err *err)
{
    struct pm_entry copy = *entry;
    if (!copy_texts(&profile->arena, &copy) || !copy_samples(&profile->arena, &copy) ||
        !copy_windows(&profile->arena, &copy.power.busy) ||
        !copy_windows(&profile->arena, &copy.power.idle))
        return pm_fail_nomem(err);
    struct pm_entry *old = pm_profile_find(profile, &copy);
    if (old != NULL) {
        *old = copy;
        return 0;
    }
    if (!grow(profile))
        return pm_fail_nomem(err);
    profile->entry[profile->n++] = copy;
    pm_profile_index(profile);
    return 0;
}

void pm_profile_complete(struct pm_profile *profile, const struct pm_catalogue *catalogue)
{
    for (size_t i = 0; strcmp(profile->origin, "measured") == 0 && i < profile->n; i++) {
        struct pm_entry *e = &profile->entry[i];
        const struct pm_catalogue_entry *k = pm_catalogue_by_id(catalogue, e->config.network);
        if (k == NULL)
            continue;
        pm_catalogue_lend_accuracy(k, &e->config, &e->top1_pct, &e->top5_pct);
        e->gops = pm_known(e->gops) ? e->gops : k->gops;
        e->params_m = pm_known(e->params_m) ? e->params_m : k->params_m;
    }
}

int pm_profile_add_note(struct pm_profile *profile, const char *note, struct pm_err *err)
{
    const char **notes =
        pm_arena_room(&profile->arena, profile->note, profile->notes, sizeof *notes);
    char *copy = dup_plain(&profile->arena, note);
    if (notes == NULL || copy == NULL)
        return pm_fail_nomem(err);
    notes[profile->notes] = copy;
    profile->note = notes;
    profile->notes++;
    return 0;
}

int pm_profile_set_probes(struct pm_profile *profile, const struct pm_power_probe *probe, size_t n,
                          struct pm_err *err)
{
    struct pm_power_probe *copy = pm_arena_alloc(&profile->arena, n + 1, sizeof *copy);
    for (size_t i = 0; copy != NULL && i < n; i++) {
        copy[i].accepted = probe[i].accepted;
        copy[i].source = dup_plain(&profile->arena, probe[i].source);
        copy[i].reason = dup_plain(&profile->arena, probe[i].reason);
        if (copy[i].source == NULL || copy[i].reason == NULL)
            return pm_fail_nomem(err);
        if (probe[i].remedy != NULL &&
            (copy[i].remedy = dup_plain(&profile->arena, probe[i].remedy)) == NULL)
            return pm_fail_nomem(err);
    }
    if (copy == NULL)
        return pm_fail_nomem(err);
    profile->probe = copy;
    profile->probes = n;
    return 0;
}

void pm_profile_keep_ways(struct pm_profile *profile, const struct pm_settings *settings)
{
    size_t kept = 0;
    for (size_t i = 0; i < profile->n; i++) {
        const struct pm_entry *e = &profile->entry[i];
        if (pm_settings_wants(settings, e->config.engine, e->config.batch, e->config.threads))
            profile->entry[kept++] = *e;
    }
    profile->n = kept;
    profile->places = NULL;
    pm_profile_index(profile);
}

void pm_profile_done(struct pm_profile *profile)
{
    if (profile == NULL)
        return;
    pm_arena_done(&profile->arena);
    *profile = (struct pm_profile){0};
}
