/* SPDX-License-Identifier: MIT */
#include "record/settings.h"

#include "base/err.h"
#include "base/number.h"
#include "base/text.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const struct pm_metric_info metrics[PM_METRICS] = {
    [PM_TOP1] = {"min_top1", NULL, "top-1", "%", true},
    [PM_TOP5] = {"min_top5", NULL, "top-5", "%", true},
    [PM_LATENCY] = {"max_latency", NULL, "latency", "ms", false},
    [PM_FPS] = {"min_fps", NULL, "frame rate", "fps", true},
    [PM_KEEP_UP] = {"fps", "--fps", "frame rate", "fps", true},
    [PM_POWER] = {"max_watts", NULL, "power", "W", false},
    [PM_LAST] = {"runtime", "--runtime", "runtime", "W", false},
    [PM_ENERGY] = {"max_energy", NULL, "energy", "J", false},
    [PM_MEMORY] = {"max_memory", NULL, "memory", "MiB", false},
    [PM_PARAMS] = {"max_params", NULL, "parameters", "M", false},
    [PM_SIZE] = {"max_size", NULL, "weights file", "MiB", false},
};

/* Budgets with a key of their own. */
static const enum pm_metric own[] = {PM_TOP1,   PM_TOP5,   PM_LATENCY, PM_FPS, PM_POWER,
                                     PM_ENERGY, PM_MEMORY, PM_PARAMS,  PM_SIZE};
#define OWN (sizeof own / sizeof *own)

const struct pm_metric_info *pm_metric_info(enum pm_metric metric)
{
    return &metrics[metric];
}

bool pm_metric_is_rate(enum pm_metric metric)
{
    return metric == PM_FPS || metric == PM_KEEP_UP;
}

bool pm_metric_is_timed(enum pm_metric metric)
{
    return metric == PM_LATENCY || pm_metric_is_rate(metric);
}

static const char *const policies[] = {"pareto", "literal", "fastest", "least-energy"};

const char *pm_policy_name(enum pm_policy policy)
{
    return policies[policy];
}

/* Keys beside the budgets, which come first. */
enum key_kind {
    SHARE,
    RATE,
    DURATION,
    WATT_HOURS,
    PERCENT,
    TEXT,
    COUNTS,
    SWITCH,
    RULE,
    BASIS,
    MEASURED
};
struct key {
    const char *name;
    enum key_kind kind;
    size_t offset, size; /* size: of a TEXT or COUNTS */
    double min, max;     /* of the value as it is stored */
    const char *expected;
};
#define AT(member)    offsetof(struct pm_settings, member)
#define TEXT_(member) AT(member), sizeof((struct pm_settings *)NULL)->member
#define A_TIME        "a time with its unit, such as 90s or 10min"
static const struct key other_keys[] = {
    {"confidence", SHARE, AT(confidence), 0, 0.5, 0.9999,
     "a share from 0.5 to 0.9999, such as 0.95 or 95%"},
    {"rule", RULE, AT(rule), 0, 0, 0, "pareto, literal, fastest or least-energy"},
    {"require_measured", MEASURED, AT(require_measured), 0, 0, 0, "true, false or all"},
    {"include_stand_ins", SWITCH, AT(include_stand_ins), 0, 0, 0, "true or false"},
    {"time_limit", DURATION, AT(time_limit_ms), 0, 1e-6, 1e12, A_TIME},
    {"candidate_time", DURATION, AT(candidate_time_ms), 0, 1e-6, 1e12, A_TIME},
    {"profile", TEXT, TEXT_(profile), 0, 0, NULL},
    {"task", TEXT, TEXT_(task), 0, 0, NULL},
    {"engine", TEXT, TEXT_(engine), 0, 0, NULL},
    {"batch", COUNTS, TEXT_(batch), 0, PM_BATCH_MAX,
     "images at once, such as 1 or 1,4,16 or 1-64*2 (1 to 1024)"},
    {"threads", COUNTS, TEXT_(threads), 0, PM_THREADS_MAX,
     "numbers of threads, such as 2 or 1,2 or 1-4"},
    {"fps", RATE, AT(fps), 0, 1e-6, 1e6, "images a second, such as 5"},
    {"overhead", DURATION, AT(overhead_ms), 0, 0, 1e9, "a time with its unit, such as 12ms"},
    {"battery", WATT_HOURS, AT(battery_wh), 0, 1e-9, 1e9, "an energy such as 40Wh or 900mWh"},
    {"runtime", DURATION, AT(runtime_ms), 0, 1, 1e12, "a time with its unit, such as 2h or 90min"},
    {"energy_basis", BASIS, AT(net_energy), 0, 0, 0, "total or net"},
    {"power", TEXT, TEXT_(power), 0, 0, NULL},
    {"power_window", DURATION, AT(power_window_ms), 0, 10, 1e7, "a time such as 2s or 100s"},
    {"power_gain", PERCENT, AT(power_gain_rel), 0, 0, 1, "a percentage with its sign, such as 1%"},
    {"sysfs", TEXT, TEXT_(sysfs), 0, 0, NULL},
    {"with_load", SWITCH, AT(with_load), 0, 0, 0, "true or false"},
    {"sustained", DURATION, AT(sustained_ms), 0, 1, 1e9, A_TIME},
};
#define SUSTAINED_FRAMES 20000 /* as many runs as one measurement keeps */

