/* SPDX-License-Identifier: MIT
 * The files of the project: profile with its samples, settings, YAML. */
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "record/profile.h"
#include "record/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "close.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static char tree[2048]; /* of the sources: TESTS/.. */

static void must(int result, const struct pm_err *err)
{
    if (result != 0)
        fail_msg("%s: %s", err->where, err->msg);
}

/* ---- profile ---- */

static double runs[] = {2.385, 2.41, 2.399, 3.875, 2.4, 2.402, 1e-6, 123456.789012};
static double delays[] = {0, 0.25, 0, 1.5, 0, 0, 0, 0};
/* three visits: the second run follows the first, and the last three the fifth */
static double at[] = {1764e9,       1764e9 + 2.385, 1764e9 + 90,      1764e9 + 100,
                      1764e9 + 200, 1764e9 + 202.4, 1764e9 + 204.802, 1764e9 + 204.802001};
static size_t starts[] = {3, 5};

static struct pm_entry measured(const char *network, size_t n)
{
    struct pm_entry e = pm_entry_empty();
    e.config.network = network;
    e.config.engine = "darknet";
    e.config.input = (struct pm_input){256, 256};
    e.config.threads = 1;
    e.status = PM_PARTIAL;
    e.latency_ms = pm_quantity_between(2.4, 2.385, 2.41, PM_MEASURED);
    e.ms = runs;
    e.delay_ms = delays;
    e.at_ms = at;
    e.n = n;
    e.start_n = starts;
    e.starts = n > 3 ? 2 : 1;
    e.conditions = (struct pm_conditions){"cpu", "performance", NULL, "6.1", "b0", "c0", NULL};
    return e;
}

static void save(const char *path, const struct pm_entry *entries, size_t n)
{
    struct pm_profile p = {.origin = "measured"};
    struct pm_err err = {0};
    p.device.name = "board";
    for (size_t i = 0; i < n; i++)
        must(pm_profile_put(&p, &entries[i], &err), &err);
    must(pm_profile_add_note(&p, "a note", &err), &err);
    must(pm_profile_save(&p, path, &err), &err);
    pm_profile_done(&p);
}

static void copy(const char *from, const char *to)
{
    struct pm_buf buf = {0};
    struct pm_err err = {0};
    must(pm_file_read(from, 1 << 20, &buf, &err), &err);
    must(pm_file_write(to, pm_buf_text(&buf), buf.len, &err), &err);
    pm_buf_done(&buf);
}

static void round_trip(void **unused)
{
    struct pm_entry in[] = {measured("a", 8), measured("b", 3), pm_entry_empty()};
    struct pm_profile p = {0};
    struct pm_err err = {0};
    const char *warning[] = {"hot", "busy"};
    (void)unused;
    in[0].warning = warning;
    in[0].warnings = 2;
    in[0].drift = true;
    in[0].rise_pct = -2.5;
    in[2].config.network = "c";
    in[2].config.engine = "darknet";
    in[2].status = PM_CENSORED;
    in[2].censored_ms = 5000;
    save("p.json", in, 3);
    must(pm_profile_load("p.json", true, &p, &err), &err);
    assert_int_equal(p.n, 3);
    assert_string_equal(p.note[0], "a note");
    const struct pm_entry *e = pm_profile_find(&p, &in[0]);
    assert_non_null(e);
    assert_int_equal(e->status, PM_PARTIAL);
    assert_int_equal(e->n, 8);
    assert_memory_equal(e->ms, runs, sizeof runs);
    assert_memory_equal(e->delay_ms, delays, sizeof delays);
    for (size_t i = 0; i < COUNT(at); i++)
        assert_close(e->at_ms[i], at[i], 1e-12); /* a millisecond of 1970 */
    assert_true(e->starts == 2 && e->start_n[0] == 3 && e->start_n[1] == 5);
    assert_true(e->drift && !e->throttled && e->warnings == 2);
    assert_string_equal(e->warning[1], "busy");
    assert_close(e->rise_pct, -2.5, 0);
    assert_true(e->latency_ms.has_interval && e->latency_ms.origin == PM_MEASURED);
    assert_true(isnan(e->first_ms) && !pm_known(e->power_w)); /* absent stays absent */
    assert_string_equal(e->conditions.governor, "performance");
    assert_null(e->conditions.power_mode);
    assert_close(pm_profile_find(&p, &in[2])->censored_ms, 5000, 0);
    pm_profile_done(&p);
}

