/* SPDX-License-Identifier: MIT
 * What this device took for the calibration's small networks, and the laws fitted to it: for
 * `pickmodel predict` and --trust-predictions. */
#ifndef PM_CALIBRATION_H
#define PM_CALIBRATION_H

#include "advise/predict.h"
#include "cli/campaign.h"

#define PM_CALIBRATION_WAYS 64

struct pm_calibration {
    struct pm_options options;
    struct pm_context context; /* the calibration's networks */
    struct pm_campaign tuned;  /* what they took */
    bool open;
    struct pm_arena arena;
    struct pm_candidate *row; /* all that was measured, of them and of the catalogue */
    size_t rows;
    struct pm_predictor way[PM_CALIBRATION_WAYS]; /* engine, precision and threads */
    size_t ways;
};

/* Measure what of the calibration is missing or stale, some 10 s an engine; PM_EDATA where that is
 * needed and --no-measure forbids it. To be released with pm_calibration_done whatever it returns.
 * Interrupted: see pm_campaign_interrupted(&out->tuned). */
int pm_calibration_open(const struct pm_options *o, struct pm_calibration *out, struct pm_err *err);
/* Fit each way, to the calibration and to what the campaign holds. check: also leave each out. */
int pm_calibration_fit(struct pm_calibration *s, const struct pm_campaign *own, bool check,
                       struct pm_err *err);
/* Give every candidate without a measured latency the predicted one, with its interval, and judge
 * it again; *n: how many. Interrupted while calibrating: *n = 0 and c->interrupted. */
int pm_campaign_predict(struct pm_campaign *c, size_t *n, struct pm_err *err);
void pm_calibration_done(struct pm_calibration *s);

#endif
