/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "close.h"
#include "stats/proportion.h"
#include "stats/sample.h"

/* Newcombe 1998 (Stat Med 17: 857), table I: the score interval without continuity correction. */
static void wilson_as_published(void **state)
{
    (void)state;
    const struct {
        size_t hits, n;
        double lo, hi;
    } known[] = {{81, 263, 0.2553, 0.3662},
                 {15, 148, 0.0624, 0.1605},
                 {0, 20, 0, 0.1611},
                 {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const struct pm_share s = pm_wilson(known[i].hits, known[i].n, 0.95);
        assert_true(s.lo > known[i].lo - 6e-5 && s.lo < known[i].lo + 6e-5);
        assert_true(s.hi > known[i].hi - 6e-5 && s.hi < known[i].hi + 6e-5);
    }
    const struct pm_share all = pm_wilson(20, 20, 0.95), none = pm_wilson(0, 20, 0.95);
    assert_close(all.hi, 1, 0);
    assert_close(all.lo, 1 - none.hi, 1e-12);
    assert_true(pm_wilson(0, 0, 0.95).value != pm_wilson(0, 0, 0.95).value); /* NAN */
}

/* On average over the true accuracy it covers what it says, at 20 images and at 2,000. */
static void wilson_covers(void **state)
{
    (void)state;
    struct pm_rng *rng = pm_rng_open(7);
    assert_non_null(rng);
    const size_t sizes[] = {20, 200, 2000};
    for (size_t k = 0; k < 3; k++) {
        size_t covered = 0;
        const size_t worlds = 4000;
        for (size_t w = 0; w < worlds; w++) {
            const double p = 0.05 + 0.9 * pm_rng_uniform(rng);
            size_t hits = 0;
            for (size_t i = 0; i < sizes[k]; i++)
                hits += pm_rng_uniform(rng) < p;
            const struct pm_share s = pm_wilson(hits, sizes[k], 0.95);
            covered += s.lo <= p && p <= s.hi;
        }
        const double share = (double)covered / (double)worlds;
        assert_true(share > 0.94 && share < 0.965);
    }
    pm_rng_close(rng);
}

static void mcnemar_as_published(void **state)
{
    (void)state;
    /* Agresti, Categorical Data Analysis, table 10.1: 86 and 150 changed sides of 1,600. */
    const struct pm_mcnemar agresti = pm_mcnemar_counts(794, 150, 86, 570, 0.95);
    assert_true(agresti.p > 3.7e-5 && agresti.p < 3.8e-5);
    assert_int_equal(agresti.n_more, 0);
    /* R: binom.test(10, 22)$p.value of mcnemar's discordant cells 10 and 12 */
    assert_close(pm_mcnemar_counts(30, 10, 12, 5, 0.95).p, 0.8318119049072266, 1e-12);
    /* 1 of 8: 2 (1 + 8) / 256 */
    assert_close(pm_mcnemar_counts(0, 1, 7, 0, 0.95).p, 18.0 / 256, 1e-12);
    assert_close(pm_mcnemar_counts(9, 0, 0, 1, 0.95).p, 1, 0);
    assert_true(pm_mcnemar_counts(9, 4, 4, 1, 0.95).n_more == SIZE_MAX);
}

/* With that many more of the same kind the test does tell them apart, and with fewer by a tenth it
 * does not. */
static void says_how_many_more(void **state)
{
    (void)state;
    const struct pm_mcnemar m = pm_mcnemar_counts(800, 60, 48, 92, 0.95);
    assert_true(m.p > 0.05 && m.n_more > 1000 && m.n_more < 4000);
    const double factor = 1 + (double)m.n_more / 1000;
    assert_true(
        pm_mcnemar_counts(0, (size_t)(60 * factor + 0.5), (size_t)(48 * factor + 0.5), 0, 0.95).p <
        0.05);
    const double less = 0.9 * factor;
    assert_true(
        pm_mcnemar_counts(0, (size_t)(60 * less + 0.5), (size_t)(48 * less + 0.5), 0, 0.95).p >=
        0.05);
}

int main(void)
{
    pm_stats_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wilson_as_published),
        cmocka_unit_test(wilson_covers),
        cmocka_unit_test(mcnemar_as_published),
        cmocka_unit_test(says_how_many_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
