/* SPDX-License-Identifier: MIT
 * Energy windows in the profile file, and an external meter's log. */
#include "base/err.h"
#include "base/file.h"
#include "record/power_log.h"
#include "record/profile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"

static void must(int result, const struct pm_err *err)
{
    if (result != 0)
        fail_msg("%s: %s", err->where, err->msg);
}

static void write_text(const char *path, const char *text)
{
    struct pm_err err = {0};
    must(pm_file_write(path, text, strlen(text), &err), &err);
}

/* ---- windows ---- */

static double from_s[] = {1795411169.25, 1795411170.5, 1795411172};
static double seconds[] = {1.132012814, 1.1, 0.75};
static double runs[] = {4, 4, 3};
static double none[] = {0, 0, 0};
static double joules[] = {11.31752, 11.006708, 7.5};

static struct pm_entry metered(const char *network)
{
    struct pm_entry e = pm_entry_empty();
    e.network = network;
    e.engine = "darknet";
    e.input_px = 24;
    e.threads = 1;
    e.latency_ms = pm_quantity_of(280, PM_MEASURED);
    e.power = (struct pm_power_record){
        .source = "rapl: package-0",
        .scope = "package",
        .kind = "counter",
        .period_ms = 1.1,
        .gain_rel = 0.05,
        .busy = {.n = 3, .from_s = from_s, .seconds = seconds, .runs = runs, .joules = joules},
        .idle = {.n = 3,
                 .before = 2,
                 .from_s = from_s,
                 .seconds = seconds,
                 .runs = none,
                 .joules = joules}};
    return e;
}

static void save(const char *path, const struct pm_entry *e, size_t n)
{
    struct pm_profile p = {.origin = "measured"};
    struct pm_err err = {0};
    const struct pm_power_probe probe[] = {{"jetson", false, "no INA3221", NULL},
                                           {"rapl", true, "package, 10 W now", "chmod"}};
    p.device.name = "board";
    for (size_t i = 0; i < n; i++)
        must(pm_profile_put(&p, &e[i], &err), &err);
    must(pm_profile_set_probes(&p, probe, 2, &err), &err);
    must(pm_profile_save(&p, path, &err), &err);
    pm_profile_done(&p);
}

static void round_trip(void **unused)
{
    struct pm_entry in[] = {metered("a"), metered("a"), metered("b")};
    struct pm_profile p = {0};
    struct pm_err err = {0};
    (void)unused;
    in[1].fps = 5; /* the same network at the robot's pace: another key */
    in[1].power.busy.joules = in[1].power.idle.joules = NULL;
    in[2].power = (struct pm_power_record){
        .period_ms = (double)NAN, .gain_rel = (double)NAN, .cause = "the sensor broke"};
    save("power.json", in, 3);
    must(pm_profile_load("power.json", true, &p, &err), &err);
    assert_int_equal(p.n, 3);
    const struct pm_power_record *r = &pm_profile_find(&p, &in[0])->power;
    assert_string_equal(r->source, "rapl: package-0");
    assert_string_equal(r->scope, "package");
    assert_close(r->gain_rel, 0.05, 0);
    assert_int_equal(r->busy.n, 3);
    assert_memory_equal(r->busy.from_s, from_s, sizeof from_s);
    assert_memory_equal(r->busy.joules, joules, sizeof joules);
    assert_memory_equal(r->idle.seconds, seconds, sizeof seconds);
    assert_int_equal(r->idle.before, 2);
    const struct pm_entry *paced = pm_profile_find(&p, &in[1]);
    assert_close(paced->fps, 5, 0);
    assert_int_equal(paced->power.busy.n, 3);
    assert_null(paced->power.busy.joules);
    const struct pm_power_record *broken = &pm_profile_find(&p, &in[2])->power;
    assert_string_equal(broken->cause, "the sensor broke");
    assert_true(isnan(broken->gain_rel) && broken->busy.n == 0);
    assert_int_equal(p.probes, 2);
    assert_true(!p.probe[0].accepted && p.probe[1].accepted);
    assert_null(p.probe[0].remedy);
    assert_string_equal(p.probe[1].remedy, "chmod");
    pm_profile_done(&p);
}

