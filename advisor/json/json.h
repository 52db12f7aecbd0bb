/* SPDX-License-Identifier: MIT
 * Strict JSON. Reading refuses what cJSON lets pass: text after the value, duplicate keys, keys in
 * another case, numbers out of range, what is not UTF-8, and, for objects described by a table,
 * unknown keys and texts that are not plain (base/text.h).
 *
 * One table of fields describes how a struct of ours looks in a file; the same table reads it,
 * writes it and says what was wrong:
 *
 *     static const struct pm_field fields[] = {
 *         PM_FIELD(struct pm_device, cores, PM_JSON_INT, PM_OPTIONAL),
 *         ...
 *     };
 */
#ifndef PM_JSON_H
#define PM_JSON_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;
struct pm_arena;
struct pm_buf;
struct pm_err;

enum pm_json_kind {
    PM_JSON_TEXT,     /* const char *: in the arena; NULL when absent */
    PM_JSON_NUMBER,   /* double */
    PM_JSON_INT,      /* long */
    PM_JSON_BOOL,     /* bool */
    PM_JSON_QUANTITY, /* struct pm_quantity; unknown when absent */
    PM_JSON_NODE,     /* const struct cJSON *: any value, borrowed from the document; read only */
};

enum pm_json_need { PM_OPTIONAL, PM_REQUIRED };

struct pm_field {
    const char *key;
    enum pm_json_kind kind;
    enum pm_json_need need;
    size_t offset;
    double min, max; /* numbers, ints and quantities: range; both 0 = any finite value */
};

#define PM_FIELD(type, member, kind_, need_)                                                       \
    {                                                                                              \
        .key = #member, .kind = (kind_), .need = (need_), .offset = offsetof(type, member)         \
    }
#define PM_FIELD_RANGE(type, member, kind_, need_, min_, max_)                                     \
    {                                                                                              \
        .key = #member, .kind = (kind_), .need = (need_), .offset = offsetof(type, member),        \
        .min = (min_), .max = (max_)                                                               \
    }

/* Parse one JSON value; text[len] must be NUL. name stands for it in messages ("file.json" or
 * "worker"). A syntax error names its line. *out is owned by the caller: pm_json_free. */
int pm_json_parse(const char *text, size_t len, const char *name, struct cJSON **out,
                  struct pm_err *err);
int pm_json_load(const char *path, struct cJSON **out, struct pm_err *err);
void pm_json_free(struct cJSON *node); /* takes NULL */

/* Fill *out from object `node` by the table; `where` names the object in messages
 * ("profile.json: entries[3]"). *out must be zeroed or hold defaults: absent fields are left alone.
 * Texts are copied to the arena. */
int pm_json_read(const struct cJSON *node, const struct pm_field *fields, size_t n,
                 const char *where, struct pm_arena *arena, void *out, struct pm_err *err);
/* "schema" of the document must be `schema`: "pickmodel/profile/1". */
int pm_json_check_schema(const struct cJSON *root, const char *name, const char *schema,
                         struct pm_err *err);

/* Walking. The key or element must be of the wanted kind, else NULL. */
const struct cJSON *pm_json_member(const struct cJSON *object, const char *key);
const struct cJSON *pm_json_array(const struct cJSON *object, const char *key);
const struct cJSON *pm_json_first(const struct cJSON *array_or_object);
const struct cJSON *pm_json_next(const struct cJSON *item);
size_t pm_json_count(const struct cJSON *array);
bool pm_json_is_object(const struct cJSON *node);
bool pm_json_is_bool(const struct cJSON *node);
bool pm_json_is_true(const struct cJSON *node);
const char *pm_json_text_of(const struct cJSON *node); /* NULL when not a text */
bool pm_json_number_of(const struct cJSON *node, double *out);
const char *pm_json_key_of(const struct cJSON *node); /* NULL in arrays */
/* An array of finite numbers: *out in the arena, *n its length. */
int pm_json_numbers(const struct cJSON *array, const char *where, struct pm_arena *arena,
                    double **out, size_t *n, struct pm_err *err);

/* Building. Every call tolerates a NULL object (an earlier failure), so a writer builds without
 * checking and pm_json_print reports out of memory at the end. What is unknown is left out, never
 * written as 0: unknown quantities, NULL texts, non-finite numbers of a table, and optional ints
 * and bools that are 0. Texts are made plain (pm_text_printable). */
struct cJSON *pm_json_object(void);
struct cJSON *pm_json_list(void);
struct cJSON *pm_json_add_object(struct cJSON *object, const char *key);
struct cJSON *pm_json_add_list(struct cJSON *object, const char *key);
struct cJSON *pm_json_push_object(struct cJSON *list);
struct cJSON *pm_json_push_list(struct cJSON *list);
void pm_json_push_number(struct cJSON *list, double value);
void pm_json_push_text(struct cJSON *list, const char *text);
void pm_json_add_text(struct cJSON *object, const char *key, const char *text);
void pm_json_add_number(struct cJSON *object, const char *key, double value);
void pm_json_add_bool(struct cJSON *object, const char *key, bool value);
void pm_json_add_null(struct cJSON *object, const char *key);
/* Takes node, a value made by pm_json_parse or built here, or frees it. */
void pm_json_add_node(struct cJSON *object, const char *key, struct cJSON *node);
void pm_json_write(struct cJSON *object, const struct pm_field *fields, size_t n, const void *in);
/* JSON of our own as text, single quotes standing for double ones: {'a': [%g, 1]}. For what never
 * changes and for numbers; a name or another text of somebody else's never goes through it. */
struct cJSON *pm_json_add_literal(struct cJSON *object, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
struct cJSON *pm_json_push_literal(struct cJSON *list, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Append the text of root to buf and free root. pretty: two-space lines, short arrays of numbers on
 * one; else one line without blanks. Both end with a newline. */
int pm_json_print(struct cJSON *root, bool pretty, struct pm_buf *buf, struct pm_err *err);

#endif
