/* SPDX-License-Identifier: MIT
 * What every command starts from: where files are, the catalogue, this board, the engines. */
#ifndef PM_CONTEXT_H
#define PM_CONTEXT_H

#include "base/arena.h"
#include "meter/device.h"
#include "meter/worker.h"
#include "record/catalogue.h"
#include "record/engine.h"
#include "record/paths.h"
#include "record/profile.h"

struct pm_err;
struct pm_settings;

struct pm_context {
    struct pm_arena arena;
    struct pm_paths paths;
    struct pm_catalogue catalogue;
    struct pm_board board;
    const char *mode; /* power mode and governor: another one is another device; NULL */
    struct pm_engine *engine;
    size_t engines;
};

/* Paths and catalogue, with the accuracies that were measured here, their intervals at
 * `confidence`. */
int pm_context_open(double confidence, struct pm_context *out, struct pm_err *err);
/* The catalogue as it is written, without what was measured: to change the user's. */
int pm_context_open_catalogue(struct pm_context *out, struct pm_err *err);
/* The same of the calibration's own networks. */
int pm_context_open_calibration(struct pm_context *out, struct pm_err *err);
/* Also this board and its engines: only for commands that may measure. settings: which engines are
 * wanted; NULL: all. */
int pm_context_add_board(struct pm_context *ctx, const struct pm_settings *settings,
                         struct pm_err *err);
/* A profile to answer from: what was measured on the engines that are wanted; PM_EUSAGE when that
 * leaves nothing of it. */
int pm_context_load_profile(const char *path, const struct pm_settings *settings,
                            struct pm_profile *out, struct pm_err *err);
/* The profile of that name or file; "": this device's own, PM_EDATA while there is none. */
int pm_context_find_profile(struct pm_context *ctx, const char *name, const char **path,
                            struct pm_err *err);
void pm_context_done(struct pm_context *ctx);

/* The conditions a measurement of this network with this engine would have now. */
struct pm_conditions pm_context_conditions(struct pm_context *ctx, const struct pm_engine *engine,
                                           const struct pm_catalogue_entry *network);
/* What an engine is asked to load; weights: a file, or NULL. */
struct pm_worker_network pm_context_network(const struct pm_catalogue_entry *known,
                                            const char *weights, long batch, long threads);
struct pm_power_wish;
/* The power source the settings ask for. */
struct pm_power_wish pm_cli_power_wish(const struct pm_settings *settings);
/* This board as a profile's device. */
struct pm_device pm_context_device(const struct pm_context *ctx);

#endif