static void refused(void **unused)
{
    static const struct {
        const char *power, *says;
    } bad[] = {
        {"{\"scope\": \"everything\"}", "no scope is called"},
        {"{\"busy\": {\"from_s\": [1], \"seconds\": [1]}}", "needs the lists"},
        {"{\"busy\": {\"from_s\": [1], \"seconds\": [1, 2], \"runs\": [1]}}", "differ in their"},
        {"{\"busy\": {\"from_s\": [1], \"seconds\": [0], \"runs\": [1]}}", "at least"},
        {"{\"busy\": {\"from_s\": [1], \"seconds\": [1], \"runs\": [0]}}", "has no runs"},
        {"{\"busy\": {\"from_s\": [1], \"seconds\": [1], \"runs\": [1], \"joules\": [-1]}}",
         "at least"},
        {"{\"idle\": {\"before\": 2, \"from_s\": [1], \"seconds\": [1], \"runs\": [0]}}",
         "exceeds"},
        {"{\"gain_rel\": 1.5}", "gain_rel"},
        {"{\"watts\": 3}", "watts"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[700];
        struct pm_profile p = {0};
        struct pm_err err = {0};
        snprintf(text, sizeof text,
                 "{\"schema\": \"pickmodel/profile/1\", \"origin\": \"measured\", \"device\": "
                 "{\"name\": \"x\"}, \"entries\": [{\"network\": \"a\", \"status\": \"complete\", "
                 "\"power\": %s}]}",
                 bad[i].power);
        write_text("bad.json", text);
        if (pm_profile_load("bad.json", false, &p, &err) == 0)
            fail_msg("%s was taken", bad[i].power);
        if (err.code != PM_EDATA ||
            (strstr(err.msg, bad[i].says) == NULL && strstr(err.where, bad[i].says) == NULL))
            fail_msg("%s: \"%s: %s\"", bad[i].power, err.where, err.msg);
    }
}

/* ---- a meter's log ---- */

static void energy_of_a_ramp(void **unused)
{
    struct pm_power_log log;
    struct pm_err err = {0};
    (void)unused;
    /* 0 W at second 100, rising by 1 W a second; columns in another order, spreadsheet's endings */
    write_text("ramp.csv", "\xef\xbb\xbfwatts,timestamp,note\r\n0,100,\r\n1,101,\"a, b\"\r\n"
                           "2,102,\r\n3,103,\r\n4,104,\r\n");
    must(pm_power_log_load("ramp.csv", 0, &log, &err), &err);
    assert_int_equal(log.n, 5);
    assert_close(log.period_s, 1, 0);
    assert_close(pm_power_log_energy(&log, 100, 4), 8, 1e-14);
    assert_close(pm_power_log_energy(&log, 100.5, 2), 3, 1e-14); /* mean of 0.5 and 2.5 W, 2 s */
    assert_close(pm_power_log_energy(&log, 103.5, 0.5), 1.875, 1e-14);
    assert_true(pm_power_log_energy(&log, 99.9, 1) < 0);
    assert_true(pm_power_log_energy(&log, 103.5, 1) < 0);
    assert_true(pm_power_log_energy(&log, 104, 1) < 0);
    pm_power_log_done(&log);
    must(pm_power_log_load("ramp.csv", -2.5, &log, &err), &err); /* its clock was ahead */
    assert_close(pm_power_log_energy(&log, 97.5, 4), 8, 1e-14);
    pm_power_log_done(&log);
}

static void dates_and_gaps(void **unused)
{
    struct pm_power_log log;
    struct pm_err err = {0};
    (void)unused;
    write_text("dates.csv", "timestamp,watts\n2026-03-01T12:00:00Z,10\n"
                            "2026-03-01T12:00:00.5Z,10\n2026-03-01T12:00:01+00:00,10\n"
                            "2026-03-01T12:00:01.5Z,10\n2026-03-01T12:00:04Z,10\n"
                            "2026-03-01T12:00:04.5Z,10");
    must(pm_power_log_load("dates.csv", 0, &log, &err), &err);
    assert_close(log.at_s[0], 1772366400, 0);
    assert_close(log.at_s[1] - log.at_s[0], 0.5, 1e-9);
    assert_close(pm_power_log_energy(&log, log.at_s[0], 1.5), 15, 1e-12);
    assert_true(pm_power_log_energy(&log, log.at_s[0], 4) < 0); /* 2.5 s without a reading */
    pm_power_log_done(&log);
}

static void bad_logs(void **unused)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"", "required"},
        {"time,watts\n1,2\n2,2\n", "timestamp"},
        {"timestamp,power\n1,2\n2,2\n", "watts"},
        {"timestamp,watts\n", "two readings"},
        {"timestamp,watts\n1,2\n", "two readings"},
        {"timestamp,watts\n1,2\n1,2\n", "rise"},
        {"timestamp,watts\n2,2\n1,2\n", "rise"},
        {"timestamp,watts\n1,x\n2,2\n", "number of watts"},
        {"timestamp,watts\n1,-2\n2,2\n", "number of watts"},
        {"timestamp,watts\n1,1e9\n2,2\n", "number of watts"},
        {"timestamp,watts\nyesterday,1\n2,2\n", "seconds since 1970"},
        {"timestamp,watts\n2026-03-01 12:00:00,1\n", "seconds since 1970"},
        {"timestamp,watts\n2026-03-01T12:00:00+02:00,1\n", "seconds since 1970"},
        {"timestamp,watts\n1,2,3\n", "as many cells"},
        {"timestamp,watts\n1\n", "as many cells"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct pm_power_log log;
        struct pm_err err = {0};
        write_text("bad.csv", bad[i].text);
        if (pm_power_log_load("bad.csv", 0, &log, &err) == 0)
            fail_msg("\"%s\" was taken", bad[i].text);
        if (err.code != PM_EDATA ||
            (strstr(err.msg, bad[i].says) == NULL && strstr(err.where, bad[i].says) == NULL))
            fail_msg("\"%s\": %s: %s", bad[i].text, err.where, err.msg);
    }
}

