/* SPDX-License-Identifier: MIT */
#include "deployment/html_text.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void pm_html_add(struct pm_buf *buf, const char *text)
{
    bool plain = true;
    for (size_t step = 0; *text != '\0'; text += step) {
        step = pm_text_step(text, &plain);
        const char *name = entity(*text);
        if (name != NULL)
            pm_buf_add(buf, name);
        else if (plain)
            pm_buf_add_bytes(buf, text, step);
        else
            pm_buf_add(buf, "?");
    }
}

void pm_html_add_json(struct pm_buf *buf, const char *json)
{
    while (*json != '\0') {
        const size_t n = strcspn(json, "<");
        pm_buf_add_bytes(buf, json, n);
        json += n;
        if (*json == '<') {
            pm_buf_add(buf, "\\u003c");
            json++;
        }
    }
}
