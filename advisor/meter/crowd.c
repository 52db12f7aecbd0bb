/* SPDX-License-Identifier: MIT */
#include "meter/crowd.h"

#include "base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROCESSES_MAX 8192
#define LEAST_PCT     5.0

/* "1234 (a name) S 1 ...": the name may hold spaces and brackets; times are the 14th and 15th,
 * those of children that it waited for the two behind them. */
static bool take_stat(char *text, struct pm_crowd_one *out)
{
    char *name = strchr(text, '('), *end = strrchr(text, ')');
    unsigned long user, system;
    long waited_user, waited_system;
    if (name == NULL || end == NULL || end < name)
        return false;
    *end = '\0';
    snprintf(out->name, sizeof out->name, "%.15s", name + 1);
    if (sscanf(end + 1, " %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld",
               &out->parent, &user, &system, &waited_user, &waited_system) != 5)
        return false;
    const double second = (double)sysconf(_SC_CLK_TCK);
    out->busy_s = (double)(user + system) / second;
    out->waited_s = (double)(waited_user + waited_system) / second;
    return true;
}

static bool read_process(const char *root, long pid, struct pm_crowd_one *out)
{
    char path[PATH_MAX], text[1024];
    snprintf(path, sizeof path, "%s/proc/%ld/stat", root, pid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    if (got <= 0)
        return false;
    text[got] = '\0';
    *out = (struct pm_crowd_one){.pid = pid};
    return take_stat(text, out);
}

static int by_pid(const void *a, const void *b)
{
    const struct pm_crowd_one *x = a, *y = b;
    return (x->pid > y->pid) - (x->pid < y->pid);
}

static const struct pm_crowd_one *find(const struct pm_crowd *crowd, long pid)
{
    const struct pm_crowd_one key = {.pid = pid};
    return crowd->n > 0 ? bsearch(&key, crowd->one, crowd->n, sizeof key, by_pid) : NULL;
}

/* A shell that starts an engine, a command that reads a sensor: whatever descends from us. */
static void mark_ours(struct pm_crowd *crowd)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < crowd->n; i++) {
            struct pm_crowd_one *one = &crowd->one[i];
            const struct pm_crowd_one *parent = find(crowd, one->parent);
            const bool ours = one->parent == (long)getpid() || (parent != NULL && parent->ours);
            more = more || (ours && !one->ours);
            one->ours = ours;
        }
    }
}

void pm_crowd_read(const char *root, struct pm_arena *arena, struct pm_crowd *out)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/proc", root);
    DIR *dir = opendir(path);
    const struct dirent *entry;
    struct pm_crowd crowd = {.one = pm_arena_alloc(arena, PROCESSES_MAX, sizeof *crowd.one)};
    while (dir != NULL && crowd.one != NULL && crowd.n < PROCESSES_MAX &&
           (entry = readdir(dir)) != NULL) {
        char *end;
        const long pid = strtol(entry->d_name, &end, 10);
        crowd.n += *end == '\0' && pid > 0 && pid != (long)getpid() &&
                   read_process(root, pid, &crowd.one[crowd.n]);
    }
    if (dir != NULL)
        closedir(dir);
    if (crowd.n > 0)
        qsort(crowd.one, crowd.n, sizeof *crowd.one, by_pid);
    mark_ours(&crowd);
    *out = crowd;
}

double pm_crowd_ours_s(void)
{
    struct pm_arena scratch = {0};
    struct pm_crowd crowd;
    double sum = 0;
    pm_crowd_read("", &scratch, &crowd);
    for (size_t i = 0; i < crowd.n; i++)
        sum += crowd.one[i].ours ? crowd.one[i].busy_s + crowd.one[i].waited_s : 0;
    pm_arena_done(&scratch);
    return sum;
}

/* What each other process of b used since a: to b's busy_s, summed over those of one name. */
static void sum_names(const struct pm_crowd *a, struct pm_crowd *b)
{
    size_t names = 0;
    for (size_t i = 0; i < b->n; i++) {
        struct pm_crowd_one one = b->one[i];
        const struct pm_crowd_one *was = find(a, one.pid);
        if (one.ours)
            continue;
        one.busy_s -= was != NULL ? was->busy_s : 0;
        size_t at = 0;
        while (at < names && strcmp(b->one[at].name, one.name) != 0)
            at++;
        if (at == names)
            b->one[names++] = one;
        else
            b->one[at].busy_s += one.busy_s;
    }
    b->n = names;
}

static int by_use(const void *a, const void *b)
{
    const struct pm_crowd_one *x = a, *y = b;
    return (x->busy_s < y->busy_s) - (x->busy_s > y->busy_s);
}

const char *pm_crowd_busiest(const struct pm_crowd *a, const struct pm_crowd *b, double seconds,
                             struct pm_arena *arena)
{
    struct pm_crowd used = {.one = pm_arena_alloc(arena, b->n + 1, sizeof *used.one), .n = b->n};
    char first[4 * PM_CROWD_NAME], second[4 * PM_CROWD_NAME];
    if (used.one == NULL || b->n == 0)
        return NULL;
    memcpy(used.one, b->one, b->n * sizeof *used.one);
    sum_names(a, &used);
    qsort(used.one, used.n, sizeof *used.one, by_use);
    const double pct = 100 / seconds, most = used.n > 0 ? pct * used.one[0].busy_s : 0;
    const double next = used.n > 1 ? pct * used.one[1].busy_s : 0;
    if (!(most >= LEAST_PCT))
        return NULL;
    pm_text_printable(used.one[0].name, first, sizeof first);
    if (next < LEAST_PCT)
        return pm_arena_printf(arena, "%s %.0f %%", first, most);
    pm_text_printable(used.one[1].name, second, sizeof second);
    return pm_arena_printf(arena, "%s %.0f %%, %s %.0f %%", first, most, second, next);
}
