/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "stats/sample.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int exit_status(const struct pm_err *err)
{
    switch (err->code) {
    case PM_OK:
        return PM_EXIT_OK;
    case PM_EUSAGE:
        return PM_EXIT_USAGE;
    case PM_EDATA:
        return PM_EXIT_DATA;
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
    case PM_CMD_PROFILE:
        return pm_cmd_profile(o, err);
    case PM_CMD_FIT:
        return pm_cmd_fit(o, err);
    case PM_CMD_LIST:
        return pm_cmd_list(o, err);
    case PM_CMD_IMPORT:
        return pm_cmd_import(o, err);
    case PM_CMD_HELP:
        fputs(pm_options_help(), stdout);
        return PM_EXIT_OK;
    case PM_CMD_VERSION:
        puts("pickmodel " PM_VERSION);
        return PM_EXIT_OK;
    }
    return pm_fail(err, PM_EINTERNAL, NULL, "no such command");
}

int pm_cli_main(int argc, char **argv)
{
    struct pm_err err = {0};
    struct pm_options *o = calloc(1, sizeof *o);
    setlocale(LC_CTYPE, ""); /* for the table's widths; numbers stay in the C locale */
    pm_stats_init();
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
    char where[sizeof err.where], msg[sizeof err.msg];
    fprintf(stderr, "pickmodel: %s%s%s\n", pm_text_printable(err.where, where, sizeof where),
            err.where[0] != '\0' ? ": " : "", pm_text_printable(err.msg, msg, sizeof msg));
    return exit_status(&err);
}

struct pm_style pm_cli_style(const struct pm_options *o)
{
    struct pm_style style = {.width = 80};
    struct winsize size;
    const bool terminal = o->output == NULL && isatty(STDOUT_FILENO) == 1;
    const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        style.width = size.ws_col < 120 ? size.ws_col : 120;
    style.colour = terminal && (no_colour == NULL || *no_colour == '\0') &&
                   !(term != NULL && strcmp(term, "dumb") == 0);
    style.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return style;
}

int pm_cli_emit(const struct pm_options *o, const struct pm_buf *buf, struct pm_err *err)
{
    if (pm_buf_check(buf, err) != 0)
        return -1;
    if (o->output != NULL)
        return pm_file_write(o->output, pm_buf_text(buf), buf->len, err);
    if (fwrite(pm_buf_text(buf), 1, buf->len, stdout) != buf->len || fflush(stdout) != 0)
        return pm_fail(err, PM_ESYSTEM, "standard output", "cannot be written");
    return 0;
}
