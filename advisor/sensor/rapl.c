/* SPDX-License-Identifier: MIT
 * RAPL by the zones' names, because their places say nothing: psys, which contains the package, is
 * a top-level zone like it; intel-rapl-mmio repeats package-0; core and uncore are parts of the
 * package, and AMD's core is one core of many. */
#include "sensor/source.h"

#include "sensor/sysfs.h"
#include "sensor/words.h"
#include "sensor/zone.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ALL_COUNTERS "class/powercap/intel-rapl:*/energy_uj"
#define REMEDY_FILES 110 /* characters of file names that leave room for the rest */

static const char *skip_number(const char *s)
{
    if (!isdigit((unsigned char)*s))
        return NULL;
    while (isdigit((unsigned char)*s))
        s++;
    return s;
}

/* "package-0", or "package-0-die-1" where a package has several dies. */
static bool is_package(const char *name)
{
    const char *s = strncmp(name, "package-", 8) == 0 ? skip_number(name + 8) : NULL;
    if (s != NULL && strncmp(s, "-die-", 5) == 0)
        s = skip_number(s + 5);
    return s != NULL && *s == '\0';
}

static bool is_top(const char *path)
{
    const char *colon = strchr(pm_sysfs_base(path), ':');
    return colon != NULL && strchr(colon + 1, ':') == NULL;
}

static bool has_package(const struct pm_zones *zones, const char *name)
{
    for (size_t i = 0; i < zones->n; i++) {
        if (strcmp(zones->zone[i].name, name) == 0)
            return true;
    }
    return false;
}

static void add_dram(struct pm_zones *zones, const char *package, const glob_t *subs)
{
    for (size_t i = 0; i < subs->gl_pathc; i++) {
        struct pm_zone z;
        const char *base = pm_sysfs_base(subs->gl_pathv[i]);
        const size_t len = strlen(package);
        const bool child = strncmp(base, package, len) == 0 && base[len] == ':';
        if (child && pm_zone_at(&z, subs->gl_pathv[i]) && strcmp(z.name, "dram") == 0)
            zones->zone[zones->n++] = z;
    }
}

struct seen {
    size_t hidden;  /* folders that cannot be entered */
    char other[80]; /* top-level zones that are no packages */
};

/* subs: every sub-zone there is; its entries bound what can be added. */
static void add_packages(struct pm_zones *zones, const glob_t *tops, const glob_t *subs,
                         struct seen *seen)
{
    for (size_t i = 0; i < tops->gl_pathc; i++) {
        struct pm_zone z;
        const char *path = tops->gl_pathv[i];
        if (!is_top(path))
            continue;
        if (!pm_zone_at(&z, path)) {
            seen->hidden++;
        } else if (!is_package(z.name)) {
            pm_sysfs_append(seen->other, sizeof seen->other, ", ", z.name);
        } else if (!has_package(zones, z.name)) {
            zones->zone[zones->n++] = z;
            add_dram(zones, pm_sysfs_base(path), subs);
        }
    }
}

static bool exists(const char *sys, const char *name)
{
    char path[PM_SYSFS_PATH];
    struct stat st;
    return pm_sysfs_join(path, sys, name) && lstat(path, &st) == 0;
}

static enum pm_found explain_none(const char *sys, const struct seen *seen, struct pm_refusal *why)
{
    if (seen->hidden > 0) {
        pm_refuse(why, PM_REFUSED, "",
                  "%s/class/powercap names RAPL zones, but they are hidden, as containers do", sys);
        snprintf(why->remedy, sizeof why->remedy,
                 "mount the host's /sys elsewhere (docker run -v /sys:/host/sys:ro) and give "
                 "--sysfs /host/sys");
        return PM_REFUSED;
    }
    if (seen->other[0] != '\0') {
        pm_refuse(why, PM_REFUSED, "", "RAPL has no package zone here, only %s", seen->other);
        snprintf(why->remedy, sizeof why->remedy, "name the zone: --power powercap:ZONE");
        return PM_REFUSED;
    }
    if (!exists(sys, "class/powercap"))
        return pm_refuse(why, PM_ABSENT, "", "there is no %s/class/powercap", sys);
    if (!exists(sys, "class/powercap/intel-rapl"))
        return pm_refuse(why, PM_ABSENT, "", "%s/class/powercap has no RAPL", sys);
    pm_refuse(why, PM_REFUSED, "", "%s/class/powercap/intel-rapl has no zones", sys);
    snprintf(why->remedy, sizeof why->remedy,
             "sudo modprobe intel_rapl_msr; in a virtual machine or container there may be none");
    return PM_REFUSED;
}

