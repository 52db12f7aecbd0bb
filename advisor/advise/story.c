/* SPDX-License-Identifier: MIT
 * What became of one candidate under one budget, in the words of the budgets. */
#include "advise/compare.h"

#include "advise/findings.h"
#include "base/buf.h"

#include <math.h>
#include <stdio.h>

static const char *const verbs[PM_METRICS] = {
    [PM_TOP1] = "reaches",  [PM_TOP5] = "reaches", [PM_LATENCY] = "takes", [PM_FPS] = "makes",
    [PM_KEEP_UP] = "makes", [PM_POWER] = "draws",  [PM_LAST] = "draws",    [PM_ENERGY] = "takes",
    [PM_MEMORY] = "takes",  [PM_PARAMS] = "has",   [PM_SIZE] = "has",
};

static const char *amount(enum pm_metric m, const struct pm_judgement *j, char *out, size_t size)
{
    char text[40];
    snprintf(out, size, "%s%s", isinf(j->value.hi) ? "more than " : "",
             pm_metric_text(m, j->value.value, text, sizeof text));
    return out;
}

/* "latency +20 ms", "top-1 -1.2 points" */
static void add_excess(struct pm_buf *buf, enum pm_metric m, double over, bool or_more)
{
    char text[40];
    if (m == PM_TOP1 || m == PM_TOP5)
        snprintf(text, sizeof text, "%.1f points", fabs(over));
    else
        pm_metric_text(m, fabs(over), text, sizeof text);
    pm_buf_addf(buf, "%s %s%s%s", pm_metric_info(m)->title, over < 0 ? "-" : "+", text,
                or_more ? " or more" : "");
}

static void add_was(struct pm_buf *buf, enum pm_metric m, const struct pm_judgement *was,
                    const char *budget, const char *then)
{
    static const char *const how[] = {[PM_MEETS] = "was within",
                                      [PM_FAILS] = "broke",
                                      [PM_UNDECIDED] = "was too near to call at",
                                      [PM_NO_DATA] = "was not known at"};
    char text[64];
    pm_buf_addf(buf, "%s %s %s", how[was->verdict], budget, then);
    if (pm_known(was->value))
        pm_buf_addf(buf, " (%s)", amount(m, was, text, sizeof text));
}

static void add_is(struct pm_buf *buf, enum pm_metric m, const struct pm_judgement *is,
                   double bound, const char *now)
{
    char text[64], needs[PM_NEEDS_TEXT];
    pm_buf_addf(buf, "; %s ", now);
    if (!pm_known(is->value)) {
        pm_buf_addf(buf, "its %s is not known%s%s", pm_metric_info(m)->title,
                    is->note != NULL ? ": " : "", is->note != NULL ? is->note : "");
        return;
    }
    pm_buf_addf(buf, "it %s %s", verbs[m], amount(m, is, text, sizeof text));
    switch (is->verdict) {
    case PM_FAILS:
        pm_buf_add(buf, ": ");
        add_excess(buf, m, is->value.value - bound, isinf(is->value.hi));
        break;
    case PM_MEETS:
        pm_buf_add(buf, ", which is within it");
        break;
    case PM_UNDECIDED:
    case PM_NO_DATA:
        pm_buf_add(buf, is->note != NULL ? ", undecided: " : ", too near to call");
        pm_buf_add(buf, is->note != NULL ? is->note : "");
        if (is->need_more > 0)
            pm_buf_addf(buf, " (%s would decide)", pm_judgement_needs(is, needs));
        break;
    }
}

/* "--max-latency 500 ms@p99", "the 6.67 W of --runtime" */
static void budget_words(const struct pm_answer *a, enum pm_metric m, char *out, size_t size)
{
    const struct pm_budget *b = &a->settings->budget[m];
    char flag[40], text[40], quantile[16] = "";
    pm_budget_flag(m, flag, sizeof flag);
    pm_metric_text(m, b->bound, text, sizeof text);
    if (pm_metric_is_timed(m) && fabs(b->quantile - 0.9) > 1e-9)
        snprintf(quantile, sizeof quantile, "@p%g", 100 * b->quantile);
    if (pm_metric_info(m)->from != NULL)
        snprintf(out, size, "the %s of %s", text, flag);
    else
        snprintf(out, size, "%s %s%s", flag, text, quantile);
}

const char *pm_budget_story(const struct pm_answer *a, const char *name, enum pm_metric metric,
                            const struct pm_judgement *was, const struct pm_judgement *is,
                            const char *then, const char *now, struct pm_arena *arena)
{
    struct pm_buf buf = {0};
    char budget[100];
    budget_words(a, metric, budget, sizeof budget);
    pm_buf_addf(&buf, "%s ", name);
    add_was(&buf, metric, was, budget, then);
    add_is(&buf, metric, is, a->settings->budget[metric].bound, now);
    pm_buf_add(&buf, ".");
    const char *copy = buf.failed ? NULL : pm_arena_dup(arena, pm_buf_text(&buf));
    pm_buf_done(&buf);
    return copy;
}
