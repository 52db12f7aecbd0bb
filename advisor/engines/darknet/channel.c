/* SPDX-License-Identifier: MIT */
#include "engines/darknet/channel.h"

#include "base/err.h"
#include "engines/protocol.h"
#include "json/json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int pm_channel_open(struct pm_channel *channel, struct pm_err *err)
{
    const int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return pm_fail(err, PM_ESYSTEM, "standard output", "cannot be set aside: %s",
                       strerror(errno));
    *channel = (struct pm_channel){.in = STDIN_FILENO, .out = out};
    return 0;
}

void pm_channel_done(struct pm_channel *channel)
{
    if (channel == NULL)
        return;
    pm_buf_done(&channel->pending);
    close(channel->out);
}

/* 1 more bytes are pending, 0 the end, -1 err. */
static int fill(struct pm_channel *channel, struct pm_err *err)
{
    char chunk[4096];
    ssize_t got;
    do
        got = read(channel->in, chunk, sizeof chunk);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return pm_fail(err, PM_ESYSTEM, "standard input", "cannot be read: %s", strerror(errno));
    channel->over = got == 0;
    pm_buf_add_bytes(&channel->pending, chunk, (size_t)got);
    return pm_buf_check(&channel->pending, err) != 0 ? -1 : got > 0;
}

int pm_channel_read(struct pm_channel *channel, struct pm_buf *line, struct pm_err *err)
{
    for (;;) {
        struct pm_buf *pending = &channel->pending;
        const char *newline = pending->len > 0 ? memchr(pending->data, '\n', pending->len) : NULL;
        const size_t len = newline != NULL ? (size_t)(newline - pending->data) : pending->len;
        if (len > PM_PROTOCOL_LINE_MAX)
            return pm_fail(err, PM_EUSAGE, "request", "longer than %d bytes", PM_PROTOCOL_LINE_MAX);
        if (newline != NULL) {
            line->len = 0;
            pm_buf_add_bytes(line, pending->data, len);
            pm_buf_consume(pending, len + 1);
            return pm_buf_check(line, err) != 0 ? -1 : 1;
        }
        /* A last line without newline is half a request: not obeyed. */
        if (channel->over)
            return 0;
        const int got = fill(channel, err);
        if (got <= 0)
            return got;
    }
}

int pm_channel_write(struct pm_channel *channel, const char *text, size_t len, struct pm_err *err)
{
    while (len > 0) {
        const ssize_t put = write(channel->out, text, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return pm_fail(err, PM_ESYSTEM, "standard output", "cannot be written: %s",
                           strerror(errno));
        text += put;
        len -= (size_t)put;
    }
    return 0;
}

int pm_channel_send(struct pm_channel *channel, struct cJSON *reply, struct pm_err *err)
{
    struct pm_buf text = {0};
    int result = pm_json_print(reply, false, &text, err);
    if (result == 0)
        result = pm_channel_write(channel, text.data, text.len, err);
    pm_buf_done(&text);
    return result;
}
