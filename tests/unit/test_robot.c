/* SPDX-License-Identifier: MIT
 * How the robot uses its network: beside other work, with overhead, at a frame rate, under power
 * modes; and the laws of power. */
#include "close.h"
#include "world.h"

/* ---- the robot's own ways ---- */

static double waits[40], slow[40];
static size_t all_runs = 40, eighty = 80;

/* 500 ms of computing and 250 ms of waiting for a processor, a limit of 600 ms; half a minute. */
static enum pm_verdict beside_load(const char *with_load)
{
    struct world w = start();
    struct pm_entry e = network("a", 70, 750, (double)NAN, NULL);
    for (size_t i = 0; i < 40; i++) {
        slow[i] = 750 + 0.05 * (double)(i % 7);
        waits[i] = 250;
    }
    e.ms = slow;
    e.delay_ms = waits;
    e.n = 40;
    e.start_n = &all_runs;
    e.starts = 1;
    e.status = PM_PARTIAL;
    e.conditions.load = strcmp(with_load, "true") == 0 ? "beside other work" : NULL;
    put(&w, e);
    set(&w, "with_load", with_load);
    set(&w, "max_latency", "600ms");
    find(&w);
    const enum pm_verdict v = w.c[0].verdict;
    finish(&w);
    return v;
}

static void waiting_counts_beside_load(void **unused)
{
    (void)unused;
    assert_int_equal(beside_load("false"), PM_UNDECIDED); /* others' doing: speaks neither way */
    assert_int_equal(beside_load("true"), PM_FAILS);      /* the robot's own programs */
}

static void overhead_counts(void **unused)
{
    struct world w = start();
    (void)unused;
    put(&w, network("a", 70, 80, (double)NAN, NULL));
    put(&w, network("b", 72, 95, (double)NAN, NULL));
    set(&w, "overhead", "12ms");
    set(&w, "max_latency", "100ms");
    find(&w);
    assert_int_equal(w.answer.pick, 0);
    assert_close(w.c[0].judged[PM_LATENCY].value.value, 92, 1e-12);
    assert_int_equal(w.c[1].verdict, PM_FAILS);
    assert_true(says(&w.answer, "12.0 ms of overhead"));
    finish(&w);
}

/* At its own frame rate the network is slower: the clock falls in the gaps. */
static void paced_runs_speak_against(void **unused)
{
    static double quick[80], cold[80], at[80];
    struct world w = start();
    struct pm_entry e = network("a", 70, 80, (double)NAN, NULL);
    (void)unused;
    for (size_t i = 0; i < 80; i++) {
        quick[i] = 80 + 0.01 * (double)(i % 2);
        cold[i] = 120 + 0.01 * (double)(i % 2);
        at[i] = 500 * (double)i; /* looks apart */
    }
    e.n = 80;
    e.ms = quick;
    e.at_ms = at;
    e.start_n = &eighty;
    e.starts = 1;
    e.status = PM_PARTIAL;
    put(&w, e);
    e.fps = 5;
    e.ms = cold;
    put(&w, e);
    put(&w, network("b", 60, 50, (double)NAN, NULL));
    set(&w, "max_latency", "100ms");
    find(&w);
    assert_int_equal(w.answer.pick, 0);
    finish(&w);

    w = start();
    e.fps = (double)NAN;
    e.ms = quick;
    put(&w, e);
    e.fps = 5;
    e.ms = cold;
    put(&w, e);
    put(&w, network("b", 60, 50, (double)NAN, NULL));
    set(&w, "max_latency", "100ms");
    set(&w, "fps", "5");
    find(&w);
    assert_int_equal(w.n, 2);
    assert_int_equal(w.answer.pick, 1);
    assert_string_equal(w.c[0].judged[PM_LATENCY].note, "at the frame rate asked for");
    finish(&w);

    w = start(); /* a sustained run is what counts, and what is resampled */
    e.fps = (double)NAN;
    e.ms = cold;
    put(&w, e);
    e.fps = 5;
    e.ms = quick;
    e.status = PM_COMPLETE;
    put(&w, e);
    put(&w, network("b", 60, 50, (double)NAN, NULL));
    set(&w, "max_latency", "100ms");
    set(&w, "fps", "5");
    find(&w);
    assert_int_equal(w.answer.pick, 0);
    assert_true(w.answer.stability > 0.99);
    finish(&w);
}

static void other_power_modes(void **unused)
{
    struct world w = start();
    struct pm_err err = {0};
    struct pm_entry e = network("a", 70, 80, 14, "total");
    (void)unused;
    w.profile.origin = "measured";
    e.config.power_mode = "nvpmodel 0";
    put(&w, e);
    e.config.power_mode = "nvpmodel 1";
    e.power_w = pm_quantity_of(8, PM_MEASURED);
    e.latency_ms = pm_quantity_of(120, PM_MEASURED);
    e.measured_at = "2026-03-01T12:00:00Z";
    put(&w, e);
    e.config.power_mode = "nvpmodel 2";
    e.power_w = pm_quantity_of(13, PM_MEASURED);
    put(&w, e);
    set(&w, "max_watts", "10");
    find(&w);
    assert_int_equal(w.n, 3); /* side by side, the name says which */
    assert_string_equal(w.c[1].name, "a [nvpmodel 1]");
    assert_int_equal(pm_answer_other_modes(&w.answer, "nvpmodel 0", NULL, &err), 0);
    assert_true(says(&w.answer, "In power mode \"nvpmodel 1\" it would be a: 70 % top-1, 120 ms, "
                                "8.00 W (measured 2026-03-01)."));
    assert_true(
        says(&w.answer, "Power mode \"nvpmodel 2\", as far as it was measured: none fits."));
    assert_false(says(&w.answer, "mode \"nvpmodel 0\""));
    finish(&w);
}

/* ---- laws of power ---- */

static void power_is_constant(void **unused)
{
    struct world w = start();
    static const double top1[] = {60, 66, 70, 73, 75}, ms[] = {20, 40, 80, 160, 320};
    static const char *const name[] = {"a", "b", "c", "d", "e"};
    (void)unused;
    for (size_t i = 0; i < 5; i++) {
        struct pm_entry e = network(name[i], top1[i], ms[i], 10 + 0.1 * (double)i, "total");
        put(&w, e);
        e.config.batch = 4;
        e.power_w.value += 2; /* batches cost more here */
        e.latency_ms.value *= 3;
        put(&w, e);
    }
    set(&w, "max_energy", "1J");
    find(&w);
    const struct pm_power_law *p = &w.answer.fits.power;
    assert_int_equal(p->n, 10);
    assert_close(p->mean_w, 11.2, 1e-12);
    assert_close(p->networks_sd, 0.158113883, 1e-6); /* of 10.0, 10.1 .. 10.4 */
    assert_close(p->batches_sd, 1.414213562, 1e-6);  /* two figures 2 W apart */
    const struct pm_energy_ceiling *e = &w.answer.fits.ceiling;
    assert_close(e->time_ms, 1000 / 11.2, 1e-12);
    assert_true(e->top1_pct > 69 && e->top1_pct < 72);
    assert_true(says(&w.answer, "1.00 J an image at 11.2 W are 89.3 ms"));
    finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_counts_beside_load), cmocka_unit_test(overhead_counts),
        cmocka_unit_test(paced_runs_speak_against),   cmocka_unit_test(other_power_modes),
        cmocka_unit_test(power_is_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