#define OTHER_KEYS (sizeof other_keys / sizeof *other_keys)
#define KEYS       (OWN + OTHER_KEYS)
_Static_assert(KEYS <= 64, "a key is a bit of a uint64_t");

const char *pm_settings_key(size_t index)
{
    if (index < OWN)
        return metrics[own[index]].key;
    return index < KEYS ? other_keys[index - OWN].name : NULL;
}

bool pm_settings_is_switch(const char *key)
{
    const int index = pm_settings_index(key);
    if (index < (int)OWN)
        return false;
    const enum key_kind kind = other_keys[(size_t)index - OWN].kind;
    return kind == SWITCH || kind == MEASURED;
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
    return (struct pm_settings){.confidence = 0.95,
                                .time_limit_ms = (double)INFINITY,
                                .candidate_time_ms = 60e3,
                                .fps = (double)NAN,
                                .battery_wh = (double)NAN,
                                .runtime_ms = (double)NAN,
                                .sysfs = "/sys",
                                .assumed_w = (double)NAN,
                                .power_window_ms = (double)NAN,
                                .power_gain_rel = (double)NAN,
                                .sustained_ms = (double)NAN};
}

bool pm_settings_any_budget(const struct pm_settings *settings)
{
    for (int i = 0; i < PM_METRICS; i++) {
        if (settings->budget[i].set)
            return true;
    }
    return false;
}

bool pm_settings_any_time(const struct pm_settings *settings)
{
    return settings->budget[PM_LATENCY].set || settings->budget[PM_FPS].set ||
           settings->budget[PM_KEEP_UP].set;
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
        if (!pm_number_points(value, &new.bound) || new.bound > 100)
            return expected(where, value, "a percentage from 0 to 100, such as 70", err);
        if (new.bound > 0 && new.bound < 1 && strchr(value, '%') == NULL)
            return pm_fail(err, PM_EUSAGE, where,
                           "%.20s is below 1: if it is a share of 1, write %g; if it is per cent, "
                           "write %.20s%%",
                           value, 100 * new.bound, value);
        break;
    case PM_LATENCY:
        if (!split_quantile(value, amount, sizeof amount, &new.quantile) ||
            !pm_number_duration_ms(amount, &new.bound) || new.bound <= 0)
            return expected(where, value, "a time with its unit, such as 200ms, 1.5s or 80ms@p99",
                            err);
        break;
    case PM_FPS:
        if (!split_quantile(value, amount, sizeof amount, &new.quantile) ||
            !pm_number_rate(amount, &new.bound) || new.bound <= 0)
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
    case PM_KEEP_UP:
    case PM_LAST:
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

static bool read_number(enum key_kind kind, const char *value, double *out)
{
    switch (kind) {
    case SHARE:
        return pm_number_double(value, out) || pm_number_percent(value, out);
    case RATE:
        return pm_number_rate(value, out);
    case DURATION:
        return pm_number_duration_ms(value, out);
    case WATT_HOURS:
        return pm_number_watt_hours(value, out);
    case PERCENT:
        return pm_number_percent(value, out);
    case TEXT:
    case COUNTS:
    case SWITCH:
    case RULE:
    case BASIS:
    case MEASURED:
        break;
    }
    return false;
}

/* One of two words. */
static bool read_word(const char *value, const char *no, const char *yes, bool *out)
{
    *out = strcmp(value, yes) == 0;
    return *out || strcmp(value, no) == 0;
}

static int set_require(struct pm_settings *s, const char *value, const char *where,
                       struct pm_err *err)
{
    static const char *const words[] = {"false", "true", "all"}; /* enum pm_require */
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(value, words[i]) == 0) {
            s->require_measured = (enum pm_require)i;
            return 0;
        }
    }
    return expected(where, value, "true, false or all", err);
}

static int set_counts(char *out, const struct key *key, const char *value, const char *where,
                      struct pm_err *err)
{
    long counts[PM_SWEEP_MAX];
    size_t n = 0;
    if (strlen(value) >= key->size ||
        !pm_number_counts(value, (long)key->max, counts, PM_SWEEP_MAX, &n))
        return expected(where, value, key->expected, err);
    return set_text(out, key->size, value, where, err);
}

static int set_other(struct pm_settings *s, const struct key *key, const char *value,
                     const char *where, struct pm_err *err)
{
    char *target = (char *)s + key->offset;
    double number = 0;
    bool flag = false;
    switch (key->kind) {
    case TEXT:
        return set_text(target, key->size, value, where, err);
    case COUNTS:
        return set_counts(target, key, value, where, err);
    case RULE:
        return set_rule(&s->rule, value, where, err);
    case MEASURED:
        return set_require(s, value, where, err);
    case SWITCH:
    case BASIS:
        if (!read_word(value, key->kind == SWITCH ? "false" : "total",
                       key->kind == SWITCH ? "true" : "net", &flag))
            return expected(where, value, key->expected, err);
        memcpy(target, &flag, sizeof flag);
        return 0;
    case SHARE:
    case RATE:
    case DURATION:
    case WATT_HOURS:
    case PERCENT:
        break;
    }
    if (!read_number(key->kind, value, &number) || number < key->min || number > key->max)
        return expected(where, value, key->expected, err);
    memcpy(target, &number, sizeof number);
    return 0;
}

