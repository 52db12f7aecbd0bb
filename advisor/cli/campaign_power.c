/* SPDX-License-Identifier: MIT
 * Where a campaign's watts come from. */
#include "advise/power.h"
#include "base/err.h"
#include "cli/campaign.h"
#include "cli/stop.h"
#include "meter/measure.h"
#include "sensor/meter.h"
#include "sensor/probe.h"

#include <math.h>
#include <string.h>

#define REST_MS       200.0
#define LOG_WINDOW_MS 5e3 /* of an external meter, which reads once a second or faster */

static bool external_meter(const struct pm_settings *s)
{
    return strcmp(s->power, "log") == 0;
}

int pm_campaign_store_probes(struct pm_campaign *c, struct pm_err *err)
{
    struct pm_power_probe list[PM_PROBES_MAX];
    if (!c->power_sought)
        return 0;
    for (size_t i = 0; i < c->probes.n; i++) {
        const struct pm_probe *p = &c->probes.probe[i];
        list[i] = (struct pm_power_probe){.source = p->source,
                                          .accepted = p->accepted,
                                          .reason = p->reason,
                                          .remedy = p->remedy[0] != '\0' ? p->remedy : NULL};
    }
    return pm_profile_set_probes(&c->profile, list, c->probes.n, err);
}

bool pm_campaign_power_named(const struct pm_settings *s)
{
    static const char *const no_names[] = {"", "auto", "none", "log"};
    for (size_t i = 0; i < sizeof no_names / sizeof *no_names; i++) {
        if (strcmp(s->power, no_names[i]) == 0)
            return false;
    }
    return !isfinite(s->assumed_w);
}

int pm_campaign_seek_power(struct pm_campaign *c, struct pm_err *err)
{
    const struct pm_settings *s = &c->options->settings;
    const struct pm_power_wish wish = pm_cli_power_wish(s);
    if (c->power_sought || isfinite(s->assumed_w) || external_meter(s))
        return 0;
    c->stop = pm_stop_watch(); /* a command of the user's must not outlive us */
    c->power_sought = true;
    if (pm_power_find(&wish, &c->probes, &c->power, err) != 0 ||
        pm_campaign_store_probes(c, err) != 0)
        return -1;
    /* with a named source, what others have measured is not what was asked for */
    for (size_t i = 0; pm_campaign_power_named(s) && i < c->n; i++) {
        if (pm_campaign_refresh(c, i, err) != 0)
            return -1;
    }
    return 0;
}

int pm_campaign_own_power(struct pm_campaign *c, const struct pm_entry **entry, struct pm_err *err)
{
    const struct pm_entry *e = *entry;
    const struct pm_power_info *meter = c->power != NULL ? pm_power_meter_info(c->power) : NULL;
    if (e == NULL || meter == NULL || !pm_campaign_power_named(&c->options->settings) ||
        e->power.source == NULL || strcmp(e->power.source, meter->name) == 0)
        return 0;
    struct pm_entry *own = pm_arena_alloc(&c->arena, 1, sizeof *own);
    if (own == NULL)
        return pm_fail_nomem(err);
    *own = *e;
    own->power = pm_entry_empty().power;
    own->power_w = own->idle_w = own->energy_j = (struct pm_quantity){0};
    *entry = own;
    return 0;
}

/* The windows of a machine that was left alone; false: they do not count. */
static bool watch_rest(struct pm_campaign *c, struct pm_energy_window *window, size_t n)
{
    const struct pm_power_info *meter = pm_power_meter_info(c->power);
    const double part_ms = meter->window_ms / meter->parts;
    struct pm_watch watch;
    struct pm_validity seen;
    bool known = pm_stop_sleep(REST_MS + meter->settle_ms, c->stop); /* from finding the sensor */
    pm_watch_begin(&watch, "");
    for (size_t i = 0; known && i < n; i++) {
        struct pm_window w = {.known = false};
        pm_power_meter_begin(c->power);
        known = pm_stop_sleep(part_ms, c->stop) && !pm_campaign_over(c);
        pm_power_meter_end(c->power, &w);
        known = known && w.known && w.joules > 0;
        window[i] = (struct pm_energy_window){.joules = w.joules, .seconds = w.seconds};
    }
    pm_watch_end(&watch, &seen);
    return known && (c->options->settings.with_load || !(seen.others_share > PM_OTHERS_SHARE));
}

int pm_campaign_seek_rest(struct pm_campaign *c, struct pm_err *err)
{
    const struct pm_settings *s = &c->options->settings;
    struct pm_energy_window window[PM_IDLE_WINDOWS * PM_WINDOW_PARTS];
    struct pm_energy energy;
    if (c->rest_sought || c->power == NULL || !(s->budget[PM_POWER].set || s->budget[PM_LAST].set))
        return 0;
    c->rest_sought = true;
    const struct pm_power_info *meter = pm_power_meter_info(c->power);
    const size_t n = (size_t)(PM_IDLE_WINDOWS * meter->parts);
    if (!watch_rest(c, window, n))
        return 0;
    const struct pm_energy_data data = {.idle = window,
                                        .n_idle = n,
                                        .n_idle_before = n,
                                        .gain_rel = isfinite(meter->gain_rel) ? meter->gain_rel : 0,
                                        .period_ms = meter->period_ms};
    if (pm_energy_analyse(&data, s->confidence, &energy, err) != 0)
        return -1;
    c->rest_w = energy.idle_w;
    for (size_t i = 0; i < c->n; i++) {
        if (pm_campaign_refresh(c, i, err) != 0)
            return -1;
    }
    return 0;
}

bool pm_campaign_lacks_power(const struct pm_campaign *c, const struct pm_entry *e)
{
    if (external_meter(&c->options->settings))
        return e == NULL || e->power.idle.n == 0;
    if (c->power == NULL)
        return false;
    return e == NULL || !pm_entry_has_energy(e) || e->power.idle.n == 0; /* it ended early */
}

void pm_campaign_plan_power(const struct pm_campaign *c, struct pm_measure_plan *plan)
{
    const struct pm_settings *s = &c->options->settings;
    const bool busy = !isfinite(s->fps); /* else rests count too */
    const struct pm_budget *w = &s->budget[PM_POWER], *last = &s->budget[PM_LAST];
    plan->power = c->power;
    if (busy && (w->set || last->set))
        plan->most_w =
            fmin(w->set ? w->bound : (double)INFINITY, last->set ? last->bound : (double)INFINITY);
    if (s->budget[PM_ENERGY].set && !s->net_energy)
        plan->most_j = s->budget[PM_ENERGY].bound * (double)plan->network.batch;
    if (external_meter(s))
        plan->power_window_ms = isfinite(s->power_window_ms) ? s->power_window_ms : LOG_WINDOW_MS;
}
