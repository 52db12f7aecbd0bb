/* SPDX-License-Identifier: MIT
 * What the state of the machine says against trusting a whole campaign. */
#include "meter/guard.h"

#include "meter/device.h"

#include <math.h>
#include <string.h>

#define CPUS_MAX 1024

static double lowest_ratio(const char *root)
{
    unsigned cpu[CPUS_MAX];
    const size_t n = pm_signs_clocked(root, cpu, CPUS_MAX);
    double lowest = (double)NAN;
    for (size_t i = 0; i < n; i++) {
        double now, max;
        if (pm_signs_mhz(root, cpu[i], "scaling_cur_freq", &now) &&
            pm_signs_mhz(root, cpu[i], "cpuinfo_max_freq", &max))
            lowest = fmin(lowest, now / max); /* fmin ignores NAN */
    }
    return lowest;
}

static double known_or(double value, double otherwise)
{
    return isnan(value) ? otherwise : value;
}

struct pm_guard pm_guard_read(const char *root)
{
    const struct pm_signs s = pm_signs_read(root);
    const bool counted = !isnan(s.core_throttles) || !isnan(s.package_throttles);
    return (struct pm_guard){.swap_pages = known_or(s.swap_pages, 0),
                             .throttle_events = counted ? known_or(s.core_throttles, 0) +
                                                              known_or(s.package_throttles, 0)
                                                        : -1,
                             .max_temp_c = s.hottest_c,
                             .min_freq_ratio = lowest_ratio(root)};
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
    if (now->max_temp_c > PM_HOT_CELSIUS)
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
    if (before != NULL && now->throttle_events > before->throttle_events)
        found[n++] = pm_arena_printf(arena, "the CPU throttled %.0f times while measuring",
                                     now->throttle_events - before->throttle_events);
    if (before != NULL && now->swap_pages > before->swap_pages)
        found[n++] = pm_arena_dup(arena, "the machine swapped while measuring");
    if (before != NULL && now->min_freq_ratio < PM_SLOW_CLOCK * before->min_freq_ratio)
        found[n++] = pm_arena_printf(arena, "a core's clock fell to %.0f %% of its highest",
                                     100 * now->min_freq_ratio);
    for (size_t i = 0; i < n; i++) {
        if (found[i] != NULL)
            warning[kept++] = found[i];
    }
    return kept;
}
