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

/* The run delay of the calling thread: how long it was ready and no processor was free. */
struct pm_self_delay {
    int fd; /* of /proc/thread-self/schedstat; -1: the kernel does not tell */
};
struct pm_self_delay pm_self_delay_open(void);
/* Allocates nothing. False when unreadable. */
bool pm_self_delay_read(const struct pm_self_delay *delay, double *ms);
void pm_self_delay_close(struct pm_self_delay *delay);

#endif
