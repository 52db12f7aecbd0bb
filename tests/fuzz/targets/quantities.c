/* SPDX-License-Identifier: MIT
 * Every number with a unit that an option takes, and every small grammar of texts. */
#include "fuzz.h"

#include "base/number.h"
#include "base/text.h"
#include "record/configuration.h"
#include "record/settings.h"
#include "sensor/probe.h"

#include <math.h>
#include <string.h>

#define COUNTS 8

static void numbers(const char *text)
{
    static bool (*const read[])(const char *, double *) = {
        pm_number_double, pm_number_duration_ms, pm_number_bytes,   pm_number_joules,
        pm_number_watts,  pm_number_watt_hours,  pm_number_percent, pm_number_points,
        pm_number_rate,   pm_number_count};
    for (size_t i = 0; i < sizeof read / sizeof read[0]; i++) {
        double value = 0;
        if (read[i](text, &value))
            pm_fuzz_must(isfinite(value), "a number that was read is one");
    }
    long n = 0, counts[COUNTS];
    size_t many = 0;
    if (pm_number_long(text, -5, 5, &n))
        pm_fuzz_must(n >= -5 && n <= 5, "within its range");
    if (pm_number_counts(text, 64, counts, COUNTS, &many))
        pm_fuzz_must(many <= COUNTS, "as many as there is room for");
}

static void texts(const char *text)
{
    char shown[40], again[40];
    const char *rest = text;
    static const char *const names[] = {"resnet18", "resnet50", "max-latency"};
    pm_text_printable(text, shown, sizeof shown);
    pm_fuzz_must(pm_text_is_plain(shown), "what is printable is plain");
    pm_fuzz_must(strcmp(pm_text_printable(shown, again, sizeof again), shown) == 0,
                 "and stays what it is");
    while (pm_text_next_in_list(&rest, shown, sizeof shown))
        pm_fuzz_must(strlen(shown) < sizeof shown, "a name of a list is cut");
    pm_fuzz_must(pm_text_same_name(text, text), "a name is its own");
    (void)pm_text_nearest(text, names, 3);
    (void)pm_text_is_identifier(text);
}

static void settings(const char *text)
{
    for (size_t i = 0; pm_settings_key(i) != NULL; i++) {
        struct pm_err err = {0};
        struct pm_settings s = pm_settings_default();
        pm_fuzz_must_say(pm_settings_set(&s, pm_settings_key(i), text, "option", &err), &err);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[300], input[PM_INPUT_TEXT];
    struct pm_err err = {0};
    struct pm_input px;
    long channels = 0;
    if (size >= sizeof text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    numbers(text);
    texts(text);
    settings(text);
    if (pm_input_parse(text, &px, &channels))
        pm_fuzz_must(strlen(pm_input_text(px, input)) > 0, "an input is shown");
    pm_fuzz_must_say(pm_power_check_name(text, "--power", &err), &err);
    return 0;
}
