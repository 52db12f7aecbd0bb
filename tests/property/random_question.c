/* SPDX-License-Identifier: MIT */
#include "random_question.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A unit and how many places the point moves to the right on the way from the base unit; binary:
 * times 2^places. */
struct unit {
    const char *name;
    int places;
    bool binary;
};
static const struct {
    const char *name;
    size_t units;
    struct unit unit[4];
} keys[KEYS] = {
    [MIN_TOP1] = {"min-top1", 1, {{"", 0, false}}},
    [MIN_TOP5] = {"min-top5", 1, {{"", 0, false}}},
    [MAX_LATENCY] = {"max-latency", 4, {{"ms", 0, 0}, {"s", -3, 0}, {"us", 3, 0}, {"ns", 6, 0}}},
    [MIN_FPS] = {"min-fps", 1, {{"", 0, false}}},
    [MAX_WATTS] = {"max-watts", 3, {{"W", 0, 0}, {"", 0, 0}, {"mW", 3, 0}}},
    [MAX_ENERGY] = {"max-energy", 3, {{"J", 0, 0}, {"mJ", 3, 0}, {"kJ", -3, 0}}},
    [MAX_MEMORY] = {"max-memory", 3, {{"MiB", 0, 0}, {"KiB", 10, 1}, {"B", 20, 1}}},
    [MAX_PARAMS] = {"max-params", 4, {{"M", 0, 0}, {"k", 3, 0}, {"", 6, 0}, {"B", -3, 0}}},
    [MAX_SIZE] = {"max-size", 3, {{"MiB", 0, 0}, {"KiB", 10, 1}, {"B", 20, 1}}},
    [RATE] = {"fps", 1, {{"", 0, false}}},
    [OVERHEAD] = {"overhead", 4, {{"ms", 0, 0}, {"s", -3, 0}, {"us", 3, 0}, {"ns", 6, 0}}},
    [CONFIDENCE] = {"confidence", 1, {{"", 0, false}}},
    [RULE] = {"rule", 0, {{0}}},
    [BATTERY] = {"battery", 2, {{"Wh", 0, 0}, {"mWh", 3, 0}}},
    [RUNTIME] = {"runtime", 1, {{"h", 0, 0}}},
    [BASIS] = {"energy-basis", 0, {{0}}},
    [STAND_INS] = {"include-stand-ins", 0, {{0}}},
    [ENGINE] = {"engine", 0, {{0}}},
    [BATCH] = {"batch", 0, {{0}}},
    [THREADS] = {"threads", 0, {{0}}},
    [ASSUME] = {"power", 1, {{"W", 0, 0}}},
    [REQUIRE_MEASURED] = {"require-measured", 0, {{0}}},
};

const char *key_name(enum key key)
{
    return keys[key].name;
}

size_t key_units(enum key key)
{
    return keys[key].units;
}

/* ---- writing ---- */

/* Move the point of a plain decimal, by its digits: no rounding enters. */
static void shift(const char *text, int places, char *out, size_t size)
{
    char digits[80];
    int n = 0, point = -1, first = 0, len = 0;
    for (const char *c = text; *c != '\0' && n < 60; c++) {
        if (*c == '.')
            point = n;
        else
            digits[n++] = *c;
    }
    point = (point < 0 ? n : point) + places;
    while (n < point)
        digits[n++] = '0';
    char padded[160];
    for (; point + len < 1; len++)
        padded[len] = '0';
    memcpy(padded + len, digits, (size_t)n);
    n += len;
    point += len;
    while (first < point - 1 && padded[first] == '0')
        first++;
    while (n > point && padded[n - 1] == '0')
        n--;
    snprintf(out, size, "%.*s%s%.*s", point - first, padded + first, n > point ? "." : "",
             n - point, padded + point);
}

