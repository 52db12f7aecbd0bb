/* SPDX-License-Identifier: MIT */
#include "network/cfg.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/number.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Walks the lines of a text, each copied into the arena without its blanks. */
struct reader {
    const char *name;
    const char *text;
    size_t len;
    size_t at;   /* where the next line begins */
    size_t line; /* number of the line just read */
    char *stripped;
    struct pm_arena *arena;
    struct pm_err *err;
};

static int fail_at(const struct reader *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The texts shown come from a file anybody may have written: callers shorten them so that the
 * remedy still fits. */
static int fail_at(const struct reader *r, const char *fmt, ...)
{
    char where[sizeof r->err->where], message[400];
    snprintf(where, sizeof where, "%s:%zu", r->name, r->line);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    return pm_fail(r->err, PM_EDATA, where, "%s", message);
}

/* What libdarknet's strip() takes out; '\r' it leaves in, which is why CRLF is refused. */
static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* 1 a line was read into r->stripped, 0 the text is over, -1 refused. */
static int next_line(struct reader *r)
{
    if (r->at >= r->len)
        return 0;
    const char *begin = r->text + r->at;
    const char *newline = memchr(begin, '\n', r->len - r->at);
    const size_t len = newline != NULL ? (size_t)(newline - begin) : r->len - r->at;
    r->at += len + (newline != NULL);
    r->line++;
    if (memchr(begin, '\0', len) != NULL) {
        fail_at(r, "holds a NUL byte; expected the text of a Darknet cfg");
        return -1;
    }
    r->stripped = pm_arena_alloc(r->arena, len + 1, 1);
    if (r->stripped == NULL) {
        pm_fail_nomem(r->err);
        return -1;
    }
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (begin[i] == '\r') {
            fail_at(r, "carriage return, on which Darknet aborts; remedy: convert the file with "
                       "dos2unix");
            return -1;
        }
        if (!is_blank(begin[i]))
            r->stripped[n++] = begin[i];
    }
    return 1;
}

static bool is_comment(const char *stripped)
{
    return *stripped == '\0' || *stripped == '#' || *stripped == ';';
}

/* Room for all sections and options is taken at once, so the text is walked twice. */
static int count_lines(struct reader r, size_t *sections, size_t *options)
{
    static const char bom[] = "\xef\xbb\xbf";
    if (r.len >= 3 && memcmp(r.text, bom, 3) == 0) {
        r.line = 1;
        return fail_at(&r, "begins with a byte order mark; remedy: save as plain UTF-8");
    }
    int got;
    while ((got = next_line(&r)) > 0) {
        if (*r.stripped == '[')
            ++*sections;
        else if (!is_comment(r.stripped))
            ++*options;
    }
    return got;
}

static int read_section(struct reader *r, struct pm_cfg_section *section)
{
    char *line = r->stripped;
    const size_t len = strlen(line);
    if (len < 3 || strcspn(line, "]") != len - 1)
        return fail_at(r, "\"%.60s\": expected one [section] alone on the line", line);
    line[len - 1] = '\0';
    section->kind = line + 1;
    section->line = r->line;
    return 0;
}

/* Of [net] only what shapes the network must be given once; the rest is of training. */
static bool may_repeat(const struct pm_cfg_section *section, const char *key)
{
    static const char *const shaping[] = {"width", "height", "channels", "inputs"};
    if (strcmp(section->kind, "net") != 0 && strcmp(section->kind, "network") != 0)
        return false;
    for (size_t i = 0; i < sizeof shaping / sizeof *shaping; i++) {
        if (strcmp(key, shaping[i]) == 0)
            return false;
    }
    return true;
}

/* Darknet reads a number up to where it ends: "width=32#64" is 32. Of a text or a list it would
 * take the comment for a part. Cuts it off; false where that would change what Darknet reads. */
static bool cut_comment(char *value)
{
    char *comment = strpbrk(value, "#;");
    double number;
    if (comment == NULL)
        return true;
    const char mark = *comment;
    *comment = '\0';
    if (pm_number_double(value, &number))
        return true;
    *comment = mark;
    return false;
}

