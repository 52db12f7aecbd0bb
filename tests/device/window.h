/* SPDX-License-Identifier: MIT
 * The mean watts of a source over a window, and how far a busy machine may have put them off. */
#ifndef WINDOW_H
#define WINDOW_H

#include "base/clock.h"
#include "sensor/source.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

static inline void sleep_ms(double ms)
{
    const struct timespec t = {(time_t)(ms / 1e3), (long)(fmod(ms, 1e3) * 1e6)};
    nanosleep(&t, NULL);
}

/* How long the player's values stood still at most (play.c), and how long one of our readings took:
 * on a busy machine a counter is behind by that at each edge of a window. */
static inline double player_late_s(const char *file)
{
    double late_ms = 0;
    FILE *f = fopen(file, "r");
    const bool known = f != NULL && fscanf(f, "%lf", &late_ms) == 1;
    if (f != NULL)
        fclose(f);
    return known ? late_ms * 1e-3 : 0;
}

static inline enum pm_reading timed_read(struct pm_source *s, double *value, double *at_ms,
                                         double *took_s, char *why, size_t size)
{
    const double before_ms = pm_clock_ms();
    const enum pm_reading r = s->ops->read(s, 0, value, at_ms, why, size);
    *took_s = fmax(*took_s, (pm_clock_ms() - before_ms) * 1e-3);
    return r;
}

/* The player says how late it was when it runs again: wait until it has. */
static inline void await_move(struct pm_source *s, double value)
{
    char why[240];
    double now = value, at_ms;
    const double until_ms = pm_clock_ms() + 10e3;
    while (now >= value && now <= value && pm_clock_ms() < until_ms) {
        sleep_ms(20);
        if (s->ops->read(s, 0, &now, &at_ms, why, sizeof why) != PM_READING_OK)
            return;
    }
}

/* The mean watts over a window, and by how many seconds a counter may be behind at its edges; NAN:
 * a reading failed, why says it. late: where the player (play.c) says how late it was. */
static inline double window_w(struct pm_source *s, const char *late, double seconds, double *late_s,
                              char *why, size_t size)
{
    double first, first_ms, value = 0, at_ms, sum = 0, took_s = 0;
    size_t n = 0;
    snprintf(why, size, "no reading");
    if (timed_read(s, &first, &first_ms, &took_s, why, size) != PM_READING_OK)
        return (double)NAN;
    /* As seldom as the source allows: its guard is what must not miss a wrap. */
    const double step_ms = s->kind == PM_COUNTER ? fmin(s->guard_ms, seconds * 1e3) : 20;
    do {
        sleep_ms(step_ms);
        if (timed_read(s, &value, &at_ms, &took_s, why, size) != PM_READING_OK)
            return (double)NAN;
        sum += value;
        n++;
    } while (at_ms - first_ms < seconds * 1e3);
    if (s->kind == PM_COUNTER)
        await_move(s, value);
    *late_s = 2 * (player_late_s(late) + took_s);
    return s->kind == PM_COUNTER ? (value - first) / (at_ms - first_ms) * 1e3 : sum / (double)n;
}

#endif
