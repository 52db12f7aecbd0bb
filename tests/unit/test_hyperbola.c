/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "close.h"
#include "stats/hyperbola.h"
#include "stats/sample.h"

/* Darknet's ImageNet table (pjreddie.com/darknet/imagenet): i7-4790K, one core, ms; top-1 %. */
static const double darknet_ms[17] = {290,  140,  4360, 970,  870,  2960, 570,  1110, 1130,
                                      2230, 3310, 1200, 2240, 3310, 1380, 2110, 7210};
static const double darknet_top1[17] = {57.0, 61.1, 70.5, 72.5, 72.9, 76.4, 70.7, 72.4, 75.8,
                                        77.1, 77.6, 77.8, 77.7, 77.6, 77.0, 77.2, 78.5};

/* Its front: Darknet Reference, ResNet-18, Darknet19, ResNet-50, ResNeXt-50, Darknet53-448. */
static const double front_ms[6] = {140, 570, 870, 1130, 1200, 7210};
static const double front_top1[6] = {61.1, 70.7, 72.9, 75.8, 77.8, 78.5};

/* Puromycin, treated (Bates and Watts 1988; R's data set of that name). */
static const double puromycin_conc[12] = {0.02, 0.02, 0.06, 0.06, 0.11, 0.11,
                                          0.22, 0.22, 0.56, 0.56, 1.10, 1.10};
static const double puromycin_rate[12] = {76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200};

static struct pm_hyperbola fit(const double *t, const double *acc, size_t n,
                               const struct pm_hyperbola_options *options)
{
    struct pm_hyperbola h;
    assert_int_equal(pm_hyperbola_fit(t, acc, n, options, &h, NULL), 0);
    return h;
}

static void darknets_table(void **state)
{
    (void)state;
    struct pm_hyperbola h = fit(darknet_ms, darknet_top1, 17, NULL);
    assert_int_equal(h.verdict, PM_FIT_OK);
    assert_close(h.A.value, 79.50, 1e-4);
    assert_close(h.k.value, 7872, 1e-3);
    assert_close(h.t0.value, 228, 3e-3);
    assert_close(h.rmse, 3.25, 2e-3);
    assert_int_equal(h.p, 3);
    assert_true(h.A.identified && h.k.identified && h.t0.identified);
    assert_true(h.A.lo < 79.5 && h.A.lo > 70 && h.A.hi > 79.5 && h.A.hi < 90);
    assert_close(h.loo_rmse, 6.8, 0.02);
    assert_close(h.log_loo_rmse, 4.3, 0.02);
    print_message("LOO: hyperbola %.3f, log %.3f, power %.3f\n", h.loo_rmse, h.log_loo_rmse,
                  h.power_loo_rmse);
}

static void darknets_front(void **state)
{
    (void)state;
    struct pm_hyperbola h = fit(front_ms, front_top1, 6, NULL);
    double published = 0;
    assert_int_equal(h.verdict, PM_FIT_OK);
    assert_close(h.A.value, 80.24, 1e-3);
    assert_close(h.k.value, 6650, 5e-3);
    assert_close(h.t0.value, 205, 1e-2);
    assert_close(h.rmse, 1.69, 3e-3);
    assert_between(h.r2, 0.95, 0.99);
    assert_close(h.t0.lo, 0, 0); /* the interval reaches the bound and is cut off there */
    assert_between(h.t0.hi, 500, 1000);
    for (size_t i = 0; i < 6; i++) {
        double e = front_top1[i] - (80.24 - 6650 / (front_ms[i] + 205));
        published += e * e;
    }
    assert_true(h.rss <= published * (1 + 1e-9)); /* a better point of the flat valley is welcome */
    assert_close(h.rss, published, 1e-3);
}

