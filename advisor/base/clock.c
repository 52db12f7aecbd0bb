/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <time.h>

double pm_clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

double pm_clock_epoch_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void pm_clock_date(char *out, size_t size)
{
    const time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* Dependent multiply-adds: bound by the core's clock, not by memory or by the compiler's cleverness
 * (the result is returned through a volatile). */
static double work_once(void)
{
    static volatile double sink;
    double x = 1.0001;
    const double begin = pm_clock_ms();
    for (int i = 0; i < 2500000; i++)
        x = x * 0.999999 + 1e-7;
    sink = x;
    (void)sink;
    return pm_clock_ms() - begin;
}

double pm_clock_calibrate(void)
{
    double best = work_once();
    for (int i = 0; i < 2; i++) {
        const double again = work_once();
        best = again < best ? again : best;
    }
    return best;
}
