/* SPDX-License-Identifier: MIT */
#include "sensor/zone.h"

#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UJ           1e-6
#define LIMIT_W      1000.0 /* of a zone that does not say its own: no socket draws that */
#define LIMIT_FACTOR 4.0    /* constraint_0_max_power is for the long term; peaks are higher */
#define PERIOD_MS    1.0    /* Intel's manual: about 1 ms */
#define GAIN_REL     0.05
/* The counter moves in steps of its period, and of our own delay between read and clock: over a
 * short time the power it implies may be far too high without anything being wrong. */
#define SLACK_MS 50.0
/* Read four times a lap at 250 W: a wrap is never missed below 1 kW. */
#define GUARD_W      1000.0
#define GUARD_MIN_MS 20.0
#define GUARD_MAX_MS 5000.0

bool pm_zone_at(struct pm_zone *z, const char *dir)
{
    memset(z, 0, sizeof *z);
    const int n = snprintf(z->dir, sizeof z->dir, "%s", dir);
    if (n < 0 || (size_t)n >= sizeof z->dir)
        return false;
    pm_sysfs_text(dir, "name", z->name, sizeof z->name);
    return z->name[0] != '\0';
}

static int read_counter(const struct pm_zone *z, char path[PM_SYSFS_PATH], double *uj,
                        double *at_ms)
{
    if (!pm_sysfs_join(path, z->dir, "energy_uj"))
        return ENAMETOOLONG;
    const int error = pm_sysfs_number(path, uj);
    *at_ms = pm_clock_ms();
    return error;
}

static enum pm_reading read_zone(struct pm_zone *z, double *at_ms, char *why, size_t why_size)
{
    char path[PM_SYSFS_PATH];
    double now_uj = 0;
    const int error = read_counter(z, path, &now_uj, at_ms);
    if (error != 0)
        return pm_sysfs_judge(path, error, why, why_size);
    const double before_uj = z->last_uj, took_ms = *at_ms - z->last_ms;
    z->last_uj = now_uj; /* also after a reset: the next window may start from here */
    z->last_ms = *at_ms;
    double delta_uj = now_uj - before_uj;
    if (delta_uj < 0) {
        delta_uj += z->range_uj;
        const double most_uj = z->limit_w * (took_ms + SLACK_MS) * 1e-3 / UJ;
        if (!(delta_uj >= 0 && delta_uj <= most_uj)) { /* NAN too */
            snprintf(why, why_size, "%s went back from %.0f to %.0f uJ in %.0f ms: it was reset",
                     path, before_uj, now_uj, took_ms);
            return PM_READING_BROKEN;
        }
    }
    z->total_j += delta_uj * UJ;
    return PM_READING_OK;
}

static enum pm_reading zones_read(struct pm_source *s, double wait_ms, double *value, double *at_ms,
                                  char *why, size_t why_size)
{
    (void)wait_ms;
    struct pm_zones *zones = (struct pm_zones *)s;
    double total_j = 0;
    for (size_t i = 0; i < zones->n; i++) {
        const enum pm_reading r = read_zone(&zones->zone[i], at_ms, why, why_size);
        if (r != PM_READING_OK)
            return r; /* what the zones before it counted shows at the next reading */
        total_j += zones->zone[i].total_j;
    }
    *value = total_j;
    return PM_READING_OK;
}

static void zones_close(struct pm_source *s)
{
    free(s);
}

struct pm_zones *pm_zones_new(size_t max)
{
    static const struct pm_source_ops ops = {zones_read, zones_close};
    struct pm_zones *zones = calloc(1, sizeof *zones + max * sizeof zones->zone[0]);
    if (zones != NULL)
        zones->source = (struct pm_source){.ops = &ops, .kind = PM_COUNTER};
    return zones;
}

static void read_bounds(struct pm_zone *z)
{
    char path[PM_SYSFS_PATH];
    double value;
    z->range_uj = (double)NAN;
    if (pm_sysfs_join(path, z->dir, "max_energy_range_uj") && pm_sysfs_number(path, &value) == 0 &&
        value > 0)
        z->range_uj = value;
    z->limit_w = LIMIT_W;
    if (pm_sysfs_join(path, z->dir, "constraint_0_max_power_uw") &&
        pm_sysfs_number(path, &value) == 0 && value > 0)
        z->limit_w = LIMIT_FACTOR * value * UJ;
}

enum pm_found pm_zones_start(struct pm_zones *zones, struct pm_refusal *why)
{
    struct pm_source *s = &zones->source;
    s->period_ms = PERIOD_MS;
    s->gain_rel = GAIN_REL;
    s->guard_ms = GUARD_MAX_MS;
    for (size_t i = 0; i < zones->n; i++) {
        struct pm_zone *z = &zones->zone[i];
        char path[PM_SYSFS_PATH];
        read_bounds(z);
        const int error = read_counter(z, path, &z->last_uj, &z->last_ms);
        if (error != 0)
            return pm_sysfs_refuse(path, error, why);
        s->limit_w += z->limit_w;
        const double lap_ms = z->range_uj * UJ / GUARD_W * 1e3;
        if (lap_ms < s->guard_ms)
            s->guard_ms = fmax(lap_ms, GUARD_MIN_MS);
    }
    return PM_FOUND;
}
