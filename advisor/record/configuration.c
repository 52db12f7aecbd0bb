/* SPDX-License-Identifier: MIT */
#include "record/configuration.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/index.h"
#include "base/number.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define CHANNELS_MAX 65536

bool pm_input_parse(const char *text, struct pm_input *out, long *channels)
{
    char part[3][16];
    long number[3] = {0, 0, 0};
    size_t n = 0;
    for (const char *at = text; n < 3; at++) {
        const size_t len = strcspn(at, "xX");
        if (len == 0 || len >= sizeof part[0])
            return false;
        memcpy(part[n], at, len);
        part[n][len] = '\0';
        if (!pm_number_long(part[n], 1, n == 0 ? CHANNELS_MAX : PM_INPUT_MAX, &number[n]))
            return false;
        n++;
        at += len;
        if (*at == '\0')
            break;
        if (n == 3)
            return false;
    }
    const long height = n == 3 ? number[1] : number[0];
    const long width = n == 1 ? number[0] : number[n - 1];
    if (height > PM_INPUT_MAX)
        return false;
    *channels = n == 3 ? number[0] : 0;
    *out = (struct pm_input){width, height};
    return true;
}

bool pm_input_same(struct pm_input a, struct pm_input b)
{
    return a.width == b.width && a.height == b.height;
}

const char *pm_input_text(struct pm_input input, char out[PM_INPUT_TEXT])
{
    out[0] = '\0';
    if (input.width > 0)
        snprintf(out, PM_INPUT_TEXT, "%ld x %ld", input.width, input.height);
    return out;
}

unsigned pm_configuration_difference(const struct pm_configuration *a,
                                     const struct pm_configuration *b)
{
    return (pm_text_same(a->network, b->network) ? 0U : PM_OF_NETWORK) |
           (pm_text_same(a->engine, b->engine) ? 0U : PM_OF_ENGINE) |
           (pm_text_same(a->precision, b->precision) ? 0U : PM_OF_PRECISION) |
           (pm_input_same(a->input, b->input) ? 0U : PM_OF_INPUT) |
           (a->batch == b->batch ? 0U : PM_OF_BATCH) |
           (a->threads == b->threads ? 0U : PM_OF_THREADS) |
           (pm_text_same(a->power_mode, b->power_mode) ? 0U : PM_OF_MODE);
}

bool pm_configuration_same(const struct pm_configuration *a, const struct pm_configuration *b,
                           unsigned parts)
{
    return (pm_configuration_difference(a, b) & parts) == 0;
}

uint64_t pm_configuration_digest(const struct pm_configuration *c, unsigned parts)
{
    const struct {
        unsigned part;
        const char *text;
        long number[2];
    } all[] = {
        {PM_OF_NETWORK, c->network, {0}},     {PM_OF_ENGINE, c->engine, {0}},
        {PM_OF_PRECISION, c->precision, {0}}, {PM_OF_INPUT, "", {c->input.width, c->input.height}},
        {PM_OF_BATCH, "", {c->batch}},        {PM_OF_THREADS, "", {c->threads}},
        {PM_OF_MODE, c->power_mode, {0}}};
    uint64_t digest = pm_index_digest();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if ((parts & all[i].part) == 0)
            continue;
        digest = pm_index_digest_text(digest, all[i].text);
        digest = pm_digest(digest, all[i].number, sizeof all[i].number);
    }
    return digest;
}

static const char *separator(const struct pm_buf *buf, size_t start)
{
    return buf->len > start ? ", " : "";
}

static void add(struct pm_buf *buf, size_t start, bool wanted, const char *part)
{
    if (wanted && part != NULL && part[0] != '\0')
        pm_buf_addf(buf, "%s%s", separator(buf, start), part);
}

void pm_configuration_add(struct pm_buf *buf, const struct pm_configuration *c, unsigned parts)
{
    const size_t start = buf->len;
    char input[PM_INPUT_TEXT];
    add(buf, start, (parts & PM_OF_NETWORK) != 0, c->network);
    add(buf, start, (parts & PM_OF_ENGINE) != 0, c->engine);
    add(buf, start, (parts & PM_OF_PRECISION) != 0, c->precision);
    add(buf, start, (parts & PM_OF_INPUT) != 0, pm_input_text(c->input, input));
    if ((parts & PM_OF_BATCH) != 0 && c->batch > 0)
        pm_buf_addf(buf, "%sbatch %ld", separator(buf, start), c->batch);
    if ((parts & PM_OF_THREADS) != 0 && c->threads > 0)
        pm_buf_addf(buf, "%s%ld thread%s", separator(buf, start), c->threads,
                    c->threads == 1 ? "" : "s");
    add(buf, start, (parts & PM_OF_MODE) != 0, c->power_mode);
}

const char *pm_configuration_text(const struct pm_configuration *c, unsigned parts,
                                  struct pm_arena *arena)
{
    struct pm_buf text = {0};
    pm_configuration_add(&text, c, parts);
    const char *out = text.failed ? NULL : pm_arena_dup(arena, pm_buf_text(&text));
    pm_buf_done(&text);
    return out;
}

int pm_input_of_keys(const struct pm_input_keys *keys, const char *where, struct pm_input *out,
                     struct pm_err *err)
{
    const bool sides = keys->input_width > 0 || keys->input_height > 0;
    if (sides && (keys->input_width <= 0 || keys->input_height <= 0 || keys->input_px > 0))
        return pm_fail(err, PM_EDATA, where,
                       "an input is \"input_px\" where it is square, else \"input_width\" and "
                       "\"input_height\"");
    *out = sides ? (struct pm_input){keys->input_width, keys->input_height}
                 : (struct pm_input){keys->input_px, keys->input_px};
    return 0;
}

struct pm_input_keys pm_input_to_keys(struct pm_input input)
{
    struct pm_input_keys keys = {.input_width = input.width, .input_height = input.height};
    if (input.width == input.height)
        keys = (struct pm_input_keys){.input_px = input.width};
    return keys;
}

void pm_input_write(struct cJSON *object, struct pm_input input)
{
    static const struct pm_field fields[] = {
        PM_FIELD(struct pm_input_keys, input_px, PM_JSON_INT, PM_OPTIONAL),
        PM_FIELD(struct pm_input_keys, input_width, PM_JSON_INT, PM_OPTIONAL),
        PM_FIELD(struct pm_input_keys, input_height, PM_JSON_INT, PM_OPTIONAL),
    };
    const struct pm_input_keys keys = pm_input_to_keys(input);
    pm_json_write(object, fields, sizeof fields / sizeof *fields, &keys);
}

void pm_configuration_write(struct cJSON *object, const struct pm_configuration *c,
                            const char *name)
{
    pm_json_add_text(object, "network", c->network);
    pm_json_add_text(object, "name", name);
    pm_json_add_text(object, "engine", c->engine);
    pm_json_add_text(object, "precision", c->precision);
    pm_input_write(object, c->input);
    pm_json_add_number(object, "batch", (double)c->batch);
    if (c->threads > 0)
        pm_json_add_number(object, "threads", (double)c->threads);
    pm_json_add_text(object, "power_mode", c->power_mode);
}
