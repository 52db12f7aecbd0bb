/* SPDX-License-Identifier: MIT */
#include "cli/ask_engine.h"

#include "base/clock.h"
#include "base/err.h"
#include "meter/worker.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PATIENCE_MS 120e3

/* The sizes that were asked for, where any were; colours unless something else was said. */
static int wanted(const char *text, struct pm_worker_network *n, struct pm_err *err)
{
    struct pm_input input;
    if (text == NULL)
        return 0;
    if (!pm_input_parse(text, &input, &n->channels))
        return pm_fail(err, PM_EUSAGE, "--input",
                       "expected a side, HxW or CxHxW (224, 480x640, 1x28x28), found \"%.40s\"",
                       text);
    n->channels = n->channels > 0 ? n->channels : 3;
    n->height = input.height;
    n->width = input.width;
    return 0;
}

/* A file that states its size takes no other. */
static int check_sizes(const struct pm_worker_network *asked, const struct pm_worker_loaded *l,
                       const char *path, struct pm_err *err)
{
    char text[PM_INPUT_TEXT];
    if (l->width == 0)
        return pm_fail(err, PM_EDATA, path,
                       "its input has %.0f values, but is no image of channels, height and width",
                       l->inputs);
    if (l->width > PM_INPUT_MAX || l->height > PM_INPUT_MAX)
        return pm_fail(err, PM_EDATA, path, "%s pixels; expected at most %d a side",
                       pm_input_text((struct pm_input){l->width, l->height}, text), PM_INPUT_MAX);
    if (asked->width > 0 && asked->channels != l->channels)
        return pm_fail(err, PM_EUSAGE, "--input", "the file takes %ld channel%s", l->channels,
                       l->channels == 1 ? "" : "s");
    if (asked->width > 0 && (asked->width != l->width || asked->height != l->height))
        return pm_fail(err, PM_EUSAGE, "--input",
                       "the file's own is %ld x %ld pixels (width x height)", l->width, l->height);
    return 0;
}

static void one_run(void *context, double ms, double delay_ms)
{
    (void)context;
    (void)ms;
    (void)delay_ms;
}

static int ask(struct pm_worker *w, const struct pm_worker_network *n,
               struct pm_worker_loaded *loaded, struct pm_err *err)
{
    struct pm_worker_ran ran = {0};
    double elapsed_ms = 0;
    if (pm_worker_load(w, n, PATIENCE_MS, loaded, err) != PM_WORKER_DONE)
        return -1;
    if (check_sizes(n, loaded, n->cfg, err) != 0)
        return -1;
    if (pm_worker_run(w, 1, PATIENCE_MS, one_run, NULL, &ran, &elapsed_ms, err) != PM_WORKER_DONE)
        return err->code != PM_OK ? -1
                                  : pm_fail(err, PM_EENGINE, n->cfg, "it did not run within %.0f s",
                                            PATIENCE_MS / 1e3);
    return 0;
}

static const struct pm_engine *reader(const struct pm_context *ctx)
{
    for (size_t i = 0; i < ctx->engines; i++) {
        if ((ctx->engine[i].reads & PM_ONNX) != 0)
            return &ctx->engine[i];
    }
    return NULL;
}

/* What the engine said, about the user's file and not about our copy of it. */
static int tell(const char *path, const char *input, const struct pm_err *why, struct pm_err *err)
{
    const bool beside = strstr(why->msg, "xternal data") != NULL;
    const bool open = input == NULL && strstr(why->msg, "left open") != NULL;
    if (why->code == PM_OK)
        return pm_fail(err, PM_EENGINE, path, "the engine did not answer in time");
    if (why->code == PM_EUSAGE)
        return pm_fail(err, PM_EUSAGE, why->where, "%s", why->msg);
    /* what an engine refuses is the file's fault here: nothing else of it was asked */
    return pm_fail(err, why->code == PM_ENOMEM ? PM_ENOMEM : PM_EDATA, path, "%s%s",
                   beside ? "its weights are in a file beside it; save them in the ONNX file itself"
                          : why->msg,
                   open ? "; say it with --input HxW or CxHxW" : "");
}

int pm_cli_ask_engine(const struct pm_context *ctx, const char *copy, const char *input,
                      struct pm_catalogue_entry *e, struct pm_err *err)
{
    const struct pm_engine *engine = reader(ctx);
    struct pm_worker_network n = {.cfg = copy, .batch = 1, .threads = 1};
    struct pm_worker_loaded loaded = {0};
    struct pm_worker_ready ready;
    struct pm_worker *w = NULL;
    struct pm_err why = {0};
    if (engine == NULL)
        return pm_fail(err, PM_EDATA, e->cfg_path,
                       "no engine here reads ONNX files; `make onnxruntime` adds one that does");
    if (wanted(input, &n, err) != 0)
        return -1;
    const int result = pm_worker_open(engine->program, 1, pm_clock_ms() + PATIENCE_MS, NULL, &w,
                                      &ready, &why) == PM_WORKER_DONE
                           ? ask(w, &n, &loaded, &why)
                           : -1;
    pm_worker_kill(w);
    if (result != 0)
        return tell(e->cfg_path, input, &why, err);
    e->input = (struct pm_input){loaded.width, loaded.height};
    e->channels = loaded.channels;
    e->classes = (long)loaded.outputs;
    return 0;
}
