/* SPDX-License-Identifier: MIT
 * What is right, from the manual and the formats page alone, reckoned from the world as it was
 * made and never from what the program read. Where several answers can be defended, or chance
 * enters (raw runs), it names all that may be said. */
#ifndef ORACLE_H
#define ORACLE_H

#include "ask.h"

/* A set of verdicts: 1 << MEETS and so on. */
typedef unsigned verdicts;
#define ONLY(v)   (1u << (v))
#define ANY_SAID  (ONLY(MEETS) | ONLY(FAILS) | ONLY(UNDECIDED) | ONLY(NO_FIGURE))
#define OPEN_SAID (ONLY(UNDECIDED) | ONLY(NO_FIGURE))

/* A value known to lie in [lo, hi]; known false: nothing is. */
struct span {
    bool known;
    double value, lo, hi;
};

/* May be said of one entry against one budget (MIN_FPS: with --fps as a budget too). */
verdicts oracle_budget(const struct world *w, const struct wish *wish, size_t item, enum key key);
/* Over all budgets. */
verdicts oracle_overall(const struct world *w, const struct wish *wish, size_t item);
/* The inference of a batch against a limit of its own. */
verdicts oracle_time(const struct world *w, const struct wish *wish, const struct item *e,
                     double limit_ms, double q);
verdicts oracle_power(const struct world *w, const struct wish *wish, size_t item, double bound);
verdicts oracle_energy(const struct world *w, const struct wish *wish, const struct item *e,
                       double bound);
/* The energy of an image as a rule may rank it: known only where it is a figure and no bound. */
struct span oracle_energy_figure(const struct world *w, const struct wish *wish,
                                 const struct item *e);
/* The top-1 as published, stated or measured, with its interval at the confidence asked for. */
struct span oracle_top1(const struct world *w, const struct wish *wish, const struct item *e,
                        bool *disputed);
/* No figure of a run of it counts: it failed, or its raw runs are lost. */
bool oracle_no_figure(const struct world *w, const struct item *e);
/* Of its time; of runs, the least and the most. */
struct span oracle_latency(const struct world *w, const struct item *e);
verdicts oracle_judge(struct span s, double bound, bool is_min, double slack);
/* Wilson's score interval of a share, in per cent. */
struct span oracle_wilson(long good, long n, double confidence);

/* Does the whole answer follow from what it says of each candidate? NULL, or what is wrong. */
const char *oracle_status(const struct world *w, const struct wish *wish, const struct reply *r);
const char *oracle_pick(const struct world *w, const struct wish *wish, const struct reply *r);
const char *oracle_contenders(const struct world *w, const struct wish *wish,
                              const struct reply *r);

#endif
