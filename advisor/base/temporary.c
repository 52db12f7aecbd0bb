/* SPDX-License-Identifier: MIT */
#include "base/temporary.h"

#include "base/err.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME  ".pickmodel.tmp." /* nobody else's: what is swept is deleted */
#define ANY   "XXXXXX"
#define TRIES 100 /* each loses to a sweeper that came between making and locking */

enum hold { HELD, SWEPT, UNTOLD };

/* Ours from now on, unless a sweeper took it for left behind just before. */
static enum hold hold(const struct pm_temporary *t)
{
    struct stat held, named;
    (void)flock(t->fd, LOCK_EX); /* a file system without locks is not swept either */
    if (fstat(t->fd, &held) != 0)
        return UNTOLD;
    if (lstat(t->path, &named) != 0)
        return errno == ENOENT ? SWEPT : UNTOLD;
    return held.st_ino == named.st_ino && held.st_dev == named.st_dev ? HELD : SWEPT;
}

/* folder: up to its last slash. */
static int name_in(const char *folder, int length, struct pm_temporary *out, struct pm_err *err)
{
    const int n = snprintf(out->path, sizeof out->path, "%.*s" NAME ANY, length, folder);
    return n > 0 && (size_t)n < sizeof out->path
               ? 0
               : pm_fail(err, PM_ESYSTEM, folder, "is too long a path");
}

int pm_temporary_file(const char *target, struct pm_temporary *out, struct pm_err *err)
{
    const char *slash = strrchr(target, '/');
    const int folder = slash != NULL ? (int)(slash + 1 - target) : 0;
    const mode_t mask = umask(0);
    umask(mask);
    for (int i = 0; i < TRIES; i++) {
        if (name_in(target, folder, out, err) != 0)
            return -1;
        out->fd = mkostemp(out->path, O_CLOEXEC);
        if (out->fd < 0)
            return pm_fail(err, PM_ESYSTEM, target, "cannot be written: %s", strerror(errno));
        (void)fchmod(out->fd, 0666 & ~mask); /* some file systems know no modes */
        const enum hold held = hold(out);
        if (held == HELD)
            return 0;
        const int cause = errno;
        close(out->fd);
        if (held == UNTOLD) {
            unlink(out->path);
            return pm_fail(err, PM_ESYSTEM, target, "cannot be written: %s", strerror(cause));
        }
    }
    return pm_fail(err, PM_ESYSTEM, target, "cannot be written: its new text is removed each time");
}

static int remove_each(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    remove(path);
    return 0;
}

static void remove_folder(const char *path)
{
    nftw(path, remove_each, 16, FTW_DEPTH | FTW_PHYS);
}

/* Held by nobody, and this user's; a file or a folder, never what a link leads to. */
static bool is_left_behind(int folder, const char *name, bool is_folder)
{
    const int kind = is_folder ? O_DIRECTORY : O_NONBLOCK;
    const int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind);
    struct stat st;
    const bool left = fd >= 0 && fstat(fd, &st) == 0 &&
                      (is_folder ? S_ISDIR(st.st_mode) : S_ISREG(st.st_mode)) &&
                      st.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (left && !is_folder) /* while it is held: no one else can take it for theirs */
        unlinkat(folder, name, 0);
    if (fd >= 0)
        close(fd);
    return left;
}

static void sweep(const char *path, bool folders)
{
    DIR *dir = opendir(path);
    const struct dirent *d;
    while (dir != NULL && (d = readdir(dir)) != NULL) {
        char name[PATH_MAX];
        if (strncmp(d->d_name, NAME, strlen(NAME)) == 0 &&
            is_left_behind(dirfd(dir), d->d_name, folders) && folders &&
            snprintf(name, sizeof name, "%s/%s", path, d->d_name) < (int)sizeof name)
            remove_folder(name);
    }
    if (dir != NULL)
        closedir(dir);
}

void pm_temporary_sweep(const char *folder)
{
    sweep(folder, false);
}

/* Absolute: a browser is given what lies in it as an address. */
static int find_root(char path[PATH_MAX], struct pm_err *err)
{
    const char *named = getenv("TMPDIR");
    const char *root = named != NULL && *named != '\0' ? named : "/tmp";
    return realpath(root, path) != NULL
               ? 0
               : pm_fail(err, PM_ESYSTEM, root, "is no folder for temporary files (TMPDIR): %s",
                         strerror(errno));
}

void pm_temporary_sweep_folders(void)
{
    char root[PATH_MAX];
    if (find_root(root, NULL) == 0)
        sweep(root, true);
}

int pm_temporary_folder(struct pm_temporary *out, struct pm_err *err)
{
    char root[PATH_MAX];
    if (find_root(root, err) != 0)
        return -1;
    sweep(root, true);
    const size_t length = strlen(root);
    if (length + 1 < sizeof root)
        memcpy(root + length, "/", 2);
    for (int i = 0; i < TRIES; i++) {
        if (name_in(root, (int)length + 1, out, err) != 0)
            return -1;
        if (mkdtemp(out->path) == NULL)
            return pm_fail(err, PM_ESYSTEM, root, "no folder can be made in it: %s",
                           strerror(errno));
        out->fd = open(out->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        const enum hold held = out->fd >= 0 ? hold(out) : errno == ENOENT ? SWEPT : UNTOLD;
        if (held == HELD)
            return 0;
        const int cause = errno;
        if (out->fd >= 0)
            close(out->fd);
        if (held == UNTOLD) {
            rmdir(out->path);
            return pm_fail(err, PM_ESYSTEM, root, "no folder can be made in it: %s",
                           strerror(cause));
        }
    }
    return pm_fail(err, PM_ESYSTEM, root, "a folder made in it is removed each time");
}

void pm_temporary_folder_done(struct pm_temporary *folder)
{
    remove_folder(folder->path);
    close(folder->fd);
}
