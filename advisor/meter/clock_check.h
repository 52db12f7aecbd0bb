/* SPDX-License-Identifier: MIT
 * Do the times that an engine reports account for the time that has passed? Work that it did not
 * wait for, as on a GPU that it does not synchronise with, is over sooner by its own words than by
 * the clock, and all its latencies are wrong. */
#ifndef PM_CLOCK_CHECK_H
#define PM_CLOCK_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pm_clock_check {         /* start as {0}; of one process */
    double begin_ms, waited_ms; /* of the request that is under way */
    size_t runs, requests, in_doubt;
    double told_ms, passed_ms;
};

void pm_clock_check_begin(struct pm_clock_check *check, pid_t engine);
/* The request is over; told_ms: what its inferences took by the engine's words. NULL, or what is
 * wrong: more was told than has passed; or, for the second time, less than half of it. What the
 * engine's first thread waited for a processor is left out (where the system tells), and a
 * millisecond an inference and five a request, which words may take. */
const char *pm_clock_check_end(struct pm_clock_check *check, pid_t engine, size_t runs,
                               double told_ms);

#endif
