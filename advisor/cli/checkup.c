/* SPDX-License-Identifier: MIT */
#include "cli/checkup.h"
#include "cli/context.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"
#include "base/text.h"
#include "cli/context.h"
#include "cli/options.h"
#include "meter/device.h"
#include "meter/guard.h"
#include "meter/worker.h"
#include "record/catalogue.h"
#include "record/engine.h"
#include "record/paths.h"
#include "sensor/meter.h"
#include "sensor/probe.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LISTEN_MS   1e3 /* to other programs and to the hypervisor */
#define NO_CFGS     "`sudo apt-get install darknet`, or set PICKMODEL_CFG_DIR"
#define GREETING_MS 20e3 /* less than when measuring: somebody waits at the terminal */

struct checkup {
    const struct pm_options *o;
    const char *root;
    const volatile sig_atomic_t *stop;
    struct pm_arena *arena;
    struct pm_doctor *d;
    struct pm_paths paths;
    struct pm_board board;
    bool nomem;
    bool cpu_only; /* no engine here computes on anything else */
};

/* Words of a file or of a program may hold anything; what is shown holds no control character. */
static const char *plain(struct pm_arena *arena, const char *text)
{
    char clean[800];
    return pm_arena_dup(arena, pm_text_printable(text, clean, sizeof clean));
}

/* text and advice are copied. NULL where a text could not be made: out of memory, which the end of
 * the check-up reports. */
static void check(struct checkup *c, enum pm_check_group group, const char *name,
                  enum pm_check_state state, const char *text, const char *advice)
{
    const size_t n = c->d->group[group].n;
    struct pm_check x = {.state = state};
    if (n == PM_CHECKS_MAX)
        return;
    x.name = name != NULL ? plain(c->arena, name) : NULL;
    x.text = text != NULL ? plain(c->arena, text) : NULL;
    x.advice = advice != NULL ? plain(c->arena, advice) : NULL;
    if (x.name == NULL || (x.text == NULL && state != PM_CHECK_LACKING)) {
        c->nomem = true;
        return;
    }
    c->d->group[group].check[c->d->group[group].n++] = x;
}

static const char *complaint(struct checkup *c, const struct pm_err *err)
{
    return err->where[0] != '\0' ? pm_arena_printf(c->arena, "%s: %s", err->where, err->msg)
                                 : pm_arena_dup(c->arena, err->msg);
}

/* ---- the board ---- */

static void fact(struct checkup *c, const char *name, const char *text)
{
    if (text != NULL)
        check(c, PM_GROUP_BOARD, name, PM_CHECK_FACT, text, NULL);
    else
        check(c, PM_GROUP_BOARD, name, PM_CHECK_FACT, "not known", NULL);
}

static void look_at_board(struct checkup *c)
{
    const struct pm_board *b = &c->board;
    char text[600];
    fact(c, "model", b->model);
    snprintf(text, sizeof text, "%.400s, %ld core%s used", b->cpu != NULL ? b->cpu : "not known",
             b->cores, b->cores == 1 ? "" : "s");
    fact(c, "CPU", text);
    snprintf(text, sizeof text, "%.0f MiB", b->memory_mib);
    fact(c, "memory", b->memory_mib > 0 ? text : NULL);
    snprintf(text, sizeof text, "%.200s, Linux %.150s, %.80s", b->os != NULL ? b->os : "not known",
             b->kernel != NULL ? b->kernel : "?", b->arch != NULL ? b->arch : "?");
    fact(c, "system", text);
    if (b->accelerator == NULL)
        fact(c, "accelerator", "none found");
    else if (c->cpu_only)
        check(c, PM_GROUP_BOARD, "accelerator", PM_CHECK_NOTE,
              pm_arena_printf(c->arena, "%s, which no engine here uses", b->accelerator), NULL);
    else
        fact(c, "accelerator", b->accelerator);
}

/* ---- engines ---- */

static const char *describe_engine(struct checkup *c, const struct pm_engine *e,
                                   const struct pm_worker_ready *ready)
{
    char text[400], threads[48] = "any number of threads";
    if (e->threads > 0)
        snprintf(threads, sizeof threads, "%ld thread%s%s", e->threads, e->threads > 1 ? "s" : "",
                 e->threads > 1 ? " at most" : "");
    const bool counted = ready->version[0] >= '0' && ready->version[0] <= '9';
    snprintf(text, sizeof text, "%s%.96s, %.40s on %.40s, %s", counted ? "version " : "",
             ready->version[0] != '\0' ? ready->version : "unknown version", e->precision,
             e->devices, threads);
    return pm_arena_dup(c->arena, text);
}

