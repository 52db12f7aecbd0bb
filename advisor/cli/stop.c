/* SPDX-License-Identifier: MIT */
#include "cli/stop.h"

#include "base/clock.h"

#include <math.h>
#include <poll.h>
#include <string.h>

static volatile sig_atomic_t asked;

static void ask(int signal_number)
{
    asked = 1;
    signal(signal_number, SIG_DFL); /* the second time it is meant */
}

const volatile sig_atomic_t *pm_stop_watch(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ask;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    return &asked;
}

bool pm_stop_sleep(double ms, const volatile sig_atomic_t *stop)
{
    const double until = pm_clock_ms() + ms;
    for (double left = ms; left > 0 && !(stop != NULL && *stop); left = until - pm_clock_ms())
        poll(NULL, 0, (int)fmin(ceil(left), 50));
    return !(stop != NULL && *stop);
}
