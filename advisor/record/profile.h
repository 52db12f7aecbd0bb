/* SPDX-License-Identifier: MIT
 * A device profile: what was measured (or published, or imported) about networks on one device.
 *
 * Two files: NAME.json, and NAME.samples.json beside it with the raw samples. The samples are
 * written first and the profile refers to them by digest, so that a power cut between the two
 * writes costs at most the entry that was being added. Schema: docs/pickmodel-formats.5. */
#ifndef PM_PROFILE_H
#define PM_PROFILE_H

#include "base/arena.h"
#include "base/quantity.h"
#include "record/configuration.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

#define PM_PROFILE_SCHEMA "pickmodel/profile/1"
#define PM_SAMPLES_SCHEMA "pickmodel/samples/1"

struct pm_device {
    const char *name; /* the board's host name, or what --device said */
    const char *model;
    const char *cpu;
    const char *arch;
    long cores;
    double memory_mib;
    const char *os;
    const char *kernel;
    const char *governor;
    const char *power_mode;
    const char *accelerator; /* a GPU or NPU that is present; NULL when none was seen */
    bool virtual_machine;
    double core_gops; /* peak of one core, measured (meter/peak.h); 0 not known */
};

/* What a result depends on beside its key; another value makes it stale. */
struct pm_conditions {
    const char *cpu;
    const char *governor;
    const char *power_mode;
    const char *kernel;
    const char *engine_build; /* of pm_engine */
    const char *cfg_digest;
    const char *load; /* "beside other work", when that was wanted; NULL */
};

/* What a profile may say of one window. Far beyond any board: wrong units and damaged files show,
 * and no figure that follows overflows. */
#define PM_WINDOWS_MAX  100000
#define PM_WINDOW_J_MIN 1e-12
#define PM_WINDOW_J_MAX 1e9
#define PM_WINDOW_W_MIN 1e-9
#define PM_WINDOW_W_MAX 1e5

/* Stretches of one measurement with the energy each took: all busy, or all idle. */
struct pm_windows {
    size_t n;
    double *from_s; /* when each began: seconds since 1970, UTC, to align an external meter's log */
    double *seconds; /* how long: 1e-9 to 1e6 */
    double *runs;    /* inferences of one batch: whole, 1 to 1e9; 0 in idle ones */
    double *joules;  /* NULL: not known (yet) */
    long before;     /* idle: the first so many were made before the busy ones */
};

/* Where an entry's watts come from; the figures follow from the windows (stats/energy). */
struct pm_power_record {
    const char *source; /* "rapl: package-0 + dram"; NULL when none was read */
    const char *scope;  /* pm_scope_name */
    const char *kind;   /* "counter", "gauge", "stream", "log", "assumed" */
    double period_ms;   /* observed update period; NAN not known */
    double gain_rel;    /* standard uncertainty of its gain; NAN not known */
    const char *cause;  /* why there is no figure after all; NULL */
    struct pm_windows busy, idle;
};

/* One of the power sources that were tried before measuring. */
struct pm_power_probe {
    const char *source;
    bool accepted;
    const char *reason, *remedy; /* remedy may be NULL */
};

enum pm_status {
    PM_COMPLETE, /* measured to the wanted precision, or a published or imported figure */
    PM_PARTIAL,  /* fewer runs: an early decision, or a time limit; its samples still count */
    PM_CENSORED, /* an inference was ended at censored_ms: the latency is more than that */
    PM_FAILED,   /* no figure; `cause` says why */
};

struct pm_entry {
    /* key: one candidate */
    struct pm_configuration config;
    double fps; /* runs started at this rate, at rest in between; NAN: one after another */

    enum pm_status status;
    const char *cause;

    /* figures */
    struct pm_quantity latency_ms; /* median of the sustained level, of one whole batch */
    struct pm_quantity p90_ms, p95_ms, p99_ms; /* unknown when the runs cannot support them */
    double mean_ms, sd_ms, min_ms, max_ms;     /* NAN when absent */
    double first_ms, load_ms;                  /* cold start: NAN when absent */
    double censored_ms;                        /* NAN unless status is PM_CENSORED */
    struct pm_quantity top1_pct, top5_pct, gops, params_m;
    struct pm_quantity memory_mib; /* above the engine's baseline */
    double baseline_mib;           /* the engine with its libraries, before any network */
    struct pm_quantity power_w, idle_w, energy_j;
    const char *power_basis; /* of power_w and energy_j: "total", "above_idle" or NULL */
    struct pm_power_record power;
    double idle_change_pct;      /* of the idle power, after against before; NAN */
    double sustained_s;          /* for how long it was held at `fps`; NAN */
    struct pm_quantity boost_ms; /* median of the first tenth of a sustained run */

