/* SPDX-License-Identifier: MIT
 * Prepares images for `pickmodel evaluate`, in a process of its own: files of strangers are decoded
 * here, and whatever they do to a decoder costs one image. JSON lines, as engines speak:
 *
 *     {"op":"open","width":28,"height":28,"channels":1,"preprocess":"darknet-center-crop",
 *      "into":"/tmp/x/input"}                                 -> {"event":"opened"}
 *     {"op":"image","path":"a.png"}                           -> {"event":"image"}
 *     {"op":"image","path":"t10k.gz","index":7}   of an IDX file
 *     {"op":"labels","path":"labels.gz","index":0}
 *                        -> {"event":"labels","images":0,"labels":3,"label":[9,2,1]}
 *     the labels from there on, 100,000 at most; of a file with images
 *                        -> {"event":"labels","images":10000,"labels":0,"label":[]}
 *
 * An image goes to the file `into`, float32, planar. What is wrong with one is "problem" in its
 * reply; where it is this machine that cannot (a full disk), the event is "fault". The program ends
 * with its input. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "images/worker/decode.h"
#include "json/json.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <unistd.h>

struct request { /* every key of every op */
    const char *op, *path, *preprocess, *into;
    long width, height, channels, index;
};

#define LABELS_A_LINE 100000 /* a reply is 1 MiB long at most */

struct program {
    struct request form; /* of "open" */
    enum pm_preprocess how;
    struct pm_arena arena; /* of `form` and `idx_path` */
    float *values;
    int out;    /* `into` */
    bool fault; /* what failed is no fault of what was asked about */
    struct pm_idx idx;
    const char *idx_path;
};

