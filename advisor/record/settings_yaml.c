/* SPDX-License-Identifier: MIT
 * The configuration file, read with libyaml's parser so that messages can name the line. */
#include "record/settings.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

#define YAML_BYTES_MAX ((size_t)1024 * 1024)

struct reader {
    yaml_parser_t parser;
    const char *path;
    struct pm_err *err;
};

static int fail_at(struct reader *r, size_t line, const char *message)
{
    char where[220];
    snprintf(where, sizeof where, "%s:%zu", r->path, line + 1);
    return pm_fail(r->err, PM_EUSAGE, where, "%s", message);
}

/* The next event; must be released with yaml_event_delete when this returns 0. */
static int next(struct reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event))
        return 0;
    if (r->parser.error == YAML_MEMORY_ERROR)
        return pm_fail_nomem(r->err);
    char message[200];
    snprintf(message, sizeof message, "not valid YAML: %s",
             r->parser.problem != NULL ? r->parser.problem : "cannot be parsed");
    return fail_at(r, r->parser.problem_mark.line, message);
}

static int skip_until(struct reader *r, yaml_event_type_t wanted, const char *otherwise)
{
    for (;;) {
        yaml_event_t event;
        if (next(r, &event) != 0)
            return -1;
        const yaml_event_type_t type = event.type;
        const size_t line = event.start_mark.line;
        yaml_event_delete(&event);
        if (type == wanted)
            return 0;
        if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_START_EVENT)
            return fail_at(r, line, otherwise);
    }
}

struct pair {
    char key[64];
    char value[300];
    size_t line;
};

static int take_scalar(struct reader *r, char *out, size_t size, size_t *line, bool *end)
{
    yaml_event_t event;
    if (next(r, &event) != 0)
        return -1;
    int result = 0;
    *line = event.start_mark.line;
    *end = event.type == YAML_MAPPING_END_EVENT;
    if (event.type == YAML_SCALAR_EVENT) {
        if (event.data.scalar.length >= size ||
            strlen((char *)event.data.scalar.value) != event.data.scalar.length)
            result = fail_at(r, *line, "the text is too long or holds a NUL");
        else if (!pm_text_is_plain((char *)event.data.scalar.value)) /* "\x1b" is valid YAML */
            result = fail_at(r, *line, "control characters are not allowed");
        else
            memcpy(out, event.data.scalar.value, event.data.scalar.length + 1);
    } else if (!*end) {
        result = fail_at(r, *line, "expected \"key: value\", one plain value a key");
    }
    yaml_event_delete(&event);
    return result;
}

static int read_pairs(struct reader *r, uint64_t keep, struct pm_settings *settings)
{
    uint64_t seen = 0;
    for (;;) {
        struct pair pair;
        bool end = false;
        if (take_scalar(r, pair.key, sizeof pair.key, &pair.line, &end) != 0)
            return -1;
        if (end)
            return 0;
        size_t line;
        if (take_scalar(r, pair.value, sizeof pair.value, &line, &end) != 0)
            return -1;
        char where[220];
        snprintf(where, sizeof where, "%s:%zu: %s", r->path, pair.line + 1, pair.key);
        const int index = pm_settings_index(pair.key);
        const uint64_t bit = index >= 0 ? UINT64_C(1) << index : 0;
        if ((seen & bit) != 0)
            return pm_fail(r->err, PM_EUSAGE, where, "this key stands twice");
        seen |= bit;
        struct pm_settings ignored = *settings;
        struct pm_settings *target = (keep & bit) != 0 ? &ignored : settings;
        if (pm_settings_set(target, pair.key, pair.value, where, r->err) != 0)
            return -1;
    }
}

static int read_document(struct reader *r, uint64_t keep, struct pm_settings *settings)
{
    if (skip_until(r, YAML_MAPPING_START_EVENT,
                   "expected lines of \"key: value\", such as \"min_top1: 70\"") != 0)
        return -1;
    if (read_pairs(r, keep, settings) != 0)
        return -1;
    yaml_event_t event;
    if (next(r, &event) != 0) /* document end */
        return -1;
    yaml_event_delete(&event);
    if (next(r, &event) != 0)
        return -1;
    const bool more = event.type != YAML_STREAM_END_EVENT;
    const size_t line = event.start_mark.line;
    yaml_event_delete(&event);
    return more ? fail_at(r, line, "only one document is expected") : 0;
}

/* libyaml refuses it too, but without the line. */
static int check_encoding(struct reader *r, const char *text)
{
    const char *broken = pm_text_find_broken(text);
    size_t line = 0;
    if (broken == NULL)
        return 0;
    for (; text < broken; text++)
        line += *text == '\n';
    return fail_at(r, line, "this is not valid UTF-8 text");
}

int pm_settings_load_yaml(const char *path, uint64_t keep, struct pm_settings *settings,
                          struct pm_err *err)
{
    struct reader r = {.path = path, .err = err};
    struct pm_buf buf = {0};
    struct pm_settings copy = *settings;
    struct pm_err why = {0};
    if (pm_file_read(path, YAML_BYTES_MAX, &buf, &why) != 0) {
        pm_buf_done(&buf);
        return pm_fail(err, why.code == PM_ENOMEM ? PM_ENOMEM : PM_EUSAGE, why.where, "%s",
                       why.msg);
    }
    if (check_encoding(&r, pm_buf_text(&buf)) != 0) {
        pm_buf_done(&buf);
        return -1;
    }
    if (!yaml_parser_initialize(&r.parser)) {
        pm_buf_done(&buf);
        return pm_fail_nomem(err);
    }
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)pm_buf_text(&buf), buf.len);
    const int result = read_document(&r, keep, &copy);
    yaml_parser_delete(&r.parser);
    pm_buf_done(&buf);
    if (result == 0)
        *settings = copy;
    return result;
}
