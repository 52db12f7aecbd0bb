/* SPDX-License-Identifier: MIT
 * Powercap beside RAPL's packages: a zone that the user named, and Arm's SCMI. */
#include "sensor/source.h"

#include "base/clock.h"
#include "sensor/sysfs.h"
#include "sensor/words.h"
#include "sensor/zone.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UW          1e-6
#define GAIN_REL    0.05
#define LIMIT_W     1000.0 /* a zone */
#define WATTS_FILES 32

/* ---- power_uw: a gauge over some zones ---- */

struct watts {
    struct pm_source source;
    size_t n;
    char path[WATTS_FILES][PM_SYSFS_PATH];
};

static enum pm_reading watts_read(struct pm_source *s, double wait_ms, double *value, double *at_ms,
                                  char *why, size_t why_size)
{
    (void)wait_ms;
    const struct watts *w = (const struct watts *)s;
    double sum_w = 0;
    for (size_t i = 0; i < w->n; i++) {
        double uw = 0;
        const int error = pm_sysfs_number(w->path[i], &uw);
        if (error != 0)
            return pm_sysfs_judge(w->path[i], error, why, why_size);
        sum_w += uw * UW;
    }
    *at_ms = pm_clock_ms();
    *value = sum_w;
    return PM_READING_OK;
}

static void watts_close(struct pm_source *s)
{
    free(s);
}

static struct watts *watts_new(const char *name)
{
    static const struct pm_source_ops ops = {watts_read, watts_close};
    struct watts *w = calloc(1, sizeof *w);
    if (w != NULL) {
        w->source = (struct pm_source){
            .ops = &ops, .kind = PM_GAUGE, .gain_rel = GAIN_REL, .period_ms = (double)NAN};
        snprintf(w->source.name, sizeof w->source.name, "%s", name);
    }
    return w;
}

/* SCMI's firmware averages over an interval, which powercap shows as the first constraint's. */
static enum pm_found watts_add(struct watts *w, const char *dir, struct pm_refusal *why)
{
    char path[PM_SYSFS_PATH];
    double value, window_us;
    if (w->n == WATTS_FILES || !pm_sysfs_join(w->path[w->n], dir, "power_uw"))
        return pm_refuse(why, PM_REFUSED, "", "there are more zones than %d, or longer names",
                         WATTS_FILES);
    const int error = pm_sysfs_number(w->path[w->n], &value);
    if (error != 0 && !pm_sysfs_lost(error))
        return pm_sysfs_refuse(w->path[w->n], error, why);
    w->n++;
    w->source.limit_w += LIMIT_W;
    if (pm_sysfs_join(path, dir, "constraint_0_time_window_us") &&
        pm_sysfs_number(path, &window_us) == 0 && window_us > 0) {
        w->source.period_ms = fmax(w->source.period_ms, window_us * 1e-3); /* ignores NAN */
        w->source.settle_ms = w->source.period_ms;
    }
    return PM_FOUND;
}

/* ---- Arm SCMI ---- */

/* What a top-level domain covers is the firmware's secret: a cluster, the chip, or more. They are
 * named for the narrowest claim that is safe, the processor package, so that nobody takes them for
 * what the battery feeds. One that cannot be read would make the sum short: all or none. */
enum pm_found pm_scmi_open(const char *sys, struct pm_source **out, struct pm_refusal *why)
{
    glob_t zones;
    enum pm_found found = PM_FOUND_NOMEM;
    struct watts *w = NULL;
    if (!pm_sysfs_glob(sys, "class/powercap/arm-scmi:*", &zones))
        goto out;
    found = pm_refuse(why, PM_ABSENT, "", "%s/class/powercap has no arm-scmi zone", sys);
    for (size_t i = 0; i < zones.gl_pathc; i++) {
        const char *dir = zones.gl_pathv[i];
        if (strchr(strchr(pm_sysfs_base(dir), ':') + 1, ':') != NULL)
            continue; /* a part of another zone */
        if (w == NULL && (w = watts_new("scmi:")) == NULL) {
            found = PM_FOUND_NOMEM;
            goto out;
        }
        found = watts_add(w, dir, why);
        if (found != PM_FOUND)
            goto out;
        char name[64];
        pm_sysfs_text(dir, "name", name, sizeof name);
        pm_sysfs_append(w->source.name, sizeof w->source.name, w->n > 1 ? " + " : " ", name);
    }
    if (found == PM_FOUND && w != NULL) {
        w->source.scope = PM_SCOPE_PACKAGE;
        *out = &w->source;
        w = NULL;
    }
out:
    free(w);
    globfree(&zones);
    return found;
}

/* ---- a zone that the user named ---- */

