/* SPDX-License-Identifier: MIT */
#include "cli/emit.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "cli/options.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

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
