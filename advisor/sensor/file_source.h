/* SPDX-License-Identifier: MIT
 * "PATH:unit" taken apart, for whoever checks it before it is opened. */
#ifndef PM_FILE_SOURCE_H
#define PM_FILE_SOURCE_H

#include "sensor/source.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_file_form {
    size_t path_len; /* of the text before the last ':' */
    enum pm_source_kind kind;
    double factor; /* to W or J */
};

/* false, with the units in the reason, when the text is no "PATH:unit". */
bool pm_file_form_parse(const char *path_unit, struct pm_file_form *out, struct pm_refusal *why);

#endif