static void puromycin_with_the_ceiling_lifted(void **state)
{
    (void)state;
    const struct pm_hyperbola_options free_a = {.a_max = INFINITY, .confidence = 0.95};
    struct pm_hyperbola h = fit(puromycin_conc, puromycin_rate, 12, &free_a);
    assert_int_equal(h.verdict, PM_FIT_OK);
    assert_close(h.A.value, 221.67, 1e-4);
    assert_close(h.k.value, 19.883, 1e-4);
    assert_close(h.t0.value, 0.10467, 1e-4);
    assert_close(h.rss, 798.53, 1e-5);
}

/* R: nls(rate ~ Vm conc / (K + conc)): Vm 212.7 (se 6.947), K 0.06412 (se 0.00828), residual
 * standard error 10.93 on 10 degrees of freedom. */
static void puromycin_through_the_origin(void **state)
{
    (void)state;
    const struct pm_hyperbola_options mm = {
        .a_max = INFINITY, .confidence = 0.95, .through_origin = true};
    struct pm_hyperbola h = fit(puromycin_conc, puromycin_rate, 12, &mm);
    assert_int_equal(h.p, 2);
    assert_close(h.A.value, 212.68370, 1e-6);
    assert_close(h.t0.value, 0.06412123, 1e-6);
    assert_close(h.k.value, 212.68370 * 0.06412123, 1e-5);
    assert_close(h.rmse, 10.93, 5e-4);
    assert_close(sqrt(h.covariance[0][0]), 6.947, 1e-3);
    assert_close(sqrt(h.covariance[2][2]), 0.00828, 1e-3);
    assert_close(h.t_value, 2.228139, 1e-6);
    assert_close(pm_hyperbola_at(&h, 0), 0, 1e-9);
}

static void a_parameter_at_its_bound_is_not_identified(void **state)
{
    (void)state;
    const double t[] = {50, 120, 300, 700, 1500, 4000};
    const double straight[] = {60.1, 61.3, 64.2, 70.9, 83.8, 99.2};
    const struct pm_hyperbola_options zero = {
        .a_max = 100, .confidence = 0.95, .force_t0_zero = true};
    double hooked[6];
    struct pm_hyperbola h = fit(t, straight, 6, NULL);
    assert_int_equal(h.verdict, PM_FIT_OK);
    assert_true(!h.A.identified);
    assert_close(h.A.value, 100, 0);
    assert_close(h.A.hi, 100, 0);
    assert_close(h.covariance[0][0], 0, 0);
    assert_int_equal(h.p, 2);
    assert_true(h.k.identified && h.covariance[1][1] > 0);

    for (size_t i = 0; i < 6; i++) /* falls off faster than any pole at t = 0 or below */
        hooked[i] = 77.5 - 2000 / (t[i] - 20) + (i % 2 == 0 ? 0.2 : -0.2);
    h = fit(t, hooked, 6, NULL);
    assert_true(!h.t0.identified);
    assert_close(h.t0.value, 0, 0);
    assert_close(h.covariance[2][2], 0, 0);
    /* k goes with t0: what is not known of one is not known of the other */
    assert_true(h.A.identified && !h.k.identified && h.covariance[1][1] > 0);
    h = fit(t, hooked, 6, &zero);
    assert_true(h.A.identified && h.k.identified);
}

static void the_ladder_of_distinct_times(void **state)
{
    (void)state;
    const double t[] = {140, 570, 570, 1130, 7210, 2960};
    const double acc[] = {61.1, 70.7, 70.2, 75.8, 78.5, 77.1};
    const struct pm_hyperbola_options zero = {
        .a_max = 100, .confidence = 0.9, .force_t0_zero = true};
    for (size_t n = 0; n <= 3; n++)
        assert_int_equal(fit(t, acc, n, NULL).verdict, PM_FIT_TOO_FEW);
    for (size_t n = 4; n <= 5; n++) {
        struct pm_hyperbola h = fit(t, acc, n, NULL);
        assert_int_equal(h.verdict, PM_FIT_OK);
        assert_int_equal(h.p, 2);
        assert_true(!h.t0.identified && !h.k.identified);
        assert_close(h.t0.value, 0, 0);
    }
    assert_int_equal(fit(t, acc, 6, NULL).p, 3);
    struct pm_hyperbola h = fit(t, acc, 6, &zero);
    assert_int_equal(h.p, 2);
    assert_close(h.t_value, 2.131847, 1e-6);
    h = fit(t, acc, 4, NULL); /* without one of the ends two times remain */
    assert_close(h.loo_rmse, NAN, 0);
    assert_true(isfinite(h.log_loo_rmse));
    double ends[] = {140, 570, 1130};
    double exact[] = {80 - 2800 / 140.0, 80 - 2800 / 570.0, 80 - 2800 / 1130.0};
    h = fit(ends, exact, 3, NULL);
    assert_close(h.A.value, 80, 1e-10);
    assert_close(h.k.value, 2800, 1e-9);
}

