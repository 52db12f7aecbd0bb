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
#include <stdlib.h>
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
    e.config.network = network;
    e.config.engine = "darknet";
    e.config.input = (struct pm_input){24, 24};
    e.config.threads = 1;
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

static int load(const char *power, struct pm_profile *p, struct pm_err *err)
{
    static const char form[] =
        "{\"schema\": \"pickmodel/profile/1\", \"origin\": \"measured\", \"device\": "
        "{\"name\": \"x\"}, \"entries\": [{\"network\": \"a\", \"status\": \"complete\", "
        "\"power\": ";
    char *text = malloc(sizeof form + strlen(power) + sizeof "}]}");
    assert_non_null(text);
    stpcpy(stpcpy(stpcpy(text, form), power), "}]}");
    write_text("bad.json", text);
    free(text);
    return pm_profile_load("bad.json", false, p, err);
}

static void check_refused(const char *power, const char *says)
{
    struct pm_profile p = {0};
    struct pm_err err = {0};
    if (load(power, &p, &err) == 0)
        fail_msg("%.200s was taken", power);
    if (err.code != PM_EDATA || (strstr(err.msg, says) == NULL && strstr(err.where, says) == NULL))
        fail_msg("%.200s: \"%s: %s\"", power, err.where, err.msg);
}

