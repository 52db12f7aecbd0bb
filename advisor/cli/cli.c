/* SPDX-License-Identifier: MIT */
#include "base/err.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "stats/sample.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int exit_status(const struct pm_err *err)
{
    switch (err->code) {
    case PM_OK:
        return PM_EXIT_OK;
    case PM_EUSAGE:
        return PM_EXIT_USAGE;
    case PM_EDATA:
        return PM_EXIT_DATA;
    case PM_EINTERRUPTED:
        return PM_EXIT_INTERRUPTED;
    case PM_ESYSTEM:
    case PM_ENOMEM:
    case PM_EENGINE:
    case PM_EINTERNAL:
        break;
    }
    return PM_EXIT_INTERNAL;
}

static int run(const struct pm_options *o, struct pm_err *err)
{
    switch (o->command) {
    case PM_CMD_PICK:
        return pm_cmd_pick(o, err);
    case PM_CMD_REPORT:
        return pm_cmd_report(o, err);
    case PM_CMD_PROFILE:
        return pm_cmd_profile(o, err);
    case PM_CMD_FIT:
        return pm_cmd_fit(o, err);
    case PM_CMD_PREDICT:
        return pm_cmd_predict(o, err);
    case PM_CMD_EVALUATE:
        return pm_cmd_evaluate(o, err);
    case PM_CMD_EXPLAIN:
        return pm_cmd_explain(o, err);
    case PM_CMD_ADD:
        return pm_cmd_add(o, err);
    case PM_CMD_REMOVE:
        return pm_cmd_remove(o, err);
    case PM_CMD_LIST:
        return pm_cmd_list(o, err);
    case PM_CMD_IMPORT:
        return pm_cmd_import(o, err);
    case PM_CMD_DOCTOR:
        return pm_cmd_doctor(o, err);
    case PM_CMD_COMPARE:
        return pm_cmd_compare(o, err);
    case PM_CMD_CHECK:
        return pm_cmd_check(o, err);
    case PM_CMD_HELP:
        fputs(pm_options_help(), stdout);
        return PM_EXIT_OK;
    case PM_CMD_VERSION:
        puts("pickmodel " PM_VERSION);
        return PM_EXIT_OK;
    }
    return pm_fail(err, PM_EINTERNAL, NULL, "no such command");
}

/* An answer is a few bursts of small allocations. Given back in between, as glibc does, they cost a
 * tenth of its time in page faults. */
static void keep_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_TOP_PAD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

/* Started with a standard stream closed, the next file that is opened would take its number, and
 * what is printed would go there. Each is opened the wrong way round: its use is an error still. */
static void keep_standard_streams(void)
{
    static const int way[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", way[fd]); /* takes the lowest number that is free: fd */
    }
}

int pm_cli_main(int argc, char **argv)
{
    keep_standard_streams();
    keep_memory();
    struct pm_err err = {0};
    struct pm_options *o = calloc(1, sizeof *o);
    setlocale(LC_CTYPE, ""); /* for the table's widths; numbers stay in the C locale */
    pm_stats_init();
    signal(SIGXFSZ, SIG_IGN); /* a file at its limit is an error with a message, not our end */
    int status = -1;
    if (o == NULL)
        pm_fail_nomem(&err);
    else if (pm_options_parse(argc, argv, o, &err) == 0)
        status = run(o, &err);
    free(o);
    if (status >= 0 && (fflush(stdout) != 0 || ferror(stdout)))
        status = pm_fail(&err, PM_ESYSTEM, "standard output", "cannot be written");
    if (status >= 0)
        return status;
    fprintf(stderr, "pickmodel: %s%s%s\n", err.where, err.where[0] != '\0' ? ": " : "", err.msg);
    return exit_status(&err);
}
