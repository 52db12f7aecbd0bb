/* SPDX-License-Identifier: MIT
 * Measuring one candidate: fresh worker processes, one warm-up run each, and a rule for stopping.
 */
#ifndef PM_MEASURE_H
#define PM_MEASURE_H

#include "meter/guard.h"
#include "meter/worker.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct pm_err;
struct pm_power_meter;
struct pm_standby;

struct pm_measure_progress {
    const char *phase; /* "idle power", ...; NULL: timing */
    size_t runs;
    double last_ms; /* the latest run; NAN before the first */
    double elapsed_ms, budget_ms;
};

struct pm_measure_plan {
    const char *program;
    struct pm_worker_network network;

    /* limit_ms > 0: decide whether `quantile` is within it, with as few runs as that takes;
     * 0: estimate, until p90 is known to 2 % or the time is spent */
    double limit_ms, quantile, confidence;
    double time_ms;     /* of this candidate; three times as long where that will settle it */
    size_t max_runs;    /* no more than this; 0 = no bound */
    double deadline_ms; /* of the whole run, on pm_clock_ms; INFINITY */
    bool with_load;     /* waiting for a processor is the robot's own doing, and counts */
    bool come_back;     /* what a later visit is likely to settle against it is left for that */
    double interval_ms; /* start an inference every so often and rest in between; 0: no rest */
    double hold_ms;     /* measure for just so long, at the interval; 0: as above */

    /* energy, once the latency is known and not too high */
    struct pm_power_meter *power; /* NULL: none */
    double power_window_ms;       /* > 0 without a meter: windows for an external meter's log */
    double most_w, most_j;        /* in total, while busy and of an inference: what certainly takes
                                     more is seen before its latency, and ends there; 0: no bound */

    /* runs of an earlier, partial measurement to go on from; may be empty */
    const double *ms, *delay_ms, *at_ms; /* the last two NULL: not known */
    size_t n;
    const size_t *start_n;
    size_t starts;

    struct pm_standby *standby;        /* engines that stand by; may be NULL */
    const volatile sig_atomic_t *stop; /* set by a signal; may be NULL */
    void (*progress)(void *context, const struct pm_measure_progress *now); /* may be NULL */
    void *context;
};

enum pm_measured {
    PM_MEASURED_COMPLETE, /* estimated as well as wanted, or for as long as allowed */
    PM_MEASURED_PARTIAL,  /* decided early, or out of time */
    PM_MEASURED_CENSORED, /* an inference was ended while running: latency > censored_ms */
    PM_MEASURED_FAILED,   /* cause says why */
};

/* A stretch of the measurement with its energy. */
struct pm_measured_window {
    double from_s; /* pm_clock_epoch_s */
    double seconds;
    double joules; /* NAN: an external meter's log will tell */
    size_t runs;   /* 0: idle, the network loaded and the process asleep */
};
/* Each is metered in parts (sensor/meter.h); so many windows, where an inference takes longer. */
#define PM_BUSY_WINDOWS 5
#define PM_IDLE_WINDOWS 3 /* before the busy ones, and again after */

struct pm_measurement {
    enum pm_measured outcome;
    bool interrupted; /* *stop was set; the runs so far are here */
    char cause[480];
    char engine_version[96];
    double *ms, *delay_ms; /* warm-up runs of each process left out; delay NAN when not known */
    double *at_ms; /* when each began, since 1970; NAN for earlier ones of which it is not known */
    size_t n, cap;
    size_t *start_n;
    size_t starts;
    double first_ms, load_ms; /* NAN when not reached */
    double baseline_mib, peak_mib;
    double censored_ms;
    double elapsed_ms;
    bool random_weights;
    bool sustained; /* for the whole of the plan's hold_ms */

    struct pm_measured_window *window; /* in the order of time */
    size_t windows, windows_cap;
    bool power_whole;      /* every window that was wanted is there */
    char power_cause[240]; /* why there are no windows though they were wanted; "" */

    struct pm_validity validity; /* what happened to the machine meanwhile */
};

/* -1 only when out of memory; what an engine does wrong is an outcome. Release *out in any case. */
int pm_measure(const struct pm_measure_plan *plan, struct pm_measurement *out, struct pm_err *err);
void pm_measurement_done(struct pm_measurement *m);

#endif
