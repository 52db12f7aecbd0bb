/* SPDX-License-Identifier: MIT
 * Boards read from fixture trees, and engine processes that keep or break their contract. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/process.h"
#include "meter/device.h"
#include "meter/guard.h"
#include "meter/measure.h"
#include "meter/worker.h"
#include "stats/sample.h"

#include <math.h>

#include <setjmp.h>
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

static const char *fixture(const char *name)
{
    static char path[4][1200];
    static int next;
    const char *root = getenv("FIXTURES");
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", root != NULL ? root : "tests/fixtures", name);
    return out;
}

/* ---- boards ---- */

static void big_little_board(void **unused)
{
    struct pm_arena arena = {0};
    struct pm_board b;
    (void)unused;
    assert_int_equal(pm_board_read(fixture("sys-biglittle"), &arena, &b), 0);
    assert_string_equal(b.model, "Khadas VIM3");
    assert_string_equal(b.cpu, "implementer 0x41 part 0xd03");
    assert_string_equal(b.governor, "schedutil");
    assert_string_equal(b.os, "Debian GNU/Linux 12 (bookworm)");
    assert_close(b.memory_mib, 3830.0, 1e-3);
    assert_close(pm_board_available_mib(fixture("sys-biglittle")), 3000, 1e-9);
    assert_string_equal(b.accelerator, "Arm Mali GPU");
    assert_null(b.power_mode);
    assert_false(b.virtual_machine);
    assert_int_equal(b.cores, 1); /* cpu1 alone has the capacity of 1024 */
    pm_arena_done(&arena);
}

static void jetson_board(void **unused)
{
    struct pm_arena arena = {0};
    struct pm_board b;
    (void)unused;
    assert_int_equal(pm_board_read(fixture("sys-jetson"), &arena, &b), 0);
    assert_string_equal(b.model, "NVIDIA Jetson Nano Developer Kit");
    assert_string_equal(b.power_mode, "nvpmodel pmode:0000");
    assert_string_equal(b.accelerator, "NVIDIA Jetson GPU");
    pm_arena_done(&arena);
}

static void empty_root(void **unused)
{
    struct pm_arena arena = {0};
    struct pm_board b;
    (void)unused;
    assert_int_equal(pm_board_read("/nonexistent", &arena, &b), 0);
    assert_null(b.model);
    assert_null(b.cpu);
    assert_null(b.governor);
    assert_null(b.accelerator);
    assert_true(b.cores >= 1);
    assert_close(pm_board_available_mib("/nonexistent"), -1, 0);
    const struct pm_guard g = pm_guard_read("/nonexistent");
    assert_close(g.throttle_events, -1, 0);
    assert_true(isnan(g.max_temp_c) && isnan(g.min_freq_ratio));
    pm_arena_done(&arena);
}

static void guard_readers(void **unused)
{
    const struct pm_guard g = pm_guard_read(fixture("sys-biglittle"));
    (void)unused;
    assert_close(g.swap_pages, 30, 1e-12);
    assert_close(g.throttle_events, 7, 1e-12);
    assert_close(g.max_temp_c, 85.5, 1e-12); /* the hottest, behind a zone that cannot be read */
    assert_close(g.min_freq_ratio, 0.5, 1e-12);
}

static bool some(const char *const *warning, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(warning[i], word) != NULL)
            return true;
    }
    return false;
}

