/* SPDX-License-Identifier: MIT */
#include "deployment/quote.h"

#include "base/arena.h"
#include "base/buf.h"

#include <string.h>

static const char *take(struct pm_buf *buf, struct pm_arena *arena)
{
    const char *out = buf->failed ? NULL : pm_arena_dup(arena, pm_buf_text(buf));
    pm_buf_done(buf);
    return out;
}

const char *pm_quote_shell(const char *text, struct pm_arena *arena)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                               "_./+:@%-";
    struct pm_buf buf = {0};
    if (text == NULL)
        return NULL;
    if (text[0] != '\0' && text[0] != '-' && text[strspn(text, safe)] == '\0')
        return pm_arena_dup(arena, text);
    pm_buf_add(&buf, "'");
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'')
            pm_buf_add(&buf, "'\\''");
        else
            pm_buf_add_bytes(&buf, p, 1);
    }
    pm_buf_add(&buf, "'");
    return take(&buf, arena);
}

const char *pm_quote_c(const char *text, struct pm_arena *arena)
{
    struct pm_buf buf = {0};
    if (text == NULL)
        return NULL;
    pm_buf_add(&buf, "\"");
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            pm_buf_addf(&buf, "\\%03o", (unsigned)(unsigned char)*p);
        else if (strchr("\"\\?", *p) != NULL) /* ?: no trigraph */
            pm_buf_addf(&buf, "\\%c", *p);
        else
            pm_buf_add_bytes(&buf, p, 1);
    }
    pm_buf_add(&buf, "\"");
    return take(&buf, arena);
}
