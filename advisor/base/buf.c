/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include "base/err.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct pm_buf *buf, size_t extra)
{
    if (buf->failed || extra > (size_t)1 << 40) {
        buf->failed = true;
        return false;
    }
    const size_t need = buf->len + extra + 1;
    if (need <= buf->cap)
        return true;
    size_t cap = buf->cap != 0 ? buf->cap : 256;
    while (cap < need)
        cap *= 2;
    char *data = realloc(buf->data, cap);
    if (data == NULL) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->cap = cap;
    return true;
}

void pm_buf_add_bytes(struct pm_buf *buf, const char *bytes, size_t len)
{
    if (!reserve(buf, len))
        return;
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void pm_buf_add(struct pm_buf *buf, const char *text)
{
    pm_buf_add_bytes(buf, text, strlen(text));
}

void pm_buf_add_plain(struct pm_buf *buf, const char *text, size_t len)
{
    for (size_t n, i = 0; i < len; i += n) {
        bool plain;
        n = pm_text_step(text + i, &plain);
        pm_buf_add_bytes(buf, plain ? text + i : "?", plain ? n : 1);
    }
}

void pm_buf_addf(struct pm_buf *buf, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    const int len = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (len >= 0 && reserve(buf, (size_t)len)) {
        vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, again);
        buf->len += (size_t)len;
    } else {
        buf->failed = true;
    }
    va_end(again);
}

void pm_buf_consume(struct pm_buf *buf, size_t n)
{
    if (n == 0)
        return;
    memmove(buf->data, buf->data + n, buf->len - n);
    buf->len -= n;
    buf->data[buf->len] = '\0';
}

int pm_buf_check(const struct pm_buf *buf, struct pm_err *err)
{
    return buf->failed ? pm_fail_nomem(err) : 0;
}

const char *pm_buf_text(const struct pm_buf *buf)
{
    return buf->data != NULL ? buf->data : "";
}

void pm_buf_done(struct pm_buf *buf)
{
    if (buf == NULL)
        return;
    free(buf->data);
    *buf = (struct pm_buf){0};
}
