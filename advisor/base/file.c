/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* O_NONBLOCK so that opening a FIFO returns at once and can be refused. */
static int open_regular(const char *path, struct stat *st, struct pm_err *err)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return pm_fail(err, PM_EDATA, path, "cannot be read: %s", strerror(errno));
    if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode)) {
        close(fd);
        return pm_fail(err, PM_EDATA, path, "is not a regular file");
    }
    return fd;
}

int pm_file_read(const char *path, size_t max, struct pm_buf *buf, struct pm_err *err)
{
    struct stat st;
    const int fd = open_regular(path, &st, err);
    if (fd < 0)
        return -1;
    int result = -1;
    char chunk[65536];
    for (;;) {
        const ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            pm_fail(err, PM_EDATA, path, "cannot be read: %s", strerror(errno));
            break;
        }
        if (got == 0) {
            result = pm_buf_check(buf, err);
            break;
        }
        if (buf->len + (size_t)got > max) {
            pm_fail(err, PM_EDATA, path, "is larger than %zu bytes, the most expected here", max);
            break;
        }
        pm_buf_add_bytes(buf, chunk, (size_t)got);
    }
    close(fd);
    return result;
}

bool pm_file_first_line(const char *path, char *out, size_t size)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    const ssize_t got = read(fd, out, size - 1);
    close(fd);
    if (got < 0)
        return false;
    out[got] = '\0';
    out[strcspn(out, "\n")] = '\0';
    return true;
}

static int make_parents(const char *path, struct pm_err *err)
{
    char part[PATH_MAX];
    if (strlen(path) >= sizeof part)
        return pm_fail(err, PM_ESYSTEM, path, "is too long a path");
    snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return pm_fail(err, PM_ESYSTEM, part, "cannot be made: %s", strerror(errno));
        *slash = '/';
    }
    return 0;
}

static void sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        snprintf(folder, sizeof folder, ".");
    else
        slash[slash == folder ? 1 : 0] = '\0';
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd); /* some file systems refuse it for folders; the rename is still atomic */
        close(fd);
    }
}

static bool write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        const ssize_t put = write(fd, text, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        text += put;
        len -= (size_t)put;
    }
    return true;
}

/* A device, a pipe, a link to a file that is not there yet: there is nothing to keep, and it must
 * stay what it is. */
static int write_through(const char *path, const char *text, size_t len, struct pm_err *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
    if (fd < 0)
        return pm_fail(err, PM_ESYSTEM, path, "cannot be written: %s", strerror(errno));
    const bool written = write_all(fd, text, len);
    const int cause = errno;
    close(fd);
    return written ? 0 : pm_fail(err, PM_ESYSTEM, path, "cannot be written: %s", strerror(cause));
}

/* old: the file that is replaced, whose permissions stay; NULL. */
static int replace(const char *path, const struct stat *old, const char *text, size_t len,
                   struct pm_err *err)
{
    char temporary[PATH_MAX]; /* in the same folder; its own name, as path's may be the longest */
    const char *slash = strrchr(path, '/');
    const int folder = slash != NULL ? (int)(slash + 1 - path) : 0;
    const int n = snprintf(temporary, sizeof temporary, "%.*s.pickmodel.tmp.%ld", folder, path,
                           (long)getpid());
    if (n < 0 || (size_t)n >= sizeof temporary)
        return pm_fail(err, PM_ESYSTEM, path, "is too long a path");
    if (make_parents(path, err) != 0)
        return -1;
    const int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return pm_fail(err, PM_ESYSTEM, path, "cannot be written: %s", strerror(errno));
    if (old != NULL)
        (void)fchmod(fd, old->st_mode & 07777); /* some file systems know no modes */
    const bool written = write_all(fd, text, len) && fsync(fd) == 0;
    const int cause = errno;
    close(fd);
    if (!written) {
        unlink(temporary);
        return pm_fail(err, PM_ESYSTEM, path, "cannot be written: %s", strerror(cause));
    }
    if (rename(temporary, path) != 0) {
        pm_fail(err, PM_ESYSTEM, path, "cannot be replaced: %s", strerror(errno));
        unlink(temporary);
        return -1;
    }
    sync_folder_of(path);
    return 0;
}

int pm_file_write(const char *path, const char *text, size_t len, struct pm_err *err)
{
    struct stat st;
    char target[PATH_MAX];
    if (stat(path, &st) != 0 && lstat(path, &st) == 0)
        return write_through(path, text, len, err);
    if (stat(path, &st) != 0)
        return replace(path, NULL, text, len, err);
    if (!S_ISREG(st.st_mode))
        return write_through(path, text, len, err);
    /* A link stays a link; the file it leads to is replaced. */
    return replace(realpath(path, target) != NULL ? target : path, &st, text, len, err);
}

bool pm_file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int pm_file_size(const char *path, uint64_t *bytes, struct pm_err *err)
{
    struct stat st = {0};
    const int fd = open_regular(path, &st, err);
    if (fd < 0)
        return -1;
    close(fd);
    *bytes = (uint64_t)st.st_size;
    return 0;
}

static int digest_with(uint64_t step(uint64_t, const void *, size_t), const char *path,
                       uint64_t *digest, struct pm_err *err)
{
    struct stat st;
    const int fd = open_regular(path, &st, err);
    if (fd < 0)
        return -1;
    uint64_t h = PM_DIGEST_START;
    char chunk[65536];
    ssize_t got;
    while ((got = read(fd, chunk, sizeof chunk)) > 0 || (got < 0 && errno == EINTR)) {
        if (got > 0)
            h = step(h, chunk, (size_t)got);
    }
    close(fd);
    if (got < 0)
        return pm_fail(err, PM_EDATA, path, "cannot be read: %s", strerror(errno));
    *digest = h;
    return 0;
}

int pm_file_digest(const char *path, uint64_t *digest, struct pm_err *err)
{
    return digest_with(pm_digest, path, digest, err);
}

int pm_file_digest_words(const char *path, uint64_t *digest, struct pm_err *err)
{
    return digest_with(pm_digest_words, path, digest, err);
}

/* Still the file of that name? It may have been replaced between opening and locking it. */
static bool in_place(int fd, const char *path)
{
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

int pm_file_lock(const char *path, const char *busy, struct pm_err *err)
{
    char name[PATH_MAX];
    if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name)
        return pm_fail(err, PM_ESYSTEM, path, "is too long a name");
    /* only the first ever writes it: writing replaces the file, and another's lock would be lost */
    if (!pm_file_exists(name) && pm_file_write(name, "", 0, err) != 0)
        return -1;
    const int fd = open(name, O_RDWR | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && in_place(fd, name))
        return fd;
    if (fd < 0)
        return pm_fail(err, PM_ESYSTEM, name, "cannot be opened: %s", strerror(errno));
    close(fd);
    return pm_fail(err, PM_ESYSTEM, path, "%s", busy);
}
