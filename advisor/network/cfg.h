/* SPDX-License-Identifier: MIT
 * Darknet's cfg text as sections of options.
 *
 * Blanks inside a line do not count, and a line that begins with '#' or ';' is a comment, as in
 * Darknet's own reader. Everything Darknet passes over in silence (or crashes on) is refused here,
 * with the line: CRLF ends, a byte order mark, NUL bytes, a line without '=', an option before the
 * first section, an unterminated "[section", an empty key or value, a comment after a value (it
 * would become part of the value), and a key given twice in one section, of which Darknet would
 * take the first. Two exceptions: batch and subdivisions of [net] may be repeated, as they are in
 * cfgs of Darknet's own collection. */
#ifndef PM_CFG_H
#define PM_CFG_H

#include <stddef.h>

struct pm_arena;
struct pm_buf;
struct pm_err;

struct pm_cfg_option {
    const char *key;
    const char *value; /* without blanks; never empty */
    size_t line;
};

struct pm_cfg_section {
    const char *kind; /* "convolutional", without brackets */
    size_t line;      /* of the bracket; the first line is 1 */
    size_t n;
    struct pm_cfg_option *option;
};

struct pm_cfg {
    const char *name; /* in messages: the path */
    size_t n;
    struct pm_cfg_section *section; /* the first is [net] or [network] */
};

#define PM_CFG_MAX_BYTES ((size_t)1024 * 1024)
/* Darknet's richest section takes some 40; the limit keeps the search for duplicates short. */
#define PM_CFG_MAX_OPTIONS 256

/* Everything in *out lives in the arena. PM_EDATA when the text is not a cfg. */
int pm_cfg_parse(const char *text, size_t len, const char *name, struct pm_arena *arena,
                 struct pm_cfg *out, struct pm_err *err);
/* A regular file of at most PM_CFG_MAX_BYTES. */
int pm_cfg_load(const char *path, struct pm_arena *arena, struct pm_cfg *out, struct pm_err *err);

/* The first option of that key, or NULL: the one Darknet takes. */
const struct pm_cfg_option *pm_cfg_find(const struct pm_cfg_section *section, const char *key);

/* Append to out the same text with batch=`batch` and subdivisions=1 as the first options of [net],
 * and every other batch and subdivisions line of [net] taken out. The text must parse. Darknet's
 * set_batch_network changes the number but not the buffers, so the batch must stand in the cfg. */
int pm_cfg_rewrite(const char *text, size_t len, const char *name, size_t batch, struct pm_buf *out,
                   struct pm_err *err);

#endif
