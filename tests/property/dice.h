/* SPDX-License-Identifier: MIT
 * A seeded generator of the tests' own: the same seed gives the same worlds on every machine. */
#ifndef DICE_H
#define DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

struct dice dice_of(uint64_t seed);
uint32_t dice_below(struct dice *d, uint32_t n); /* 0 .. n - 1; n > 0 */
bool dice_chance(struct dice *d, uint32_t percent);
double dice_unit(struct dice *d);   /* in (0, 1) */
double dice_normal(struct dice *d); /* mean 0, standard deviation 1 */

#define DICE_ANY(d, list) ((list)[dice_below(d, (uint32_t)(sizeof(list) / sizeof *(list)))])

#endif
