/* SPDX-License-Identifier: MIT
 * Watts the user named. Nothing is read, so nothing can be refused but the number itself. */
#include "sensor/source.h"

#include "base/clock.h"
#include "base/number.h"
#include "sensor/words.h"

#include <math.h>
#include <stdlib.h>

/* What a profile holds of a window, a short one included (record/profile.h). */
#define LEAST_W 1e-6
#define MOST_W  1e5

static enum pm_reading read_assumed(struct pm_source *s, double wait_ms, double *value,
                                    double *at_ms, char *why, size_t why_size)
{
    (void)wait_ms;
    (void)why;
    (void)why_size;
    *value = s->assumed_w;
    *at_ms = pm_clock_ms();
    return PM_READING_OK;
}

static void close_assumed(struct pm_source *s)
{
    free(s);
}

bool pm_assumable(double watts)
{
    return watts >= LEAST_W && watts <= MOST_W;
}

enum pm_found pm_assume_open(const char *watts, struct pm_source **out, struct pm_refusal *why)
{
    static const struct pm_source_ops ops = {read_assumed, close_assumed};
    double w;
    if (!pm_number_watts(watts, &w) || !pm_assumable(w))
        return pm_refuse(why, PM_REFUSED, "assume:12, assume:12W or assume:800mW",
                         "%s is no number of watts over 0, up to 100000",
                         pm_words_quote(watts).text);
    struct pm_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return PM_FOUND_NOMEM;
    *s = (struct pm_source){
        .ops = &ops,
        .kind = PM_ASSUMED,
        .scope = PM_SCOPE_UNKNOWN,
        .period_ms = NAN,
        .limit_w = w,
        .assumed_w = w,
    };
    pm_words_name(s, "assumed", pm_words_watts(w).text);
    *out = s;
    return PM_FOUND;
}
