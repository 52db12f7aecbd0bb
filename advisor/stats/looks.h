/* SPDX-License-Identifier: MIT
 * How slow can a quantile of the latency be, on a machine whose speed comes in spells?
 *
 * Runs that follow one another tell of one state of the machine, and a hundred of them may fall
 * into one spell. So runs are gathered into looks that begin at least so far apart. Of a look only
 * the share of runs beyond a limit counts, whatever the dependence inside it; looks are taken for
 * independent of one another. That is earned: where the shares of neighbouring looks go together,
 * at the limit or a little short of it, looks are merged until they do not, or few are left.
 *
 * The share Z of each look is bet on (Waudby-Smith and Ramdas, "Estimating means of bounded random
 * variables by betting", JRSS B 2024). If the q-quantile is beyond the limit, Z has a mean of at
 * least e = 1 - q, and the product of 1 + l (e - Z), 0 <= l < 1 / q, does not grow on average;
 * should it reach 1 / alpha nevertheless, the quantile is within the limit. The other way with Z -
 * e, l < 1 / e. The average over several l is as good. A wrong answer of either kind has a
 * probability of at most alpha, however often one looks.
 *
 * The price is a law of nature: even without a run beyond the limit p90 takes 33 looks at 95 %
 * (q^n, a little more as four l share the bet). A lower quantile would take fewer, but takes as
 * many: by less it is not seen whether looks are independent. For limits a factor of two away there
 * is a short cut each: a spell that doubles the time is within the promise.
 *
 * A wrong "fails" would be had soon in the first spell, so the looks of that side are as long as
 * spells have been seen to last; two bad ones that begin so far apart are enough. */
#ifndef PM_LOOKS_H
#define PM_LOOKS_H

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

/* What is assumed of spells, from series recorded on virtual machines: most end within half a
 * second, and those that slow a machine by half for longer are over after ten. */
#define PM_LOOK_MS   400.0
#define PM_SPELL_MS  10e3
#define PM_LOOK_RUNS 3 /* of a look, at least */

struct pm_timed_runs {
    const double *ms;
    const double *at_ms; /* when each began, ascending, from any time on; NULL: not known, and so
                          * no later than when those before it had ended */
    size_t n;
};

struct pm_quantile_bounds {
    double fails_below; /* every limit below it is broken; 0: none is known to be */
    double meets_from;  /* every limit from it on is kept; INFINITY: none is known to be */
};

/* Bounds of the q-quantile, each at `confidence`, from all runs. As they do not depend on a limit,
 * a looser one never loses what a stricter one is given. No runs: no bounds. 0, or -1 with err: out
 * of memory, a time that is not finite, q or confidence not inside (0, 1). */
int pm_looks_bounds(const struct pm_timed_runs *runs, double q, double confidence,
                    struct pm_quantile_bounds *out, struct pm_err *err);

/* What would decide one limit, should the share of runs beyond it stay as it is. */
struct pm_looks_forecast {
    bool fails;      /* the way it leans */
    size_t looks;    /* further ones; 0: it cannot be said */
    size_t runs;     /* that they hold */
    double ms;       /* that they take */
    double spell_ms; /* looks so long are independent; 0: none had to be merged */
};
int pm_looks_forecast(const struct pm_timed_runs *runs, double limit_ms, double q,
                      double confidence, struct pm_looks_forecast *out, struct pm_err *err);

/* So few first runs that all of them beyond twice the limit would be a wonder; at least 2. */
size_t pm_looks_first(double q, double confidence);

#endif