static void guard_warnings(void **unused)
{
    struct pm_arena arena = {0};
    const struct pm_board slow = {.governor = "powersave", .virtual_machine = true};
    const struct pm_board fine = {.governor = "performance"};
    const struct pm_guard quiet = {10, 5, 40, 1.0};
    const struct pm_guard noisy = {12, 8, 91, 0.5};
    const struct pm_guard blind = {0, -1, (double)NAN, (double)NAN};
    const char *w[PM_GUARD_WARNINGS];
    (void)unused;
    assert_int_equal(pm_guard_warnings(&fine, &quiet, &quiet, &arena, w), 0);
    assert_int_equal(pm_guard_warnings(&fine, &blind, &blind, &arena, w), 0);
    const size_t n = pm_guard_warnings(&slow, &quiet, &noisy, &arena, w);
    assert_int_equal(n, 6);
    assert_true(some(w, n, "powersave") && some(w, n, "virtual machine") && some(w, n, "91 C"));
    assert_true(some(w, n, "throttled 3 times") && some(w, n, "swapped") && some(w, n, "50 %"));
    assert_int_equal(pm_guard_warnings(&fine, NULL, &noisy, &arena, w), 1); /* hot */
    pm_arena_done(&arena);
}

static void clocks(void **unused)
{
    char date[32];
    const double before = pm_clock_ms();
    (void)unused;
    assert_true(pm_clock_calibrate() > 0);
    assert_true(pm_clock_ms() > before);
    pm_clock_date(date, sizeof date);
    assert_int_equal(strlen(date), 20);
    assert_true(date[10] == 'T' && date[19] == 'Z');
}

/* ---- processes ---- */

