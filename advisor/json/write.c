/* SPDX-License-Identifier: MIT
 * Building and printing. cJSON's own printer indents with tabs and puts each number of an array on
 * a line of its own or all on one; profiles are read by people, so layout is ours, numbers and
 * escapes stay cJSON's. */
#include "json/json.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/quantity.h"
#include "base/text.h"
#include "json/attach.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cJSON *pm_json_object(void)
{
    return cJSON_CreateObject();
}

struct cJSON *pm_json_list(void)
{
    return cJSON_CreateArray();
}

/* A member that cannot be added marks its object as broken by a member that cannot be printed, so
 * that pm_json_print, the one place that is checked, sees it. */
static void poison(cJSON *parent)
{
    parent->type = cJSON_Invalid;
}

struct cJSON *pm_json_attach(struct cJSON *parent, const char *key, struct cJSON *item)
{
    if (parent == NULL || parent->type == cJSON_Invalid) {
        cJSON_Delete(item);
        return NULL;
    }
    const bool added = item != NULL && (key != NULL ? cJSON_AddItemToObject(parent, key, item)
                                                    : cJSON_AddItemToArray(parent, item));
    if (added)
        return item;
    cJSON_Delete(item);
    poison(parent);
    return NULL;
}

struct cJSON *pm_json_add_object(struct cJSON *object, const char *key)
{
    return pm_json_attach(object, key, cJSON_CreateObject());
}

struct cJSON *pm_json_add_list(struct cJSON *object, const char *key)
{
    return pm_json_attach(object, key, cJSON_CreateArray());
}

struct cJSON *pm_json_push_object(struct cJSON *list)
{
    return pm_json_attach(list, NULL, cJSON_CreateObject());
}

struct cJSON *pm_json_push_list(struct cJSON *list)
{
    return pm_json_attach(list, NULL, cJSON_CreateArray());
}

static cJSON *number_or_null(double value)
{
    return isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull();
}

void pm_json_push_number(struct cJSON *list, double value)
{
    pm_json_attach(list, NULL, number_or_null(value));
}

/* Made plain, as pm_json_read demands: whatever a caller has let through, a document of ours is
 * valid UTF-8, and a file that is written can be read again. */
static cJSON *plain_text(const char *text)
{
    cJSON *item = cJSON_CreateString(text);
    if (item != NULL)
        pm_text_printable(item->valuestring, item->valuestring, strlen(item->valuestring) + 1);
    return item;
}

void pm_json_push_text(struct cJSON *list, const char *text)
{
    pm_json_attach(list, NULL, plain_text(text));
}

void pm_json_add_text(struct cJSON *object, const char *key, const char *text)
{
    if (text != NULL)
        pm_json_attach(object, key, plain_text(text));
}

void pm_json_add_number(struct cJSON *object, const char *key, double value)
{
    pm_json_attach(object, key, number_or_null(value));
}

void pm_json_add_bool(struct cJSON *object, const char *key, bool value)
{
    pm_json_attach(object, key, cJSON_CreateBool(value));
}

void pm_json_add_null(struct cJSON *object, const char *key)
{
    pm_json_attach(object, key, cJSON_CreateNull());
}

void pm_json_add_node(struct cJSON *object, const char *key, struct cJSON *node)
{
    pm_json_attach(object, key, node);
}

static void write_quantity(cJSON *object, const char *key, const struct pm_quantity *q)
{
    if (!pm_known(*q))
        return;
    cJSON *item = pm_json_add_object(object, key);
    pm_json_add_number(item, "value", q->value);
    if (q->has_interval) {
        pm_json_add_number(item, "lo", q->lo);
        pm_json_add_number(item, "hi", q->hi);
    }
    pm_json_add_text(item, "origin", pm_origin_name(q->origin));
}

