/* SPDX-License-Identifier: MIT */
#ifndef PM_ANSWER_TEXT_H
#define PM_ANSWER_TEXT_H

struct pm_answer;
struct pm_buf;
struct pm_err;
struct pm_style;

int pm_answer_text(const struct pm_answer *answer, const struct pm_style *style, struct pm_buf *buf,
                   struct pm_err *err);
int pm_answer_markdown(const struct pm_answer *answer, const struct pm_style *style,
                       struct pm_buf *buf, struct pm_err *err);
int pm_answer_csv(const struct pm_answer *answer, const struct pm_style *style, struct pm_buf *buf,
                  struct pm_err *err);
int pm_answer_json(const struct pm_answer *answer, struct pm_buf *buf, struct pm_err *err);

#endif
