/* SPDX-License-Identifier: MIT
 * One candidate being measured: what measure.c (latency) and measure_power.c (energy) share; only
 * for them. */
#ifndef PM_SESSION_H
#define PM_SESSION_H

#include "meter/measure.h"
#include "meter/worker.h"

struct pm_err;

struct pm_session {
    const struct pm_measure_plan *plan;
    struct pm_measurement *m;
    struct pm_worker *worker;
    struct pm_watch watch;
    double begin_ms;
    double next_run_ms;  /* since 1970: when the next inference that is kept begins */
    double next_tick_ms; /* paced: when the next inference starts */
    double block_from_s, block_begin_ms; /* of this process's runs */
    size_t runs_made, block_first;       /* whether or not they were kept; those before the block */
    size_t overdue;                      /* inferences that were ended while they ran */
    bool finished;
    bool rejected;            /* certainly over its limit: nothing more is worth knowing */
    enum pm_measured settled; /* what the latency came to before the energy was measured */
    bool drew;                /* whether it draws too much was looked at */
    bool only_power;          /* earlier runs settle the latency; the energy is still wanted */
    bool bounded;             /* by pm_session_end_ms: what runs now is for the latency */
    bool nomem;
};

double pm_session_elapsed_ms(const struct pm_session *s);
/* n inferences, at the plan's pace; false: the session is over. keep: they are samples. */
bool pm_session_run(struct pm_session *s, size_t n, bool keep);
/* Sleep, watching for the stop signal and the deadline; false: the session is over. */
bool pm_session_wait(struct pm_session *s, double until_ms);
void pm_session_progress(struct pm_session *s, const char *phase);

/* Stop rules (measure_stop.c). A look at the runs so far: sets finished and the outcome when they
 * are enough, or when the time is over. */
#define PM_RUNS_MAX 20000 /* kept of one candidate: enough for every statistic */
int pm_session_look(struct pm_session *s, struct pm_err *err);
/* How many runs this process makes before the next one starts: what differs between processes
 * (memory layout, above all) must show in the samples. */
size_t pm_session_block_size(const struct pm_session *s);
/* As many runs as lead to the next look, but no more than fit the time. */
size_t pm_session_step_size(const struct pm_session *s, size_t block_left);
/* On pm_clock_ms: when the candidate's time is over, even for what will settle it. */
double pm_session_end_ms(const struct pm_session *s);

/* Energy windows (measure_power.c). What goes wrong with the sensor is a cause in the measurement,
 * never the end of the session; false: the session is over, as for pm_session_run. */
bool pm_session_wants_power(const struct pm_session *s);
/* Without a meter and without windows of their own, the runs of one process are a window still: an
 * external meter may have been logging. */
void pm_session_open_block(struct pm_session *s);
void pm_session_close_block(struct pm_session *s);
/* Some busy windows of the first process: does it certainly draw more than it may? Then nothing
 * else is worth knowing, and they are all that is kept of its energy. Their runs are samples. */
bool pm_session_power_first(struct pm_session *s);
/* Idle windows, busy ones, idle ones again, with the loaded process. */
bool pm_session_measure_power(struct pm_session *s);
bool pm_session_idle_windows(struct pm_session *s);
/* One step of a sustained run as a window of its own, where power is wanted. */
bool pm_session_run_metered(struct pm_session *s, size_t n);

#endif