static void number_text(const struct option *o, char *out, size_t size)
{
    const struct unit *u = &keys[o->key].unit[o->unit];
    char number[64];
    if (u->binary) /* exact: a power of two */
        snprintf(number, sizeof number, "%.10f", ldexp(strtod(o->value, NULL), u->places));
    else
        snprintf(number, sizeof number, "%s", o->value);
    if (strchr(number, 'e') == NULL)
        shift(number, u->binary ? 0 : u->places, out, size - 8);
    else
        snprintf(out, size, "%s", number);
    strcat(out, u->name);
}

void option_text(const struct option *o, bool yaml, char *out, size_t size)
{
    char value[96] = "", name[32];
    snprintf(name, sizeof name, "%s", keys[o->key].name);
    if (keys[o->key].units > 0 && o->unit != RAW)
        number_text(o, value, sizeof value - 16);
    else
        snprintf(value, sizeof value - 16, "%s", o->value);
    if (o->quantile[0] != '\0') {
        strcat(value, "@");
        strcat(value, o->quantile);
    }
    for (char *c = name; yaml && *c != '\0'; c++)
        *c = *c == '-' ? '_' : *c;
    if (yaml)
        snprintf(out, size, "%s: %s%s", name, o->key == ASSUME ? "assume:" : "",
                 value[0] != '\0' ? value : "true");
    else
        snprintf(out, size, "--%s%s%s%s", name, value[0] != '\0' ? "=" : "",
                 o->key == ASSUME ? "assume:" : "", value);
}

/* ---- reading ---- */

int question_find(const struct question *q, enum key key)
{
    for (size_t i = 0; i < q->n; i++) {
        if (q->option[i].key == key)
            return (int)i;
    }
    return -1;
}

void question_drop(struct question *q, size_t i)
{
    memmove(&q->option[i], &q->option[i + 1], (q->n - i - 1) * sizeof *q->option);
    q->n--;
}

static struct option *option_at(struct question *q, enum key key)
{
    const int at = question_find(q, key);
    struct option *o = &q->option[at >= 0 ? (size_t)at : q->n++];
    if (at < 0)
        *o = (struct option){.key = key};
    return o;
}

struct option *question_set(struct question *q, enum key key, double value)
{
    struct option *o = option_at(q, key);
    snprintf(o->value, sizeof o->value, "%.12g", value);
    if (strchr(o->value, 'e') != NULL)
        snprintf(o->value, sizeof o->value, "%.9f", value);
    o->unit = 0;
    return o;
}

void question_set_raw(struct question *q, enum key key, const char *text)
{
    struct option *o = option_at(q, key);
    snprintf(o->value, sizeof o->value, "%s", text);
    o->unit = RAW;
    o->quantile[0] = '\0'; /* it stands in the text where it is not the usual one */
}

bool key_of_name(const char *name, enum key *out)
{
    for (int k = 0; k < KEYS; k++) {
        if (strcmp(keys[k].name, name) == 0) {
            *out = (enum key)k;
            return true;
        }
    }
    return false;
}

static double quantile_of(const struct option *o)
{
    char digits[16];
    if (o->quantile[0] == '\0')
        return 0.9;
    snprintf(digits, sizeof digits, "%s", o->quantile + 1);
    return strtod(digits, NULL) / 100;
}

static void read_option(struct wish *w, const struct option *o)
{
    const double value = strtod(o->value, NULL);
    if (o->key < BUDGET_KEYS)
        w->limit[o->key] = (struct limit){true, value, quantile_of(o)};
    if (o->key == RATE) {
        w->fps = value;
        w->pace = (struct limit){true, value, 0.9};
    }
    w->overhead_ms = o->key == OVERHEAD ? value : w->overhead_ms;
    w->confidence = o->key == CONFIDENCE ? value : w->confidence;
    w->assumed_w = o->key == ASSUME ? value : w->assumed_w;
    w->net_energy = w->net_energy || (o->key == BASIS && strcmp(o->value, "net") == 0);
    w->stand_ins = w->stand_ins || o->key == STAND_INS;
    w->require_measured = w->require_measured || o->key == REQUIRE_MEASURED;
    if (o->key == RULE)
        w->rule = strcmp(o->value, "literal") == 0        ? LITERAL
                  : strcmp(o->value, "fastest") == 0      ? FASTEST
                  : strcmp(o->value, "least-energy") == 0 ? LEAST_ENERGY
                                                          : PARETO;
}

