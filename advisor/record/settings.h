/* SPDX-License-Identifier: MIT
 * Budgets and how to decide: the same keys on the command line (--max-watts) and in a YAML file
 * (max_watts). One table describes them all, so that the two cannot disagree. */
#ifndef PM_SETTINGS_H
#define PM_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pm_err;

/* What a budget bounds; also the order in which reasons are given. */
enum pm_metric {
    PM_TOP1,    /* % */
    PM_TOP5,    /* % */
    PM_LATENCY, /* ms of one whole batch */
    PM_FPS,     /* images a second */
    PM_KEEP_UP, /* images a second, of --fps: the rate that the robot works at */
    PM_POWER,   /* W, total while busy */
    PM_LAST,    /* W, of --battery and --runtime: the power at which it lasts that long */
    PM_ENERGY,  /* J an image, total */
    PM_MEMORY,  /* MiB above the engine's baseline */
    PM_PARAMS,  /* millions of learnable values */
    PM_SIZE,    /* MiB of the weights file */
    PM_METRICS
};

struct pm_metric_info {
    const char *key;   /* budget key: "max_latency" */
    const char *from;  /* "--fps": it follows from how the board is used; NULL: its own budget */
    const char *title; /* "latency" */
    const char *unit;  /* of the bound in struct pm_budget */
    bool is_min;
};
const struct pm_metric_info *pm_metric_info(enum pm_metric metric);
/* Those that come down to the time of one inference: PM_LATENCY, PM_FPS, PM_KEEP_UP. */
bool pm_metric_is_timed(enum pm_metric metric);
/* Images a second: PM_FPS, PM_KEEP_UP. */
bool pm_metric_is_rate(enum pm_metric metric);

struct pm_budget {
    bool set;
    double bound;    /* in the metric's unit */
    double quantile; /* of a timed one: which quantile of the latency is judged */
};

enum pm_policy {
    PM_POLICY_PARETO, /* the slowest of the feasible candidates that no other feasible one beats */
    PM_POLICY_LITERAL,
    PM_POLICY_FASTEST,
    PM_POLICY_LEAST_ENERGY,
};
const char *pm_policy_name(enum pm_policy policy);

/* What a verdict must rest on measurements of the profile's own device for. */
enum pm_require {
    PM_REQUIRE_NOTHING,
    PM_REQUIRE_DEVICE, /* latency, power, energy, memory */
    PM_REQUIRE_ALL,    /* accuracy too */
};

#define PM_SWEEP_MAX   16 /* batches, or threads, of one question */
#define PM_BATCH_MAX   1024
#define PM_THREADS_MAX 1024

struct pm_settings {
    struct pm_budget budget[PM_METRICS];
    double confidence; /* 0.95 */
    enum pm_policy rule;
    bool include_stand_ins;
    enum pm_require require_measured;
    double time_limit_ms;        /* of the whole run; INFINITY when not set */
    double candidate_time_ms;    /* of each candidate */
    char task[64];               /* which networks: accuracies of one task compare; "": those of the
                                    catalogue's first */
    char profile[256];           /* "" = this device's */
    char engine[128];            /* names with commas between; "" and "auto": every engine */
    char batch[64], threads[64]; /* lists, pm_number_counts; "": the usual one */

    /* how the robot will use it */
    double fps;         /* images a second, at rest in between; NAN: one after another, no rest */
    double overhead_ms; /* decoding, pre- and post-processing of each image; 0 */
    double battery_wh, runtime_ms; /* NAN when not given */
    bool net_energy;               /* an image's energy counts without the idle power */

    /* how power is measured */
    char power[256];        /* a named source, "none" or "log"; "" = automatic */
    double assumed_w;       /* of "assume:W"; NAN */
    char sysfs[256];        /* the folder that stands for /sys */
    double power_window_ms; /* NAN: 100 update periods of the sensor */
    double power_gain_rel;  /* standard uncertainty of the sensor's gain; NAN: the sensor's own */

    bool with_load;      /* other work is meant to run beside the measurement */
    double sustained_ms; /* measure each network for this long; NAN */
};

struct pm_settings pm_settings_default(void);
/* After the last key: budgets that follow from others (a frame rate to keep up with, a battery that
 * must last), and what makes no sense together. */
int pm_settings_finish(struct pm_settings *settings, struct pm_err *err);
/* What the budget leaves for one inference of a batch, the overhead of its images taken off; of a
 * timed metric. Not positive: nothing is left. */
double pm_settings_limit_ms(const struct pm_settings *settings, enum pm_metric metric, long batch);
/* Set one key from its text. `where` ("--max-watts", "budgets.yaml:3") opens the message. */
int pm_settings_set(struct pm_settings *settings, const char *key, const char *value,
                    const char *where, struct pm_err *err);
/* The keys in the order of the table; NULL past the end. */
const char *pm_settings_key(size_t index);
bool pm_settings_is_switch(const char *key); /* true or false; as a flag it stands alone */
/* The numbers of a list of settings; 0: none was given. */
size_t pm_settings_counts(const char *list, long counts[PM_SWEEP_MAX]);
/* Is a candidate run in this way among those asked for? */
bool pm_settings_wants(const struct pm_settings *settings, const char *engine, long batch,
                       long threads);
bool pm_settings_any_engine(const struct pm_settings *settings); /* none was named */
/* Is it among those asked for? NULL, an engine that is not known, only where none was named. */
bool pm_settings_wants_engine(const struct pm_settings *settings, const char *engine);
bool pm_settings_any_budget(const struct pm_settings *settings);
bool pm_settings_any_time(const struct pm_settings *settings); /* a budget on time */
/* Which keys a reader has set, so that flags win over the file: bit i is key i. */
int pm_settings_index(const char *key); /* -1 when there is no such key */

/* A YAML mapping of keys to plain values; keys whose bit is in `keep` are left as they are. */
int pm_settings_load_yaml(const char *path, uint64_t keep, struct pm_settings *settings,
                          struct pm_err *err);

#endif
