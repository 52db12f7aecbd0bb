/* SPDX-License-Identifier: MIT */
#include "engines/darknet/self_stat.h"

#include <dirent.h>
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

/* "time on the processor, time waiting for one (both ns), slices" */
static bool read_delay(int fd, double *ms)
{
    char text[96];
    const ssize_t got = pread(fd, text, sizeof text - 1, 0);
    if (got <= 0)
        return false;
    text[got] = '\0';
    const char *second = strchr(text, ' ');
    if (second == NULL)
        return false;
    char *end = NULL;
    const unsigned long long ns = strtoull(second + 1, &end, 10);
    *ms = (double)ns * 1e-6;
    return end != second + 1;
}

void pm_self_delay_open(struct pm_self_delay *out)
{
    struct pm_self_delay delay = {.n = 0};
    DIR *tasks = opendir("/proc/self/task");
    const struct dirent *task;
    double ms;
    while (tasks != NULL && delay.n < PM_SELF_THREADS && (task = readdir(tasks)) != NULL) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/task/%.20s/schedstat", task->d_name);
        const int fd = task->d_name[0] == '.' ? -1 : open(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0 && read_delay(fd, &ms))
            delay.fd[delay.n++] = fd;
        else if (fd >= 0)
            close(fd);
    }
    if (tasks != NULL)
        closedir(tasks);
    *out = delay;
}

bool pm_self_delay_begin(struct pm_self_delay *delay)
{
    for (int i = 0; i < delay->n; i++) {
        if (!read_delay(delay->fd[i], &delay->before_ms[i])) /* the thread has ended */
            return false;
    }
    return delay->n > 0;
}

bool pm_self_delay_end(const struct pm_self_delay *delay, double *ms)
{
    double most = 0, now;
    for (int i = 0; i < delay->n; i++) {
        if (!read_delay(delay->fd[i], &now))
            return false;
        most = now - delay->before_ms[i] > most ? now - delay->before_ms[i] : most;
    }
    *ms = most;
    return true;
}

void pm_self_delay_close(struct pm_self_delay *delay)
{
    for (int i = 0; i < delay->n; i++)
        close(delay->fd[i]);
    delay->n = 0;
}
