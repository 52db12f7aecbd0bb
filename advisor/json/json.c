/* SPDX-License-Identifier: MIT */
#include "json/json.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/index.h"
#include "base/quantity.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX ((size_t)512 * 1024 * 1024)

/* ---- parsing ---- */

static size_t line_of(const char *text, const char *at)
{
    size_t line = 1;
    for (const char *p = text; p < at && *p != '\0'; p++)
        line += *p == '\n';
    return line;
}

#define FEW_KEYS 16 /* sooner held against each other than put into an index */

static const cJSON *find_twice(const cJSON *object)
{
    for (const cJSON *a = object->child; a != NULL; a = a->next) {
        for (const cJSON *b = a->next; b != NULL; b = b->next) {
            if (strcmp(a->string, b->string) == 0)
                return a;
        }
    }
    return NULL;
}

static const cJSON *find_twice_of_many(const cJSON *object, struct pm_arena *arena, bool *nomem)
{
    struct pm_index index = {0};
    const size_t keys = (size_t)cJSON_GetArraySize(object);
    const char **key = pm_arena_alloc(arena, keys, sizeof *key);
    size_t n = 0;
    *nomem = key == NULL;
    for (const cJSON *a = object->child; a != NULL && !*nomem; a = a->next) {
        const uint64_t digest = pm_index_digest_text(pm_index_digest(), a->string);
        size_t probe = 0, at;
        while ((at = pm_index_next(&index, digest, &probe)) != PM_INDEX_END) {
            if (strcmp(key[at], a->string) == 0)
                return a;
        }
        *nomem = !pm_index_add(&index, arena, digest, n);
        key[n++] = a->string;
    }
    return NULL;
}

static int check_keys(const cJSON *object, const char *name, struct pm_err *err)
{
    struct pm_arena arena = {0};
    bool nomem = false;
    const cJSON *twice = cJSON_GetArraySize(object) <= FEW_KEYS
                             ? find_twice(object)
                             : find_twice_of_many(object, &arena, &nomem);
    pm_arena_done(&arena);
    if (nomem)
        return pm_fail_nomem(err);
    return twice == NULL ? 0
                         : pm_fail(err, PM_EDATA, name, "key \"%s\" stands twice in one object",
                                   twice->string);
}

/* cJSON takes duplicate keys (the first wins) and turns 1e400 into infinity. */
static int check_tree(const cJSON *node, const char *name, struct pm_err *err)
{
    if (cJSON_IsNumber(node) && !isfinite(node->valuedouble))
        return pm_fail(err, PM_EDATA, name, "key \"%s\": the number is out of range",
                       node->string != NULL ? node->string : "(in an array)");
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        if (check_tree(child, name, err) != 0)
            return -1;
    }
    return cJSON_IsObject(node) ? check_keys(node, name, err) : 0;
}

/* cJSON does not tell a syntax error from a failed allocation, so its allocations are watched. */
static _Thread_local bool out_of_memory;

static void *watched_malloc(size_t size)
{
    void *p = malloc(size);
    out_of_memory = out_of_memory || p == NULL;
    return p;
}

static const char *skip_digits(const char *p)
{
    while (*p >= '0' && *p <= '9')
        p++;
    return p;
}

/* The end of a JSON number at p; NULL when it is none: strtod, which cJSON asks, also takes 01, 1.
 * and +1. */
static const char *number_end(const char *p)
{
    p += *p == '-';
    const char *digits = p;
    p = skip_digits(p);
    if (p == digits || (*digits == '0' && p > digits + 1))
        return NULL;
    if (*p == '.') {
        digits = p + 1;
        if ((p = skip_digits(digits)) == digits)
            return NULL;
    }
    if (*p == 'e' || *p == 'E') {
        p += p[1] == '+' || p[1] == '-' ? 2 : 1;
        digits = p;
        if ((p = skip_digits(digits)) == digits)
            return NULL;
    }
    return p;
}

/* What cJSON has accepted and JSON does not: malformed numbers, and raw control characters in
 * strings. NULL when there is none. */
static const char *find_lapse(const char *p)
{
    while (*p != '\0') {
        if (*p == '"') {
            for (p++; *p != '"'; p++) {
                if ((unsigned char)*p < 0x20)
                    return p;
                p += *p == '\\';
            }
            p++;
        } else if (*p == '-' || *p == '+' || *p == '.' || (*p >= '0' && *p <= '9')) {
            const char *end = number_end(p);
            if (end == NULL || strchr(" \t\r\n,]}", *end) == NULL)
                return p;
            p = end;
        } else {
            p++;
        }
    }
    return NULL;
}

