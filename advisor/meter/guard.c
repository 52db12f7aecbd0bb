/* SPDX-License-Identifier: MIT
 * What makes a measurement untrustworthy. A missing indicator is no warning by itself: most boards
 * lack some; `pickmodel doctor` (later) lists them. */
#include "meter/device.h"

#include "base/file.h"
#include "base/number.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BUSY_LOAD   0.5  /* runnable tasks beside ours that already disturb a run */
#define SLOW_CLOCK  0.98 /* of the highest frequency */
#define HOT_CELSIUS 80.0
#define CPUS_MAX    1024
#define HOLE_MAX    8 /* numbers may have holes, no larger than this */
#define ZONES_MAX   64

static bool number_at(const char *root, const char *path, double *out)
{
    char full[PATH_MAX], line[128];
    const char *rest;
    snprintf(full, sizeof full, "%s%s", root, path);
    return pm_file_first_line(full, line, sizeof line) && pm_number_prefix(line, out, &rest);
}

static double read_swap(const char *root)
{
    char full[PATH_MAX], line[256];
    double total = 0;
    snprintf(full, sizeof full, "%s/proc/vmstat", root);
    FILE *f = fopen(full, "re");
    if (f == NULL)
        return 0;
    while (fgets(line, sizeof line, f) != NULL) {
        double value;
        const char *rest;
        if ((strncmp(line, "pswpin ", 7) == 0 && pm_number_prefix(line + 7, &value, &rest)) ||
            (strncmp(line, "pswpout ", 8) == 0 && pm_number_prefix(line + 8, &value, &rest)))
            total += value;
    }
    fclose(f);
    return total;
}

static void read_cpus(const char *root, struct pm_guard *g)
{
    for (int i = 0, missing = 0; i < CPUS_MAX && missing < HOLE_MAX; i++) {
        char path[128], full[PATH_MAX];
        double now, max, events;
        snprintf(full, sizeof full, "%s/sys/devices/system/cpu/cpu%d", root, i);
        missing = access(full, F_OK) == 0 ? 0 : missing + 1;
        if (missing > 0)
            continue;
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq", i);
        const bool has_now = number_at(root, path, &now);
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/cpuinfo_max_freq", i);
        if (has_now && number_at(root, path, &max) && max > 0)
            g->min_freq_ratio = fmin(g->min_freq_ratio, now / max); /* fmin ignores NAN */
        snprintf(path, sizeof path,
                 "/sys/devices/system/cpu/cpu%d/thermal_throttle/core_throttle_count", i);
        if (number_at(root, path, &events))
            g->throttle_events = fmax(g->throttle_events, 0) + events;
    }
}

struct pm_guard pm_guard_read(const char *root)
{
    struct pm_guard g = {.load = -1,
                         .throttle_events = -1,
                         .max_temp_c = (double)NAN,
                         .min_freq_ratio = (double)NAN};
    double value;
    if (number_at(root, "/proc/loadavg", &value))
        g.load = value;
    g.swap_pages = read_swap(root);
    read_cpus(root, &g);
    for (int i = 0; i < ZONES_MAX; i++) {
        char path[128];
        snprintf(path, sizeof path, "/sys/class/thermal/thermal_zone%d/temp", i);
        if (number_at(root, path, &value)) /* numbers may have holes */
            g.max_temp_c = fmax(g.max_temp_c, value / 1000);
    }
    return g;
}

static void state_warnings(const struct pm_board *board, const struct pm_guard *now,
                           struct pm_arena *arena, const char **out, size_t *n)
{
    if (board->governor != NULL && strcmp(board->governor, "performance") != 0)
        out[(*n)++] = pm_arena_printf(arena,
                                      "CPU governor is %s: latency depends on what ran before "
                                      "(cpupower frequency-set -g performance)",
                                      board->governor);
    if (board->virtual_machine)
        out[(*n)++] =
            pm_arena_dup(arena, "this is a virtual machine: other guests share its cores");
    if (now->max_temp_c > HOT_CELSIUS)
        out[(*n)++] =
            pm_arena_printf(arena, "the board is hot (%.0f C): it may throttle", now->max_temp_c);
}

size_t pm_guard_warnings(const struct pm_board *board, const struct pm_guard *before,
                         const struct pm_guard *now, struct pm_arena *arena,
                         const char *warning[PM_GUARD_WARNINGS])
{
    const char *found[PM_GUARD_WARNINGS];
    size_t n = 0, kept = 0;
    state_warnings(board, now, arena, found, &n);
    const struct pm_guard *quiet = before != NULL ? before : now;
    if (quiet->load > BUSY_LOAD)
        found[n++] = pm_arena_printf(arena, "other work was running (load %.1f before the start)",
                                     quiet->load);
    if (before != NULL && now->throttle_events > before->throttle_events)
        found[n++] = pm_arena_printf(arena, "the CPU throttled %.0f times while measuring",
                                     now->throttle_events - before->throttle_events);
    if (before != NULL && now->swap_pages > before->swap_pages)
        found[n++] = pm_arena_dup(arena, "the machine swapped while measuring");
    if (before != NULL && now->min_freq_ratio < SLOW_CLOCK * before->min_freq_ratio)
        found[n++] = pm_arena_printf(arena, "a core's clock fell to %.0f %% of its highest",
                                     100 * now->min_freq_ratio);
    for (size_t i = 0; i < n; i++) {
        if (found[i] != NULL)
            warning[kept++] = found[i];
    }
    return kept;
}
