/* SPDX-License-Identifier: MIT
 * `pickmodel compare`: two profiles against each other, in every format. */
#ifndef PM_COMPARE_REPORT_H
#define PM_COMPARE_REPORT_H

#include "report/report.h"

struct pm_buf;
struct pm_comparison;
struct pm_condition;
struct cJSON;

int pm_report_comparison(const struct pm_comparison *comparison, enum pm_format format,
                         const struct pm_style *style, struct pm_buf *buf, struct pm_err *err);
int pm_comparison_json(const struct pm_comparison *comparison, struct pm_buf *buf,
                       struct pm_err *err);

/* "governor: powersave on A, performance on B": with what each side is called; one a line. */
void pm_conditions_text(const struct pm_condition *condition, size_t n, const char *a,
                        const char *b, const struct pm_style *style, struct pm_buf *buf);
void pm_conditions_markdown(const struct pm_condition *condition, size_t n, const char *a,
                            const char *b, struct pm_buf *buf);
/* "conditions": objects of what and of the two keys. */
void pm_conditions_json(struct cJSON *root, const struct pm_condition *condition, size_t n,
                        const char *a, const char *b);

#endif
