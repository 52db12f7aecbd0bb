/* SPDX-License-Identifier: MIT
 * `pickmodel evaluate`: accuracies on the user's own images. */
#include "report/evaluation_report.h"

#include "advise/accuracy.h"
#include "base/buf.h"
#include "base/err.h"
#include "report/answer_json.h"
#include "report/table.h"
#include "report/wrap.h"
#include "json/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TINY_P 1e-9 /* smaller ones are not told apart */

static double share_of(const struct pm_evaluation *e)
{
    const long n = e->good + e->wrong;
    return n > 0 ? (double)e->good / (double)n : -1;
}

static int by_accuracy(const void *a, const void *b)
{
    const double x = share_of(a), y = share_of(b);
    return (x < y) - (x > y);
}

static void percent(struct pm_table *t, size_t column, struct pm_quantity q)
{
    if (pm_known(q))
        pm_table_cell(t, column, "%.2f", q.value);
}

static bool one_way(const struct pm_evaluation *e, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (strcmp(e[i].preprocessing, e[0].preprocessing) != 0)
            return false;
    }
    return true;
}

static void fill(const struct pm_evaluation *e, size_t n, double confidence, bool csv,
                 struct pm_table *t)
{
    static const struct {
        const char *title, *key;
        bool right;
    } column[] = {{"NETWORK", "network", false},      {"TOP-1 %", "top1_pct", true},
                  {"FROM", "top1_lo_pct", true},      {"TO", "top1_hi_pct", true},
                  {"TOP-5 %", "top5_pct", true},      {"GOOD", "good", true},
                  {"WRONG", "wrong", true},           {"SKIPPED", "skipped", true},
                  {"NOT FINITE", "non_finite", true}, {"PREPARED", "preprocessing", false}};
    for (size_t k = 0; k < sizeof column / sizeof *column; k++)
        pm_table_column(t, column[k].title, column[k].key, column[k].right);
    t->column[0].flexible = true;
    for (size_t i = 0; i < n; i++) {
        const struct pm_quantity top1 = pm_evaluation_top1(&e[i], confidence);
        pm_table_row(t);
        if (t->failed)
            return;
        pm_table_cell(t, 0, "%s%s", e[i].network, e[i].done < e[i].n ? " (not all)" : "");
        percent(t, 1, top1);
        if (pm_known(top1)) {
            pm_table_cell(t, 2, "%.2f", top1.lo);
            pm_table_cell(t, 3, "%.2f", top1.hi);
        }
        percent(t, 4, pm_evaluation_top5(&e[i], confidence));
        const long count[] = {e[i].good, e[i].wrong, e[i].skipped, e[i].non_finite};
        for (size_t k = 0; k < 4; k++)
            pm_table_cell(t, 5 + k, "%ld", count[k]);
        if (csv || !one_way(e, n))
            pm_table_cell(t, 9, "%s", e[i].preprocessing);
    }
}

/* Whether these images tell two networks apart; NULL when they cannot be compared. */
static const char *verdict(const struct pm_evaluation *a, const struct pm_evaluation *b,
                           double confidence, struct pm_arena *arena)
{
    struct pm_mcnemar m;
    if (!pm_evaluations_compare(a, b, confidence, &m))
        return NULL;
    const size_t n = m.both + m.first + m.second + m.neither;
    if (m.p < 1 - confidence)
        return pm_arena_printf(arena,
                               "%s is more accurate than %s: right alone on %zu images, %s on %zu "
                               "(exact McNemar, p %s %.2g).",
                               a->network, b->network, m.first, b->network, m.second,
                               m.p < TINY_P ? "<" : "=", m.p < TINY_P ? TINY_P : m.p);
    if (m.n_more == SIZE_MAX)
        return pm_arena_printf(arena,
                               "%s and %s cannot be told apart with these %zu images: each alone "
                               "is right on %zu.",
                               a->network, b->network, n, m.first);
    return pm_arena_printf(arena,
                           "%s and %s cannot be told apart with these %zu images (right alone on "
                           "%zu and %zu, p = %.2g): some %zu more of the kind would.",
                           a->network, b->network, n, m.first, m.second, m.p, m.n_more);
}

static size_t add_verdicts(const struct pm_evaluation *e, size_t n, double confidence,
                           const char **list, struct pm_arena *arena)
{
    size_t count = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        const char *text = verdict(&e[i], &e[i + 1], confidence, arena);
        if (text != NULL)
            list[count++] = text;
    }
    for (size_t i = 0; i < n; i++) {
        if (e[i].first_skipped != NULL &&
            (list[count] = pm_arena_printf(arena, "%s: %ld image%s skipped, the first: %s.",
                                           e[i].network, e[i].skipped, e[i].skipped == 1 ? "" : "s",
                                           e[i].first_skipped)) != NULL)
            count++;
    }
    return count;
}