static int open_form(struct program *p, const struct request *r, struct pm_err *err)
{
    if (r->width < 1 || r->height < 1 || (r->channels != 1 && r->channels != 3) ||
        r->into == NULL || r->preprocess == NULL || !pm_preprocess_parse(r->preprocess, &p->how))
        return pm_fail(err, PM_EUSAGE, "open", "width, height, channels, preprocess or into");
    p->form = *r;
    p->values =
        malloc((size_t)r->width * (size_t)r->height * (size_t)r->channels * sizeof *p->values);
    p->out = open(r->into, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (p->out < 0 || p->values == NULL) {
        p->fault = true;
        return p->values == NULL ? pm_fail_nomem(err)
                                 : pm_fail(err, PM_ESYSTEM, r->into, "%s", strerror(errno));
    }
    return 0;
}

static int write_values(struct program *p, struct pm_err *err)
{
    const size_t n = (size_t)p->form.width * (size_t)p->form.height * (size_t)p->form.channels;
    const char *bytes = (const char *)p->values;
    for (size_t done = 0; done < n * sizeof *p->values;) {
        const ssize_t more =
            pwrite(p->out, bytes + done, n * sizeof *p->values - done, (off_t)done);
        if (more <= 0) {
            p->fault = true;
            return pm_fail(err, PM_ESYSTEM, p->form.into, "cannot be written: %s", strerror(errno));
        }
        done += (size_t)more;
    }
    return 0;
}

static int read_image(struct program *p, const struct request *r, struct pm_pixels *pixels,
                      struct pm_err *err)
{
    if (r->index < 0)
        return pm_decode_file(r->path, p->form.channels, pixels, err);
    if (p->idx_path == NULL || strcmp(p->idx_path, r->path) != 0) {
        pm_idx_done(&p->idx);
        p->idx_path = pm_arena_dup(&p->arena, r->path);
        if (pm_idx_load(r->path, &p->idx, err) != 0) {
            p->idx_path = NULL;
            return -1;
        }
    }
    return pm_idx_image(&p->idx, (size_t)r->index, p->form.channels, pixels, err);
}

static int prepare(struct program *p, const struct request *r, struct pm_err *err)
{
    struct pm_pixels pixels = {0};
    if (p->values == NULL || r->path == NULL)
        return pm_fail(err, PM_EUSAGE, "image", "before open, or without a path");
    if (read_image(p, r, &pixels, err) != 0)
        return -1;
    const bool prepared = pm_preprocess(&pixels, p->how, p->form.width, p->form.height, p->values);
    free(pixels.data);
    return prepared ? write_values(p, err) : pm_fail_nomem(err);
}

static int add_labels(const struct request *r, struct cJSON *reply, struct pm_err *err)
{
    struct pm_idx labels = {0};
    if (r->path == NULL)
        return pm_fail(err, PM_EUSAGE, "labels", "without a path");
    if (pm_idx_load(r->path, &labels, err) != 0)
        return -1;
    pm_json_add_number(reply, "images", labels.w != 0 ? (double)labels.n : 0);
    const size_t n = labels.w == 0 ? labels.n : 0, from = r->index > 0 ? (size_t)r->index : 0;
    pm_json_add_number(reply, "labels", (double)n);
    struct cJSON *list = pm_json_add_list(reply, "label");
    int result = 0;
    for (size_t i = from; i < n && i - from < LABELS_A_LINE; i++)
        pm_json_push_number(list, labels.bytes[i]);
    pm_idx_done(&labels);
    return result;
}

static void obey(struct program *p, const struct request *r, struct cJSON *reply)
{
    struct pm_err why = {0};
    const char *event = "opened";
    int result;
    p->fault = false;
    if (strcmp(r->op, "image") == 0) {
        event = "image";
        result = prepare(p, r, &why);
    } else if (strcmp(r->op, "labels") == 0) {
        event = "labels";
        result = add_labels(r, reply, &why);
    } else {
        result = open_form(p, r, &why);
    }
    pm_json_add_text(reply, "event", p->fault ? "fault" : event);
    if (result != 0)
        pm_json_add_text(reply, "problem", why.msg);
}

static int answer(struct program *p, const char *line, size_t len, struct pm_err *err)
{
    static const struct pm_field fields[] = {
        PM_FIELD(struct request, op, PM_JSON_TEXT, PM_REQUIRED),
        PM_FIELD(struct request, path, PM_JSON_TEXT, PM_OPTIONAL),
        PM_FIELD(struct request, preprocess, PM_JSON_TEXT, PM_OPTIONAL),
        PM_FIELD(struct request, into, PM_JSON_TEXT, PM_OPTIONAL),
        PM_FIELD_RANGE(struct request, width, PM_JSON_INT, PM_OPTIONAL, 1, 16384),
        PM_FIELD_RANGE(struct request, height, PM_JSON_INT, PM_OPTIONAL, 1, 16384),
        PM_FIELD_RANGE(struct request, channels, PM_JSON_INT, PM_OPTIONAL, 1, 3),
        PM_FIELD_RANGE(struct request, index, PM_JSON_INT, PM_OPTIONAL, 0, 1e9),
    };
    struct request r = {.index = -1};
    struct cJSON *root = NULL, *reply = pm_json_object();
    struct pm_arena line_arena = {0};
    struct pm_buf out = {0};
    int result = pm_json_parse(line, len, "request", &root, err);
    if (result == 0) /* the form outlives its line */
        result = pm_json_read(root, fields, sizeof fields / sizeof *fields, "request",
                              p->values == NULL ? &p->arena : &line_arena, &r, err);
    if (result == 0)
        obey(p, &r, reply);
    pm_json_free(root);
    if (result == 0)
        result = pm_json_print(reply, false, &out, err);
    if (result == 0 && (fputs(pm_buf_text(&out), stdout) < 0 || fflush(stdout) != 0))
        result = pm_fail(err, PM_ESYSTEM, "standard output", "cannot be written");
    pm_buf_done(&out);
    pm_arena_done(&line_arena);
    return result;
}

int main(void)
{
    struct program p = {.out = -1};
    struct pm_err err = {0};
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    int status = 0;
    while (status == 0 && (len = getline(&line, &size, stdin)) > 0) {
        if (answer(&p, line, (size_t)len, &err) != 0) {
            fprintf(stderr, "%s: %s\n", err.where, err.msg);
            status = 2;
        }
    }
    free(line);
    free(p.values);
    pm_idx_done(&p.idx);
    pm_arena_done(&p.arena);
    return status;
}