struct wish question_wish(const struct question *q)
{
    struct wish w = {.confidence = 0.95};
    for (size_t i = 0; i < q->n; i++)
        read_option(&w, &q->option[i]);
    const int battery = question_find(q, BATTERY), runtime = question_find(q, RUNTIME);
    if (battery >= 0 && runtime >= 0) {
        const double most =
            strtod(q->option[battery].value, NULL) / strtod(q->option[runtime].value, NULL);
        if (!w.limit[MAX_WATTS].set || most < w.limit[MAX_WATTS].bound)
            w.limit[MAX_WATTS] = (struct limit){true, most, 0};
    }
    return w;
}

bool wish_any_budget(const struct wish *w)
{
    bool any = w->pace.set;
    for (int k = 0; k < BUDGET_KEYS; k++)
        any = any || w->limit[k].set;
    return any;
}

static bool listed(const char *list, const char *word)
{
    const size_t len = strlen(word);
    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, len) == 0 && (at[len] == ',' || at[len] == '\0'))
            return true;
    }
    return false;
}

bool question_wants(const struct question *q, const struct item *e)
{
    const int engine = question_find(q, ENGINE), batch = question_find(q, BATCH);
    const int threads = question_find(q, THREADS);
    char text[24];
    if (engine >= 0 &&
        (e->engine == 0 || !listed(q->option[engine].value, engine_names[e->engine])))
        return false;
    snprintf(text, sizeof text, "%ld", batch_of(e));
    if (batch >= 0 && !listed(q->option[batch].value, text))
        return false;
    snprintf(text, sizeof text, "%ld", e->threads);
    return threads < 0 || listed(q->option[threads].value, text);
}

/* ---- chance ---- */

/* A figure of the world, so that a bound lies on it or just beside it. */
static double near_figure(const struct world *w, enum key key, struct dice *d)
{
    const struct item *e = &w->item[dice_below(d, (uint32_t)w->items)];
    const double per_batch = e->latency.value / 1e3 / (double)batch_of(e);
    switch (key) {
    case MIN_TOP1:
        return e->top1.value > 0 ? e->top1.value : w->net[e->net].top1.value;
    case MIN_TOP5:
        return e->top5.value > 0 ? e->top5.value : w->net[e->net].top5.value;
    case MAX_LATENCY:
        return dice_chance(d, 40) && e->p90.value > 0 ? e->p90.value : e->latency.value;
    case MIN_FPS:
        return per_batch > 0 ? 1 / per_batch : 0;
    case MAX_WATTS:
        return e->power.value + (dice_chance(d, 50) ? e->idle.value : 0);
    case MAX_ENERGY:
        return e->energy.value > 0 ? e->energy.value : e->power.value * per_batch;
    case MAX_MEMORY:
        return e->memory.value;
    case MAX_PARAMS:
        return e->params.value;
    default:
        return small_cfgs[w->net[e->net].cfg].weights_mib;
    }
}

static double any_bound(const struct world *w, enum key key, struct dice *d)
{
    static const double spare[BUDGET_KEYS] = {70, 85, 60, 12, 5, 0.4, 100, 10, 0.5};
    static const double scale[] = {1, 1, 1, 1.1, 0.9, 1.3, 2, 0.5};
    double value = w->items > 0 ? near_figure(w, key, d) : 0;
    if (value <= 0 || dice_chance(d, 15))
        value = spare[key];
    value *= DICE_ANY(d, scale);
    if (key <= MIN_TOP5 && value > 100)
        value = 99;
    char text[40];
    snprintf(text, sizeof text, "%.4g", value); /* as people type */
    return strtod(text, NULL);
}

