/* SPDX-License-Identifier: MIT
 * Files under /sys: one number each, opened, read and closed every time, so that a device that is
 * unplugged and comes back is read again. */
#ifndef PM_SYSFS_H
#define PM_SYSFS_H

#include "sensor/source.h"

#include <glob.h>
#include <stdbool.h>
#include <stddef.h>

#define PM_SYSFS_PATH 512 /* /sys's own paths are below 200; --sysfs stands before them */

/* What is wrong with a file, beside an errno. */
#define PM_SYSFS_NO_NUMBER (-1)
#define PM_SYSFS_NEGATIVE  (-2)

/* 0, an errno, or one of the above. The first line is the number; blanks around it are none. */
int pm_sysfs_number(const char *path, double *out); /* negative: refused */
int pm_sysfs_signed(const char *path, double *out);

bool pm_sysfs_lost(int error); /* ENODATA, EAGAIN, ETIMEDOUT: of this reading only */
/* OK, NONE when it is only lost, or BROKEN and why names the file. */
enum pm_reading pm_sysfs_judge(const char *path, int error, char *why, size_t why_size);
/* The same for a constructor: PM_REFUSED. The remedy is the command that allows the reading, when
 * that is what is wrong. */
enum pm_found pm_sysfs_refuse(const char *path, int error, struct pm_refusal *why);

/* The paths under sys that match, sorted; sys itself is no pattern. False: out of memory. None is
 * no failure. globfree releases it, also after a failure. */
bool pm_sysfs_glob(const char *sys, const char *pattern, glob_t *out);
const char *pm_sysfs_base(const char *path); /* after the last '/' */
/* dir/name; false when it does not fit. */
bool pm_sysfs_join(char out[PM_SYSFS_PATH], const char *dir, const char *name);
/* The first line of dir/name, "" when there is none. */
void pm_sysfs_text(const char *dir, const char *name, char *out, size_t size);

/* Adds to a list for people: "GPU, CPU"; what does not fit ends in "...". */
void pm_sysfs_append(char *list, size_t size, const char *separator, const char *item);

#endif
