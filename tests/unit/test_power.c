/* SPDX-License-Identifier: MIT
 * Watts and joules of candidates on one footing, and budgets judged on them. */
#include "close.h"
#include "world.h"

/* ---- figures of others ---- */

static void above_idle_at_a_frame_rate(void **unused)
{
    struct world w = start();
    struct pm_entry e = network("inception", 78, 1000 / 12.0, 11.6, "above_idle");
    (void)unused;
    e.idle_w = pm_quantity_of(1.3, PM_DECLARED);
    put(&w, e);
    set(&w, "fps", "5");
    set(&w, "max_watts", "6.2");
    find(&w);
    const struct pm_candidate *c = &w.c[0];
    assert_close(c->figure[PM_POWER].value, 1.3 + 11.6 * 5 / 12, 1e-12);
    assert_int_equal(c->figure[PM_POWER].origin, PM_DECLARED); /* no better than its idle figure */
    assert_close(c->net_j.value, 11.6 / 12, 1e-12);
    assert_close(c->figure[PM_ENERGY].value, 12.9 / 12, 1e-12);
    assert_close(c->busy_w.value, 12.9, 1e-12);
    assert_int_equal(w.answer.status, PM_RECOMMENDED);
    assert_true(
        says(&w.answer, "1.30 W idle (declared, unverified) + 11.6 W above idle x 83.3 ms"));
    finish(&w);
}

static void bounds_across_bases(void **unused)
{
    struct world w = start();
    (void)unused;
    put(&w, network("over", 70, 100, 11, "above_idle"));     /* above idle already over 10 W */
    put(&w, network("under", 70, 100, 9, "above_idle"));     /* with an unknown idle: who knows */
    put(&w, network("total", 70, 100, 9.5, "total"));        /* certain */
    put(&w, network("nothing", 70, 100, (double)NAN, NULL)); /* no figure */
    set(&w, "max_watts", "10");
    find(&w);
    assert_int_equal(w.c[0].verdict, PM_FAILS);
    assert_int_equal(w.c[1].verdict, PM_UNDECIDED);
    assert_int_equal(w.c[2].verdict, PM_MEETS);
    assert_int_equal(w.c[3].verdict, PM_NO_DATA);
    finish(&w);
}

static void total_without_idle_at_a_rate(void **unused)
{
    struct world w = start();
    (void)unused;
    put(&w, network("a", 70, 100, 12, "total")); /* at 5/s: between 6 W (asleep at 0) and 12 W */
    set(&w, "fps", "5");
    set(&w, "max_watts", "10");
    find(&w);
    assert_close(w.c[0].figure[PM_POWER].lo, 6, 1e-12);
    assert_close(w.c[0].figure[PM_POWER].hi, 12, 1e-12);
    assert_int_equal(w.c[0].verdict, PM_UNDECIDED);
    finish(&w);

    w = start();
    put(&w, network("a", 70, 100, 12, "total"));
    set(&w, "fps", "9");
    set(&w, "max_watts", "10"); /* 10.8 W even if it slept at no cost */
    find(&w);
    assert_int_equal(w.c[0].verdict, PM_FAILS);
    finish(&w);

    w = start();
    put(&w, network("a", 70, 100, 12, "total"));
    set(&w, "fps", "20"); /* it cannot keep up: never rests, and breaks the frame rate */
    find(&w);
    assert_close(w.c[0].figure[PM_POWER].value, 12, 1e-12);
    assert_int_equal(w.c[0].judged[PM_KEEP_UP].verdict, PM_FAILS);
    finish(&w);
}

static void batches_share_their_energy(void **unused)
{
    struct world w = start();
    struct pm_entry e = network("a", 70, 400, 12, "total");
    (void)unused;
    e.config.batch = 4;
    e.idle_w = pm_quantity_of(2, PM_DECLARED);
    put(&w, e);
    set(&w, "fps", "5");
    set(&w, "energy_basis", "net");
    set(&w, "max_energy", "1J");
    find(&w);
    assert_close(w.c[0].net_j.value, 1.0, 1e-12); /* 10 W x 0.4 s / 4 images */
    assert_close(w.c[0].figure[PM_ENERGY].value, 1.0, 1e-12);
    assert_close(w.c[0].figure[PM_POWER].value, 2 + 5, 1e-12);
    assert_int_equal(w.answer.status, PM_RECOMMENDED);
    finish(&w);
}