static void check_taken(const char *power)
{
    struct pm_profile p = {0};
    struct pm_err err = {0};
    if (load(power, &p, &err) != 0)
        fail_msg("%.200s: %s: %s", power, err.where, err.msg);
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
        {"{\"busy\": {\"from_s\": [], \"seconds\": [1, 2], \"runs\": [1, 2]}}", "lists 0 windows"},
        {"{\"busy\": {\"from_s\": [], \"seconds\": [], \"runs\": []}}", "lists 0 windows"},
        {"{\"busy\": {\"from_s\": 1, \"seconds\": [1], \"runs\": [1]}}", "lists 0 windows"},
        {"{\"busy\": {\"from_s\": [1], \"seconds\": [], \"runs\": [1]}}", "differ in their"},
        {"{\"busy\": {\"from_s\": [1, 2], \"seconds\": [1, 2], \"runs\": [1, 2], \"joules\": []}}",
         "joules has 0, from_s 2"},
        {"{\"busy\": {\"from_s\": [1], \"seconds\": [1], \"runs\": [0]}}", "runs[0] is 0"},
        {"{\"busy\": {\"from_s\": [1], \"seconds\": [1], \"runs\": [1.5]}}", "whole number"},
        {"{\"busy\": {\"from_s\": [1], \"seconds\": [1], \"runs\": [1e300]}}", "runs[0] is 1e+300"},
        {"{\"idle\": {\"from_s\": [1], \"seconds\": [1], \"runs\": [1]}}",
         "an idle window has none"},
        {"{\"idle\": {\"from_s\": [1], \"seconds\": [1], \"runs\": [1]}}",
         "bad.json: entries[0].power.idle"},
        {"{\"idle\": {\"before\": 2, \"from_s\": [1], \"seconds\": [1], \"runs\": [0]}}",
         "exceeds"},
        {"{\"busy\": {\"before\": 1, \"from_s\": [1], \"seconds\": [1], \"runs\": [1]}}",
         "is for idle windows"},
        {"{\"gain_rel\": 1.5}", "gain_rel"},
        {"{\"watts\": 3}", "watts"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check_refused(bad[i].power, bad[i].says);
}

/* The first window is fine, the second is not; the number next to each bound is. */
static void out_of_bounds(void **unused)
{
    static const struct {
        double from_s, seconds, runs, joules;
        const char *says; /* NULL: taken */
    } window[] = {
        {0, 1, 1, 2.385, NULL},
        {-1, 1, 1, 2.385, "from_s[1] is -1, not within 0 to 1e+11"},
        {1e11, 1, 1, 2.385, NULL},
        {1.1e11, 1, 1, 2.385, "from_s[1]"},
        {1, 1e-9, 1, 1e-9, NULL},
        {1, 0.9e-9, 1, 1e-9, "seconds[1]"},
        {1, 0, 1, 1e-9, "seconds[1]"},
        {1, 1e6, 1, 1e6, NULL},
        {1, 1.1e6, 1, 1e6, "seconds[1]"},
        {1, 1e308, 1, 1e6, "seconds[1]"},
        {1, 1, 1e9, 2.385, NULL},
        {1, 1, 2e9, 2.385, "runs[1]"},
        {1, 1, -1, 2.385, "runs[1]"},
        {1, 1e-3, 1, 1e-12, NULL},
        {1, 1e-3, 1, 0.9e-12, "joules[1]"},
        {1, 1, 1, 0, "joules[1]"},
        {1, 1, 1, -1, "joules[1]"},
        {1, 1e6, 1, 1e9, NULL},
        {1, 1e6, 1, 1.1e9, "joules[1]"},
        {1, 1, 1, 1e308, "joules[1] is 1e+308, not within 1e-12 to 1e+09"},
        {1, 1, 1, 1e5, NULL},
        {1, 1, 1, 1.1e5, "joules[1] is 110000, which in 1 s is 110000 W, not within"},
        {1, 1, 1, 1e-9, NULL},
        {1, 1, 1, 0.9e-9, "which in 1 s is 9e-10 W"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof window / sizeof *window; i++) {
        char power[300];
        snprintf(
            power, sizeof power,
            "{\"busy\": {\"from_s\": [1, %.17g], \"seconds\": [1, %.17g], \"runs\": [1, %.17g], "
            "\"joules\": [1, %.17g]}}",
            window[i].from_s, window[i].seconds, window[i].runs, window[i].joules);
        if (window[i].says == NULL)
            check_taken(power);
        else
            check_refused(power, window[i].says);
    }
}

/* {"idle": ...} with n windows, to be freed. */
static char *idle_windows(size_t n)
{
    const size_t each = sizeof "0,1,0," - 1;
    char *text = malloc(200 + n * each), *at = text;
    assert_non_null(text);
    const struct {
        const char *begin, *item;
    } list[] = {{"{\"idle\": {\"from_s\": [0", ",0"},
                {"], \"seconds\": [1", ",1"},
                {"], \"runs\": [0", ",0"}};
    for (size_t k = 0; k < 3; k++) {
        at = stpcpy(at, list[k].begin);
        for (size_t i = 1; i < n; i++)
            at = stpcpy(at, list[k].item);
    }
    stpcpy(at, "]}}");
    return text;
}

static void too_many_windows(void **unused)
{
    char *most = idle_windows(PM_WINDOWS_MAX), *more = idle_windows(PM_WINDOWS_MAX + 1);
    (void)unused;
    check_taken(most);
    check_refused(more, "from_s lists 100001 windows, not 1 to 100000");
    free(most);
    free(more);
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
        {"timestamp,watts\n1,2\n1e300,2\n", "apart"},
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

/* 8 W in `name`, every 0.1 s from `from` to `to` after 1795411168. */
static void import(const char *name, double from, double to, struct pm_profile *p, size_t covers)
{
    struct pm_power_log log;
    struct pm_err err = {0};
    char text[4000] = "timestamp,watts\n";
    size_t filled, missed;
    for (double t = from; t < to; t += 0.1)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%.1f,8\n", 1795411168 + t);
    write_text(name, text);
    must(pm_power_log_load(name, 0, &log, &err), &err);
    must(pm_power_log_apply(&log, name, 0.02, p, &filled, &missed, &err), &err);
    assert_int_equal(filled, covers);
    assert_int_equal(missed, 1 - covers);
    pm_power_log_done(&log);
}

/* As the next import finds it. */
static void store(struct pm_profile *p)
{
    struct pm_err err = {0};
    must(pm_profile_save(p, "stored.json", &err), &err);
    pm_profile_done(p);
    must(pm_profile_load("stored.json", false, p, &err), &err);
}

static void a_log_of_a_part_keeps_the_windows(void **unused)
{
    struct pm_entry in = metered("a");
    double rest[] = {1795411180.25, 1795411181.5, 1795411183};
    struct pm_profile p = {.origin = "measured"};
    struct pm_err err = {0};
    (void)unused;
    p.device.name = "board";
    in.power.busy.joules = in.power.idle.joules = NULL;
    in.power.idle.from_s = rest;
    must(pm_profile_put(&p, &in, &err), &err);
    import("part.csv", 0, 6, &p, 1);
    store(&p);
    const struct pm_windows *busy = &p.entry[0].power.busy, *idle = &p.entry[0].power.idle;
    assert_close(busy->joules[2], 8 * seconds[2], 1e-6);
    assert_int_equal(idle->n, 3);
    assert_int_equal(idle->before, 2);
    assert_memory_equal(idle->from_s, rest, sizeof rest);
    assert_null(idle->joules);

    import("rest.csv", 12, 17, &p, 0); /* idle windows alone: nothing is changed */
    assert_non_null(busy->joules);
    assert_null(idle->joules);
    assert_string_equal(p.entry[0].power.source, "log: part.csv");

    import("full.csv", 0, 17, &p, 1);
    store(&p);
    busy = &p.entry[0].power.busy;
    idle = &p.entry[0].power.idle;
    assert_close(busy->joules[0], 8 * seconds[0], 1e-6);
    assert_close(idle->joules[2], 8 * seconds[2], 1e-6);

    import("rest.csv", 12, 17, &p, 0);
    assert_non_null(busy->joules);
    assert_non_null(idle->joules);
    assert_string_equal(p.entry[0].power.source, "log: full.csv");

    import("part.csv", 0, 6, &p, 1); /* no idle energy is left of another log */
    assert_int_equal(idle->n, 3);
    assert_null(idle->joules);
    pm_profile_done(&p);
}

/* What is taken is also stored, and read again. */
static void a_log_beyond_the_bounds(void **unused)
{
    struct pm_entry in = metered("a");
    struct pm_profile p = {.origin = "measured"};
    struct pm_power_log log;
    struct pm_err err = {0};
    size_t filled, missed;
    (void)unused;
    must(pm_profile_put(&p, &in, &err), &err);
    write_text("faint.csv", "timestamp,watts\n1795411100,1e-300\n1795411200,1e-300\n");
    must(pm_power_log_load("faint.csv", 0, &log, &err), &err);
    must(pm_power_log_apply(&log, "faint.csv", 0.02, &p, &filled, &missed, &err), &err);
    assert_int_equal(filled, 0);
    assert_int_equal(missed, 1);
    assert_string_equal(p.entry[0].power.source, "rapl: package-0");
    pm_power_log_done(&log);
    pm_profile_done(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(refused),
        cmocka_unit_test(out_of_bounds),
        cmocka_unit_test(too_many_windows),
        cmocka_unit_test(energy_of_a_ramp),
        cmocka_unit_test(dates_and_gaps),
        cmocka_unit_test(bad_logs),
        cmocka_unit_test(a_log_fills_windows),
        cmocka_unit_test(a_log_of_a_part_keeps_the_windows),
        cmocka_unit_test(a_log_beyond_the_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
