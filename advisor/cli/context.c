/* SPDX-License-Identifier: MIT */
#include "cli/context.h"

#include "advise/accuracy.h"
#include "base/err.h"
#include "base/file.h"
#include "base/temporary.h"
#include "base/text.h"
#include "record/settings.h"
#include "sensor/probe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What programs of ours that were ended left behind. */
static void sweep(const struct pm_paths *paths)
{
    pm_temporary_sweep(paths->user_profiles);
    pm_temporary_sweep(paths->evaluations);
    pm_temporary_sweep(paths->own_cfg_dir);
    pm_temporary_sweep(paths->own_catalogue_dir);
    pm_temporary_sweep_folders();
}

static int open_context(bool calibration, struct pm_context *out, struct pm_err *err)
{
    struct pm_context ctx = {0};
    if (pm_paths_find(&ctx.paths, err) != 0)
        return -1;
    if ((calibration && pm_paths_for_calibration(&ctx.paths, err) != 0) ||
        pm_catalogue_load(ctx.paths.catalogue, ctx.paths.cfg_dir, ctx.paths.cfg_dirs,
                          &ctx.catalogue, err) != 0 ||
        (!calibration && pm_catalogue_add_own(&ctx.catalogue, ctx.paths.own_catalogue,
                                              ctx.paths.own_cfg_dir, err) != 0)) {
        pm_catalogue_done(&ctx.catalogue);
        pm_paths_done(&ctx.paths);
        return -1;
    }
    sweep(&ctx.paths);
    *out = ctx;
    return 0;
}

/* Accuracies that were measured here take the place of the published ones. */
static int attach_accuracies(struct pm_context *ctx, double confidence, struct pm_err *err)
{
    struct pm_evaluation *list = NULL;
    size_t n = 0;
    int result = pm_evaluations_find(ctx->paths.evaluations, &list, &n, err);
    if (result == 0)
        result = pm_accuracy_attach(&ctx->catalogue, list, n, confidence, err);
    pm_evaluations_done(list, n);
    return result;
}

int pm_context_open_catalogue(struct pm_context *out, struct pm_err *err)
{
    return open_context(false, out, err);
}

int pm_context_open(double confidence, struct pm_context *out, struct pm_err *err)
{
    if (open_context(false, out, err) != 0)
        return -1;
    if (attach_accuracies(out, confidence, err) == 0)
        return 0;
    pm_context_done(out);
    return -1;
}

int pm_context_open_calibration(struct pm_context *out, struct pm_err *err)
{
    return open_context(true, out, err);
}

struct pm_worker_network pm_context_network(const struct pm_catalogue_entry *known,
                                            const char *weights, long batch, long threads)
{
    struct pm_worker_network n = {
        .cfg = known->cfg_path, .weights = weights, .batch = batch, .threads = threads};
    if (known->description == PM_ONNX && known->channels > 0) { /* a cfg says its size itself */
        n.channels = known->channels;
        n.height = known->input.height;
        n.width = known->input.width;
    }
    return n;
}

/* "nvpmodel pmode:0000, schedutil" */
static int name_mode(struct pm_context *ctx, struct pm_err *err)
{
    const char *mode = ctx->board.power_mode, *governor = ctx->board.governor;
    if (mode == NULL || governor == NULL)
        ctx->mode = mode != NULL ? mode : governor;
    else if ((ctx->mode = pm_arena_printf(&ctx->arena, "%s, %s", mode, governor)) == NULL)
        return pm_fail_nomem(err);
    return 0;
}

struct pm_power_wish pm_cli_power_wish(const struct pm_settings *s)
{
    return (struct pm_power_wish){.source = s->power,
                                  .sys = s->sysfs,
                                  .gain_rel = s->power_gain_rel,
                                  .window_ms = s->power_window_ms};
}

/* Every engine that was named is there. */
static int check_named(const struct pm_context *ctx, const struct pm_settings *s,
                       struct pm_err *err)
{
    char name[64];
    for (const char *rest = s->engine; pm_text_next_in_list(&rest, name, sizeof name);) {
        size_t i = 0;
        while (i < ctx->engines && strcmp(ctx->engine[i].name, name) != 0)
            i++;
        if (i == ctx->engines)
            return pm_fail(err, PM_EUSAGE, "--engine", "no engine \"%.40s\" under %.150s", name,
                           ctx->paths.engines);
    }
    return 0;
}

