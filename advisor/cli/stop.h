/* SPDX-License-Identifier: MIT
 * Ctrl-C: the first asks to stop after saving, the second ends at once. */
#ifndef PM_STOP_H
#define PM_STOP_H

#include <signal.h>
#include <stdbool.h>

/* Catch SIGINT and SIGTERM from now on; ignore SIGPIPE (a dead engine is seen as end of file). */
const volatile sig_atomic_t *pm_stop_watch(void);

/* Sleep; false: *stop was set (NULL: nothing watches). */
bool pm_stop_sleep(double ms, const volatile sig_atomic_t *stop);

#endif