static void no_gain_is_flat(void **state)
{
    (void)state;
    const double t[] = {140, 570, 870, 1130, 7210};
    const double equal[] = {70.7, 70.7, 70.7, 70.7, 70.7};
    const double falling[] = {75.8, 74.1, 72.9, 70.7, 61.1};
    struct pm_hyperbola h = fit(t, equal, 5, NULL);
    double half, wide;
    assert_int_equal(h.verdict, PM_FIT_FLAT);
    assert_close(h.r2, NAN, 0);
    h = fit(t, falling, 5, NULL);
    assert_int_equal(h.verdict, PM_FIT_FLAT);
    assert_close(h.A.value, 70.92, 1e-12);
    assert_close(h.k.value, 0, 0);
    assert_true(!h.A.identified && !h.k.identified && !h.t0.identified);
    assert_close(pm_hyperbola_at(&h, 0), 70.92, 1e-12);
    assert_close(pm_hyperbola_slope(&h, 0), 0, 0);
    assert_close(pm_hyperbola_time_for(&h, 70), 0, 0);
    pm_hyperbola_band(&h, 500, &half, &wide);
    assert_true(half >= 0 && wide > 0);
}

static void evaluation(void **state)
{
    (void)state;
    struct pm_hyperbola h = fit(darknet_ms, darknet_top1, 17, NULL);
    double half, wide;
    for (double t = 150; t < 8000; t *= 1.7) {
        double acc = pm_hyperbola_at(&h, t);
        double step = 1e-3 * t;
        double slope = (pm_hyperbola_at(&h, t + step) - pm_hyperbola_at(&h, t - step)) / (2 * step);
        assert_close(pm_hyperbola_time_for(&h, acc), t, 1e-9);
        assert_close(pm_hyperbola_slope(&h, t), slope, 1e-5);
        pm_hyperbola_band(&h, t, &half, &wide);
        assert_close(wide * wide, half * half + pow(h.t_value * h.rmse, 2), 1e-9);
    }
    assert_close(pm_hyperbola_time_for(&h, h.A.value), INFINITY, 0);
    assert_close(pm_hyperbola_time_for(&h, 20), 0, 0);
    assert_close(h.t_min, 140, 0);
    assert_close(h.t_max, 7210, 0);
}

/* A known law with 1 point of noise: bands and the next network's interval hold what they say. */
static void a_known_truth_is_covered(void **state)
{
    (void)state;
    const double A = 79.5, k = 7872, t0 = 228;
    const int rounds = 600;
    struct pm_rng *rng = pm_rng_open(4711);
    assert_non_null(rng);
    for (int size = 0; size < 2; size++) {
        size_t n = size == 0 ? 8 : 17;
        int curve = 0, next = 0;
        double bias = 0;
        for (int round = 0; round < rounds; round++) {
            double t[17], acc[17], half, wide;
            for (size_t i = 0; i < n; i++) {
                t[i] = 100 * pow(80, ((double)i + pm_rng_uniform(rng)) / (double)n);
                acc[i] = A - k / (t[i] + t0) + pm_rng_gaussian(rng, 1);
            }
            struct pm_hyperbola h = fit(t, acc, n, NULL);
            double truth = A - k / (700 + t0);
            pm_hyperbola_band(&h, 700, &half, &wide);
            curve += fabs(pm_hyperbola_at(&h, 700) - truth) <= half;
            next += fabs(pm_hyperbola_at(&h, 700) - truth - pm_rng_gaussian(rng, 1)) <= wide;
            bias += (pm_hyperbola_at(&h, 700) - truth) / rounds;
        }
        print_message("n %zu: curve covered %.3f, next network %.3f, bias %.3f\n", n,
                      (double)curve / rounds, (double)next / rounds, bias);
        assert_between((double)curve / rounds, 0.92, 0.98);
        assert_between((double)next / rounds, 0.92, 0.98);
        assert_between(bias, -0.15, 0.15);
    }
    pm_rng_close(rng);
}

