/* SPDX-License-Identifier: MIT
 * Is this machine fit to measure on? Asked before the first run, not after the last. */
#ifndef PM_QUIET_H
#define PM_QUIET_H

#include "base/arena.h"
#include "cli/progress.h"

#include <signal.h>
#include <stdbool.h>

struct pm_settings;

/* Listens for some tenths of a second, longer where something is running (what has just ended is no
 * other work). What disturbs is said in one line on stderr. On a terminal, ten seconds are waited
 * for what may pass, and then it is asked: false when the answer is no. Elsewhere it goes on.
 * *line: what disturbs, in the arena; NULL: nothing, or the load is wanted. */
bool pm_quiet_await(const struct pm_settings *settings, const volatile sig_atomic_t *stop,
                    struct pm_progress *progress, struct pm_arena *arena, const char **line);

#endif