/* Start it, await its greeting, send it home. */
static int try_engine(struct checkup *c, const struct pm_engine *e, struct pm_err *err)
{
    struct pm_worker *w = NULL;
    struct pm_worker_ready ready = {0};
    struct pm_err why = {0};
    const char *name = e->name, *advice;
    advice = pm_arena_printf(c->arena,
                             "see what it says (`%s </dev/null`), then reinstall it or "
                             "remove its folder",
                             e->program);
    switch (pm_worker_open(e->program, 1, pm_clock_ms() + GREETING_MS, c->stop, &w, &ready, &why)) {
    case PM_WORKER_DONE:
        if (pm_worker_quit(w, &why) == 0)
            check(c, PM_GROUP_ENGINES, name, PM_CHECK_OK, describe_engine(c, e, &ready), NULL);
        else
            check(c, PM_GROUP_ENGINES, name, PM_CHECK_TROUBLE, why.msg, advice);
        break;
    case PM_WORKER_OVERDUE:
        check(
            c, PM_GROUP_ENGINES, name, PM_CHECK_TROUBLE,
            pm_arena_printf(c->arena, "the engine did not greet within %.0f s", GREETING_MS / 1e3),
            advice);
        break;
    case PM_WORKER_INTERRUPTED:
        return pm_fail(err, PM_ESYSTEM, NULL, "interrupted");
    case PM_WORKER_BROKEN:
        check(c, PM_GROUP_ENGINES, name, PM_CHECK_TROUBLE, why.msg, advice);
        break;
    }
    return 0;
}

