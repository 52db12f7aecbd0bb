/* SPDX-License-Identifier: MIT
 * What a figure is a figure of: a network, and all that is chosen when it is run. Two figures are
 * of one thing only where nothing of this differs; wherever candidates are told apart, it is by
 * this. */
#ifndef PM_CONFIGURATION_H
#define PM_CONFIGURATION_H

#include "json/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct pm_arena;
struct pm_buf;
struct pm_err;

#define PM_INPUT_MAX 16384 /* pixels of a side */

struct pm_input {
    long width, height; /* pixels; 0 not known */
};

struct pm_configuration {
    const char *network; /* catalogue id, or any name in a published or imported profile */
    const char *engine, *precision; /* NULL not known */
    const char *power_mode; /* "nvpmodel 0, schedutil": another mode is another device; NULL */
    struct pm_input input;
    long batch, threads; /* threads: 0 not known */
};

/* Its parts, as bits. */
enum {
    PM_OF_NETWORK = 1,
    PM_OF_ENGINE = 2,
    PM_OF_PRECISION = 4,
    PM_OF_INPUT = 8,
    PM_OF_BATCH = 16,
    PM_OF_THREADS = 32,
    PM_OF_MODE = 64,
    PM_OF_ALL = 127,
    /* how a network is run, whichever it is */
    PM_OF_WAY = PM_OF_ENGINE | PM_OF_PRECISION | PM_OF_BATCH | PM_OF_THREADS | PM_OF_MODE,
};

/* The parts that differ; what one does not know differs from what the other knows. */
unsigned pm_configuration_difference(const struct pm_configuration *a,
                                     const struct pm_configuration *b);
/* Alike in these parts? */
bool pm_configuration_same(const struct pm_configuration *a, const struct pm_configuration *b,
                           unsigned parts);
/* For an index (base/index.h): the same where these parts are. */
uint64_t pm_configuration_digest(const struct pm_configuration *c, unsigned parts);
/* "resnet50, darknet, fp32, 640 x 384, batch 1, 2 threads, MAXN": these parts, without what is not
 * known. */
void pm_configuration_add(struct pm_buf *buf, const struct pm_configuration *c, unsigned parts);
/* The same in the arena, NULL when out of memory. */
const char *pm_configuration_text(const struct pm_configuration *c, unsigned parts,
                                  struct pm_arena *arena);

/* As people type one: a side ("224"), or HxW, or CxHxW: height before width, as frameworks have it.
 * *channels: 0 where it is not said. */
bool pm_input_parse(const char *text, struct pm_input *out, long *channels);
bool pm_input_same(struct pm_input a, struct pm_input b);
#define PM_INPUT_TEXT 48
/* "640 x 384"; "" when it is not known. */
const char *pm_input_text(struct pm_input input, char out[PM_INPUT_TEXT]);

/* In files an input is "input_px" where it is square, else "input_width" and "input_height"; files
 * of older versions know squares alone. For the struct that a table of fields fills. */
struct pm_input_keys {
    long input_px, input_width, input_height;
};
#define PM_INPUT_FIELD(type, keys, key_)                                                           \
    {                                                                                              \
        .key = #key_, .kind = PM_JSON_INT, .offset = offsetof(type, keys.key_), .min = 0,          \
        .max = PM_INPUT_MAX                                                                        \
    }
#define PM_INPUT_FIELDS(type, keys)                                                                \
    PM_INPUT_FIELD(type, keys, input_px), PM_INPUT_FIELD(type, keys, input_width),                 \
        PM_INPUT_FIELD(type, keys, input_height)
/* PM_EDATA unless it is one of the two forms, or absent. */
int pm_input_of_keys(const struct pm_input_keys *keys, const char *where, struct pm_input *out,
                     struct pm_err *err);
struct pm_input_keys pm_input_to_keys(struct pm_input input);
void pm_input_write(struct cJSON *object, struct pm_input input);
/* All its keys; name: what people call it, beside them; may be NULL. */
void pm_configuration_write(struct cJSON *object, const struct pm_configuration *c,
                            const char *name);

/* A whole one, of a struct `type` that holds it as `config`, and its input's keys as `keys`. */
#define PM_CONFIGURATION_FIELD(type, config, part, kind_, need_, min_, max_)                       \
    {                                                                                              \
        .key = #part, .kind = (kind_), .need = (need_), .offset = offsetof(type, config.part),     \
        .min = (min_), .max = (max_)                                                               \
    }
#define PM_CONFIGURATION_FIELDS(type, config, keys)                                                \
    PM_CONFIGURATION_FIELD(type, config, network, PM_JSON_TEXT, PM_REQUIRED, 0, 0),                \
        PM_CONFIGURATION_FIELD(type, config, engine, PM_JSON_TEXT, PM_OPTIONAL, 0, 0),             \
        PM_CONFIGURATION_FIELD(type, config, precision, PM_JSON_TEXT, PM_OPTIONAL, 0, 0),          \
        PM_CONFIGURATION_FIELD(type, config, power_mode, PM_JSON_TEXT, PM_OPTIONAL, 0, 0),         \
        PM_INPUT_FIELDS(type, keys),                                                               \
        PM_CONFIGURATION_FIELD(type, config, batch, PM_JSON_INT, PM_OPTIONAL, 1, 1e9),             \
        PM_CONFIGURATION_FIELD(type, config, threads, PM_JSON_INT, PM_OPTIONAL, 0, 1e9)

#endif
