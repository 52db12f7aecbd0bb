/* SPDX-License-Identifier: MIT
 * Which source is taken: names the user gives, and the automatic list. */
#include "base/err.h"
#include "sensor/meter.h"
#include "sensor/probe.h"
#include "sensor/source.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "close.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void good_names(void **unused)
{
    static const char *const good[] = {
        "",          "auto",          "none",   "cmd:echo 5", "file:/a:b/power:mW", "file:x:J",
        "hwmon:a/b", "powercap:psys", "nvml:0", "assume:12",  "assume:12W",         "assume:800mW",
    };
    (void)unused;
    for (size_t i = 0; i < COUNT(good); i++)
        if (pm_power_check_name(good[i], "--power", NULL) != 0)
            fail_msg("\"%s\" is refused", good[i]);
}

static void bad_names(void **unused)
{
    static const char forms[] = "auto, none, cmd:COMMAND, file:PATH:unit, hwmon:CHIP/FEATURE, "
                                "powercap:ZONE, nvml:N or assume:WATTS";
    static const char units[] = "uW, mW, W (power as it is read) or uJ, mJ, J";
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"rapl", forms},
        {"rapl", "\"rapl\" is no source of power"},
        {"watts:5", forms},
        {"cmd:", "names nothing"},
        {"file:", "names nothing"},
        {"file:/x", "\"/x\" is no PATH:unit"},
        {"file::W", "\":W\" is no PATH:unit"},
        {"file:/x:kWh", "unknown unit \"kWh\""},
        {"file:/x:kWh", units},
        {"file:/x:w", units},
        {"hwmon:ina226-i2c-1-40", "hwmon:CHIP/FEATURE"},
        {"hwmon:/power1", "hwmon:CHIP/FEATURE"},
        {"hwmon:a/", "hwmon:CHIP/FEATURE"},
        {"powercap:", "names nothing"},
        {"nvml:x", "nvml:0"},
        {"nvml:-1", "nvml:0"},
        {"assume:", "names nothing"},
        {"assume:lots", "assume:800mW"},
        {"assume:0", "over 0"},
        {"assume:1e-300", "over 0"},
        {"assume:200kW", "up to 100000"},
        {"assume:-5W", "over 0"},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct pm_err err = {.code = PM_OK};
        if (pm_power_check_name(bad[i].text, "power", &err) != -1)
            fail_msg("\"%s\" is taken", bad[i].text);
        assert_int_equal(err.code, PM_EUSAGE);
        assert_string_equal(err.where, "power");
        if (strstr(err.msg, bad[i].message) == NULL)
            fail_msg("\"%s\": %s", bad[i].text, err.msg);
    }
}

/* A file with that text, in the folder of the test. */
static const char *file_of(const char *text)
{
    static char path[] = "test_sensor_names.txt";
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    return path;
}

static void refused(const char *power, const char *message)
{
    const struct pm_power_wish wish = {power, PM_SYSFS, NAN, NAN};
    struct pm_probes probes;
    struct pm_power_meter *untouched = (struct pm_power_meter *)&probes, *m = untouched;
    struct pm_err err = {.code = PM_OK};
    if (pm_power_find(&wish, &probes, &m, &err) != -1)
        fail_msg("%s is taken", power);
    assert_ptr_equal(m, untouched);
    assert_int_equal(err.code, PM_EUSAGE); /* a named source has no fallback */
    if (strstr(err.msg, message) == NULL)
        fail_msg("%s: %s", power, err.msg);
    assert_int_equal(probes.n, 1);
    assert_false(probes.probe[0].accepted);
    assert_non_null(strstr(err.msg, probes.probe[0].reason));
}

static void named_sources_that_fail(void **unused)
{
    char power[80];
    (void)unused;
    refused("file:/nowhere/power1_input:uW", "/nowhere/power1_input: No such file or directory");
    refused("file:/tmp:uW", "/tmp is no regular file");
    snprintf(power, sizeof power, "file:%s:W", file_of("12 W\n"));
    refused(power, "it says \"12 W\", which is no number");
    file_of("0\n");
    refused(power, "it reads 0 W");
    file_of("-4\n");
    refused(power, "it reads -4 W");
    snprintf(power, sizeof power, "file:%s:mW", file_of("5e7\n"));
    refused(power, "implausible: 50000 W, more than the 3680 W this can draw; is the unit");
    snprintf(power, sizeof power, "file:%s:uJ", file_of("262143328850\n"));
    refused(power, "its counter did not change in 2 s");
    if (getuid() != 0) {
        assert_int_equal(chmod(file_of("1"), 0200), 0);
        refused(power, "Permission denied; sudo chmod a+r ");
    }
    unlink(file_of(""));
    refused("cmd:echo 5; echo no device >&2; exit 3", "exited with status 3: \"no device\"");
}