/* Sensors, engines and the kernel may say anything; the profile that holds it can be read again. */
static void hostile_texts(void **unused)
{
    const struct pm_power_probe probe = {
        .source = "cmd:\xff", .reason = "it says \"\xc2\x9b\"", .remedy = "\033"};
    const char *warning[] = {"\xe2\x80\xae"};
    struct pm_profile p = {.origin = "measured", .device = {.name = "rig"}}, again = {0};
    struct pm_err err = {0};
    (void)unused;
    struct pm_entry e = pm_entry_empty();
    e.config.network = "r\xe9sn";
    e.status = PM_FAILED;
    e.cause = "r\xc3\xa9seau \xc2\x9b";
    e.config.power_mode = "nvpmodel \xff";
    e.power.source = "battery: BAT\xff";
    e.power.cause = "lost \xed\xa0\x80";
    e.warning = warning;
    e.warnings = 1;
    must(pm_profile_put(&p, &e, &err), &err);
    must(pm_profile_put(&p, &e, &err), &err); /* the same key, mended */
    assert_int_equal(p.n, 1);
    must(pm_profile_set_probes(&p, &probe, 1, &err), &err);
    must(pm_profile_add_note(&p, "a\nb", &err), &err);
    assert_string_equal(p.entry[0].power.source, "battery: BAT?"); /* in memory as in the file */
    must(pm_profile_save(&p, "hostile.json", &err), &err);
    must(pm_profile_load("hostile.json", true, &again, &err), &err);
    assert_string_equal(again.entry[0].config.network, "r?sn");
    assert_string_equal(again.entry[0].cause, "r\xc3\xa9seau ?");
    assert_string_equal(again.entry[0].config.power_mode, "nvpmodel ?");
    assert_string_equal(again.entry[0].power.cause, "lost ???");
    assert_string_equal(again.entry[0].warning[0], "?");
    assert_string_equal(again.probe[0].source, "cmd:?");
    assert_string_equal(again.probe[0].reason, "it says \"?\"");
    assert_string_equal(again.probe[0].remedy, "?");
    assert_string_equal(again.note[0], "a?b");
    pm_profile_done(&again);
    pm_profile_done(&p);
}

static void put_replaces(void **unused)
{
    struct pm_profile p = {.origin = "measured"};
    struct pm_err err = {0};
    struct pm_entry e = measured("a", 3);
    (void)unused;
    must(pm_profile_put(&p, &e, &err), &err);
    e.status = PM_COMPLETE;
    must(pm_profile_put(&p, &e, &err), &err);
    assert_int_equal(p.n, 1);
    assert_int_equal(p.entry[0].status, PM_COMPLETE);
    e.config.threads = 2; /* another key */
    must(pm_profile_put(&p, &e, &err), &err);
    assert_int_equal(p.n, 2);
    for (long i = 0; i < 100; i++) {
        e.config.batch = i + 2;
        must(pm_profile_put(&p, &e, &err), &err);
    }
    assert_int_equal(p.n, 102);
    assert_true(p.entry[0].ms != runs && p.entry[0].ms[1] > 2.40); /* copied */
    pm_profile_done(&p);
}

/* The power went between the two files: the samples are newer than the profile. */
static void cut_after_extending(void **unused)
{
    const struct pm_entry shorter = measured("a", 3), longer = measured("a", 8);
    struct pm_profile p = {0};
    struct pm_err err = {0};
    (void)unused;
    save("cut.json", &shorter, 1);
    save("new.json", &longer, 1);
    copy("new.samples.json", "cut.samples.json");
    must(pm_profile_load("cut.json", true, &p, &err), &err);
    assert_int_equal(p.entry[0].status, PM_PARTIAL);
    assert_int_equal(p.entry[0].n, 3);
    assert_int_equal(p.entry[0].starts, 1);
    assert_int_equal(p.entry[0].start_n[0], 3);
    assert_memory_equal(p.entry[0].ms, runs, 3 * sizeof *runs);
    pm_profile_done(&p);
}

