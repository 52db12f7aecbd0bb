/* SPDX-License-Identifier: MIT
 * Accuracy against latency in braille dots: points, the fitted front, the budgets as lines. */
#ifndef PM_SCATTER_H
#define PM_SCATTER_H

struct pm_answer;
struct pm_buf;
struct pm_style;

/* Nothing when fewer than three candidates have both figures, or without UTF-8. */
void pm_scatter_add(const struct pm_answer *answer, const struct pm_style *style,
                    struct pm_buf *buf);

#endif
