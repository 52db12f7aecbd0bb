/* SPDX-License-Identifier: MIT
 * The verdict of a check-up, and how it is laid out. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/checkup.h"
#include "report/doctor.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct pm_arena arena;
static struct pm_doctor sick;

static void add(struct pm_doctor *d, enum pm_check_group g, struct pm_check c)
{
    d->group[g].check[d->group[g].n++] = c;
}

static int make(void **unused)
{
    struct pm_err err = {0};
    (void)unused;
    sick = (struct pm_doctor){0};
    add(&sick, PM_GROUP_BOARD,
        (struct pm_check){"model", PM_CHECK_FACT, "Raspberry Pi 5 Model B Rev 1.0", NULL});
    add(&sick, PM_GROUP_ENGINES,
        (struct pm_check){"darknet", PM_CHECK_OK, "version 1, fp32 on cpu, 1 thread", NULL});
    add(&sick, PM_GROUP_POWER,
        (struct pm_check){"cmd:/usr/local/bin/read-watts --port /dev/ttyUSB0", PM_CHECK_OK,
                          "a number of watts a line", NULL});
    add(&sick, PM_GROUP_GUARDS,
        (struct pm_check){"governor", PM_CHECK_NOTE, "schedutil",
                          "latency depends on what ran before; hold the clock, please: "
                          "`sudo cpupower frequency-set -g performance`"});
    add(&sick, PM_GROUP_GUARDS, (struct pm_check){"steal", PM_CHECK_LACKING, NULL, NULL});
    add(&sick, PM_GROUP_GUARDS, (struct pm_check){"swap", PM_CHECK_LACKING, NULL, NULL});
    add(&sick, PM_GROUP_GUARDS,
        (struct pm_check){"Raspberry Pi", PM_CHECK_TROUBLE, "under-voltage now",
                          "use a stronger power supply"});
    add(&sick, PM_GROUP_FILES,
        (struct pm_check){"catalogue", PM_CHECK_TROUBLE, "a \033[31mhostile name", NULL});
    return pm_checkup_conclude(&sick, &arena, &err);
}

static void verdicts(void **unused)
{
    struct pm_err err = {0};
    (void)unused;
    assert_false(sick.trusted);
    assert_string_equal(sick.verdict, "Measurements here would not be trusted: 2 things to mend.");
    assert_int_equal(sick.mends, 2);
    assert_string_equal(sick.mend[0], "Raspberry Pi: use a stronger power supply");
    sick.group[PM_GROUP_GUARDS].check[3].state = PM_CHECK_NOTE;
    assert_int_equal(pm_checkup_conclude(&sick, &arena, &err), 0);
    assert_string_equal(sick.verdict, "Measurements here would not be trusted: 1 thing to mend.");
    sick.group[PM_GROUP_FILES].n = 0; /* what is left is worth knowing, no more */
    assert_int_equal(pm_checkup_conclude(&sick, &arena, &err), 0);
    assert_true(sick.trusted);
    assert_int_equal(sick.mends, 0);
    assert_string_equal(sick.verdict, "Measurements here can be trusted.");
}

static const char *rendered(enum pm_format format, struct pm_style style)
{
    static struct pm_buf buf;
    struct pm_err err = {0};
    buf.len = 0;
    if (pm_report_doctor(&sick, format, &style, &buf, &err) != 0)
        fail_msg("%s", err.msg);
    const char *kept = pm_arena_dup(&arena, pm_buf_text(&buf));
    pm_buf_done(&buf);
    buf = (struct pm_buf){0};
    assert_non_null(kept);
    return kept;
}

