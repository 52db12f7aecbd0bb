/* SPDX-License-Identifier: MIT */
#include "network/cfg.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <string.h>

static bool is_batch_line(const struct pm_cfg_section *net, size_t line)
{
    for (size_t i = 0; i < net->n; i++) {
        const struct pm_cfg_option *o = &net->option[i];
        if (o->line == line)
            return strcmp(o->key, "batch") == 0 || strcmp(o->key, "subdivisions") == 0;
    }
    return false;
}

static void copy_lines(const char *text, size_t len, const struct pm_cfg_section *net, size_t batch,
                       struct pm_buf *out)
{
    size_t line = 0;
    for (size_t at = 0; at < len;) {
        const char *newline = memchr(text + at, '\n', len - at);
        const size_t n = newline != NULL ? (size_t)(newline - text) - at : len - at;
        if (!is_batch_line(net, ++line)) {
            pm_buf_add_bytes(out, text + at, n);
            pm_buf_add(out, "\n");
        }
        if (line == net->line)
            pm_buf_addf(out, "batch=%zu\nsubdivisions=1\n", batch);
        at += n + 1;
    }
}

int pm_cfg_rewrite(const char *text, size_t len, const char *name, size_t batch, struct pm_buf *out,
                   struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_cfg cfg;
    int result = pm_cfg_parse(text, len, name, &arena, &cfg, err);
    if (result == 0) {
        copy_lines(text, len, &cfg.section[0], batch, out);
        result = pm_buf_check(out, err);
    }
    pm_arena_done(&arena);
    return result;
}
