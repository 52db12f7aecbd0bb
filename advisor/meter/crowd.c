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

/* "1234 (a name) S 1 ...": the name may hold spaces and brackets; times are the 14th and 15th. */
static bool take_stat(char *text, struct pm_crowd_one *out, long *parent)
{
    char *name = strchr(text, '('), *end = strrchr(text, ')');
    unsigned long user, system;
    if (name == NULL || end == NULL || end < name)
        return false;
    *end = '\0';
    snprintf(out->name, sizeof out->name, "%.15s", name + 1);
    if (sscanf(end + 1, " %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", parent, &user,
               &system) != 3)
        return false;
    out->busy_s = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
    return true;
}

static bool read_process(const char *root, long pid, struct pm_crowd_one *out, long *parent)
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
    out->pid = pid;
    return take_stat(text, out, parent);
}

static int by_pid(const void *a, const void *b)
{
    const struct pm_crowd_one *x = a, *y = b;
    return (x->pid > y->pid) - (x->pid < y->pid);
}

/* Calls take for every process but this one. */
static void each_process(const char *root,
                         void (*take)(void *to, const struct pm_crowd_one *one, long parent),
                         void *to)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/proc", root);
    DIR *dir = opendir(path);
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        struct pm_crowd_one one;
        char *end;
        long parent;
        const long pid = strtol(entry->d_name, &end, 10);
        if (*end == '\0' && pid > 0 && pid != (long)getpid() &&
            read_process(root, pid, &one, &parent))
            take(to, &one, parent);
    }
    if (dir != NULL)
        closedir(dir);
}

static void take_other(void *to, const struct pm_crowd_one *one, long parent)
{
    struct pm_crowd *crowd = to;
    if (parent != (long)getpid() && crowd->one != NULL && crowd->n < PROCESSES_MAX)
        crowd->one[crowd->n++] = *one;
}

void pm_crowd_read(const char *root, struct pm_arena *arena, struct pm_crowd *out)
{
    struct pm_crowd crowd = {.one = pm_arena_alloc(arena, PROCESSES_MAX, sizeof *crowd.one)};
    each_process(root, take_other, &crowd);
    if (crowd.n > 0)
        qsort(crowd.one, crowd.n, sizeof *crowd.one, by_pid);
    *out = crowd;
}

static void take_child(void *to, const struct pm_crowd_one *one, long parent)
{
    double *sum = to;
    *sum += parent == (long)getpid() ? one->busy_s : 0;
}

double pm_crowd_children_s(void)
{
    double sum = 0;
    each_process("", take_child, &sum);
    return sum;
}

/* What each process of b used since a: to b's busy_s, summed over those of one name. */
static void sum_names(const struct pm_crowd *a, struct pm_crowd *b)
{
    size_t names = 0;
    for (size_t i = 0; i < b->n; i++) {
        struct pm_crowd_one one = b->one[i];
        const struct pm_crowd_one *was =
            a->n > 0 ? bsearch(&one, a->one, a->n, sizeof one, by_pid) : NULL;
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
    const double pct = 100 / seconds, most = pct * used.one[0].busy_s;
    const double next = used.n > 1 ? pct * used.one[1].busy_s : 0;
    if (!(most >= LEAST_PCT))
        return NULL;
    pm_text_printable(used.one[0].name, first, sizeof first);
    if (next < LEAST_PCT)
        return pm_arena_printf(arena, "%s %.0f %%", first, most);
    pm_text_printable(used.one[1].name, second, sizeof second);
    return pm_arena_printf(arena, "%s %.0f %%, %s %.0f %%", first, most, second, next);
}
