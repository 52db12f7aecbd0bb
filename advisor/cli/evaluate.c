/* SPDX-License-Identifier: MIT */
#include "cli/evaluate.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/temporary.h"
#include "cli/choice.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "images/preprocess.h"
#include "meter/images.h"
#include "meter/worker.h"
#include "network/network.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOP         5
#define SAVE_MS     5e3
#define PATIENCE_MS 600e3

struct run {
    const struct pm_evaluate_plan *plan;
    struct pm_evaluation e;
    const char *path; /* where it is kept */
    struct pm_temporary folder;
    bool has_folder;
    char input[PATH_MAX + 10];
    const struct pm_engine *engine;
    struct pm_worker *worker;
    struct pm_images *images;
    struct pm_progress progress;
    size_t top;
    double saved_ms;
};

/* ---- what is evaluated, and with what ---- */

static const char *hex(uint64_t digest, struct pm_arena *arena)
{
    return pm_arena_printf(arena, "%016" PRIx64, digest);
}

/* The one the weights were validated with, unless another is asked for. */
static const char *preprocess_of(const struct pm_evaluate_plan *p)
{
    enum pm_preprocess how;
    if (p->options->preprocess != NULL)
        return p->options->preprocess;
    return p->known->preprocessing != NULL && pm_preprocess_parse(p->known->preprocessing, &how)
               ? p->known->preprocessing
               : pm_preprocess_names[PM_DARKNET_CENTER_CROP];
}

static int find_weights(const struct pm_evaluate_plan *p, const char **out, struct pm_err *err)
{
    const struct pm_catalogue_entry *k = p->known;
    *out = p->options->weights != NULL ? p->options->weights : k->weights;
    if (k->description == PM_ONNX)
        *out = NULL;
    else if (*out == NULL)
        return pm_fail(err, PM_EDATA, k->id,
                       "has no weights here, and nobody offers any for it; --weights names a file "
                       "of your own");
    else if (p->options->weights == NULL && (*out)[0] != '/')
        return pm_fail(err, PM_EDATA, k->id,
                       "its weights (%.1f MiB) are not on this device; fetch %s and name the file "
                       "with --weights",
                       k->weight_mib.value, *out);
    return *out != NULL ? pm_catalogue_check_weights(k, *out, err) : 0;
}

static int describe(struct run *r, struct pm_err *err)
{
    const struct pm_evaluate_plan *p = r->plan;
    struct pm_evaluation *e = &r->e;
    struct pm_arena *arena = &e->arena;
    uint64_t digest = 0;
    char date[32];
    pm_clock_date(date, sizeof date);
    if (p->known->problem != NULL)
        return pm_fail(err, PM_EDATA, p->known->id, "%s", p->known->problem);
    if (find_weights(p, &e->weights, err) != 0)
        return -1;
    if (e->weights != NULL && pm_file_digest_words(e->weights, &digest, err) != 0)
        return -1;
    e->weights = e->weights != NULL ? pm_arena_dup(arena, e->weights) : NULL;
    e->weights_digest = hex(digest, arena);
    e->network = pm_arena_dup(arena, p->known->id);
    e->cfg_digest = hex(p->known->cfg_digest, arena);
    e->preprocessing = pm_arena_dup(arena, preprocess_of(p));
    e->images = pm_arena_dup(arena, p->list->source);
    e->list_digest = hex(p->list->digest, arena);
    e->date = pm_arena_dup(arena, date);
    e->n = (long)p->list->n;
    e->classes = 1;
    e->hits = pm_evaluation_bits(e, e->n);
    e->seen = pm_evaluation_bits(e, e->n);
    if (e->weights != NULL)
        e->weights_stamp = pm_evaluation_stamp(e->weights, arena);
    const bool named = e->network != NULL && e->cfg_digest != NULL && e->list_digest != NULL &&
                       e->preprocessing != NULL && e->weights_digest != NULL;
    if (named)
        r->path = pm_evaluation_path(p->ctx->paths.evaluations, e, arena);
    return named && r->path != NULL && e->hits != NULL && e->seen != NULL && e->images != NULL
               ? 0
               : pm_fail_nomem(err);
}

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Go on from what is kept, if it is of the same network, weights and preprocessing. */
static int take_kept(struct run *r, struct pm_err *err)
{
    struct pm_evaluation kept = {0};
    struct pm_err why = {0};
    if (pm_file_is_missing(r->path))
        return 0;
    if (pm_evaluation_load(r->path, &kept, &why) != 0)
        return pm_fail(err, PM_EDATA, r->path,
                       "an earlier evaluation of these images cannot be read (%.200s); remove it "
                       "to begin anew",
                       why.msg);
    struct pm_evaluation *e = &r->e;
    if (same(kept.cfg_digest, e->cfg_digest) && same(kept.weights_digest, e->weights_digest) &&
        same(kept.preprocessing, e->preprocessing) && same(kept.list_digest, e->list_digest) &&
        kept.n == e->n) {
        memcpy(e->hits, kept.hits, (size_t)(e->n + 7) / 8);
        memcpy(e->seen, kept.seen, (size_t)(e->n + 7) / 8);
        e->done = kept.done;
        e->classes = kept.classes;
        e->good = kept.good;
        e->wrong = kept.wrong;
        e->good5 = kept.good5;
        e->skipped = kept.skipped;
        e->non_finite = kept.non_finite;
        e->engine = pm_arena_dup(&e->arena, kept.engine != NULL ? kept.engine : "");
        e->engine_version =
            pm_arena_dup(&e->arena, kept.engine_version != NULL ? kept.engine_version : "");
        if (kept.first_skipped != NULL)
            e->first_skipped = pm_arena_dup(&e->arena, kept.first_skipped);
    }
    pm_evaluation_done(&kept);
    return 0;
}