static void any_unit(struct option *o, struct dice *d)
{
    if (keys[o->key].units > 1 && dice_chance(d, 40))
        o->unit = (int)dice_below(d, (uint32_t)keys[o->key].units);
}

static void add_budget(struct question *q, enum key key, const struct world *w, struct dice *d)
{
    static const char *const quantiles[] = {"p50", "p90", "p95", "p99", "p99.9", "p75"};
    struct option *o = question_set(q, key, any_bound(w, key, d));
    if (key == MAX_MEMORY || key == MAX_SIZE) /* whole bytes in every unit */
        o = question_set(q, key, ceil(strtod(o->value, NULL) * 64) / 64);
    if ((key == MAX_LATENCY || key == MIN_FPS) && dice_chance(d, 45))
        snprintf(o->quantile, sizeof o->quantile, "%s", DICE_ANY(d, quantiles));
    any_unit(o, d);
}

static void add_word(struct question *q, enum key key, const char *word)
{
    struct option *o = option_at(q, key);
    snprintf(o->value, sizeof o->value, "%s", word);
}

static void add_use(struct question *q, struct dice *d)
{
    static const double rates[] = {2, 5, 10, 10, 25}, overheads[] = {0.5, 2, 9, 20};
    static const double hours[] = {1, 2, 2.5}, stores[] = {4, 6, 12.5, 20};
    if (dice_chance(d, 30))
        question_set(q, RATE, DICE_ANY(d, rates));
    if (dice_chance(d, 22))
        any_unit(question_set(q, OVERHEAD, DICE_ANY(d, overheads)), d);
    if (dice_chance(d, 15)) {
        any_unit(question_set(q, BATTERY, DICE_ANY(d, stores)), d);
        if (dice_chance(d, 75))
            question_set(q, RUNTIME, DICE_ANY(d, hours));
    }
    if (dice_chance(d, 12))
        add_word(q, BASIS, dice_chance(d, 70) ? "net" : "total");
    if (dice_chance(d, 8))
        question_set(q, ASSUME, dice_chance(d, 50) ? 4 : 9);
}

static void add_ways(struct question *q, const struct world *w, bool can_require, struct dice *d)
{
    static const char *const rules[] = {"pareto", "literal", "fastest", "least-energy"};
    static const char *const engines[] = {"alpha", "beta", "alpha,beta"};
    static const char *const batches[] = {"1", "1,4", "8", "1,4,8,64"};
    static const double levels[] = {0.5, 0.8, 0.9, 0.99, 0.9999};
    if (dice_chance(d, 25))
        question_set(q, CONFIDENCE, DICE_ANY(d, levels));
    if (dice_chance(d, 45))
        add_word(q, RULE, DICE_ANY(d, rules));
    if (dice_chance(d, 20))
        add_word(q, STAND_INS, "");
    if (!w->table && dice_chance(d, 8))
        add_word(q, ENGINE, DICE_ANY(d, engines));
    if (dice_chance(d, 8))
        add_word(q, BATCH, DICE_ANY(d, batches));
    if (dice_chance(d, 4))
        add_word(q, THREADS, dice_chance(d, 50) ? "1" : "1,2");
    if (can_require && dice_chance(d, 10))
        add_word(q, REQUIRE_MEASURED, "");
}

void question_make(struct question *q, const struct world *w, bool can_require, struct dice *d)
{
    static const uint32_t often[BUDGET_KEYS] = {45, 12, 45, 22, 28, 22, 15, 12, 10};
    q->n = 0;
    for (int k = 0; k < BUDGET_KEYS; k++) {
        if (dice_chance(d, often[k]))
            add_budget(q, (enum key)k, w, d);
    }
    add_use(q, d);
    add_ways(q, w, can_require, d);
}
