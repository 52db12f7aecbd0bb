/* SPDX-License-Identifier: MIT
 * Least squares with no coefficient below 0: minimise |A x - b| over x >= 0. GSL has none; this is
 * the active-set method of Lawson and Hanson (Solving Least Squares Problems, 1974, chapter 23) on
 * GSL's QR. */
#ifndef PM_NNLS_H
#define PM_NNLS_H

#include <stddef.h>

struct pm_err;

/* a: n rows of p numbers, row after row; n >= 1, p <= PM_NNLS_MAX. x: p numbers, written. residual:
 * |A x - b|, may be NULL. Columns are taken as they come: scale them to like sizes first. 0, or -1
 * with err: out of memory, a number that is not finite, no solution within 3 p rounds. */
#define PM_NNLS_MAX 32
int pm_nnls(const double *a, const double *b, size_t n, size_t p, double *x, double *residual,
            struct pm_err *err);

#endif