int pm_settings_set(struct pm_settings *s, const char *key, const char *value, const char *where,
                    struct pm_err *err)
{
    const int index = pm_settings_index(key);
    if (index >= (int)OWN)
        return set_other(s, &other_keys[(size_t)index - OWN], value, where, err);
    if (index >= 0)
        return set_budget(&s->budget[own[index]], own[index], value, where, err);
    const char *keys[KEYS];
    for (size_t i = 0; i < KEYS; i++)
        keys[i] = pm_settings_key(i);
    const char *near = pm_text_nearest(key, keys, KEYS);
    if (near != NULL)
        return pm_fail(err, PM_EUSAGE, where, "unknown key \"%.40s\" (did you mean \"%s\"?)", key,
                       near);
    return pm_fail(err, PM_EUSAGE, where, "unknown key \"%.40s\"", key);
}

bool pm_settings_any_engine(const struct pm_settings *s)
{
    return s->engine[0] == '\0' || strcmp(s->engine, "auto") == 0;
}

bool pm_settings_wants_engine(const struct pm_settings *s, const char *engine)
{
    return pm_settings_any_engine(s) || (engine != NULL && pm_text_in_list(s->engine, engine));
}

size_t pm_settings_counts(const char *list, long counts[PM_SWEEP_MAX])
{
    size_t n = 0;
    return list[0] != '\0' && pm_number_counts(list, PM_BATCH_MAX, counts, PM_SWEEP_MAX, &n) ? n
                                                                                             : 0;
}

static bool in_counts(const char *list, long count)
{
    long counts[PM_SWEEP_MAX];
    const size_t n = pm_settings_counts(list, counts);
    size_t i = 0;
    while (i < n && counts[i] != count)
        i++;
    return n == 0 || i < n;
}

bool pm_settings_wants(const struct pm_settings *s, const char *engine, long batch, long threads)
{
    return pm_settings_wants_engine(s, engine) && in_counts(s->batch, batch) &&
           in_counts(s->threads, threads);
}

double pm_settings_limit_ms(const struct pm_settings *s, enum pm_metric metric, long batch)
{
    const double bound = s->budget[metric].bound;
    const double limit = pm_metric_is_rate(metric) ? 1e3 * (double)batch / bound : bound;
    return limit - s->overhead_ms * (double)batch;
}

/* The smallest batch that is asked for: what leaves nothing even for it leaves nothing for any. */
static long least_batch(const struct pm_settings *s)
{
    long counts[PM_SWEEP_MAX], least = 1;
    const size_t n = pm_settings_counts(s->batch, counts);
    for (size_t i = 0; i < n; i++)
        least = i == 0 || counts[i] < least ? counts[i] : least;
    return least;
}

int pm_settings_finish(struct pm_settings *s, struct pm_err *err)
{
    if (isfinite(s->sustained_ms) && !isfinite(s->fps))
        return pm_fail(err, PM_EUSAGE, "--sustained",
                       "needs --fps: the frame rate of the robot, such as --fps 5");
    if (isfinite(s->sustained_ms) && s->sustained_ms / 1e3 * s->fps > SUSTAINED_FRAMES)
        return pm_fail(err, PM_EUSAGE, "--sustained", "%.0f frames are too many (%d at most)",
                       s->sustained_ms / 1e3 * s->fps, SUSTAINED_FRAMES);
    if (isfinite(s->runtime_ms) && !isfinite(s->battery_wh))
        return pm_fail(err, PM_EUSAGE, "--runtime", "needs --battery, such as --battery 40Wh");
    if (strncmp(s->power, "assume:", 7) == 0 &&
        (!pm_number_watts(s->power + 7, &s->assumed_w) || s->assumed_w <= 0))
        return expected("power", s->power, "watts after \"assume:\", such as assume:10W", err);
    if (isfinite(s->fps))
        s->budget[PM_KEEP_UP] = (struct pm_budget){.set = true, .bound = s->fps, .quantile = 0.90};
    if (isfinite(s->runtime_ms))
        s->budget[PM_LAST] = (struct pm_budget){
            .set = true, .bound = s->battery_wh / (s->runtime_ms / 3600e3), .quantile = 0.90};
    for (int i = 0; i < PM_METRICS; i++) {
        const enum pm_metric m = (enum pm_metric)i;
        if (s->budget[m].set && pm_metric_is_timed(m) &&
            pm_settings_limit_ms(s, m, least_batch(s)) <= 0)
            return pm_fail(err, PM_EUSAGE, "--overhead",
                           "%g ms an image leave nothing of the %s budget for the network",
                           s->overhead_ms, metrics[m].title);
    }
    return 0;
}
