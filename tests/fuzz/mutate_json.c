/* SPDX-License-Identifier: MIT
 * A mutator for targets that read JSON. Bytes changed at random are nearly always refused by the
 * parser; this one changes the tree: a member goes, is doubled, moves, or gets another value. What
 * does not parse (and one of four that does) is changed as bytes after all. */
#include "fuzz.h"

#include "json/json.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

static unsigned state;
static unsigned below(unsigned n)
{
    state = state * 1664525 + 1013904223;
    return n > 0 ? (state >> 8) % n : 0;
}

static unsigned count(const cJSON *node)
{
    unsigned n = 1;
    for (const cJSON *child = node->child; child != NULL; child = child->next)
        n += count(child);
    return n;
}

/* The n-th node of the tree, and whose child it is. */
static cJSON *nth(cJSON *node, cJSON *parent, unsigned *n, cJSON **of)
{
    if (*n == 0) {
        *of = parent;
        return node;
    }
    --*n;
    for (cJSON *child = node->child; child != NULL; child = child->next) {
        cJSON *found = nth(child, node, n, of);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static cJSON *other_text(const char *was)
{
    char text[200] = "";
    if (was != NULL && strlen(was) < 100)
        memcpy(text, was, strlen(was) + 1);
    const size_t n = LLVMFuzzerMutate((uint8_t *)text, strlen(text), sizeof text - 1);
    text[n] = '\0';
    return cJSON_CreateString(text);
}

static cJSON *other_value(const cJSON *node)
{
    static const double number[] = {0,      -1,           1,     0.5,   1e-320, 1e308,
                                    -1e308, 2147483648.0, 1e300, 1e-12, 1e18,   4294967297,
                                    100,    1e9,          3};
    switch (below(8)) {
    case 0:
        return cJSON_CreateNull();
    case 1:
        return cJSON_CreateBool(1);
    case 2:
        return cJSON_CreateArray();
    case 3:
        return cJSON_CreateObject();
    case 4:
        return other_text(cJSON_GetStringValue(node));
    case 5:
        return cJSON_IsNumber(node)
                   ? cJSON_CreateNumber(node->valuedouble * (0.5 + below(100) / 50.0))
                   : other_text(cJSON_GetStringValue(node));
    default:
        return cJSON_CreateNumber(number[below(sizeof number / sizeof number[0])]);
    }
}

static void put(cJSON *parent, cJSON *old, cJSON *new)
{
    if (new == NULL)
        return;
    if (old->string != NULL && parent != NULL) { /* the key stays */
        cJSON_free(new->string);
        new->string = strdup(old->string);
    }
    if (!cJSON_ReplaceItemViaPointer(parent, old, new))
        cJSON_Delete(new);
}

static void add(cJSON *parent, const char *key, cJSON *new)
{
    if (new == NULL)
        return;
    if (cJSON_IsArray(parent))
        cJSON_AddItemToArray(parent, new);
    else if (cJSON_IsObject(parent) && key != NULL)
        cJSON_AddItemToObject(parent, key, new);
    else
        cJSON_Delete(new);
}

static void change(cJSON *root)
{
    cJSON *parent = NULL, *other_parent = NULL;
    const unsigned n = count(root);
    unsigned at = 1 + below(n - 1), other = 1 + below(n - 1);
    cJSON *node = nth(root, NULL, &at, &parent), *from = nth(root, NULL, &other, &other_parent);
    if (node == NULL || parent == NULL || from == NULL)
        return;
    switch (below(5)) {
    case 0: /* it goes */
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, node));
        break;
    case 1: /* it stands there twice */
        add(parent, node->string, cJSON_Duplicate(node, 1));
        break;
    case 2: /* what stands elsewhere takes its place */
        put(parent, node, cJSON_Duplicate(from, 1));
        break;
    case 3: /* or stands beside it */
        add(parent, from->string, cJSON_Duplicate(from, 1));
        break;
    default:
        put(parent, node, other_value(node));
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static const char between[] = "\n=====\n"; /* what follows the first file is left alone */
    const uint8_t *end = memmem(data, size, between, sizeof between - 1);
    const size_t length = end != NULL ? (size_t)(end - data) : size;
    state = seed;
    cJSON *root = below(4) > 0 ? cJSON_ParseWithLength((const char *)data, length) : NULL;
    if (root == NULL || count(root) < 2) {
        cJSON_Delete(root);
        return LLVMFuzzerMutate(data, size, max_size);
    }
    for (unsigned changes = 1 + below(3); changes > 0 && count(root) > 1; changes--)
        change(root);
    char *text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    const size_t rest = size - length, made = text != NULL ? strlen(text) : 0;
    if (text == NULL || made + rest > max_size) {
        free(text);
        return LLVMFuzzerMutate(data, size, max_size);
    }
    memmove(data + made, data + length, rest);
    memcpy(data, text, made);
    free(text);
    return made + rest;
}
