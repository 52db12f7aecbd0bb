/* SPDX-License-Identifier: MIT */
#include "cli/stop.h"

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
