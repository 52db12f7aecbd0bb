/* SPDX-License-Identifier: MIT */
#include "base/scope.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name, *words;
} scopes[PM_SCOPES] = {
    [PM_SCOPE_UNKNOWN] = {"unknown", "an unstated part of the board"},
    [PM_SCOPE_GPU] = {"gpu", "the GPU alone"},
    [PM_SCOPE_PACKAGE] = {"package", "the processor package alone"},
    [PM_SCOPE_PACKAGE_DRAM] = {"package+dram", "the processor package and its memory alone"},
    [PM_SCOPE_PLATFORM] = {"platform", "what the firmware calls the platform"},
    [PM_SCOPE_MODULE] = {"module", "the module without its carrier board"},
    [PM_SCOPE_BOARD] = {"board", "the whole board"},
    [PM_SCOPE_WALL] = {"wall", "the whole board and its power supply"},
};

const char *pm_scope_name(enum pm_scope scope)
{
    return scopes[scope].name;
}

bool pm_scope_parse(const char *name, enum pm_scope *out)
{
    for (size_t i = 0; i < PM_SCOPES; i++) {
        if (strcmp(scopes[i].name, name) == 0) {
            *out = (enum pm_scope)i;
            return true;
        }
    }
    return false;
}

const char *pm_scope_words(enum pm_scope scope)
{
    return scopes[scope].words;
}
