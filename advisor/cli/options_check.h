/* SPDX-License-Identifier: MIT
 * What does not go together on a command line, found before anything is done. */
#ifndef PM_OPTIONS_CHECK_H
#define PM_OPTIONS_CHECK_H

#include <stddef.h>
#include <stdint.h>

struct pm_err;
struct pm_options;

/* given: a bit a setting, those that stood there as flags. Chooses the format where none was
 * given. PM_EUSAGE on what has no meaning with the command, or is missing for it. */
int pm_options_check(struct pm_options *o, uint64_t given, struct pm_err *err);
/* "max_watts" -> "--max-watts" */
void pm_options_flag(const char *key, char *out, size_t size);

#endif