static void a_log_fills_windows(void **unused)
{
    struct pm_entry in[] = {metered("a"), metered("b"), metered("c")};
    double later[] = {2e9, 2e9 + 1, 2e9 + 2};
    struct pm_profile p = {.origin = "measured"};
    struct pm_power_log log;
    struct pm_err err = {0};
    char text[4000] = "timestamp,watts\n";
    size_t filled, missed;
    (void)unused;
    in[0].power.busy.joules = in[0].power.idle.joules = NULL;
    in[0].power.cause = "no sensor";
    in[1].power.busy.from_s = later;             /* not covered by the log */
    in[2].power.busy.n = in[2].power.idle.n = 0; /* made before windows were recorded */
    for (size_t i = 0; i < 3; i++)
        must(pm_profile_put(&p, &in[i], &err), &err);
    for (int i = 0; i < 60; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%.1f,8\n", 1795411168 + 0.1 * i);
    write_text("meter.csv", text);
    must(pm_power_log_load("meter.csv", 0, &log, &err), &err);
    must(pm_power_log_apply(&log, "meter.csv", 0.02, &p, &filled, &missed, &err), &err);
    assert_int_equal(filled, 1);
    assert_int_equal(missed, 1);
    const struct pm_power_record *r = &p.entry[0].power;
    assert_close(r->busy.joules[0], 8 * seconds[0], 1e-6);
    assert_string_equal(r->source, "log: meter.csv");
    assert_string_equal(r->scope, "wall");
    assert_null(r->cause);
    assert_string_equal(p.entry[1].power.source, "rapl: package-0"); /* left as it was */
    assert_memory_equal(p.entry[1].power.busy.joules, joules, sizeof joules);
    pm_power_log_done(&log);
    pm_profile_done(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),       cmocka_unit_test(refused),
        cmocka_unit_test(energy_of_a_ramp), cmocka_unit_test(dates_and_gaps),
        cmocka_unit_test(bad_logs),         cmocka_unit_test(a_log_fills_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