/* Width, height and channels of the input. */
static int find_form(struct run *r, double inputs, struct pm_images_form *form, struct pm_err *err)
{
    const struct pm_catalogue_entry *k = r->plan->known;
    struct pm_arena arena = {0};
    struct pm_network net = {0};
    form->preprocess = r->e.preprocessing;
    form->into = r->input;
    form->width = k->input.width;
    form->height = k->input.height;
    form->channels = (long)(inputs / (double)k->input.width / (double)k->input.height + .5);
    int result = 0;
    if (k->description != PM_ONNX &&
        (result = pm_network_load(k->cfg_path, &arena, &net, err)) == 0) {
        form->width = net.input_w;
        form->height = net.input_h;
        form->channels = net.input_c;
    }
    pm_arena_done(&arena);
    if (result == 0 && form->channels != 1 && form->channels != 3)
        result =
            pm_fail(err, PM_EDATA, k->id, "takes %ld channels; images have 1 or 3", form->channels);
    return result;
}

static int check_classes(const struct run *r, double outputs, struct pm_err *err)
{
    const struct pm_image_list *list = r->plan->list;
    if (!(outputs >= 1))
        return pm_fail(err, PM_EENGINE, r->engine->name, "does not say how many classes there are");
    for (size_t i = 0; i < list->n; i++) {
        if ((double)list->item[i].label >= outputs)
            return pm_fail(
                err, PM_EDATA, list->source, "%.200s has label %ld; %s has %.0f classes, 0 to %.0f",
                list->item[i].path, list->item[i].label, r->plan->known->id, outputs, outputs - 1);
    }
    return 0;
}

static int open_both(struct run *r, struct pm_err *err)
{
    const struct pm_evaluate_plan *p = r->plan;
    struct pm_worker_ready ready;
    struct pm_worker_loaded loaded;
    struct pm_images_form form;
    const char *why = NULL;
    long threads = 1;
    r->engine = pm_choose_engine(p->ctx, p->known, false, &r->e.arena, &why);
    if (r->engine == NULL)
        return pm_fail(err, PM_EDATA, p->known->id, "%s", why != NULL ? why : "out of memory");
    if (pm_choose_threads(p->ctx, &p->options->settings, r->engine, &threads, err) != 0)
        return -1;
    if (pm_temporary_folder(&r->folder, err) != 0)
        return -1;
    r->has_folder = true;
    snprintf(r->input, sizeof r->input, "%s/input", r->folder.path);
    const struct pm_worker_network network = pm_context_network(p->known, r->e.weights, 1, threads);
    if (pm_worker_open(r->engine->program, threads, (double)INFINITY, p->stop, &r->worker, &ready,
                       err) != PM_WORKER_DONE ||
        pm_worker_load(r->worker, &network, PATIENCE_MS, &loaded, err) != PM_WORKER_DONE)
        return -1;
    r->e.engine = pm_arena_dup(&r->e.arena, r->engine->name);
    r->e.engine_version = pm_arena_dup(&r->e.arena, ready.version);
    r->e.classes = (long)loaded.outputs;
    r->top = loaded.outputs > TOP ? TOP : 1;
    return check_classes(r, loaded.outputs, err) == 0 &&
                   find_form(r, loaded.inputs, &form, err) == 0
               ? pm_images_open(p->ctx->paths.images, &form, &r->images, err)
               : -1;
}

/* ---- the images ---- */

static void skip(struct run *r, const struct pm_image *image, const char *problem)
{
    r->e.skipped++;
    if (r->e.first_skipped == NULL)
        r->e.first_skipped = pm_arena_printf(&r->e.arena, "%.200s %.200s", image->path, problem);
}

