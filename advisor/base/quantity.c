/* SPDX-License-Identifier: MIT */
#include "base/quantity.h"

#include <string.h>

static const char *const names[PM_ORIGINS] = {"unknown",  "measured",  "published", "predicted",
                                              "declared", "estimated", "computed"};

struct pm_quantity pm_quantity_of(double value, enum pm_origin origin)
{
    return (struct pm_quantity){.origin = origin, .value = value, .lo = value, .hi = value};
}

struct pm_quantity pm_quantity_between(double value, double lo, double hi, enum pm_origin origin)
{
    return (struct pm_quantity){
        .origin = origin, .has_interval = true, .value = value, .lo = lo, .hi = hi};
}

const char *pm_origin_name(enum pm_origin origin)
{
    return origin < PM_ORIGINS ? names[origin] : names[PM_UNKNOWN];
}

bool pm_origin_parse(const char *name, enum pm_origin *out)
{
    for (int i = PM_MEASURED; i < PM_ORIGINS; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum pm_origin)i;
            return true;
        }
    }
    return false;
}
