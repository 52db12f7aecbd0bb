/* SPDX-License-Identifier: MIT
 * Stands in for sources that are not written yet, so that the program links. */
#include "sensor/source.h"

#include "sensor/words.h"

static enum pm_found pending(struct pm_refusal *why)
{
    return pm_refuse(why, PM_ABSENT, "", "not read by this version");
}

enum pm_found pm_jetson_open(const char *sys, struct pm_source **out, struct pm_refusal *why)
{
    (void)sys;
    (void)out;
    return pending(why);
}

enum pm_found pm_rapl_open(const char *sys, struct pm_source **out, struct pm_refusal *why)
{
    (void)sys;
    (void)out;
    return pending(why);
}

enum pm_found pm_powercap_open(const char *sys, const char *zone, struct pm_source **out,
                               struct pm_refusal *why)
{
    (void)sys;
    (void)zone;
    (void)out;
    return pending(why);
}

enum pm_found pm_scmi_open(const char *sys, struct pm_source **out, struct pm_refusal *why)
{
    (void)sys;
    (void)out;
    return pending(why);
}

enum pm_found pm_perf_open(const char *sys, struct pm_source **out, struct pm_refusal *why)
{
    (void)sys;
    (void)out;
    return pending(why);
}

enum pm_found pm_battery_open(const char *sys, struct pm_source **out, struct pm_refusal *why)
{
    (void)sys;
    (void)out;
    return pending(why);
}
