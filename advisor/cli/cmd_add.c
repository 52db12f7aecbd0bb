/* SPDX-License-Identifier: MIT
 * `pickmodel add` and `pickmodel remove`: the user's own networks, beside the catalogue's. */
#include "advise/answer.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/temporary.h"
#include "base/text.h"
#include "cli/ask_engine.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/options.h"
#include "record/evaluation.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CFG_MAX     ((size_t)16 << 20)
#define ONNX_MAX    (((size_t)1 << 31) - 1) /* protobuf's own limit */
#define IMAGENET    "imagenet-1k"
#define PATIENCE_MS 30e3 /* for others that change the catalogue: it takes them seconds at most */

/* "nets/My Net.cfg" -> "My-Net" */
static const char *id_of(const char *path, struct pm_arena *arena, struct pm_err *err)
{
    const char *slash = strrchr(path, '/');
    char *id = pm_arena_dup(arena, slash != NULL ? slash + 1 : path);
    if (id == NULL) {
        pm_fail_nomem(err);
        return NULL;
    }
    char *dot = strrchr(id, '.');
    if (dot != NULL)
        *dot = '\0';
    for (char *c = id; *c != '\0'; c++)
        *c = *c == ' ' ? '-' : *c;
    if (!pm_text_is_identifier(id)) {
        pm_fail(err, PM_EUSAGE, path,
                "its name becomes the network's: expected letters, digits, '.', '_' and '-'");
        return NULL;
    }
    return id;
}

static int read_accuracy(const char *option, const char *text, struct pm_quantity *out,
                         struct pm_err *err)
{
    char *end = NULL;
    if (text == NULL)
        return 0;
    const double value = strtod(text, &end);
    if (text[strspn(text, "0123456789. %")] != '\0' || end == text ||
        strcmp(end + strspn(end, " %"), "") != 0 || !(value >= 0 && value <= 100))
        return pm_fail(err, PM_EUSAGE, option, "expected 0 to 100 per cent, found \"%.40s\"", text);
    *out = pm_quantity_of(value, PM_DECLARED);
    return 0;
}

static int take_weights(const char *file, struct pm_arena *arena, struct pm_catalogue_entry *e,
                        struct pm_err *err)
{
    char path[PATH_MAX];
    if (e->description == PM_ONNX)
        return pm_fail(err, PM_EUSAGE, "--weights", "an ONNX file holds its weights itself");
    if (realpath(file, path) == NULL)
        return pm_fail(err, PM_EDATA, file, "cannot be read: %s", strerror(errno));
    char plain[PATH_MAX];
    if (strcmp(pm_text_printable(path, plain, sizeof plain), path) != 0)
        return pm_fail(err, PM_EDATA, file,
                       "its path holds a character that is not plain UTF-8 text, such as a tab");
    if (pm_catalogue_check_weights(e, file, err) != 0)
        return -1;
    e->weights = pm_arena_dup(arena, path);
    return e->weights != NULL ? 0 : pm_fail_nomem(err);
}

/* The classes tell whose accuracies it can be compared with. */
static int choose_task(const struct pm_options *o, struct pm_catalogue_entry *e, struct pm_err *err)
{
    const bool named = o->settings.task[0] != '\0';
    e->task = named ? o->settings.task : IMAGENET;
    if (!named && e->ends_in != NULL)
        return pm_fail(err, PM_EUSAGE, "add",
                       "%s ends in %s, so it tells no classes apart; name what it is for with "
                       "--task (--task detection), and it is timed among its own kind",
                       e->cfg, e->ends_in);
    if (!named && e->classes != 1000)
        return pm_fail(err, PM_EUSAGE, "add",
                       "%s has %ld classes, ImageNet 1000; say with --task what it tells apart "
                       "(--task flowers), so that accuracies of one task are compared",
                       e->cfg, e->classes);
    return 0;
}

static int copy_file(const char *from, const char *to, size_t max, struct pm_err *err)
{
    struct pm_buf text = {0};
    int result = pm_file_read(from, max, &text, err);
    if (result == 0)
        result = pm_file_write(to, pm_buf_text(&text), text.len, err);
    pm_buf_done(&text);
    return result;
}

/* Its own copy: the user's file may change, and a measurement belongs to what was measured. */
static int keep_copy(const struct pm_context *ctx, const char *from,
                     const struct pm_catalogue_entry *e, struct pm_err *err)
{
    char to[PATH_MAX];
    if (snprintf(to, sizeof to, "%s/%s", ctx->paths.own_cfg_dir, e->cfg) >= (int)sizeof to)
        return pm_fail(err, PM_ESYSTEM, ctx->paths.own_cfg_dir, "is too long a name");
    return copy_file(from, to, e->description == PM_ONNX ? ONNX_MAX : CFG_MAX, err);
}

/* A cfg says its input itself; of an ONNX file the engine that runs it is asked, about a copy as it
 * will be kept: alone. */
