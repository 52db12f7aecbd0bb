/* SPDX-License-Identifier: MIT
 * A question as somebody types it: options with values in decimal, each in one of the units that
 * the manual allows. The decimal text in the base unit is what the oracle takes it for. */
#ifndef RANDOM_QUESTION_H
#define RANDOM_QUESTION_H

#include "random_world.h"

enum key {
    MIN_TOP1,
    MIN_TOP5,
    MAX_LATENCY, /* ms */
    MIN_FPS,
    MAX_WATTS,
    MAX_ENERGY,
    MAX_MEMORY, /* MiB */
    MAX_PARAMS, /* millions */
    MAX_SIZE,   /* MiB */
    BUDGET_KEYS,
    RATE = BUDGET_KEYS, /* --fps */
    OVERHEAD,           /* ms */
    CONFIDENCE,
    RULE,
    BATTERY, /* Wh */
    RUNTIME, /* h */
    BASIS,
    STAND_INS,
    ENGINE,
    BATCH,
    THREADS,
    ASSUME, /* W */
    REQUIRE_MEASURED,
    KEYS
};

enum rule { PARETO, LITERAL, FASTEST, LEAST_ENERGY };

#define RAW (-1)
struct option {
    enum key key;
    char value[40];   /* in the base unit, decimal; or a word */
    char quantile[8]; /* "p99"; "": none was typed */
    int unit;         /* which of the units it is written in; RAW: value is the whole text */
};

#define OPTIONS_MAX 24
struct question {
    size_t n;
    struct option option[OPTIONS_MAX];
};

/* What it asks for, in numbers: what the oracle goes by. */
struct limit {
    bool set;
    double bound, q;
};
struct wish {
    struct limit limit[BUDGET_KEYS];
    struct limit pace; /* --fps as a budget on the frame rate */
    double fps, overhead_ms, confidence, assumed_w;
    bool net_energy, stand_ins, require_measured;
    enum rule rule;
};

void question_make(struct question *q, const struct world *w, bool can_require, struct dice *d);
struct wish question_wish(const struct question *q);
const char *key_name(enum key key);                        /* "max-latency" */
size_t key_units(enum key key);                            /* in how many units it can be written */
int question_find(const struct question *q, enum key key); /* -1: not asked */
void question_drop(struct question *q, size_t i);
/* As a text that was read somewhere ("21.0 ms"); a percentile that was typed stays. */
void question_set_raw(struct question *q, enum key key, const char *text);
bool key_of_name(const char *name, enum key *out);
/* Put it in the place of the key's own, or add it. */
struct option *question_set(struct question *q, enum key key, double value);
/* "--max-latency=120ms@p99"; for YAML "max_latency: 120ms@p99". */
void option_text(const struct option *o, bool yaml, char *out, size_t size);
bool wish_any_budget(const struct wish *wish);
/* Is an entry among the engines, batches and threads asked for? */
bool question_wants(const struct question *q, const struct item *e);

#endif
