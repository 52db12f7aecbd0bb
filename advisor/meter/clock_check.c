/* SPDX-License-Identifier: MIT */
#include "meter/clock_check.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WORDS_RUN_MS     1.0
#define WORDS_REQUEST_MS 5.0
#define LEAST_RUNS       8 /* fewer tell nothing */
#define DOUBTS           2

/* Since it began; 0 where the system does not tell. */
static double waited_ms(pid_t pid)
{
    char path[48], line[120];
    double ns = 0;
    snprintf(path, sizeof path, "/proc/%ld/schedstat", (long)pid);
    if (!pm_file_first_line(path, line, sizeof line))
        return 0;
    const char *second = strchr(line, ' '); /* the first field: on a processor */
    const char *rest = NULL;
    return second != NULL && pm_number_prefix(second + 1, &ns, &rest) ? ns / 1e6 : 0;
}

void pm_clock_check_begin(struct pm_clock_check *c, pid_t engine)
{
    c->begin_ms = pm_clock_ms();
    c->waited_ms = waited_ms(engine);
}

/* Twice so far? */
static bool is_in_doubt(struct pm_clock_check *c)
{
    if (c->runs < LEAST_RUNS)
        return false;
    const double words_ms = WORDS_RUN_MS * (double)c->runs + WORDS_REQUEST_MS * (double)c->requests;
    const size_t doubts = c->in_doubt + (c->passed_ms - words_ms > 2 * c->told_ms);
    *c = (struct pm_clock_check){.in_doubt = doubts};
    return doubts >= DOUBTS;
}

const char *pm_clock_check_end(struct pm_clock_check *c, pid_t engine, size_t runs, double told_ms)
{
    const double passed_ms = pm_clock_ms() - c->begin_ms;
    if (told_ms > 1.01 * passed_ms + 1)
        return "the engine reported more time than has passed";
    c->runs += runs;
    c->requests++;
    c->told_ms += told_ms;
    c->passed_ms += fmax(passed_ms - (waited_ms(engine) - c->waited_ms), 0);
    return is_in_doubt(c)
               ? "the engine reports less than half of the time that its inferences take by the "
                 "clock: does it wait for their end, as a GPU must be waited for?"
               : NULL;
}
