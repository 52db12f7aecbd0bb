/* SPDX-License-Identifier: MIT
 * The watch over a measurement, on a machine made of files that change between its looks. */
#include "base/arena.h"
#include "meter/crowd.h"
#include "meter/guard.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "close.h"
#include "machine.h"

static struct pm_arena arena;

/* Every look is due. */
static void look(struct pm_watch *w)
{
    w->next_ms = w->next_signs_ms = 0;
    pm_watch_look(w);
}

static bool some(const char *const *warning, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(warning[i], word) != NULL)
            return true;
    }
    return false;
}

/* Its warnings are `n`, and one of them has these words. */
static void warned(const struct pm_validity *v, size_t n, const char *words)
{
    const char *w[PM_VALIDITY_WARNINGS];
    const size_t found = pm_validity_warnings(v, &arena, w);
    if (found != n || (n > 0 && !some(w, found, words)))
        fail_msg("%zu warnings, not %zu; first \"%s\", wanted \"%s\"", found, n,
                 found > 0 ? w[0] : "", words);
}

/* ---- the watch ---- */

static void throttle_counters(void **unused)
{
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    for (int i = 0; i < 4; i++) { /* two cores of two threads, one package */
        char path[128];
        snprintf(path, sizeof path, CPU "%d/thermal_throttle/core_throttle_count", i);
        put(path, "5\n");
        snprintf(path, sizeof path, CPU "%d/thermal_throttle/package_throttle_count", i);
        put(path, "7\n");
        snprintf(path, sizeof path, CPU "%d/topology/thread_siblings_list", i);
        put(path, i % 2 == 0 ? "0,2\n" : "1,3\n");
        snprintf(path, sizeof path, CPU "%d/topology/core_siblings_list", i);
        put(path, "0-3\n");
    }
    pm_watch_begin(&w, root);
    pm_watch_end(&w, &v);
    assert_close(v.core_throttles, 0, 0);
    assert_close(v.package_throttles, 0, 0);
    warned(&v, 0, "");
    pm_watch_begin(&w, root);
    put(CPU "0/thermal_throttle/core_throttle_count", "8\n");
    put(CPU "2/thermal_throttle/core_throttle_count", "8\n"); /* its twin counts the same */
    for (int i = 0; i < 4; i++) {
        char path[128];
        snprintf(path, sizeof path, CPU "%d/thermal_throttle/package_throttle_count", i);
        put(path, "9\n");
    }
    pm_watch_end(&w, &v);
    assert_close(v.core_throttles, 3, 0);
    assert_close(v.package_throttles, 2, 0);
    warned(&v, 1, "throttled 5 times meanwhile (cores 3, package 2)");
}

static void falling_clock(void **unused)
{
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    set_mhz(0, 600); /* idle: its clock is of no interest */
    set_mhz(1, 2400);
    pm_watch_begin(&w, root);
    assert_int_equal(w.cpus, 2);
    for (int i = 0; i < 12; i++) {
        if (i == 4)
            set_mhz(1, 2000);
        if (i == 8)
            set_mhz(1, 1800);
        look(&w);
    }
    pm_watch_end(&w, &v);
    assert_close(v.clock_first_mhz, 2400, 1e-9);
    assert_close(v.clock_last_mhz, 1800, 1e-9);
    assert_close(v.clock_ratio, 0.75, 1e-9);
    warned(&v, 1, "fell from 2400 to 1800 MHz (-25.0 %)");
    v.clock_ratio = 0.985;
    warned(&v, 0, "");
    pm_watch_begin(&w, root); /* too few looks to say */
    for (int i = 0; i < 8; i++) {
        set_mhz(1, 2400 - 100 * i);
        look(&w);
    }
    pm_watch_end(&w, &v);
    assert_true(isnan(v.clock_ratio));
}