static enum pm_scope scope_of(const char *name)
{
    if (strncmp(name, "psys", 4) == 0)
        return PM_SCOPE_PLATFORM;
    if (strncmp(name, "package-", 8) == 0)
        return PM_SCOPE_PACKAGE;
    return PM_SCOPE_UNKNOWN; /* a part of a package, its memory, or the firmware's own name */
}

static bool is_mmio(const char *dir)
{
    return strstr(pm_sysfs_base(dir), "-mmio:") != NULL;
}

/* Index of the zone in dirs by its folder or else its name, dirs->gl_pathc when there is none;
 * others: those of the same name. The mmio twin repeats another zone's name, so it comes last. */
static size_t find_zone(const glob_t *dirs, const char *wanted, char *others, size_t size)
{
    for (size_t i = 0; i < dirs->gl_pathc; i++) {
        if (strcmp(pm_sysfs_base(dirs->gl_pathv[i]), wanted) == 0)
            return i;
    }
    size_t best = dirs->gl_pathc;
    for (int mmio = 0; mmio < 2 && best == dirs->gl_pathc; mmio++) {
        for (size_t i = 0; i < dirs->gl_pathc; i++) {
            const char *dir = dirs->gl_pathv[i];
            struct pm_zone z;
            if (is_mmio(dir) != (mmio == 1) || !pm_zone_at(&z, dir) || strcmp(z.name, wanted) != 0)
                continue;
            if (best == dirs->gl_pathc)
                best = i;
            else
                pm_sysfs_append(others, size, ", ", pm_sysfs_base(dir));
        }
    }
    return best;
}

static enum pm_found open_counter(const char *dir, struct pm_source **out, struct pm_refusal *why)
{
    struct pm_zones *zones = pm_zones_new(1);
    if (zones == NULL)
        return PM_FOUND_NOMEM;
    (void)pm_zone_at(&zones->zone[0], dir);
    zones->n = 1;
    const enum pm_found found = pm_zones_start(zones, why);
    if (found == PM_FOUND)
        *out = &zones->source;
    else
        free(zones);
    return found;
}

static enum pm_found open_gauge(const char *dir, struct pm_source **out, struct pm_refusal *why)
{
    struct watts *w = watts_new("");
    if (w == NULL)
        return PM_FOUND_NOMEM;
    const enum pm_found found = watts_add(w, dir, why);
    if (found == PM_FOUND)
        *out = &w->source;
    else
        free(w);
    return found;
}

/* One of the two files is all that powercap demands of a zone. */
static enum pm_found open_zone(const char *dir, struct pm_source **out, struct pm_refusal *why)
{
    char path[PM_SYSFS_PATH], name[64];
    double value;
    const bool counts =
        pm_sysfs_join(path, dir, "energy_uj") && pm_sysfs_number(path, &value) != ENOENT;
    const enum pm_found found = counts ? open_counter(dir, out, why) : open_gauge(dir, out, why);
    if (found == PM_FOUND) {
        const bool scmi = strncmp(pm_sysfs_base(dir), "arm-scmi:", 9) == 0;
        pm_sysfs_text(dir, "name", name, sizeof name);
        snprintf((*out)->name, sizeof(*out)->name, "powercap: %s",
                 name[0] != '\0' ? name : pm_sysfs_base(dir));
        (*out)->scope = scmi ? PM_SCOPE_PACKAGE : scope_of(name);
    }
    return found;
}

enum pm_found pm_powercap_open(const char *sys, const char *zone, struct pm_source **out,
                               struct pm_refusal *why)
{
    glob_t dirs, subs;
    enum pm_found found = PM_FOUND_NOMEM;
    char others[100] = "";
    const bool matched = pm_sysfs_glob(sys, "class/powercap/*:*", &dirs) &
                         pm_sysfs_glob(sys, "class/powercap/*:*/*:*:*", &subs);
    if (!matched)
        goto out;
    size_t at = find_zone(&dirs, zone, others, sizeof others);
    const glob_t *in = &dirs;
    if (at == dirs.gl_pathc) { /* on a real machine sub-zones stand beside their parents too */
        in = &subs;
        at = find_zone(&subs, zone, others, sizeof others);
    }
    if (at == in->gl_pathc)
        found = pm_refuse(why, PM_ABSENT, "", "%s/class/powercap has no zone \"%s\"", sys, zone);
    else if (others[0] != '\0')
        found = pm_refuse(why, PM_REFUSED, "", "\"%s\" is the name of several zones: %s, %s", zone,
                          pm_sysfs_base(in->gl_pathv[at]), others);
    else
        found = open_zone(in->gl_pathv[at], out, why);
out:
    globfree(&dirs);
    globfree(&subs);
    return found;
}
