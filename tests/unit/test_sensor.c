/* SPDX-License-Identifier: MIT
 * Meters: energy over a window, against a known truth. */
#include "base/clock.h"
#include "base/err.h"
#include "sensor/meter.h"
#include "sensor/probe.h"
#include "sensor/source.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "close.h"
#include "fake_source.h"

#define PI 3.14159265358979323846

/* ---- files that somebody writes ---- */

struct writer {
    char path[64];
    int fd;
    atomic_bool stop, late;
    pthread_t thread;
    double begin_ms, every_ms;
    double (*at)(double ms); /* of what is written, in its unit */
};

static void put(struct writer *w)
{
    char text[40];
    const int n = snprintf(text, sizeof text, "%.0f\n", w->at(pm_clock_ms() - w->begin_ms));
    assert_int_equal(pwrite(w->fd, text, (size_t)n, 0), n);
    assert_int_equal(ftruncate(w->fd, n), 0);
}

static void *write_on(void *arg)
{
    struct writer *w = arg;
    for (double last = pm_clock_ms(), now; !w->stop; last = now) {
        put(w);
        wait_ms(w->every_ms);
        now = pm_clock_ms();
        if (now - last > 2 * w->every_ms + 5)
            w->late = true;
    }
    return NULL;
}

static void start_writer(struct writer *w, double every_ms, double (*at)(double ms))
{
    *w = (struct writer){.path = "test_sensor-XXXXXX", .every_ms = every_ms, .at = at};
    w->fd = mkstemp(w->path);
    assert_true(w->fd >= 0);
    w->begin_ms = pm_clock_ms();
    put(w); /* before anybody looks */
    assert_int_equal(pthread_create(&w->thread, NULL, write_on, w), 0);
}

static void stop_writer(struct writer *w)
{
    w->stop = true;
    pthread_join(w->thread, NULL);
    close(w->fd);
    unlink(w->path);
}

static double microjoules_10w(double ms)
{
    return 2.6e11 + 10 * ms * 1e3;
}

static double milliwatts_wave(double ms)
{
    return 10e3 + 3e3 * sin(2 * PI * ms / 91);
}

static struct pm_power_meter *find(const char *power, struct pm_probes *probes)
{
    const struct pm_power_wish wish = {power, PM_SYSFS, NAN, NAN};
    struct pm_power_meter *m = NULL;
    struct pm_err err = {.code = PM_OK};
    if (pm_power_find(&wish, probes, &m, &err) != 0)
        fail_msg("%s: %s", power, err.msg);
    assert_non_null(m);
    return m;
}

#define TRIES 8

/* What a window reads depends on who plays the sensor and who reads it having their time. On a busy
 * machine another window may tell; false: none did. */
static bool read_on_time(struct writer *w, struct pm_power_meter *m, struct pm_window *window)
{
    for (int i = 0; i < TRIES; i++) {
        w->late = false;
        const double before = pm_clock_ms();
        pm_power_meter_begin(m);
        const double begun = pm_clock_ms();
        wait_ms(2000);
        const double ending = pm_clock_ms();
        pm_power_meter_end(m, window);
        const double after = pm_clock_ms();
        if (!window->known)
            fail_msg("unknown: %s", window->why);
        assert_between(1e3 * window->seconds, ending - begun - 50, after - before + 50);
        const bool read = pm_power_meter_info(m)->kind == PM_COUNTER || window->samples > 360;
        if (!w->late && read && after - before < 2030)
            return true;
    }
    return false;
}

static void live_file(const char *unit, double every_ms, double (*at)(double ms), double tolerance)
{
    struct writer w;
    struct pm_probes probes;
    struct pm_window window;
    char power[100];
    start_writer(&w, every_ms, at);
    snprintf(power, sizeof power, "file:%s:%s", w.path, unit);
    struct pm_power_meter *m = find(power, &probes);
    const struct pm_power_info *info = pm_power_meter_info(m);
    assert_true(info->observed);
    assert_between(info->period_ms, 0.5 * every_ms, 5 * every_ms);
    assert_true(info->window_ms >= 1000);
    const bool on_time = read_on_time(&w, m, &window);
    if (on_time)
        assert_close(window.joules / window.seconds, 10, tolerance);
    assert_int_equal(probes.n, 1);
    assert_true(probes.probe[0].accepted);
    assert_non_null(strstr(probes.probe[0].reason, "W now, updates every "));
    pm_power_meter_close(m);
    stop_writer(&w);
    if (!on_time) {
        print_message("this machine is too busy to tell\n");
        skip();
    }
}

static void counter_in_a_file(void **unused)
{
    (void)unused;
    live_file("uJ", 1, microjoules_10w, 0.01);
}

static void gauge_in_a_file(void **unused)
{
    (void)unused;
    live_file("mW", 4, milliwatts_wave, 0.02);
}

/* ---- sampling ---- */

static double read_at[2000];
static atomic_uint reads;

/* A quarter of each 5 ms at 20 W, the rest at 5 W: 8.75 W. */
static double inference_wave(double ms)
{
    read_at[reads++ % 2000] = ms;
    return (fmod(ms, 5) < 1.25 ? 20 : 5) + 1e-6 * steps(ms, 0.1);
}

