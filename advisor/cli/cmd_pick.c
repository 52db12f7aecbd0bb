/* SPDX-License-Identifier: MIT
 * `pickmodel [pick]`: the answer, printed. */
#include "advise/answer.h"
#include "base/buf.h"
#include "cli/commands.h"
#include "cli/emit.h"
#include "cli/options.h"
#include "cli/question.h"

static int print(const struct pm_options *o, const struct pm_context *ctx, struct pm_answer *a,
                 struct pm_err *err)
{
    struct pm_buf buf = {0};
    const struct pm_style style = pm_cli_style(o);
    (void)ctx;
    int result = o->format == PM_FORMAT_JSON ? pm_answer_finish_laws(a, err) : 0;
    if (result == 0)
        result = pm_report_answer(a, o->format, &style, &buf, err);
    if (result == 0)
        result = pm_cli_emit(o, &buf, err);
    pm_buf_done(&buf);
    return result;
}

int pm_cmd_pick(const struct pm_options *o, struct pm_err *err)
{
    return pm_question_answer(o, print, err);
}