static void columns(void **unused)
{
    (void)unused;
    assert_string_equal(rendered(PM_FORMAT_TEXT, (struct pm_style){.width = 64}),
                        "  BOARD\n"
                        "  model              Raspberry Pi 5 Model B Rev 1.0\n"
                        "\n"
                        "  ENGINES\n"
                        "+ darknet            version 1, fp32 on cpu, 1 thread\n"
                        "\n"
                        "  POWER\n"
                        "+ cmd:/usr/local/... cmd:/usr/local/bin/read-watts --port\n"
                        "                     /dev/ttyUSB0: a number of watts a line\n"
                        "\n"
                        "  STATE\n"
                        "! governor           schedutil\n"
                        "                     > latency depends on what ran before; hold\n"
                        "                       the clock, please: `sudo cpupower\n"
                        "                       frequency-set -g performance`\n"
                        "x Raspberry Pi       under-voltage now\n"
                        "                     > use a stronger power supply\n"
                        "- not here           steal, swap\n"
                        "\n"
                        "  FILES\n"
                        "x catalogue          a ?[31mhostile name\n"
                        "\n"
                        "Measurements here would not be trusted: 2 things to mend.\n"
                        "- Raspberry Pi: use a stronger power supply\n"
                        "- catalogue: a ?[31mhostile name\n");
}

/* As long as a line allows it, a command can be copied in one piece. */
static void whole_commands(void **unused)
{
    (void)unused;
    for (int width = 68; width <= 120; width++) {
        const char *text = rendered(PM_FORMAT_TEXT, (struct pm_style){.width = width});
        if (strstr(text, "`sudo cpupower frequency-set -g performance`") == NULL)
            fail_msg("broken at %d columns:\n%s", width, text);
    }
}

static void no_line_is_too_long(void **unused)
{
    (void)unused;
    for (int width = 52; width <= 120; width++) {
        const char *text = rendered(PM_FORMAT_TEXT, (struct pm_style){.width = width});
        for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
            if (strcspn(line, "\n") > (size_t)width)
                fail_msg("at %d columns: %.*s", width, (int)strcspn(line, "\n"), line);
        }
    }
}

static void marks_and_colours(void **unused)
{
    (void)unused;
    const char *plain = rendered(PM_FORMAT_TEXT, (struct pm_style){.width = 80, .utf8 = true});
    assert_non_null(strstr(plain, "\n✗ Raspberry Pi"));
    assert_non_null(strstr(plain, "\n✓ darknet"));
    assert_non_null(strstr(plain, "→ use a"));
    assert_null(strchr(plain, '\033'));
    const char *bright =
        rendered(PM_FORMAT_TEXT, (struct pm_style){.width = 80, .utf8 = true, .colour = true});
    assert_non_null(strstr(bright, "\033[31m✗ Raspberry Pi"));
    assert_non_null(strstr(bright, "\033[1;31mMeasurements"));
}

static void other_formats(void **unused)
{
    const struct pm_style style = {.width = 80};
    (void)unused;
    const char *json = rendered(PM_FORMAT_JSON, style);
    assert_non_null(strstr(json, "\"schema\": \"pickmodel/doctor/1\""));
    assert_non_null(strstr(json, "\"trusted\": false"));
    assert_non_null(strstr(json, "\"name\": \"steal\""));
    const char *csv = rendered(PM_FORMAT_CSV, style);
    assert_non_null(strstr(csv, "group,check,state,text,advice\nboard,model,fact,"));
    assert_non_null(strstr(csv, "\nguards,steal,lacking,,\n"));
    const char *md = rendered(PM_FORMAT_MARKDOWN, style);
    assert_non_null(strstr(md, "# Measurements here would not be trusted: 2 things to mend.\n"));
    assert_non_null(strstr(md, "\n- Raspberry Pi: use a stronger power supply\n"));
    assert_null(strchr(md, '\033'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(verdicts, make),
        cmocka_unit_test_setup(columns, make),
        cmocka_unit_test_setup(whole_commands, make),
        cmocka_unit_test_setup(no_line_is_too_long, make),
        cmocka_unit_test_setup(marks_and_colours, make),
        cmocka_unit_test_setup(other_formats, make),
    };
    setlocale(LC_CTYPE, "");
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pm_arena_done(&arena);
    return failed;
}
