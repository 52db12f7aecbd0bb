/* SPDX-License-Identifier: MIT
 * Batteries. What flows out of one is all that the board draws, but only while nothing else feeds
 * it: charging, full or on mains, the figure is the charger's. Some laptops have two and empty one
 * after the other, so those that discharge are summed. */
#include "sensor/source.h"

#include "base/clock.h"
#include "sensor/sysfs.h"
#include "sensor/words.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATTERIES 4
#define PERIOD_MS 1000.0 /* ACPI keeps what firmware said for a second */
#define GAIN_REL  0.10
#define LIMIT_W   500.0

struct battery {
    struct pm_source source;
    size_t n;
    char dir[BATTERIES][PM_SYSFS_PATH];
};

/* Mice and headsets have batteries of their own, which say so. What USB-C negotiated (UCSI) is no
 * measurement, and its type is no Battery. */
static bool is_ours(const char *dir)
{
    char type[32], scope[32];
    pm_sysfs_text(dir, "type", type, sizeof type);
    pm_sysfs_text(dir, "scope", scope, sizeof scope);
    return strcmp(type, "Battery") == 0 && strcmp(scope, "Device") != 0 &&
           strncmp(pm_sysfs_base(dir), "ucsi", 4) != 0;
}

/* 0 and watts, or what pm_sysfs_number says of path. The sign means discharging in one driver and
 * nothing in another: the status alone decides. */
static int read_watts(const char *dir, char path[PM_SYSFS_PATH], double *watts)
{
    double power_uw, current_ua, voltage_uv;
    if (!pm_sysfs_join(path, dir, "power_now"))
        return ENAMETOOLONG;
    int error = pm_sysfs_signed(path, &power_uw);
    if (error == 0)
        *watts = fabs(power_uw) * 1e-6;
    if (error != ENOENT)
        return error;
    pm_sysfs_join(path, dir, "current_now");
    error = pm_sysfs_signed(path, &current_ua);
    if (error != 0)
        return error;
    pm_sysfs_join(path, dir, "voltage_now");
    error = pm_sysfs_number(path, &voltage_uv);
    if (error == 0)
        *watts = fabs(current_ua) * voltage_uv * 1e-12;
    return error;
}

enum flow { FLOW_OUT, FLOW_IDLE, FLOW_IN, FLOW_UNREADABLE };

static enum flow read_flow(const char *dir, char *status, size_t size)
{
    pm_sysfs_text(dir, "status", status, size);
    if (strcmp(status, "Discharging") == 0)
        return FLOW_OUT;
    if (status[0] == '\0')
        return FLOW_UNREADABLE;
    return strcmp(status, "Charging") == 0 ? FLOW_IN : FLOW_IDLE;
}

/* The watts that flow out of all; why says which file or state forbids it. *error is not 0 when it
 * is a file. */
static enum pm_reading sum(const struct battery *b, double *watts, char *why, size_t size,
                           int *error)
{
    char path[PM_SYSFS_PATH], status[32];
    size_t flowing = 0;
    *watts = 0;
    *error = 0;
    for (size_t i = 0; i < b->n; i++) {
        const enum flow flow = read_flow(b->dir[i], status, sizeof status);
        if (flow != FLOW_OUT) {
            if (flowing == 0 || flow != FLOW_IDLE)
                snprintf(why, size, "%s %s%s", b->dir[i],
                         flow == FLOW_UNREADABLE ? "does not say its status" : "is ",
                         flow == FLOW_UNREADABLE ? "" : status);
            if (flow != FLOW_IDLE)
                return PM_READING_BROKEN;
            continue;
        }
        double one_w = 0;
        *error = read_watts(b->dir[i], path, &one_w);
        if (*error != 0)
            return pm_sysfs_judge(path, *error, why, size);
        *watts += one_w;
        flowing++;
    }
    return flowing > 0 ? PM_READING_OK : PM_READING_BROKEN;
}

static enum pm_reading battery_read(struct pm_source *s, double wait_ms, double *value,
                                    double *at_ms, char *why, size_t why_size)
{
    (void)wait_ms;
    double watts;
    int error;
    const enum pm_reading r = sum((const struct battery *)s, &watts, why, why_size, &error);
    *at_ms = pm_clock_ms();
    if (r == PM_READING_OK)
        *value = watts;
    return r;
}

static void battery_close(struct pm_source *s)
{
    free(s);
}

static enum pm_found start(struct battery *b, struct pm_refusal *why)
{
    double watts;
    int error;
    struct pm_source *s = &b->source;
    why->remedy[0] = '\0';
    if (sum(b, &watts, why->reason, sizeof why->reason, &error) == PM_READING_BROKEN) {
        if (error == 0)
            snprintf(why->remedy, sizeof why->remedy,
                     "unplug the mains: a battery tells the board's power only while it "
                     "discharges");
        return PM_REFUSED;
    }
    s->kind = PM_GAUGE;
    s->scope = PM_SCOPE_BOARD;
    s->period_ms = PERIOD_MS;
    s->settle_ms = PERIOD_MS;
    s->gain_rel = GAIN_REL;
    s->limit_w = LIMIT_W;
    snprintf(s->name, sizeof s->name, "battery:");
    for (size_t i = 0; i < b->n; i++)
        pm_sysfs_append(s->name, sizeof s->name, i > 0 ? " + " : " ", pm_sysfs_base(b->dir[i]));
    return PM_FOUND;
}

enum pm_found pm_battery_open(const char *sys, struct pm_source **out, struct pm_refusal *why)
{
    static const struct pm_source_ops ops = {battery_read, battery_close};
    glob_t supplies;
    enum pm_found found = PM_FOUND_NOMEM;
    struct battery *b = calloc(1, sizeof *b);
    if (!pm_sysfs_glob(sys, "class/power_supply/*", &supplies) || b == NULL)
        goto out;
    b->source.ops = &ops;
    for (size_t i = 0; i < supplies.gl_pathc && b->n < BATTERIES; i++) {
        const char *dir = supplies.gl_pathv[i];
        if (is_ours(dir) && strlen(dir) + 16 < sizeof b->dir[0])
            snprintf(b->dir[b->n++], sizeof b->dir[0], "%s", dir);
    }
    found = b->n > 0 ? start(b, why)
                     : pm_refuse(why, PM_ABSENT, "", "%s/class/power_supply has no battery", sys);
    if (found == PM_FOUND) {
        *out = &b->source;
        b = NULL;
    }
out:
    globfree(&supplies);
    free(b);
    return found;
}