static int has_name(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static int look_at_engines(struct checkup *c, struct pm_err *err)
{
    struct dirent **entry = NULL;
    const int n = scandir(c->paths.engines, &entry, has_name, alphasort);
    int result = 0;
    c->cpu_only = true;
    for (int i = 0; i < n; i++) {
        char folder[PATH_MAX], manifest[PATH_MAX + 16];
        struct pm_engine e;
        struct pm_err why = {0};
        snprintf(folder, sizeof folder, "%s/%s", c->paths.engines, entry[i]->d_name);
        snprintf(manifest, sizeof manifest, "%s/engine.json", folder);
        if (result == 0 && !pm_file_is_missing(manifest)) {
            if (pm_engine_load(folder, c->arena, &e, &why) != 0) {
                check(c, PM_GROUP_ENGINES, entry[i]->d_name, PM_CHECK_TROUBLE, complaint(c, &why),
                      "reinstall it, or remove its folder");
            } else {
                c->cpu_only = c->cpu_only && strcmp(e.devices, "cpu") == 0;
                result = try_engine(c, &e, err);
            }
        }
        free(entry[i]);
    }
    free(entry);
    if (result == 0 && c->d->group[PM_GROUP_ENGINES].n == 0)
        check(c, PM_GROUP_ENGINES, "no engine", PM_CHECK_TROUBLE,
              pm_arena_printf(c->arena, "nothing under %s", c->paths.engines),
              "nothing can be measured without one: run `make`, or reinstall pickmodel");
    return result;
}

/* ---- power ---- */

static bool is_named(const struct pm_power_wish *wish)
{
    return wish->source[0] != '\0' && strcmp(wish->source, "auto") != 0 &&
           strcmp(wish->source, "none") != 0;
}

static void show_probe(struct checkup *c, const struct pm_probe *p, bool demanded)
{
    const char *advice = p->remedy[0] != '\0' ? p->remedy : NULL;
    enum pm_check_state state = PM_CHECK_LACKING;
    if (p->accepted)
        state = PM_CHECK_OK;
    else if (demanded)
        state = PM_CHECK_TROUBLE;
    else if (advice != NULL)
        state = PM_CHECK_NOTE; /* it is there, and could be had */
    check(c, PM_GROUP_POWER, p->source, state, p->reason[0] != '\0' ? p->reason : "no reason given",
          advice);
}

/* No sensor is no distrust: latency can be trusted, and power is said to be unknown. A source that
 * was asked for and fails is. */
static void look_at_power(struct checkup *c)
{
    const struct pm_power_wish wish = pm_cli_power_wish(&c->o->settings);
    struct pm_probes probes = {0};
    struct pm_power_meter *meter = NULL;
    struct pm_err why = {0};
    const bool failed = pm_power_find(&wish, &probes, &meter, &why) != 0;
    c->nomem = c->nomem || (failed && why.code == PM_ENOMEM);
    for (size_t i = 0; i < probes.n; i++)
        show_probe(c, &probes.probe[i], failed && is_named(&wish) && i + 1 == probes.n);
    if (failed && probes.n == 0)
        check(c, PM_GROUP_POWER, is_named(&wish) ? wish.source : "sensors", PM_CHECK_TROUBLE,
              complaint(c, &why), NULL);
    if (strcmp(wish.source, "none") == 0)
        check(c, PM_GROUP_POWER, "in use", PM_CHECK_FACT, "none, as asked: power will be unknown",
              NULL);
    else if (meter != NULL)
        check(c, PM_GROUP_POWER, "in use", PM_CHECK_FACT,
              pm_arena_printf(c->arena, "%s, which covers %s", pm_power_meter_info(meter)->name,
                              pm_scope_words(pm_power_meter_info(meter)->scope)),
              NULL);
    else
        check(c, PM_GROUP_POWER, "in use", PM_CHECK_NOTE, "none: power and energy will be unknown",
              "name one with --power if this board has a meter");
    pm_power_meter_close(meter);
}

/* ---- the state of the machine ---- */

static int listen(struct checkup *c, struct pm_validity *out, struct pm_err *err)
{
    struct pm_watch w;
    pm_watch_begin(&w, c->root);
    const double until = pm_clock_ms() + LISTEN_MS;
    while (pm_clock_ms() < until) {
        if (c->stop != NULL && *c->stop)
            return pm_fail(err, PM_ESYSTEM, NULL, "interrupted");
        pm_watch_look(&w);
        poll(NULL, 0, 50);
    }
    pm_watch_end(&w, out);
    return 0;
}

static void look_at_guards(struct checkup *c, const struct pm_validity *lately)
{
    struct pm_indicator list[PM_INDICATORS];
    const size_t n = pm_guard_list(c->root, lately, c->arena, list);
    c->nomem = c->nomem || n == 0;
    for (size_t i = 0; i < n; i++) {
        const struct pm_indicator *x = &list[i];
        check(c, PM_GROUP_GUARDS, x->name,
              !x->present         ? PM_CHECK_LACKING
              : x->trouble        ? PM_CHECK_TROUBLE
              : x->advice != NULL ? PM_CHECK_NOTE
                                  : PM_CHECK_OK,
              x->present ? x->value : NULL, x->advice);
    }
}

/* ---- files ---- */

/* Can the folder be written to, or be made: *why when not. *exists: it is there. */
static bool is_writable(const char *folder, bool *exists, const char **why)
{
    char path[PATH_MAX];
    struct stat st;
    *exists = stat(folder, &st) == 0 && S_ISDIR(st.st_mode);
    snprintf(path, sizeof path, "%s", folder);
    while (stat(path, &st) != 0) {
        char *slash = strrchr(path, '/');
        if (errno != ENOENT || slash == NULL) {
            *why = strerror(errno);
            return false;
        }
        slash[slash == path ? 1 : 0] = '\0';
    }
    if (!S_ISDIR(st.st_mode)) {
        *why = strerror(ENOTDIR);
        return false;
    }
    *why = "";
    if (access(path, W_OK | X_OK) == 0)
        return true;
    *why = strerror(errno);
    return false;
}

static void look_at_profiles(struct checkup *c)
{
    const char *folder = c->paths.user_profiles, *why;
    bool exists;
    if (is_writable(folder, &exists, &why))
        check(c, PM_GROUP_FILES, "profiles", PM_CHECK_OK,
              pm_arena_printf(c->arena, "%s can be written", folder), NULL);
    else
        check(c, PM_GROUP_FILES, "profiles", PM_CHECK_TROUBLE,
              pm_arena_printf(c->arena, "%s cannot be written: %s", folder, why),
              exists ? pm_arena_printf(
                           c->arena, "results could not be stored: `sudo chown -R \"$USER\" '%s'`",
                           folder)
                     : "results could not be stored: set XDG_DATA_HOME to a folder of yours");
}

static void look_at_cfgs(struct checkup *c)
{
    const char *found = NULL;
    for (size_t i = 0; i < c->paths.cfg_dirs; i++) {
        if (access(c->paths.cfg_dir[i], R_OK | X_OK) != 0)
            continue;
        found = found == NULL ? c->paths.cfg_dir[i]
                              : pm_arena_printf(c->arena, "%s, %s", found, c->paths.cfg_dir[i]);
        c->nomem = c->nomem || found == NULL;
    }
    if (found != NULL)
        check(c, PM_GROUP_FILES, "network cfgs", PM_CHECK_OK, found, NULL);
    else
        check(c, PM_GROUP_FILES, "network cfgs", PM_CHECK_TROUBLE,
              pm_arena_printf(c->arena, "no folder %s", c->paths.cfg_dir[c->paths.cfg_dirs - 1]),
              NO_CFGS);
}

static void look_at_catalogue(struct checkup *c)
{
    struct pm_catalogue catalogue = {0};
    struct pm_err why = {0};
    size_t good = 0;
    const struct pm_catalogue_entry *bad = NULL;
    if (pm_catalogue_load(c->paths.catalogue, c->paths.cfg_dir, c->paths.cfg_dirs, &catalogue,
                          &why) != 0) {
        check(c, PM_GROUP_FILES, "catalogue", PM_CHECK_TROUBLE, complaint(c, &why),
              "reinstall pickmodel, or set PICKMODEL_DATA");
        return;
    }
    for (size_t i = 0; i < catalogue.n; i++) {
        good += catalogue.entry[i].problem == NULL;
        if (catalogue.entry[i].problem != NULL && bad == NULL)
            bad = &catalogue.entry[i];
    }
    check(c, PM_GROUP_FILES, "catalogue", PM_CHECK_OK, c->paths.catalogue, NULL);
    const char *text = pm_arena_printf(c->arena, "%zu of %zu can be measured", good, catalogue.n);
    if (text != NULL && bad != NULL)
        text = pm_arena_printf(c->arena, "%s; %s: %s", text, bad->id, bad->problem);
    check(c, PM_GROUP_FILES, "networks",
          good == 0     ? PM_CHECK_TROUBLE
          : bad != NULL ? PM_CHECK_NOTE
                        : PM_CHECK_OK,
          text, good == 0 ? NO_CFGS : NULL);
    pm_catalogue_done(&catalogue);
}

/* ---- all of it ---- */

int pm_checkup_conclude(struct pm_doctor *d, struct pm_arena *arena, struct pm_err *err)
{
    d->mends = 0;
    for (size_t g = 0; g < PM_CHECK_GROUPS; g++) {
        for (size_t i = 0; i < d->group[g].n; i++) {
            const struct pm_check *c = &d->group[g].check[i];
            if (c->state != PM_CHECK_TROUBLE)
                continue;
            const char *mend =
                pm_arena_printf(arena, "%s: %s", c->name, c->advice != NULL ? c->advice : c->text);
            d->mend[d->mends] = mend != NULL ? plain(arena, mend) : NULL;
            if (d->mend[d->mends++] == NULL)
                return pm_fail_nomem(err);
        }
    }
    d->trusted = d->mends == 0;
    d->verdict = d->trusted
                     ? pm_arena_dup(arena, "Measurements here can be trusted.")
                     : pm_arena_printf(arena,
                                       "Measurements here would not be trusted: %zu thing%s to "
                                       "mend.",
                                       d->mends, d->mends == 1 ? "" : "s");
    return d->verdict != NULL ? 0 : pm_fail_nomem(err);
}

int pm_checkup(const struct pm_options *o, const char *root, const volatile sig_atomic_t *stop,
               struct pm_arena *arena, struct pm_doctor *out, struct pm_err *err)
{
    struct checkup c = {.o = o, .root = root, .stop = stop, .arena = arena, .d = out};
    struct pm_validity lately;
    if (pm_paths_find(&c.paths, err) != 0)
        return -1;
    int result = pm_board_read(root, arena, &c.board) != 0 ? pm_fail_nomem(err) : 0;
    if (result == 0)
        result = listen(&c, &lately, err); /* before anything of ours disturbs it */
    if (result == 0)
        result = look_at_engines(&c, err);
    if (result == 0) {
        look_at_board(&c);
        look_at_power(&c);
        look_at_guards(&c, &lately);
        look_at_profiles(&c);
        look_at_cfgs(&c);
        look_at_catalogue(&c);
        result = c.nomem ? pm_fail_nomem(err) : pm_checkup_conclude(out, arena, err);
    }
    pm_paths_done(&c.paths);
    return result;
}