/* Many more looks than are kept: the thirds stay thirds of the whole time. */
static void long_watch(void **unused)
{
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    set_mhz(0, 1000);
    set_mhz(1, 1000);
    pm_watch_begin(&w, root);
    for (int i = 0; i < 6 * PM_WATCH_LOOKS; i++) {
        if (i == 3 * PM_WATCH_LOOKS)
            set_mhz(1, 900);
        look(&w);
        assert_true(w.n < PM_WATCH_LOOKS);
    }
    put(CPU "0/cpufreq/scaling_cur_freq", "900000\n");
    pm_watch_end(&w, &v);
    assert_true(w.each >= 8);
    assert_close(v.clock_first_mhz, 1000, 1e-9);
    assert_close(v.clock_last_mhz, 1000, 1e-9); /* cpu0 held it */
    set_mhz(0, 100);
    pm_watch_begin(&w, root);
    for (int i = 0; i < 6 * PM_WATCH_LOOKS; i++) {
        if (i == 0 || i == 3 * PM_WATCH_LOOKS)
            set_mhz(1, i == 0 ? 1000 : 900);
        look(&w);
    }
    pm_watch_end(&w, &v);
    assert_close(v.clock_ratio, 0.9, 1e-9);
}

static void looks_are_rare(void **unused)
{
    struct pm_watch w;
    (void)unused;
    set_mhz(0, 1000);
    pm_watch_begin(&w, root);
    pm_watch_look(&w); /* at once: the engine is running by now */
    assert_int_equal(w.n, 1);
    for (int i = 0; i < 1000; i++)
        pm_watch_look(&w);
    assert_int_equal(w.n, 1);
    assert_true(w.next_ms >= w.begin_ms + 199);
    assert_true(w.next_signs_ms >= w.begin_ms + 1999);
}

static void cooling(void **unused)
{
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    put(THERMAL "cooling_device0/type", "Processor\n");
    put(THERMAL "cooling_device0/cur_state", "0\n");
    put(THERMAL "cooling_device1/type", "Fan\n");
    put(THERMAL "cooling_device1/cur_state", "3\n"); /* a fan may run */
    put(THERMAL "cooling_device3/type", "thermal-cpufreq-0\n");
    put(THERMAL "cooling_device3/cur_state", "0\n");
    pm_watch_begin(&w, root);
    pm_watch_end(&w, &v);
    assert_close(v.cooling_active, 0, 0);
    warned(&v, 0, "");
    pm_watch_begin(&w, root);
    put(THERMAL "cooling_device3/cur_state", "2\n");
    look(&w);
    put(THERMAL "cooling_device3/cur_state", "0\n"); /* seen in between only */
    pm_watch_end(&w, &v);
    assert_close(v.cooling_active, 1, 0);
    warned(&v, 1, "1 cooling device held the CPU back");
}

static void raspberry_pi(void **unused)
{
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    put(PI, "0\n");
    pm_watch_begin(&w, root);
    pm_watch_end(&w, &v);
    assert_close(v.pi_throttled, 0, 0);
    warned(&v, 0, "");
    pm_watch_begin(&w, root);
    put(PI, "50005\n");
    look(&w);
    put(PI, "50000\n");
    pm_watch_end(&w, &v);
    assert_int_equal((unsigned)v.pi_throttled, 0x50005);
    warned(&v, 1, "under-voltage, throttled (get_throttled 0x50005): use a stronger power supply");
    pm_watch_begin(&w, root); /* all of it was before */
    pm_watch_end(&w, &v);
    assert_int_equal((unsigned)v.pi_throttled, 0x50000);
    warned(&v, 0, "");
    pm_watch_begin(&w, root); /* not for the first time, and over before the end */
    put(PI, "50004\n");
    look(&w);
    put(PI, "50000\n");
    pm_watch_end(&w, &v);
    assert_int_equal((unsigned)v.pi_throttled, 0x50004);
    warned(&v, 1, "reported throttled (get_throttled 0x50004): cool the board");
    pm_watch_begin(&w, root);
    put(PI, "d0000\n"); /* the limit came and went between two looks */
    pm_watch_end(&w, &v);
    assert_int_equal((unsigned)v.pi_throttled, 0xd0008);
    warned(&v, 1, "soft temperature limit");
}

