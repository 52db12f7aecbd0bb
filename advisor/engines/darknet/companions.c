/* SPDX-License-Identifier: MIT */
#include "engines/darknet/companions.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/number.h"
#include "network/network.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX  ((size_t)16 << 20)
#define NAME_ROOM 255 /* libdarknet copies it into 256 bytes */

static int refuse(const char *path, size_t line, const char *what, struct pm_err *err)
{
    char where[240];
    snprintf(where, sizeof where, "%.220s:%zu", path, line);
    return pm_fail(err, PM_EDATA, where, "%s", what);
}

/* "n00020827 -1", the end of the line cut off; line: its number, from 1. */
static int check_node(const char *text, const char *path, size_t line, struct pm_err *err)
{
    const size_t name = strcspn(text, " \t");
    const char *number = text + name + strspn(text + name, " \t");
    long parent;
    if (name == 0 || name > NAME_ROOM || !pm_number_long(number, -1, LONG_MAX, &parent))
        return refuse(path, line,
                      "expected \"name parent\", the parent a line's number from 0, or -1", err);
    return parent < (long)line - 1
               ? 0
               : refuse(path, line, "the parent must stand in an earlier line", err);
}

static int check_tree(const char *path, long classes, struct pm_err *err)
{
    struct pm_buf buf = {0};
    size_t lines = 0;
    int result = pm_file_read(path, FILE_MAX, &buf, err);
    char *next = result == 0 ? buf.data : NULL;
    for (char *text = next; result == 0 && text != NULL && *text != '\0'; text = next) {
        next = strchr(text, '\n');
        if (next != NULL)
            *next++ = '\0';
        text[strcspn(text, "\r")] = '\0';
        result = check_node(text, path, ++lines, err);
    }
    if (result == 0 && (long)lines != classes) {
        result = pm_fail(err, PM_EDATA, path, "has %zu lines; the network has %ld classes", lines,
                         classes);
    }
    pm_buf_done(&buf);
    return result;
}

int pm_companions_check(const struct pm_network *net, struct pm_err *err)
{
    for (size_t i = 0; i < net->layers; i++) {
        const struct pm_layer *l = &net->layer[i];
        const char *const files[] = {l->tree, l->map};
        for (size_t k = 0; k < 2; k++) {
            if (files[k] != NULL && !pm_file_exists(files[k]))
                return pm_fail(err, PM_EDATA, files[k],
                               "is missing; [%s] in line %zu of %s names it", l->kind, l->line,
                               net->name);
        }
        if (l->tree != NULL && check_tree(l->tree, l->classes, err) != 0)
            return -1;
    }
    return 0;
}
