/* SPDX-License-Identifier: MIT
 * make bench-verdicts: how often a verdict on a latency is wrong, and how often and when there is
 * one, on machines of many kinds.     verdicts [--rounds N] [--quantile Q] [--confidence C] [--seed
 * S]
 *
 * In each round a measurement goes on until it is decided, looked at as the program looks at it, at
 * eight limits at once. A run takes RUN_MS on average, so that a spell of 10 runs is over within
 * the half second that looks are apart. Wrong "meets" count at the true quantile less a hair and 10
 * % below it, wrong "fails" at it and 10 % above it. */
#include "spells.h"
#include "stats/latency.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUN_MS  50.0
#define LONGEST 2000
#define LIMITS  8
#define GROWTH  1.2

static const struct spells machines[] = {
    {"normal 10 %", NORMAL, .1, 0, 0, 0, 0},
    {"normal 10 %, AR .6", NORMAL, .1, .6, 0, 0, 0},
    {"normal 10 %, AR .8", NORMAL, .1, .8, 0, 0, 0},
    {"normal 10 %, AR .9", NORMAL, .1, .9, 0, 0, 0},
    {"normal 10 %, AR .95", NORMAL, .1, .95, 0, 0, 0},
    {"lognormal .3", LOGNORMAL, .3, 0, 0, 0, 0},
    {"lognormal .3, AR .6", LOGNORMAL, .3, .6, 0, 0, 0},
    {"lognormal .3, AR .8", LOGNORMAL, .3, .8, 0, 0, 0},
    {"lognormal .3, AR .9", LOGNORMAL, .3, .9, 0, 0, 0},
    {"lognormal .5, AR .6", LOGNORMAL, .5, .6, 0, 0, 0},
    {"lognormal .5, AR .8", LOGNORMAL, .5, .8, 0, 0, 0},
    {"lognormal .5, AR .9", LOGNORMAL, .5, .9, 0, 0, 0},
    {"lognormal .7", LOGNORMAL, .7, 0, 0, 0, 0},
    {"lognormal .7, AR .6", LOGNORMAL, .7, .6, 0, 0, 0},
    {"lognormal .7, AR .9", LOGNORMAL, .7, .9, 0, 0, 0},
    {"Pareto 1.1", PARETO, 0, 0, 0, 0, 0},
    {"1.5 x, 15 %, dwell 3", LEVELS, 0, 0, .15, 3, 1.5},
    {"1.5 x, 15 %, dwell 10", LEVELS, 0, 0, .15, 10, 1.5},
    {"1.5 x, 30 %, dwell 3", LEVELS, 0, 0, .3, 3, 1.5},
    {"1.5 x, 30 %, dwell 10", LEVELS, 0, 0, .3, 10, 1.5},
    {"2 x, 5 %, dwell 3", LEVELS, 0, 0, .05, 3, 2},
    {"2 x, 5 %, dwell 10", LEVELS, 0, 0, .05, 10, 2},
    {"2 x, 8 %, dwell 3", LEVELS, 0, 0, .08, 3, 2},
    {"2 x, 8 %, dwell 10", LEVELS, 0, 0, .08, 10, 2},
    {"1.5 x, 15 %, dwell 30", LEVELS, 0, 0, .15, 30, 1.5},
};

/* Of the true quantile. */
static const double limits[LIMITS] = {1 - 1e-6, 1 / 1.1, 1 + 1e-6, 1.1, 1.2, 1.25, 2.05, 1 / 2.05};

struct setting {
    size_t rounds, longest;
    double q, confidence;
    unsigned long seed;
};

struct tally {
    size_t meets[LIMITS], fails[LIMITS];
    size_t runs[LIMITS][LONGEST + 1]; /* how many were decided with so many runs */
};

