/* SPDX-License-Identifier: MIT
 * The user's labelled images: a text file with an image and its label on each line, or a folder
 * that holds a folder of images for each class. */
#ifndef PM_IMAGE_LIST_H
#define PM_IMAGE_LIST_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pm_err;

struct pm_image {
    const char *path; /* relative ones belong to the list's folder: found from here */
    long label;       /* the number of its class, from 0 */
    long index;       /* which image of an IDX file; -1: a file of its own */
};

struct pm_image_list {
    struct pm_arena arena; /* holds everything below */
    const char *source;    /* as it was given */
    size_t n;
    struct pm_image *item;
    size_t duplicates; /* lines left out, as the same image with the same label stood before */
    uint64_t
        digest; /* of paths, labels, and the files' sizes and times: other images, other digest */
};

/* Lines are "path<TAB>label" (or a blank, before the last word), LF or CRLF; empty ones are passed
 * over. A label is a number, or a line of classes_path, which holds a name on each (NULL: none); in
 * folders without it the classes are the folders' names in order. PM_EDATA names the line. */
int pm_image_list_read(const char *path, const char *classes_path, struct pm_image_list *out,
                       struct pm_err *err);
/* n images of one IDX file with their labels; labels_path only counts towards the digest. */
int pm_image_list_of_idx(const char *path, const char *labels_path, const long *label, size_t n,
                         struct pm_image_list *out, struct pm_err *err);
void pm_image_list_done(struct pm_image_list *list);

#endif
