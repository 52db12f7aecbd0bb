/* SPDX-License-Identifier: MIT
 * The answer, and the way to it: candidates -> verdicts -> pick -> alternatives, explanations and
 * fits. Pure: records in, records out; no clock, no file, no device. */
#ifndef PM_ANSWER_H
#define PM_ANSWER_H

#include "advise/rule.h"
#include "base/arena.h"
#include "base/quantity.h"
#include "base/scope.h"
#include "record/configuration.h"
#include "record/settings.h"
#include "stats/hyperbola.h"
#include "stats/latency.h"
#include "stats/regression.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_catalogue;
struct pm_catalogue_entry;
struct pm_conditions;
struct pm_entry;
struct pm_err;
struct pm_profile;

struct pm_judgement {
    enum pm_verdict verdict;
    struct pm_quantity value; /* what was judged, in the metric's unit */
    double quantile;          /* of a time: which quantile the value is of; 0 otherwise */
    size_t need_more;         /* runs that would decide; 0 = none or not known */
    double need_ms;           /* that they take */
    double spell_ms;          /* so long speed was seen to stay changed; 0: no such spells */
    bool doubtful;            /* undecided for what its figure was measured beside: see note */
    bool leans_fails;         /* undecided, and what decides is likely to speak against it */
    const char *note;         /* "the latency is still rising", ...; may be NULL */
};

/* "about 120 more runs (40 s)": what would decide it; need_more > 0. */
#define PM_NEEDS_TEXT 120
const char *pm_judgement_needs(const struct pm_judgement *j, char out[PM_NEEDS_TEXT]);

struct pm_candidate {
    const char *title; /* the network's name for people: "ResNet-50" */
    const char *name;  /* the same, and what tells it from others of it: "... [darknet]" */
    struct pm_configuration config;
    const struct pm_entry *entry;           /* NULL: not measured, or stale */
    const struct pm_entry *paced;           /* measured at the frame rate asked for; NULL */
    const struct pm_catalogue_entry *known; /* NULL: not in the catalogue */
    bool unable;                            /* no engine here can run it: the gap says why */
    double floor_ms;                        /* no inference of a batch can take less; 0 not known */
    const char *gap;                        /* why there is no figure: "not measured", ... */
    const char *disturbed;       /* by what `entry` was (disturbance.h); NULL: by nothing known */
    const char *paced_disturbed; /* the same of `paced` */
    bool stand_in;
    bool outrun; /* the same network, in the same power mode, is faster in another way (ways.h), or
                    as fast and more usual; never true of the pick */

    struct pm_quantity figure[PM_METRICS]; /* PM_LATENCY: the median, ms of one batch */
    struct pm_quantity gops;
    struct pm_quantity busy_w;        /* total while busy, whatever the frame rate */
    struct pm_quantity idle_w, net_j; /* asleep; of an image, above idle */
    struct pm_quantity rest_w;    /* what the board draws with nothing running: in total, no network
                                     draws less; unknown unless it was asked for */
    struct pm_quantity runtime_h; /* on the battery that was named */
    enum pm_scope power_scope;
    const char *power_note; /* how the power follows: "1.3 W idle (declared, unverified) + ..." */

    struct pm_judgement judged[PM_METRICS]; /* of the budgets that are set */
    enum pm_verdict verdict;
    int beaten_by;      /* index; -1 none */
    const char *reason; /* one short line for people */
};

enum pm_answer_status {
    PM_RECOMMENDED,
    PM_INFEASIBLE,
    PM_NOT_DECIDED,
    PM_OVERVIEW, /* no budget was given: the front, no pick */
};

struct pm_contender {
    int index;
    const char *settles; /* "12 more runs would decide its latency" */
};

/* One budget, loosened alone, and the candidate that would then fit. */
struct pm_relaxation {
    enum pm_metric metric;
    bool possible;
    double to;         /* in the metric's unit: what `typed` is read as */
    const char *typed; /* the least that does, as an option takes it: "120ms", "0.85h" */
    int index;         /* candidate; when not possible one of which too little is known, or -1 */
    const char *note;  /* may be NULL */
};

#define PM_POWER_CONSTANT                                                                          \
    0.10 /* spread between networks, relative, up to which power is constant */

/* Is power a constant of the board? The paper found it to be. Of the pick's engine, precision,
 * threads and power mode. */
struct pm_power_law {
    size_t n;           /* candidates with a power figure */
    double mean_w;      /* total while busy; NAN when n = 0 */
    double base_w;      /* mean of the figures whose spread this is; NAN when n = 0 */
    double networks_sd; /* between networks at one batch size; NAN with fewer than 3 */
    double batches_sd;  /* between batch sizes of one network, pooled; NAN with fewer than 3 */
    size_t batches;     /* figures at further batch sizes */
    bool above_idle;    /* the figures are above idle: every one of them is known so */
};

/* The most accuracy an energy budget can buy: the budget over the mean power is a time, and the
 * fitted front says what that time buys. */
