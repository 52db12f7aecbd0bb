/* SPDX-License-Identifier: MIT */
#include "cli/campaign.h"

#include "advise/disturbance.h"
#include "advise/power.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/entry.h"
#include "cli/quiet.h"
#include "cli/stop.h"
#include "meter/measure.h"
#include "meter/peak.h"
#include "sensor/meter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PEAK_MARGIN    1.1
#define SAFE_MEMORY    0.95 /* of MemAvailable */
#define SLOWER_MACHINE 1.05 /* fixed work taking longer than this ratio is worth a warning */

/* Today's device; the peak that was measured on it holds while nothing that decides it changed. */
static void take_device(struct pm_campaign *c)
{
    const struct pm_device then = c->profile.device;
    c->profile.device = pm_context_device(c->ctx);
    const struct pm_device *now = &c->profile.device;
    if (pm_text_same(then.cpu, now->cpu) && pm_text_same(then.governor, now->governor) &&
        pm_text_same(then.power_mode, now->power_mode))
        c->profile.device.core_gops = then.core_gops;
}

static int load_profile(struct pm_campaign *c, struct pm_err *err)
{
    c->path = pm_paths_own_profile(&c->ctx->paths, c->ctx->board.host);
    if (c->path == NULL)
        return pm_fail_nomem(err);
    if (!pm_file_is_missing(c->path)) {
        if (pm_profile_load(c->path, true, &c->profile, err) != 0)
            return -1;
    } else {
        c->profile = (struct pm_profile){.path = c->path, .origin = "measured"};
    }
    if (strcmp(c->profile.origin, "measured") != 0)
        return pm_fail(err, PM_EDATA, c->path,
                       "is no profile measured here (origin \"%s\"); move it away",
                       c->profile.origin);
    take_device(c);
    return 0;
}

int pm_campaign_open(struct pm_context *ctx, const struct pm_options *options,
                     struct pm_campaign *out, struct pm_err *err)
{
    struct pm_campaign c = {.ctx = ctx, .options = options, .lock = -1, .begin_ms = pm_clock_ms()};
    c.deadline_ms = c.begin_ms + options->settings.time_limit_ms;
    if (pm_campaign_check_threads(&c, err) != 0 || load_profile(&c, err) != 0 ||
        pm_campaign_make_slots(&c, err) != 0) {
        pm_campaign_done(&c);
        return -1;
    }
    pm_progress_start(&c.progress, options->quiet, 0);
    *out = c;
    return 0;
}

void pm_campaign_done(struct pm_campaign *c)
{
    pm_file_unlock(c->path, c->lock);
    c->lock = -1;
    pm_power_meter_close(c->power);
    pm_standby_done(&c->standby);
    pm_profile_done(&c->profile);
    pm_arena_done(&c->arena);
}

/* What was measured at the frame rate asked for, if it is fresh. */
static const struct pm_entry *paced_entry(struct pm_campaign *c, const struct pm_slot *s)
{
    struct pm_entry key = s->key;
    key.fps = c->options->settings.fps;
    if (!isfinite(key.fps))
        return NULL;
    const struct pm_entry *e = pm_profile_find(&c->profile, &key);
    return e != NULL && pm_entry_stale(e, &s->key.conditions, &c->arena) == NULL ? e : NULL;
}

/* Less than its operations take at the peak of its cores, no inference can. The peak is the best of
 * many spells; a core that was never free or cool might do a little better. */
static double floor_of(const struct pm_campaign *c, const struct pm_slot *s)
{
    const struct pm_engine *engine = s->engine;
    const double gops = (double)s->key.config.batch * s->known->least_gops;
    const double peak = PEAK_MARGIN * c->profile.device.core_gops * (double)s->key.config.threads;
    const bool tells = engine->direct && strcmp(engine->devices, "cpu") == 0 &&
                       strcmp(engine->precision, "fp32") == 0;
    return tells && peak > 0 && !s->closer ? 1e3 * gops / peak : 0;
}

