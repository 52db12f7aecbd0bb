/* SPDX-License-Identifier: MIT
 * From windows of measured energy to watts and joules with intervals.
 *
 * A window is a stretch of time with a known energy: busy with `runs` inferences, or idle with the
 * network loaded and the process asleep. Per quantity, with R windows:
 *     u^2 = u_gain^2 + max(s^2, T^2 / (6 L^2)) / R
 * u_gain: the standard uncertainty of the sensor's gain, relative to what it shows, common to all
 * windows, so that it neither averages out nor grows in a difference; s: spread of the windows, in
 * which the edges of a counter's windows show already, so that they are not counted twice.
 * T^2 / (6 L^2), relative, is the mean square of two uniform edge errors of a counter with update
 * period T over a window of length L: all there is for one window alone, and the least for several.
 * It has infinite degrees of freedom, as the gain has; s has R - 1, and is widened for what the
 * windows may repeat of one another (stats/autoregression.h). The interval is Student's t at
 * the effective degrees of freedom of Welch and Satterthwaite (JCGM 100:2008, G.4); busy and idle
 * windows enter a difference each with their own.
 *
 * Not covered: what one window alone does not show (it has no spread, so a fluctuating load or a
 * sampled gauge is surer than it ought to be), and an error of the gain above some 10 %, which is
 * not symmetrical any more (20 %: 92 % of the intervals hold at 95 %). */
#ifndef PM_ENERGY_H
#define PM_ENERGY_H

#include "base/quantity.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

struct pm_energy_window {
    double joules, seconds; /* both > 0 */
    long runs;              /* inferences of one whole batch; 0: idle */
};

struct pm_energy_data { /* borrowed */
    const struct pm_energy_window *busy, *idle;
    size_t n_busy, n_idle;
    size_t n_idle_before; /* of the idle ones, made before the busy ones */
    double gain_rel;      /* >= 0 */
    double period_ms;     /* NAN: not known, taken as 0 */
};

struct pm_energy {             /* unknown where there are no windows for it; origin PM_MEASURED */
    struct pm_quantity busy_w; /* total */
    struct pm_quantity idle_w;
    struct pm_quantity total_j;      /* an inference: busy energy / runs */
    struct pm_quantity net_j;        /* an inference: (busy - idle power) x time of one */
    struct pm_quantity above_idle_w; /* busy - idle power */
    double run_s;           /* mean time of one inference in the windows; NAN without busy ones */
    double idle_change_rel; /* idle after against before; NAN when there is none of either */
    bool idle_drift;        /* it changed by more than 5 % */
};

#define PM_ENERGY_CONFIDENCE_MAX 0.9999
/* Intervals two-sided at `confidence`, from 0.5 to that. PM_EDATA when a window or an
 * option is not as said above; *out is then untouched. No interval starts below 0, but for net_j
 * and above_idle_w that are below 0 themselves, as noise may have it when busy is hardly more than
 * idle: they are given as they came out, and so are both ends. */
int pm_energy_analyse(const struct pm_energy_data *data, double confidence, struct pm_energy *out,
                      struct pm_err *err);

/* Average power when `rate` inferences a second are made and the rest of the time is idle:
 * P = P_idle + e_net x rate = P_idle (1 - rate t) + P_busy rate t. rate is finite and >= 0.
 * Needs busy and idle windows, else *out is unknown; and rate x run_s <= 1, else *out is the busy
 * power: it never rests. */
int pm_energy_at_rate(const struct pm_energy_data *data, double rate, double confidence,
                      struct pm_quantity *out, struct pm_err *err);

#endif
