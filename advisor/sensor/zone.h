/* SPDX-License-Identifier: MIT
 * Powercap zones that count microjoules: one with its wrap-around, and a source that sums some. */
#ifndef PM_ZONE_H
#define PM_ZONE_H

#include "sensor/source.h"
#include "sensor/sysfs.h"

struct pm_zone {
    char dir[PM_SYSFS_PATH]; /* "/sys/class/powercap/intel-rapl:0" */
    char name[64];           /* "package-0", as the zone names itself */
    double range_uj;         /* it starts again from 0 there; NAN: not known, it may not */
    double limit_w;          /* going back means more than this: it was reset, it did not wrap */
    double last_uj, last_ms;
    double total_j; /* since pm_zone_start */
};

struct pm_zones {
    struct pm_source source; /* the first: this is a source */
    size_t n;
    struct pm_zone zone[];
};

/* Room for max zones, a PM_COUNTER with its functions set; NULL: out of memory. */
struct pm_zones *pm_zones_new(size_t max);
/* Starts every zone; then period, gain, limit and guard are set. PM_REFUSED: why. */
enum pm_found pm_zones_start(struct pm_zones *zones, struct pm_refusal *why);
/* Names the folder and reads the zone's name; false when the folder is hidden or its path is too
 * long. */
bool pm_zone_at(struct pm_zone *z, const char *dir);

#endif