struct pm_energy_ceiling {
    double energy_j;                    /* NAN: no ceiling */
    double time_ms, top1_pct, half_pct; /* half_pct: confidence band of the front */
};

/* What a larger batch buys, among networks run in the way of the law of operations. */
struct pm_batch_law {
    size_t n;           /* networks at batch 1 and at `batch` */
    long batch;         /* the largest that at least three were run at; 0 none */
    double least, most; /* images a second over those at batch 1 */
    const char *best;   /* the network that gains the most; NULL */
    double connected;   /* share of its weights in connected layers; NAN not known */
    double rank;        /* rank correlation of the times an image; NAN with fewer than 3 */
};

struct pm_answer_fits {
    struct pm_power_law power;
    struct pm_batch_law batch;
    struct pm_energy_ceiling ceiling; /* of --max-energy, else of 1 J */
    struct pm_hyperbola front, all; /* how each predicts what was left out: pm_answer_finish_laws */
    struct pm_ops_fit ops;          /* by that function alone */
    bool measured;                  /* to accuracies on the user's images */
    int ops_way;           /* a candidate of the engine, threads, ... it is fitted to; -1 none */
    const char *ops_worst; /* the network with the worst leave-one-out error; NULL: unchecked */
    double spearman;       /* operations against latency */
};

struct pm_answer {
    struct pm_arena arena; /* holds everything it points at but candidates' records */
    enum pm_answer_status status;
    const struct pm_settings *settings;
    const struct pm_profile *profile; /* may be NULL */
    size_t n, outrun;                 /* outrun: how many of the candidates are */
    bool one_way; /* the others are all run on one engine, with the same threads, ... */
    struct pm_candidate *c;
    int pick; /* -1 when none; provisional unless status is PM_RECOMMENDED */
    int literal, least_energy, fastest_equal; /* -1 none */
    size_t contenders;
    struct pm_contender *contender;
    size_t relaxations;
    struct pm_relaxation *relaxation;
    double best[PM_METRICS]; /* best attainable value of each set budget; NAN unknown */
    size_t steps;
    int *step; /* the Pareto front, fastest first: the staircase */
    struct pm_answer_fits fits;
    double ms_per_point;  /* marginal cost at the pick from the fitted slope; NAN none */
    double stability;     /* share of resamples with the same pick; NAN none */
    int runner_up;        /* most frequent other pick; -1 none */
    const char *headline; /* the verdict in one sentence */
    size_t findings;
    const char **finding; /* what a person should know beside it, a sentence each */
    size_t warnings;
    const char **warning;
    bool power_missing; /* watts or joules were asked for, and no candidate has any */
    double measured_s;  /* spent measuring for this answer */
    size_t measured;    /* networks measured for it */
    double full_s;      /* what measuring every candidate may take */
    size_t ruled_out;   /* fail by their floor alone, and were not measured */
};

/* One candidate for every entry of the profile (published, imported or measured). Power and energy
 * are figured for the settings' frame rate, energy basis and confidence. */
int pm_candidates_of_profile(const struct pm_profile *profile, const struct pm_catalogue *catalogue,
                             const struct pm_settings *settings, struct pm_arena *arena,
                             struct pm_candidate **out, size_t *n, struct pm_err *err);
/* A candidate from the catalogue that one engine could measure so; entry may be NULL with its gap,
 * and paced (measured at the settings' frame rate) NULL too. Texts go to the arena. */
int pm_candidate_of_catalogue(const struct pm_catalogue_entry *known,
                              const struct pm_configuration *config, const struct pm_entry *entry,
                              const struct pm_entry *paced, const char *gap,
                              const struct pm_settings *settings, struct pm_arena *arena,
                              struct pm_candidate *out, struct pm_err *err);
/* Watts and joules of a candidate with an entry, on one footing whatever it was measured on
 * (power.c). */
int pm_candidate_power(struct pm_candidate *c, const struct pm_settings *settings,
                       struct pm_arena *arena, struct pm_err *err);
/* Numbers of unlike origin combine to the less certain of the two. */
enum pm_origin pm_weaker_origin(enum pm_origin a, enum pm_origin b);

/* Judge every set budget and combine (judge.c). */
int pm_candidate_judge(struct pm_candidate *c, const struct pm_settings *settings,
                       struct pm_err *err);

/* What an inference of a batch is known to take at least, where that is all that is known: it was
 * ended while it ran, or ruled out by its operations; NAN otherwise. */
double pm_candidate_at_least_ms(const struct pm_candidate *c);

/* What is known of the time of a batch, without overhead: which limits it keeps, before any limit
 * is named. To judge many limits, find it once (judge.c). */
struct pm_time_bounds {
    double quantile;
    bool of_runs, of_paced; /* there are runs: of each other, or at the frame rate */
    struct pm_latency_bounds runs, paced;
};
int pm_candidate_time_bounds(const struct pm_candidate *c, double quantile,
                             const struct pm_settings *settings, struct pm_time_bounds *out,
                             struct pm_err *err);