static void process_lines(void **unused)
{
    struct pm_process p;
    struct pm_buf line = {0};
    struct pm_err err = {0};
    int status = 0;
    char how[80];
    (void)unused;
    const char *const argv[] = {"/bin/cat", NULL};
    assert_int_equal(pm_process_start(&p, argv, NULL, &err), 0);
    assert_int_equal(pm_process_write(&p, "one\ntwo\nhalf", 12), 0);
    assert_int_equal(pm_process_line(&p, pm_clock_ms() + 5e3, NULL, &line), PM_READ_LINE);
    assert_string_equal(pm_buf_text(&line), "one");
    assert_int_equal(pm_process_line(&p, pm_clock_ms() + 5e3, NULL, &line), PM_READ_LINE);
    assert_string_equal(pm_buf_text(&line), "two");
    const double begin = pm_clock_ms();
    assert_int_equal(pm_process_line(&p, begin + 50, NULL, &line), PM_READ_TIMEOUT);
    assert_between(pm_clock_ms() - begin, 49, 5e3);
    const volatile sig_atomic_t stop = 1;
    assert_int_equal(pm_process_line(&p, begin + 1e5, &stop, &line), PM_READ_STOPPED);
    assert_false(pm_process_wait(&p, pm_clock_ms() + 20, &status)); /* it never ends by itself */
    pm_process_done(&p);
    pm_buf_done(&line);
    const char *const missing[] = {"/nonexistent/worker", NULL};
    assert_int_equal(pm_process_start(&p, missing, NULL, &err), 0);
    assert_true(pm_process_wait(&p, pm_clock_ms() + 5e3, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 127);
    assert_non_null(strstr(p.complaint, "cannot be started"));
    pm_process_done(&p);
    pm_process_describe(0x0300, how, sizeof how);
    assert_string_equal(how, "exited with status 3");
    pm_process_describe(11, how, sizeof how);
    assert_non_null(strstr(how, "SIGSEGV"));
}

/* ---- measuring with engines that behave in their ways ---- */

static struct pm_measurement carry_out(struct pm_measure_plan plan, const char *engine)
{
    char program[1300];
    struct pm_measurement m;
    struct pm_err err = {0};
    snprintf(program, sizeof program, "%s/worker", fixture(engine));
    plan.program = program;
    plan.network = (struct pm_worker_network){.cfg = "x.cfg", .batch = 1, .threads = 1};
    plan.quantile = 0.9;
    plan.confidence = 0.95;
    plan.with_load = true; /* whatever else this machine does */
    if (!(plan.deadline_ms > 0))
        plan.deadline_ms = (double)INFINITY;
    if (pm_measure(&plan, &m, &err) != 0)
        fail_msg("%s", err.msg);
    return m;
}

static struct pm_measurement measure(const char *engine, double limit_ms, double time_ms)
{
    return carry_out((struct pm_measure_plan){.limit_ms = limit_ms, .time_ms = time_ms}, engine);
}

static void good_engine(void **unused)
{
    struct pm_measurement m = measure("engines/quick", 0, 5e3);
    size_t total = 0;
    (void)unused;
    assert_int_equal(m.outcome, PM_MEASURED_COMPLETE);
    assert_true(m.n >= 36 && m.starts >= 2);
    for (size_t i = 0; i < m.starts; i++)
        total += m.start_n[i];
    assert_int_equal(total, m.n);
    for (size_t i = 0; i < m.n; i++)
        assert_between(m.ms[i], 2, 2.011);
    assert_true(m.random_weights);
    assert_close(m.peak_mib - m.baseline_mib, 1000 / 1024.0, 1e-12);
    assert_close(m.load_ms, 0.1, 1e-12);
    pm_measurement_done(&m);
}

static void decided_early(void **unused)
{
    struct pm_measurement m = measure("engines/quick", 1, 5e3); /* twice the limit */
    (void)unused;
    assert_int_equal(m.outcome, PM_MEASURED_PARTIAL);
    assert_true(m.n <= 4);
    pm_measurement_done(&m);
    m = measure("engines/quick", 4.1, 5e3); /* half of it */
    assert_int_equal(m.outcome, PM_MEASURED_PARTIAL);
    assert_true(m.n >= 60 && m.n <= 72);
    pm_measurement_done(&m);
}

/* Windows for an external meter's log: idle, busy, idle, in the order of time. */
static void windows_for_a_log(void **unused)
{
    const struct pm_measure_plan plan = {.time_ms = 5e3, .max_runs = 5, .power_window_ms = 30};
    struct pm_measurement m = carry_out(plan, "engines/quick");
    size_t metered = 0;
    (void)unused;
    assert_int_equal(m.windows, 2 * PM_IDLE_WINDOWS + PM_BUSY_WINDOWS);
    for (size_t i = 0; i < m.windows; i++) {
        const struct pm_measured_window *w = &m.window[i];
        const bool busy = i >= PM_IDLE_WINDOWS && i < PM_IDLE_WINDOWS + PM_BUSY_WINDOWS;
        assert_true(busy == (w->runs > 0));
        assert_true(w->seconds >= 0.0299 && isnan(w->joules));
        assert_true(i == 0 || w->from_s >= m.window[i - 1].from_s + m.window[i - 1].seconds - 1e-3);
        metered += w->runs;
    }
    assert_true(metered >= 5 * 15 && m.n >= metered); /* 2 ms a run; all of them are samples */
    pm_measurement_done(&m);
    /* a network that is too slow for certain is not worth its watts */
    const struct pm_measure_plan slow = {.time_ms = 5e3, .limit_ms = 1, .power_window_ms = 30};
    m = carry_out(slow, "engines/quick");
    assert_int_equal(m.windows, 0);
    assert_true(m.n <= 4);
    pm_measurement_done(&m);
    /* no time left for them: the latency is kept, and the reason said */
    const struct pm_measure_plan late = {.time_ms = 5e3,
                                         .max_runs = 5,
                                         .power_window_ms = 60e3,
                                         .deadline_ms = pm_clock_ms() + 20e3};
    m = carry_out(late, "engines/quick");
    assert_int_equal(m.windows, 0);
    assert_true(m.n >= 5);
    assert_non_null(strstr(m.power_cause, "time limit"));
    pm_measurement_done(&m);
}

/* What was measured before settles the latency: only the energy is still wanted. */
static void only_the_energy(void **unused)
{
    static double ms[60];
    static const size_t starts[] = {60};
    (void)unused;
    for (size_t i = 0; i < 60; i++)
        ms[i] = 2 + 0.001 * (double)(i % 2);
    const struct pm_measure_plan plan = {.time_ms = 5e3,
                                         .limit_ms = 10,
                                         .power_window_ms = 20,
                                         .ms = ms,
                                         .n = 60,
                                         .start_n = starts,
                                         .starts = 1};
    struct pm_measurement m = carry_out(plan, "engines/quick");
    assert_int_equal(m.windows, 2 * PM_IDLE_WINDOWS + PM_BUSY_WINDOWS);
    assert_memory_equal(m.ms, ms, sizeof ms);
    assert_true(m.n >= 60 + 5 * 10 && m.starts == 2);
    pm_measurement_done(&m);
}

static void at_the_robots_pace(void **unused)
{
    const double begin = pm_clock_ms();
    const struct pm_measure_plan plan = {.time_ms = 5e3, .max_runs = 12, .interval_ms = 20};
    struct pm_measurement m = carry_out(plan, "engines/quick");
    (void)unused;
    assert_true(m.n >= 12 && m.starts == 1);
    /* so many intervals, and one more for the warm-up's rest */
    assert_between(pm_clock_ms() - begin, 20 * (double)m.n, 20 * (double)m.n + 5e3);
    pm_measurement_done(&m);
    const struct pm_measure_plan held = {
        .time_ms = 1, .interval_ms = 10, .hold_ms = 600, .power_window_ms = 20};
    m = carry_out(held, "engines/quick");
    assert_true(m.sustained);
    assert_int_equal(m.outcome, PM_MEASURED_COMPLETE);
    assert_between(m.elapsed_ms, 600, 5e3);
    assert_true(m.windows > 2 * PM_IDLE_WINDOWS + 5 && m.window[m.windows - 1].runs == 0);
    pm_measurement_done(&m);
}

static void hanging_engine(void **unused)
{
    const double begin = pm_clock_ms();
    struct pm_measurement m = measure("engines/hang-run", 20, 5e3);
    (void)unused;
    assert_int_equal(m.outcome, PM_MEASURED_CENSORED);
    assert_true(m.censored_ms >= 100 * 0.95); /* five times its budget, in each of two processes */
    assert_true(m.elapsed_ms >= 200 * 0.95);
    assert_between(pm_clock_ms() - begin, 200, 20e3);
    pm_measurement_done(&m);
}

/* One inference that does not end fails nothing: a second process is given a try. */
static void stalled_once(void **unused)
{
    (void)unused;
    unlink("stalled");
    struct pm_measurement m = measure("engines/stalls", 4.1, 5e3);
    unlink("stalled");
    assert_int_equal(m.outcome, PM_MEASURED_PARTIAL);
    assert_true(m.n >= 60);
    pm_measurement_done(&m);
}

static void broken_engines(void **unused)
{
    static const struct {
        const char *engine, *cause;
    } all[] = {
        {"engines/exit0", "silently"},           {"engines/segv", "SIGSEGV"},
        {"engines/negative", "positive"},        {"engines/more", "more runs"},
        {"engines/fewer", "fewer runs"},         {"engines/protocol", "protocol version"},
        {"engines/status", "status 3"},          {"engines/not-finite", "not finite"},
        {"engines/nosuch", "cannot be started"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct pm_measurement m = measure(all[i].engine, 0, 2e3);
        if (m.outcome != PM_MEASURED_FAILED || strstr(m.cause, all[i].cause) == NULL)
            fail_msg("%s: outcome %d, \"%s\"", all[i].engine, (int)m.outcome, m.cause);
        pm_measurement_done(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(big_little_board), cmocka_unit_test(jetson_board),
        cmocka_unit_test(empty_root),       cmocka_unit_test(guard_readers),
        cmocka_unit_test(guard_warnings),   cmocka_unit_test(clocks),
        cmocka_unit_test(process_lines),    cmocka_unit_test(good_engine),
        cmocka_unit_test(decided_early),    cmocka_unit_test(windows_for_a_log),
        cmocka_unit_test(only_the_energy),  cmocka_unit_test(at_the_robots_pace),
        cmocka_unit_test(hanging_engine),   cmocka_unit_test(stalled_once),
        cmocka_unit_test(broken_engines),
    };
    pm_stats_init();
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
