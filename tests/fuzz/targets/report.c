/* SPDX-License-Identifier: MIT
 * From somebody's profile and configuration to every form in which the answer is given. */
#include "fuzz.h"

#include "advise/answer.h"
#include "deployment/deployment.h"
#include "record/profile.h"
#include "report/report.h"

#include <string.h>

#define ENTRIES_MAX 12 /* more say nothing new, and each is judged, fitted and drawn */

static const struct pm_style style = {.width = 80, .utf8 = true};
static const struct pm_report_facts facts = {.command = "pickmodel",
                                             .made_at = "2026-01-01T00:00:00Z",
                                             .version = "0",
                                             .catalogue = "0123456789abcdef"};

static void finish(int result, struct pm_err *err, struct pm_buf *text, bool json)
{
    pm_fuzz_must_say(result, err);
    pm_fuzz_must(result == 0, "an answer can be written");
    pm_fuzz_must_be_plain(text, "an answer is plain text");
    if (json)
        pm_fuzz_must_be_json(text, "an answer");
    pm_buf_done(text);
}

static void show(const struct pm_answer *a, const struct pm_profile *p)
{
    static const enum pm_format format[] = {PM_FORMAT_TEXT, PM_FORMAT_JSON, PM_FORMAT_MARKDOWN,
                                            PM_FORMAT_CSV};
    struct pm_err err = {0};
    for (size_t i = 0; i < sizeof format / sizeof format[0]; i++) {
        const bool json = format[i] == PM_FORMAT_JSON;
        struct pm_buf text = {0};
        finish(pm_report_answer(a, format[i], &style, &text, &err), &err, &text, json);
        if (format[i] != PM_FORMAT_CSV) /* fits are no table */
            finish(pm_report_fit(a, format[i], &style, &text, &err), &err, &text, json);
        finish(pm_report_profile(p, format[i], &style, &text, &err), &err, &text, json);
    }
    struct pm_buf text = {0};
    finish(pm_report_markdown(a, &facts, &text, &err), &err, &text, false);
    finish(pm_report_json(a, &facts, &text, &err), &err, &text, true);
    const int result = pm_report_html(a, &facts, &text, &err);
    /* a name that reads as markup is shown, never obeyed */
    pm_fuzz_must(result != 0 || strstr(pm_buf_text(&text), "<evil") == NULL,
                 "no markup of a stranger is in the page");
    finish(result, &err, &text, false);
}

static void ask(struct pm_profile *p, const struct pm_settings *settings)
{
    struct pm_err err = {0};
    struct pm_arena arena = {0};
    struct pm_candidate *c = NULL;
    struct pm_answer a = {0};
    size_t n = 0;
    pm_profile_keep_ways(p, settings);
    int result = pm_candidates_of_profile(p, NULL, settings, &arena, &c, &n, &err);
    if (result == 0)
        result = pm_answer_find(c, n, settings, p, false, &a, &err);
    pm_fuzz_must_say(result, &err);
    if (result == 0)
        show(&a, p);
    pm_answer_done(&a);
    pm_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_fuzz_part rest = {data, size}, profile = pm_fuzz_next(&rest);
    struct pm_err err = {0};
    struct pm_profile p = {0};
    struct pm_settings settings = pm_settings_default();
    const char *budgets = pm_fuzz_file("budgets.yaml", rest.data, rest.size);
    if (pm_settings_load_yaml(budgets, 0, &settings, &err) != 0 ||
        pm_settings_finish(&settings, &err) != 0)
        return 0;
    if (pm_profile_load(pm_fuzz_file("p.json", profile.data, profile.size), true, &p, &err) == 0) {
        if (p.n <= ENTRIES_MAX)
            ask(&p, &settings);
    } else {
        pm_fuzz_must_say(-1, &err);
    }
    pm_profile_done(&p);
    return 0;
}
