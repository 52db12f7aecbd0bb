/* SPDX-License-Identifier: MIT */
#include "record/evaluation.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "json/json.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct evaluation_text {
    struct pm_evaluation e;
    const char *schema, *hits, *seen;
};

#define TEXT(member)        PM_FIELD(struct pm_evaluation, member, PM_JSON_TEXT, PM_OPTIONAL)
#define MUST(member)        PM_FIELD(struct pm_evaluation, member, PM_JSON_TEXT, PM_REQUIRED)
#define COUNT(member, need) PM_FIELD_RANGE(struct pm_evaluation, member, PM_JSON_INT, need, 0, 1e9)

static const struct pm_field fields[] = {
    {.key = "schema", .kind = PM_JSON_TEXT, .offset = offsetof(struct evaluation_text, schema)},
    MUST(network),
    MUST(cfg_digest),
    TEXT(weights),
    TEXT(weights_digest),
    TEXT(weights_stamp),
    TEXT(engine),
    TEXT(engine_version),
    MUST(preprocessing),
    MUST(images),
    MUST(list_digest),
    TEXT(date),
    COUNT(n, PM_REQUIRED),
    COUNT(done, PM_OPTIONAL),
    COUNT(classes, PM_REQUIRED),
    COUNT(good, PM_OPTIONAL),
    COUNT(wrong, PM_OPTIONAL),
    COUNT(good5, PM_OPTIONAL),
    COUNT(skipped, PM_OPTIONAL),
    COUNT(non_finite, PM_OPTIONAL),
    TEXT(first_skipped),
    {.key = "hits", .kind = PM_JSON_TEXT, .offset = offsetof(struct evaluation_text, hits)},
    {.key = "seen", .kind = PM_JSON_TEXT, .offset = offsetof(struct evaluation_text, seen)},
};

/* ---- bits ---- */

static size_t bytes_of(long n)
{
    return (size_t)(n + 7) / 8;
}

unsigned char *pm_evaluation_bits(struct pm_evaluation *e, long n)
{
    return pm_arena_alloc(&e->arena, bytes_of(n) + 1, 1);
}

bool pm_evaluation_bit(const unsigned char *bits, long i)
{
    return (bits[i / 8] >> (i % 8) & 1) != 0;
}

void pm_evaluation_set_bit(unsigned char *bits, long i)
{
    bits[i / 8] = (unsigned char)(bits[i / 8] | 1U << (i % 8));
}

