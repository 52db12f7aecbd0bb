/* SPDX-License-Identifier: MIT */
#include "engines/darknet/self_stat.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double pm_self_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

/* "\nVmHWM:\t   1234 kB\n" */
static double kib_after(const char *text, const char *label)
{
    const char *at = strstr(text, label);
    if (at == NULL)
        return -1;
    char *end = NULL;
    const long kib = strtol(at + strlen(label), &end, 10);
    return strncmp(end, " kB", 3) == 0 ? (double)kib : -1;
}

struct pm_self_memory pm_self_memory(void)
{
    struct pm_self_memory memory = {-1, -1};
    char text[8192];
    const int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return memory;
    const ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    if (got <= 0)
        return memory;
    text[got] = '\0';
    memory.peak_kib = kib_after(text, "\nVmHWM:");
    memory.rss_kib = kib_after(text, "\nVmRSS:");
    return memory;
}

struct pm_self_delay pm_self_delay_open(void)
{
    struct pm_self_delay delay = {open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)};
    double ms;
    if (delay.fd >= 0 && !pm_self_delay_read(&delay, &ms))
        pm_self_delay_close(&delay);
    return delay;
}

bool pm_self_delay_read(const struct pm_self_delay *delay, double *ms)
{
    char text[96];
    const ssize_t got = delay->fd >= 0 ? pread(delay->fd, text, sizeof text - 1, 0) : -1;
    if (got <= 0)
        return false;
    text[got] = '\0';
    /* "time on the processor, time waiting for one (both ns), slices" */
    const char *second = strchr(text, ' ');
    if (second == NULL)
        return false;
    char *end = NULL;
    const unsigned long long ns = strtoull(second + 1, &end, 10);
    if (end == second + 1)
        return false;
    *ms = (double)ns * 1e-6;
    return true;
}

void pm_self_delay_close(struct pm_self_delay *delay)
{
    if (delay->fd >= 0)
        close(delay->fd);
    delay->fd = -1;
}
