/* SPDX-License-Identifier: MIT
 * Two profiles against each other: what counts as a change, what is the same candidate, and why a
 * pick changes. */
#include "advise/compare.h"
#include "stats/sample.h"

#include "close.h"
#include "world.h"

#include <stdlib.h>

/* ---- figures ---- */

static struct pm_quantity between(double value, double lo, double hi)
{
    return pm_quantity_between(value, lo, hi, PM_MEASURED);
}

static struct pm_quantity plain(double value)
{
    return pm_quantity_of(value, PM_PUBLISHED);
}

static void disjoint_or_not(void **unused)
{
    (void)unused;
    struct pm_difference d = pm_difference_of(between(480, 471, 489), between(520, 509, 531));
    assert_int_equal(d.shift, PM_SHIFT_UP);
    assert_close(d.ratio, 520.0 / 480, 1e-12);
    assert_close(d.lo, 509.0 / 489, 1e-12);
    assert_close(d.hi, 531.0 / 471, 1e-12);
    assert_false(d.as_it_stands);
    assert_int_equal(pm_difference_of(between(520, 509, 531), between(480, 471, 489)).shift,
                     PM_SHIFT_DOWN);
    /* ends that touch overlap */
    assert_int_equal(pm_difference_of(between(2.385, 2.3, 2.5), between(2.6, 2.5, 2.7)).shift,
                     PM_SHIFT_NONE);
    assert_int_equal(pm_difference_of(between(2.385, 2.3, 2.5), between(2.6, 2.5001, 2.7)).shift,
                     PM_SHIFT_UP);
}

static void without_an_interval(void **unused)
{
    (void)unused;
    struct pm_difference d = pm_difference_of(plain(83.3), plain(83.4));
    assert_int_equal(d.shift, PM_SHIFT_UP);
    assert_true(d.as_it_stands);
    assert_int_equal(pm_difference_of(plain(83.3), plain(83.3)).shift, PM_SHIFT_NONE);
    d = pm_difference_of(plain(83.3), between(84, 83, 85)); /* within the other's */
    assert_int_equal(d.shift, PM_SHIFT_NONE);
    assert_true(d.as_it_stands);
    d = pm_difference_of((struct pm_quantity){0}, plain(83.3));
    assert_int_equal(d.shift, PM_SHIFT_OPEN);
    assert_true(isnan(d.ratio));
    assert_true(isnan(pm_difference_of(plain(0), plain(83.3)).ratio)); /* a ratio to nothing */
}

static struct pm_candidate with(struct pm_entry *e)
{
    struct pm_candidate c = {.config.network = "a", .name = "a", .config.batch = 1, .entry = e};
    c.figure[PM_LATENCY] = e->latency_ms;
    return c;
}

static void ended_and_failed(void **unused)
{
    struct pm_entry quick = network("a", 70, 271, (double)NAN, NULL);
    struct pm_entry ended = network("a", 70, 1, (double)NAN, NULL), failed = ended;
    (void)unused;
    ended.status = PM_CENSORED;
    ended.censored_ms = 5000;
    failed.status = PM_FAILED; /* its latency is what it was before: not to be believed */
    struct pm_candidate a = with(&quick), b = with(&ended), c = with(&failed);
    struct pm_difference d = pm_candidate_difference(&a, &b, PM_LATENCY);
    assert_int_equal(d.shift, PM_SHIFT_UP);
    assert_close(d.lo, 5000.0 / 271, 1e-12);
    assert_true(isinf(d.hi));
    d = pm_candidate_difference(&b, &a, PM_LATENCY);
    assert_int_equal(d.shift, PM_SHIFT_DOWN);
    assert_close(d.lo, 0, 1e-12);
    assert_int_equal(pm_candidate_difference(&b, &b, PM_LATENCY).shift, PM_SHIFT_NONE);
    assert_int_equal(pm_candidate_difference(&a, &c, PM_LATENCY).shift, PM_SHIFT_LOST);
    assert_int_equal(pm_candidate_difference(&c, &a, PM_LATENCY).shift, PM_SHIFT_GAINED);
    assert_int_equal(pm_candidate_difference(&c, &c, PM_LATENCY).shift, PM_SHIFT_OPEN);
}