/* Of 200 points every second is left out in turn: the same as fitting the others by hand. */
static void many_points_are_left_out_in_part(void **state)
{
    (void)state;
    enum { N = 200 };
    double t[N], acc[N], others_t[N], others_acc[N], sum = 0;
    struct pm_rng *rng = pm_rng_open(99);
    assert_non_null(rng);
    for (size_t i = 0; i < N; i++) {
        t[i] = 100 * pow(80, pm_rng_uniform(rng));
        acc[i] = 79.5 - 7872 / (t[i] + 228) + pm_rng_gaussian(rng, i % 2 == 0 ? 1 : 3);
    }
    pm_rng_close(rng);
    for (size_t skip = 0; skip < N; skip += 2) {
        size_t n = 0;
        for (size_t i = 0; i < N; i++) {
            if (i == skip)
                continue;
            others_t[n] = t[i];
            others_acc[n++] = acc[i];
        }
        const struct pm_hyperbola h = fit(others_t, others_acc, n, NULL);
        sum += pow(acc[skip] - pm_hyperbola_at(&h, t[skip]), 2);
    }
    assert_close(fit(t, acc, N, NULL).loo_rmse, sqrt(sum / (N / 2)), 1e-6);
}

static void refusals(void **state)
{
    (void)state;
    double t[] = {140, 570, 870, 1130, 7210};
    double acc[] = {61.1, 70.7, 72.9, 75.8, 78.5};
    struct pm_hyperbola_options o = {.a_max = 100, .confidence = 1};
    struct pm_hyperbola h = {.n = 77};
    struct pm_err err = {0};
    assert_int_equal(pm_hyperbola_fit(t, acc, 5, &o, &h, &err), -1);
    o = (struct pm_hyperbola_options){.a_max = NAN, .confidence = 0.95};
    assert_int_equal(pm_hyperbola_fit(t, acc, 5, &o, &h, &err), -1);
    t[2] = 0;
    assert_int_equal(pm_hyperbola_fit(t, acc, 5, NULL, &h, &err), -1);
    assert_int_equal(err.code, PM_EDATA);
    assert_non_null(strstr(err.msg, "time 3 of 5"));
    t[2] = INFINITY;
    assert_int_equal(pm_hyperbola_fit(t, acc, 5, NULL, &h, &err), -1);
    t[2] = 870;
    acc[4] = NAN;
    assert_int_equal(pm_hyperbola_fit(t, acc, 5, NULL, &h, &err), -1);
    assert_int_equal(h.n, 77);
    acc[4] = 1e200; /* its square is not a number any more */
    o = (struct pm_hyperbola_options){.a_max = INFINITY, .confidence = 0.95};
    assert_int_equal(fit(t, acc, 5, &o).verdict, PM_FIT_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(darknets_table),
        cmocka_unit_test(darknets_front),
        cmocka_unit_test(puromycin_with_the_ceiling_lifted),
        cmocka_unit_test(puromycin_through_the_origin),
        cmocka_unit_test(a_parameter_at_its_bound_is_not_identified),
        cmocka_unit_test(the_ladder_of_distinct_times),
        cmocka_unit_test(no_gain_is_flat),
        cmocka_unit_test(evaluation),
        cmocka_unit_test(a_known_truth_is_covered),
        cmocka_unit_test(many_points_are_left_out_in_part),
        cmocka_unit_test(refusals),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