void pm_json_write(struct cJSON *object, const struct pm_field *fields, size_t n, const void *in)
{
    for (size_t i = 0; i < n; i++) {
        const void *from = (const char *)in + fields[i].offset;
        const char *key = fields[i].key;
        switch (fields[i].kind) {
        case PM_JSON_TEXT:
            pm_json_add_text(object, key, *(const char *const *)from);
            break;
        case PM_JSON_NUMBER:
            if (isfinite(*(const double *)from))
                pm_json_add_number(object, key, *(const double *)from);
            break;
        case PM_JSON_INT:
            if (*(const long *)from != 0 || fields[i].need == PM_REQUIRED)
                pm_json_add_number(object, key, (double)*(const long *)from);
            break;
        case PM_JSON_BOOL:
            if (*(const bool *)from || fields[i].need == PM_REQUIRED)
                pm_json_add_bool(object, key, *(const bool *)from);
            break;
        case PM_JSON_QUANTITY:
            write_quantity(object, key, from);
            break;
        case PM_JSON_NODE: /* read only: its owner writes it */
            break;
        }
    }
}

/* ---- printing ---- */

struct printer {
    struct pm_buf *buf;
    bool pretty;
    bool broken;
};

/* The shortest text that reads back as the same number: cJSON's own stops at one that is nearly
 * equal, and the digest of samples must survive a file. */
static void print_number(struct printer *p, double value)
{
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        const double again = strtod(text, NULL);
        if (!(again < value || again > value)) /* equal; -0 and 0 may be */
            break;
    }
    pm_buf_add(p->buf, text);
}

static void print_scalar(struct printer *p, const cJSON *node)
{
    if (cJSON_IsNumber(node)) {
        print_number(p, node->valuedouble);
        return;
    }
    char *text = cJSON_PrintUnformatted(node);
    if (text == NULL)
        p->broken = true;
    else
        pm_buf_add(p->buf, text);
    cJSON_free(text);
}

static void newline(struct printer *p, size_t depth)
{
    if (!p->pretty)
        return;
    pm_buf_add(p->buf, "\n");
    for (size_t i = 0; i < depth; i++)
        pm_buf_add(p->buf, "  ");
}

static void print_key(struct printer *p, const char *key)
{
    cJSON *text = cJSON_CreateStringReference(key);
    if (text == NULL)
        p->broken = true;
    else
        print_scalar(p, text);
    cJSON_Delete(text);
    pm_buf_add(p->buf, p->pretty ? ": " : ":");
}

/* Arrays of plain values and small objects of plain values stand on one line. */
static bool fits_one_line(const cJSON *node)
{
    size_t members = 0;
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        if (child->child != NULL || (cJSON_IsString(child) && strlen(child->valuestring) > 32))
            return false;
        members++;
    }
    return cJSON_IsArray(node) || members <= 4;
}

static void print_node(struct printer *p, const cJSON *node, size_t depth)
{
    const bool object = cJSON_IsObject(node);
    if (!object && !cJSON_IsArray(node)) {
        print_scalar(p, node);
        return;
    }
    const bool one_line = depth > 0 && fits_one_line(node);
    pm_buf_add(p->buf, object ? "{" : "[");
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        if (!one_line)
            newline(p, depth + 1);
        if (object)
            print_key(p, child->string);
        print_node(p, child, depth + 1);
        if (child->next != NULL)
            pm_buf_add(p->buf, one_line && p->pretty ? ", " : ",");
    }
    if (!one_line && node->child != NULL)
        newline(p, depth);
    pm_buf_add(p->buf, object ? "}" : "]");
}

int pm_json_print(struct cJSON *root, bool pretty, struct pm_buf *buf, struct pm_err *err)
{
    struct printer p = {.buf = buf, .pretty = pretty, .broken = root == NULL};
    if (root != NULL) {
        print_node(&p, root, 0);
        pm_buf_add(buf, "\n");
    }
    cJSON_Delete(root);
    return p.broken ? pm_fail_nomem(err) : pm_buf_check(buf, err);
}
