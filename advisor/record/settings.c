/* SPDX-License-Identifier: MIT */
#include "record/settings.h"

#include "base/err.h"
#include "base/number.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct pm_metric_info metrics[PM_METRICS] = {
    [PM_TOP1] = {"min_top1", "top-1", "%", true},
    [PM_TOP5] = {"min_top5", "top-5", "%", true},
    [PM_LATENCY] = {"max_latency", "latency", "ms", false},
    [PM_FPS] = {"min_fps", "frame rate", "fps", true},
    [PM_POWER] = {"max_watts", "power", "W", false},
    [PM_ENERGY] = {"max_energy", "energy", "J", false},
    [PM_MEMORY] = {"max_memory", "memory", "MiB", false},
    [PM_PARAMS] = {"max_params", "parameters", "M", false},
    [PM_SIZE] = {"max_size", "weights file", "MiB", false},
};

const struct pm_metric_info *pm_metric_info(enum pm_metric metric)
{
    return &metrics[metric];
}

static const char *const policies[] = {"pareto", "literal", "fastest", "least-energy"};

const char *pm_policy_name(enum pm_policy policy)
{
    return policies[policy];
}

/* Keys beside the budgets, which come first. */
enum {
    KEY_CONFIDENCE = PM_METRICS,
    KEY_RULE,
    KEY_STAND_INS,
    KEY_TIME,
    KEY_CANDIDATE_TIME,
    KEY_PROFILE,
    KEY_ENGINE,
    KEYS
};
static const char *const other_keys[] = {
    "confidence", "rule", "include_stand_ins", "time_limit", "candidate_time", "profile", "engine"};

const char *pm_settings_key(size_t index)
{
    if (index < PM_METRICS)
        return metrics[index].key;
    return index < KEYS ? other_keys[index - PM_METRICS] : NULL;
}

int pm_settings_index(const char *key)
{
    for (size_t i = 0; i < KEYS; i++) {
        if (strcmp(pm_settings_key(i), key) == 0)
            return (int)i;
    }
    return -1;
}

struct pm_settings pm_settings_default(void)
{
    return (struct pm_settings){
        .confidence = 0.95, .time_limit_ms = (double)INFINITY, .candidate_time_ms = 60e3};
}

bool pm_settings_any_budget(const struct pm_settings *settings)
{
    for (int i = 0; i < PM_METRICS; i++) {
        if (settings->budget[i].set)
            return true;
    }
    return false;
}

static int expected(const char *where, const char *value, const char *what, struct pm_err *err)
{
    return pm_fail(err, PM_EUSAGE, where, "expected %s, found \"%.60s\"", what, value);
}

/* "200ms", "200ms@p99": the statistic judged is p90 unless asked otherwise. */
static bool split_quantile(const char *value, char *amount, size_t size, double *quantile)
{
    const char *at = strchr(value, '@');
    const size_t len = at != NULL ? (size_t)(at - value) : strlen(value);
    *quantile = 0.90;
    if (len >= size)
        return false;
    snprintf(amount, size, "%.*s", (int)len, value);
    if (at == NULL)
        return true;
    double percent;
    if (at[1] != 'p' || !pm_number_double(at + 2, &percent) || percent < 1 || percent > 99.9)
        return false;
    *quantile = percent / 100;
    return true;
}

