/* SPDX-License-Identifier: MIT */
#include "engines/darknet/weights_file.h"

#include "base/err.h"
#include "base/file.h"
#include "network/network.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* Since version 0.2 the count of images seen takes 8 bytes instead of 4, so the header 20. The
 * condition is load_weights' own. */
static uint64_t header_bytes(const int32_t version[3])
{
    const int32_t major = version[0], minor = version[1];
    const bool wide = major < 1000 && minor < 1000 && (int64_t)major * 10 + minor >= 2;
    return wide ? 20 : 16;
}

int pm_weights_file_check(const char *path, const struct pm_network *net, struct pm_err *err)
{
    uint64_t size;
    int32_t version[3];
    if (pm_file_size(path, &size, err) != 0)
        return -1;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return pm_fail(err, PM_EDATA, path, "cannot be read: %s", strerror(errno));
    const ssize_t got = read(fd, version, sizeof version);
    close(fd);
    if (got != (ssize_t)sizeof version)
        return pm_fail(err, PM_EDATA, path, "is %llu bytes long: too short for Darknet weights",
                       (unsigned long long)size);
    const uint64_t expected = header_bytes(version) + 4 * (uint64_t)net->stored_floats;
    if (size != expected)
        return pm_fail(err, PM_EDATA, path,
                       "is %llu bytes long, but the weights of %s take %llu; is it truncated, or "
                       "of another network?",
                       (unsigned long long)size, net->name, (unsigned long long)expected);
    return 0;
}
