/* SPDX-License-Identifier: MIT */
#include "sensor/probe.h"

#include "base/err.h"
#include "base/number.h"
#include "base/text.h"
#include "sensor/file_source.h"
#include "sensor/meter.h"
#include "sensor/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FORMS                                                                                      \
    "auto, none, cmd:COMMAND, file:PATH:unit, hwmon:CHIP/FEATURE, powercap:ZONE, nvml:N or "       \
    "assume:WATTS"
#define GPU_MAX 63

/* One way to a source. rest: what the user wrote after the ':'; NULL when nobody named it. */
typedef enum pm_found opener(const char *sys, const char *rest, struct pm_source **out,
                             struct pm_refusal *why);

static enum pm_found open_jetson(const char *sys, const char *rest, struct pm_source **out,
                                 struct pm_refusal *why)
{
    (void)rest;
    return pm_jetson_open(sys, out, why);
}

static enum pm_found open_rapl(const char *sys, const char *rest, struct pm_source **out,
                               struct pm_refusal *why)
{
    (void)rest;
    return pm_rapl_open(sys, out, why);
}

static enum pm_found open_perf(const char *sys, const char *rest, struct pm_source **out,
                               struct pm_refusal *why)
{
    (void)rest;
    return pm_perf_open(sys, out, why);
}

static enum pm_found open_scmi(const char *sys, const char *rest, struct pm_source **out,
                               struct pm_refusal *why)
{
    (void)rest;
    return pm_scmi_open(sys, out, why);
}

static enum pm_found open_battery(const char *sys, const char *rest, struct pm_source **out,
                                  struct pm_refusal *why)
{
    (void)rest;
    return pm_battery_open(sys, out, why);
}

static enum pm_found open_nvml(const char *sys, const char *rest, struct pm_source **out,
                               struct pm_refusal *why)
{
    long index = 0;
    (void)sys;
    if (rest != NULL)
        pm_number_long(rest, 0, GPU_MAX, &index); /* pm_power_check_name has seen it */
    return pm_nvml_open((int)index, out, why);
}

static enum pm_found open_command(const char *sys, const char *rest, struct pm_source **out,
                                  struct pm_refusal *why)
{
    (void)sys;
    return pm_command_open(rest, out, why);
}

static enum pm_found open_file(const char *sys, const char *rest, struct pm_source **out,
                               struct pm_refusal *why)
{
    (void)sys;
    return pm_file_open(rest, out, why);
}

static enum pm_found open_assumed(const char *sys, const char *rest, struct pm_source **out,
                                  struct pm_refusal *why)
{
    (void)sys;
    return pm_assume_open(rest, out, why);
}

/* The widest view of the board first, and counters before what must be polled; a battery last, for
 * it is slow and knows its watts only while it empties. */
static const struct {
    const char *name;
    opener *open;
} automatic[] = {
    {"jetson", open_jetson},   {"hwmon", pm_hwmon_open}, {"rapl", open_rapl},
    {"perf", open_perf},       {"scmi", open_scmi},      {"nvml:0", open_nvml},
    {"battery", open_battery},
};

