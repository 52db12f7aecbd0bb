/* SPDX-License-Identifier: MIT */
#include "record/catalogue.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/index.h"
#include "base/text.h"
#include "network/network.h"
#include "json/json.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MIB 1048576.0

/* What stands in the file but not, in this shape, in the struct. */
struct entry_text {
    struct pm_catalogue_entry e;
    struct pm_input_keys input;
};

static const struct pm_field fields[] = {
    PM_FIELD(struct pm_catalogue_entry, id, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_catalogue_entry, name, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_catalogue_entry, family, PM_JSON_TEXT, PM_OPTIONAL),
    PM_FIELD(struct pm_catalogue_entry, task, PM_JSON_TEXT, PM_REQUIRED),
    PM_FIELD(struct pm_catalogue_entry, cfg, PM_JSON_TEXT, PM_REQUIRED),
    PM_INPUT_FIELDS(struct entry_text, input),
    PM_FIELD_RANGE(struct pm_catalogue_entry, channels, PM_JSON_INT, PM_OPTIONAL, 1, 1e6),
    PM_FIELD_RANGE(struct pm_catalogue_entry, classes, PM_JSON_INT, PM_OPTIONAL, 1, 1e9),
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

/* What a network that tells no classes apart ends in; NULL: a classifier. */
static const char *ends_in(const struct pm_network *net)
{
    size_t last = net->layers;
    while (last > 1 && strcmp(net->layer[last - 1].kind, "cost") == 0)
        last--;
    const struct pm_layer *l = &net->layer[last - 1];
    if (strcmp(l->kind, "yolo") == 0 || strcmp(l->kind, "region") == 0 ||
        strcmp(l->kind, "detection") == 0)
        return "a detector's layer";
    return l->out_w > 1 || l->out_h > 1 ? "a feature map" : NULL;
}

static int find_cfg(const char *const *dirs, size_t n, struct pm_arena *arena,
                    struct pm_catalogue_entry *e, struct pm_err *err)
{
    char path[PATH_MAX];
    for (size_t i = 0; i < n; i++) {
        const int len = snprintf(path, sizeof path, "%s/%s", dirs[i], e->cfg);
        if (len < 0 || (size_t)len >= sizeof path || pm_file_is_missing(path))
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
        if (e->input.width == 0)
            e->input = (struct pm_input){net.input_w, net.input_h};
        e->channels = net.input_c;
        e->classes = net.outputs;
        e->ends_in = ends_in(&net);
        e->gops = pm_quantity_of(net.gops, PM_COMPUTED);
        e->least_gops = net.least_gops;
        e->params_m = pm_quantity_of(net.params / 1e6, PM_COMPUTED);
        e->weight_mib = pm_quantity_of(net.weight_bytes / MIB, PM_COMPUTED);
        e->memory_mib = pm_network_memory_bytes(&net, 1) / MIB;
        e->part = pm_cost_parts(&net, arena, &e->parts);
        if (e->part == NULL)
            pm_fail_nomem(&why);
        else
            pm_cost_sum(e->part, e->parts, e->cost);
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

/* A file with networks, on its way into the catalogue. */
struct source {
    const char *path;
    const char *const *dir; /* searched in order for a cfg */
    size_t dirs;
    bool own;
};

static int read_entry(const struct cJSON *node, size_t index, const struct source *from,
                      struct pm_catalogue *c, struct pm_catalogue_entry *e, struct pm_err *err)
{
    char where[200];
    snprintf(where, sizeof where, "%.160s: networks[%zu]", from->path, index);
    struct entry_text t = {0};
    if (pm_json_read(node, fields, sizeof fields / sizeof *fields, where, &c->arena, &t, err) !=
            0 ||
        pm_input_of_keys(&t.input, where, &t.e.input, err) != 0)
        return -1;
    *e = t.e;
    if (e->input.width == 0)
        return pm_fail(err, PM_EDATA, where, "\"input_px\" is missing");
    e->own = from->own;
    if (!pm_text_is_identifier(e->id))
        return pm_fail(err, PM_EDATA, where,
                       "id \"%.40s\" must be letters, digits, '.', '_' and '-'", e->id);
    if (strchr(e->cfg, '/') != NULL)
        return pm_fail(err, PM_EDATA, where, "cfg must be a file name without folders");
    const struct pm_catalogue_entry *same = pm_catalogue_by_id(c, e->id);
    if (same != NULL && same->own == from->own)
        return pm_fail(err, PM_EDATA, where, "id \"%s\" stands twice", e->id);
    if (find_cfg(from->dir, from->dirs, &c->arena, e, err) != 0)
        return -1;
    return e->cfg_path != NULL ? compute(&c->arena, e, err) : 0;
}

static int reserve(struct pm_catalogue *c, size_t more, struct pm_err *err)
{
    struct pm_catalogue_entry *entry = pm_arena_alloc(&c->arena, c->n + more + 1, sizeof *entry);
    if (entry == NULL)
        return pm_fail_nomem(err);
    if (c->n > 0)
        memcpy(entry, c->entry, c->n * sizeof *entry);
    c->entry = entry;
    return 0;
}

static uint64_t digest_of(const char *id)
{
    return pm_index_digest_text(pm_index_digest(), id);
}

/* c->n: nowhere. The index is of as many as were put in; where some were removed, all are looked
 * through. */
static size_t place_of(const struct pm_catalogue *c, const char *id)
{
    size_t probe = 0, i = 0;
    if (c->ids.n == c->n) {
        while ((i = pm_index_next(&c->ids, digest_of(id), &probe)) != PM_INDEX_END) {
            if (strcmp(c->entry[i].id, id) == 0)
                return i;
        }
        return c->n;
    }
    while (i < c->n && strcmp(c->entry[i].id, id) != 0)
        i++;
    return i;
}

/* There is room for it. */
static int put(struct pm_catalogue *c, const struct pm_catalogue_entry *e, struct pm_err *err)
{
    const size_t i = place_of(c, e->id);
    if (i == c->n && c->ids.n == c->n && !pm_index_add(&c->ids, &c->arena, digest_of(e->id), i))
        return pm_fail_nomem(err);
    c->entry[i] = *e;
    c->n += i == c->n;
    return 0;
}

static int read_all(const struct cJSON *root, const struct source *from, struct pm_catalogue *c,
                    struct pm_err *err)
{
    size_t index = 0;
    if (pm_json_check_schema(root, from->path, PM_CATALOGUE_SCHEMA, err) != 0)
        return -1;
    const struct cJSON *list = pm_json_array(root, "networks");
    if (list == NULL)
        return pm_fail(err, PM_EDATA, from->path, "the key \"networks\" (an array) is missing");
    if (reserve(c, pm_json_count(list), err) != 0)
        return -1;
    for (const struct cJSON *node = pm_json_first(list); node != NULL; node = pm_json_next(node)) {
        struct pm_catalogue_entry e = {0};
        if (read_entry(node, index++, from, c, &e, err) != 0 || put(c, &e, err) != 0)
            return -1;
    }
    return 0;
}

static int read_file(const struct source *from, struct pm_catalogue *c, struct pm_err *err)
{
    struct cJSON *root = NULL;
    const int result =
        pm_json_load(from->path, &root, err) == 0 ? read_all(root, from, c, err) : -1;
    pm_json_free(root);
    return result;
}

int pm_catalogue_load(const char *path, const char *const *cfg_dirs, size_t dirs,
                      struct pm_catalogue *out, struct pm_err *err)
{
    struct pm_catalogue c = {0};
    const struct source from = {path, cfg_dirs, dirs, false};
    int result = -1;
    c.path = pm_arena_dup(&c.arena, path);
    if (c.path == NULL)
        pm_fail_nomem(err);
    else if (pm_file_digest(path, &c.digest, err) == 0)
        result = read_file(&from, &c, err);
    if (result != 0)
        pm_arena_done(&c.arena);
    else
        *out = c;
    return result;
}

int pm_catalogue_add_own(struct pm_catalogue *catalogue, const char *own_path,
                         const char *own_cfg_dir, struct pm_err *err)
{
    const struct source from = {own_path, &own_cfg_dir, 1, true};
    return pm_file_is_missing(own_path) ? 0 : read_file(&from, catalogue, err);
}

int pm_catalogue_put(struct pm_catalogue *catalogue, const struct pm_catalogue_entry *e,
                     struct pm_err *err)
{
    if (reserve(catalogue, 1, err) != 0)
        return -1;
    return put(catalogue, e, err);
}

void pm_catalogue_remove(struct pm_catalogue *c, size_t i)
{
    memmove(&c->entry[i], &c->entry[i + 1], (c->n - i - 1) * sizeof *c->entry);
    c->n--;
    c->ids = (struct pm_index){0};
}

int pm_catalogue_save_own(const struct pm_catalogue *catalogue, const char *own_path,
                          struct pm_err *err)
{
    struct pm_buf buf = {0};
    struct cJSON *root = pm_json_object();
    pm_json_add_text(root, "schema", PM_CATALOGUE_SCHEMA);
    struct cJSON *list = pm_json_add_list(root, "networks");
    for (size_t i = 0; i < catalogue->n; i++) {
        const struct pm_catalogue_entry *e = &catalogue->entry[i];
        struct entry_text t = {*e, pm_input_to_keys(e->input)};
        if (e->description != PM_ONNX) /* its cfg says them */
            t.e.channels = t.e.classes = 0;
        if (e->own)
            pm_json_write(pm_json_push_object(list), fields, sizeof fields / sizeof *fields, &t);
    }
    int result = pm_json_print(root, true, &buf, err);
    if (result == 0)
        result = pm_file_write(own_path, pm_buf_text(&buf), buf.len, err);
    pm_buf_done(&buf);
    return result;
}

void pm_catalogue_done(struct pm_catalogue *catalogue)
{
    if (catalogue == NULL)
        return;
    pm_arena_done(&catalogue->arena);
    *catalogue = (struct pm_catalogue){0};
}

const char *pm_catalogue_task(const struct pm_catalogue *c, const char *wanted)
{
    return wanted[0] != '\0' || c->n == 0 ? wanted : c->entry[0].task;
}

#define OLD_HEADER_BYTES 4 /* shorter, in files of Darknet before 2016 */

int pm_catalogue_check_weights(const struct pm_catalogue_entry *e, const char *file,
                               struct pm_err *err)
{
    uint64_t size = 0;
    const uint64_t expected = (uint64_t)(e->weight_mib.value * MIB + .5);
    if (pm_file_size(file, &size, err) != 0)
        return -1;
    if (size == expected || size + OLD_HEADER_BYTES == expected)
        return 0;
    return pm_fail(err, PM_EDATA, file,
                   "holds %.0f bytes; %s has weights of %.0f: another network's, or cut short",
                   (double)size, e->cfg, (double)expected);
}

#define ROUNDED 0.05 /* per cent: tables give a digit after the point */

static bool is_another(struct pm_quantity stated, struct pm_quantity ours)
{
    return pm_known(stated) &&
           (!pm_known(ours) || fabs(stated.value - ours.value) > ROUNDED * (1 + 1e-9));
}

void pm_catalogue_lend_accuracy(const struct pm_catalogue_entry *entry,
                                const struct pm_configuration *to, struct pm_quantity *top1_pct,
                                struct pm_quantity *top5_pct)
{
    const bool fp32 = to->precision == NULL || strcmp(to->precision, "fp32") == 0;
    if (!fp32 || (to->input.width != 0 && !pm_input_same(to->input, entry->input)) ||
        is_another(*top1_pct, entry->top1_pct) || is_another(*top5_pct, entry->top5_pct))
        return;
    *top1_pct = pm_known(*top1_pct) ? *top1_pct : entry->top1_pct;
    *top5_pct = pm_known(*top5_pct) ? *top5_pct : entry->top5_pct;
}

const struct pm_catalogue_entry *pm_catalogue_by_id(const struct pm_catalogue *catalogue,
                                                    const char *id)
{
    const size_t i = place_of(catalogue, id);
    return i < catalogue->n ? &catalogue->entry[i] : NULL;
}

#define SUGGEST_MAX 256

int pm_catalogue_find(const struct pm_catalogue *catalogue, const char *name,
                      const struct pm_catalogue_entry **out, struct pm_err *err)
{
    const char *names[2 * SUGGEST_MAX];
    size_t n = 0;
    const size_t place = place_of(catalogue, name);
    if (place < catalogue->n) {
        *out = &catalogue->entry[place];
        return 0;
    }
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
