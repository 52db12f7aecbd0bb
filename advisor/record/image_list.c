/* SPDX-License-Identifier: MIT */
#include "record/image_list.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/index.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LIST_MAX  ((size_t)1 << 30)
#define LABEL_MAX 1000000L

/* Names of classes, one a line. */
struct classes {
    const char *path;
    const char **name;
    size_t n;
    struct pm_index index;
};

struct reader {
    struct pm_image_list *list;
    struct classes classes;
    const char *folder; /* of the list; "" the current one */
    size_t cap;
    struct pm_err *err;
};

/* ---- lines ---- */

/* Cuts text, which ends with '\0', into lines: the next one, without its end; NULL after the last.
 */
static char *next_line(char **text)
{
    char *line = *text;
    if (line == NULL || *line == '\0')
        return NULL;
    char *end = strchr(line, '\n');
    *text = end != NULL ? end + 1 : NULL;
    if (end == NULL)
        end = line + strlen(line);
    while (end > line && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t'))
        end--;
    *end = '\0';
    return line;
}

/* Some editors begin a file of UTF-8 with three bytes that say so. */
static size_t bom(const struct pm_buf *buf)
{
    return buf->len >= 3 && memcmp(buf->data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static char *read_text(const char *path, struct pm_arena *arena, struct pm_err *err)
{
    struct pm_buf buf = {0};
    char *text = NULL;
    if (pm_file_read(path, LIST_MAX, &buf, err) == 0) {
        if (strlen(pm_buf_text(&buf)) != buf.len)
            pm_fail(err, PM_EDATA, path,
                    "holds bytes that are no text; expected lines of "
                    "\"path<TAB>label\" (an IDX file goes with --labels)");
        else if ((text = pm_arena_dup(arena, pm_buf_text(&buf) + bom(&buf))) == NULL)
            pm_fail_nomem(err);
    }
    pm_buf_done(&buf);
    return text;
}

static int read_classes(struct reader *r, const char *path)
{
    char *text = read_text(path, &r->list->arena, r->err);
    if (text == NULL)
        return -1;
    size_t lines = 1;
    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    r->classes.path = path;
    r->classes.name = pm_arena_alloc(&r->list->arena, lines, sizeof *r->classes.name);
    if (r->classes.name == NULL)
        return pm_fail_nomem(r->err);
    for (char *line; (line = next_line(&text)) != NULL;)
        r->classes.name[r->classes.n++] = line; /* an empty one is a class without a name */
    while (r->classes.n > 0 && *r->classes.name[r->classes.n - 1] == '\0')
        r->classes.n--;
    for (size_t i = 0; i < r->classes.n; i++) {
        const uint64_t digest = pm_index_digest_text(pm_index_digest(), r->classes.name[i]);
        if (!pm_index_add(&r->classes.index, &r->list->arena, digest, i))
            return pm_fail_nomem(r->err);
    }
    return 0;
}

/* A number, or the name of a class; -1. */
static long label_of(const struct reader *r, const char *text)
{
    char *end = NULL;
    const uint64_t digest = pm_index_digest_text(pm_index_digest(), text);
    size_t probe = 0, at;
    while ((at = pm_index_next(&r->classes.index, digest, &probe)) != PM_INDEX_END) {
        if (strcmp(r->classes.name[at], text) == 0)
            return (long)at;
    }
    errno = 0;
    const long value = strtol(text, &end, 10);
    const long most = r->classes.n > 0 ? (long)r->classes.n : LABEL_MAX;
    return errno == 0 && end != text && *end == '\0' && value >= 0 && value < most ? value : -1;
}

/* The same names may stand for other pictures, in another folder or later: what tells is when they
 * were last written, and how large they are. */
static void add_to_digest(struct pm_image_list *l, const char *full, long label)
{
    struct stat st;
    long long stamp[3] = {-1, 0, 0};
    if (stat(full, &st) == 0) {
        stamp[0] = (long long)st.st_size;
        stamp[1] = (long long)st.st_mtim.tv_sec;
        stamp[2] = (long long)st.st_mtim.tv_nsec;
    }
    l->digest = pm_digest(l->digest, full, strlen(full) + 1);
    l->digest = pm_digest(l->digest, &label, sizeof label);
    l->digest = pm_digest(l->digest, stamp, sizeof stamp);
}

static bool is_plain(const char *text)
{
    char plain[PATH_MAX];
    return strlen(text) >= sizeof plain ||
           strcmp(pm_text_printable(text, plain, sizeof plain), text) == 0;
}

static int add(struct reader *r, const char *path, long label)
{
    if (!is_plain(path))
        return pm_fail(r->err, PM_EDATA, r->list->source,
                       "the name %.200s holds a character that is not plain UTF-8 text, such as a "
                       "tab; rename the file",
                       path);
    struct pm_image_list *l = r->list;
    if (l->n == r->cap) {
        const size_t cap = r->cap > 0 ? 2 * r->cap : 1024;
        struct pm_image *item = pm_arena_alloc(&l->arena, cap, sizeof *item);
        if (item == NULL)
            return pm_fail_nomem(r->err);
        if (l->n > 0)
            memcpy(item, l->item, l->n * sizeof *item);
        l->item = item;
        r->cap = cap;
    }
    const char *full = path[0] == '/' || *r->folder == '\0'
                           ? path
                           : pm_arena_printf(&l->arena, "%s/%s", r->folder, path);
    if (full == NULL)
        return pm_fail_nomem(r->err);
    l->item[l->n++] = (struct pm_image){full, label, -1};
    add_to_digest(l, full, label);
    return 0;
}

static int read_line(struct reader *r, char *line, const char *where)
{
    char *cut = strrchr(line, '\t');
    if (cut == NULL)
        cut = strrchr(line, ' ');
    if (cut == NULL)
        return pm_fail(r->err, PM_EDATA, where, "has no label; expected \"path<TAB>label\"");
    const char *text = cut + 1;
    while (cut > line && (cut[-1] == ' ' || cut[-1] == '\t'))
        cut--;
    *cut = '\0';
    const long label = label_of(r, text);
    if (*line == '\0')
        return pm_fail(r->err, PM_EDATA, where, "has no path; expected \"path<TAB>label\"");
    if (label < 0)
        return pm_fail(r->err, PM_EDATA, where, "label \"%.60s\" is no number%s%s", text,
                       r->classes.n > 0 ? " and no class of " : "; --classes names the classes",
                       r->classes.n > 0 ? r->classes.path : "");
    return add(r, line, label);
}

static int read_list(struct reader *r, const char *path)
{
    char *text = read_text(path, &r->list->arena, r->err);
    const char *slash = strrchr(path, '/');
    if (text == NULL)
        return -1;
    r->folder =
        slash == NULL ? "" : pm_arena_printf(&r->list->arena, "%.*s", (int)(slash - path), path);
    if (r->folder == NULL)
        return pm_fail_nomem(r->err);
    size_t number = 1;
    for (char *line; (line = next_line(&text)) != NULL; number++) {
        char where[300];
        snprintf(where, sizeof where, "%.200s:%zu", path, number);
        if (*line != '\0' && read_line(r, line, where) != 0)
            return -1;
    }
    return 0;
}

/* ---- folders ---- */

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int read_class(struct reader *r, const char *folder, const char *name, long label)
{
    char path[PATH_MAX];
    struct dirent **files = NULL;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const int n = scandir(path, &files, is_visible, by_name);
    int result = n < 0 ? pm_fail(r->err, PM_EDATA, path, "%s", strerror(errno)) : 0;
    for (int i = 0; i < n; i++) {
        const char *file = pm_arena_printf(&r->list->arena, "%s/%s", name, files[i]->d_name);
        snprintf(path, sizeof path, "%s/%s", folder, file != NULL ? file : "");
        if (file == NULL)
            result = pm_fail_nomem(r->err);
        else if (result == 0 && !is_folder(path))
            result = add(r, file, label);
        free(files[i]);
    }
    free(files);
    return result;
}

static int read_folder(struct reader *r, const char *path)
{
    struct dirent **names = NULL;
    const int n = scandir(path, &names, is_visible, by_name);
    long classes = 0;
    int result = n < 0 ? pm_fail(r->err, PM_EDATA, path, "%s", strerror(errno)) : 0;
    r->folder = path;
    for (int i = 0; i < n; i++) {
        char sub[PATH_MAX];
        const char *name = names[i]->d_name;
        snprintf(sub, sizeof sub, "%s/%s", path, name);
        if (result == 0 && is_folder(sub)) {
            const long label = r->classes.n > 0 ? label_of(r, name) : classes++;
            result = label >= 0
                         ? read_class(r, path, name, label)
                         : pm_fail(r->err, PM_EDATA, sub, "is no class of %s", r->classes.path);
        }
        free(names[i]);
    }
    free(names);
    return result;
}

/* ---- the whole ---- */

struct place { /* of an image in the list */
    struct pm_image *image;
};

static int by_path(const void *a, const void *b)
{
    const struct pm_image *x = ((const struct place *)a)->image,
                          *y = ((const struct place *)b)->image;
    const int order = strcmp(x->path, y->path);
    return order != 0 ? order : (x > y) - (x < y);
}

/* Counted twice, an image would look like two; with two labels one of them is wrong. */
static int drop_duplicates(struct pm_image_list *l, struct pm_err *err)
{
    struct place *sorted = pm_arena_alloc(&l->arena, l->n + 1, sizeof *sorted);
    if (sorted == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < l->n; i++)
        sorted[i].image = &l->item[i];
    qsort(sorted, l->n, sizeof *sorted, by_path);
    for (size_t i = 1; i < l->n; i++) {
        const struct pm_image *before = sorted[i - 1].image;
        struct pm_image *now = sorted[i].image;
        if (strcmp(now->path, before->path) != 0)
            continue;
        if (now->label != before->label)
            return pm_fail(err, PM_EDATA, l->source, "%.160s stands twice, with labels %ld and %ld",
                           now->path, before->label, now->label);
        now->index = -2; /* left out below */
    }
    size_t kept = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (l->item[i].index != -2)
            l->item[kept++] = l->item[i];
    }
    l->duplicates = l->n - kept;
    l->n = kept;
    return 0;
}

int pm_image_list_read(const char *path, const char *classes_path, struct pm_image_list *out,
                       struct pm_err *err)
{
    struct pm_image_list list = {.digest = PM_DIGEST_START};
    struct reader r = {.list = &list, .folder = "", .err = err};
    list.source = pm_arena_dup(&list.arena, path);
    int result = list.source != NULL ? 0 : pm_fail_nomem(err);
    if (result == 0 && classes_path != NULL)
        result = read_classes(&r, classes_path);
    if (result == 0)
        result = is_folder(path) ? read_folder(&r, path) : read_list(&r, path);
    if (result == 0)
        result = drop_duplicates(&list, err);
    if (result == 0 && list.n == 0)
        result = pm_fail(err, PM_EDATA, path,
                         "names no image; expected lines of \"path<TAB>label\", or a folder of "
                         "images for each class");
    if (result != 0)
        pm_image_list_done(&list);
    else
        *out = list;
    return result;
}

int pm_image_list_of_idx(const char *path, const char *labels_path, const long *label, size_t n,
                         struct pm_image_list *out, struct pm_err *err)
{
    struct pm_image_list list = {.n = n};
    uint64_t digest[2] = {0};
    list.item = pm_arena_alloc(&list.arena, n + 1, sizeof *list.item);
    list.source = pm_arena_dup(&list.arena, path);
    int result = list.item != NULL && list.source != NULL ? 0 : pm_fail_nomem(err);
    if (result == 0 && (pm_file_digest(path, &digest[0], err) != 0 ||
                        pm_file_digest(labels_path, &digest[1], err) != 0))
        result = -1;
    for (size_t i = 0; i < n && result == 0 && list.item != NULL; i++) {
        list.item[i] = (struct pm_image){list.source, label[i], (long)i};
    }
    list.digest = pm_digest(PM_DIGEST_START, digest, sizeof digest);
    if (result != 0)
        pm_image_list_done(&list);
    else
        *out = list;
    return result;
}

void pm_image_list_done(struct pm_image_list *list)
{
    pm_arena_done(&list->arena);
    *list = (struct pm_image_list){0};
}
