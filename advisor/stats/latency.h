/* SPDX-License-Identifier: MIT
 * From raw runs to what is said of them: figures, warm-up and drift, and whether a quantile is
 * within a limit. The measuring loop and the answer both ask here, so that a decision made while
 * measuring and the judgement of the stored runs cannot differ. */
#ifndef PM_LATENCY_H
#define PM_LATENCY_H

#include "stats/looks.h"
#include "stats/quantile.h"
#include "stats/sample.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

struct pm_runs { /* borrowed: process starts one after another, start_n[i] runs each, ms > 0 */
    const double *ms;
    size_t n;
    const size_t *start_n;
    size_t starts;
    const double *delay_ms; /* of it, spent waiting for a processor; NULL or NAN: not known */
    const double *at_ms;    /* when each began, ascending; NULL: not known */
};

/* Beyond these shares the runs are those of a disturbed machine, and nothing is decided by them: of
 * its processors' capacity, used by other programs; where that is not known, of the runs' time,
 * spent waiting for a processor (the threads of an engine wait for one another too, by up to a
 * fifth). */
#define PM_OTHERS_SHARE 0.05
#define PM_WAITED_SHARE 0.25
/* delay_ms: NULL, or NAN where it is not known. NAN: not known of any run. */
double pm_waited_share(const double *ms, const double *delay_ms, size_t n);

struct pm_latency {
    struct pm_summary summary; /* of the sustained level */
    struct pm_quantile_interval p50, p90, p95, p99;
    double autocorrelation;
    size_t warmup;         /* leading runs left out */
    size_t sustained_from; /* first run of the sustained level */
    double rise_pct;
    bool drift, throttled;
    size_t outliers;
};

/* n >= 1. Intervals at `confidence`. */
int pm_latency_analyse(const struct pm_runs *runs, double confidence, struct pm_latency *out,
                       struct pm_err *err);

/* Which limits a quantile keeps, from all runs after warm-up (stats/looks.h). */
struct pm_latency_bounds {
    double value;       /* the quantile itself, on the sustained level */
    double fails_below; /* every limit below it is broken for certain; 0: none is known to be */
    double meets_from;  /* every limit from it on is kept for certain; INFINITY: none */
    /* limits about which the looks said more, but something speaks against it: */
    double denied_from, denied_to; /* the runs at their present level; 0, 0: none */
    double rising_from;            /* kept, were the latency not still rising; INFINITY: none */
};

/* A network is found too slow only on the time it computed: what it waited for a processor was
 * other programs' doing, and speaks neither for nor against it. A latency that is still rising is
 * within a limit only where every run takes at most half of it. n >= 1. */
int pm_latency_bounds(const struct pm_runs *runs, double q, double confidence,
                      struct pm_latency_bounds *out, struct pm_err *err);

enum pm_within { PM_WITHIN_YES, PM_WITHIN_NO, PM_WITHIN_UNDECIDED };

/* What the bounds say of a limit. */
enum pm_within pm_latency_within(const struct pm_latency_bounds *bounds, double limit_ms);

struct pm_latency_verdict {
    enum pm_within within;
    bool drifting; /* it would be YES, were the latency not still rising */
    bool denied;   /* it would be decided, were its last level not on the other side */
    struct pm_latency_bounds bounds;
    struct pm_looks_forecast forecast; /* of what is undecided */
};

/* Is quantile q of the latency within limit_ms? The same of runs that were ended early and of a
 * whole measurement. No runs: undecided, nothing known. */
int pm_latency_judge(const struct pm_runs *runs, double limit_ms, double q, double confidence,
                     struct pm_latency_verdict *out, struct pm_err *err);

/* The share of resamples of these runs whose quantile q is within limit_ms: a resample of n (what
 * they are worth, when they repeat one another: stats/autoregression.h) has it there when at least
 * q n of its runs are, and each is with the share found in the runs. Bootstrap without drawing. */
int pm_latency_share_within(const struct pm_runs *runs, double limit_ms, double q, double *share,
                            struct pm_err *err);

#endif
