/* SPDX-License-Identifier: MIT
 * Programs of others that a report may use when they are installed: a browser for PDF, Node and
 * rsvg-convert for pictures. */
#ifndef PM_TOOL_H
#define PM_TOOL_H

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

/* The first of the names (ending with NULL) that is a program in PATH. */
bool pm_tool_find(const char *const *names, char *path, size_t size);
/* Run it to its end, a minute at most; its output is dropped, its last words go into err. Ctrl-C
 * ends it (PM_EINTERRUPTED), so that the caller can tidy up. env: as for pm_process_start. */
int pm_tool_run(const char *const *argv, const char *const *env, struct pm_err *err);

#endif
