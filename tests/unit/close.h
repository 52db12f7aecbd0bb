/* SPDX-License-Identifier: MIT
 * Doubles compared by relative tolerance, the rule of gsl_test_rel: cmocka's assert_float_equal
 * casts to float and compares absolutely, which is no use for numerics. */
#ifndef PM_TESTS_CLOSE_H
#define PM_TESTS_CLOSE_H

#include <math.h>
#include <stdbool.h>

/* NaN equals NaN, an infinity equals itself; near an expected 0 the tolerance is absolute. */
static inline bool is_close(double actual, double expected, double relative)
{
    if (isnan(actual) || isnan(expected))
        return isnan(actual) && isnan(expected);
    if (isinf(actual) || isinf(expected))
        return isinf(actual) && isinf(expected) && signbit(actual) == signbit(expected);
    double scale = fabs(expected) > 0 ? fabs(expected) : 1;
    return fabs(actual - expected) <= relative * scale;
}

/* Include <cmocka.h> first. */
#define assert_close(actual, expected, relative)                                                   \
    do {                                                                                           \
        double close_actual_ = (actual);                                                           \
        double close_expected_ = (expected);                                                       \
        if (!is_close(close_actual_, close_expected_, (relative)))                                 \
            fail_msg("%s is %.10g, not %.10g (tolerance %g)", #actual, close_actual_,              \
                     close_expected_, (double)(relative));                                         \
    } while (0)

/* low <= actual <= high, for shares found by simulation. */
#define assert_between(actual, low, high)                                                          \
    do {                                                                                           \
        double between_actual_ = (actual);                                                         \
        if (!(between_actual_ >= (low) && between_actual_ <= (high)))                              \
            fail_msg("%s is %.6g, not within [%g, %g]", #actual, between_actual_, (double)(low),   \
                     (double)(high));                                                              \
    } while (0)

#endif
