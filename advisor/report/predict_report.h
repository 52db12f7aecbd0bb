/* SPDX-License-Identifier: MIT
 * `pickmodel predict`: what networks would take, and how far to trust it. */
#ifndef PM_PREDICT_REPORT_H
#define PM_PREDICT_REPORT_H

#include "advise/predict.h"
#include "report/report.h"

struct pm_catalogue_entry;

struct pm_prediction_row { /* one network, in one way */
    const struct pm_catalogue_entry *network;
    const struct pm_predictor *by; /* fitted without this network */
    struct pm_predicted predicted;
    struct pm_quantity measured_ms; /* unknown when it was not measured here */
};

struct pm_predictions {
    const char *device;
    double confidence;
    const struct pm_predictor *predictor; /* a way each: fitted to the calibration and to what was
                                             measured on this device */
    size_t predictors;
    const struct pm_prediction_row *row;
    size_t n;
};

int pm_report_predictions(const struct pm_predictions *p, enum pm_format format,
                          const struct pm_style *style, struct pm_buf *buf, struct pm_err *err);

#endif