static void count(struct run *r, long i, const long *classes, bool finite)
{
    const long label = r->plan->list->item[i].label;
    bool among = false;
    pm_evaluation_set_bit(r->e.seen, i);
    for (size_t k = 0; k < r->top; k++)
        among = among || classes[k] == label;
    if (finite && classes[0] == label) {
        pm_evaluation_set_bit(r->e.hits, i);
        r->e.good++;
    } else {
        r->e.wrong++;
    }
    r->e.good5 += finite && among;
    r->e.non_finite += !finite;
}

/* 0 counted; 1 interrupted; -1 err. */
static int look_at(struct run *r, long i, struct pm_err *err)
{
    const struct pm_evaluate_plan *p = r->plan;
    const struct pm_image *image = &p->list->item[i];
    const char *problem = NULL;
    long classes[TOP];
    bool finite = false;
    const int prepared =
        pm_images_prepare(r->images, image->path, image->index, p->stop, &problem, err);
    if (*p->stop)
        return 1;
    if (prepared < 0)
        return -1;
    if (prepared > 0) {
        skip(r, image, problem);
    } else {
        const enum pm_worker_end end =
            pm_worker_classify(r->worker, r->input, r->top, PATIENCE_MS, classes, &finite, err);
        if (end != PM_WORKER_DONE)
            return end == PM_WORKER_INTERRUPTED ? 1 : -1;
        count(r, i, classes, finite);
    }
    r->e.done = i + 1;
    return 0;
}

static int go_through(struct run *r, struct pm_err *err)
{
    int result = 0;
    r->saved_ms = pm_clock_ms();
    for (long i = r->e.done; i < r->e.n && result == 0; i++) {
        result = look_at(r, i, err);
        pm_progress_images(&r->progress, r->e.done, r->e.n, r->e.good);
        if (result == 0 && pm_clock_ms() - r->saved_ms > SAVE_MS) {
            result = pm_evaluation_save(&r->e, r->path, err);
            r->saved_ms = pm_clock_ms();
        }
    }
    struct pm_err ignored = {0};
    if (r->e.good + r->e.wrong == 0) /* there is nothing to go on from */
        return result;
    if (pm_evaluation_save(&r->e, r->path, result == 0 ? err : &ignored) != 0 && result == 0)
        result = -1;
    return result;
}

static void say(struct run *r)
{
    char text[200];
    const long n = r->e.good + r->e.wrong;
    snprintf(text, sizeof text, "%s: %ld of %ld images right (%.2f %%), %ld skipped",
             r->plan->known->name, r->e.good, n, n > 0 ? 100.0 * (double)r->e.good / (double)n : 0,
             r->e.skipped);
    pm_progress_finish(&r->progress, text);
}

static void close_both(struct run *r)
{
    pm_images_close(r->images);
    pm_worker_kill(r->worker);
    if (r->has_folder)
        pm_temporary_folder_done(&r->folder);
}

/* The images that are left. 0 done; 1 interrupted; -1 err. */
static int evaluate_rest(struct run *r, struct pm_err *err)
{
    pm_progress_candidate(&r->progress, r->plan->known->name);
    int result = open_both(r, err);
    if (result == 0)
        result = go_through(r, err);
    else if (*r->plan->stop)
        result = 1;
    if (result >= 0)
        say(r);
    close_both(r);
    return result;
}

int pm_evaluate(const struct pm_evaluate_plan *plan, size_t number, struct pm_evaluation *out,
                struct pm_err *err)
{
    struct run r = {.plan = plan};
    pm_progress_start(&r.progress, plan->options->quiet, 0);
    r.progress.done = number - 1;
    int result = describe(&r, err), lock = -1;
    if (result == 0)
        result = lock = pm_file_lock(r.path,
                                     "another pickmodel is evaluating it on these images; wait for "
                                     "it or end it",
                                     0, err);
    if (lock >= 0)
        result = take_kept(&r, err);
    if (result == 0 && r.e.done < r.e.n) {
        result = evaluate_rest(&r, err);
    } else if (result == 0) /* what is asked about last is what counts, of two as large */
        result = pm_evaluation_save(&r.e, r.path, err);
    if (result == 0 && r.e.good + r.e.wrong == 0)
        result = pm_fail(err, PM_EDATA, plan->list->source, "not one image could be read: %s",
                         r.e.first_skipped != NULL ? r.e.first_skipped : "no cause known");
    pm_file_unlock(r.path, lock);
    if (result < 0)
        pm_evaluation_done(&r.e);
    else
        *out = r.e;
    return result;
}