static const struct {
    const char *prefix;
    opener *open;
} named[] = {
    {"cmd:", open_command},          {"file:", open_file}, {"hwmon:", pm_hwmon_open},
    {"powercap:", pm_powercap_open}, {"nvml:", open_nvml}, {"assume:", open_assumed},
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

_Static_assert(COUNT(automatic) <= PM_PROBES_MAX, "every probe must be kept");

static bool is_auto(const char *text)
{
    return *text == '\0' || strcmp(text, "auto") == 0;
}

/* Index in `named`; COUNT(named) when it is none of them. */
static size_t form_of(const char *text)
{
    size_t i = 0;
    while (i < COUNT(named) && strncmp(text, named[i].prefix, strlen(named[i].prefix)) != 0)
        i++;
    return i;
}

/* ---- names ---- */

/* What is wrong with the part behind the prefix; NULL: nothing that shows before it is opened. */
static const char *fault_of(opener *form, const char *rest, struct pm_refusal *why)
{
    struct pm_file_form file;
    long index;
    double w;
    const char *slash = strchr(rest, '/');
    if (*rest == '\0')
        return "names nothing after the ':'";
    if (form == open_file && !pm_file_form_parse(rest, &file, why))
        return why->reason;
    if (form == pm_hwmon_open && (slash == NULL || slash == rest || slash[1] == '\0'))
        return "needs a chip and a feature: hwmon:CHIP/FEATURE, as sensors(1) prints them";
    if (form == open_nvml && !pm_number_long(rest, 0, GPU_MAX, &index))
        return "needs the number of a GPU: nvml:0";
    if (form == open_assumed && (!pm_number_watts(rest, &w) || !pm_assumable(w)))
        return "needs a number of watts over 0, up to 100000: assume:12, assume:12W or "
               "assume:800mW";
    return NULL;
}

int pm_power_check_name(const char *text, const char *where, struct pm_err *err)
{
    if (is_auto(text) || strcmp(text, "none") == 0)
        return 0;
    const struct pm_words quoted = pm_words_quote(text);
    const size_t i = form_of(text);
    if (i == COUNT(named))
        return pm_fail(err, PM_EUSAGE, where, "%s is no source of power: %s", quoted.text, FORMS);
    struct pm_refusal why = {"", ""};
    const char *fault = fault_of(named[i].open, text + strlen(named[i].prefix), &why);
    if (fault == NULL)
        return 0;
    return pm_fail(err, PM_EUSAGE, where, "%s: %s%s%s", quoted.text, fault,
                   why.remedy[0] != '\0' ? "; " : "", why.remedy);
}

/* ---- trying ---- */

static void say_accepted(const struct pm_power_info *info, struct pm_probe *probe)
{
    const char *scope =
        info->scope == PM_SCOPE_UNKNOWN ? "scope unknown" : pm_scope_name(info->scope);
    probe->accepted = true;
    if (info->kind == PM_ASSUMED)
        snprintf(probe->reason, sizeof probe->reason, "%s assumed, nothing is read",
                 pm_words_watts(info->assumed_w).text);
    else if (isnan(info->period_ms))
        snprintf(probe->reason, sizeof probe->reason, "%s, %s now, constant while it was watched",
                 scope, pm_words_watts(info->seen_w).text);
    else
        snprintf(probe->reason, sizeof probe->reason, "%s, %s now, updates every %s%s", scope,
                 pm_words_watts(info->seen_w).text, pm_words_period(info->period_ms).text,
                 info->observed ? "" : " (nominal)");
}

static void make_plain(char *text)
{
    pm_text_printable(text, text, strlen(text) + 1);
}

/* Opens, watches, and keeps the verdict. */
static enum pm_found try_one(const struct pm_power_wish *wish, const char *name, opener *open,
                             const char *rest, struct pm_probes *probes,
                             struct pm_power_meter **out)
{
    struct pm_refusal why = {"", ""};
    struct pm_source *source = NULL;
    struct pm_probe *probe = &probes->probe[probes->n];
    *probe = (struct pm_probe){.accepted = false};
    pm_text_printable(name, probe->source, sizeof probe->source);
    enum pm_found found = open(wish->sys, rest, &source, &why);
    if (found == PM_FOUND) /* folders, labels and zones are named by drivers and firmware */
        make_plain(source->name);
    if (found == PM_FOUND)
        found = pm_power_meter_open(source, wish->gain_rel, wish->window_ms, out, &why);
    if (found == PM_FOUND_NOMEM)
        return found;
    if (found == PM_FOUND) {
        say_accepted(pm_power_meter_info(*out), probe);
    } else {
        memcpy(probe->reason, why.reason, sizeof probe->reason);
        memcpy(probe->remedy, why.remedy, sizeof probe->remedy);
        make_plain(probe->reason);
        make_plain(probe->remedy);
    }
    probes->n++;
    return found;
}

static int find_named(const struct pm_power_wish *wish, struct pm_probes *probes,
                      struct pm_power_meter **out, struct pm_err *err)
{
    if (pm_power_check_name(wish->source, "--power", err) != 0)
        return -1;
    const size_t i = form_of(wish->source);
    const enum pm_found found = try_one(wish, wish->source, named[i].open,
                                        wish->source + strlen(named[i].prefix), probes, out);
    if (found == PM_FOUND)
        return 0;
    if (found == PM_FOUND_NOMEM)
        return pm_fail_nomem(err);
    const struct pm_probe *probe = &probes->probe[probes->n - 1];
    return pm_fail(err, PM_EUSAGE, probe->source, "%s%s%s", probe->reason,
                   probe->remedy[0] != '\0' ? "; " : "", probe->remedy);
}

static int find_automatic(const struct pm_power_wish *wish, struct pm_probes *probes,
                          struct pm_power_meter **out, struct pm_err *err)
{
    for (size_t i = 0; i < COUNT(automatic); i++) {
        const enum pm_found found =
            try_one(wish, automatic[i].name, automatic[i].open, NULL, probes, out);
        if (found == PM_FOUND_NOMEM)
            return pm_fail_nomem(err);
        if (found == PM_FOUND)
            break;
    }
    return 0;
}

int pm_power_find(const struct pm_power_wish *wish, struct pm_probes *probes,
                  struct pm_power_meter **out, struct pm_err *err)
{
    struct pm_power_meter *meter = NULL;
    int result = 0;
    probes->n = 0;
    if (is_auto(wish->source))
        result = find_automatic(wish, probes, &meter, err);
    else if (strcmp(wish->source, "none") != 0)
        result = find_named(wish, probes, &meter, err);
    if (result == 0)
        *out = meter;
    return result;
}
