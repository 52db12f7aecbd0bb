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
    const struct cJSON *libraries, *reads, *environment;
};

static const struct pm_field fields[] = {
    {.key = "schema", .kind = PM_JSON_TEXT, .offset = offsetof(struct engine_text, schema)},
    PM_FIELD(struct pm_engine, name, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_engine, program, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_engine, precision, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_engine, devices, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD_RANGE(struct pm_engine, threads, PM_JSON_INT, PM_OPTIONAL, 0, 65536),
    PM_FIELD(struct pm_engine, direct, PM_JSON_BOOL, PM_OPTIONAL),
    PM_FIELD(struct pm_engine, layers, PM_JSON_BOOL, PM_OPTIONAL),
    {.key = "libraries", .kind = PM_JSON_NODE, .offset = offsetof(struct engine_text, libraries)},
    {.key = "environment",
     .kind = PM_JSON_NODE,
     .offset = offsetof(struct engine_text, environment)},
    {.key = "reads", .kind = PM_JSON_NODE, .offset = offsetof(struct engine_text, reads)},
};

/* A path of the manifest: absolute, or relative to its folder. */
static const char *beside(const char *folder, const char *path, struct pm_arena *arena)
{
    return path[0] == '/' ? path : pm_arena_printf(arena, "%s/%s", folder, path);
}

static int require_lists(const struct cJSON *root, const char *where, struct pm_err *err)
{
    static const char *const key[] = {"libraries", "reads", "environment"};
    for (size_t i = 0; i < sizeof key / sizeof *key; i++) {
        if (pm_json_member(root, key[i]) != NULL && pm_json_array(root, key[i]) == NULL)
            return pm_fail(err, PM_EDATA, where, "\"%s\" must be a list of texts", key[i]);
    }
    return 0;
}

/* Another build of the worker or of its libraries may run at another speed. */
static int digest_libraries(const char *folder, const struct cJSON *list, const char *where,
                            struct pm_arena *arena, uint64_t *all, struct pm_err *err)
{
    uint64_t one = 0;
    for (const struct cJSON *item = pm_json_first(list); item != NULL; item = pm_json_next(item)) {
        const char *name = pm_json_text_of(item);
        if (name == NULL)
            return pm_fail(err, PM_EDATA, where, "\"libraries\" must be a list of paths");
        const char *library = beside(folder, name, arena);
        if (library == NULL)
            return pm_fail_nomem(err);
        if (pm_file_digest_words(library, &one, err) != 0)
            return -1;
        *all = pm_digest(*all, &one, sizeof one);
    }
    return 0;
}

/* So may the same build with other kernels; what is not set changes nothing. */
static int digest_environment(const struct cJSON *list, const char *where, uint64_t *all,
                              struct pm_err *err)
{
    for (const struct cJSON *item = pm_json_first(list); item != NULL; item = pm_json_next(item)) {
        const char *name = pm_json_text_of(item);
        if (name == NULL)
            return pm_fail(err, PM_EDATA, where,
                           "\"environment\" must be a list of names of variables");
        const char *value = getenv(name);
        if (value != NULL) {
            *all = pm_digest(*all, name, strlen(name) + 1);
            *all = pm_digest(*all, value, strlen(value) + 1);
        }
    }
    return 0;
}

static int digest_build(const char *folder, const struct engine_text *t, const char *where,
                        struct pm_arena *arena, const char **out, struct pm_err *err)
{
    uint64_t all = PM_DIGEST_START, one = 0;
    if (pm_file_digest_words(t->e.program, &one, err) != 0)
        return -1;
    all = pm_digest(all, &one, sizeof one);
    if (digest_libraries(folder, t->libraries, where, arena, &all, err) != 0 ||
        digest_environment(t->environment, where, &all, err) != 0)
        return -1;
    *out = pm_arena_printf(arena, "%016" PRIx64, all);
    return *out != NULL ? 0 : pm_fail_nomem(err);
}

static const struct {
    const char *name;
    enum pm_description what;
} descriptions[] = {
    {"darknet-cfg", PM_DARKNET_CFG}, {"extended-cfg", PM_EXTENDED_CFG}, {"onnx", PM_ONNX}};

/* An engine that does not say reads what Darknet reads. */
static int read_descriptions(const struct cJSON *list, const char *where, unsigned *reads,
                             struct pm_err *err)
{
    *reads = list != NULL ? 0 : PM_DARKNET_CFG;
    for (const struct cJSON *item = pm_json_first(list); item != NULL; item = pm_json_next(item)) {
        const char *name = pm_json_text_of(item);
        unsigned found = 0;
        for (size_t i = 0; name != NULL && i < sizeof descriptions / sizeof *descriptions; i++)
            found |= strcmp(name, descriptions[i].name) == 0 ? descriptions[i].what : 0;
        if (found == 0)
            return pm_fail(err, PM_EDATA, where,
                           "\"reads\" must be a list of \"darknet-cfg\", \"extended-cfg\" and "
                           "\"onnx\"");
        *reads |= found;
    }
    return *reads != 0 ? 0 : pm_fail(err, PM_EDATA, where, "\"reads\" must not be empty");
}

bool pm_engine_runs(const struct pm_engine *engine, const struct pm_catalogue_entry *network,
                    struct pm_arena *arena, const char **why)
{
    if (network->problem != NULL || (engine->reads & network->description) != 0)
        return true;
    if (why != NULL)
        *why = network->beyond != NULL ? pm_arena_printf(arena, "no engine has %s", network->beyond)
                                       : "no engine reads ONNX files";
    return false;
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
    if (result == 0)
        result = require_lists(root, manifest, err);
    if (result == 0)
        result = read_descriptions(t.reads, manifest, &t.e.reads, err);
    if (result == 0) {
        const char *path = beside(folder, t.e.program, arena);
        t.e.program = path;
        result = path != NULL ? digest_build(folder, &t, manifest, arena, &t.e.build, err)
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

/* Two of one name would be one candidate twice. Sorted by name. */
static int check_distinct(const struct pm_engine *engine, size_t n, const char *folder,
                          struct pm_err *err)
{
    for (size_t i = 1; i < n; i++) {
        if (strcmp(engine[i].name, engine[i - 1].name) == 0)
            return pm_fail(err, PM_EDATA, folder,
                           "two folders hold an engine \"%s\"; one must have another name in its "
                           "engine.json",
                           engine[i].name);
    }
    return 0;
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
    while (result == 0 && (d = readdir(dir)) != NULL) {
        char sub[PATH_MAX], manifest[PATH_MAX + 16];
        if (d->d_name[0] == '.')
            continue;
        snprintf(sub, sizeof sub, "%s/%s", folder, d->d_name);
        snprintf(manifest, sizeof manifest, "%s/engine.json", sub);
        if (pm_file_is_missing(manifest))
            continue;
        if (count == ENGINES_MAX)
            result = pm_fail(err, PM_EDATA, folder, "holds more than %d engines", ENGINES_MAX);
        else
            result = pm_engine_load(sub, arena, &engine[count++], err);
    }
    closedir(dir);
    if (result != 0)
        return -1;
    qsort(engine, count, sizeof *engine, by_name);
    if (check_distinct(engine, count, folder, err) != 0)
        return -1;
    *out = engine;
    *n = count;
    return 0;
}
