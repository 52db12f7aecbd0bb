/* SPDX-License-Identifier: MIT */
#include "dice.h"

#include <math.h>

struct dice dice_of(uint64_t seed)
{
    return (struct dice){seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
}

/* SplitMix64 (Steele, Lea and Flood 2014): every seed is as good as another. */
static uint64_t next(struct dice *d)
{
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t dice_below(struct dice *d, uint32_t n)
{
    return (uint32_t)((next(d) >> 32) * n >> 32);
}

bool dice_chance(struct dice *d, uint32_t percent)
{
    return dice_below(d, 100) < percent;
}

double dice_unit(struct dice *d)
{
    return ((double)(next(d) >> 12) + 0.5) / 4503599627370496.0;
}

double dice_normal(struct dice *d)
{
    return sqrt(-2 * log(dice_unit(d))) * cos(6.283185307179586 * dice_unit(d));
}