int pm_campaign_refresh(struct pm_campaign *c, size_t i, struct pm_err *err)
{
    struct pm_slot *s = &c->slot[i];
    const struct pm_entry *e = pm_profile_find(&c->profile, &s->key);
    const char *gap = "not measured";
    s->stale = NULL;
    if (s->problem != NULL)
        gap = s->problem;
    if (e != NULL) {
        s->stale = pm_entry_stale(e, &s->key.conditions, &c->arena);
        if (e->status == PM_FAILED)
            gap = e->cause != NULL ? e->cause : "failed";
        else if (s->stale != NULL)
            gap = pm_arena_printf(&c->arena, "stale: %s", s->stale);
    }
    const struct pm_entry *fresh = s->stale == NULL ? e : NULL, *paced = paced_entry(c, s);
    if (pm_campaign_own_power(c, &fresh, err) != 0 || pm_campaign_own_power(c, &paced, err) != 0 ||
        pm_candidate_of_catalogue(s->known, &s->key.config, fresh, paced, gap,
                                  &c->options->settings, &c->arena, &c->candidate[i], err) != 0)
        return -1;
    c->candidate[i].unable = s->problem != NULL;
    c->candidate[i].floor_ms = floor_of(c, s);
    c->candidate[i].rest_w = c->rest_w;
    c->candidate[i].name = s->name;
    return pm_candidate_judge(&c->candidate[i], &c->options->settings, err);
}

/* The signal may come between two measurements too. */
bool pm_campaign_interrupted(const struct pm_campaign *c)
{
    return c->interrupted || (c->stop != NULL && *c->stop);
}

bool pm_campaign_over(const struct pm_campaign *c)
{
    return pm_campaign_interrupted(c) || c->declined || pm_clock_ms() >= c->deadline_ms;
}

int pm_campaign_lock(const char *profile, double patience_ms, struct pm_err *err)
{
    return pm_file_lock(profile,
                        "another pickmodel is measuring on this device; wait for it or end it",
                        patience_ms, err);
}

/* Once for a device: what its cores can do at most rules networks out before they are run. */
static void find_peak(struct pm_campaign *c)
{
    if (c->profile.device.core_gops > 0)
        return;
    pm_board_use_cores(&c->ctx->board, 1);
    const double gops = pm_peak_gops();
    c->profile.device.core_gops = gops > 0 ? round(10 * gops) / 10 : 0;
}

/* What another program has written since we looked must not be lost. */
static int reload(struct pm_campaign *c, struct pm_err *err)
{
    pm_profile_done(&c->profile);
    if (load_profile(c, err) != 0 || pm_campaign_store_probes(c, err) != 0)
        return -1;
    find_peak(c);
    for (size_t i = 0; i < c->n; i++) {
        if (pm_campaign_refresh(c, i, err) != 0)
            return -1;
    }
    return 0;
}

/* A question can be answered without being kept; measuring a profile that is lost is in vain. */
static int cannot_keep(struct pm_campaign *c, const struct pm_err *why, struct pm_err *err)
{
    if (c->options->command != PM_CMD_PICK && c->options->command != PM_CMD_REPORT) {
        *err = *why;
        return -1;
    }
    c->unkept = pm_arena_printf(&c->arena, "%s: %s", why->where, why->msg);
    return c->unkept != NULL ? 0 : pm_fail_nomem(err);
}

int pm_campaign_begin(struct pm_campaign *c, struct pm_err *err)
{
    if (c->guarded)
        return 0;
    struct pm_err why = {0};
    c->lock = pm_campaign_lock(c->path, 0, &why);
    if (c->lock == PM_FILE_BUSY) {
        *err = why;
        return -1;
    }
    if ((c->lock < 0 && cannot_keep(c, &why, err) != 0) || reload(c, err) != 0)
        return -1;
    c->stop = pm_stop_watch();
    c->declined =
        !pm_quiet_await(&c->options->settings, c->stop, &c->progress, &c->arena, &c->unquiet);
    c->before = pm_guard_read("");
    c->kernel_first_ms = c->kernel_last_ms = pm_clock_calibrate();
    c->standby.wanted = c->ctx->board.allowed > 1;
    c->guarded = true;
    return 0;
}

