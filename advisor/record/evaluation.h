/* SPDX-License-Identifier: MIT
 * What a network got right of the user's images: a file for each network and list, so that two
 * networks can be compared image by image later, and a run that was interrupted goes on. */
#ifndef PM_EVALUATION_H
#define PM_EVALUATION_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pm_err;

#define PM_EVALUATION_SCHEMA "pickmodel/evaluation/1"

struct pm_evaluation {
    struct pm_arena arena; /* holds everything below */
    const char *network, *cfg_digest, *weights, *weights_digest, *weights_stamp;
    const char *engine, *engine_version, *preprocessing;
    const char *images, *list_digest; /* the list, as it was given, and pm_image_list's digest */
    const char *date;
    long n, done; /* images of the list, and how many of them were looked at */
    long classes; /* outputs of the network */
    long good, wrong,
        good5; /* good5: the label among the five likeliest; only with over 5 classes */
    long skipped, non_finite;   /* no image; outputs that are no numbers, which count as wrong */
    const char *first_skipped;  /* why; NULL */
    unsigned char *hits, *seen; /* a bit an image: right; looked at and no skipped one */
};

/* Where it is kept: folder/NETWORK.DIGEST.json, of the list, the cfg, the weights and the
 * preprocessing, so that trying another never costs this one; in the arena. */
const char *pm_evaluation_path(const char *folder, const struct pm_evaluation *e,
                               struct pm_arena *arena);
/* Size and time of a weights file, cheap to look at; in the arena, or a constant. */
const char *pm_evaluation_stamp(const char *file, struct pm_arena *arena);
/* PM_EDATA when it is none. Takes a fresh *out. */
int pm_evaluation_load(const char *path, struct pm_evaluation *out, struct pm_err *err);
int pm_evaluation_save(const struct pm_evaluation *e, const char *path, struct pm_err *err);
void pm_evaluation_done(struct pm_evaluation *e);
/* Bits for n images, in its arena; NULL when out of memory. */
unsigned char *pm_evaluation_bits(struct pm_evaluation *e, long n);
bool pm_evaluation_bit(const unsigned char *bits, long i);
void pm_evaluation_set_bit(unsigned char *bits, long i);

/* All that are kept under folder, which need not be there; a file that cannot be read is passed
 * over, and so is one whose weights are other ones by now. *out is allocated; each and the list to
 * be released with pm_evaluations_done. */
int pm_evaluations_find(const char *folder, struct pm_evaluation **out, size_t *n,
                        struct pm_err *err);
/* Remove those of a network. */
int pm_evaluations_forget(const char *folder, const char *network, struct pm_err *err);
void pm_evaluations_done(struct pm_evaluation *list, size_t n);

#endif
