/* SPDX-License-Identifier: MIT
 * A network on several engines: its names, the faster way of it, and the law of one engine. */
#include "advise/ways.h"

#include "base/err.h"
#include "record/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static struct pm_candidate on(const char *id, const char *engine, long threads, double ms)
{
    struct pm_candidate c = {.config.network = id,
                             .title = id,
                             .name = id,
                             .config.engine = engine,
                             .config.precision = "fp32",
                             .config.batch = 1,
                             .config.threads = threads};
    if (ms > 0)
        c.figure[PM_LATENCY] = pm_quantity_of(ms, PM_MEASURED);
    return c;
}

static struct pm_settings asked; /* no budget, but where a test sets one */

static struct pm_answer find(struct pm_candidate *c, size_t n, int pick)
{
    struct pm_answer a = {.settings = &asked, .c = c, .n = n, .pick = pick};
    struct pm_err err = {0};
    assert_int_equal(pm_candidates_name_ways(c, n, &a.arena, &err), 0);
    assert_int_equal(pm_answer_find_ways(&a, &err), 0);
    return a;
}

static void names_say_the_engine_where_there_are_several(void **state)
{
    (void)state;
    struct pm_candidate c[] = {on("a", "x", 1, 10), on("b", "x", 1, 20), on("a", "y", 2, 5)};
    struct pm_answer a = find(c, 3, -1);
    assert_string_equal(c[0].name, "a [x]");
    assert_string_equal(c[1].name, "b");
    assert_string_equal(c[2].name, "a [y]");
    pm_arena_done(&a.arena);
}

static void the_fastest_way_outruns_the_others(void **state)
{
    (void)state;
    struct pm_candidate c[] = {on("a", "x", 1, 10), on("b", "x", 1, 20), on("a", "y", 2, 5),
                               on("b", "y", 2, 0)};
    struct pm_answer a = find(c, 4, -1);
    assert_true(c[0].outrun);
    assert_false(c[1].outrun); /* its other way was not measured */
    assert_false(c[2].outrun);
    assert_true(c[3].outrun);
    assert_int_equal(a.outrun, 2);
    assert_false(a.one_way);
    assert_string_equal(pm_shown_name(&a, 2), "a [y]");
    pm_arena_done(&a.arena);
}

static void the_pick_is_never_outrun(void **state)
{
    (void)state;
    struct pm_candidate c[] = {on("a", "x", 1, 10), on("a", "y", 2, 5)};
    struct pm_answer a = find(c, 2, 0);
    assert_false(c[0].outrun);
    assert_true(c[1].outrun);
    assert_true(a.one_way);
    assert_string_equal(pm_shown_name(&a, 0), "a");
    assert_string_equal(pm_shown_name(&a, 1), "a [y]");
    pm_arena_done(&a.arena);
}

static void of_ways_not_measured_the_usual_one_stays(void **state)
{
    (void)state;
    struct pm_candidate c[] = {on("a", "x", 1, 0), on("a", "y", 2, 0), on("b", "x", 1, 9),
                               on("b", "y", 2, 3)};
    struct pm_answer a = find(c, 4, 3);
    assert_true(c[0].outrun);
    assert_false(c[1].outrun);
    assert_true(a.one_way);
    pm_arena_done(&a.arena);
}

/* One waits for the whole batch; but where images a second count, an image's share of it. */
static void a_larger_batch_is_faster_where_a_rate_is_asked_for(void **state)
{
    (void)state;
    for (int rate = 0; rate < 2; rate++) {
        struct pm_candidate c[] = {on("a", "x", 1, 10), on("a", "x", 1, 24)};
        c[1].config.batch = 4;
        asked.budget[PM_FPS].set = rate == 1;
        struct pm_answer a = find(c, 2, -1);
        assert_int_equal(c[0].outrun, rate == 1);
        assert_int_equal(c[1].outrun, rate == 0);
        pm_arena_done(&a.arena);
    }
    asked.budget[PM_FPS].set = false;
}

static void names_say_all_that_differs(void **state)
{
    (void)state;
    struct pm_candidate c[] = {on("a", "x", 1, 10), on("a", "x", 2, 6), on("a", "y", 2, 5),
                               on("b", "x", 1, 3), on("b", "x", 1, 4)};
    c[2].config.precision = "int8";
    c[4].config.batch = 8;
    struct pm_answer a = find(c, 5, -1);
    assert_string_equal(c[0].name, "a [x, fp32, 1 thread]");
    assert_string_equal(c[1].name, "a [x, fp32, 2 threads]");
    assert_string_equal(c[2].name, "a [y, int8, 2 threads]");
    assert_string_equal(c[3].name, "b [batch 1]");
    assert_string_equal(c[4].name, "b [batch 8]");
    pm_arena_done(&a.arena);
}

static void another_power_mode_is_another_device(void **state)
{
    (void)state;
    struct pm_candidate c[] = {on("a", "x", 1, 10), on("a", "y", 1, 5)};
    c[1].config.power_mode = "MAXN";
    struct pm_answer a = find(c, 2, -1);
    assert_int_equal(a.outrun, 0);
    pm_arena_done(&a.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_say_the_engine_where_there_are_several),
        cmocka_unit_test(the_fastest_way_outruns_the_others),
        cmocka_unit_test(the_pick_is_never_outrun),
        cmocka_unit_test(of_ways_not_measured_the_usual_one_stays),
        cmocka_unit_test(a_larger_batch_is_faster_where_a_rate_is_asked_for),
        cmocka_unit_test(names_say_all_that_differs),
        cmocka_unit_test(another_power_mode_is_another_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