/* Two runs rejected a network on either day: no day can be said to be the slower one. */
static void too_few_runs(void **unused)
{
    struct pm_entry e = network("a", 70, 271, (double)NAN, NULL), f = e;
    (void)unused;
    e.latency_ms = pm_quantity_of(271, PM_MEASURED);
    f.latency_ms = between(950, 900, 1000);
    struct pm_candidate a = with(&e), b = with(&f);
    struct pm_difference d = pm_candidate_difference(&a, &b, PM_LATENCY);
    assert_int_equal(d.shift, PM_SHIFT_OPEN);
    assert_true(d.too_few);
    assert_false(d.as_it_stands);
    assert_close(d.ratio, 950.0 / 271, 1e-12);
    assert_true(isnan(d.lo) && isnan(d.hi));
    a.figure[PM_LATENCY].origin = PM_PUBLISHED; /* somebody's figure is compared */
    assert_int_equal(pm_candidate_difference(&a, &b, PM_LATENCY).shift, PM_SHIFT_UP);
}

static void memory_and_watts(void **unused)
{
    struct pm_entry e = network("a", 70, 271, (double)NAN, NULL);
    struct pm_candidate a = with(&e), b = a;
    (void)unused;
    a.figure[PM_MEMORY] = plain(210);
    b.figure[PM_MEMORY] = plain(213.9);
    assert_int_equal(pm_candidate_difference(&a, &b, PM_MEMORY).shift, PM_SHIFT_NONE);
    b.figure[PM_MEMORY] = plain(214.5);
    assert_int_equal(pm_candidate_difference(&a, &b, PM_MEMORY).shift, PM_SHIFT_UP);
    a.figure[PM_POWER] = b.figure[PM_POWER] = plain(5.5);
    b.figure[PM_POWER].value = b.figure[PM_POWER].lo = b.figure[PM_POWER].hi = 7.25;
    assert_int_equal(pm_candidate_difference(&a, &b, PM_POWER).shift, PM_SHIFT_UP);
    b.power_scope = PM_SCOPE_BOARD; /* A's watts may be of the processor alone */
    assert_int_equal(pm_candidate_difference(&a, &b, PM_POWER).shift, PM_SHIFT_OPEN);
}

/* ---- chance ---- */

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct pm_quantity median_of_runs(struct pm_rng *rng, size_t n)
{
    double x[400];
    struct pm_quantile_interval i;
    for (size_t k = 0; k < n; k++)
        x[k] = 100 * exp(pm_rng_gaussian(rng, 0.03)); /* skewed, as latencies are */
    qsort(x, n, sizeof *x, by_value);
    assert_int_equal(pm_quantile_interval(x, n, 0, 0.5, 0.95, &i), 0);
    assert_true(i.has_lo && i.has_hi);
    return between(i.value, i.lo, i.hi);
}

static double share_changed(size_t n, size_t m, unsigned long seed)
{
    const int pairs = 4000;
    struct pm_rng *rng = pm_rng_open(seed);
    int changed = 0;
    assert_non_null(rng);
    for (int k = 0; k < pairs; k++) {
        const struct pm_quantity a = median_of_runs(rng, n), b = median_of_runs(rng, m);
        changed += pm_difference_of(a, b).shift != PM_SHIFT_NONE;
    }
    pm_rng_close(rng);
    return (double)changed / pairs;
}

/* Of nothing but chance: what the documentation says of the rule. */
static void false_alarms(void **unused)
{
    (void)unused;
    const double equal = share_changed(60, 60, 11), few = share_changed(18, 18, 12);
    const double unequal = share_changed(36, 400, 13);
    print_message("unchanged networks called changed: %.2f %% (60 and 60 runs), %.2f %% (18 and "
                  "18), %.2f %% (36 and 400)\n",
                  100 * equal, 100 * few, 100 * unequal);
    assert_between(equal, 0.001, 0.010);
    assert_between(few, 0.0005, 0.010);
    assert_between(unequal, 0.005, 0.035);
}

/* ---- the same candidate ---- */

static int match(const struct pm_candidate *wanted, const struct pm_candidate *list, size_t n)
{
    struct pm_arena arena = {0};
    struct pm_candidate_set set;
    assert_int_equal(pm_candidate_set_make(list, n, PM_MATCHED, &arena, &set, NULL), 0);
    const int place = pm_candidate_match(wanted, &set);
    pm_arena_done(&arena);
    return place;
}

static void what_is_the_same(void **unused)
{
    const struct pm_candidate a = {.config = {.network = "resnet50",
                                              .engine = "darknet",
                                              .precision = "fp32",
                                              .power_mode = "powersave",
                                              .input = {256, 256},
                                              .batch = 1,
                                              .threads = 1}};
    struct pm_candidate list[3] = {a, a, a};
    (void)unused;
    assert_int_equal(match(&a, list, 0), -1);
    list[0].config.engine = "onnxruntime";
    list[1].config.batch = 4;
    list[2].config.threads = 4;
    assert_int_equal(match(&a, list, 3), -1);
    list[2].config.threads = 1;
    assert_int_equal(match(&a, list, 3), 2);
    list[2].config.power_mode = "performance"; /* the only one there is */
    assert_int_equal(match(&a, list, 3), 2);
    list[1].config.batch = 1;
    list[1].config.power_mode = NULL; /* two others: which one? */
    assert_int_equal(match(&a, list, 3), -1);
    list[1].config.power_mode = "powersave";
    assert_int_equal(match(&a, list, 3), 1);
}

