/* SPDX-License-Identifier: MIT
 * `pickmodel check`: does a saved decision still hold, in every format but CSV. */
#ifndef PM_RECHECK_REPORT_H
#define PM_RECHECK_REPORT_H

#include "report/report.h"

struct pm_buf;
struct pm_recheck;

int pm_report_recheck(const struct pm_recheck *recheck, enum pm_format format,
                      const struct pm_style *style, struct pm_buf *buf, struct pm_err *err);
int pm_recheck_json(const struct pm_recheck *recheck, struct pm_buf *buf, struct pm_err *err);

#endif