static int find_input(struct pm_context *ctx, const struct pm_options *o,
                      struct pm_catalogue_entry *e, struct pm_err *err)
{
    if (e->description != PM_ONNX)
        return o->input == NULL
                   ? 0
                   : pm_fail(err, PM_EUSAGE, "--input",
                             "a cfg says its size itself: width= and height= of [net]");
    struct pm_temporary folder = {.fd = -1};
    char copy[PATH_MAX + 20];
    if (pm_engine_find_all(ctx->paths.engines, &ctx->arena, &ctx->engine, &ctx->engines, err) !=
            0 ||
        pm_temporary_folder(&folder, err) != 0)
        return -1;
    snprintf(copy, sizeof copy, "%s/copy.onnx", folder.path);
    int result = copy_file(o->name[0], copy, ONNX_MAX, err);
    if (result == 0)
        result = pm_cli_ask_engine(ctx, copy, o->input, e, err);
    pm_temporary_folder_done(&folder);
    return result;
}

static int describe(struct pm_context *ctx, const struct pm_options *o,
                    struct pm_catalogue_entry *e, struct pm_err *err)
{
    struct pm_arena *arena = &ctx->catalogue.arena;
    const char *path = o->name[0];
    const char *id = id_of(path, arena, err);
    if (id == NULL)
        return -1;
    if (pm_catalogue_entry_of_cfg(path, arena, e, err) != 0)
        return -1;
    e->own = true;
    e->id = id;
    e->name = o->title != NULL ? o->title : id;
    e->cfg = pm_arena_printf(arena, "%s%s", id, e->description == PM_ONNX ? ".onnx" : ".cfg");
    e->source = o->source;
    e->preprocessing = o->preprocess;
    if (e->cfg == NULL)
        return pm_fail_nomem(err);
    if (find_input(ctx, o, e, err) != 0)
        return -1;
    if (choose_task(o, e, err) != 0 || read_accuracy("--top1", o->top1, &e->top1_pct, err) != 0 ||
        read_accuracy("--top5", o->top5, &e->top5_pct, err) != 0)
        return -1;
    if (pm_known(e->top1_pct) && pm_known(e->top5_pct) && e->top5_pct.value < e->top1_pct.value)
        return pm_fail(err, PM_EUSAGE, "--top5", "%g is below top-1, %g", e->top5_pct.value,
                       e->top1_pct.value);
    if (o->source != NULL && o->top1 == NULL)
        return pm_fail(err, PM_EUSAGE, "--source", "says where --top1 is from, which is missing");
    return o->weights != NULL ? take_weights(o->weights, arena, e, err) : 0;
}

static void print_added(const struct pm_catalogue_entry *e, bool replaced)
{
    char params[40], size[40], text[40], input[PM_INPUT_TEXT];
    printf("%s %s", replaced ? "replaced" : "added", e->id);
    if (pm_known(e->gops))
        printf(": %.4g G-ops, %s parameters, weights of %s", e->gops.value,
               pm_metric_text(PM_PARAMS, e->params_m.value, params, sizeof params),
               pm_metric_text(PM_SIZE, e->weight_mib.value, size, sizeof size));
    printf("\n  %s pixels", pm_input_text(e->input, input));
    if (pm_known(e->top1_pct))
        printf(", top-1 %s (%s)", pm_metric_text(PM_TOP1, e->top1_pct.value, text, sizeof text),
               e->source != NULL ? e->source : "declared");
    else
        printf(", accuracy not known: --top1 says it");
    printf("\n");
    if (e->warning != NULL)
        printf("  %s\n", e->warning);
}

/* Networks are asked for by id or name, whatever their case: each must mean one. */
static int check_names(const struct pm_catalogue *c, const struct pm_catalogue_entry *e,
                       const char *file, struct pm_err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct pm_catalogue_entry *k = &c->entry[i];
        const char *mine[] = {e->id, e->name};
        if (k->own && strcmp(k->id, e->id) == 0)
            continue; /* to be replaced */
        for (size_t m = 0; m < 2; m++) {
            if (pm_text_same_name(mine[m], k->id) || pm_text_same_name(mine[m], k->name))
                return pm_fail(err, PM_EUSAGE, m == 0 ? file : "--name",
                               "the catalogue has a \"%s\" already; choose another name",
                               m == 0 ? k->id : k->name);
        }
    }
    return 0;
}

/* What takes the place of another is kept beside it, and it is the catalogue that changes from one
 * to the other: whatever fails, a network and what is said of it belong together. */
static int name_beside(const char *file, struct pm_catalogue_entry *e, struct pm_arena *arena,
                       struct pm_err *err)
{
    uint64_t digest = 0;
    if (pm_file_digest(file, &digest, err) != 0)
        return -1;
    e->cfg = pm_arena_printf(arena, "%s~%016" PRIx64 "%s", e->id, digest,
                             e->description == PM_ONNX ? ".onnx" : ".cfg");
    return e->cfg != NULL ? 0 : pm_fail_nomem(err);
}

