/* SPDX-License-Identifier: MIT
 * `pickmodel fit`: both laws on a profile, and the paper's claims. */
#include "advise/answer.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/emit.h"
#include "cli/options.h"

static int fit(struct pm_context *ctx, const struct pm_options *o, struct pm_err *err)
{
    struct pm_profile profile = {0};
    struct pm_arena arena = {0};
    struct pm_buf buf = {0};
    struct pm_answer answer = {0};
    struct pm_candidate *c = NULL;
    const struct pm_style style = pm_cli_style(o);
    const char *path = NULL;
    size_t n = 0;
    if (pm_context_find_profile(ctx, o->settings.profile, &path, err) != 0 ||
        pm_context_load_profile(path, &o->settings, &profile, err) != 0)
        return -1;
    int result =
        pm_candidates_of_profile(&profile, &ctx->catalogue, &o->settings, &arena, &c, &n, err);
    if (result == 0)
        result = pm_answer_find(c, n, &o->settings, &profile, false, &answer, err);
    if (result == 0)
        result = pm_answer_finish_laws(&answer, err);
    if (result == 0)
        result = pm_report_fit(&answer, o->format, &style, &buf, err);
    if (result == 0)
        result = pm_cli_emit(o, &buf, err);
    pm_buf_done(&buf);
    pm_answer_done(&answer);
    pm_arena_done(&arena);
    pm_profile_done(&profile);
    return result;
}

int pm_cmd_fit(const struct pm_options *o, struct pm_err *err)
{
    struct pm_context ctx = {0};
    if (pm_context_open(o->settings.confidence, &ctx, err) != 0)
        return -1;
    const int result = fit(&ctx, o, err);
    pm_context_done(&ctx);
    return result == 0 ? PM_EXIT_OK : -1;
}
