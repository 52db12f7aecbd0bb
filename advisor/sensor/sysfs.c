/* SPDX-License-Identifier: MIT */
#include "sensor/sysfs.h"
#include "sensor/words.h"

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Not pm_file_first_line: the errno decides between "try again", "not allowed" and "gone". */
static int read_line(const char *path, char *line, size_t size)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno;
    ssize_t got;
    do {
        got = read(fd, line, size - 1);
    } while (got < 0 && errno == EINTR);
    const int cause = got < 0 ? errno : 0;
    close(fd);
    if (cause == 0) {
        line[got] = '\0';
        line[strcspn(line, "\n")] = '\0';
    }
    return cause;
}

int pm_sysfs_signed(const char *path, double *out)
{
    char line[128];
    const int cause = read_line(path, line, sizeof line);
    if (cause != 0)
        return cause;
    char *text = line + strspn(line, " \t");
    text[strcspn(text, " \t")] = '\0';
    return pm_number_double(text, out) ? 0 : PM_SYSFS_NO_NUMBER;
}

int pm_sysfs_number(const char *path, double *out)
{
    double value;
    const int error = pm_sysfs_signed(path, &value);
    if (error != 0)
        return error;
    if (value < 0)
        return PM_SYSFS_NEGATIVE;
    *out = value;
    return 0;
}

bool pm_sysfs_lost(int error)
{
    return error == ENODATA || error == EAGAIN || error == ETIMEDOUT;
}

static void describe(const char *path, int error, char *out, size_t size)
{
    if (error == PM_SYSFS_NO_NUMBER)
        snprintf(out, size, "%s does not hold a number", path);
    else if (error == PM_SYSFS_NEGATIVE)
        snprintf(out, size, "%s is negative", path);
    else
        snprintf(out, size, "%s cannot be read: %s", path, strerror(error));
}

enum pm_reading pm_sysfs_judge(const char *path, int error, char *why, size_t why_size)
{
    if (error == 0)
        return PM_READING_OK;
    if (pm_sysfs_lost(error))
        return PM_READING_NONE;
    describe(path, error, why, why_size);
    return PM_READING_BROKEN;
}

enum pm_found pm_sysfs_refuse(const char *path, int error, struct pm_refusal *why)
{
    describe(path, error, why->reason, sizeof why->reason);
    why->remedy[0] = '\0';
    if (error == EACCES || error == EPERM)
        snprintf(why->remedy, sizeof why->remedy, "sudo chmod a+r %s", path);
    return PM_REFUSED;
}

bool pm_sysfs_glob(const char *sys, const char *pattern, glob_t *out)
{
    char full[2 * PM_SYSFS_PATH];
    size_t n = 0;
    memset(out, 0, sizeof *out);
    for (const char *c = sys; *c != '\0' && n + 2 < sizeof full; c++) {
        if (strchr("*?[\\", *c) != NULL)
            full[n++] = '\\';
        full[n++] = *c;
    }
    const int rest = snprintf(full + n, sizeof full - n, "/%s", pattern);
    if (rest < 0 || (size_t)rest >= sizeof full - n)
        return true; /* no such path can be */
    return glob(full, 0, NULL, out) != GLOB_NOSPACE;
}

const char *pm_sysfs_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

bool pm_sysfs_join(char out[PM_SYSFS_PATH], const char *dir, const char *name)
{
    const int n = snprintf(out, PM_SYSFS_PATH, "%s/%s", dir, name);
    return n >= 0 && n < PM_SYSFS_PATH;
}

void pm_sysfs_text(const char *dir, const char *name, char *out, size_t size)
{
    char path[PM_SYSFS_PATH], line[256];
    out[0] = '\0';
    if (pm_sysfs_join(path, dir, name) && pm_file_first_line(path, line, sizeof line))
        pm_text_printable(line, out, size);
}

void pm_sysfs_append(char *list, size_t size, const char *separator, const char *item)
{
    const size_t len = strlen(list);
    const int n = snprintf(list + len, size - len, "%s%s", len > 0 ? separator : "", item);
    if (n < 0 || (size_t)n < size - len || size <= 4)
        return;
    size_t cut = size - 4;
    while (cut > 0 && ((unsigned char)list[cut] & 0xc0U) == 0x80U)
        cut--; /* not within a character */
    memcpy(list + cut, "...", 4);
}
