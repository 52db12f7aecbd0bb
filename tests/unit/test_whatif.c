/* SPDX-License-Identifier: MIT
 * The what-if decides as the program does: the same candidates under thousands of random budgets,
 * figures of others and raw runs alike (steady, drifting, interrupted, censored, paced, waiting).
 */
#include "advise/answer.h"
#include "advise/thresholds.h"
#include "base/err.h"
#include "record/profile.h"
#include "stats/sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NETWORKS 14
#define RUNS     90
#define ROUNDS   1500

static struct pm_rng *rng;

static double between(double lo, double hi)
{
    return lo + (hi - lo) * pm_rng_uniform(rng);
}

static bool chance(double share)
{
    return pm_rng_uniform(rng) < share;
}

static struct pm_quantity maybe(double value, double spread)
{
    if (chance(0.15))
        return (struct pm_quantity){0};
    if (chance(0.5))
        return pm_quantity_of(value, PM_DECLARED);
    return pm_quantity_between(value, value * (1 - spread), value * (1 + spread), PM_MEASURED);
}

/* Runs of one kind or another about `level`; few distinct values, so that limits meet them. */
static void fill_runs(struct pm_entry *e, double level, double *ms, double *delay, double *at,
                      size_t *start_n)
{
    const double rise = chance(0.2) ? between(0, 0.01) : 0;
    const size_t n = 1 + pm_rng_below(rng, RUNS - 1);
    for (size_t i = 0; i < n; i++) {
        const double noise = 1 + 0.03 * pm_rng_gaussian(rng, 1) + (chance(0.05) ? 0.4 : 0);
        ms[i] = round(8 * level * fmax(noise, 0.2) * (1 + rise * (double)i)) / 8 + 0.125;
        at[i] = i > 0 ? at[i - 1] + ms[i - 1] + (chance(0.8) ? 500 : 0) : 0;
        delay[i] = chance(0.2) ? round(8 * between(0, 0.3) * ms[i]) / 8 : 0;
    }
    e->ms = ms;
    e->delay_ms = chance(0.5) ? delay : NULL;
    e->at_ms = chance(0.8) ? at : NULL;
    e->n = n;
    e->starts = n > 4 && chance(0.5) ? 2 : 1;
    start_n[0] = e->starts == 2 ? n / 2 : n;
    start_n[1] = n - start_n[0];
    e->start_n = start_n;
    e->status = chance(0.5) ? PM_COMPLETE : PM_PARTIAL;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ms[i];
    e->latency_ms = pm_quantity_of(sum / (double)n, PM_MEASURED);
}

static void put(struct pm_profile *p, const struct pm_entry *e)
{
    struct pm_err err = {0};
    if (pm_profile_put(p, e, &err) != 0)
        fail_msg("%s", err.msg);
}

static void add_network(struct pm_profile *p, size_t k, double fps)
{
    double ms[RUNS], delay[RUNS], at[RUNS];
    size_t start_n[2];
    char name[16];
    struct pm_entry e = pm_entry_empty();
    const double level = round(between(20, 220));
    snprintf(name, sizeof name, "net%zu", k);
    e.config.network = name;
    e.config.engine = "darknet";
    e.config.batch = chance(0.2) ? 4 : 1;
    e.top1_pct = maybe(round(between(56, 80)), 0.01);
    e.top5_pct = maybe(round(between(80, 95)), 0.01);
    e.params_m = maybe(round(between(1, 140)), 0);
    e.memory_mib = maybe(round(between(20, 600)), 0.02);
    e.power_w = maybe(round(between(3, 14)), 0.05);
    e.power_basis = "total";
    e.energy_j = chance(0.2) ? pm_quantity_of(between(0.1, 3), PM_DECLARED) : e.energy_j;
    const double kind = pm_rng_uniform(rng);
    if (kind < 0.25)
        e.latency_ms = maybe(level, 0.05);
    else if (kind < 0.35) {
        e.status = PM_CENSORED;
        e.censored_ms = level;
    } else if (kind < 0.42) {
        e.status = PM_FAILED;
        e.cause = "it broke";
    } else {
        fill_runs(&e, level, ms, delay, at, start_n);
    }
    put(p, &e);
    if (e.n == 0 || !isfinite(fps) || chance(0.4))
        return;
    e.fps = fps; /* and again at the robot's own rate */
    fill_runs(&e, level * between(0.9, 1.3), ms, delay, at, start_n);
    put(p, &e);
}

