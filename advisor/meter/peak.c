/* SPDX-License-Identifier: MIT */
#include "meter/peak.h"

#include "base/clock.h"

#include <math.h>
#include <stdbool.h>
#ifdef __aarch64__
#include <sys/auxv.h>
#include <sys/prctl.h>
#endif

#define LASTS_MS 100.0 /* a governor needs some of it to raise the clock */
#define STEPS    20000 /* of one spell: a fraction of a millisecond */
#define CHAINS   12    /* independent sums, more than the latency of an addition takes */

/* CHAINS sums of vectors, each step a multiply-add a chain. `scale` and `add` come from outside, so
 * that nothing can be computed beforehand; the result keeps the loop alive. */
#define DEFINE_SPELL(name, attributes, bytes)                                                      \
    attributes static float name(float scale, float add)                                           \
    {                                                                                              \
        typedef float vector __attribute__((vector_size(bytes)));                                  \
        const vector by = (vector){0} + scale, plus = (vector){0} + add;                           \
        vector a = plus, b = plus, c = plus, d = plus, e = plus, f = plus;                         \
        vector g = plus, h = plus, i = plus, j = plus, k = plus, l = plus;                         \
        for (int step = 0; step < STEPS; step++) {                                                 \
            a = a * by + plus, b = b * by + plus, c = c * by + plus, d = d * by + plus;            \
            e = e * by + plus, f = f * by + plus, g = g * by + plus, h = h * by + plus;            \
            i = i * by + plus, j = j * by + plus, k = k * by + plus, l = l * by + plus;            \
        }                                                                                          \
        const vector all = a + b + c + d + e + f + g + h + i + j + k + l;                          \
        return all[0];                                                                             \
    }

typedef float spell(float scale, float add);

#if defined __x86_64__
DEFINE_SPELL(spell_512, __attribute__((target("avx512f"), noinline)), 64)
DEFINE_SPELL(spell_256, __attribute__((target("avx2,fma"), noinline)), 32)
DEFINE_SPELL(spell_128, __attribute__((noinline)), 16)

static spell *widest(int *lanes)
{
    const bool fused = __builtin_cpu_supports("fma");
    *lanes = __builtin_cpu_supports("avx512f")         ? 16
             : fused && __builtin_cpu_supports("avx2") ? 8
                                                       : 4;
    return *lanes == 16 ? spell_512 : *lanes == 8 ? spell_256 : spell_128;
}
#elif defined __aarch64__
DEFINE_SPELL(spell_128, __attribute__((noinline)), 16)

#define SVE_VECTOR_BYTES 0xffffL
#define HAS_SME          (1UL << 23) /* HWCAP2_SME */

/* Neon has as many lanes a cycle as SVE of 128 bits; wider ones, and matrix units, do more. */
static spell *widest(int *lanes)
{
#ifdef PR_SVE_GET_VL
    const long sve = prctl(PR_SVE_GET_VL);
    if (sve > 0 && (sve & SVE_VECTOR_BYTES) > 16)
        return (spell *)0;
#endif
    *lanes = 4;
    return (getauxval(AT_HWCAP2) & HAS_SME) != 0 ? (spell *)0 : spell_128;
}
#else
static spell *widest(int *lanes)
{
    (void)lanes;
    return (spell *)0;
}
#endif

double pm_peak_gops(void)
{
    int lanes = 0;
    spell *run = widest(&lanes);
    if (run == (spell *)0)
        return (double)NAN;
    volatile float scale = 0.999F, add = 0.001F, sink = 0;
    const double operations = 2.0 * CHAINS * STEPS * lanes;
    const double begin = pm_clock_ms();
    double best = 0;
    for (double now = begin; now - begin < LASTS_MS;) {
        sink = sink + run(scale, add);
        const double after = pm_clock_ms();
        if (after > now)
            best = fmax(best, operations / (after - now) / 1e6);
        now = after;
    }
    return best > 0 ? best : (double)NAN;
}
