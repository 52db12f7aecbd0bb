/* SPDX-License-Identifier: MIT
 * What a command that looks at one network works with: the network, an engine, its threads. */
#ifndef PM_CHOICE_H
#define PM_CHOICE_H

#include "cli/context.h"

#include <stdbool.h>

struct pm_err;
struct pm_settings;

/* A network of the catalogue by id or name, or a file (with a '/', or that ends in .cfg or .onnx),
 * whose entry is made in the arena. PM_EDATA when it has a problem. */
int pm_choose_network(const struct pm_context *ctx, const char *name, struct pm_arena *arena,
                      const struct pm_catalogue_entry **out, struct pm_err *err);
/* Of the engines that run it one that uses all cores rather than one; layers: it must tell what
 * each takes. NULL: there is none, and *why (in the arena) says what is missing. */
const struct pm_engine *pm_choose_engine(const struct pm_context *ctx,
                                         const struct pm_catalogue_entry *network, bool layers,
                                         struct pm_arena *arena, const char **why);
/* As many threads as the settings say, all cores unless they do, no more than the engine can use;
 * we and our children are kept on so many cores from now on. PM_EUSAGE when there are fewer. */
int pm_choose_threads(struct pm_context *ctx, const struct pm_settings *settings,
                      const struct pm_engine *engine, long *threads, struct pm_err *err);

#endif