int pm_json_parse(const char *text, size_t len, const char *name, struct cJSON **out,
                  struct pm_err *err)
{
    if (memchr(text, '\0', len) != NULL)
        return pm_fail(err, PM_EDATA, name, "holds a NUL byte; this is not JSON");
    const char *broken = pm_text_find_broken(text);
    if (broken != NULL)
        return pm_fail(err, PM_EDATA, name, "line %zu: this is not valid UTF-8 text",
                       line_of(text, broken));
    const char *end = NULL;
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = watched_malloc, .free_fn = free});
    out_of_memory = false;
    cJSON *root = cJSON_ParseWithLengthOpts(text, len + 1, &end, 1);
    if (root == NULL) {
        if (out_of_memory)
            return pm_fail_nomem(err);
        const size_t line = end != NULL ? line_of(text, end) : 1;
        if (end != NULL && *end == '\0')
            return pm_fail(err, PM_EDATA, name, "line %zu: the text ends in the middle of a value",
                           line);
        return pm_fail(err, PM_EDATA, name, "line %zu: this is not valid JSON, near \"%.20s\"",
                       line, end != NULL ? end : "");
    }
    const char *bad = find_lapse(text);
    if (bad != NULL)
        pm_fail(err, PM_EDATA, name, "line %zu: this is not valid JSON, at \"%.20s\"",
                line_of(text, bad), bad);
    if (bad != NULL || check_tree(root, name, err) != 0) {
        cJSON_Delete(root);
        return -1;
    }
    *out = root;
    return 0;
}

int pm_json_load(const char *path, struct cJSON **out, struct pm_err *err)
{
    struct pm_buf buf = {0};
    int result = pm_file_read(path, FILE_BYTES_MAX, &buf, err);
    if (result == 0)
        result = pm_json_parse(pm_buf_text(&buf), buf.len, path, out, err);
    pm_buf_done(&buf);
    return result;
}

void pm_json_free(struct cJSON *node)
{
    cJSON_Delete(node);
}

/* ---- reading by table ---- */

struct place { /* of one field, for messages */
    const char *where;
    const struct pm_field *field;
};

static int refuse(struct place at, struct pm_err *err, const char *expected)
{
    char where[200];
    snprintf(where, sizeof where, "%s.%s", at.where, at.field->key);
    return pm_fail(err, PM_EDATA, where, "expected %s", expected);
}

static int read_number(const cJSON *item, struct place at, double *out, struct pm_err *err)
{
    const struct pm_field *f = at.field;
    if (!cJSON_IsNumber(item))
        return refuse(at, err, "a number");
    const bool bounded = f->min < f->max;
    if (bounded && (item->valuedouble < f->min || item->valuedouble > f->max)) {
        char expected[80];
        snprintf(expected, sizeof expected, "a number from %g to %g, found %g", f->min, f->max,
                 item->valuedouble);
        return refuse(at, err, expected);
    }
    *out = item->valuedouble;
    return 0;
}

struct quantity_text {
    double value, lo, hi;
    const char *origin;
};

static int read_quantity(const cJSON *item, struct place at, struct pm_arena *arena,
                         struct pm_quantity *out, struct pm_err *err)
{
    if (!cJSON_IsObject(item))
        return refuse(at, err, "an object {\"value\", \"origin\"}");
    const struct pm_field fields[] = {
        {.key = "value",
         .kind = PM_JSON_NUMBER,
         .need = PM_REQUIRED,
         .offset = offsetof(struct quantity_text, value),
         .min = at.field->min,
         .max = at.field->max},
        PM_FIELD(struct quantity_text, lo, PM_JSON_NUMBER, PM_OPTIONAL),
        PM_FIELD(struct quantity_text, hi, PM_JSON_NUMBER, PM_OPTIONAL),
        PM_FIELD(struct quantity_text, origin, PM_JSON_TEXT, PM_REQUIRED),
    };
    char where[200];
    snprintf(where, sizeof where, "%s.%s", at.where, at.field->key);
    struct quantity_text q = {.lo = (double)NAN, .hi = (double)NAN};
    if (pm_json_read(item, fields, sizeof fields / sizeof *fields, where, arena, &q, err) != 0)
        return -1;
    enum pm_origin origin;
    if (!pm_origin_parse(q.origin, &origin))
        return pm_fail(err, PM_EDATA, where,
                       "unknown origin \"%s\" (measured, published, predicted, declared, "
                       "estimated, computed)",
                       q.origin);
    if (isnan(q.lo) != isnan(q.hi) || q.lo > q.value || q.hi < q.value)
        return pm_fail(err, PM_EDATA, where, "lo and hi must enclose value, and come together");
    *out = isnan(q.lo) ? pm_quantity_of(q.value, origin)
                       : pm_quantity_between(q.value, q.lo, q.hi, origin);
    return 0;
}