static int keep_engines(struct pm_context *ctx, const struct pm_settings *s, struct pm_err *err)
{
    size_t kept = 0;
    if (pm_settings_any_engine(s))
        return 0;
    if (check_named(ctx, s, err) != 0)
        return -1;
    for (size_t i = 0; i < ctx->engines; i++) {
        if (pm_settings_wants_engine(s, ctx->engine[i].name))
            ctx->engine[kept++] = ctx->engine[i];
    }
    ctx->engines = kept;
    return 0;
}

int pm_context_add_board(struct pm_context *ctx, const struct pm_settings *settings,
                         struct pm_err *err)
{
    if (pm_board_read("", &ctx->arena, &ctx->board) != 0)
        return pm_fail_nomem(err);
    if (name_mode(ctx, err) != 0)
        return -1;
    if (pm_engine_find_all(ctx->paths.engines, &ctx->arena, &ctx->engine, &ctx->engines, err) != 0)
        return -1;
    return settings != NULL ? keep_engines(ctx, settings, err) : 0;
}

static bool named_before(const struct pm_profile *p, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (p->entry[j].config.engine != NULL &&
            strcmp(p->entry[j].config.engine, p->entry[i].config.engine) == 0)
            return true;
    }
    return false;
}

/* "darknet, torch7": the engines of a profile, for a message; may be cut short. */
static void list_engines(const struct pm_profile *p, char *out, size_t size)
{
    size_t len = 0;
    snprintf(out, size, "none by name");
    for (size_t i = 0; i < p->n && len + 1 < size; i++) {
        if (p->entry[i].config.engine != NULL && !named_before(p, i))
            len += (size_t)snprintf(out + len, size - len, "%s%.40s", len > 0 ? ", " : "",
                                    p->entry[i].config.engine);
    }
}

int pm_context_load_profile(const char *path, const struct pm_settings *settings,
                            struct pm_profile *out, struct pm_err *err)
{
    char engines[150];
    if (pm_profile_load(path, true, out, err) != 0)
        return -1;
    list_engines(out, engines, sizeof engines);
    const bool some = out->n > 0;
    pm_profile_keep_ways(out, settings);
    if (!some || out->n > 0)
        return 0;
    pm_profile_done(out);
    if (settings->batch[0] != '\0' || settings->threads[0] != '\0')
        return pm_fail(err, PM_EUSAGE, path,
                       "has no figure of that engine, batch and number of threads; its engines: %s",
                       engines);
    return pm_fail(err, PM_EUSAGE, "--engine",
                   "%.120s has no figure of \"%.40s\"; it has those of: %s", path, settings->engine,
                   engines);
}

int pm_context_find_profile(struct pm_context *ctx, const char *name, const char **path,
                            struct pm_err *err)
{
    if (name[0] != '\0')
        return pm_paths_profile(&ctx->paths, name, path, err);
    if (pm_board_read("", &ctx->arena, &ctx->board) != 0)
        return pm_fail_nomem(err);
    *path = pm_paths_own_profile(&ctx->paths, ctx->board.host);
    if (*path == NULL)
        return pm_fail_nomem(err);
    if (pm_file_is_missing(*path))
        return pm_fail(err, PM_EDATA, *path,
                       "this device has no profile yet: `pickmodel profile --all` measures one");
    return 0;
}

void pm_context_done(struct pm_context *ctx)
{
    pm_catalogue_done(&ctx->catalogue);
    pm_paths_done(&ctx->paths);
    pm_arena_done(&ctx->arena);
}

struct pm_conditions pm_context_conditions(struct pm_context *ctx, const struct pm_engine *engine,
                                           const struct pm_catalogue_entry *network)
{
    return (struct pm_conditions){
        .cpu = ctx->board.cpu,
        .governor = ctx->board.governor,
        .power_mode = ctx->board.power_mode,
        .kernel = ctx->board.kernel,
        .engine_build = engine->build,
        .cfg_digest = pm_arena_printf(&ctx->arena, "%016" PRIx64, network->cfg_digest)};
}

struct pm_device pm_context_device(const struct pm_context *ctx)
{
    const struct pm_board *b = &ctx->board;
    return (struct pm_device){.name = b->host,
                              .model = b->model,
                              .cpu = b->cpu,
                              .arch = b->arch,
                              .cores = b->cores,
                              .memory_mib = b->memory_mib,
                              .os = b->os,
                              .kernel = b->kernel,
                              .governor = b->governor,
                              .power_mode = b->power_mode,
                              .accelerator = b->accelerator,
                              .virtual_machine = b->virtual_machine};
}