/* ---- comparisons ---- */

static struct pm_entry timed(const char *name, double top1, double ms, double share)
{
    struct pm_entry e = network(name, top1, ms, (double)NAN, NULL);
    e.p99_ms = e.p90_ms = e.latency_ms = between(ms, ms * (1 - share), ms * (1 + share));
    return e;
}

static struct pm_comparison compare(struct world *a, struct world *b)
{
    struct pm_comparison c;
    struct pm_err err = {0};
    find(a);
    find(b);
    if (pm_comparison_find(&a->answer, &b->answer, "old", "new", &c, &err) != 0)
        fail_msg("%s", err.msg);
    return c;
}

static bool holds(const char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(list[i], text) != NULL)
            return true;
    }
    return false;
}

static void done(struct pm_comparison *c, struct world *a, struct world *b)
{
    pm_comparison_done(c);
    finish(a);
    finish(b);
}

static void ask(struct world *a, struct world *b, const char *key, const char *value)
{
    set(a, key, value);
    set(b, key, value);
}

static void nothing_changed(void **unused)
{
    struct world a = start(), b = start();
    (void)unused;
    put(&a, timed("x", 70, 100, 0.02));
    put(&a, timed("y", 75, 200, 0.02));
    put(&b, timed("x", 70, 101, 0.02));
    put(&b, timed("y", 75, 199, 0.02));
    ask(&a, &b, "max_latency", "250ms");
    struct pm_comparison c = compare(&a, &b);
    assert_false(c.changed || c.pick_changes);
    assert_int_equal(c.n, 2);
    assert_string_equal(c.headline, "No latency changed beyond the intervals (2 compared). The "
                                    "pick stays y.");
    assert_int_equal(c.conditions, 0);
    assert_int_equal(c.notes, 0);
    done(&c, &a, &b);
}

static void why_the_pick_changes(void **unused)
{
    struct world a = start(), b = start();
    (void)unused;
    put(&a, timed("x", 70, 100, 0.02));
    put(&a, timed("y", 75, 480, 0.02));
    put(&b, timed("x", 70, 100, 0.02));
    put(&b, timed("y", 75, 520, 0.02));
    ask(&a, &b, "max_latency", "500ms");
    struct pm_comparison c = compare(&a, &b);
    assert_true(c.changed && c.pick_changes);
    assert_int_equal(c.slower, 1);
    assert_int_equal(c.whys, 1);
    assert_string_equal(c.why[0], "y was within --max-latency 500 ms on A (480 ms); on B it takes "
                                  "520 ms: latency +20.0 ms.");
    assert_true(holds(c.note, c.notes, "1.1 %")); /* 2 latencies at 0.56 % each */
    done(&c, &a, &b);
}

/* Each figure stays within its interval, but the bound now lies in one of them. */
static void the_pick_alone_changes(void **unused)
{
    struct world a = start(), b = start();
    (void)unused;
    put(&a, timed("x", 70, 100, 0.02));
    put(&a, timed("y", 75, 487, 0.02));
    put(&b, timed("x", 70, 100, 0.02));
    put(&b, timed("y", 75, 492, 0.02));
    ask(&a, &b, "max_latency", "500ms@p99");
    struct pm_comparison c = compare(&a, &b);
    assert_int_equal(c.slower + c.faster, 0);
    assert_true(c.changed && c.pick_changes);
    assert_true(holds(c.why, c.whys,
                      "y was within --max-latency 500 ms@p99 on A (487 ms); on B it "
                      "takes 492 ms, too near to call."));
    done(&c, &a, &b);
}

/* Both fit on both; on B another one is as accurate and faster. */
static void the_order_changes(void **unused)
{
    struct world a = start(), b = start();
    (void)unused;
    put(&a, timed("x", 75, 300, 0.01));
    put(&a, timed("y", 75, 250, 0.01));
    put(&b, timed("x", 75, 240, 0.01));
    put(&b, timed("y", 75, 250, 0.01));
    ask(&a, &b, "max_latency", "500ms");
    struct pm_comparison c = compare(&a, &b);
    assert_true(c.pick_changes);
    assert_int_equal(c.faster, 1);
    assert_int_equal(c.whys, 1);
    assert_string_equal(c.why[0],
                        "y meets every budget on B too, but is passed over: dominated by x.");
    done(&c, &a, &b);
}

