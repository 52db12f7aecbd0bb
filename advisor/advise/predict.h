/* SPDX-License-Identifier: MIT
 * Latency and memory of networks that were never run, from what a calibration took on this device
 * in the same way (engine, precision, threads; batch 1). */
#ifndef PM_PREDICT_H
#define PM_PREDICT_H

#include "advise/reach.h"
#include "base/quantity.h"
#include "record/configuration.h"
#include "stats/cost_fit.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_candidate;
struct pm_catalogue_entry;
struct pm_err;
struct pm_settings;

struct pm_predictor {
    struct pm_reach reach;       /* of the rows that its time is fitted to */
    struct pm_configuration way; /* the networks' engine, precision, batch, threads and mode */
    struct pm_cost_fit time;     /* ms, of PM_COST_FEATURES costs */
    struct pm_cost_fit memory;   /* MiB, of PM_COST_MEMORY costs */
    const char *worst;           /* whose time is missed most when it is left out; NULL */
    size_t aside; /* so many times were far off what the others agree on, and left out of the fit */
};

struct pm_predicted {
    struct pm_quantity latency_ms, memory_mib; /* origin predicted, with intervals; the latency is
                                                  unknown where it may be off by a factor of 3 */
    bool extrapolated;                         /* of the time: beyond what the calibration spans */
    const char *unseen;                        /* a kind of work no calibration network has; NULL */
    const struct pm_cost_part *beyond;         /* layers wider or longer than those it has; NULL */
};

/* From those of the candidates that are run as `way` is and have a measured latency. A fit of too
 * few is not PM_FIT_OK; nothing can be predicted then. check: also leave each out in turn.
 *
 * A machine that was busy for a second makes one time three times too long. Times that are more
 * than 5 robust standard deviations, and a quarter, off the fit are set aside, at most a fifth of
 * them; aside[i] (n flags, or NULL) tells which. */
int pm_predictor_fit(const struct pm_candidate *c, size_t n, const struct pm_candidate *way,
                     double confidence, bool check, bool *aside, struct pm_predictor *out,
                     struct pm_err *err);
/* Takes a predictor whose time is PM_FIT_OK. */
struct pm_predicted pm_predict(const struct pm_predictor *p,
                               const struct pm_catalogue_entry *network);

/* The figures of a candidate that was not measured become these, and it is judged by them. */
int pm_candidate_take_prediction(struct pm_candidate *c, const struct pm_predicted *p,
                                 const struct pm_settings *settings, struct pm_err *err);

#endif