/* Bounds near the figures, and often exactly on one of them. */
static void draw_budgets(struct pm_settings *s, const struct pm_candidate *c, size_t n)
{
    static const double about[PM_METRICS] = {
        [PM_TOP1] = 70,  [PM_TOP5] = 88,    [PM_LATENCY] = 100, [PM_FPS] = 8,   [PM_POWER] = 9,
        [PM_ENERGY] = 1, [PM_MEMORY] = 200, [PM_PARAMS] = 40,   [PM_SIZE] = 200};
    s->budget[PM_KEEP_UP] = (struct pm_budget){isfinite(s->fps), s->fps, 0.9};
    for (int m = 0; m < PM_METRICS; m++) {
        if (!(about[m] > 0)) /* it follows */
            continue;
        struct pm_budget *b = &s->budget[m];
        const struct pm_candidate *some = &c[pm_rng_below(rng, n)];
        b->set = chance(m == PM_LATENCY || m == PM_TOP1 ? 0.6 : 0.25);
        b->bound = round(about[m] * between(0.4, 1.9));
        if (m == PM_LATENCY && some->entry->n > 0 && chance(0.5))
            b->bound = some->entry->ms[pm_rng_below(rng, some->entry->n)] + s->overhead_ms;
        else if (pm_known(some->figure[m]) && chance(0.4))
            b->bound = chance(0.5) ? some->figure[m].value : some->figure[m].hi;
    }
}

static struct pm_settings draw_settings(void)
{
    static const double q[] = {0.5, 0.9, 0.99};
    struct pm_settings s = pm_settings_default();
    s.overhead_ms = chance(0.3) ? 3.5 : 0;
    s.fps = chance(0.4) ? 4 : s.fps;
    s.with_load = chance(0.2);
    s.confidence = chance(0.3) ? 0.8 : 0.95;
    for (int m = 0; m < PM_METRICS; m++)
        s.budget[m].quantile = q[pm_rng_below(rng, 3)];
    return s;
}

/* The quantiles of a budget belong to the question: set while the intervals are found. */
static void find_intervals(const struct pm_candidate *c, size_t n, const struct pm_settings *s,
                           struct pm_whatif_candidate *out)
{
    struct pm_settings asked = *s;
    struct pm_err err = {0};
    asked.budget[PM_LATENCY].set = asked.budget[PM_FPS].set = asked.budget[PM_KEEP_UP].set = true;
    for (size_t i = 0; i < n; i++)
        assert_int_equal(pm_thresholds_find(&c[i], &asked, &out[i], &err), 0);
}

static void compare(struct pm_candidate *c, size_t n, const struct pm_settings *s,
                    const struct pm_whatif_candidate *w)
{
    struct pm_whatif_budget budget[PM_WHATIF_METRICS];
    struct pm_rule_candidate view[NETWORKS];
    struct pm_answer a = {0};
    struct pm_err err = {0};
    assert_int_equal(pm_answer_find(c, n, s, NULL, true, &a, &err), 0);
    pm_thresholds_budgets(s, budget);
    const struct pm_rule_choice choice =
        pm_whatif_decide(w, n, budget, s->overhead_ms, pm_rule_goal_of(s->rule), view);
    static const enum pm_answer_status status[] = {[PM_RULE_PICKED] = PM_RECOMMENDED,
                                                   [PM_RULE_OPEN] = PM_NOT_DECIDED,
                                                   [PM_RULE_NOTHING_FITS] = PM_INFEASIBLE};
    for (size_t i = 0; i < n; i++) {
        for (int m = 0; m < PM_METRICS; m++) {
            if (s->budget[m].set && pm_whatif_judge(&w[i], &budget[m], (size_t)m, s->overhead_ms) !=
                                        c[i].judged[m].verdict)
                fail_msg("%s: %s %.17g: what-if %d, program %d", c[i].config.network,
                         pm_metric_info((enum pm_metric)m)->key, s->budget[m].bound,
                         (int)pm_whatif_judge(&w[i], &budget[m], (size_t)m, s->overhead_ms),
                         (int)c[i].judged[m].verdict);
        }
        assert_int_equal(view[i].verdict, c[i].verdict);
        assert_int_equal(view[i].beaten_by, c[i].beaten_by);
    }
    if (a.status != PM_OVERVIEW) {
        assert_int_equal(choice.pick, a.pick);
        assert_int_equal(status[choice.status], a.status);
    }
    pm_answer_done(&a);
}

