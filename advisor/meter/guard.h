/* SPDX-License-Identifier: MIT
 * What makes a measurement untrustworthy: the state of the machine before, and what happened to it
 * meanwhile. The files and the rules: thermal_throttle counters (Intel), cooling devices, clock
 * frequencies, Raspberry Pi's get_throttled, Jetson's over-current alarms, /proc/stat,
 * /proc/vmstat.
 *
 * A missing indicator is no warning by itself: most boards lack some, and `pickmodel doctor` lists
 * them. root: where /sys and /proc lie ("" for the real ones); borrowed. */
#ifndef PM_GUARD_H
#define PM_GUARD_H

#include "base/arena.h"
#include "meter/signs.h"
#include "stats/latency.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_board;

/* Beyond these a measurement is in doubt; PM_OTHERS_SHARE stands in stats/latency.h. */
#define PM_SLOW_CLOCK  0.98 /* mean clock of the last third of the looks over the first third's */
#define PM_STEAL_SHARE 0.01 /* taken by the hypervisor */
#define PM_HOT_CELSIUS 80.0 /* of a machine that names no passive trip point */

/* ---- one campaign: a snapshot before, another after ---- */

struct pm_guard {
    double swap_pages;      /* pages swapped in or out since boot; 0 unknown */
    double throttle_events; /* core and package counters summed; -1 unknown */
    double max_temp_c;      /* hottest zone; NAN unknown */
    double min_freq_ratio;  /* lowest scaling_cur_freq / cpuinfo_max_freq; NAN unknown */
};
struct pm_guard pm_guard_read(const char *root);
/* Warnings for people, in the arena; at most PM_GUARD_WARNINGS. before may be NULL (state only). */
#define PM_GUARD_WARNINGS 8
size_t pm_guard_warnings(const struct pm_board *board, const struct pm_guard *before,
                         const struct pm_guard *now, struct pm_arena *arena,
                         const char *warning[PM_GUARD_WARNINGS]);

/* ---- one measurement: a watch over it ---- */

#define PM_WATCH_LOOKS 240 /* kept; when they are full, neighbours are averaged */
#define PM_WATCH_CPUS  32

struct pm_watch {
    const char *root;
    double begin_ms, own_s;
    double next_ms, next_signs_ms; /* on pm_clock_ms: no look before */
    struct pm_signs begin, worst;  /* worst: of the states; the counters are those of the end */
    unsigned cpu[PM_WATCH_CPUS];
    size_t cpus;
    double mhz[PM_WATCH_LOOKS]; /* the fastest processor's clock: idle ones say nothing */
    size_t n, each, pending;    /* mhz[i] is the mean of `each` looks; some await their turn */
    double sum;
};

/* NAN: this machine does not say, or the window was too short to tell. Shares are of the capacity
 * of all processors. */
struct pm_validity {
    double seconds;
    double core_throttles, package_throttles; /* events in the window */
    double clock_first_mhz, clock_last_mhz;   /* means of the first and the last third */
    double clock_ratio;                       /* last over first */
    double cooling_active;                    /* devices seen holding the processor back */
    double pi_throttled;                      /* bits 0-3: seen in the window; 16-19: since boot */
    double overcurrent;                       /* alarms seen */
    double others_share;                      /* used by other processes */
    double steal_share;
    double swap_pages;
    double hottest_c, passive_trip_c; /* the trip point that was reached; NAN: none */
};

void pm_watch_begin(struct pm_watch *w, const char *root);
/* Between inferences, as often as one likes: the clocks at most every 200 ms, the other states at
 * most every 2 s, and neither for more than 0.2 % of the time. */
void pm_watch_look(struct pm_watch *w);
/* How long other programs together would have taken the whole machine, so far; NAN: not told yet.
 * It looks at every process. */
double pm_watch_taken_ms(const struct pm_watch *w);
/* Of what this program's own processes use, living or reaped, nothing counts as others'. */
void pm_watch_end(struct pm_watch *w, struct pm_validity *out);

/* Sentences with figures and what to do, in the arena (one that does not fit memory is left out);
 * returns how many. */
#define PM_VALIDITY_WARNINGS 10
size_t pm_validity_warnings(const struct pm_validity *v, struct pm_arena *arena,
                            const char *warning[PM_VALIDITY_WARNINGS]);

/* ---- everything there is to look at, for people ---- */

struct pm_indicator {
    const char *name;
    bool present;       /* false: this machine lacks it, and value is NULL */
    const char *value;  /* "schedutil", "12.0 % of the processors" */
    bool trouble;       /* a measurement now would not be trusted */
    const char *advice; /* NULL: all is well. Without trouble: worth knowing */
};

#define PM_INDICATORS 13
/* lately: what a watch of a second or so has just seen; NULL leaves what only a window can show out
 * as lacking. Returns PM_INDICATORS, or 0 when out of memory. */
size_t pm_guard_list(const char *root, const struct pm_validity *lately, struct pm_arena *arena,
                     struct pm_indicator list[PM_INDICATORS]);

#endif
