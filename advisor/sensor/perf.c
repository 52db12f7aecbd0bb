/* SPDX-License-Identifier: MIT
 * The energy counters of perf's "power" PMU: the same hardware as RAPL's powercap, for machines
 * where that is masked or its module is not loaded. The kernel extends them to 64 bits. */
#include "sensor/source.h"

#include "base/clock.h"
#include "base/number.h"
#include "sensor/sysfs.h"
#include "sensor/words.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PMU       "bus/event_source/devices/power"
#define FDS_MAX   128
#define CPUS_MAX  8192
#define GAIN_REL  0.05
#define PERIOD_MS 1.0
#define GUARD_MS  5000.0 /* nothing wraps; any reading will do */
#define PACKAGE_W 1000.0

struct perf {
    struct pm_source source;
    size_t n;
    int fd[FDS_MAX];
    double scale[FDS_MAX]; /* J a count */
};

static enum pm_reading perf_read(struct pm_source *s, double wait_ms, double *value, double *at_ms,
                                 char *why, size_t why_size)
{
    (void)wait_ms;
    const struct perf *p = (const struct perf *)s;
    double joules = 0;
    for (size_t i = 0; i < p->n; i++) {
        uint64_t count;
        const ssize_t got = read(p->fd[i], &count, sizeof count);
        if (got != (ssize_t)sizeof count) { /* 0: the event is in error, its processor is gone */
            snprintf(why, why_size, "perf's energy counter cannot be read: %s",
                     got < 0 ? strerror(errno) : "its processor is offline");
            return PM_READING_BROKEN;
        }
        joules += (double)count * p->scale[i];
    }
    *at_ms = pm_clock_ms();
    *value = joules;
    return PM_READING_OK;
}

static void perf_close(struct pm_source *s)
{
    if (s == NULL)
        return;
    struct perf *p = (struct perf *)s;
    for (size_t i = 0; i < p->n; i++)
        close(p->fd[i]);
    free(p);
}

/* ---- what the PMU says of itself ---- */

struct event {
    uint32_t type;
    uint64_t config;
    double scale;
};

static bool read_type(const char *pmu, uint32_t *type)
{
    char text[32];
    long value;
    pm_sysfs_text(pmu, "type", text, sizeof text);
    if (!pm_number_long(text, 0, INT32_MAX, &value))
        return false;
    *type = (uint32_t)value;
    return true;
}

/* "event=0x02" */
static bool read_config(const char *pmu, const char *file, uint64_t *config)
{
    char text[64], *end;
    pm_sysfs_text(pmu, file, text, sizeof text);
    if (strncmp(text, "event=", 6) != 0)
        return false;
    errno = 0;
    *config = strtoull(text + 6, &end, 0);
    return errno == 0 && end != text + 6 && *end == '\0';
}

static bool read_event(const char *pmu, const char *name, struct event *e)
{
    char file[64], text[64];
    snprintf(file, sizeof file, "events/%s", name);
    if (!read_type(pmu, &e->type) || !read_config(pmu, file, &e->config))
        return false;
    snprintf(file, sizeof file, "events/%s.unit", name);
    pm_sysfs_text(pmu, file, text, sizeof text);
    if (strcmp(text, "Joules") != 0)
        return false;
    snprintf(file, sizeof file, "events/%s.scale", name);
    pm_sysfs_text(pmu, file, text, sizeof text);
    return pm_number_double(text, &e->scale) && e->scale > 0;
}

/* The next processor of a list like "0,18-19"; false at its end or when it is no such list. */
static bool next_cpu(const char **list, long *cpu, long *last)
{
    if (*cpu < *last) {
        ++*cpu;
        return true;
    }
    char *end;
    const long first = strtol(*list, &end, 10);
    if (end == *list)
        return false;
    *cpu = *last = first;
    if (*end == '-') {
        const char *to = end + 1;
        *last = strtol(to, &end, 10);
        if (end == to)
            return false;
    }
    *list = *end == ',' ? end + 1 : end;
    return first >= 0 && *last >= first && *last < CPUS_MAX;
}

/* ---- opening ---- */

static enum pm_found refuse_open(const char *name, int cause, struct pm_refusal *why)
{
    pm_refuse(why, PM_REFUSED, "", "perf does not give its event power/%s: %s", name,
              strerror(cause));
    if (cause == EACCES || cause == EPERM)
        snprintf(why->remedy, sizeof why->remedy,
                 "sudo sysctl kernel.perf_event_paranoid=0 (until the next start), or the "
                 "capability CAP_PERFMON; in a container: --cap-add PERFMON");
    return PM_REFUSED;
}

/* Energy is a package's, so it is counted system-wide on the one processor of each package that
 * the PMU names. */
static enum pm_found add_event(struct perf *p, const char *name, const struct event *e,
                               const char *cpus, struct pm_refusal *why)
{
    struct perf_event_attr attr = {.size = sizeof attr, .type = e->type, .config = e->config};
    const size_t before = p->n;
    const char *rest = cpus;
    for (long cpu = 0, last = -1; next_cpu(&rest, &cpu, &last);) {
        if (p->n == FDS_MAX)
            return pm_refuse(why, PM_REFUSED, "", "perf counts power on more than %d processors",
                             FDS_MAX);
        const int fd =
            (int)syscall(SYS_perf_event_open, &attr, -1, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC);
        if (fd < 0)
            return refuse_open(name, errno, why);
        p->scale[p->n] = e->scale;
        p->fd[p->n++] = fd;
    }
    return p->n > before && *rest == '\0'
               ? PM_FOUND
               : pm_refuse(why, PM_REFUSED, "", "perf's " PMU "/cpumask says \"%s\"", cpus);
}

static enum pm_found open_events(const char *pmu, struct perf *p, struct pm_refusal *why)
{
    char cpus[256];
    struct event package, ram;
    if (!read_event(pmu, "energy-pkg", &package))
        return pm_refuse(why, PM_ABSENT, "", "%s/events/energy-pkg is missing or in no known form",
                         pmu);
    pm_sysfs_text(pmu, "cpumask", cpus, sizeof cpus);
    const enum pm_found found = add_event(p, "energy-pkg", &package, cpus, why);
    if (found != PM_FOUND)
        return found;
    p->source.limit_w = PACKAGE_W * (double)p->n;
    const bool dram = read_event(pmu, "energy-ram", &ram);
    p->source.scope = dram ? PM_SCOPE_PACKAGE_DRAM : PM_SCOPE_PACKAGE;
    snprintf(p->source.name, sizeof p->source.name, "perf: energy-pkg%s",
             dram ? " + energy-ram" : "");
    return dram ? add_event(p, "energy-ram", &ram, cpus, why) : PM_FOUND;
}

enum pm_found pm_perf_open(const char *sys, struct pm_source **out, struct pm_refusal *why)
{
    static const struct pm_source_ops ops = {perf_read, perf_close};
    char pmu[PM_SYSFS_PATH];
    if (!pm_sysfs_join(pmu, sys, PMU) || access(pmu, F_OK) != 0)
        return pm_refuse(why, PM_ABSENT, "", "there is no %s/" PMU, sys);
    struct perf *p = calloc(1, sizeof *p);
    if (p == NULL)
        return PM_FOUND_NOMEM;
    p->source = (struct pm_source){.ops = &ops,
                                   .kind = PM_COUNTER,
                                   .period_ms = PERIOD_MS,
                                   .gain_rel = GAIN_REL,
                                   .guard_ms = GUARD_MS};
    const enum pm_found found = open_events(pmu, p, why);
    if (found == PM_FOUND)
        *out = &p->source;
    else
        perf_close(&p->source);
    return found;
}
