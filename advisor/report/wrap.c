/* SPDX-License-Identifier: MIT */
#include "report/wrap.h"

#include "base/buf.h"

#include <string.h>

#define INDENT ((size_t)2)

/* Up to the next blank that is not within backticks. */
static size_t unbroken(const char *text, size_t most)
{
    size_t n = strcspn(text, " `");
    while (text[n] == '`') {
        const char *close = strchr(text + n + 1, '`');
        if (close == NULL)
            return strcspn(text, " ");
        n = (size_t)(close - text) + 1;
        n += strcspn(text + n, " `");
    }
    return n <= most ? n : strcspn(text, " ");
}

void pm_wrap_add(struct pm_buf *buf, const char *mark, const char *text, int width)
{
    const size_t indent = mark[0] != '\0' ? INDENT : 0;
    size_t column = indent;
    pm_buf_addf(buf, "%s%s", mark, indent > 0 ? " " : "");
    while (*text != '\0') {
        const size_t word = unbroken(text, (size_t)width > indent ? (size_t)width - indent : 0);
        if (column > indent && column + 1 + word > (size_t)width) {
            pm_buf_addf(buf, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            pm_buf_add(buf, " ");
            column++;
        }
        pm_buf_add_plain(buf, text, word); /* it ends at a blank or at the end: no cut */
        column += word;
        text += word + (text[word] == ' ');
    }
    pm_buf_add(buf, "\n");
}

void pm_wrap_list(struct pm_buf *buf, const char *mark, const char *const *text, size_t n,
                  int width)
{
    if (n > 0)
        pm_buf_add(buf, "\n");
    for (size_t i = 0; i < n; i++)
        pm_wrap_add(buf, mark, text[i], width);
}
