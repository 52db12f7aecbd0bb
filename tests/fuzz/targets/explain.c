/* SPDX-License-Identifier: MIT
 * Anybody's cfg, layer by layer, in every format. */
#include "fuzz.h"

#include "advise/dissect.h"
#include "record/catalogue.h"
#include "report/explain_report.h"

#define LAYERS_MAX 200 /* of which some format shows each */

static void show(const struct pm_dissection *d)
{
    static const enum pm_format format[] = {PM_FORMAT_TEXT, PM_FORMAT_JSON, PM_FORMAT_MARKDOWN,
                                            PM_FORMAT_CSV};
    const struct pm_style style = {.width = 60, .utf8 = true};
    for (size_t i = 0; i < sizeof format / sizeof format[0]; i++) {
        struct pm_err err = {0};
        struct pm_buf text = {0};
        pm_fuzz_must(pm_report_dissection(d, i % 2 == 0, format[i], &style, &text, &err) == 0,
                     "what is known can be shown");
        pm_fuzz_must_be_plain(&text, "what is shown is plain text");
        if (format[i] == PM_FORMAT_JSON)
            pm_fuzz_must_be_json(&text, "explain");
        pm_buf_done(&text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_arena arena = {0};
    struct pm_catalogue_entry known;
    struct pm_network net;
    struct pm_dissection d = {0};
    const char *path = pm_fuzz_file("net.cfg", data, size);
    int result = pm_catalogue_entry_of_cfg(path, &arena, &known, &err);
    pm_fuzz_must_say(result, &err);
    if (result == 0 && pm_network_load(path, &arena, &net, &err) == 0 && net.layers < LAYERS_MAX) {
        double ms[LAYERS_MAX];
        for (size_t i = 0; i < net.layers; i++)
            ms[i] = (double)(i % 7);
        d.known = &known;
        d.net = &net;
        d.ms = ms;
        d.way = "engine, 1 thread, median of 3";
        result = pm_dissect(&d, NULL, 0, 0, &err);
        pm_fuzz_must_say(result, &err);
        if (result == 0)
            show(&d);
    }
    pm_dissection_done(&d);
    pm_arena_done(&arena);
    return 0;
}
