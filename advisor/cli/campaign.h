/* SPDX-License-Identifier: MIT
 * Measuring candidates of this board into its profile, each saved before the next starts. */
#ifndef PM_CAMPAIGN_H
#define PM_CAMPAIGN_H

#include "advise/answer.h"
#include "cli/context.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "meter/device.h"
#include "meter/guard.h"
#include "meter/standby.h"
#include "record/profile.h"
#include "sensor/probe.h"

#include <signal.h>

struct pm_err;
struct pm_power_meter;

struct pm_slot { /* one candidate: a catalogue network on an engine */
    const struct pm_catalogue_entry *known;
    const struct pm_engine *engine;
    const char *name; /* the network's, and the engine's where there are several */
    struct pm_entry key;
    const char *problem; /* why it cannot be measured: its cfg's, or what the engine lacks; NULL */
    bool closer;         /* ruled out by its floor, and to be measured all the same */
    const char *stale;   /* why the stored entry does not count; NULL */
};

struct pm_campaign {
    struct pm_context *ctx;
    const struct pm_options *options;
    struct pm_arena arena;
    struct pm_profile profile;
    const char *path;
    int lock; /* held while measuring; -1 */
    size_t n;
    struct pm_slot *slot;
    struct pm_candidate *candidate; /* of the same index */
    struct pm_progress progress;
    const volatile sig_atomic_t *stop;
    bool interrupted;
    double begin_ms, deadline_ms;
    size_t measured, failed;
    double measured_s;
    struct pm_power_meter *power; /* NULL: none to be had, or none wanted */
    bool power_sought;
    struct pm_quantity rest_w; /* of the board, with nothing running; unknown unless sought */
    bool rest_sought;
    struct pm_probes probes;   /* what was tried */
    struct pm_standby standby; /* engines that stand by, while measuring */
    bool guarded;
    struct pm_guard before;
    const char *unkept;  /* why what is measured cannot be kept; NULL: it is */
    const char *unquiet; /* what disturbed when measuring began; NULL */
    bool declined;       /* asked whether to measure beside it, the user said no */
    size_t spoilt;       /* measurements beside other work that would have spoilt stored ones */
    double kernel_first_ms, kernel_last_ms; /* fixed work at the start, and after each candidate */
};

/* This board's profile (made when there is none yet) and its candidates. */
int pm_campaign_open(struct pm_context *ctx, const struct pm_options *options,
                     struct pm_campaign *out, struct pm_err *err);
void pm_campaign_done(struct pm_campaign *c);

/* Bring candidate[i] up to what the profile says; judged against the options' budgets. */
int pm_campaign_refresh(struct pm_campaign *c, size_t i, struct pm_err *err);

/* One program at a time writes a board's profile: the descriptor of its lock, to be closed, or -1.
 */
int pm_campaign_lock(const char *profile, double patience_ms, struct pm_err *err);

struct pm_goal {     /* of one measurement */
    double limit_ms; /* decide against it; 0: estimate */
    double quantile;
    size_t max_runs; /* 0 = as many as it takes */
    bool come_back;  /* leave it, where a later visit settles more than more runs now */
    bool afresh;     /* forget stored runs */
    bool power;      /* energy too, where it can be metered */
    bool paced;      /* at the settings' frame rate: an entry of its own */
    double hold_ms;  /* for just so long; 0: as long as it takes */
};
/* Find a power source, once; NULL in c->power when there is none. What was tried goes to the
 * profile. A named source that fails is an error. */
int pm_campaign_seek_power(struct pm_campaign *c, struct pm_err *err);
/* What the board draws at rest, once, where a budget on its total power is still open: it may break
 * that before any network is loaded. */
int pm_campaign_seek_rest(struct pm_campaign *c, struct pm_err *err);
int pm_campaign_store_probes(struct pm_campaign *c, struct pm_err *err);
bool pm_campaign_power_named(const struct pm_settings *settings);
/* *entry without what another source than the named one has metered; as it is when there is no
 * such thing. */
int pm_campaign_own_power(struct pm_campaign *c, const struct pm_entry **entry, struct pm_err *err);
struct pm_measure_plan;
void pm_campaign_plan_power(const struct pm_campaign *c, struct pm_measure_plan *plan);
/* Does this entry lack energy that could be metered now? e may be NULL. */
bool pm_campaign_lacks_power(const struct pm_campaign *c, const struct pm_entry *e);
/* campaign_slots.c: slots and their candidates, all refreshed. */
int pm_campaign_make_slots(struct pm_campaign *c, struct pm_err *err);
/* Nothing beyond the processors there are: what waits for one measures the waiting. */
int pm_campaign_check_threads(const struct pm_campaign *c, struct pm_err *err);
/* Before the first measurement: one campaign at a time on a board, a look at its state, and the
 * peak of its cores, which may rule candidates out. Once is enough. */
int pm_campaign_begin(struct pm_campaign *c, struct pm_err *err);
/* Measure slot i and save. What goes wrong with an engine becomes a failed entry, not an error. */
int pm_campaign_measure(struct pm_campaign *c, size_t i, const struct pm_goal *goal,
                        struct pm_err *err);
bool pm_campaign_interrupted(const struct pm_campaign *c);
/* Out of time or interrupted: measure no more. */
bool pm_campaign_over(const struct pm_campaign *c);
/* What the state of the board and the profile says against trusting the figures. */
void pm_campaign_warn(struct pm_campaign *c, struct pm_answer *answer);

#endif
