/* SPDX-License-Identifier: MIT
 * JSON that the program itself wrote down, for documents with much that never changes. */
#include "json/json.h"

#include "base/buf.h"
#include "json/attach.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Single quotes stand for double ones. NULL when it is no JSON or out of memory. */
static cJSON *read_literal(const char *fmt, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, fmt, args) < 0)
        return NULL;
    for (char *p = text; *p != '\0'; p++)
        *p = *p == '\'' ? '"' : *p;
    cJSON *node = cJSON_ParseWithOpts(text, NULL, 1);
    free(text);
    return node;
}

struct cJSON *pm_json_add_literal(struct cJSON *object, const char *key, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    cJSON *node = read_literal(fmt, args);
    va_end(args);
    return pm_json_attach(object, key, node);
}

struct cJSON *pm_json_push_literal(struct cJSON *list, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    cJSON *node = read_literal(fmt, args);
    va_end(args);
    return pm_json_attach(list, NULL, node);
}
