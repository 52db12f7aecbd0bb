/* SPDX-License-Identifier: MIT
 * What windows come to, or the test fails. Include <cmocka.h> first. */
#ifndef WINDOWS_H
#define WINDOWS_H

#include "base/err.h"
#include "stats/energy.h"

static inline struct pm_energy analyse(const struct pm_energy_data *data, double confidence)
{
    struct pm_energy e;
    struct pm_err err = {0};
    if (pm_energy_analyse(data, confidence, &e, &err) != 0)
        fail_msg("refused: %s", err.msg);
    return e;
}

static inline struct pm_quantity at_rate(const struct pm_energy_data *data, double rate)
{
    struct pm_quantity q;
    struct pm_err err = {0};
    if (pm_energy_at_rate(data, rate, 0.95, &q, &err) != 0)
        fail_msg("refused: %s", err.msg);
    return q;
}

#endif