static int set_budget(struct pm_budget *b, enum pm_metric metric, const char *value,
                      const char *where, struct pm_err *err)
{
    struct pm_budget new = {.set = true, .quantile = 0.90};
    char amount[64];
    double bytes = 0;
    switch (metric) {
    case PM_TOP1:
    case PM_TOP5:
        if (!pm_number_double(value, &new.bound) || new.bound < 0 || new.bound > 100)
            return expected(where, value, "a percentage from 0 to 100, such as 70", err);
        break;
    case PM_LATENCY:
        if (!split_quantile(value, amount, sizeof amount, &new.quantile) ||
            !pm_number_duration_ms(amount, &new.bound) || new.bound <= 0)
            return expected(where, value, "a time with its unit, such as 200ms, 1.5s or 80ms@p99",
                            err);
        break;
    case PM_FPS:
        if (!split_quantile(value, amount, sizeof amount, &new.quantile) ||
            !pm_number_double(amount, &new.bound) || new.bound <= 0)
            return expected(where, value, "images a second, such as 15", err);
        break;
    case PM_POWER:
        if (!pm_number_watts(value, &new.bound) || new.bound <= 0)
            return expected(where, value, "watts, such as 10 or 800mW", err);
        break;
    case PM_ENERGY:
        if (!pm_number_joules(value, &new.bound) || new.bound <= 0)
            return expected(where, value, "an energy with its unit, such as 2J or 350mJ", err);
        break;
    case PM_MEMORY:
    case PM_SIZE:
        if (!pm_number_bytes(value, &bytes) || bytes <= 0)
            return expected(where, value, "a size with its unit, such as 512MiB or 1GB", err);
        new.bound = bytes / 1048576.0;
        break;
    case PM_PARAMS:
        if (!pm_number_count(value, &new.bound) || new.bound <= 0)
            return expected(where, value, "a count, such as 25M", err);
        new.bound /= 1e6;
        break;
    case PM_METRICS:
        return pm_fail(err, PM_EINTERNAL, where, "no such metric");
    }
    *b = new;
    return 0;
}

static int set_rule(enum pm_policy *rule, const char *value, const char *where, struct pm_err *err)
{
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        if (strcmp(value, policies[i]) == 0) {
            *rule = (enum pm_policy)i;
            return 0;
        }
    }
    return expected(where, value, "pareto, literal, fastest or least-energy", err);
}

static int set_text(char *out, size_t size, const char *value, const char *where,
                    struct pm_err *err)
{
    if (*value == '\0' || strlen(value) >= size)
        return pm_fail(err, PM_EUSAGE, where, "expected 1 to %zu characters", size - 1);
    snprintf(out, size, "%s", value);
    return 0;
}

int pm_settings_set(struct pm_settings *s, const char *key, const char *value, const char *where,
                    struct pm_err *err)
{
    const int index = pm_settings_index(key);
    double number = 0;
    if (index >= 0 && index < PM_METRICS)
        return set_budget(&s->budget[index], (enum pm_metric)index, value, where, err);
    switch (index) {
    case KEY_CONFIDENCE:
        if (!pm_number_double(value, &number) || number < 0.5 || number > 0.9999)
            return expected(where, value, "a share from 0.5 to 0.9999, such as 0.95", err);
        s->confidence = number;
        return 0;
    case KEY_RULE:
        return set_rule(&s->rule, value, where, err);
    case KEY_STAND_INS:
        if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
            return expected(where, value, "true or false", err);
        s->include_stand_ins = strcmp(value, "true") == 0;
        return 0;
    case KEY_TIME:
    case KEY_CANDIDATE_TIME:
        if (!pm_number_duration_ms(value, &number) || number <= 0)
            return expected(where, value, "a time with its unit, such as 90s or 10min", err);
        *(index == KEY_TIME ? &s->time_limit_ms : &s->candidate_time_ms) = number;
        return 0;
    case KEY_PROFILE:
        return set_text(s->profile, sizeof s->profile, value, where, err);
    case KEY_ENGINE:
        return set_text(s->engine, sizeof s->engine, value, where, err);
    default:
        break;
    }
    const char *keys[KEYS];
    for (size_t i = 0; i < KEYS; i++)
        keys[i] = pm_settings_key(i);
    const char *near = pm_text_nearest(key, keys, KEYS);
    if (near != NULL)
        return pm_fail(err, PM_EUSAGE, where, "unknown key \"%.40s\" (did you mean \"%s\"?)", key,
                       near);
    return pm_fail(err, PM_EUSAGE, where, "unknown key \"%.40s\"", key);
}
