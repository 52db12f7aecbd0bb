/* SPDX-License-Identifier: MIT */
#include "meter/images.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/process.h"
#include "json/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 60e3 /* for one image */
#define LABELS_MAX  10000000

struct pm_images {
    struct pm_process process;
    bool running;
    const char *program;
    struct pm_images_form form;
    struct pm_buf line;
    char problem[400];
};

static int start(struct pm_images *im, struct pm_err *err)
{
    const char *argv[] = {im->program, NULL};
    if (!pm_file_exists(im->program))
        return pm_fail(err, PM_EDATA, im->program,
                       "is missing: it decodes images, and is built where gdk-pixbuf and zlib are "
                       "(apt-get install libgdk-pixbuf-2.0-dev zlib1g-dev pkg-config, then make)");
    im->process = (struct pm_process){.in = -1, .out = -1, .err = -1};
    if (pm_process_start(&im->process, argv, NULL, err) != 0)
        return -1;
    im->running = true;
    return 0;
}

static void end(struct pm_images *im)
{
    if (im->running) {
        pm_process_kill(&im->process);
        pm_process_done(&im->process);
    }
    im->running = false;
}

/* One request and its reply, which the caller frees; NULL when it broke, does not listen or was
 * stopped. */
static struct cJSON *ask(struct pm_images *im, struct cJSON *request,
                         const volatile sig_atomic_t *stop, struct pm_err *err)
{
    struct pm_buf text = {0};
    struct cJSON *reply = NULL;
    const bool asked = pm_json_print(request, false, &text, err) == 0 &&
                       pm_process_write(&im->process, text.data, text.len) == 0;
    pm_buf_done(&text);
    if (asked &&
        pm_process_line(&im->process, pm_clock_ms() + PATIENCE_MS, stop, &im->line) == PM_READ_LINE)
        (void)pm_json_parse(pm_buf_text(&im->line), im->line.len, "reply", &reply, NULL);
    return reply;
}

enum said {
    AS_ASKED,
    PROBLEM, /* of what was asked about; in im->problem */
    FAULT,   /* of this machine, whatever was asked about: a full disk; in im->problem */
    BROKEN
};

static enum said done(struct pm_images *im, const struct cJSON *reply, const char *event)
{
    const char *found = pm_json_text_of(pm_json_member(reply, "event"));
    const char *problem = pm_json_text_of(pm_json_member(reply, "problem"));
    const bool fault = found != NULL && problem != NULL && strcmp(found, "fault") == 0;
    if (!fault && (found == NULL || strcmp(found, event) != 0))
        return BROKEN;
    if (problem != NULL)
        snprintf(im->problem, sizeof im->problem, "%s", problem);
    return fault ? FAULT : problem != NULL ? PROBLEM : AS_ASKED;
}

static int open_form(struct pm_images *im, struct pm_err *err)
{
    struct cJSON *open = pm_json_object();
    pm_json_add_text(open, "op", "open");
    pm_json_add_number(open, "width", (double)im->form.width);
    pm_json_add_number(open, "height", (double)im->form.height);
    pm_json_add_number(open, "channels", (double)im->form.channels);
    pm_json_add_text(open, "preprocess", im->form.preprocess);
    pm_json_add_text(open, "into", im->form.into);
    struct cJSON *reply = ask(im, open, NULL, err);
    const enum said said = reply != NULL ? done(im, reply, "opened") : BROKEN;
    pm_json_free(reply);
    if (said == AS_ASKED)
        return 0;
    return pm_fail(err, said == FAULT ? PM_ESYSTEM : PM_EENGINE, im->program, "%s",
                   said != BROKEN ? im->problem : "did not answer as it should");
}

int pm_images_open(const char *program, const struct pm_images_form *form, struct pm_images **out,
                   struct pm_err *err)
{
    struct pm_images *im = calloc(1, sizeof *im);
    if (im == NULL)
        return pm_fail_nomem(err);
    im->program = program;
    im->form = *form;
    if (start(im, err) != 0 || open_form(im, err) != 0) {
        pm_images_close(im);
        return -1;
    }
    *out = im;
    return 0;
}

