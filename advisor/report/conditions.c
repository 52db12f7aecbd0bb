/* SPDX-License-Identifier: MIT
 * What differs in how two sides were measured. */
#include "report/compare_report.h"

#include "advise/compare.h"
#include "base/buf.h"
#include "report/table.h"
#include "report/wrap.h"
#include "json/json.h"

static void write_line(const struct pm_condition *c, const char *a, const char *b,
                       struct pm_buf *out)
{
    pm_buf_addf(out, "%s: %s %s, %s %s", c->what, c->a, a, c->b, b);
}

void pm_conditions_text(const struct pm_condition *condition, size_t n, const char *a,
                        const char *b, const struct pm_style *style, struct pm_buf *buf)
{
    if (n > 0)
        pm_buf_add(buf, "\n");
    for (size_t i = 0; i < n; i++) {
        struct pm_buf line = {0};
        write_line(&condition[i], a, b, &line);
        pm_wrap_add(buf, style->utf8 ? "⚠" : "!", pm_buf_text(&line), style->width);
        buf->failed = buf->failed || line.failed;
        pm_buf_done(&line);
    }
}

void pm_conditions_markdown(const struct pm_condition *condition, size_t n, const char *a,
                            const char *b, struct pm_buf *buf)
{
    for (size_t i = 0; i < n; i++) {
        struct pm_buf line = {0};
        write_line(&condition[i], a, b, &line);
        pm_buf_add(buf, "- ");
        pm_markdown_add(buf, pm_buf_text(&line));
        pm_buf_add(buf, "\n");
        buf->failed = buf->failed || line.failed;
        pm_buf_done(&line);
    }
}

void pm_conditions_json(struct cJSON *root, const struct pm_condition *condition, size_t n,
                        const char *a, const char *b)
{
    struct cJSON *list = pm_json_add_list(root, "conditions");
    for (size_t i = 0; i < n; i++) {
        struct cJSON *o = pm_json_push_object(list);
        pm_json_add_text(o, "what", condition[i].what);
        pm_json_add_text(o, a, condition[i].a);
        pm_json_add_text(o, b, condition[i].b);
    }
}