static void cut_after_replacing(void **unused)
{
    struct pm_entry in[] = {measured("a", 3), measured("b", 8)};
    static double other[] = {7, 8, 9, 7.5};
    struct pm_profile p = {0};
    struct pm_err err = {0};
    (void)unused;
    save("cut.json", in, 2);
    in[0].ms = other;
    save("new.json", in, 2);
    copy("new.samples.json", "cut.samples.json");
    must(pm_profile_load("cut.json", true, &p, &err), &err);
    assert_int_equal(p.entry[0].status, PM_FAILED); /* that entry, and no other */
    assert_non_null(p.entry[0].cause);
    assert_int_equal(p.entry[1].status, PM_PARTIAL);
    assert_int_equal(p.entry[1].n, 8);
    pm_profile_done(&p);
    assert_int_equal(unlink("cut.samples.json"), 0);
    must(pm_profile_load("cut.json", true, &p, &err), &err);
    assert_int_equal(p.entry[1].status, PM_FAILED);
    pm_profile_done(&p);
}

/* Counts of runs that add up only as fractions, visits that do not hold them: refused, not walked
 * off their end. */
static void hostile_samples(void **unused)
{
    static const char *const told[] = {
        "\"starts\": [1.5, 1.5]",
        "\"starts\": [3], \"visit_runs\": [3]",
        "\"starts\": [3], \"visit_runs\": [4], \"visit_at_s\": [1]",
        "\"starts\": [3], \"visit_runs\": [2], \"visit_at_s\": [1]",
        "\"starts\": [3], \"visit_runs\": [2, -1, 2], \"visit_at_s\": [1, 2, 3]",
        "\"starts\": [3], \"visit_runs\": [1, 2], \"visit_at_s\": [2, 1]",
        "\"starts\": [3], \"visit_runs\": [1, 2], \"visit_at_s\": [1]",
    };
    const struct pm_entry e = measured("a", 3);
    (void)unused;
    save("hostile.json", &e, 1);
    for (size_t i = 0; i < COUNT(told); i++) {
        char text[400];
        struct pm_profile p = {0};
        struct pm_err err = {0};
        snprintf(
            text, sizeof text,
            "{\"schema\": \"pickmodel/samples/1\", \"runs\": [{\"network\": \"a\", "
            "\"engine\": \"darknet\", \"precision\": \"fp32\", \"input_px\": 256, \"batch\": 1, "
            "\"threads\": 1, %s, \"ms\": [2.385, 2.41, 2.399]}]}",
            told[i]);
        must(pm_file_write("hostile.samples.json", text, strlen(text), &err), &err);
        if (pm_profile_load("hostile.json", true, &p, &err) != -1 || err.code != PM_EDATA)
            fail_msg("taken: %s", told[i]);
    }
}

static void stale_reasons(void **unused)
{
    struct pm_arena arena = {0};
    struct pm_entry e = measured("a", 3);
    struct pm_conditions now = e.conditions;
    (void)unused;
    assert_null(pm_entry_stale(&e, &now, &arena));
    now.governor = "powersave";
    assert_string_equal(pm_entry_stale(&e, &now, &arena),
                        "governor was performance, now powersave");
    now = e.conditions;
    now.power_mode = "nvpmodel 1";
    assert_non_null(strstr(pm_entry_stale(&e, &now, &arena), "power mode was unknown"));
    now = e.conditions;
    now.engine_build = "b1";
    assert_non_null(strstr(pm_entry_stale(&e, &now, &arena), "engine was rebuilt"));
    now = e.conditions;
    now.cfg_digest = "c1";
    assert_non_null(strstr(pm_entry_stale(&e, &now, &arena), "cfg"));
    now = e.conditions;
    now.kernel = NULL;
    assert_non_null(strstr(pm_entry_stale(&e, &now, &arena), "now unknown"));
    e.status = PM_FAILED;
    assert_non_null(pm_entry_stale(&e, &e.conditions, &arena));
    pm_arena_done(&arena);
}