static int read_field(const cJSON *item, struct place at, struct pm_arena *arena, void *out,
                      struct pm_err *err)
{
    void *target = (char *)out + at.field->offset;
    double number = 0;
    switch (at.field->kind) {
    case PM_JSON_TEXT: {
        if (!cJSON_IsString(item))
            return refuse(at, err, "a text");
        if (!pm_text_is_plain(item->valuestring))
            return refuse(at, err, "a text without control characters");
        char *copy = pm_arena_dup(arena, item->valuestring);
        if (copy == NULL)
            return pm_fail_nomem(err);
        *(const char **)target = copy;
        return 0;
    }
    case PM_JSON_NUMBER:
        return read_number(item, at, target, err);
    case PM_JSON_INT:
        if (read_number(item, at, &number, err) != 0)
            return -1;
        if (number != nearbyint(number) || fabs(number) > 9e15)
            return refuse(at, err, "a whole number");
        *(long *)target = (long)number;
        return 0;
    case PM_JSON_BOOL:
        if (!cJSON_IsBool(item))
            return refuse(at, err, "true or false");
        *(bool *)target = cJSON_IsTrue(item);
        return 0;
    case PM_JSON_QUANTITY:
        return read_quantity(item, at, arena, target, err);
    case PM_JSON_NODE:
        *(const struct cJSON **)target = item;
        return 0;
    }
    return pm_fail(err, PM_EINTERNAL, at.where, "field %s has no kind", at.field->key);
}

static const struct pm_field *find_field(const struct pm_field *fields, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(fields[i].key, key) == 0)
            return &fields[i];
    }
    return NULL;
}

static int unknown_key(const struct pm_field *fields, size_t n, const char *key, const char *where,
                       struct pm_err *err)
{
    const char *keys[64];
    for (size_t i = 0; i < n && i < 64; i++)
        keys[i] = fields[i].key;
    const char *near = pm_text_nearest(key, keys, n < 64 ? n : 64);
    if (near != NULL)
        return pm_fail(err, PM_EDATA, where, "unknown key \"%s\" (did you mean \"%s\"?)", key,
                       near);
    return pm_fail(err, PM_EDATA, where, "unknown key \"%s\"", key);
}

int pm_json_read(const struct cJSON *node, const struct pm_field *fields, size_t n,
                 const char *where, struct pm_arena *arena, void *out, struct pm_err *err)
{
    if (!cJSON_IsObject(node))
        return pm_fail(err, PM_EDATA, where, "expected an object");
    for (const cJSON *item = node->child; item != NULL; item = item->next) {
        const struct pm_field *field = find_field(fields, n, item->string);
        if (field == NULL)
            return unknown_key(fields, n, item->string, where, err);
        if (cJSON_IsNull(item))
            continue; /* null is absent */
        if (read_field(item, (struct place){where, field}, arena, out, err) != 0)
            return -1;
    }
    for (size_t i = 0; i < n; i++) {
        if (fields[i].need != PM_REQUIRED)
            continue;
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(node, fields[i].key);
        if (item == NULL || cJSON_IsNull(item))
            return pm_fail(err, PM_EDATA, where, "the key \"%s\" is missing", fields[i].key);
    }
    return 0;
}

int pm_json_check_schema(const struct cJSON *root, const char *name, const char *schema,
                         struct pm_err *err)
{
    const char *found = pm_json_text_of(pm_json_member(root, "schema"));
    if (found == NULL)
        return pm_fail(err, PM_EDATA, name, "has no \"schema\"; expected \"%s\"", schema);
    if (strcmp(found, schema) != 0)
        return pm_fail(err, PM_EDATA, name, "schema is \"%s\", this program reads \"%s\"", found,
                       schema);
    return 0;
}

/* ---- walking ---- */

const struct cJSON *pm_json_member(const struct cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

const struct cJSON *pm_json_array(const struct cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsArray(item) ? item : NULL;
}

const struct cJSON *pm_json_first(const struct cJSON *array_or_object)
{
    return array_or_object != NULL ? array_or_object->child : NULL;
}

const struct cJSON *pm_json_next(const struct cJSON *item)
{
    return item->next;
}

size_t pm_json_count(const struct cJSON *array)
{
    size_t n = 0;
    for (const cJSON *item = pm_json_first(array); item != NULL; item = item->next)
        n++;
    return n;
}

bool pm_json_is_object(const struct cJSON *node)
{
    return cJSON_IsObject(node);
}

bool pm_json_is_bool(const struct cJSON *node)
{
    return cJSON_IsBool(node);
}

bool pm_json_is_true(const struct cJSON *node)
{
    return cJSON_IsTrue(node);
}

const char *pm_json_text_of(const struct cJSON *node)
{
    return cJSON_IsString(node) ? node->valuestring : NULL;
}

bool pm_json_number_of(const struct cJSON *node, double *out)
{
    if (!cJSON_IsNumber(node))
        return false;
    *out = node->valuedouble;
    return true;
}

const char *pm_json_key_of(const struct cJSON *node)
{
    return node->string;
}

int pm_json_numbers(const struct cJSON *array, const char *where, struct pm_arena *arena,
                    double **out, size_t *n, struct pm_err *err)
{
    if (!cJSON_IsArray(array))
        return pm_fail(err, PM_EDATA, where, "expected an array of numbers");
    const size_t count = pm_json_count(array);
    double *values = pm_arena_alloc(arena, count, sizeof *values);
    if (values == NULL)
        return pm_fail_nomem(err);
    size_t i = 0;
    for (const cJSON *item = array->child; item != NULL; item = item->next) {
        if (!pm_json_number_of(item, &values[i]))
            return pm_fail(err, PM_EDATA, where, "element %zu: expected a number", i);
        i++;
    }
    *out = values;
    *n = count;
    return 0;
}
