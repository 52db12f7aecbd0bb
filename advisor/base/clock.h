/* SPDX-License-Identifier: MIT
 * Time: the monotonic clock for durations, the wall clock only for dates. */
#ifndef PM_CLOCK_H
#define PM_CLOCK_H

#include <stddef.h>

double pm_clock_ms(void);
double pm_clock_epoch_s(void); /* seconds since 1970, UTC: to compare with other clocks only */
/* Now, UTC, RFC 3339: "2026-03-01T12:00:00Z"; size >= 21. */
void pm_clock_date(char *out, size_t size);
/* A short fixed piece of arithmetic, in ms: when the same work takes longer than before, the
 * machine itself has become slower. The least of three, about 30 ms in all on a desktop. */
double pm_clock_calibrate(void);

#endif
