/* SPDX-License-Identifier: MIT
 * What only an engine can say of a network: an ONNX file's input and outputs. */
#ifndef PM_ASK_ENGINE_H
#define PM_ASK_ENGINE_H

#include "cli/context.h"

struct pm_err;

/* Load the ONNX file `copy` on an engine that reads such files, run it once, and fill in the
 * entry's input, channels and classes. Messages name the entry's cfg_path, the user's own file.
 * input: what
 * --input said of sizes that the file leaves open; NULL. PM_EDATA when no engine reads it, with the
 * remedy, or when it is no network of images. */
int pm_cli_ask_engine(const struct pm_context *ctx, const char *copy, const char *input,
                      struct pm_catalogue_entry *e, struct pm_err *err);

#endif