/* A copy that the catalogue does not name after all, as the disk is full: asked of the file, for a
 * failed write may have come after the change. */
static void drop_unless_named(const struct pm_context *ctx, const struct pm_catalogue_entry *e)
{
    struct pm_catalogue own = {0};
    struct pm_err ignored;
    char kept[PATH_MAX];
    const int n = snprintf(kept, sizeof kept, "%s/%s", ctx->paths.own_cfg_dir, e->cfg);
    if (n > 0 && n < (int)sizeof kept &&
        pm_catalogue_add_own(&own, ctx->paths.own_catalogue, ctx->paths.own_cfg_dir, &ignored) ==
            0) {
        bool named = false;
        for (size_t i = 0; i < own.n; i++)
            named = named || strcmp(own.entry[i].cfg, e->cfg) == 0;
        if (!named)
            unlink(kept);
    }
    pm_catalogue_done(&own);
}

static int put(struct pm_context *ctx, const char *file, const struct pm_catalogue_entry *e,
               struct pm_err *err)
{
    if (keep_copy(ctx, file, e, err) != 0)
        return -1;
    if (pm_catalogue_put(&ctx->catalogue, e, err) == 0 &&
        pm_catalogue_save_own(&ctx->catalogue, ctx->paths.own_catalogue, err) == 0)
        return 0;
    drop_unless_named(ctx, e);
    return -1;
}

static int add(struct pm_context *ctx, const struct pm_options *o, struct pm_err *err)
{
    struct pm_catalogue_entry e = {0};
    struct pm_catalogue *c = &ctx->catalogue;
    if (describe(ctx, o, &e, err) != 0)
        return -1;
    const struct pm_catalogue_entry *old = pm_catalogue_by_id(c, e.id);
    const char *old_file = old != NULL && old->own ? old->cfg_path : NULL;
    const bool replaced = old != NULL;
    if (check_names(c, &e, o->name[0], err) != 0 ||
        (old_file != NULL && name_beside(o->name[0], &e, &c->arena, err) != 0))
        return -1;
    if (put(ctx, o->name[0], &e, err) != 0)
        return -1;
    const char *slash = old_file != NULL ? strrchr(old_file, '/') : NULL;
    if (slash != NULL && strcmp(slash + 1, e.cfg) != 0)
        unlink(old_file);
    if (!o->quiet)
        print_added(&e, replaced);
    return 0;
}

static int remove_one(struct pm_context *ctx, const char *name, struct pm_err *err)
{
    const struct pm_catalogue_entry *known = NULL;
    struct pm_catalogue *c = &ctx->catalogue;
    if (pm_catalogue_find(c, name, &known, err) != 0)
        return -1;
    if (!known->own)
        return pm_fail(err, PM_EUSAGE, name,
                       "came with pickmodel; only added networks are removed");
    const size_t i = (size_t)(known - c->entry);
    const char *cfg = known->cfg_path, *id = known->id;
    pm_catalogue_remove(c, i);
    if (pm_catalogue_save_own(c, ctx->paths.own_catalogue, err) != 0)
        return -1;
    /* it is no network of the catalogue any more, whatever stays of it */
    struct pm_err stays = {0};
    if (cfg != NULL && unlink(cfg) != 0 && errno != ENOENT)
        fprintf(stderr, "pickmodel: %s: cannot be removed: %s\n", cfg, strerror(errno));
    if (pm_evaluations_forget(ctx->paths.evaluations, id, &stays) != 0)
        fprintf(stderr, "pickmodel: %s: %s\n", stays.where, stays.msg);
    printf("removed %s\n", id);
    return 0;
}

static int remove_all(struct pm_context *ctx, const struct pm_options *o, struct pm_err *err)
{
    for (size_t i = 0; i < o->names; i++) {
        if (remove_one(ctx, o->name[i], err) != 0)
            return -1;
    }
    return 0;
}

static int change(const struct pm_options *o,
                  int (*how)(struct pm_context *, const struct pm_options *, struct pm_err *),
                  struct pm_err *err)
{
    struct pm_paths paths;
    struct pm_context ctx = {0};
    if (pm_paths_find(&paths, err) != 0)
        return -1;
    const int lock =
        pm_file_lock(paths.own_catalogue, "another pickmodel is changing it", PATIENCE_MS, err);
    int result = lock >= 0 ? pm_context_open_catalogue(&ctx, err) : -1;
    if (result == 0)
        result = how(&ctx, o, err);
    pm_context_done(&ctx);
    pm_file_unlock(paths.own_catalogue, lock);
    pm_paths_done(&paths);
    return result == 0 ? PM_EXIT_OK : -1;
}

int pm_cmd_add(const struct pm_options *o, struct pm_err *err)
{
    return change(o, add, err);
}

int pm_cmd_remove(const struct pm_options *o, struct pm_err *err)
{
    return change(o, remove_all, err);
}
