/* SPDX-License-Identifier: MIT
 * Where a campaign's watts come from. */
#include "advise/power.h"
#include "cli/campaign.h"
#include "meter/measure.h"
#include "sensor/meter.h"
#include "sensor/probe.h"

#include <math.h>
#include <string.h>

#define LOG_WINDOW_MS 5e3 /* of an external meter, which reads once a second or faster */

static bool external_meter(const struct pm_settings *s)
{
    return strcmp(s->power, "log") == 0;
}

int pm_campaign_seek_power(struct pm_campaign *c, struct pm_err *err)
{
    const struct pm_settings *s = &c->options->settings;
    const struct pm_power_wish wish = pm_cli_power_wish(s);
    struct pm_probes probes = {.n = 0};
    struct pm_power_probe list[PM_PROBES_MAX];
    if (c->power_sought || isfinite(s->assumed_w) || external_meter(s))
        return 0;
    c->power_sought = true;
    if (pm_power_find(&wish, &probes, &c->power, err) != 0)
        return -1;
    for (size_t i = 0; i < probes.n; i++) {
        const struct pm_probe *p = &probes.probe[i];
        list[i] = (struct pm_power_probe){.source = p->source,
                                          .accepted = p->accepted,
                                          .reason = p->reason,
                                          .remedy = p->remedy[0] != '\0' ? p->remedy : NULL};
    }
    return pm_profile_set_probes(&c->profile, list, probes.n, err);
}

bool pm_campaign_lacks_power(const struct pm_campaign *c, const struct pm_entry *e)
{
    if (external_meter(&c->options->settings))
        return e == NULL || e->power.idle.n == 0;
    if (c->power == NULL)
        return false;
    if (e == NULL || !pm_entry_has_energy(e))
        return true;
    /* a source that was named is the one that counts */
    return c->options->settings.power[0] != '\0' &&
           (e->power.source == NULL ||
            strcmp(e->power.source, pm_power_meter_info(c->power)->name) != 0);
}

void pm_campaign_plan_power(const struct pm_campaign *c, struct pm_measure_plan *plan)
{
    const struct pm_settings *s = &c->options->settings;
    plan->power = c->power;
    if (external_meter(s))
        plan->power_window_ms = isfinite(s->power_window_ms) ? s->power_window_ms : LOG_WINDOW_MS;
}