static enum said ask_image(struct pm_images *im, const char *path, long index,
                           const volatile sig_atomic_t *stop, struct pm_err *err)
{
    struct cJSON *image = pm_json_object();
    pm_json_add_text(image, "op", "image");
    pm_json_add_text(image, "path", path);
    if (index >= 0)
        pm_json_add_number(image, "index", (double)index);
    struct cJSON *reply = ask(im, image, stop, err);
    const enum said said = reply != NULL ? done(im, reply, "image") : BROKEN;
    pm_json_free(reply);
    return said;
}

int pm_images_prepare(struct pm_images *im, const char *path, long index,
                      const volatile sig_atomic_t *stop, const char **problem, struct pm_err *err)
{
    enum said said = BROKEN;
    *problem = im->problem;
    /* It may have been broken before this image: a second attempt is made with a new one. */
    for (int attempt = 0; attempt < 2 && said == BROKEN; attempt++) {
        said = ask_image(im, path, index, stop, err);
        if (stop != NULL && *stop)
            return pm_fail(err, PM_ESYSTEM, path, "interrupted");
        if (said != BROKEN)
            break;
        end(im);
        if (start(im, err) != 0 || open_form(im, err) != 0)
            return -1;
        snprintf(im->problem, sizeof im->problem, "the decoder broke on it");
    }
    if (said == FAULT)
        return pm_fail(err, PM_ESYSTEM, im->form.into, "%s", im->problem);
    return said != AS_ASKED;
}

void pm_images_close(struct pm_images *im)
{
    if (im == NULL)
        return;
    end(im);
    pm_buf_done(&im->line);
    free(im);
}

/* Appended to what was read before; *n of them are there, of `all`. */
static int read_labels(const struct cJSON *reply, const char *path, size_t all, long *label,
                       size_t *n, struct pm_err *err)
{
    const size_t before = *n;
    const struct cJSON *item = pm_json_first(pm_json_array(reply, "label"));
    for (; item != NULL && *n < all; item = pm_json_next(item)) {
        double value = 0;
        if (!pm_json_number_of(item, &value) || !(value >= 0 && value < LABELS_MAX))
            return pm_fail(err, PM_EDATA, path, "label %zu is no class", *n);
        label[(*n)++] = (long)value;
    }
    return *n > before || *n == all
               ? 0
               : pm_fail(err, PM_EDATA, path, "the decoder told %zu of %zu labels", *n, all);
}

static size_t count_in(const struct cJSON *reply, const char *key)
{
    double count = 0;
    return pm_json_number_of(pm_json_member(reply, key), &count) && count >= 0 && count < 1e12
               ? (size_t)count
               : 0;
}

/* The labels from *n on, as many as one reply holds; the first makes room for `all`. */
static int look_on(struct pm_images *im, const char *path, struct pm_arena *arena, long **label,
                   size_t *n, size_t *all, size_t *images, struct pm_err *err)
{
    struct cJSON *labels = pm_json_object();
    pm_json_add_text(labels, "op", "labels");
    pm_json_add_text(labels, "path", path);
    pm_json_add_number(labels, "index", (double)*n);
    struct cJSON *reply = ask(im, labels, NULL, err);
    const enum said said = reply != NULL ? done(im, reply, "labels") : BROKEN;
    int result = 0;
    if (said != AS_ASKED) {
        result = pm_fail(err, said == FAULT ? PM_ESYSTEM : PM_EDATA, path, "%s",
                         said != BROKEN ? im->problem : "cannot be read by the decoder");
    } else {
        *images = count_in(reply, "images");
        const size_t told = count_in(reply, "labels");
        if (*n == 0) {
            *all = told;
            *label = pm_arena_alloc(arena, told + 1, sizeof **label);
        }
        result =
            *label != NULL ? read_labels(reply, path, *all, *label, n, err) : pm_fail_nomem(err);
    }
    pm_json_free(reply);
    return result;
}

int pm_images_look(const char *program, const char *path, struct pm_arena *arena, long **label,
                   size_t *n, size_t *images, struct pm_err *err)
{
    struct pm_images im = {.program = program};
    size_t all = 0;
    if (start(&im, err) != 0)
        return -1;
    *n = 0;
    int result = look_on(&im, path, arena, label, n, &all, images, err);
    while (result == 0 && *n < all)
        result = look_on(&im, path, arena, label, n, &all, images, err);
    end(&im);
    pm_buf_done(&im.line);
    return result;
}
