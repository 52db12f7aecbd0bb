/* SPDX-License-Identifier: MIT */
#ifndef PM_EXPLAIN_REPORT_H
#define PM_EXPLAIN_REPORT_H

#include "report/report.h"

struct pm_dissection;

/* Text and Markdown show the layers that matter most, or every one when `all`; CSV and JSON
 * always do. */
int pm_report_dissection(const struct pm_dissection *d, bool all, enum pm_format format,
                         const struct pm_style *style, struct pm_buf *buf, struct pm_err *err);

#endif
