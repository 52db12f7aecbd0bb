/* SPDX-License-Identifier: MIT
 * The only way to report failure.
 *
 * A function that can fail returns 0 or -1 and fills `err` once, where the fault is seen: what was
 * wrong, in which file, at which line or key, what was expected, and the remedy. `err` belongs to
 * the caller and is untouched on success; outputs are never written on failure. */
#ifndef PM_ERR_H
#define PM_ERR_H

enum pm_code {
    PM_OK = 0,
    PM_EUSAGE,  /* the command line or the configuration file is wrong */
    PM_EDATA,   /* a data file (catalogue, profile, table, cfg, weights) is missing or wrong */
    PM_ESYSTEM, /* the operating system refused something */
    PM_ENOMEM,
    PM_EINTERRUPTED, /* by Ctrl-C or a signal, before there was a result */
    PM_EENGINE,      /* an engine process broke its contract; costs one candidate, never the run */
    PM_EINTERNAL,
};

/* Plain texts (base/text.h), whoever wrote the file that they quote. */
struct pm_err {
    enum pm_code code;
    char where[240]; /* "profiles/tx1.json: entries[3].latency_ms", or "" */
    char msg[480];
};

/* Fill err (which may be NULL) and return -1. `where` may be NULL. */
int pm_fail(struct pm_err *err, enum pm_code code, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Out of memory: no formatting, no allocation. Returns -1. */
int pm_fail_nomem(struct pm_err *err);

#endif