/* What a person would type who reads "at 655 ms or more". */
static struct pm_settings typed(const struct pm_settings *s, const struct pm_relaxation *r)
{
    struct pm_settings out = *s;
    struct pm_err err = {0};
    if (pm_settings_set(&out, pm_metric_info(r->metric)->key, r->typed, "test", &err) != 0 ||
        pm_settings_finish(&out, &err) != 0)
        fail_msg("%s", err.msg);
    return out;
}

/* When nothing fits: a budget loosened to what is said, as it is said, makes a network fit. */
static size_t loosened(struct pm_candidate *c, size_t n, const struct pm_settings *s)
{
    struct pm_answer a = {0}, b = {0};
    struct pm_err err = {0};
    size_t held = 0;
    assert_int_equal(pm_answer_find(c, n, s, NULL, true, &a, &err), 0);
    assert_int_equal(pm_answer_relax(&a, &err), 0);
    for (size_t k = 0; k < a.relaxations; k++) {
        const struct pm_relaxation *r = &a.relaxation[k];
        if (!r->possible)
            continue;
        const struct pm_settings loose = typed(s, r);
        assert_int_equal(pm_answer_find(c, n, &loose, NULL, true, &b, &err), 0);
        if (b.status != PM_RECOMMENDED)
            fail_msg("%s at %.17g is not enough for %s", pm_metric_info(r->metric)->key, r->to,
                     c[r->index].config.network);
        pm_answer_done(&b);
        assert_int_equal(pm_answer_find(c, n, s, NULL, true, &b, &err), 0); /* judged as before */
        pm_answer_done(&b);
        held++;
    }
    pm_answer_done(&a);
    return held;
}

static size_t one_board(unsigned long seed)
{
    struct pm_profile p = {.origin = "measured"};
    struct pm_arena arena = {0};
    struct pm_candidate *c = NULL;
    struct pm_whatif_candidate w[NETWORKS];
    struct pm_err err = {0};
    size_t n = 0, held = 0;
    rng = pm_rng_open(seed);
    assert_non_null(rng);
    struct pm_settings s = draw_settings();
    for (size_t k = 0; k < NETWORKS; k++)
        add_network(&p, k, s.fps);
    assert_int_equal(pm_candidates_of_profile(&p, NULL, &s, &arena, &c, &n, &err), 0);
    assert_int_equal(n, NETWORKS);
    find_intervals(c, n, &s, w);
    for (int round = 0; round < ROUNDS / 10; round++) {
        draw_budgets(&s, c, n);
        s.rule = (enum pm_policy)pm_rng_below(rng, 4);
        compare(c, n, &s, w);
        held += loosened(c, n, &s);
    }
    pm_arena_done(&arena);
    pm_profile_done(&p);
    pm_rng_close(rng);
    return held;
}

static void decides_as_the_program(void **state)
{
    (void)state;
    /* 91: a board with a network that is undecided at a larger limit than one it meets */
    size_t held = 0;
    for (unsigned long seed = 84; seed <= 92; seed++)
        held += one_board(seed);
    assert_true(held > 50);
}

/* What the runs cannot prove is never claimed. */
static void few_runs_prove_nothing(void **state)
{
    (void)state;
    double ms[] = {100, 101, 102};
    size_t start_n[] = {3};
    struct pm_entry e = pm_entry_empty();
    struct pm_settings s = pm_settings_default();
    struct pm_whatif_candidate w;
    struct pm_err err = {0};
    e.config.network = "few";
    e.status = PM_PARTIAL;
    e.ms = ms;
    e.n = 3;
    e.start_n = start_n;
    e.starts = 1;
    e.latency_ms = pm_quantity_of(101, PM_MEASURED);
    const struct pm_candidate c = {
        .config.network = "few", .name = "few", .config.batch = 1, .entry = &e};
    assert_int_equal(pm_thresholds_find(&c, &s, &w, &err), 0);
    assert_true(w.known[PM_LATENCY]);
    assert_int_equal(w.steps[0], 1); /* three runs prove no p90 */
    assert_int_equal(w.step[0][0].verdict, PM_UNDECIDED);
    assert_true(w.step[0][0].from_ms <= 102);
    assert_memory_equal(w.step[0], w.step[1], sizeof w.step[0]);
    assert_false(w.known[PM_POWER]);
}

int main(void)
{
    pm_stats_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test(decides_as_the_program),
                                       cmocka_unit_test(few_runs_prove_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
