/* SPDX-License-Identifier: MIT
 * Non-negative least squares against scipy.optimize.nnls 1.10.1, and against what makes a solution
 * one: nothing below 0, no gradient left on what is above 0, none downhill on what is 0 (Karush,
 * Kuhn and Tucker). */
#include "close.h"

#include "base/err.h"
#include "stats/nnls.h"
#include "stats/sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static uint32_t state;

/* The same small generator as the script that asked scipy. */
static double draw(void)
{
    state = (state * 1103515245u + 12345u) % 2147483648u;
    return state / 2147483648.0;
}

static void as_scipy(void **unused)
{
    static const struct {
        size_t n, p;
        double residual, x[9];
    } all[] = {
        {6, 3, 0.473528310764762, {0.663589878247463, 0, 0}},
        {12,
         5,
         1.16188241511524,
         {0, 0.0856225844648768, 0.311032200263407, 0.0328587187617984, 0}},
        {20,
         9,
         1.3309752569348,
         {0, 0, 0, 0.195819476531395, 0.022229025735666, 0.0118410070214749, 0, 0,
          0.0680774538163263}},
    };
    (void)unused;
    state = 1;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        double a[180], b[20], x[9], residual = 0;
        for (size_t i = 0; i < all[k].n * all[k].p; i++)
            a[i] = draw();
        for (size_t i = 0; i < all[k].n; i++)
            b[i] = draw() - 0.3;
        assert_int_equal(pm_nnls(a, b, all[k].n, all[k].p, x, &residual, NULL), 0);
        assert_close(residual, all[k].residual, 1e-10);
        for (size_t j = 0; j < all[k].p; j++)
            assert_true(fabs(x[j] - all[k].x[j]) < 1e-9);
    }
}

static void check_solution(const double *a, const double *b, size_t n, size_t p, const double *x)
{
    for (size_t j = 0; j < p; j++) {
        double slope = 0, size = 0, size_b = 0;
        for (size_t i = 0; i < n; i++) {
            double rest = b[i];
            for (size_t k = 0; k < p; k++)
                rest -= a[i * p + k] * x[k];
            slope += a[i * p + j] * rest;
            size += a[i * p + j] * a[i * p + j];
            size_b += b[i] * b[i];
        }
        const double small = 1e-8 * sqrt(size * size_b);
        assert_true(x[j] >= 0);
        assert_true(slope <= small);
        assert_true(x[j] <= 0 || fabs(slope) <= small);
    }
}

static void every_solution_is_one(void **unused)
{
    (void)unused;
    state = 7;
    for (int round = 0; round < 3000; round++) {
        double a[24 * 9], b[24], x[9];
        const size_t n = 1 + (size_t)(24 * draw()), p = 1 + (size_t)(9 * draw());
        const bool positive = draw() < 0.5, twins = draw() < 0.2;
        for (size_t i = 0; i < n * p; i++)
            a[i] = positive ? draw() : draw() - 0.5;
        for (size_t i = 0; twins && p > 1 && i < n; i++)
            a[i * p + 1] = a[i * p]; /* two columns that say the same */
        for (size_t i = 0; i < n; i++)
            b[i] = draw() - 0.3;
        assert_int_equal(pm_nnls(a, b, n, p, x, NULL, NULL), 0);
        check_solution(a, b, n, p, x);
    }
}

static void refuses_what_is_no_number(void **unused)
{
    const double a[] = {1, (double)NAN}, b[] = {1};
    double x[2];
    struct pm_err err = {0};
    (void)unused;
    assert_int_equal(pm_nnls(a, b, 1, 2, x, NULL, &err), -1);
    assert_int_equal(err.code, PM_EINTERNAL);
    assert_int_equal(pm_nnls(a, b, 0, 1, x, NULL, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_scipy),
                                       cmocka_unit_test(every_solution_is_one),
                                       cmocka_unit_test(refuses_what_is_no_number)};
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
