/* SPDX-License-Identifier: MIT */
#include "cli/tool.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/process.h"
#include "cli/stop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MS 60e3

static bool in_path(const char *name, char *path, size_t size)
{
    const char *list = getenv("PATH");
    for (const char *p = list; p != NULL && *p != '\0';) {
        const size_t n = strcspn(p, ":");
        const int len = snprintf(path, size, "%.*s/%s", (int)n, p, name);
        if (n > 0 && len > 0 && (size_t)len < size && access(path, X_OK) == 0)
            return true;
        p += n + (p[n] == ':');
    }
    return false;
}

bool pm_tool_find(const char *const *names, char *path, size_t size)
{
    for (; *names != NULL; names++) {
        if (in_path(*names, path, size))
            return true;
    }
    return false;
}

int pm_tool_run(const char *const *argv, const char *const *env, struct pm_err *err)
{
    struct pm_process p;
    struct pm_buf line = {0};
    const double deadline = pm_clock_ms() + PATIENCE_MS;
    enum pm_process_read read;
    int status = 0, result = -1;
    if (pm_process_start(&p, argv, env, err) != 0)
        return -1;
    while ((read = pm_process_line(&p, deadline, pm_stop_watch(), &line)) == PM_READ_LINE)
        continue;
    pm_buf_done(&line);
    if (read == PM_READ_STOPPED) {
        pm_fail(err, PM_EINTERRUPTED, argv[0], "was interrupted");
    } else if (read != PM_READ_END) {
        pm_process_kill(&p);
        pm_fail(err, PM_ESYSTEM, argv[0], "did not finish within %.0f s", PATIENCE_MS / 1e3);
    } else if (!pm_process_wait(&p, deadline, &status) || status != 0) {
        char how[60];
        pm_process_describe(status, how, sizeof how);
        pm_fail(err, PM_ESYSTEM, argv[0], "%s: %.300s", how, p.complaint);
    } else {
        result = 0;
    }
    pm_process_done(&p);
    return result;
}
