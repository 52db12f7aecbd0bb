/* SPDX-License-Identifier: MIT
 * A world: what is known of a few networks on one board (a catalogue, evaluations, a profile with
 * its runs), held in structs of the tests' own, so that the oracle never reads what the program
 * parsed. A world is written as the files that a user would have. */
#ifndef RANDOM_WORLD_H
#define RANDOM_WORLD_H

#include "dice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETS_MAX    6
#define ENTRIES_MAX 12
#define RUNS_MAX    100

enum origin { UNKNOWN, MEASURED, PUBLISHED, DECLARED, PREDICTED, ESTIMATED, COMPUTED };

/* A figure that may be missing; lo and hi are value where no interval is stated. */
struct figure {
    enum origin origin;
    double value, lo, hi;
};

struct net {
    char id[24];
    bool listed; /* in the catalogue */
    int cfg;     /* which of the small cfgs */
    struct figure top1, top5;
    bool stand_in;
    long good, images; /* an evaluation of ours; images 0: none */
};

enum entry_status { COMPLETE, PARTIAL, CENSORED, FAILED };
enum basis { BASIS_NONE, BASIS_TOTAL, BASIS_ABOVE_IDLE };

struct item {
    int net, engine, precision, mode; /* engine, precision, mode: 0 absent */
    long input_px, batch, threads;    /* 0 absent */
    double fps;                       /* 0: without rest */
    enum entry_status status;
    struct figure latency, p90, p95, p99, top1, top5, gops, params, memory, power, idle, energy;
    enum basis basis;
    double censored_ms;
    size_t runs, starts;
    size_t start_n[3];
    double ms[RUNS_MAX];
    double rest_ms;    /* between two runs, which lie apart then; 0: it is not known when they were
                          made */
    double others_pct; /* of the processors, used by other programs meanwhile; 0: not written */
    bool windows;      /* power and idle follow from windows of energy */
    bool lost;         /* its runs are not in the samples file */
};

struct world {
    enum origin origin; /* MEASURED, PUBLISHED; DECLARED: an imported table */
    bool table;         /* written as CSV and brought in by `import` */
    enum basis basis;   /* of the profile */
    struct figure idle;
    size_t nets, items;
    struct net net[NETS_MAX];
    struct item item[ENTRIES_MAX];
};

extern const char *const engine_names[], *const precision_names[], *const mode_names[];

/* What follows from the small cfgs, reckoned by hand: learnable values in millions, MiB of the
 * weights file, the side of the input. */
#define CFGS 3
struct small_cfg {
    const char *name, *text;
    double params_m, weights_mib;
    long input_px;
};
extern const struct small_cfg small_cfgs[CFGS];

void world_make(struct world *w, struct dice *d);
const char *status_word(enum entry_status status);
const char *origin_word(enum origin origin);
long batch_of(const struct item *e);
/* Alike in all of the key but the frame rate. */
bool same_way(const struct item *a, const struct item *b);
/* The entry at that rate of the same candidate; -1 none. */
int paced_of(const struct world *w, size_t i, double fps);
/* Remove an entry, or a network with its entries. */
void world_drop_item(struct world *w, size_t i);
void world_drop_net(struct world *w, size_t i);
/* The figures of an entry, one after another, NULL past the last: for the shrinker. */
struct figure *item_figure(struct item *e, size_t i);

#endif
