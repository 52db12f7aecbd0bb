/* SPDX-License-Identifier: MIT
 * Strict, locale-free reading of numbers: the whole text must be the number. */
#ifndef PM_NUMBER_H
#define PM_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* A finite decimal number ("1", "-2.5", "1e3"); no hex, no "inf", no surrounding blanks. */
bool pm_number_double(const char *text, double *out);
/* An integer within [min, max]. */
bool pm_number_long(const char *text, long min, long max, long *out);
/* A leading finite number; *rest points at the first character after it. */
bool pm_number_prefix(const char *text, double *out, const char **rest);

/* Text with its unit, as people write budgets. Each fails on a missing or unknown unit. */
bool pm_number_duration_ms(const char *text, double *ms); /* 200ms 1.5s 300us 2min 2h */
bool pm_number_bytes(const char *text, double *bytes);    /* 512MiB 1GB 900KiB 20B */
bool pm_number_joules(const char *text, double *j);       /* 2J 350mJ */
bool pm_number_watts(const char *text, double *w);        /* 10 10W 800mW */
bool pm_number_watt_hours(const char *text, double *wh);  /* 40Wh 1.2kWh 900mWh */
bool pm_number_percent(const char *text, double *share);  /* 1% 2.5 %: as a share of 1 */
bool pm_number_points(const char *text, double *percent); /* 70 70%: as a percentage */
/* "1,2,4" and ranges: "1-4" is 1 to 4, "2-8+2" is 2,4,6,8, "1-64*2" is 1,2,4 ... 64. Whole numbers
 * from 1 to max, each once, in the order given; false too when there are more than cap. */
bool pm_number_counts(const char *text, long max, long *out, size_t cap, size_t *n);
bool pm_number_rate(const char *text, double *fps); /* 15 15fps */
bool pm_number_count(const char *text, double *n);  /* 25000000 25M 1.2B 900k */

#endif
