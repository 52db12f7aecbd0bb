/* SPDX-License-Identifier: MIT */
#ifndef PM_EVALUATION_REPORT_H
#define PM_EVALUATION_REPORT_H

#include "record/evaluation.h"
#include "report/report.h"

/* Of n networks on one list, the most accurate first: shares, intervals, counts, and which of two
 * neighbours are told apart. e may be put in order. */
int pm_report_evaluations(struct pm_evaluation *e, size_t n, double confidence,
                          enum pm_format format, const struct pm_style *style, struct pm_buf *buf,
                          struct pm_err *err);

#endif
