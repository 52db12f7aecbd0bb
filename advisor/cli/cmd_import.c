/* SPDX-License-Identifier: MIT
 * `pickmodel import`: any tool's table becomes a profile. */
#include "base/err.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/options.h"
#include "record/table.h"

#include <stdio.h>
#include <string.h>

/* Hours of measuring are not replaced by a table. */
static int refuse_measured(const char *path, struct pm_err *err)
{
    struct pm_profile old = {0};
    int result = 0;
    if (pm_file_exists(path) && pm_profile_load(path, false, &old, NULL) == 0 &&
        strcmp(old.origin, "measured") == 0)
        result = pm_fail(err, PM_EUSAGE, path,
                         "holds measurements of this program; give the import another --device or "
                         "-o FILE");
    pm_profile_done(&old);
    return result;
}

int pm_cmd_import(const struct pm_options *o, struct pm_err *err)
{
    struct pm_context ctx = {0};
    struct pm_profile profile = {0};
    if (pm_context_open(&ctx, err) != 0)
        return -1;
    const char *path = o->output != NULL ? o->output : pm_paths_own_profile(&ctx.paths, o->device);
    int result = path != NULL ? refuse_measured(path, err) : pm_fail_nomem(err);
    if (result == 0)
        result = pm_table_load(o->name[0], o->device, &ctx.catalogue, &profile, err);
    if (result == 0)
        result = pm_profile_save(&profile, path, err);
    if (result == 0 && !o->quiet)
        printf("%zu candidates of %s written to %s\n", profile.n, o->device, path);
    pm_profile_done(&profile);
    pm_context_done(&ctx);
    return result == 0 ? PM_EXIT_OK : -1;
}
