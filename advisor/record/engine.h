/* SPDX-License-Identifier: MIT
 * Engines that are installed: one folder each under the engines folder, described by engine.json
 * (docs/engine-protocol.md). Nothing is started here. */
#ifndef PM_ENGINE_H
#define PM_ENGINE_H

#include "base/arena.h"
#include "record/catalogue.h"

#include <stddef.h>

struct pm_err;

#define PM_ENGINE_SCHEMA "pickmodel/engine/1"

struct pm_engine {
    const char *name;      /* "darknet" */
    const char *program;   /* path of the worker */
    const char *build;     /* digest of the program and of the libraries and variables it names: 16
                              hex digits */
    const char *precision; /* "fp32" */
    const char *devices;   /* what it computes on: "cpu" */
    long threads;          /* the most it can use; 0 = any number */
    bool direct;           /* carries out every multiplication: no Winograd, no FFT */
    bool layers;           /* tells what each layer takes (the op "layers") */
    unsigned reads;        /* enum pm_description, or-ed: which networks it can run */
};

/* The engine that folder describes. */
int pm_engine_load(const char *folder, struct pm_arena *arena, struct pm_engine *out,
                   struct pm_err *err);
/* Can it run that network? If not, and why is not NULL, *why says what is missing (in the arena;
 * NULL when memory is short). */
bool pm_engine_runs(const struct pm_engine *engine, const struct pm_catalogue_entry *network,
                    struct pm_arena *arena, const char **why);
/* All engines under folder, by name. A folder without engine.json is skipped; a broken one is an
 * error that names it. */
int pm_engine_find_all(const char *folder, struct pm_arena *arena, struct pm_engine **out,
                       size_t *n, struct pm_err *err);

#endif