/* A network that does not fit would swap, or be killed with the robot's own programs. */
static bool fits_memory(struct pm_campaign *c, size_t i, struct pm_entry *e)
{
    const double available = pm_board_available_mib("");
    const struct pm_slot *s = &c->slot[i];
    const double wanted =
        s->known->memory_mib + (double)(s->key.config.batch - 1) * s->known->image_mib;
    if (available < 0 || wanted <= SAFE_MEMORY * available)
        return true;
    e->status = PM_FAILED;
    e->cause = pm_arena_printf(&c->arena, "needs about %.0f MiB, %.0f MiB are available", wanted,
                               available);
    return false;
}

static void describe(const struct pm_campaign *c, const struct pm_entry *e, const char *name,
                     double seconds, char *out, size_t size)
{
    char time[40], watts[120] = "", boost[40];
    if (e->power.cause != NULL && !pm_known(e->power_w))
        snprintf(watts, sizeof watts, ", watts unknown: %.80s", e->power.cause);
    else if (pm_known(e->boost_ms))
        snprintf(watts, sizeof watts, " sustained, %s at first",
                 pm_metric_text(PM_LATENCY, e->boost_ms.value, boost, sizeof boost));
    else if (pm_known(e->power_w))
        snprintf(watts, sizeof watts, ", %s",
                 pm_metric_text(PM_POWER, e->power_w.value, boost, sizeof boost));
    switch (e->status) {
    case PM_COMPLETE:
    case PM_PARTIAL:
        snprintf(out, size, "%s: %zu run%s%s, median %s%s (%.1f s)", name, e->n,
                 e->n == 1 ? "" : "s", isfinite(e->fps) ? " at the frame rate" : "",
                 pm_known(e->latency_ms)
                     ? pm_metric_text(PM_LATENCY, e->latency_ms.value, time, sizeof time)
                     : "-",
                 watts, seconds);
        break;
    case PM_CENSORED:
        snprintf(out, size, "%s: over %s, ended (%.1f s)", name,
                 pm_metric_text(PM_LATENCY, e->censored_ms, time, sizeof time), seconds);
        break;
    case PM_FAILED:
        snprintf(out, size, "%s: failed: %s", name, e->cause != NULL ? e->cause : "no cause given");
        break;
    }
    (void)c;
}

static int store(struct pm_campaign *c, size_t i, const struct pm_entry *e, struct pm_err *err)
{
    char date[32];
    pm_clock_date(date, sizeof date);
    c->profile.date = pm_arena_dup(&c->profile.arena, date);
    struct pm_err why = {0};
    if (pm_profile_put(&c->profile, e, err) != 0 ||
        (c->unkept == NULL && pm_profile_save(&c->profile, c->path, &why) != 0 &&
         cannot_keep(c, &why, err) != 0))
        return -1;
    return pm_campaign_refresh(c, i, err);
}

/* The user's own weights, where the catalogue names a file; random values stand in for those that
 * would have to be fetched first: the arithmetic takes the same time. */
static const char *weights_file(const struct pm_catalogue_entry *known)
{
    return known->weights != NULL && known->weights[0] == '/' ? known->weights : NULL;
}

/* Runs at the frame rate are an entry beside those that follow one another. */
static const struct pm_entry *stored(const struct pm_campaign *c, size_t i,
                                     const struct pm_goal *goal)
{
    return goal->paced ? c->candidate[i].paced : c->candidate[i].entry;
}

static double interval_ms(const struct pm_campaign *c, size_t i, const struct pm_goal *goal)
{
    return goal->paced ? 1e3 * (double)c->slot[i].key.config.batch / c->options->settings.fps : 0;
}