static void something_fits(void **unused)
{
    struct world a = start(), b = start();
    (void)unused;
    put(&a, timed("x", 70, 600, 0.02));
    put(&b, timed("x", 70, 450, 0.02));
    ask(&a, &b, "max_latency", "500ms");
    struct pm_comparison c = compare(&a, &b);
    assert_true(c.pick_changes);
    assert_non_null(strstr(c.headline, "The pick changes: no network fits on A, x on B."));
    assert_true(holds(c.why, c.whys,
                      "x broke --max-latency 500 ms on A (600 ms); on B it takes "
                      "450 ms, which is within it."));
    done(&c, &a, &b);
}

static void other_engines_are_other_candidates(void **unused)
{
    struct world a = start(), b = start();
    struct pm_entry e = timed("x", 70, 100, 0.02);
    (void)unused;
    put(&a, e);
    put(&a, timed("gone", 60, 50, 0.02));
    e.config.engine = "onnxruntime";
    e.config.batch = 4;
    put(&b, e);
    b.profile.device.kernel = "6.6";
    a.profile.device.kernel = "6.1";
    a.profile.device.governor = "powersave"; /* B does not say: no difference to be told */
    struct pm_comparison c = compare(&a, &b);
    assert_int_equal(c.n, 0);
    assert_int_equal(c.only_a_n, 2);
    assert_int_equal(c.only_b_n, 1);
    assert_false(c.changed);
    assert_string_equal(c.headline, "No latency of A and B can be compared.");
    assert_true(holds(c.note, c.notes, "Only in A: x, gone."));
    assert_true(holds(c.note, c.notes, "x is not compared: torch7, fp32, batch 1"));
    assert_int_equal(c.conditions, 1);
    assert_string_equal(c.condition[0].what, "kernel");
    assert_string_equal(c.condition[0].b, "6.6");
    done(&c, &a, &b);
}

/* Two modes in A, one in B that is neither: which would be its counterpart? */
static void modes_that_cannot_be_told_apart(void **unused)
{
    struct world a = start(), b = start();
    struct pm_entry e = timed("x", 70, 100, 0.02);
    (void)unused;
    e.config.power_mode = "nvpmodel 0";
    put(&a, e);
    e.config.power_mode = "nvpmodel 1";
    put(&a, e);
    e.config.power_mode = "nvpmodel 2";
    put(&b, e);
    struct pm_comparison c = compare(&a, &b);
    assert_int_equal(c.n, 0);
    assert_int_equal(c.only_a_n, 2);
    assert_int_equal(c.only_b_n, 1);
    done(&c, &a, &b);
}

static void fronts(void **unused)
{
    struct world a = start(), b = start();
    (void)unused;
    put(&a, timed("x", 70, 100, 0.02));
    put(&a, timed("y", 75, 200, 0.02));
    put(&b, timed("x", 70, 100, 0.02));
    put(&b, timed("y", 75, 90, 0.02)); /* now beats x */
    struct pm_comparison c = compare(&a, &b);
    assert_false(c.with_budgets || c.pick_changes);
    assert_true(c.changed);
    assert_int_equal(c.left_front, 1);
    assert_int_equal(c.joined_front, 0);
    assert_true(holds(c.why, c.whys, "On the Pareto front of A alone: x."));
    done(&c, &a, &b);
}

static void a_failure_is_a_change(void **unused)
{
    struct world a = start(), b = start();
    struct pm_entry e = timed("x", 70, 100, 0.02);
    (void)unused;
    put(&a, e);
    e.status = PM_FAILED;
    e.cause = "the engine was killed";
    put(&b, e);
    struct pm_comparison c = compare(&a, &b);
    assert_true(c.changed);
    assert_int_equal(c.lost, 1);
    assert_true(holds(c.note, c.notes, "x failed on B: the engine was killed."));
    done(&c, &a, &b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disjoint_or_not),
        cmocka_unit_test(without_an_interval),
        cmocka_unit_test(ended_and_failed),
        cmocka_unit_test(too_few_runs),
        cmocka_unit_test(memory_and_watts),
        cmocka_unit_test(false_alarms),
        cmocka_unit_test(what_is_the_same),
        cmocka_unit_test(nothing_changed),
        cmocka_unit_test(why_the_pick_changes),
        cmocka_unit_test(the_pick_alone_changes),
        cmocka_unit_test(the_order_changes),
        cmocka_unit_test(something_fits),
        cmocka_unit_test(other_engines_are_other_candidates),
        cmocka_unit_test(modes_that_cannot_be_told_apart),
        cmocka_unit_test(fronts),
        cmocka_unit_test(a_failure_is_a_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