/* ---- settings ---- */

static void every_key(void **unused)
{
    static const struct {
        const char *key, *good, *bad;
    } all[] = {
        {"min_top1", "70", "101"},
        {"min_top5", "90.5", "x"},
        {"max_latency", "200ms@p99", "5"},
        {"min_fps", "15", "0"},
        {"max_watts", "800mW", "-1"},
        {"max_energy", "350mJ", "2"},
        {"max_memory", "512MiB", "512"},
        {"max_params", "25M", "many"},
        {"max_size", "1GB", "1"},
        {"confidence", "0.99", "1"},
        {"rule", "least-energy", "best"},
        {"require_measured", "all", "maybe"},
        {"include_stand_ins", "true", "yes"},
        {"time_limit", "10min", "10"},
        {"candidate_time", "30s", "-1s"},
        {"profile", "jetson-tx1", ""},
        {"task", "shapes", ""},
        {"engine", "darknet", ""},
        {"batch", "1-64*2", "0"},
        {"threads", "1,2", "2-1"},
        {"fps", "5", "0"},
        {"overhead", "12ms", "12"},
        {"battery", "40Wh", "40"},
        {"runtime", "2h", "2"},
        {"energy_basis", "net", "gross"},
        {"power", "assume:10W", ""},
        {"power_window", "2s", "2"},
        {"power_gain", "1%", "0.01"},
        {"sysfs", "/host/sys", ""},
        {"with_load", "true", "1"},
        {"sustained", "10min", "10"},
    };
    (void)unused;
    assert_null(pm_settings_key(COUNT(all)));
    for (size_t i = 0; i < COUNT(all); i++) {
        struct pm_settings s = pm_settings_default(), before = s;
        struct pm_err err = {0};
        assert_string_equal(pm_settings_key(i), all[i].key);
        assert_int_equal(pm_settings_index(all[i].key), i);
        assert_int_equal(pm_settings_set(&s, all[i].key, all[i].bad, "--here", &err), -1);
        assert_int_equal(err.code, PM_EUSAGE);
        assert_string_equal(err.where, "--here");
        assert_memory_equal(&s, &before, sizeof s);
        must(pm_settings_set(&s, all[i].key, all[i].good, "--here", &err), &err);
        assert_memory_not_equal(&s, &before, sizeof s);
        assert_int_equal(pm_settings_any_budget(&s), i < PM_METRICS - 2); /* two follow */
    }
}

static void budgets_that_follow(void **unused)
{
    struct pm_settings s = pm_settings_default();
    struct pm_err err = {0};
    (void)unused;
    must(pm_settings_set(&s, "fps", "5", "", &err), &err);
    must(pm_settings_set(&s, "battery", "40Wh", "", &err), &err);
    must(pm_settings_set(&s, "runtime", "2h", "", &err), &err);
    must(pm_settings_set(&s, "overhead", "12ms", "", &err), &err);
    must(pm_settings_set(&s, "max_latency", "100ms", "", &err), &err);
    must(pm_settings_finish(&s, &err), &err);
    assert_close(s.budget[PM_KEEP_UP].bound, 5, 0);
    assert_close(s.budget[PM_LAST].bound, 20, 1e-14);
    assert_false(s.budget[PM_FPS].set || s.budget[PM_POWER].set);
    assert_close(pm_settings_limit_ms(&s, PM_LATENCY, 1), 88, 1e-14);
    assert_close(pm_settings_limit_ms(&s, PM_KEEP_UP, 4), 752, 1e-14); /* 4 images in 800 ms */
    /* they replace no budget of the user's own */
    must(pm_settings_set(&s, "max_watts", "15", "", &err), &err);
    must(pm_settings_set(&s, "min_fps", "2@p99", "", &err), &err);
    must(pm_settings_finish(&s, &err), &err);
    assert_close(s.budget[PM_POWER].bound, 15, 0);
    assert_close(s.budget[PM_LAST].bound, 20, 1e-14);
    assert_close(s.budget[PM_FPS].bound, 2, 0);
    assert_close(s.budget[PM_FPS].quantile, 0.99, 1e-12);
    assert_close(s.budget[PM_KEEP_UP].bound, 5, 0);
    /* what makes no sense together */
    must(pm_settings_set(&s, "overhead", "100ms", "", &err), &err);
    assert_int_equal(pm_settings_finish(&s, &err), -1);
    assert_non_null(strstr(err.msg, "latency"));
    s = pm_settings_default();
    must(pm_settings_set(&s, "runtime", "2h", "", &err), &err);
    assert_int_equal(pm_settings_finish(&s, &err), -1);
    assert_non_null(strstr(err.msg, "--battery"));
}