static int run_plan(struct pm_campaign *c, size_t i, const struct pm_goal *goal, struct pm_entry *e,
                    struct pm_measurement *m, struct pm_err *err)
{
    const struct pm_slot *s = &c->slot[i];
    const struct pm_settings *settings = &c->options->settings;
    const struct pm_entry *old = stored(c, i, goal);
    const bool go_on = old != NULL && old->n > 0 && !goal->afresh && !pm_entry_is_disturbed(old) &&
                       (old->status == PM_PARTIAL || goal->power || goal->limit_ms > 0);
    struct pm_measure_plan plan = {.program = s->engine->program,
                                   .network = pm_context_network(s->known, weights_file(s->known),
                                                                 s->key.config.batch,
                                                                 s->key.config.threads),
                                   .limit_ms = goal->limit_ms,
                                   .quantile = goal->quantile,
                                   .confidence = settings->confidence,
                                   .time_ms = settings->candidate_time_ms,
                                   .max_runs = goal->max_runs,
                                   .deadline_ms = c->deadline_ms,
                                   .with_load = settings->with_load,
                                   .come_back = goal->come_back,
                                   .interval_ms = interval_ms(c, i, goal),
                                   .hold_ms = goal->hold_ms,
                                   .ms = go_on ? old->ms : NULL,
                                   .delay_ms = go_on ? old->delay_ms : NULL,
                                   .at_ms = go_on ? old->at_ms : NULL,
                                   .n = go_on ? old->n : 0,
                                   .start_n = go_on ? old->start_n : NULL,
                                   .starts = go_on ? old->starts : 0,
                                   .standby = &c->standby,
                                   .stop = c->stop,
                                   .progress = pm_progress_draw,
                                   .context = &c->progress};
    if (goal->power)
        pm_campaign_plan_power(c, &plan);
    pm_board_use_cores(&c->ctx->board, plan.network.threads);
    if (pm_measure(&plan, m, err) != 0)
        return -1;
    c->interrupted = c->interrupted || m->interrupted || *c->stop;
    const struct pm_power_info *meter = c->power != NULL ? pm_power_meter_info(c->power) : NULL;
    if (pm_entry_from_measurement(m, meter, e, &c->arena, err) != 0)
        return -1;
    if (go_on && old->status == PM_COMPLETE && e->status == PM_PARTIAL)
        e->status = PM_COMPLETE; /* a decision's runs on top of a whole measurement */
    const struct pm_entry *kept = pm_profile_find(&c->profile, e);
    if (go_on && pm_entry_has_energy(kept) && !pm_entry_has_energy(e))
        e->power = kept->power; /* energy is not forgotten for some more runs */
    return pm_entry_take_power(e, &c->arena, err);
}

/* Runs of a quiet machine are not given for those beside other work. */
static bool is_spoilt(const struct pm_entry *old, const struct pm_entry *e)
{
    return old != NULL && old->n > 0 && !pm_entry_is_disturbed(old) && pm_entry_is_disturbed(e);
}

static void say_nothing(struct pm_campaign *c, size_t i, const struct pm_measurement *m)
{
    char line[600];
    snprintf(line, sizeof line, "%s: not measured: %s", c->slot[i].name,
             m->cause[0] != '\0' ? m->cause : "no run before the time limit");
    if (!m->interrupted)
        pm_progress_finish(&c->progress, line);
}

/* Stored and told, or told why not. */
static int take(struct pm_campaign *c, size_t i, const struct pm_goal *goal,
                const struct pm_entry *e, double seconds, struct pm_err *err)
{
    char line[600];
    const char *disturbed = pm_entry_disturbance(e, &c->arena);
    const bool spoilt = is_spoilt(stored(c, i, goal), e);
    if (!spoilt && store(c, i, e, err) != 0)
        return -1;
    describe(c, e, c->slot[i].name, seconds, line, sizeof line);
    const size_t n = strlen(line);
    snprintf(line + n, sizeof line - n, "%s%s%s", disturbed != NULL ? ": " : "",
             disturbed != NULL ? disturbed : "", spoilt ? ", not kept" : "");
    pm_progress_finish(&c->progress, line);
    c->measured++;
    c->failed += e->status == PM_FAILED;
    c->spoilt += spoilt;
    return 0;
}