static void energy_on_the_basis_of_its_power(void **unused)
{
    struct world w = start();
    struct pm_entry e = network("a", 70, 100, 2, "above_idle");
    (void)unused;
    e.idle_w = pm_quantity_of(3, PM_DECLARED);
    e.energy_j = pm_quantity_of(0.2, PM_PUBLISHED);
    put(&w, e);
    e.config.network = "b"; /* the idle power unknown: at least so much */
    e.idle_w = (struct pm_quantity){0};
    put(&w, e);
    set(&w, "max_energy", "0.4J");
    set(&w, "battery", "40Wh");
    find(&w);
    assert_close(w.c[0].net_j.value, 0.2, 1e-12);
    assert_close(w.c[0].figure[PM_ENERGY].value, 0.5, 1e-12);
    assert_int_equal(w.c[0].verdict, PM_FAILS);
    assert_close(w.c[1].figure[PM_ENERGY].value, 0.2, 1e-12);
    assert_int_equal(w.c[1].verdict, PM_UNDECIDED);
    assert_close(w.c[1].runtime_h.value, 20, 1e-12);
    assert_true(w.c[1].runtime_h.lo <= 0); /* at most 20 h */
    finish(&w);
}

static void what_would_fit_at_a_rate(void **unused)
{
    struct world w = start();
    struct pm_entry e = network("inception", 78, 1000 / 12.0, 11.6, "above_idle");
    (void)unused;
    e.idle_w = pm_quantity_of(1.3, PM_DECLARED);
    put(&w, e);
    set(&w, "max_watts", "10");
    find(&w);
    assert_int_equal(w.answer.status, PM_INFEASIBLE);
    assert_true(says(&w.answer, "up to 9.0 a second (--fps 9.0)"));
    finish(&w);
}

static void a_battery(void **unused)
{
    struct world w = start();
    (void)unused;
    put(&w, network("hungry", 76, 100, 14, "total"));
    put(&w, network("modest", 70, 50, 8, "total"));
    set(&w, "battery", "40Wh");
    set(&w, "runtime", "4h"); /* 10 W on average */
    find(&w);
    assert_int_equal(w.answer.pick, 1);
    assert_close(w.c[1].runtime_h.value, 5, 1e-12);
    assert_close(w.c[0].runtime_h.value, 40 / 14.0, 1e-12);
    assert_true(says(&w.answer, "lasts 5.0 h"));
    finish(&w);
}

/* ---- measured windows ---- */

static double from_s[6] = {1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4, 1e9 + 5};
static double one_s[6] = {1, 1, 1, 1, 1, 1};
static double ten_w[6] = {10, 10.1, 9.9, 10.05, 9.95, 10};
static double two_w[6] = {2, 2.02, 1.98, 2, 2.01, 1.99};
static double runs[6] = {20, 20, 20, 20, 20, 20};
static double none[6];

static struct pm_entry measured(const char *name, double top1, double ms)
{
    struct pm_entry e = network(name, top1, ms, (double)NAN, NULL);
    e.power = (struct pm_power_record){
        .source = "rapl: package-0",
        .scope = "package",
        .kind = "counter",
        .period_ms = 1,
        .gain_rel = 0.05,
        .busy = {.n = 5, .from_s = from_s, .seconds = one_s, .runs = runs, .joules = ten_w},
        .idle = {.n = 6,
                 .from_s = from_s,
                 .seconds = one_s,
                 .runs = none,
                 .joules = two_w,
                 .before = 3}};
    return e;
}