static void bounds_in_their_units(void **unused)
{
    struct pm_settings s = pm_settings_default();
    (void)unused;
    pm_settings_set(&s, "max_latency", "1.5s@p99", "", NULL);
    assert_close(s.budget[PM_LATENCY].bound, 1500, 1e-14);
    assert_close(s.budget[PM_LATENCY].quantile, 0.99, 1e-14);
    pm_settings_set(&s, "max_memory", "1GiB", "", NULL);
    assert_close(s.budget[PM_MEMORY].bound, 1024, 1e-14);
    pm_settings_set(&s, "max_params", "25M", "", NULL);
    assert_close(s.budget[PM_PARAMS].bound, 25, 1e-14);
    pm_settings_set(&s, "min_fps", "30", "", NULL);
    assert_close(s.budget[PM_FPS].quantile, 0.9, 1e-14);
    assert_int_equal(pm_settings_set(&s, "max_latency", "1e308h", "", NULL), -1);
}

static void yaml(void **unused)
{
    static const char text[] = "# what we can afford\nmin_top1: 70\nmax_watts: '10'\n"
                               "rule: fastest\n";
    static const char twice[] = "min_top1: 70\n\nmin_top1: 71\n";
    struct pm_settings s = pm_settings_default();
    struct pm_err err = {0};
    (void)unused;
    s.budget[PM_TOP1] = (struct pm_budget){true, 75, 0.9};
    must(pm_file_write("b.yaml", text, sizeof text - 1, &err), &err);
    must(pm_settings_load_yaml("b.yaml", 1UL << pm_settings_index("min_top1"), &s, &err), &err);
    assert_close(s.budget[PM_TOP1].bound, 75, 0); /* the flag won */
    assert_close(s.budget[PM_POWER].bound, 10, 0);
    assert_int_equal(s.rule, PM_POLICY_FASTEST);
    must(pm_file_write("t.yaml", twice, sizeof twice - 1, &err), &err);
    s = pm_settings_default();
    assert_int_equal(pm_settings_load_yaml("t.yaml", 0, &s, &err), -1);
    assert_non_null(strstr(err.where, "t.yaml:3"));
    assert_false(s.budget[PM_TOP1].set); /* nothing of it is taken */
}

static int in_new_folder(void **state)
{
    static char folder[] = "test_record-XXXXXX";
    const char *tests = getenv("TESTS");
    char relative[1200];
    (void)state;
    snprintf(relative, sizeof relative, "%s/..", tests != NULL ? tests : "tests");
    if (tests != NULL) /* the folder above, by name: tests may be a link */
        snprintf(tree, sizeof tree, "%.*s", (int)(strrchr(tests, '/') - tests), tests);
    else if (realpath(relative, tree) == NULL)
        return -1;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(put_replaces),
        cmocka_unit_test(hostile_texts),
        cmocka_unit_test(cut_after_extending),
        cmocka_unit_test(cut_after_replacing),
        cmocka_unit_test(hostile_samples),
        cmocka_unit_test(stale_reasons),
        cmocka_unit_test(every_key),
        cmocka_unit_test(bounds_in_their_units),
        cmocka_unit_test(budgets_that_follow),
        cmocka_unit_test(yaml),
    };
    return cmocka_run_group_tests(tests, in_new_folder, NULL);
}
