/* SPDX-License-Identifier: MIT
 * How much of the board a power figure covers. A figure for the processor says nothing certain of
 * what the battery feeds, so the scope travels with every watt. */
#ifndef PM_SCOPE_H
#define PM_SCOPE_H

#include <stdbool.h>

/* Narrowest first: each contains the ones before it, as far as they exist. */
enum pm_scope {
    PM_SCOPE_UNKNOWN = 0,
    PM_SCOPE_GPU,
    PM_SCOPE_PACKAGE,      /* processor sockets */
    PM_SCOPE_PACKAGE_DRAM, /* and their memory */
    PM_SCOPE_PLATFORM,     /* what firmware calls the system (RAPL psys) */
    PM_SCOPE_MODULE,       /* a system on module, without its carrier board */
    PM_SCOPE_BOARD,        /* all that the board's own supply feeds */
    PM_SCOPE_WALL,         /* with the losses of the power supply */
    PM_SCOPES
};

const char *pm_scope_name(enum pm_scope scope); /* "package", "package+dram", ... */
bool pm_scope_parse(const char *name, enum pm_scope *out);
/* "the processor package", for sentences. */
const char *pm_scope_words(enum pm_scope scope);

#endif