static enum pm_answer_status status_at(const char *watts, const char *gain)
{
    struct world w = start();
    put(&w, measured("a", 70, 50));
    set(&w, "max_watts", watts);
    if (gain != NULL)
        set(&w, "power_gain", gain);
    find(&w);
    const enum pm_answer_status status = w.answer.status;
    if (status == PM_NOT_DECIDED)
        assert_true(says(&w.answer, "too near the budget to call"));
    assert_true(says(&w.answer, "the board draws more")); /* the processor alone was metered */
    finish(&w);
    return status;
}

static void the_gain_decides(void **unused)
{
    (void)unused;
    assert_int_equal(status_at("8", NULL), PM_INFEASIBLE);
    assert_int_equal(status_at("9.2", NULL), PM_NOT_DECIDED); /* 10 W +- 9.8 % */
    assert_int_equal(status_at("10.8", NULL), PM_NOT_DECIDED);
    assert_int_equal(status_at("12", NULL), PM_RECOMMENDED);
    assert_int_equal(status_at("9.2", "1%"), PM_INFEASIBLE);
    assert_int_equal(status_at("10.8", "1%"), PM_RECOMMENDED);
}

static void measured_at_a_rate(void **unused)
{
    struct world w = start();
    (void)unused;
    put(&w, measured("a", 70, 50));
    set(&w, "fps", "4"); /* 2 W idle + 0.4 J net x 4/s */
    set(&w, "max_watts", "5");
    find(&w);
    assert_close(w.c[0].figure[PM_POWER].value, 3.6, 1e-9);
    assert_true(w.c[0].figure[PM_POWER].has_interval);
    assert_int_equal(w.answer.status, PM_RECOMMENDED);
    finish(&w);

    /* what was measured at that rate needs no model */
    w = start();
    put(&w, measured("a", 70, 50));
    struct pm_entry paced = measured("a", 70, 50);
    paced.fps = 4;
    paced.power.busy.joules = two_w; /* 2 W on average */
    put(&w, paced);
    set(&w, "fps", "4");
    set(&w, "max_watts", "5");
    find(&w);
    assert_int_equal(w.n, 1); /* the paced entry is no candidate of its own */
    assert_close(w.c[0].figure[PM_POWER].value, 2.002, 1e-9);
    finish(&w);
}

static void unknown_has_its_reason(void **unused)
{
    struct world w = start();
    struct pm_entry e = measured("a", 70, 50);
    (void)unused;
    e.power.busy.joules = NULL;
    e.power.cause = "the sensor died at the third window";
    put(&w, e);
    set(&w, "max_watts", "12");
    find(&w);
    assert_int_equal(w.answer.status, PM_NOT_DECIDED);
    assert_false(pm_known(w.c[0].figure[PM_POWER])); /* never 0 */
    assert_string_equal(w.c[0].judged[PM_POWER].note, "the sensor died at the third window");
    assert_true(says(&w.answer, "--power names one"));
    assert_true(says(&w.answer, "external meter"));
    assert_true(says(&w.answer, "assume:"));
    finish(&w);
}

static void assumed_is_marked(void **unused)
{
    struct world w = start();
    struct pm_entry e = network("a", 70, 50, (double)NAN, "total");
    (void)unused;
    e.power_w = pm_quantity_of(10, PM_ESTIMATED);
    put(&w, e);
    set(&w, "max_watts", "12");
    find(&w);
    assert_int_equal(w.answer.status, PM_RECOMMENDED);
    assert_int_equal(w.c[0].figure[PM_ENERGY].origin, PM_ESTIMATED);
    assert_true(says(&w.answer, "estimated from an assumed power"));
    finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(above_idle_at_a_frame_rate),
        cmocka_unit_test(bounds_across_bases),
        cmocka_unit_test(total_without_idle_at_a_rate),
        cmocka_unit_test(batches_share_their_energy),
        cmocka_unit_test(what_would_fit_at_a_rate),
        cmocka_unit_test(energy_on_the_basis_of_its_power),
        cmocka_unit_test(a_battery),
        cmocka_unit_test(the_gain_decides),
        cmocka_unit_test(measured_at_a_rate),
        cmocka_unit_test(unknown_has_its_reason),
        cmocka_unit_test(assumed_is_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
