/* SPDX-License-Identifier: MIT */
#include "advise/disturbance.h"

#include "base/arena.h"
#include "record/profile.h"
#include "stats/latency.h"

#include <math.h>
#include <stdio.h>

bool pm_entry_is_disturbed(const struct pm_entry *e)
{
    if (e->conditions.load != NULL)
        return false;
    if (!isnan(e->other_cpu_pct))
        return e->other_cpu_pct > 100 * PM_OTHERS_SHARE;
    return pm_waited_share(e->ms, e->delay_ms, e->n) > PM_WAITED_SHARE; /* false when not known */
}

/* One digit more near the 5 % that matter. */
static const char *per_cent(double pct, char *out, size_t size)
{
    snprintf(out, size, pct < 9.95 ? "%.1f" : "%.0f", pct);
    return out;
}

const char *pm_entry_disturbance(const struct pm_entry *e, struct pm_arena *arena)
{
    if (!pm_entry_is_disturbed(e))
        return NULL;
    char share[20];
    if (!isnan(e->other_cpu_pct))
        return pm_arena_printf(arena,
                               "measured beside other work that used %s %% of the processors",
                               per_cent(e->other_cpu_pct, share, sizeof share));
    return pm_arena_printf(arena,
                           "measured beside other work that it waited for %.0f %% of its time",
                           100 * pm_waited_share(e->ms, e->delay_ms, e->n));
}
