/* SPDX-License-Identifier: MIT
 * A child process with pipes on its three standard streams, in a process group of its own. */
#ifndef PM_PROCESS_H
#define PM_PROCESS_H

#include "base/buf.h"
#include "base/orphans.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pm_err;

struct pm_process {
    pid_t pid;
    int in, out, err;     /* our ends: write, read, read */
    struct pm_buf line;   /* bytes read from out, */
    size_t taken;         /* of which so many have been taken as lines */
    char complaint[2048]; /* the end of what it said on stderr */
    size_t total;         /* bytes it wrote on stdout */
    char mark[PM_ORPHANS_MARK];
};

enum pm_process_read {
    PM_READ_LINE,
    PM_READ_TIMEOUT,
    PM_READ_STOPPED, /* *stop was set */
    PM_READ_END,     /* it closed stdout */
    PM_READ_FLOOD,   /* a line over 1 MiB, or over 256 MiB in all */
    PM_READ_NOMEM,
};

/* argv[0] is the program's path; argv ends with NULL. env: "NAME=VALUE" texts to set beside our own
 * environment, ending with NULL; may be NULL. It dies with us. */
int pm_process_start(struct pm_process *p, const char *const *argv, const char *const *env,
                     struct pm_err *err);
int pm_process_write(struct pm_process *p, const char *text, size_t len);
/* The next line of stdout, without its newline, appended to *line (emptied first). Waits until
 * deadline_ms on pm_clock_ms at most; drains stderr meanwhile. */
enum pm_process_read pm_process_line(struct pm_process *p, double deadline_ms,
                                     const volatile sig_atomic_t *stop, struct pm_buf *line);
/* Wait for its end until the deadline, then SIGKILL. *status as waitpid; false when it was killed
 * by us. */
bool pm_process_wait(struct pm_process *p, double deadline_ms, int *status);
/* SIGKILL to the whole group, and reap; also to what left the group (base/orphans.h). */
void pm_process_kill(struct pm_process *p);
void pm_process_done(struct pm_process *p);
/* "was ended by SIGSEGV", "exited with status 3". */
void pm_process_describe(int status, char *out, size_t size);

#endif
