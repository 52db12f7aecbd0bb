/* SPDX-License-Identifier: MIT
 * A saved decision, asked again of a profile. */
#include "fuzz.h"

#include "advise/recheck.h"
#include "record/decision.h"
#include "report/recheck_report.h"

#include <stdio.h>
#include <string.h>

/* Two networks that the seeds decide between. */
static const char now_text[] =
    "{\"schema\":\"pickmodel/profile/1\",\"origin\":\"imported\",\"device\":{\"name\":\"board\"},"
    "\"entries\":["
    "{\"network\":\"a\",\"engine\":\"e\",\"precision\":\"fp32\",\"input_px\":8,\"batch\":1,"
    "\"threads\":1,\"status\":\"complete\",\"latency_ms\":{\"value\":20,\"origin\":\"declared\"},"
    "\"top1_pct\":{\"value\":70,\"origin\":\"declared\"}},"
    "{\"network\":\"b\",\"engine\":\"e\",\"precision\":\"fp32\",\"input_px\":8,\"batch\":1,"
    "\"threads\":1,\"status\":\"complete\",\"latency_ms\":{\"value\":90,\"origin\":\"declared\"},"
    "\"top1_pct\":{\"value\":80,\"origin\":\"declared\"}}]}";

static void show(const struct pm_recheck *r)
{
    static const enum pm_format format[] = {PM_FORMAT_TEXT, PM_FORMAT_JSON, PM_FORMAT_MARKDOWN};
    const struct pm_style style = {.width = 80, .utf8 = true};
    for (size_t i = 0; i < sizeof format / sizeof format[0]; i++) {
        struct pm_err err = {0};
        struct pm_buf text = {0};
        pm_fuzz_must(pm_report_recheck(r, format[i], &style, &text, &err) == 0,
                     "what was found can be shown");
        pm_fuzz_must_be_plain(&text, "what is shown is plain text");
        if (format[i] == PM_FORMAT_JSON)
            pm_fuzz_must_be_json(&text, "a check");
        pm_buf_done(&text);
    }
}

static void ask_again(const struct pm_decision *d)
{
    struct pm_err err = {0};
    struct pm_arena arena = {0};
    struct pm_profile p = {0};
    struct pm_candidate *c = NULL;
    struct pm_answer a = {0};
    struct pm_recheck found = {0};
    size_t n = 0;
    const char *path = pm_fuzz_file("now.json", now_text, sizeof now_text - 1);
    if (pm_profile_load(path, true, &p, &err) != 0)
        fprintf(stderr, "fuzz: %s: %s\n", err.where, err.msg);
    pm_fuzz_must(p.n == 2, "the profile is one");
    pm_profile_keep_ways(&p, &d->settings);
    int result = pm_candidates_of_profile(&p, NULL, &d->settings, &arena, &c, &n, &err);
    if (result == 0)
        result = pm_answer_find(c, n, &d->settings, &p, false, &a, &err);
    if (result == 0)
        result = pm_recheck_find(d, &a, &found, &err);
    pm_fuzz_must_say(result, &err);
    if (result == 0)
        show(&found);
    pm_recheck_done(&found);
    pm_answer_done(&a);
    pm_arena_done(&arena);
    pm_profile_done(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_decision d = {0};
    const int result = pm_decision_load(pm_fuzz_file("decision.json", data, size), &d, &err);
    pm_fuzz_must_say(result, &err);
    if (result == 0) {
        ask_again(&d);
        pm_decision_done(&d);
    }
    return 0;
}