static int write_json(const struct pm_evaluation *e, size_t n, double confidence,
                      struct pm_buf *buf, struct pm_err *err)
{
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", "pickmodel/evaluate/1");
    pm_json_add_number(root, "confidence", confidence);
    pm_json_add_text(root, "images", e[0].images);
    pm_json_add_text(root, "list_digest", e[0].list_digest);
    struct cJSON *list = pm_json_add_list(root, "networks");
    for (size_t i = 0; i < n; i++) {
        struct cJSON *o = pm_json_push_object(list);
        pm_json_add_text(o, "network", e[i].network);
        pm_json_add_text(o, "engine", e[i].engine);
        pm_json_add_text(o, "engine_version", e[i].engine_version);
        pm_json_add_text(o, "preprocessing", e[i].preprocessing);
        pm_json_add_text(o, "weights", e[i].weights);
        pm_json_add_number(o, "images", (double)e[i].n);
        pm_json_add_number(o, "done", (double)e[i].done);
        pm_json_add_number(o, "good", (double)e[i].good);
        pm_json_add_number(o, "wrong", (double)e[i].wrong);
        pm_json_add_number(o, "skipped", (double)e[i].skipped);
        pm_json_add_number(o, "non_finite", (double)e[i].non_finite);
        pm_json_add_text(o, "first_skipped", e[i].first_skipped);
        pm_answer_add_quantity(o, "top1_pct", pm_evaluation_top1(&e[i], confidence));
        pm_answer_add_quantity(o, "top5_pct", pm_evaluation_top5(&e[i], confidence));
    }
    struct cJSON *pairs = pm_json_add_list(root, "pairs");
    for (size_t i = 0; i + 1 < n; i++) {
        struct pm_mcnemar m;
        if (!pm_evaluations_compare(&e[i], &e[i + 1], confidence, &m))
            continue;
        struct cJSON *o = pm_json_push_object(pairs);
        pm_json_add_text(o, "first", e[i].network);
        pm_json_add_text(o, "second", e[i + 1].network);
        pm_json_add_number(o, "first_alone", (double)m.first);
        pm_json_add_number(o, "second_alone", (double)m.second);
        pm_json_add_number(o, "p", m.p);
        if (m.n_more != SIZE_MAX)
            pm_json_add_number(o, "more_images", (double)m.n_more);
    }
    return pm_json_print(root, true, buf, err);
}

static int write_text(const struct pm_evaluation *e, size_t n, double confidence,
                      enum pm_format format, const struct pm_style *style, struct pm_buf *buf,
                      struct pm_err *err)
{
    struct pm_table t = {0};
    fill(e, n, confidence, format == PM_FORMAT_CSV, &t);
    if (format != PM_FORMAT_CSV)
        pm_table_drop_empty(&t);
    const char **list = pm_arena_alloc(&t.arena, 2 * n + 1, sizeof *list);
    if (list == NULL) {
        pm_table_done(&t);
        return pm_fail_nomem(err);
    }
    if (format != PM_FORMAT_CSV)
        pm_buf_addf(buf, "%ld images of %s%s%s; %.0f %% intervals\n\n", e[0].n, e[0].images,
                    one_way(e, n) ? ", " : "", one_way(e, n) ? e[0].preprocessing : "",
                    100 * confidence);
    int result = pm_table_print(&t, format, style, buf, err);
    const size_t count = add_verdicts(e, n, confidence, list, &t.arena);
    if (format == PM_FORMAT_TEXT)
        pm_wrap_list(buf, style->utf8 ? "•" : "*", list, count, style->width);
    if (format == PM_FORMAT_MARKDOWN && count > 0) {
        pm_buf_add(buf, "\n");
        pm_markdown_list(buf, list, count);
    }
    pm_table_done(&t);
    return result;
}

int pm_report_evaluations(struct pm_evaluation *e, size_t n, double confidence,
                          enum pm_format format, const struct pm_style *style, struct pm_buf *buf,
                          struct pm_err *err)
{
    if (n == 0)
        return 0;
    qsort(e, n, sizeof *e, by_accuracy);
    if (format == PM_FORMAT_JSON)
        return write_json(e, n, confidence, buf, err);
    return write_text(e, n, confidence, format, style, buf, err);
}