static int read_option(struct reader *r, struct pm_cfg_section *section,
                       struct pm_cfg_option *option)
{
    char *line = r->stripped;
    char *equals = strchr(line, '=');
    if (equals == NULL)
        return fail_at(r, "\"%.60s\": expected [section], key=value or a comment", line);
    if (equals == line || equals[1] == '\0')
        return fail_at(r, "\"%.60s\": expected key=value, neither of them empty", line);
    if (!cut_comment(equals + 1))
        return fail_at(r,
                       "\"%.60s\": Darknet would read the comment as part of the option; "
                       "remedy: give it a line of its own",
                       line);
    if (section->n == PM_CFG_MAX_OPTIONS)
        return fail_at(r, "section [%.60s] has too many options", section->kind);
    *equals = '\0';
    if (pm_cfg_find(section, line) != NULL && !may_repeat(section, line))
        return fail_at(r,
                       "%.60s is given twice in this section; Darknet would take the first; "
                       "remedy: delete one",
                       line);
    *option = (struct pm_cfg_option){.key = line, .value = equals + 1, .line = r->line};
    section->n++;
    return 0;
}

static int read_lines(struct reader *r, struct pm_cfg_section *section,
                      struct pm_cfg_option *option)
{
    struct pm_cfg_section *current = NULL;
    int got;
    while ((got = next_line(r)) > 0) {
        if (is_comment(r->stripped))
            continue;
        if (*r->stripped == '[') {
            current = current == NULL ? section : current + 1;
            current->option = option;
            if (read_section(r, current) != 0)
                return -1;
        } else if (current == NULL) {
            return fail_at(r, "\"%.60s\" before the first section; expected [net]", r->stripped);
        } else if (read_option(r, current, option++) != 0) {
            return -1;
        }
    }
    return got;
}

int pm_cfg_parse(const char *text, size_t len, const char *name, struct pm_arena *arena,
                 struct pm_cfg *out, struct pm_err *err)
{
    if (len > PM_CFG_MAX_BYTES)
        return pm_fail(err, PM_EDATA, name, "is larger than %zu bytes, the most expected of a cfg",
                       PM_CFG_MAX_BYTES);
    struct reader r = {.name = name, .text = text, .len = len, .arena = arena, .err = err};
    size_t sections = 0, options = 0;
    if (count_lines(r, &sections, &options) != 0)
        return -1;
    struct pm_cfg cfg = {.name = pm_arena_dup(arena, name), .n = sections};
    cfg.section = pm_arena_alloc(arena, sections + 1, sizeof *cfg.section);
    struct pm_cfg_option *option = pm_arena_alloc(arena, options + 1, sizeof *option);
    if (cfg.name == NULL || cfg.section == NULL || option == NULL)
        return pm_fail_nomem(err);
    if (read_lines(&r, cfg.section, option) != 0)
        return -1;
    if (sections == 0)
        return pm_fail(err, PM_EDATA, name, "holds no section; expected a Darknet cfg");
    if (strcmp(cfg.section->kind, "net") != 0 && strcmp(cfg.section->kind, "network") != 0) {
        r.line = cfg.section->line;
        return fail_at(&r, "the first section is [%.60s]; expected [net]", cfg.section->kind);
    }
    *out = cfg;
    return 0;
}

int pm_cfg_load(const char *path, struct pm_arena *arena, struct pm_cfg *out, struct pm_err *err)
{
    struct pm_buf text = {0};
    int result = pm_file_read(path, PM_CFG_MAX_BYTES, &text, err);
    if (result == 0)
        result = pm_cfg_parse(pm_buf_text(&text), text.len, path, arena, out, err);
    pm_buf_done(&text);
    return result;
}

const struct pm_cfg_option *pm_cfg_find(const struct pm_cfg_section *section, const char *key)
{
    for (size_t i = 0; i < section->n; i++) {
        if (strcmp(section->option[i].key, key) == 0)
            return &section->option[i];
    }
    return NULL;
}