    /* how it was measured */
    const char *engine_version; /* "OpenBLAS 0.3.21 Haswell": the library and its kernels */
    long warmup_runs;           /* left out of the figures */
    long sustained_from; /* first run of the sustained level (throttling), counted after warm-up */
    double autocorrelation, rise_pct;
    bool drift, throttled;
    long contended_runs, outlier_runs;
    double other_cpu_pct;    /* of the CPUs' capacity, used by other programs meanwhile; NAN */
    const char *measured_at; /* RFC 3339, UTC */
    const char *samples_digest;
    struct pm_conditions conditions;
    const char **warning;
    size_t warnings;

    /* raw samples, warm-up left in: block i is process start i */
    double *ms, *delay_ms; /* delay_ms: waited for a processor during that run; NULL = not known */
    double *at_ms;         /* when each began, since 1970, ascending; NULL = not known */
    size_t n;
    size_t *start_n;
    size_t starts;
};

struct pm_profile {
    struct pm_arena arena; /* holds everything below */
    const char *path;      /* NULL when not from a file */
    const char *origin;    /* "measured", "published" or "imported" */
    const char *source;
    const char *date;
    struct pm_device device;
    const char **note;
    size_t notes;
    const char *power_basis; /* for entries without one of their own */
    struct pm_quantity idle_w;
    struct pm_power_probe *probe; /* the power sources tried when it was last measured */
    size_t probes;
    size_t n, cap;
    struct pm_entry *entry;
    struct pm_profile_places *places; /* of pm_profile_find alone */
};

/* An entry with every figure unknown and the defaults fp32, batch 1. */
struct pm_entry pm_entry_empty(void);
/* "resnet50 (darknet, fp32, 256 x 256, batch 1, 1 thread)" without what is not known. */
const char *pm_entry_label(const struct pm_entry *entry, struct pm_arena *arena);
/* Stated figures that cannot all be true, in words: a percentile below a lower one or the median, a
 * power in total below that at rest. What was measured is not asked: there it is noise. */
bool pm_entry_contradicts(const struct pm_entry *entry, char *out, size_t size);
/* Alike but for the rate their runs were started at. */
bool pm_entry_same_network(const struct pm_entry *a, const struct pm_entry *b);
bool pm_entry_same_key(const struct pm_entry *a, const struct pm_entry *b);
/* Which condition changed ("governor was powersave, now performance"), in the arena; NULL when the
 * entry is fresh. A failed entry is always stale: it is tried again. */
const char *pm_entry_stale(const struct pm_entry *entry, const struct pm_conditions *now,
                           struct pm_arena *arena);

/* with_samples: also read the samples file, and call an entry failed when its samples are lost. */
int pm_profile_load(const char *path, bool with_samples, struct pm_profile *out,
                    struct pm_err *err);
/* Both files, atomically each, samples first. */
int pm_profile_save(struct pm_profile *profile, const char *path, struct pm_err *err);
void pm_profile_done(struct pm_profile *profile);
/* Add the entry, or replace the one with its key. Texts (made plain) and samples are
 * copied to the arena. */
int pm_profile_put(struct pm_profile *profile, const struct pm_entry *entry, struct pm_err *err);
struct pm_entry *pm_profile_find(const struct pm_profile *profile, const struct pm_entry *key);
/* The first of all that are alike but for the rate. */
struct pm_entry *pm_profile_find_network(const struct pm_profile *profile,
                                         const struct pm_entry *key);
/* The entry of the same candidate whose runs were started at that rate; NULL, also at no rate. */
struct pm_entry *pm_profile_find_paced(const struct pm_profile *profile, const struct pm_entry *e,
                                       double fps);
/* So that many entries are found as soon as few. For this library alone: whatever sets or shortens
 * the list calls it; a copy with entries of its own needs none. */
void pm_profile_index(struct pm_profile *profile);
/* Replace the list of power sources tried; texts are copied and made plain. */
int pm_profile_set_probes(struct pm_profile *profile, const struct pm_power_probe *probe, size_t n,
                          struct pm_err *err);
int pm_profile_add_note(struct pm_profile *profile, const char *note, struct pm_err *err);

struct pm_settings;
/* Forget the entries whose engine, batch or threads the settings do not ask for. Sets n alone;
 * saves nothing. */
void pm_profile_keep_ways(struct pm_profile *profile, const struct pm_settings *settings);

struct pm_catalogue;
/* Give measured entries what the catalogue knows of their networks: accuracy, operations and
 * parameters. Profiles of other origin are left alone: their networks are not the catalogue's. */
void pm_profile_complete(struct pm_profile *profile, const struct pm_catalogue *catalogue);

/* The samples side (samples.c). */
int pm_samples_load(struct pm_profile *profile, struct pm_err *err);
int pm_samples_save(struct pm_profile *profile, const char *path, struct pm_err *err);

#endif