static void sampling_does_not_lock(void **unused)
{
    struct pm_refusal why;
    struct pm_power_meter *m = NULL;
    struct pm_window w;
    (void)unused;
    double fixed = 0; /* what exactly the same rate without jitter reads, from 1 ms on */
    for (int i = 0; i < 400; i++)
        fixed += inference_wave(1 + 5.0 * i) / 400;
    assert_true(fixed > 1.5 * 8.75);
    assert_int_equal(
        pm_power_meter_open(&fake(PM_GAUGE, inference_wave)->source, NAN, NAN, &m, &why), PM_FOUND);
    reads = 0;
    pm_power_meter_begin(m);
    wait_ms(2000);
    pm_power_meter_end(m, &w);
    pm_power_meter_close(m);
    assert_true(w.known);
    assert_true(w.samples >= 2 && w.samples <= 600); /* 5 ms a reading, if we get the time */
    if (w.samples < 360)
        skip();                                     /* the machine is too busy to tell */
    assert_close(w.joules / w.seconds, 8.75, 0.16); /* 4 sigma of 400 readings */
    /* the clock of a PC drifts enough through 5 ms to hide a fixed rate: look at the gaps too, of
     * which 3 in 10 are under 0.8 periods */
    unsigned early = 0;
    for (unsigned i = 1; i < reads; i++)
        early += read_at[i] - read_at[i - 1] < 0.8 * 5;
    assert_between((double)early / reads, 0.15, 0.45);
}

static void counters_are_guarded(void **unused)
{
    struct pm_refusal why;
    struct pm_power_meter *m = NULL;
    struct pm_window w;
    struct fake *f = fake(PM_COUNTER, joules_10w);
    (void)unused;
    f->source.guard_ms = 10;
    assert_int_equal(pm_power_meter_open(&f->source, 0.07, 500, &m, &why), PM_FOUND);
    assert_close(pm_power_meter_info(m)->gain_rel, 0.07, 1e-12);
    assert_close(pm_power_meter_info(m)->window_ms, 500, 1e-12);
    assert_close(pm_power_meter_info(m)->seen_w, 10, 0.2);
    pm_power_meter_begin(m);
    const unsigned before = f->readings;
    wait_ms(300);
    pm_power_meter_end(m, &w);
    assert_true(w.known);
    assert_int_equal(w.samples, 2);
    assert_true(f->readings > before + 5);
    pm_power_meter_close(m);
}

static double joules_until_300ms(double ms)
{
    return joules_10w(fmin(ms, 300));
}

static void a_counter_that_stops(void **unused)
{
    struct pm_refusal why;
    struct pm_power_meter *m = NULL;
    struct pm_window w;
    (void)unused;
    assert_int_equal(
        pm_power_meter_open(&fake(PM_COUNTER, joules_until_300ms)->source, NAN, NAN, &m, &why),
        PM_FOUND);
    wait_ms(350);
    pm_power_meter_begin(m);
    wait_ms(50);
    pm_power_meter_end(m, &w);
    assert_false(w.known);
    assert_string_equal(w.why, "the counter did not move");
    pm_power_meter_close(m);
}

static void nothing_is_read_of_assumed_watts(void **unused)
{
    struct pm_probes probes;
    struct pm_window w;
    struct pm_power_meter *m = find("assume:800mW", &probes);
    (void)unused;
    assert_string_equal(probes.probe[0].reason, "0.8 W assumed, nothing is read");
    assert_int_equal(pm_power_meter_info(m)->kind, PM_ASSUMED);
    assert_close(pm_power_meter_info(m)->assumed_w, 0.8, 1e-12);
    assert_close(pm_power_meter_info(m)->window_ms, 1000, 1e-12);
    pm_power_meter_begin(m);
    wait_ms(50);
    pm_power_meter_end(m, &w);
    assert_true(w.known);
    assert_true(w.seconds >= 0.05);
    assert_close(w.joules, 0.8 * w.seconds, 1e-12);
    pm_power_meter_close(m);
}

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
    (void)number;
    signals++;
}

static void signals_are_left_to_the_main_thread(void **unused)
{
    struct pm_refusal why;
    struct pm_power_meter *m = NULL;
    struct pm_window w;
    sigset_t one, before, pending;
    (void)unused;
    signal(SIGUSR1, on_signal);
    assert_int_equal(pm_power_meter_open(&fake(PM_GAUGE, noisy_12w)->source, NAN, NAN, &m, &why),
                     PM_FOUND);
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &one, &before);
    pm_power_meter_begin(m);
    kill(getpid(), SIGUSR1);
    wait_ms(100);
    assert_int_equal(signals, 0); /* no thread of the meter took it */
    sigpending(&pending);
    assert_true(sigismember(&pending, SIGUSR1));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    assert_int_equal(signals, 1);
    pm_power_meter_end(m, &w);
    assert_true(w.known);
    pm_power_meter_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counter_in_a_file),
        cmocka_unit_test(gauge_in_a_file),
        cmocka_unit_test(sampling_does_not_lock),
        cmocka_unit_test(counters_are_guarded),
        cmocka_unit_test(a_counter_that_stops),
        cmocka_unit_test(nothing_is_read_of_assumed_watts),
        cmocka_unit_test(signals_are_left_to_the_main_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
