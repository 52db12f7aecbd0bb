/* SPDX-License-Identifier: MIT
 * What a process can tell about itself: time, memory, waiting for a processor. */
#ifndef PM_SELF_STAT_H
#define PM_SELF_STAT_H

#include <stdbool.h>

/* CLOCK_MONOTONIC. */
double pm_self_ms(void);

/* Peak and current resident memory (VmHWM and VmRSS of /proc/self/status); -1 when unreadable. The
 * kernel starts VmHWM afresh at exec, so unlike ru_maxrss it holds nothing of the parent. */
struct pm_self_memory {
    double peak_kib, rss_kib;
};
struct pm_self_memory pm_self_memory(void);

/* The run delay of an inference: how long a thread was ready and no processor was free, of the
 * thread that waited longest. Where all have other work beside them they wait at the same time. */
#define PM_SELF_THREADS 256 /* more are not asked */
struct pm_self_delay {
    int fd[PM_SELF_THREADS]; /* of /proc/self/task/TID/schedstat */
    double before_ms[PM_SELF_THREADS];
    int n; /* 0: the kernel does not tell */
};
/* The threads there are now; a network's own begin with its first inference. */
void pm_self_delay_open(struct pm_self_delay *out);
/* Around an inference. Neither allocates; false when unreadable. */
bool pm_self_delay_begin(struct pm_self_delay *delay);
bool pm_self_delay_end(const struct pm_self_delay *delay, double *ms);
void pm_self_delay_close(struct pm_self_delay *delay);

#endif
