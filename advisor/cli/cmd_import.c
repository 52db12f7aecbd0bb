/* SPDX-License-Identifier: MIT
 * `pickmodel import`: any tool's table becomes a profile; an external meter's log gives the
 * measurements of one their energy. */
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/campaign.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/entry.h"
#include "cli/options.h"
#include "record/power_log.h"
#include "record/table.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATIENCE_MS 5e3 /* for another import; who measures takes minutes */

/* Hours of measuring are not replaced by a table, and what cannot be read may be such hours. */
static int refuse_measured(const char *path, struct pm_err *err)
{
    struct pm_profile old = {0};
    struct pm_err why = {0};
    struct stat st;
    int result = 0;
    if (pm_file_is_missing(path) || (stat(path, &st) == 0 && !S_ISREG(st.st_mode)))
        return 0; /* a device or a pipe keeps nothing */
    if (pm_profile_load(path, false, &old, &why) != 0)
        result = pm_fail(err, PM_EDATA, path,
                         "is there and cannot be read, so it may hold measurements (%.200s); move "
                         "it away, or give the import another --device or -o FILE",
                         why.msg);
    else if (strcmp(old.origin, "measured") == 0)
        result = pm_fail(err, PM_EUSAGE, path,
                         "holds measurements of this program; give the import another --device or "
                         "-o FILE");
    pm_profile_done(&old);
    return result;
}

#define METER_GAIN 0.02 /* relative, of a bench or plug meter whose data sheet nobody quoted */

/* The log of an external meter gives the windows of measured networks their energy. */
static int import_log(const struct pm_options *o, const char *path, struct pm_err *err)
{
    const char *log_path = o->settings.power, *slash = strrchr(log_path, '/');
    const char *name = slash != NULL ? slash + 1 : log_path;
    char shown[PATH_MAX], shown_log[sizeof o->settings.power]; /* a file's name is any bytes */
    const double gain = o->settings.power_gain_rel;
    const char *to = o->output != NULL ? o->output : path;
    struct pm_profile profile = {0};
    struct pm_power_log log = {0};
    struct pm_arena arena = {0};
    size_t filled = 0, missed = 0;
    if (o->output != NULL && !pm_file_is_same(path, to) && refuse_measured(to, err) != 0)
        return -1;
    if (pm_profile_load(path, true, &profile, err) != 0)
        return -1;
    int result = pm_power_log_load(log_path, o->offset_s, &log, err);
    if (result == 0)
        result =
            pm_power_log_apply(&log, pm_text_printable(name, shown, sizeof shown),
                               isfinite(gain) ? gain : METER_GAIN, &profile, &filled, &missed, err);
    for (size_t i = 0; result == 0 && i < profile.n; i++)
        result = pm_entry_take_power(&profile.entry[i], &arena, err);
    if (result == 0 && filled == 0)
        result =
            pm_fail(err, PM_EDATA, log_path,
                    "covers none of the %zu measurements with power windows in %.120s: measure "
                    "with `pickmodel profile --power log` while the meter logs, and mind its "
                    "clock (--offset)",
                    missed, path);
    if (result == 0)
        result = pm_profile_save(&profile, to, err);
    if (result == 0 && !o->quiet)
        printf("%zu networks given power from %s, %zu not covered by it; written to %s\n", filled,
               pm_text_printable(log_path, shown_log, sizeof shown_log), missed,
               pm_text_printable(to, shown, sizeof shown));
    pm_arena_done(&arena);
    pm_power_log_done(&log);
    pm_profile_done(&profile);
    return result;
}

static int import_power(struct pm_context *ctx, const struct pm_options *o, struct pm_err *err)
{
    const char *name = o->device;
    if (name == NULL && pm_board_read("", &ctx->arena, &ctx->board) != 0)
        return pm_fail_nomem(err);
    const char *path = pm_paths_own_profile(&ctx->paths, name != NULL ? name : ctx->board.host);
    if (path == NULL)
        return pm_fail_nomem(err);
    const int lock = pm_campaign_lock(path, PATIENCE_MS, err);
    if (lock < 0)
        return -1;
    const int result = import_log(o, path, err);
    pm_file_unlock(path, lock);
    return result;
}

/* No rule but fastest can pick what has no top-1, so it is asked for at once. */
static void say_without_accuracy(const struct pm_profile *p)
{
    size_t without = 0;
    for (size_t i = 0; i < p->n; i++)
        without += !pm_known(p->entry[i].top1_pct);
    if (without > 0)
        printf("%zu of them %s no top-1: the catalogue's is of fp32 at each network's own input "
               "size, and lent to nothing else; give a column top1_pct\n",
               without, without == 1 ? "has" : "have");
}

static int import_table(struct pm_context *ctx, const struct pm_options *o, struct pm_err *err)
{
    struct pm_profile profile = {0};
    char shown[PATH_MAX];
    const char *path = o->output != NULL ? o->output : pm_paths_own_profile(&ctx->paths, o->device);
    if (path == NULL)
        return pm_fail_nomem(err);
    const int lock = o->output == NULL ? pm_campaign_lock(path, PATIENCE_MS, err) : -1;
    if (lock < 0 && o->output == NULL)
        return -1;
    int result = refuse_measured(path, err);
    if (result == 0)
        result = pm_table_load(o->name[0], o->device, &ctx->catalogue, &profile, err);
    if (result == 0)
        result = pm_profile_save(&profile, path, err);
    if (result == 0 && !o->quiet)
        printf("%zu candidate%s of %s written to %s\n", profile.n, profile.n == 1 ? "" : "s",
               o->device, pm_text_printable(path, shown, sizeof shown));
    if (result == 0 && !o->quiet)
        say_without_accuracy(&profile);
    pm_profile_done(&profile);
    pm_file_unlock(path, lock);
    return result;
}

int pm_cmd_import(const struct pm_options *o, struct pm_err *err)
{
    struct pm_context ctx = {0};
    if (pm_context_open(o->settings.confidence, &ctx, err) != 0)
        return -1;
    const int result =
        o->settings.power[0] != '\0' ? import_power(&ctx, o, err) : import_table(&ctx, o, err);
    pm_context_done(&ctx);
    return result == 0 ? PM_EXIT_OK : -1;
}