/* Since 2020 the counters are for root alone (they leak keys), so this is the usual case. */
static enum pm_found allow_reading(const char *sys, const struct pm_zones *zones,
                                   struct pm_refusal *why)
{
    char files[2 * REMEDY_FILES] = ""; /* cut to REMEDY_FILES below */
    for (size_t i = 0; i < zones->n; i++) {
        char path[PM_SYSFS_PATH];
        double value;
        if (pm_sysfs_join(path, zones->zone[i].dir, "energy_uj") &&
            pm_sysfs_number(path, &value) == EACCES)
            pm_sysfs_append(files, sizeof files, " ", path);
    }
    if (strlen(files) > REMEDY_FILES)
        snprintf(files, sizeof files, "%s/" ALL_COUNTERS, sys);
    snprintf(why->remedy, sizeof why->remedy,
             "sudo chmod a+r %.*s (until the next start; for good: a tmpfiles.d line "
             "\"z /sys/" ALL_COUNTERS " 0444\")",
             REMEDY_FILES, files);
    return PM_REFUSED;
}

static void name_source(struct pm_zones *zones)
{
    bool dram = false;
    snprintf(zones->source.name, sizeof zones->source.name, "rapl:");
    for (size_t i = 0; i < zones->n; i++) {
        const bool package = is_package(zones->zone[i].name);
        dram = dram || !package;
        if (package)
            pm_sysfs_append(zones->source.name, sizeof zones->source.name, i > 0 ? ", " : " ",
                            zones->zone[i].name);
    }
    if (dram)
        pm_sysfs_append(zones->source.name, sizeof zones->source.name, " + ", "dram");
    zones->source.scope = dram ? PM_SCOPE_PACKAGE_DRAM : PM_SCOPE_PACKAGE;
}

static enum pm_found start(const char *sys, struct pm_zones *zones, struct pm_source **out,
                           struct pm_refusal *why)
{
    name_source(zones);
    if (pm_zones_start(zones, why) != PM_FOUND)
        return why->remedy[0] != '\0' ? allow_reading(sys, zones, why) : PM_REFUSED;
    *out = &zones->source;
    return PM_FOUND;
}

enum pm_found pm_rapl_open(const char *sys, struct pm_source **out, struct pm_refusal *why)
{
    /* The twin last: where it is alone it serves, where it is a twin its name was seen. */
    glob_t tops, twins, subs, flat_subs;
    struct seen seen = {0};
    enum pm_found found = PM_FOUND_NOMEM;
    const bool matched = pm_sysfs_glob(sys, "class/powercap/intel-rapl:*", &tops) &
                         pm_sysfs_glob(sys, "class/powercap/intel-rapl-mmio:*", &twins) &
                         pm_sysfs_glob(sys, "class/powercap/intel-rapl*:*/intel-rapl*:*:*", &subs) &
                         pm_sysfs_glob(sys, "class/powercap/intel-rapl*:*:*", &flat_subs);
    struct pm_zones *zones =
        matched ? pm_zones_new(tops.gl_pathc + twins.gl_pathc + subs.gl_pathc + flat_subs.gl_pathc)
                : NULL;
    if (zones != NULL) {
        /* Sub-zones stand in their parent's folder and, on a real machine, beside it too. */
        const glob_t *sub_zones = subs.gl_pathc > 0 ? &subs : &flat_subs;
        add_packages(zones, &tops, sub_zones, &seen);
        add_packages(zones, &twins, sub_zones, &seen);
        found = zones->n > 0 ? start(sys, zones, out, why) : explain_none(sys, &seen, why);
        if (found != PM_FOUND)
            free(zones);
    }
    globfree(&tops);
    globfree(&twins);
    globfree(&subs);
    globfree(&flat_subs);
    return found;
}
