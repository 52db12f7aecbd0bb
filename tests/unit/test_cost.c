/* SPDX-License-Identifier: MIT
 * Costs of a network from its cfg, and times as sums of costs: known prices are found again, the
 * interval covers what it says, and what lies beyond the rows is called so. */
#include "advise/answer.h"
#include "advise/predict.h"
#include "close.h"
#include "record/catalogue.h"

#include "base/arena.h"
#include "base/err.h"
#include "network/cfg.h"
#include "network/cost.h"
#include "network/network.h"
#include "stats/cost_fit.h"
#include "stats/sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROWS  24
#define COSTS 4

static void costs_of_a_network(void **unused)
{
    static const char text[] = "[net]\nwidth=8\nheight=8\nchannels=4\n"
                               "[convolutional]\nfilters=16\nsize=3\nstride=1\npad=1\n"
                               "activation=leaky\n"
                               "[convolutional]\nfilters=8\nsize=1\nactivation=leaky\n"
                               "[convolutional]\nfilters=8\nsize=3\npad=1\ngroups=4\n"
                               "activation=leaky\n"
                               "[maxpool]\nsize=2\nstride=2\n"
                               "[connected]\noutput=10\nactivation=linear\n";
    struct pm_arena arena = {0};
    struct pm_cfg cfg;
    struct pm_network net;
    struct pm_err err = {0};
    double cost[PM_COST_FEATURES], memory[PM_COST_MEMORY];
    (void)unused;
    assert_int_equal(pm_cfg_parse(text, sizeof text - 1, "t.cfg", &arena, &cfg, &err), 0);
    assert_int_equal(pm_network_from_cfg(&cfg, &arena, &net, &err), 0);
    size_t parts = 0;
    const struct pm_cost_part *part = pm_cost_parts(&net, &arena, &parts);
    assert_non_null(part);
    assert_int_equal(parts, 5);
    pm_cost_sum(part, parts, cost);
    assert_close(cost[PM_COST_SPATIAL], 2 * 64 * 16 * 4 * 9 / 1e9, 1e-12);
    assert_close(cost[PM_COST_POINTWISE], 2 * 64 * 8 * 16 / 1e9, 1e-12);
    assert_close(cost[PM_COST_GROUPED], 2 * 64 * 8 * 2 * 9 / 1e9, 1e-12);
    assert_close(cost[PM_COST_UNROLLED], (64 * 4 * 9 + 64 * 8 * 9) / 1e6, 1e-12);
    assert_close(cost[PM_COST_READ], 64 * 16 / 1e6, 1e-12);
    assert_close(cost[PM_COST_WRITTEN], (64 * 16 + 64 * 8 + 64 * 8 + 16 * 8 + 10) / 1e6, 1e-12);
    assert_close(cost[PM_COST_POOLED], 16 * 8 * 4 / 1e6, 1e-12);
    assert_close(cost[PM_COST_KERNELS], (16 * 36 + 16 + 8 * 16 + 8 + 8 * 18 + 8) / 1e6, 1e-12);
    assert_close(cost[PM_COST_CONNECTED], (16 * 8 * 10 + 10) / 1e6, 1e-12);
    pm_cost_of_memory(&net, memory);
    assert_close(memory[PM_COST_STORED], net.weight_bytes / 1048576, 1e-12);
    assert_close(memory[PM_COST_FIXED], 1, 1e-12);
    pm_arena_done(&arena);
}

static const double price[COSTS] = {7, 0.5, 0, 2};

static void draw_row(struct pm_rng *rng, double *cost)
{
    for (size_t j = 0; j < COSTS; j++)
        cost[j] = 10 * pm_rng_uniform(rng);
}

static double time_of(const double *cost)
{
    double t = 0;
    for (size_t j = 0; j < COSTS; j++)
        t += price[j] * cost[j];
    return t;
}

static void finds_the_prices(void **unused)
{
    double cost[ROWS * COSTS], t[ROWS];
    struct pm_cost_fit fit;
    struct pm_rng *rng = pm_rng_open(11);
    (void)unused;
    for (size_t i = 0; i < ROWS; i++) {
        draw_row(rng, cost + i * COSTS);
        t[i] = time_of(cost + i * COSTS);
    }
    assert_int_equal(pm_cost_fit(cost, t, ROWS, COSTS, 0.95, &fit, NULL), 0);
    assert_int_equal(fit.verdict, PM_FIT_OK);
    for (size_t j = 0; j < COSTS; j++)
        assert_true(fabs(fit.price[j] - price[j]) < 1e-9);
    assert_int_equal(pm_cost_check(cost, t, &fit, NULL), 0);
    assert_true(fit.loo_mape < 1e-9 && fit.within_10pct == 1);
    pm_rng_close(rng);
}

