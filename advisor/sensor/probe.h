/* SPDX-License-Identifier: MIT
 * Which power source to use: the one the user named, or the first of the automatic list that passes
 * a live read. Every one tried is kept with its verdict, so that "no sensor" can be explained. */
#ifndef PM_PROBE_H
#define PM_PROBE_H

#include <stdbool.h>
#include <stddef.h>

struct pm_err;
struct pm_power_meter;

struct pm_power_wish {
    /* "cmd:...", "file:PATH:unit", "hwmon:CHIP/FEATURE", "powercap:ZONE", "nvml:N", "assume:W";
     * "none": read nothing; "" or "auto": automatic */
    const char *source;
    const char *sys;  /* PM_SYSFS, or the folder of --sysfs */
    double gain_rel;  /* NAN: the source's own */
    double window_ms; /* NAN: 100 update periods */
};

struct pm_probe {
    char source[96];
    bool accepted;
    char reason[240]; /* of the rejection; accepted: what it covers and how fast it updates */
    char remedy[240]; /* "" when there is none */
};

#define PM_PROBES_MAX 16

struct pm_probes {
    size_t n;
    struct pm_probe probe[PM_PROBES_MAX];
};

/* *out is NULL when no source is to be had (probes says why), or when none was wanted. A named
 * source that fails is PM_EUSAGE: there is no silent fallback. */
int pm_power_find(const struct pm_power_wish *wish, struct pm_probes *probes,
                  struct pm_power_meter **out, struct pm_err *err);

/* Is this text a source the user may name? Fills err (PM_EUSAGE) naming the forms when not. */
int pm_power_check_name(const char *text, const char *where, struct pm_err *err);

#endif
