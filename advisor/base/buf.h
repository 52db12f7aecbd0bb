/* SPDX-License-Identifier: MIT
 * A growing text buffer: what every renderer writes to. Failure to grow is remembered, so a
 * renderer appends without checking and the caller asks once, with pm_buf_check. */
#ifndef PM_BUF_H
#define PM_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

struct pm_buf {
    char *data; /* NUL-terminated once anything was added; NULL before */
    size_t len;
    size_t cap;
    bool failed;
};

void pm_buf_add(struct pm_buf *buf, const char *text);
void pm_buf_add_bytes(struct pm_buf *buf, const char *bytes, size_t len);
/* What is not plain (base/text.h) in it becomes '?'; no character may be cut at len. */
void pm_buf_add_plain(struct pm_buf *buf, const char *text, size_t len);
void pm_buf_addf(struct pm_buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Drop the first n bytes (n <= len), keeping the rest. */
void pm_buf_consume(struct pm_buf *buf, size_t n);
int pm_buf_check(const struct pm_buf *buf, struct pm_err *err);
/* The text, "" when nothing was added; borrowed until the next change. */
const char *pm_buf_text(const struct pm_buf *buf);
void pm_buf_done(struct pm_buf *buf);

#endif
