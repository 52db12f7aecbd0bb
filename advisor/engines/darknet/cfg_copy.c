/* SPDX-License-Identifier: MIT */
#include "engines/darknet/cfg_copy.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "network/cfg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int nameless_file(void)
{
    int fd = -1;
#ifdef MFD_CLOEXEC
    fd = memfd_create("pickmodel.cfg", MFD_CLOEXEC);
#endif
    if (fd >= 0)
        return fd;
    char path[] = "/tmp/pickmodel-cfg-XXXXXX";
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static bool write_whole(int fd, const char *text, size_t len)
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

static int copy_text(const struct pm_buf *text, struct pm_cfg_copy *out, struct pm_err *err)
{
    const int fd = nameless_file();
    if (fd < 0 || !write_whole(fd, text->data, text->len)) {
        const int cause = errno;
        if (fd >= 0)
            close(fd);
        return pm_fail(err, PM_ESYSTEM, "copy of the cfg", "cannot be made: %s", strerror(cause));
    }
    out->fd = fd;
    snprintf(out->path, sizeof out->path, "/proc/self/fd/%d", fd);
    return 0;
}

int pm_cfg_copy_make(const char *cfg, size_t batch, struct pm_cfg_copy *out, struct pm_err *err)
{
    struct pm_buf text = {0}, rewritten = {0};
    int result = pm_file_read(cfg, PM_CFG_MAX_BYTES, &text, err);
    if (result == 0)
        result = pm_cfg_rewrite(pm_buf_text(&text), text.len, cfg, batch, &rewritten, err);
    if (result == 0)
        result = copy_text(&rewritten, out, err);
    pm_buf_done(&text);
    pm_buf_done(&rewritten);
    return result;
}

void pm_cfg_copy_done(struct pm_cfg_copy *copy)
{
    if (copy == NULL || copy->fd < 0)
        return;
    close(copy->fd);
    copy->fd = -1;
}
