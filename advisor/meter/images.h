/* SPDX-License-Identifier: MIT
 * The process that decodes and prepares images (images/worker): one at a time, into a file that an
 * engine reads. It is no more trusted than an engine; when it breaks it is started again, and the
 * image it broke on is skipped. */
#ifndef PM_IMAGES_H
#define PM_IMAGES_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct pm_err;
struct pm_arena;
struct pm_images; /* opaque */

struct pm_images_form { /* texts borrowed */
    long width, height, channels;
    const char *preprocess; /* images/preprocess.h */
    const char *into;       /* float32, planar */
};

int pm_images_open(const char *program, const struct pm_images_form *form, struct pm_images **out,
                   struct pm_err *err);
/* 0 prepared; 1 no such image, and *problem (borrowed until the next call) says why; -1 err. index
 * < 0: path is one image. */
int pm_images_prepare(struct pm_images *images, const char *path, long index,
                      const volatile sig_atomic_t *stop, const char **problem, struct pm_err *err);
void pm_images_close(struct pm_images *images); /* takes NULL */

/* What an IDX file holds: labels, in the arena, and how many, or so many images. */
int pm_images_look(const char *program, const char *path, struct pm_arena *arena, long **label,
                   size_t *labels, size_t *images, struct pm_err *err);

#endif