static int hex_digit(char c)
{
    const char *const digits = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

static unsigned char *read_bits(struct pm_evaluation *e, const char *text)
{
    const size_t n = bytes_of(e->n);
    if (text == NULL || strlen(text) != 2 * n)
        return NULL;
    unsigned char *bits = pm_evaluation_bits(e, e->n);
    for (size_t i = 0; bits != NULL && i < n; i++) {
        const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return NULL;
        bits[i] = (unsigned char)(16 * high + low);
    }
    return bits;
}

static const char *write_bits(const unsigned char *bits, long n, struct pm_arena *arena)
{
    const size_t bytes = bytes_of(n);
    char *text = pm_arena_alloc(arena, 2 * bytes + 1, 1);
    for (size_t i = 0; text != NULL && i < bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", bits[i]);
    return text;
}

/* ---- the file ---- */

const char *pm_evaluation_path(const char *folder, const struct pm_evaluation *e,
                               struct pm_arena *arena)
{
    uint64_t digest = PM_DIGEST_START;
    const char *const part[] = {e->list_digest, e->cfg_digest, e->weights_digest, e->preprocessing};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        digest = pm_digest(digest, part[i], strlen(part[i]) + 1);
    return pm_arena_printf(arena, "%s/%s.%016" PRIx64 ".json", folder, e->network, digest);
}

const char *pm_evaluation_stamp(const char *file, struct pm_arena *arena)
{
    struct stat st;
    if (stat(file, &st) != 0)
        return "missing";
    return pm_arena_printf(arena, "%lld bytes of %lld.%09ld", (long long)st.st_size,
                           (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

static long count_bits(const unsigned char *bits, long n)
{
    long count = 0;
    for (long i = 0; i < n; i++)
        count += pm_evaluation_bit(bits, i);
    return count;
}

static int check(const struct pm_evaluation *e, const char *path, struct pm_err *err)
{
    if (e->hits == NULL || e->seen == NULL || e->done > e->n || e->n < 1 || e->classes < 1 ||
        count_bits(e->hits, e->n) != e->good || count_bits(e->seen, e->n) != e->good + e->wrong ||
        e->good + e->wrong + e->skipped != e->done || e->good5 > e->done ||
        e->non_finite > e->wrong)
        return pm_fail(err, PM_EDATA, path,
                       "its counts or its images do not agree; evaluate the network again");
    return 0;
}

int pm_evaluation_load(const char *path, struct pm_evaluation *out, struct pm_err *err)
{
    struct evaluation_text t = {0};
    struct cJSON *root = NULL;
    if (pm_json_load(path, &root, err) != 0)
        return -1;
    struct pm_arena *arena = &t.e.arena;
    int result = pm_json_check_schema(root, path, PM_EVALUATION_SCHEMA, err);
    if (result == 0)
        result = pm_json_read(root, fields, sizeof fields / sizeof *fields, path, arena, &t, err);
    pm_json_free(root);
    if (result == 0) {
        t.e.hits = read_bits(&t.e, t.hits);
        t.e.seen = read_bits(&t.e, t.seen);
        result = check(&t.e, path, err);
    }
    if (result != 0)
        pm_evaluation_done(&t.e);
    else
        *out = t.e;
    return result;
}

int pm_evaluation_save(const struct pm_evaluation *e, const char *path, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_buf buf = {0};
    struct evaluation_text t = {.e = *e, .schema = PM_EVALUATION_SCHEMA};
    struct cJSON *root = pm_json_object();
    t.hits = write_bits(e->hits, e->n, &arena);
    t.seen = write_bits(e->seen, e->n, &arena);
    pm_json_write(root, fields, sizeof fields / sizeof *fields, &t);
    int result = pm_json_print(root, true, &buf, err);
    if (result == 0 && (t.hits == NULL || t.seen == NULL))
        result = pm_fail_nomem(err);
    if (result == 0)
        result = pm_file_write(path, pm_buf_text(&buf), buf.len, err);
    pm_buf_done(&buf);
    pm_arena_done(&arena);
    return result;
}

void pm_evaluation_done(struct pm_evaluation *e)
{
    pm_arena_done(&e->arena);
    *e = (struct pm_evaluation){0};
}

/* ---- all of them ---- */

static int is_evaluation(const struct dirent *d)
{
    const size_t len = strlen(d->d_name);
    return d->d_name[0] != '.' && len > 5 && strcmp(d->d_name + len - 5, ".json") == 0;
}

/* Another file may have taken the place of the weights since. */
static bool is_of_those_weights(struct pm_evaluation *e)
{
    if (e->weights == NULL || e->weights_stamp == NULL)
        return true;
    const char *now = pm_evaluation_stamp(e->weights, &e->arena);
    return now != NULL && strcmp(now, e->weights_stamp) == 0;
}

int pm_evaluations_find(const char *folder, struct pm_evaluation **out, size_t *n,
                        struct pm_err *err)
{
    struct dirent **files = NULL;
    const int found = scandir(folder, &files, is_evaluation, alphasort);
    *n = 0;
    *out = calloc(found > 0 ? (size_t)found : 1, sizeof **out);
    for (int i = 0; i < found; i++) {
        char path[PATH_MAX];
        struct pm_err ignored = {0};
        snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
        struct pm_evaluation *e = *out != NULL ? &(*out)[*n] : NULL;
        if (e == NULL || pm_evaluation_load(path, e, &ignored) != 0)
            ;
        else if (is_of_those_weights(e))
            (*n)++;
        else
            pm_evaluation_done(e);
        free(files[i]);
    }
    free(files);
    return *out != NULL ? 0 : pm_fail_nomem(err);
}

void pm_evaluations_done(struct pm_evaluation *list, size_t n)
{
    for (size_t i = 0; list != NULL && i < n; i++)
        pm_evaluation_done(&list[i]);
    free(list);
}

int pm_evaluations_forget(const char *folder, const char *network, struct pm_err *err)
{
    struct dirent **files = NULL;
    const int found = scandir(folder, &files, is_evaluation, NULL);
    int result = 0;
    for (int i = 0; i < found; i++) {
        char path[PATH_MAX];
        struct pm_evaluation e = {0};
        struct pm_err ignored = {0};
        snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
        if (pm_evaluation_load(path, &e, &ignored) == 0) {
            if (strcmp(e.network, network) == 0 && remove(path) != 0)
                result = pm_fail(err, PM_ESYSTEM, path, "cannot be removed: %s", strerror(errno));
            pm_evaluation_done(&e);
        }
        free(files[i]);
    }
    free(files);
    return result;
}
