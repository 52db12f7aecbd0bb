/* SPDX-License-Identifier: MIT
 * What `pickmodel doctor` is told of a machine: each indicator with its value and advice. */
#include "base/arena.h"
#include "meter/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"
#include "machine.h"

static struct pm_arena arena;

static const struct pm_indicator *named(const struct pm_indicator *list, const char *name)
{
    for (size_t i = 0; i < PM_INDICATORS; i++) {
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    }
    fail_msg("no indicator \"%s\"", name);
    return NULL;
}

static void expect(const struct pm_indicator *list, const char *name, const char *value,
                   bool trouble, const char *advice)
{
    const struct pm_indicator *i = named(list, name);
    assert_true(i->present);
    assert_string_equal(i->value, value);
    if (i->trouble != trouble)
        fail_msg("%s: trouble is %d", name, i->trouble);
    if (advice == NULL)
        assert_null(i->advice);
    else if (i->advice == NULL || strstr(i->advice, advice) == NULL)
        fail_msg("%s: advice \"%s\"", name, i->advice != NULL ? i->advice : "none");
}

static void a_quiet_board(void **unused)
{
    struct pm_indicator list[PM_INDICATORS];
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    put(CPU "0/cpufreq/scaling_governor", "performance\n");
    put(CPU "0/cpufreq/cpuinfo_max_freq", "2400000\n");
    put(CPU "0/cpufreq/scaling_max_freq", "2400000\n");
    set_mhz(0, 2400);
    put(CPU "0/thermal_throttle/core_throttle_count", "0\n");
    put(THERMAL "cooling_device0/type", "cpufreq-cpu0\n");
    put(THERMAL "cooling_device0/cur_state", "0\n");
    put(THERMAL "thermal_zone0/temp", "45000\n");
    put(PI, "0\n");
    put("/proc/meminfo", "MemTotal: 4096000 kB\nMemAvailable: 3072000 kB\n");
    put("/proc/vmstat", "pswpin 1\npswpout 1\n");
    put("/proc/stat", "cpu  1000 100 1000 100000 900 0 0 0\n");
    pm_watch_begin(&w, root);
    put("/proc/stat", "cpu  1100 100 1000 103900 900 0 0 0\n");
    pm_watch_end(&w, &v);
    assert_int_equal(pm_guard_list(root, &v, &arena, list), PM_INDICATORS);
    expect(list, "governor", "performance", false, NULL);
    expect(list, "clock", "2400 of 2400 MHz", false, NULL);
    expect(list, "throttle counters", "cores 0, package 0 times since boot", false, NULL);
    expect(list, "cooling devices", "0 of 1 hold the CPU back", false, NULL);
    expect(list, "Raspberry Pi", "no under-voltage, no throttling", false, NULL);
    expect(list, "temperature", "45 C", false, NULL);
    expect(list, "memory available", "3000 MiB", false, NULL);
    expect(list, "swap", "nothing is swapped now", false, NULL);
    expect(list, "steal", "0.0 % of the processors (up to 1 % is quiet)", false, NULL);
    assert_false(named(list, "other load")->trouble);
    assert_false(named(list, "Jetson alarms")->present);
    assert_false(named(list, "power mode")->present);
}

static void a_board_in_trouble(void **unused)
{
    struct pm_indicator list[PM_INDICATORS];
    struct pm_watch w;
    struct pm_validity v;
    (void)unused;
    put(CPU "0/cpufreq/scaling_governor", "schedutil\n");
    put(CPU "0/cpufreq/cpuinfo_max_freq", "2400000\n");
    put(CPU "0/cpufreq/scaling_max_freq", "1200000\n");
    set_mhz(0, 600);
    put(CPU "0/thermal_throttle/core_throttle_count", "4\n");
    put(THERMAL "cooling_device0/type", "cpufreq-cpu0\n");
    put(THERMAL "cooling_device0/cur_state", "3\n");
    put(THERMAL "thermal_zone0/temp", "85000\n");
    put(PI, "50005\n");
    put("/sys/class/hwmon/hwmon0/name", "ina3221x\n");
    put("/sys/class/hwmon/hwmon0/curr1_max_alarm", "1\n");
    put("/proc/cpuinfo", "flags\t\t: fpu hypervisor sse\n");
    put("/proc/meminfo", "MemAvailable: 102400 kB\n");
    put("/proc/vmstat", "pswpin 1\npswpout 1\n");
    put("/proc/stat", "cpu  1000 100 1000 100000 900 0 0 0\n");
    put("/var/lib/nvpmodel/status", "pmode:0001\n");
    pm_watch_begin(&w, root);
    put("/proc/stat", "cpu  2000 100 1000 102900 900 0 0 100\n");
    put("/proc/vmstat", "pswpin 1\npswpout 9\n");
    pm_watch_end(&w, &v);
    assert_int_equal(pm_guard_list(root, &v, &arena, list), PM_INDICATORS);
    expect(list, "governor", "schedutil", false, "cpupower frequency-set -g performance");
    expect(list, "clock", "600 of 2400 MHz", false, "cpupower frequency-info");
    expect(list, "throttle counters", "cores 4, package 0 times since boot", false, "before");
    expect(list, "cooling devices", "1 of 1 hold the CPU back", true, "cool the board");
    expect(list, "Raspberry Pi", "under-voltage, throttled now (get_throttled 0x50005)", true,
           "power supply");
    expect(list, "temperature", "85 C", true, "cool");
    expect(list, "memory available", "100 MiB", false, "not fit");
    expect(list, "swap", "8 pages in the last 1 s", true, "free memory");
    expect(list, "steal", "2.5 % of the processors (up to 1 % is quiet)", true, "guest");
    expect(list, "Jetson alarms", "1 over-current", true, "power supply");
    expect(list, "virtual machine", "yes", false, "guests");
    expect(list, "power mode", "nvpmodel pmode:0001", false, NULL);
    assert_true(named(list, "other load")->trouble);
    put(PI, "50000\n");
    v.pi_throttled = 0x50000;
    v.core_throttles = 1;
    assert_int_equal(pm_guard_list(root, &v, &arena, list), PM_INDICATORS);
    expect(list, "Raspberry Pi", "under-voltage, throttled since boot (get_throttled 0x50000)",
           false, "power supply");
    expect(list, "throttle counters", "cores 4, package 0 times since boot, and just now", true,
           "cool");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_a_machine(a_quiet_board),
        on_a_machine(a_board_in_trouble),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pm_arena_done(&arena);
    return failed;
}
