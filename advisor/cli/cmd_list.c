/* SPDX-License-Identifier: MIT
 * `pickmodel list`: the catalogue, or the networks of a profile. */
#include "base/buf.h"
#include "base/err.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/emit.h"
#include "cli/options.h"

int pm_cmd_list(const struct pm_options *o, struct pm_err *err)
{
    struct pm_context ctx = {0};
    struct pm_buf buf = {0};
    struct pm_profile profile = {0};
    const struct pm_style style = pm_cli_style(o);
    const char *path = NULL;
    if (pm_context_open(o->settings.confidence, &ctx, err) != 0)
        return -1;
    int result;
    if (o->settings.profile[0] == '\0') {
        result = pm_report_catalogue(&ctx.catalogue, o->format, &style, &buf, err);
    } else {
        result = pm_paths_profile(&ctx.paths, o->settings.profile, &path, err);
        if (result == 0)
            result = pm_profile_load(path, false, &profile, err);
        if (result == 0)
            pm_profile_complete(&profile, &ctx.catalogue);
        if (result == 0)
            result = pm_report_profile(&profile, o->format, &style, &buf, err);
    }
    if (result == 0)
        result = pm_cli_emit(o, &buf, err);
    pm_profile_done(&profile);
    pm_buf_done(&buf);
    pm_context_done(&ctx);
    return result == 0 ? PM_EXIT_OK : -1;
}
