/* SPDX-License-Identifier: MIT
 * In which order candidates are measured: by what is known of their accuracy and of how fast each
 * way to run a network is. */
#ifndef PM_WALK_ORDER_H
#define PM_WALK_ORDER_H

#include <stddef.h>

struct pm_campaign;

/* Top-1 in per cent; -1: not known. */
double pm_order_accuracy(const struct pm_campaign *c, size_t i);
/* What a billion operations take in candidate i's way, by what was measured in it; NAN. */
double pm_order_ms_per_gop(const struct pm_campaign *c, size_t i);
/* How many of the order are as accurate as its first; n >= 1. */
size_t pm_order_as_accurate(const struct pm_campaign *c, const size_t *order, size_t n);
/* The ways of equal accuracy that order begins with, the one expected to be fastest first. */
void pm_order_fastest_first(const struct pm_campaign *c, size_t *order, size_t n);
/* All candidates, light networks first: something is seen at once, and the slowest comes last. */
void pm_order_lightest_first(const struct pm_campaign *c, size_t *order);
/* The lightest candidate that is run in the way of candidate i, itself where there is none. */
size_t pm_order_lightest_of_way(const struct pm_campaign *c, size_t i);

#endif
