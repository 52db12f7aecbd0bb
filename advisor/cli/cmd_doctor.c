/* SPDX-License-Identifier: MIT
 * `pickmodel doctor`: can measurements on this machine be trusted, and what to do when not. */
#include "base/buf.h"
#include "base/err.h"
#include "cli/checkup.h"
#include "cli/commands.h"
#include "cli/emit.h"
#include "cli/options.h"
#include "cli/stop.h"

#include <stdlib.h>

int pm_cmd_doctor(const struct pm_options *o, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_buf buf = {0};
    const struct pm_style style = pm_cli_style(o);
    const volatile sig_atomic_t *stop = pm_stop_watch();
    struct pm_doctor *d = calloc(1, sizeof *d);
    if (d == NULL)
        return pm_fail_nomem(err);
    int result = pm_checkup(o, "", stop, &arena, d, err);
    if (result == 0)
        result = pm_report_doctor(d, o->format, &style, &buf, err);
    if (result == 0)
        result = pm_cli_emit(o, &buf, err);
    if (result == 0)
        result = d->trusted ? PM_EXIT_OK : PM_EXIT_UNTRUSTED;
    else if (*stop)
        result = PM_EXIT_INTERRUPTED;
    pm_buf_done(&buf);
    pm_arena_done(&arena);
    free(d);
    return result;
}
