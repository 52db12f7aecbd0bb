/* SPDX-License-Identifier: MIT
 * The worker's end of the engine protocol: request lines in, reply lines out. */
#ifndef PM_CHANNEL_H
#define PM_CHANNEL_H

#include "base/buf.h"

#include <stdbool.h>

struct cJSON;
struct pm_err;

struct pm_channel {
    int in, out;
    bool over; /* in has ended */
    struct pm_buf pending;
};

/* Take standard output for the protocol and point fd 1 at standard error, so that whatever a
 * library prints can never be mistaken for a reply. */
int pm_channel_open(struct pm_channel *channel, struct pm_err *err);
void pm_channel_done(struct pm_channel *channel);

/* Append the next line, without its newline, to *line (emptied first). 1 a line, 0 the end, -1 err:
 * PM_EUSAGE when it is longer than PM_PROTOCOL_LINE_MAX. */
int pm_channel_read(struct pm_channel *channel, struct pm_buf *line, struct pm_err *err);
/* Write text whole. */
int pm_channel_write(struct pm_channel *channel, const char *text, size_t len, struct pm_err *err);
/* Print reply as one line, and free it. */
int pm_channel_send(struct pm_channel *channel, struct cJSON *reply, struct pm_err *err);

#endif
