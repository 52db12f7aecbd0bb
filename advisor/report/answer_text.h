/* SPDX-License-Identifier: MIT */
#ifndef PM_ANSWER_TEXT_H
#define PM_ANSWER_TEXT_H

struct cJSON;
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
/* Schema pickmodel/answer/1 as a document, the caller's to free; broken (pm_json_print says so)
 * when out of memory. */
struct cJSON *pm_answer_tree(const struct pm_answer *answer);
int pm_answer_json(const struct pm_answer *answer, struct pm_buf *buf, struct pm_err *err);

#endif
