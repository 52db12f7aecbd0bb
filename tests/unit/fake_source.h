/* SPDX-License-Identifier: MIT
 * A source of power whose truth is a function of time. */
#ifndef PM_TESTS_FAKE_SOURCE_H
#define PM_TESTS_FAKE_SOURCE_H

#include "sensor/source.h"

#include <stdatomic.h>

enum fake_trouble {
    FAKE_DIES,  /* it is broken */
    FAKE_LOSES, /* every other reading is lost */
    FAKE_MUTE,  /* all are */
    FAKE_TURNS, /* `then` in place of `at` */
};

struct fake {
    struct pm_source source;
    double (*at)(double ms); /* W or J, ms after it was made */
    double begin_ms;
    double (*then)(double ms);
    enum fake_trouble trouble;
    unsigned trouble_from; /* the reading it begins with, 1 is the first; 0: never. Counted and not
                              timed, so that a slow machine sees the same. */
    atomic_uint readings;
};

extern atomic_int fakes_closed;

/* A board of at most 200 W whose period is not known. It belongs to the meter that takes it. */
struct fake *fake(enum pm_source_kind kind, double (*at)(double ms));
/* The time of the last update, for one that updates every period_ms. */
double steps(double ms, double period_ms);
void wait_ms(double ms);

double joules_10w(double ms); /* moves every ms */
double noisy_12w(double ms);  /* 12.3 W, a little different every ms */

#endif