static void a_counter_that_goes_back(void **unused)
{
    struct pm_source *source = NULL;
    struct pm_refusal why;
    double value = -1, at_ms;
    char power[80], text[200] = "";
    (void)unused;
    snprintf(power, sizeof power, "%s:mJ", file_of("500\n"));
    assert_int_equal(pm_file_open(power, &source, &why), PM_FOUND);
    assert_int_equal(source->ops->read(source, 0, &value, &at_ms, text, sizeof text),
                     PM_READING_OK);
    assert_true(value == 0); /* since it was opened */
    file_of("2885\n");
    assert_int_equal(source->ops->read(source, 0, &value, &at_ms, text, sizeof text),
                     PM_READING_OK);
    assert_close(value, 2.385, 1e-12);
    file_of(""); /* its writer has truncated it */
    assert_int_equal(source->ops->read(source, 0, &value, &at_ms, text, sizeof text),
                     PM_READING_NONE);
    file_of("2884\n");
    assert_int_equal(source->ops->read(source, 0, &value, &at_ms, text, sizeof text),
                     PM_READING_BROKEN);
    assert_string_equal(text, "the counter went back from 2885 to 2884: it was reset, or is no "
                              "counter");
    unlink(file_of(""));
    assert_int_equal(source->ops->read(source, 0, &value, &at_ms, text, sizeof text),
                     PM_READING_BROKEN);
    assert_non_null(strstr(text, "No such file"));
    source->ops->close(source);
}

static void a_command_ends_with_its_meter(void **unused)
{
    const struct pm_power_wish wish = {
        "cmd:echo $$ >test_sensor_names.pid; while :; do echo 7; sleep 0.02; done", PM_SYSFS, NAN,
        NAN};
    struct pm_probes probes;
    struct pm_power_meter *m = NULL;
    int pid = 0;
    (void)unused;
    assert_int_equal(pm_power_find(&wish, &probes, &m, NULL), 0);
    assert_non_null(m);
    FILE *f = fopen("test_sensor_names.pid", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%d", &pid), 1);
    fclose(f);
    unlink("test_sensor_names.pid");
    assert_int_equal(kill(pid, 0), 0);
    pm_power_meter_close(m);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
}

/* ---- the automatic list ---- */

static void nothing_is_tried_for_none(void **unused)
{
    const struct pm_power_wish wish = {"none", PM_SYSFS, NAN, NAN};
    struct pm_probes probes;
    struct pm_power_meter *m = (struct pm_power_meter *)&probes;
    (void)unused;
    assert_int_equal(pm_power_find(&wish, &probes, &m, NULL), 0);
    assert_null(m);
    assert_int_equal(probes.n, 0);
}

/* A folder without any sensor; what is no file of it (a GPU, say) this machine may yet have. */
static void every_one_tried_is_kept(void **unused)
{
    static const char *const order[] = {"jetson", "hwmon",  "rapl",   "perf",
                                        "scmi",   "nvml:0", "battery"};
    const struct pm_power_wish wish = {"auto", "test_sensor_names.sys", NAN, NAN};
    struct pm_probes probes;
    struct pm_power_meter *m = NULL;
    (void)unused;
    assert_int_equal(mkdir("test_sensor_names.sys", 0777), 0);
    assert_int_equal(pm_power_find(&wish, &probes, &m, NULL), 0);
    rmdir("test_sensor_names.sys");
    assert_true(probes.n == COUNT(order) || (probes.n == 6 && probes.probe[5].accepted));
    for (size_t i = 0; i < probes.n; i++) {
        assert_string_equal(probes.probe[i].source, order[i]);
        assert_true(probes.probe[i].reason[0] != '\0');
        assert_int_equal(probes.probe[i].accepted, m != NULL && i + 1 == probes.n);
    }
    assert_string_equal(probes.probe[1].reason, "libsensors reads this machine's own /sys alone");
    assert_non_null(strstr(probes.probe[1].remedy, "file:PATH:unit"));
    pm_power_meter_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_names),
        cmocka_unit_test(bad_names),
        cmocka_unit_test(named_sources_that_fail),
        cmocka_unit_test(a_counter_that_goes_back),
        cmocka_unit_test(a_command_ends_with_its_meter),
        cmocka_unit_test(nothing_is_tried_for_none),
        cmocka_unit_test(every_one_tried_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