/* A hundredth of a row's noise makes no price appear out of nothing, and 95 % are 95 %. */
static void the_interval_covers(void **unused)
{
    size_t covered = 0, asked = 0;
    struct pm_rng *rng = pm_rng_open(12);
    (void)unused;
    for (int round = 0; round < 2000; round++) {
        double cost[ROWS * COSTS], t[ROWS], other[COSTS];
        struct pm_cost_fit fit;
        for (size_t i = 0; i < ROWS; i++) {
            draw_row(rng, cost + i * COSTS);
            t[i] = time_of(cost + i * COSTS) * (1 + 0.05 * pm_rng_gaussian(rng, 1));
        }
        assert_int_equal(pm_cost_fit(cost, t, ROWS, COSTS, 0.95, &fit, NULL), 0);
        draw_row(rng, other);
        const struct pm_cost_prediction p = pm_cost_predict(&fit, other);
        const double truth = time_of(other) * (1 + 0.05 * pm_rng_gaussian(rng, 1));
        covered += truth >= p.lo && truth <= p.hi;
        asked++;
        assert_false(p.extrapolated);
    }
    const double share = (double)covered / (double)asked;
    print_message("covered %.3f\n", share);
    assert_true(share > 0.935 && share < 0.965);
    pm_rng_close(rng);
}

/* 20 networks on one engine; three were timed while the machine was busy. */
static void sets_the_disturbed_aside(void **unused)
{
    enum { N = 20 };
    struct pm_catalogue_entry known[N] = {{0}};
    struct pm_candidate c[N] = {{0}};
    bool aside[N] = {0};
    struct pm_predictor clean, spoilt;
    struct pm_rng *rng = pm_rng_open(13);
    (void)unused;
    for (size_t i = 0; i < N; i++) {
        known[i].name = "net";
        draw_row(rng, known[i].cost);
        known[i].memory_cost[0] = 1 + (double)i;
        c[i] = (struct pm_candidate){.known = &known[i],
                                     .config.engine = "e",
                                     .config.precision = "fp32",
                                     .config.threads = 1,
                                     .config.batch = 1};
        const double t = time_of(known[i].cost) * (1 + 0.02 * pm_rng_gaussian(rng, 1));
        c[i].figure[PM_LATENCY] = pm_quantity_of(t, PM_MEASURED);
        c[i].figure[PM_MEMORY] = pm_quantity_of(1 + (double)i, PM_MEASURED);
    }
    assert_int_equal(pm_predictor_fit(c, N, &c[0], 0.95, true, aside, &clean, NULL), 0);
    assert_int_equal(clean.aside, 0);
    for (size_t i = 3; i < N; i += 7)
        c[i].figure[PM_LATENCY].value *= 3;
    assert_int_equal(pm_predictor_fit(c, N, &c[0], 0.95, true, aside, &spoilt, NULL), 0);
    assert_int_equal(spoilt.aside, 3);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(aside[i], i % 7 == 3);
    const double sure = pm_predict(&clean, &known[0]).latency_ms.value;
    assert_true(fabs(pm_predict(&spoilt, &known[0]).latency_ms.value / sure - 1) < 0.05);
    pm_rng_close(rng);
}

static void says_what_lies_beyond(void **unused)
{
    const double cost[] = {1, 0, 2, 0, 3, 0, 4, 0, 5, 0}, t[] = {2, 4, 6, 8, 10};
    const double unseen[] = {1, 1}, far[] = {1000, 0}, near[] = {6, 0};
    struct pm_cost_fit fit;
    (void)unused;
    assert_int_equal(pm_cost_fit(cost, t, 5, 2, 0.95, &fit, NULL), 0);
    assert_int_equal(fit.verdict, PM_FIT_OK);
    assert_int_equal(pm_cost_predict(&fit, unseen).unseen, 1);
    assert_true(pm_cost_predict(&fit, unseen).extrapolated);
    assert_true(pm_cost_predict(&fit, far).extrapolated);
    assert_false(pm_cost_predict(&fit, near).extrapolated);
    assert_close(pm_cost_predict(&fit, near).value, 12, 1e-9);
}

static void too_few_rows_fit_nothing(void **unused)
{
    const double cost[] = {1, 2, 2, 1}, t[] = {3, 3}, bad[] = {3, 0};
    struct pm_cost_fit fit;
    struct pm_err err = {0};
    (void)unused;
    assert_int_equal(pm_cost_fit(cost, t, 2, 2, 0.95, &fit, NULL), 0);
    assert_int_equal(fit.verdict, PM_FIT_TOO_FEW);
    assert_int_equal(pm_cost_fit(cost, t, 0, 2, 0.95, &fit, NULL), 0);
    assert_int_equal(fit.verdict, PM_FIT_TOO_FEW);
    assert_int_equal(pm_cost_fit(cost, bad, 2, 2, 0.95, &fit, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_of_a_network),    cmocka_unit_test(finds_the_prices),
        cmocka_unit_test(the_interval_covers),   cmocka_unit_test(sets_the_disturbed_aside),
        cmocka_unit_test(says_what_lies_beyond), cmocka_unit_test(too_few_rows_fit_nothing)};
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
