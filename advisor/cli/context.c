/* SPDX-License-Identifier: MIT */
#include "cli/context.h"

#include "base/err.h"
#include "base/file.h"
#include "record/settings.h"
#include "sensor/probe.h"

#include <inttypes.h>
#include <string.h>

int pm_context_open(struct pm_context *out, struct pm_err *err)
{
    struct pm_context ctx = {0};
    if (pm_paths_find(&ctx.paths, err) != 0)
        return -1;
    if (pm_catalogue_load(ctx.paths.catalogue, ctx.paths.cfg_dir, ctx.paths.cfg_dirs,
                          &ctx.catalogue, err) != 0) {
        pm_paths_done(&ctx.paths);
        return -1;
    }
    *out = ctx;
    return 0;
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

static int keep_engine(struct pm_context *ctx, const char *name, struct pm_err *err)
{
    for (size_t i = 0; i < ctx->engines; i++) {
        if (strcmp(ctx->engine[i].name, name) == 0) {
            ctx->engine = &ctx->engine[i];
            ctx->engines = 1;
            return 0;
        }
    }
    return pm_fail(err, PM_EUSAGE, "--engine", "no engine \"%.40s\" under %.150s", name,
                   ctx->paths.engines);
}

int pm_context_add_board(struct pm_context *ctx, const char *engine, struct pm_err *err)
{
    if (pm_board_read("", &ctx->arena, &ctx->board) != 0)
        return pm_fail_nomem(err);
    if (name_mode(ctx, err) != 0)
        return -1;
    if (pm_engine_find_all(ctx->paths.engines, &ctx->arena, &ctx->engine, &ctx->engines, err) != 0)
        return -1;
    return engine[0] != '\0' ? keep_engine(ctx, engine, err) : 0;
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
    if (!pm_file_exists(*path))
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
