/* SPDX-License-Identifier: MIT
 * Random weights in a fraction of the time. libdarknet draws each by two logarithms, a root, a
 * cosine and two calls of rand(): 44 ns, two seconds for ResNet-101, longer than its inferences
 * take. It calls these two through its symbol table, so that the worker's own come before the
 * library's. The arithmetic of an inference does not depend on what they return. */
#include <darknet.h>

#include <stdint.h>

/* Marsaglia's xorshift64; the same sequence in every process. */
static float uniform(void)
{
    static uint64_t state = 88172645463325252U;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (float)(state >> 40) * 0x1p-24f;
}

float rand_normal(void); /* the header has no prototype */

/* Mean 0 and variance 1, as Darknet's. */
__attribute__((visibility("default"))) float rand_normal(void)
{
    return (uniform() - 0.5F) * 3.4641016F;
}

__attribute__((visibility("default"))) float rand_uniform(float min, float max)
{
    if (max < min) {
        const float swap = min;
        min = max;
        max = swap;
    }
    return min + uniform() * (max - min);
}
