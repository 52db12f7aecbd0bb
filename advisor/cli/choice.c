/* SPDX-License-Identifier: MIT */
#include "cli/choice.h"

#include "base/err.h"
#include "record/settings.h"

#include <string.h>

static bool ends_with(const char *text, const char *end)
{
    const size_t n = strlen(text), m = strlen(end);
    return n > m && strcmp(text + n - m, end) == 0;
}

int pm_choose_network(const struct pm_context *ctx, const char *name, struct pm_arena *arena,
                      const struct pm_catalogue_entry **out, struct pm_err *err)
{
    if (strchr(name, '/') != NULL || ends_with(name, ".cfg") || ends_with(name, ".onnx")) {
        struct pm_catalogue_entry *e = pm_arena_alloc(arena, 1, sizeof *e);
        *out = e;
        return e != NULL ? pm_catalogue_entry_of_cfg(name, arena, e, err) : pm_fail_nomem(err);
    }
    if (pm_catalogue_find(&ctx->catalogue, name, out, err) != 0)
        return -1;
    return (*out)->problem == NULL ? 0 : pm_fail(err, PM_EDATA, (*out)->id, "%s", (*out)->problem);
}

const struct pm_engine *pm_choose_engine(const struct pm_context *ctx,
                                         const struct pm_catalogue_entry *network, bool layers,
                                         struct pm_arena *arena, const char **why)
{
    const struct pm_engine *found = NULL;
    *why =
        layers ? "no engine here tells the layers of this network apart" : "no engine is installed";
    for (size_t i = 0; i < ctx->engines; i++) {
        const struct pm_engine *e = &ctx->engine[i];
        if ((layers && !e->layers) || !pm_engine_runs(e, network, arena, layers ? NULL : why))
            continue;
        if (found == NULL || (found->threads == 1 && e->threads != 1))
            found = e;
    }
    return found;
}

int pm_choose_threads(struct pm_context *ctx, const struct pm_settings *settings,
                      const struct pm_engine *engine, long *threads, struct pm_err *err)
{
    long list[PM_SWEEP_MAX] = {0};
    const long cores = ctx->board.cores > 0 ? ctx->board.cores : 1;
    *threads = pm_settings_counts(settings->threads, list) > 0 ? list[0] : cores;
    if (*threads > ctx->board.allowed)
        return pm_fail(err, PM_EUSAGE, "--threads",
                       "%ld threads would share the %ld processors we may use", *threads,
                       ctx->board.allowed);
    if (engine->threads > 0 && *threads > engine->threads)
        *threads = engine->threads;
    pm_board_use_cores(&ctx->board, *threads);
    return 0;
}
