/* SPDX-License-Identifier: MIT */
#include "record/catalogue.h"

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "network/network.h"
#include "json/json.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MIB 1048576.0

static const struct pm_field fields[] = {
    PM_FIELD(struct pm_catalogue_entry, id, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_catalogue_entry, name, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_catalogue_entry, family, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_catalogue_entry, task, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_catalogue_entry, cfg, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD_RANGE(struct pm_catalogue_entry, input_px, PM_JSON_INT, PM_REQUIRED, 1, 16384),
    PM_FIELD_RANGE(struct pm_catalogue_entry, top1_pct, PM_JSON_QUANTITY, PM_OPTIONAL, 0, 100),
    PM_FIELD_RANGE(struct pm_catalogue_entry, top5_pct, PM_JSON_QUANTITY, PM_OPTIONAL, 0, 100),
    PM_FIELD(struct pm_catalogue_entry, source, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_catalogue_entry, preprocessing, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_catalogue_entry, weights, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_catalogue_entry, note, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_catalogue_entry, stand_in, PM_JSON_BOOL, PM_OPTIONAL),
    PM_FIELD_RANGE(struct pm_catalogue_entry, published_gops, PM_JSON_NUMBER, PM_OPTIONAL, 0, 1e6),
    PM_FIELD_RANGE(struct pm_catalogue_entry, published_weights_mib, PM_JSON_NUMBER, PM_OPTIONAL, 0,
                   1e6),
};

static int find_cfg(const char *const *dirs, size_t n, struct pm_arena *arena,
                    struct pm_catalogue_entry *e, struct pm_err *err)
{
    char path[PATH_MAX];
    for (size_t i = 0; i < n; i++) {
        const int len = snprintf(path, sizeof path, "%s/%s", dirs[i], e->cfg);
        if (len < 0 || (size_t)len >= sizeof path || !pm_file_exists(path))
            continue;
        e->cfg_path = pm_arena_dup(arena, path);
        return e->cfg_path != NULL ? 0 : pm_fail_nomem(err);
    }
    e->problem = pm_arena_printf(
        arena, "%s was not found (apt-get install darknet brings Debian's)", e->cfg);
    return e->problem != NULL ? 0 : pm_fail_nomem(err);
}

static double connected_share(const struct pm_network *net)
{
    double params = 0;
    for (size_t i = 0; i < net->layers; i++) {
        if (strcmp(net->layer[i].kind, "connected") == 0)
            params += net->layer[i].params;
    }
    return net->params > 0 ? params / net->params : 0;
}

static bool is_onnx(const char *name)
{
    const size_t len = strlen(name);
    return len > 5 && strcmp(name + len - 5, ".onnx") == 0;
}

/* What an ONNX file does is its engine's business; its size is nearly that of its weights. */
static int look_at_onnx(struct pm_catalogue_entry *e, struct pm_err *why)
{
    uint64_t size = 0;
    if (pm_file_size(e->cfg_path, &size, why) != 0)
        return -1;
    e->description = PM_ONNX;
    e->weight_mib = pm_quantity_of((double)size / MIB, PM_ESTIMATED);
    e->memory_mib = e->weight_mib.value;
    return 0;
}

/* A cfg that cannot be read is this network's problem, not the catalogue's. */
static int compute(struct pm_arena *arena, struct pm_catalogue_entry *e, struct pm_err *err)
{
    struct pm_err why = {0};
    struct pm_network net = {0};
    struct pm_arena scratch = {0};
    int result = pm_file_digest(e->cfg_path, &e->cfg_digest, &why);
    const bool onnx = result == 0 && is_onnx(e->cfg);
    if (onnx)
        result = look_at_onnx(e, &why);
    else if (result == 0)
        result = pm_network_load(e->cfg_path, &scratch, &net, &why);
    if (result == 0 && !onnx) {
        e->description = net.beyond != NULL ? PM_EXTENDED_CFG : PM_DARKNET_CFG;
        e->beyond = net.beyond;
        e->gops = pm_quantity_of(net.gops, PM_COMPUTED);
        e->least_gops = net.least_gops;
        e->params_m = pm_quantity_of(net.params / 1e6, PM_COMPUTED);
        e->weight_mib = pm_quantity_of(net.weight_bytes / MIB, PM_COMPUTED);
        e->memory_mib = pm_network_memory_bytes(&net, 1) / MIB;
        pm_cost_of(&net, e->cost);
        pm_cost_of_memory(&net, e->memory_cost);
        e->connected_share = connected_share(&net);
        e->image_mib = pm_network_memory_bytes(&net, 2) / MIB - e->memory_mib;
    }
    if (result == 0 && net.unknown_keys > 0) {
        e->warning = pm_arena_printf(arena, "%s:%zu: Darknet knows no key \"%s\"%s%s%s", e->cfg,
                                     net.unknown_line, net.unknown_key,
                                     net.unknown_meant != NULL ? " (did you mean \"" : "",
                                     net.unknown_meant != NULL ? net.unknown_meant : "",
                                     net.unknown_meant != NULL ? "\"?)" : "");
        if (e->warning == NULL)
            pm_fail_nomem(&why);
    }
    pm_arena_done(&scratch);
    if (result == 0 && why.code == PM_OK)
        return 0;
    if (why.code == PM_ENOMEM)
        return pm_fail_nomem(err);
    e->problem = pm_arena_printf(arena, "%s: %s", why.where, why.msg);
    return e->problem != NULL ? 0 : pm_fail_nomem(err);
}

int pm_catalogue_entry_of_cfg(const char *path, struct pm_arena *arena,
                              struct pm_catalogue_entry *out, struct pm_err *err)
{
    const char *slash = strrchr(path, '/');
    struct pm_catalogue_entry e = {.cfg_path = pm_arena_dup(arena, path)};
    char *name = pm_arena_dup(arena, slash != NULL ? slash + 1 : path);
    if (e.cfg_path == NULL || name == NULL)
        return pm_fail_nomem(err);
    e.cfg = name;
    e.id = e.name = pm_text_printable(name, name, strlen(name) + 1);
    if (compute(arena, &e, err) != 0)
        return -1;
    if (e.problem != NULL)
        return pm_fail(err, PM_EDATA, NULL, "%s", e.problem);
    *out = e;
    return 0;
}

static int read_entry(const struct cJSON *node, size_t index, const char *const *dirs, size_t n,
                      struct pm_catalogue *c, struct pm_err *err)
{
    char where[200];
    snprintf(where, sizeof where, "%.160s: networks[%zu]", c->path, index);
    struct pm_catalogue_entry *e = &c->entry[index];
    if (pm_json_read(node, fields, sizeof fields / sizeof *fields, where, &c->arena, e, err) != 0)
        return -1;
    if (!pm_text_is_identifier(e->id))
        return pm_fail(err, PM_EDATA, where,
                       "id \"%.40s\" must be letters, digits, '.', '_' and '-'", e->id);
    if (strchr(e->cfg, '/') != NULL)
        return pm_fail(err, PM_EDATA, where, "cfg must be a file name without folders");
    for (size_t i = 0; i < index; i++) {
        if (strcmp(c->entry[i].id, e->id) == 0)
            return pm_fail(err, PM_EDATA, where, "id \"%s\" stands twice", e->id);
    }
    if (find_cfg(dirs, n, &c->arena, e, err) != 0)
        return -1;
    return e->cfg_path != NULL ? compute(&c->arena, e, err) : 0;
}

static int read_all(const struct cJSON *root, const char *const *dirs, size_t n,
                    struct pm_catalogue *c, struct pm_err *err)
{
    if (pm_json_check_schema(root, c->path, PM_CATALOGUE_SCHEMA, err) != 0)
        return -1;
    const struct cJSON *list = pm_json_array(root, "networks");
    if (list == NULL)
        return pm_fail(err, PM_EDATA, c->path, "the key \"networks\" (an array) is missing");
    c->entry = pm_arena_alloc(&c->arena, pm_json_count(list) + 1, sizeof *c->entry);
    if (c->entry == NULL)
        return pm_fail_nomem(err);
    for (const struct cJSON *node = pm_json_first(list); node != NULL; node = pm_json_next(node)) {
        if (read_entry(node, c->n, dirs, n, c, err) != 0)
            return -1;
        c->n++;
    }
    return 0;
}

int pm_catalogue_load(const char *path, const char *const *cfg_dirs, size_t dirs,
                      struct pm_catalogue *out, struct pm_err *err)
{
    struct pm_catalogue c = {0};
    struct cJSON *root = NULL;
    int result = -1;
    c.path = pm_arena_dup(&c.arena, path);
    if (c.path == NULL)
        pm_fail_nomem(err);
    else if (pm_file_digest(path, &c.digest, err) == 0 && pm_json_load(path, &root, err) == 0)
        result = read_all(root, cfg_dirs, dirs, &c, err);
    pm_json_free(root);
    if (result != 0)
        pm_arena_done(&c.arena);
    else
        *out = c;
    return result;
}

void pm_catalogue_done(struct pm_catalogue *catalogue)
{
    if (catalogue == NULL)
        return;
    pm_arena_done(&catalogue->arena);
    *catalogue = (struct pm_catalogue){0};
}

const struct pm_catalogue_entry *pm_catalogue_by_id(const struct pm_catalogue *catalogue,
                                                    const char *id)
{
    for (size_t i = 0; i < catalogue->n; i++) {
        if (strcmp(catalogue->entry[i].id, id) == 0)
            return &catalogue->entry[i];
    }
    return NULL;
}

#define SUGGEST_MAX 256

int pm_catalogue_find(const struct pm_catalogue *catalogue, const char *name,
                      const struct pm_catalogue_entry **out, struct pm_err *err)
{
    const char *names[2 * SUGGEST_MAX];
    size_t n = 0;
    for (size_t i = 0; i < catalogue->n; i++) {
        const struct pm_catalogue_entry *e = &catalogue->entry[i];
        if (pm_text_same_name(e->id, name) || pm_text_same_name(e->name, name)) {
            *out = e;
            return 0;
        }
        if (i < SUGGEST_MAX) {
            names[n++] = e->id;
            names[n++] = e->name;
        }
    }
    const char *near = pm_text_nearest(name, names, n);
    if (near != NULL)
        return pm_fail(err, PM_EUSAGE, NULL, "no network \"%.60s\"; did you mean \"%s\"?", name,
                       near);
    return pm_fail(err, PM_EUSAGE, NULL, "no network \"%.60s\"; `pickmodel list` shows them", name);
}