int pm_campaign_measure(struct pm_campaign *c, size_t i, const struct pm_goal *goal,
                        struct pm_err *err)
{
    struct pm_measurement m = {0};
    struct pm_entry e = c->slot[i].key;
    if (goal->paced)
        e.fps = c->options->settings.fps;
    e.sustained_s = goal->hold_ms > 0 ? goal->hold_ms / 1e3 : (double)NAN;
    const double begin = pm_clock_ms();
    if (pm_campaign_begin(c, err) != 0)
        return -1;
    if (pm_campaign_over(c))
        return 0;
    pm_progress_candidate(&c->progress, c->slot[i].name);
    int result = 0;
    if (fits_memory(c, i, &e))
        result = run_plan(c, i, goal, &e, &m, err);
    const double seconds = (pm_clock_ms() - begin) / 1e3;
    /* ended by us without a single run: what was stored before stays as it was */
    const bool nothing = m.outcome == PM_MEASURED_PARTIAL && m.n == 0;
    if (result == 0 && nothing)
        say_nothing(c, i, &m);
    else if (result == 0)
        result = take(c, i, goal, &e, seconds, err);
    c->measured_s += seconds;
    c->kernel_last_ms = pm_clock_calibrate();
    pm_measurement_done(&m);
    return result;
}

static void warn_of_stale(const struct pm_campaign *c, struct pm_answer *answer)
{
    size_t stale = 0;
    const char *why = NULL;
    for (size_t i = 0; i < c->n; i++) {
        const struct pm_entry *e = pm_profile_find(&c->profile, &c->slot[i].key);
        if (c->slot[i].stale == NULL || (e != NULL && e->status == PM_FAILED))
            continue;
        stale++;
        why = c->slot[i].stale;
    }
    char text[300];
    if (stale > 0) {
        snprintf(text, sizeof text, "%zu stored result%s stale and not used: %s", stale,
                 stale == 1 ? " is" : "s are", why);
        pm_answer_warn(answer, text);
    }
}

void pm_campaign_warn(struct pm_campaign *c, struct pm_answer *answer)
{
    const char *warning[PM_GUARD_WARNINGS];
    char text[300];
    const struct pm_guard now = pm_guard_read("");
    const size_t n =
        pm_guard_warnings(&c->ctx->board, c->guarded ? &c->before : NULL, &now, &c->arena, warning);
    for (size_t i = 0; i < n; i++)
        pm_answer_warn(answer, warning[i]);
    if (c->unquiet != NULL)
        pm_answer_warn(answer, c->unquiet);
    if (c->unkept != NULL)
        pm_answer_warn(answer, pm_arena_printf(&c->arena,
                                               "what was measured is not kept for the "
                                               "next question: %s",
                                               c->unkept));
    if (c->declined)
        pm_answer_warn(answer, "nothing was measured: the machine was not quiet");
    if (c->spoilt > 0)
        pm_answer_warn(answer,
                       pm_arena_printf(&c->arena,
                                       "%zu measurement%s disturbed by other work and not "
                                       "kept; the undisturbed %s stored before count%s",
                                       c->spoilt, c->spoilt == 1 ? " was" : "s were",
                                       c->spoilt == 1 ? "one" : "ones", c->spoilt == 1 ? "s" : ""));
    if (c->guarded && c->kernel_last_ms > SLOWER_MACHINE * c->kernel_first_ms) {
        snprintf(text, sizeof text,
                 "the machine itself became %.0f %% slower while measuring (fixed work took %.1f, "
                 "then %.1f ms)",
                 100 * (c->kernel_last_ms / c->kernel_first_ms - 1), c->kernel_first_ms,
                 c->kernel_last_ms);
        pm_answer_warn(answer, text);
    }
    const struct pm_catalogue_entry *known =
        answer->pick >= 0 ? answer->c[answer->pick].known : NULL;
    if (known != NULL && known->warning != NULL)
        pm_answer_warn(answer, known->warning);
    const struct pm_entry *e = answer->pick >= 0 ? answer->c[answer->pick].entry : NULL;
    for (size_t i = 0; e != NULL && i < e->warnings; i++) {
        snprintf(text, sizeof text, "%s: %s", answer->c[answer->pick].name, e->warning[i]);
        pm_answer_warn(answer, text);
    }
    warn_of_stale(c, answer);
    if (c->ctx->board.accelerator != NULL) {
        snprintf(text, sizeof text, "CPU only: this board's %s was not measured",
                 c->ctx->board.accelerator);
        pm_answer_warn(answer, text);
    }
}
