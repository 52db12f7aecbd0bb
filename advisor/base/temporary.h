/* SPDX-License-Identifier: MIT
 * Files and folders that are there for a moment. Their names cannot be foreseen, a link of that
 * name is never followed, and each is locked (flock) as long as its maker lives: what nobody holds
 * was left behind by a program that was ended, and is swept away. */
#ifndef PM_TEMPORARY_H
#define PM_TEMPORARY_H

#include <limits.h>

struct pm_err;

struct pm_temporary {
    int fd; /* holds the lock; closing it is the caller's */
    char path[PATH_MAX];
};

/* An empty file in the folder of `target`, with the permissions of a new file. */
int pm_temporary_file(const char *target, struct pm_temporary *out, struct pm_err *err);
/* Removes from a folder the files that were left behind there. */
void pm_temporary_sweep(const char *folder);

/* A folder of our own in $TMPDIR or /tmp; what was left behind there is swept away first. */
int pm_temporary_folder(struct pm_temporary *out, struct pm_err *err);
/* Removes it, with all that is in it. */
void pm_temporary_folder_done(struct pm_temporary *folder);
/* Those left behind by programs of this user. */
void pm_temporary_sweep_folders(void);

#endif
