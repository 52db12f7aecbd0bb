/* SPDX-License-Identifier: MIT */
#include "record/engine.h"

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

#define ENGINES_MAX 32

struct engine_text {
    struct pm_engine e;
    const char *schema;
    const struct cJSON *libraries;
};

static const struct pm_field fields[] = {
    {.key = "schema", .kind = PM_JSON_TEXT, .offset = offsetof(struct engine_text, schema)},
    PM_FIELD(struct pm_engine, name, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_engine, program, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_engine, precision, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_engine, devices, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD_RANGE(struct pm_engine, threads, PM_JSON_INT, PM_OPTIONAL, 0, 65536),
    {.key = "libraries", .kind = PM_JSON_NODE, .offset = offsetof(struct engine_text, libraries)},
};

/* Another build of the worker or of its libraries may run at another speed. */
static int digest_build(const char *program, const struct cJSON *libraries, const char *where,
                        struct pm_arena *arena, const char **out, struct pm_err *err)
{
    uint64_t all = PM_DIGEST_START, one = 0;
    if (pm_file_digest_words(program, &one, err) != 0)
        return -1;
    all = pm_digest(all, &one, sizeof one);
    for (const struct cJSON *item = pm_json_first(libraries); item != NULL;
         item = pm_json_next(item)) {
        const char *library = pm_json_text_of(item);
        if (library == NULL)
            return pm_fail(err, PM_EDATA, where, "\"libraries\" must be a list of paths");
        if (pm_file_digest_words(library, &one, err) != 0)
            return -1;
        all = pm_digest(all, &one, sizeof one);
    }
    *out = pm_arena_printf(arena, "%016" PRIx64, all);
    return *out != NULL ? 0 : pm_fail_nomem(err);
}

int pm_engine_load(const char *folder, struct pm_arena *arena, struct pm_engine *out,
                   struct pm_err *err)
{
    char manifest[PATH_MAX + 16];
    struct engine_text t = {0};
    struct cJSON *root = NULL;
    snprintf(manifest, sizeof manifest, "%s/engine.json", folder);
    if (pm_json_load(manifest, &root, err) != 0)
        return -1;
    int result = pm_json_check_schema(root, manifest, PM_ENGINE_SCHEMA, err);
    if (result == 0)
        result =
            pm_json_read(root, fields, sizeof fields / sizeof *fields, manifest, arena, &t, err);
    if (result == 0 && !pm_text_is_identifier(t.e.name))
        result = pm_fail(err, PM_EDATA, manifest, "\"name\" must be a plain identifier");
    if (result == 0) {
        const char *path = t.e.program[0] == '/'
                               ? t.e.program
                               : pm_arena_printf(arena, "%s/%s", folder, t.e.program);
        t.e.program = path;
        result = path != NULL ? digest_build(path, t.libraries, manifest, arena, &t.e.build, err)
                              : pm_fail_nomem(err);
    }
    pm_json_free(root);
    if (result == 0)
        *out = t.e;
    return result;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct pm_engine *)a)->name, ((const struct pm_engine *)b)->name);
}

int pm_engine_find_all(const char *folder, struct pm_arena *arena, struct pm_engine **out,
                       size_t *n, struct pm_err *err)
{
    struct pm_engine *engine = pm_arena_alloc(arena, ENGINES_MAX, sizeof *engine);
    if (engine == NULL)
        return pm_fail_nomem(err);
    DIR *dir = opendir(folder);
    if (dir == NULL && errno == ENOMEM)
        return pm_fail_nomem(err);
    if (dir == NULL)
        return pm_fail(err, PM_EDATA, folder, "no engines: %s (run `make`, or reinstall)",
                       strerror(errno));
    size_t count = 0;
    int result = 0;
    const struct dirent *d;
    while (result == 0 && (d = readdir(dir)) != NULL && count < ENGINES_MAX) {
        char sub[PATH_MAX], manifest[PATH_MAX + 16];
        if (d->d_name[0] == '.')
            continue;
        snprintf(sub, sizeof sub, "%s/%s", folder, d->d_name);
        snprintf(manifest, sizeof manifest, "%s/engine.json", sub);
        if (!pm_file_exists(manifest))
            continue;
        result = pm_engine_load(sub, arena, &engine[count], err);
        count++;
    }
    closedir(dir);
    if (result != 0)
        return -1;
    qsort(engine, count, sizeof *engine, by_name);
    *out = engine;
    *n = count;
    return 0;
}