static void over_current(void **unused)
{
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    put("/sys/class/hwmon/hwmon0/name", "nvme\n");
    put("/sys/class/hwmon/hwmon0/curr1_max_alarm", "1\n"); /* not ours */
    put("/sys/class/hwmon/hwmon2/name", "ina3221\n");
    put("/sys/class/hwmon/hwmon2/curr1_max_alarm", "1\n"); /* from before: a look clears it */
    put("/sys/class/hwmon/hwmon2/curr2_crit_alarm", "0\n");
    pm_watch_begin(&w, root);
    put("/sys/class/hwmon/hwmon2/curr1_max_alarm", "0\n");
    pm_watch_end(&w, &v);
    assert_close(v.overcurrent, 0, 0);
    warned(&v, 0, "");
    pm_watch_begin(&w, root);
    put("/sys/class/hwmon/hwmon2/curr1_max_alarm", "1\n");
    put("/sys/class/hwmon/hwmon2/curr2_crit_alarm", "1\n");
    look(&w);
    put("/sys/class/hwmon/hwmon2/curr1_max_alarm", "0\n");
    put("/sys/class/hwmon/hwmon2/curr2_crit_alarm", "0\n");
    pm_watch_end(&w, &v);
    assert_close(v.overcurrent, 2, 0);
    warned(&v, 1, "2 over-current alarms");
}

