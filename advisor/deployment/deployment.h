/* SPDX-License-Identifier: MIT
 * The deployment report: the finished answer laid out for whoever signs off the hardware. */
#ifndef PM_DEPLOYMENT_H
#define PM_DEPLOYMENT_H

#include "deployment/writer.h"

struct pm_answer;
struct pm_buf;
struct pm_err;

/* One self-contained page. */
int pm_report_html(const struct pm_answer *answer, const struct pm_report_facts *facts,
                   struct pm_buf *buf, struct pm_err *err);
/* The same sections as Markdown (GitHub's), and as JSON: schema pickmodel/report/1. */
int pm_report_markdown(const struct pm_answer *answer, const struct pm_report_facts *facts,
                       struct pm_buf *buf, struct pm_err *err);
int pm_report_json(const struct pm_answer *answer, const struct pm_report_facts *facts,
                   struct pm_buf *buf, struct pm_err *err);

#endif
