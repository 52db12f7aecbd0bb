/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/temporary.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
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

static void folder_of(const char *path, char folder[PATH_MAX])
{
    snprintf(folder, PATH_MAX, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        snprintf(folder, PATH_MAX, ".");
    else
        slash[slash == folder ? 1 : 0] = '\0';
}

static void sweep_folder_of(const char *path)
{
    char folder[PATH_MAX];
    folder_of(path, folder);
    pm_temporary_sweep(folder);
}

static void sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    folder_of(path, folder);
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
    struct pm_temporary fresh = {.fd = -1};
    if (make_parents(path, err) != 0)
        return -1;
    sweep_folder_of(path);
    if (pm_temporary_file(path, &fresh, err) != 0)
        return -1;
    if (old != NULL)
        (void)fchmod(fresh.fd, old->st_mode & 07777); /* some file systems know no modes */
    const char *what = "written";
    bool done = write_all(fresh.fd, text, len) && fsync(fresh.fd) == 0;
    if (done) {
        what = "replaced";
        done = rename(fresh.path, path) == 0;
    }
    const int cause = errno;
    if (!done)
        unlink(fresh.path);
    close(fresh.fd); /* only now: until then it is held */
    if (!done)
        return pm_fail(err, PM_ESYSTEM, path, "cannot be %s: %s", what, strerror(cause));
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

bool pm_file_is_missing(const char *path)
{
    struct stat st;
    return lstat(path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

bool pm_file_is_same(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_ino == y.st_ino &&
           x.st_dev == y.st_dev;
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

/* Still the file of that name? Who held it before removed it when it was done. */
static bool in_place(int fd, const char *path)
{
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

static bool lock_by(int fd, double until_ms)
{
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || pm_clock_ms() >= until_ms)
            return false;
        poll(NULL, 0, 20);
    }
    return true;
}

static int name_lock(const char *path, char name[PATH_MAX], struct pm_err *err)
{
    return snprintf(name, PATH_MAX, "%s.lock", path) < PATH_MAX
               ? 0
               : pm_fail(err, PM_ESYSTEM, path, "is too long a name");
}

int pm_file_lock(const char *path, const char *busy, double patience_ms, struct pm_err *err)
{
    char name[PATH_MAX];
    struct stat st;
    const double until_ms = pm_clock_ms() + patience_ms;
    if (name_lock(path, name, err) != 0 || make_parents(name, err) != 0)
        return -1;
    for (;;) {
        const int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
        if (fd < 0)
            return pm_fail(err, PM_ESYSTEM, name, "cannot be opened: %s", strerror(errno));
        const bool regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
        const bool locked = regular && lock_by(fd, until_ms);
        if (locked && in_place(fd, name))
            return fd;
        close(fd);
        if (!regular)
            return pm_fail(err, PM_ESYSTEM, name, "is not a regular file");
        if (!locked) {
            pm_fail(err, PM_ESYSTEM, path, "%s", busy);
            return PM_FILE_BUSY;
        }
    }
}

void pm_file_unlock(const char *path, int lock)
{
    char name[PATH_MAX];
    if (lock < 0)
        return;
    if (name_lock(path, name, NULL) == 0)
        unlink(name); /* while it is held; whoever waits for it finds it gone and makes another */
    close(lock);
}
