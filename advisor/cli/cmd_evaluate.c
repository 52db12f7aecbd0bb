/* SPDX-License-Identifier: MIT
 * `pickmodel evaluate`: the accuracy of networks with weights on the user's own labelled images. */
#include "base/buf.h"
#include "base/err.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/emit.h"
#include "cli/evaluate.h"
#include "cli/options.h"
#include "cli/stop.h"
#include "meter/images.h"
#include "report/evaluation_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
    const struct pm_options *options;
    struct pm_context ctx;
    struct pm_image_list list;
    struct pm_evaluation *done; /* one a network */
    size_t n;
};

static int read_images(struct session *s, struct pm_err *err)
{
    const struct pm_options *o = s->options;
    if (o->labels == NULL)
        return pm_image_list_read(o->images, o->classes, &s->list, err);
    struct pm_arena arena = {0};
    long *label = NULL, *none = NULL;
    size_t labels = 0, images = 0, others = 0, not_labels = 0;
    const char *worker = s->ctx.paths.images;
    int result = pm_images_look(worker, o->labels, &arena, &label, &labels, &others, err);
    if (result == 0)
        result = pm_images_look(worker, o->images, &arena, &none, &not_labels, &images, err);
    if (result == 0 && labels == 0)
        result = pm_fail(err, PM_EDATA, o->labels, "holds images; expected labels");
    else if (result == 0 && images != labels)
        result = pm_fail(err, PM_EDATA, o->images, "holds %zu images, and %s %zu labels", images,
                         o->labels, labels);
    if (result == 0)
        result = pm_image_list_of_idx(o->images, o->labels, label, labels, &s->list, err);
    pm_arena_done(&arena);
    return result;
}

static bool has_weights(const struct pm_catalogue_entry *k)
{
    return k->description == PM_ONNX || (k->weights != NULL && k->weights[0] == '/');
}

static bool is_done(const struct session *s, const char *id)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->done[i].network != NULL && strcmp(s->done[i].network, id) == 0)
            return true;
    }
    return false;
}

static int one(struct session *s, const struct pm_catalogue_entry *known, struct pm_err *err)
{
    struct pm_evaluate_plan plan = {.ctx = &s->ctx,
                                    .options = s->options,
                                    .list = &s->list,
                                    .known = known,
                                    .stop = pm_stop_watch()};
    return pm_evaluate(&plan, s->n + 1, &s->done[s->n], err);
}

/* Those that were named, or every one of the task that has its weights here. */
static int all(struct session *s, struct pm_err *err)
{
    const struct pm_options *o = s->options;
    struct pm_catalogue *c = &s->ctx.catalogue;
    const char *task = pm_catalogue_task(c, o->settings.task);
    const size_t n = o->names > 0 ? o->names : c->n;
    size_t failed = 0;
    s->done = calloc(n + 1, sizeof *s->done);
    if (s->done == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const struct pm_catalogue_entry *known = &c->entry[i];
        if (o->names > 0 && pm_catalogue_find(c, o->name[i], &known, err) != 0)
            return -1;
        if (o->names == 0 &&
            (!has_weights(known) || known->problem != NULL || strcmp(known->task, task) != 0))
            continue;
        if (is_done(s, known->id))
            continue;
        struct pm_err why = {0};
        const int result = one(s, known, &why);
        if (result < 0) { /* it costs itself; the others are looked at all the same */
            if (failed++ > 0 || o->names != 1)
                fprintf(stderr, "pickmodel: %s: %s\n", why.where[0] != '\0' ? why.where : known->id,
                        why.msg);
            *err = why;
            continue;
        }
        s->n++;
        if (result > 0)
            return PM_EXIT_INTERRUPTED;
    }
    if (failed > 0)
        return s->n > 0 ? PM_EXIT_DATA : -1;
    if (s->n == 0)
        return pm_fail(err, PM_EDATA, "evaluate",
                       "no network of the task \"%s\" has its weights on this device; `pickmodel "
                       "add my.cfg --weights my.weights` says where yours are",
                       task);
    return 0;
}

static int evaluate(struct session *s, struct pm_err *err)
{
    const struct pm_options *o = s->options;
    if (pm_context_open(o->settings.confidence, &s->ctx, err) != 0 ||
        pm_context_add_board(&s->ctx, &o->settings, err) != 0 || read_images(s, err) != 0)
        return -1;
    if (s->list.duplicates > 0 && !o->quiet)
        fprintf(stderr, "%s: %zu line%s left out: the same image stood before\n", s->list.source,
                s->list.duplicates, s->list.duplicates == 1 ? " is" : "s are");
    const int status = all(s, err);
    if (status < 0)
        return -1;
    const struct pm_style style = pm_cli_style(o);
    struct pm_buf buf = {0};
    int result =
        pm_report_evaluations(s->done, s->n, o->settings.confidence, o->format, &style, &buf, err);
    if (result == 0)
        result = pm_cli_emit(o, &buf, err);
    pm_buf_done(&buf);
    return result == 0 ? status : -1;
}

int pm_cmd_evaluate(const struct pm_options *o, struct pm_err *err)
{
    struct session s = {.options = o};
    const int status = evaluate(&s, err);
    pm_evaluations_done(s.done, s.n);
    pm_image_list_done(&s.list);
    pm_context_done(&s.ctx);
    return status;
}