/* Against a limit of its own, which is what the budgets on time come down to. It does not say what
 * would decide. */
void pm_candidate_judge_time(const struct pm_candidate *c, const struct pm_time_bounds *bounds,
                             double limit_ms, struct pm_judgement *out);

/* Judge all, pick, and explain. Takes the candidates as they are (they must outlive the answer);
 * *out must be released with pm_answer_done. `quick`: stop after the pick, for the loop that only
 * asks whether more must be measured. */
int pm_answer_find(struct pm_candidate *c, size_t n, const struct pm_settings *settings,
                   const struct pm_profile *profile, bool quick, struct pm_answer *out,
                   struct pm_err *err);
void pm_answer_done(struct pm_answer *answer);
/* In the arena; lost without trace when out of memory, as a warning may be. */
void pm_answer_warn(struct pm_answer *answer, const char *text);

/* The same board under its other power modes, as far as the profile holds measurements of them:
 * what each would have as its pick is added to the findings (modes.c). mode: the one the answer is
 * for; NULL when it has none. */
int pm_answer_other_modes(struct pm_answer *answer, const char *mode,
                          const struct pm_catalogue *catalogue, struct pm_err *err);

/* Why a figure that is no time decides nothing ("measured beside other work ..."); NULL: it may. */
const char *pm_candidate_doubt(const struct pm_candidate *c, enum pm_metric metric);
/* Was its latency measured beside other work? The rule goes by it, whatever the budgets: such a
 * candidate is at most a provisional pick, and passes over none. */
bool pm_candidate_is_doubtful(const struct pm_candidate *c);

/* An undecided measured accuracy: so many images in all would carry the bound out of its interval,
 * were the share to stay (z2 p (1 - p) / d2, two digits); 0 when it is none, or cannot be said. */
double pm_candidate_images_wanted(const struct pm_candidate *c, enum pm_metric metric,
                                  const struct pm_settings *settings);
/* "655 ms", "70 %", "1.2 GiB": a figure of the metric with its unit, for people; size >= 32. */
const char *pm_metric_text(enum pm_metric metric, double value, char *out, size_t size);
/* A bound as its option takes it: "120ms", "7.00W", "25.4M"; so many units of its last digit looser
 * (stricter: negative) than the nearest that is read. size >= 40. */
const char *pm_metric_typed(enum pm_metric metric, double bound, int looser, char *out,
                            size_t size);

/* The candidate asked again under other settings, in *out with what it points at in the arena: all
 * that an answer promises is held against it (again.c). */
int pm_candidate_again(const struct pm_answer *answer, size_t i, const struct pm_settings *settings,
                       struct pm_arena *arena, struct pm_candidate *out, struct pm_err *err);
/* Would these settings, with `value` typed for `key`, ship candidate i or a better one for certain?
 * `to`: what the value is read as, in the metric's unit; may be NULL. */
int pm_answer_would_ship(const struct pm_answer *answer, size_t i, enum pm_metric metric,
                         const char *value, bool *would, double *to, struct pm_err *err);
/* Known, and not as a lower or an upper bound. */
bool pm_has_figure(struct pm_quantity q);
/* Undecided because the bound lies within the interval, and for no other reason. */
bool pm_is_too_near(const struct pm_judgement *j, double bound);
/* May the rule pick it at all, were it to meet every budget? */
bool pm_candidate_pickable(const struct pm_candidate *c, const struct pm_settings *settings);

/* The parts, each in its own file. */
int pm_answer_relax(struct pm_answer *answer, struct pm_err *err); /* relax.c */
int pm_answer_fit(struct pm_answer *answer, struct pm_err *err);   /* laws.c */
/* What of the laws only JSON, fit and the report print: operations against latency, and how each
 * law predicts points that are left out. It takes longer than all the rest of an answer. 0, or -1:
 * out of memory. */
int pm_answer_finish_laws(struct pm_answer *answer, struct pm_err *err); /* laws.c */
int pm_answer_batches(struct pm_answer *answer, struct pm_err *err);     /* batches.c */
int pm_answer_stability(struct pm_answer *answer, struct pm_err *err);   /* stability.c */
int pm_answer_reasons(struct pm_answer *answer, struct pm_err *err);     /* explain.c */
int pm_answer_findings(struct pm_answer *answer, struct pm_err *err);    /* findings.c */

/* Indices, the most accurate first (unknown accuracy last), of equals the fastest, of those the
 * earlier; in the arena, NULL when out of memory. */
size_t *pm_candidates_ranked(const struct pm_candidate *c, size_t n, struct pm_arena *arena);

enum pm_rule_goal pm_rule_goal_of(enum pm_policy policy);
/* Rule candidates of the answer's candidates, in the arena; NULL when out of memory. */
struct pm_rule_candidate *pm_rule_view(const struct pm_candidate *c, size_t n,
                                       const struct pm_settings *settings, struct pm_arena *arena);

#endif