static void judge_round(const struct setting *s, const struct spells *p, struct pm_rng *rng,
                        struct tally *t)
{
    static double ms[LONGEST], at[LONGEST];
    struct spells_state state;
    const double unit = RUN_MS, edge = unit * spells_quantile(p, s->q);
    enum pm_within said[LIMITS];
    size_t n = 0;
    for (size_t k = 0; k < LIMITS; k++)
        said[k] = PM_WITHIN_UNDECIDED;
    spells_start(p, rng, &state);
    for (size_t look = pm_looks_first(s->q, s->confidence); n < s->longest;
         look = (size_t)ceil(GROWTH * (double)look)) {
        for (; n < look && n < s->longest; n++) {
            ms[n] = unit * spells_next(p, rng, &state);
            at[n] = n > 0 ? at[n - 1] + ms[n - 1] : 0;
        }
        const size_t starts = n > 18 ? 2 : 1, start_n[] = {starts == 2 ? 18 : n, n - 18};
        const struct pm_runs runs = {ms, n, start_n, starts, NULL, at};
        struct pm_latency_bounds b;
        struct pm_err *none = NULL;
        if (pm_latency_bounds(&runs, s->q, s->confidence, &b, none) != 0)
            abort();
        for (size_t k = 0; k < LIMITS; k++) {
            if (said[k] != PM_WITHIN_UNDECIDED)
                continue;
            said[k] = pm_latency_within(&b, edge * limits[k]);
            t->runs[k][n] += said[k] != PM_WITHIN_UNDECIDED;
        }
    }
    for (size_t k = 0; k < LIMITS; k++) {
        t->meets[k] += said[k] == PM_WITHIN_YES;
        t->fails[k] += said[k] == PM_WITHIN_NO;
    }
}

/* Runs within which so many per cent of the rounds were decided; 0: not so many were. */
static size_t runs_for(const struct setting *s, const struct tally *t, size_t k, double part)
{
    size_t n = 0, sum = 0;
    for (; n <= LONGEST && (double)sum < part * (double)s->rounds; n++)
        sum += t->runs[k][n];
    return n <= LONGEST ? n - 1 : 0;
}

static void print_row(const struct setting *s, const char *name, const struct tally *t)
{
    const double pct = 100.0 / (double)s->rounds;
    printf("%-22s %5.1f %5.1f  %5.1f %5.1f ", name, pct * (double)t->meets[0],
           pct * (double)t->meets[1], pct * (double)t->fails[2], pct * (double)t->fails[3]);
    for (size_t k = 4; k < LIMITS; k++) {
        const size_t right = limits[k] > 1 ? t->meets[k] : t->fails[k];
        const size_t median = runs_for(s, t, k, 0.5);
        printf(" %5.1f", pct * (double)right);
        printf(median > 0 ? " %4zu" : "    -", median);
    }
    printf("\n");
}

static int number(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return *text != '\0' && *end == '\0' ? 0 : -1;
}

static int read_arguments(int argc, char **argv, struct setting *s)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        double value;
        if (number(argv[i + 1], &value) != 0)
            return -1;
        if (strcmp(argv[i], "--rounds") == 0)
            s->rounds = (size_t)value;
        else if (strcmp(argv[i], "--quantile") == 0)
            s->q = value;
        else if (strcmp(argv[i], "--confidence") == 0)
            s->confidence = value;
        else if (strcmp(argv[i], "--runs") == 0)
            s->longest = (size_t)fmin(value, LONGEST);
        else if (strcmp(argv[i], "--seed") == 0)
            s->seed = (unsigned long)value;
        else
            return -1;
    }
    return argc % 2 == 1 ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct setting s = {.rounds = 400, .longest = 400, .q = 0.9, .confidence = 0.95, .seed = 1};
    if (read_arguments(argc, argv, &s) != 0) {
        fprintf(stderr, "usage: verdicts [--rounds N] [--runs N] [--quantile Q] [--confidence C] "
                        "[--seed S]\n");
        return 2;
    }
    pm_stats_init();
    printf("p%g, alpha %g %%, at most %zu runs of %g ms, %zu rounds\n", 100 * s.q,
           100 * (1 - s.confidence), s.longest, RUN_MS, s.rounds);
    printf("%-22s %11s  %11s  %10s %10s %10s %10s\n%-22s %5s %5s  %5s %5s  %5s %4s %5s %4s %5s "
           "%4s %5s %4s\n",
           "", "wrong meets", "wrong fails", "1.2 x", "1.25 x", "2.05 x", "1/2.05 x",
           "share in %, runs (50 %)", "edge", "-10%", "edge", "+10%", "meets", "runs", "meets",
           "runs", "meets", "runs", "fails", "runs");
    for (size_t m = 0; m < sizeof machines / sizeof *machines; m++) {
        static struct tally t;
        memset(&t, 0, sizeof t);
        struct pm_rng *rng = pm_rng_open(s.seed + m);
        if (rng == NULL)
            return 1;
        for (size_t round = 0; round < s.rounds; round++)
            judge_round(&s, &machines[m], rng, &t);
        pm_rng_close(rng);
        print_row(&s, machines[m].name, &t);
        fflush(stdout);
    }
    printf("\n");
    return 0;
}
