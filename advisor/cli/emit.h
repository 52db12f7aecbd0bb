/* SPDX-License-Identifier: MIT
 * Where output goes, and how it may look there. */
#ifndef PM_EMIT_H
#define PM_EMIT_H

#include "report/report.h"

struct pm_buf;
struct pm_err;
struct pm_options;

/* Width, colour (a terminal, not under NO_COLOR) and character set of the place output goes to. */
struct pm_style pm_cli_style(const struct pm_options *o);
/* The text to stdout, or atomically to -o FILE. */
int pm_cli_emit(const struct pm_options *o, const struct pm_buf *buf, struct pm_err *err);

#endif
