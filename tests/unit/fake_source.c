/* SPDX-License-Identifier: MIT */
#include "fake_source.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void wait_ms(double ms)
{
    struct timespec t = {.tv_sec = (time_t)(ms / 1e3), .tv_nsec = (long)(fmod(ms, 1e3) * 1e6)};
    while (nanosleep(&t, &t) != 0)
        ;
}

atomic_int fakes_closed;

static enum pm_reading read_fake(struct pm_source *s, double wait, double *value, double *at_ms,
                                 char *why, size_t why_size)
{
    struct fake *f = (struct fake *)s;
    (void)wait;
    *at_ms = pm_clock_ms();
    const double ms = *at_ms - f->begin_ms;
    const unsigned reading = ++f->readings;
    const bool trouble = f->trouble_from > 0 && reading >= f->trouble_from;
    if (trouble && f->trouble == FAKE_DIES) {
        snprintf(why, why_size, "it was unplugged");
        return PM_READING_BROKEN;
    }
    if (trouble && (f->trouble == FAKE_MUTE || (f->trouble == FAKE_LOSES && reading % 2 == 0)))
        return PM_READING_NONE;
    *value = trouble && f->trouble == FAKE_TURNS ? f->then(ms) : f->at(ms);
    return PM_READING_OK;
}

static void close_fake(struct pm_source *s)
{
    fakes_closed++;
    free(s);
}

struct fake *fake(enum pm_source_kind kind, double (*at)(double ms))
{
    static const struct pm_source_ops ops = {read_fake, close_fake};
    struct fake *f = calloc(1, sizeof *f);
    if (f == NULL)
        abort();
    f->source = (struct pm_source){
        .ops = &ops,
        .kind = kind,
        .scope = PM_SCOPE_BOARD,
        .name = "fake",
        .period_ms = NAN,
        .gain_rel = 0.05,
        .limit_w = 200,
    };
    f->at = at;
    f->begin_ms = pm_clock_ms();
    return f;
}

double steps(double ms, double period_ms)
{
    return floor(ms / period_ms) * period_ms;
}

double joules_10w(double ms)
{
    return 10 * steps(ms, 1) / 1e3;
}

double noisy_12w(double ms)
{
    return 12.3 + 0.01 * sin(steps(ms, 1));
}
