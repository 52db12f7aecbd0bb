/* SPDX-License-Identifier: MIT
 * A number that may be missing, with where it came from and how sure it is.
 * The unit stands in the name of the variable or member that holds it. */
#ifndef PM_QUANTITY_H
#define PM_QUANTITY_H

#include <stdbool.h>

enum pm_origin {
    PM_UNKNOWN = 0, /* no value: never read as 0 */
    PM_MEASURED,    /* on this device, by us */
    PM_PUBLISHED,   /* somebody's table or figure */
    PM_PREDICTED,   /* by a fitted law */
    PM_DECLARED,    /* by the user or a data sheet */
    PM_ESTIMATED,   /* computed from an assumption */
    PM_COMPUTED,    /* follows exactly from the network's definition */
    PM_ORIGINS      /* how many there are */
};

#define PM_LEAST_MS 1e-6 /* of an inference: less than a nanosecond is no time */

struct pm_quantity {
    enum pm_origin origin;
    bool has_interval;
    double value;
    double lo, hi; /* equal to value when there is no interval */
};

static inline bool pm_known(struct pm_quantity q)
{
    return q.origin != PM_UNKNOWN;
}

struct pm_quantity pm_quantity_of(double value, enum pm_origin origin);
struct pm_quantity pm_quantity_between(double value, double lo, double hi, enum pm_origin origin);

const char *pm_origin_name(enum pm_origin origin); /* "measured", ...; "unknown" for none */
bool pm_origin_parse(const char *name, enum pm_origin *out);

#endif