/* 400 s of processor time pass in /proc/stat, next to none in us. */
static void other_programs(void **unused)
{
    static const struct {
        const char *after;
        double others, steal;
        size_t warnings;
        const char *words;
    } all[] = {
        {"cpu  6000 100 4000 132000 900 0 0 0 70 0", 0.20, 0, 1, "used 20.0 % of the processors"},
        {"cpu  1500 100 1200 137900 1700 100 100 400 70 0", 0.0225, 0.01, 0, ""},
        {"cpu  1000 100 1000 138000 900 0 0 2000 70 0", 0, 0.05, 1, "hypervisor took 5.0 %"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct pm_watch w;
        struct pm_validity v;
        put("/proc/stat", "cpu  1000 100 1000 100000 900 0 0 0 70 0\ncpu0 1 2 3 4\n");
        pm_watch_begin(&w, root);
        put("/proc/stat", all[i].after);
        pm_watch_end(&w, &v);
        assert_close(v.others_share, all[i].others, 0.02);
        assert_close(v.steal_share, all[i].steal, 1e-9);
        warned(&v, all[i].warnings, all[i].words);
    }
}

/* Our own time, and that of the children we have reaped, is no other program's. */
static void own_time_is_ours(void **unused)
{
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    put("/proc/stat", "cpu  1000 0 0 1000 0 0 0 0\n");
    pm_watch_begin(&w, root);
    assert_int_equal(system("i=0; while [ $i -lt 150000 ]; do i=$((i + 1)); done"), 0);
    put("/proc/stat", "cpu  1010 0 0 1090 0 0 0 0\n"); /* 0.1 s busy of 1 s */
    pm_watch_end(&w, &v);
    assert_true(v.others_share < 0.09);
    w.own_s += 1e3; /* as if we had used none */
    pm_watch_end(&w, &v);
    assert_true(v.others_share > 0.1);
    put("/proc/stat", "cpu  1010 0 0 1005 0 0 0 0\n"); /* 0.15 s: too short to say */
    pm_watch_end(&w, &v);
    assert_true(isnan(v.others_share));
}

static void swapping(void **unused)
{
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    put("/proc/vmstat", "nr_free_pages 9\npswpin 10\npswpout 20\n");
    pm_watch_begin(&w, root);
    pm_watch_end(&w, &v);
    assert_close(v.swap_pages, 0, 0);
    warned(&v, 0, "");
    pm_watch_begin(&w, root);
    put("/proc/vmstat", "nr_free_pages 9\npswpin 12\npswpout 25\n");
    pm_watch_end(&w, &v);
    assert_close(v.swap_pages, 7, 0);
    warned(&v, 1, "swapped 7 pages");
}

static void heat(void **unused)
{
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    put(THERMAL "thermal_zone0/temp", "61500\n");
    put(THERMAL "thermal_zone2/temp", "45000\n");
    put(THERMAL "thermal_zone2/trip_point_0_type", "critical\n");
    put(THERMAL "thermal_zone2/trip_point_0_temp", "40000\n"); /* of no interest */
    put(THERMAL "thermal_zone2/trip_point_1_type", "passive\n");
    put(THERMAL "thermal_zone2/trip_point_1_temp", "55000\n");
    pm_watch_begin(&w, root);
    pm_watch_end(&w, &v);
    assert_close(v.hottest_c, 61.5, 1e-9);
    assert_true(isnan(v.passive_trip_c));
    warned(&v, 0, "");
    pm_watch_begin(&w, root);
    put(THERMAL "thermal_zone2/temp", "55000\n");
    look(&w);
    put(THERMAL "thermal_zone2/temp", "50000\n");
    pm_watch_end(&w, &v);
    assert_close(v.passive_trip_c, 55, 1e-9);
    warned(&v, 1, "slows down from 55 C on");
    put(THERMAL "thermal_zone0/temp", "82000\n");
    pm_watch_begin(&w, root);
    put(THERMAL "thermal_zone0/temp", "60000\n");
    pm_watch_end(&w, &v);
    assert_close(v.hottest_c, 82, 1e-9);
    warned(&v, 1, "reached 82 C");
}

static void all_unknown(const struct pm_validity *v)
{
    assert_true(isnan(v->core_throttles) && isnan(v->package_throttles));
    assert_true(isnan(v->clock_first_mhz) && isnan(v->clock_last_mhz) && isnan(v->clock_ratio));
    assert_true(isnan(v->cooling_active) && isnan(v->pi_throttled) && isnan(v->overcurrent));
    assert_true(isnan(v->others_share) && isnan(v->steal_share) && isnan(v->swap_pages));
    assert_true(isnan(v->hottest_c) && isnan(v->passive_trip_c));
    warned(v, 0, "");
}

static void nothing_there(void **unused)
{
    struct pm_watch w;
    struct pm_validity v;
    struct pm_indicator list[PM_INDICATORS];
    (void)unused;
    pm_watch_begin(&w, root);
    for (int i = 0; i < 12; i++)
        look(&w);
    pm_watch_end(&w, &v);
    all_unknown(&v);
    assert_int_equal(pm_guard_list(root, &v, &arena, list), PM_INDICATORS);
    size_t present = 0;
    for (size_t i = 0; i < PM_INDICATORS; i++) {
        assert_true(strlen(list[i].name) > 0);
        assert_true(list[i].present == (list[i].value != NULL));
        assert_false(list[i].trouble);
        present += list[i].present;
    }
    assert_int_equal(present, 1); /* whether it is a virtual machine: no sign of one */
    assert_int_equal(pm_guard_list(root, NULL, &arena, list), PM_INDICATORS);
}

static void garbage(void **unused)
{
    static const char *const file[] = {
        CPU "0/thermal_throttle/core_throttle_count",
        CPU "0/thermal_throttle/package_throttle_count",
        CPU "0/cpufreq/scaling_cur_freq",
        THERMAL "cooling_device0/cur_state",
        THERMAL "thermal_zone0/temp",
        PI,
        "/sys/class/hwmon/hwmon0/curr1_max_alarm",
        "/proc/stat",
        "/proc/vmstat",
        "/proc/loadavg",
    };
    static const char *const text[] = {
        "",           "\n",          "-1 -2",      "nan",         "0x",
        "12 xyz",     "<unknown>",   "cpu ",       "cpu a b c d", "1e+999",
        "-300000000", "pswpin -3\n", "pswpin x\n", "\x01\xff\n",  "99999999999999999999999999"};
    (void)unused;
    for (size_t t = 0; t < sizeof text / sizeof *text; t++) {
        struct pm_watch w;
        struct pm_validity v;
        struct pm_indicator list[PM_INDICATORS];
        put(THERMAL "cooling_device0/type", "Processor");
        put("/sys/class/hwmon/hwmon0/name", "ina3221");
        for (size_t i = 0; i < sizeof file / sizeof *file; i++)
            put(file[i], text[t]);
        pm_watch_begin(&w, root);
        for (int i = 0; i < 12; i++)
            look(&w);
        pm_watch_end(&w, &v);
        if (strcmp(text[t], "99999999999999999999999999") != 0)
            all_unknown(&v);
        assert_true(isnan(v.pi_throttled) && isnan(v.hottest_c));
        assert_int_equal(pm_guard_list(root, &v, &arena, list), PM_INDICATORS);
    }
}

static void put_process(long pid, const char *name, unsigned long ticks)
{
    char path[64], text[256];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    snprintf(text, sizeof text, "%ld (%s) R 1 1 1 0 -1 4194304 0 0 0 0 %lu 0 0 0 20 0 1 0 5 0 0",
             pid, name, ticks);
    put(path, text);
}

/* Used since the first look, summed over those of a name; a name may hold anything. */
static void who_is_busy(void **unused)
{
    const unsigned long second = (unsigned long)sysconf(_SC_CLK_TCK);
    struct pm_crowd before, after;
    (void)unused;
    put_process(10, "old", 1000 * second);
    put_process(11, "loop", 5 * second);
    put_process(12, "a) (b\x1b", 0);
    put("/proc/13/stat", "garbage");
    pm_crowd_read(root, &arena, &before);
    assert_int_equal(before.n, 3);
    put_process(11, "loop", 6 * second);
    put_process(12, "a) (b\x1b", second);
    put_process(14, "loop", second);
    pm_crowd_read(root, &arena, &after);
    assert_string_equal(pm_crowd_busiest(&before, &after, 2, &arena), "loop 100 %, a) (b? 50 %");
    assert_null(pm_crowd_busiest(&before, &before, 2, &arena));
    assert_string_equal(pm_crowd_busiest(&before, &after, 30, &arena), "loop 7 %");
    assert_null(pm_crowd_busiest(&before, &(struct pm_crowd){0}, 2, &arena));
}

/* A shell of ours whose child has used a processor and ended, while the shell lives on. */
static void what_descends_is_ours(void **unused)
{
    int ends[2];
    char word[8];
    const double before = pm_crowd_ours_s();
    (void)unused;
    assert_int_equal(pipe(ends), 0);
    const pid_t shell = fork();
    if (shell == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl("/bin/sh", "sh", "-c",
              "(i=0; while [ $i -lt 400000 ]; do i=$((i + 1)); done); echo done; read -r x",
              (char *)NULL);
        _exit(127);
    }
    assert_int_equal(read(ends[0], word, 4), 4);
    assert_true(pm_crowd_ours_s() - before >= 0.05); /* some 5 ticks at least */
    kill(shell, SIGKILL);
    waitpid(shell, NULL, 0);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_a_machine(throttle_counters),
        on_a_machine(falling_clock),
        on_a_machine(long_watch),
        on_a_machine(looks_are_rare),
        on_a_machine(cooling),
        on_a_machine(raspberry_pi),
        on_a_machine(over_current),
        on_a_machine(other_programs),
        on_a_machine(own_time_is_ours),
        on_a_machine(swapping),
        on_a_machine(heat),
        on_a_machine(nothing_there),
        on_a_machine(garbage),
        on_a_machine(who_is_busy),
        on_a_machine(what_descends_is_ours),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pm_arena_done(&arena);
    return failed;
}
