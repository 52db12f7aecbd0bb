/* SPDX-License-Identifier: MIT
 * The catalogue: which networks there are, with published accuracy and its source. What follows
 * from a network's cfg (operations, parameters, weight bytes) is computed on loading, never read.
 */
#ifndef PM_CATALOGUE_H
#define PM_CATALOGUE_H

#include "base/arena.h"
#include "base/index.h"
#include "base/quantity.h"
#include "network/cost.h"
#include "record/configuration.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pm_err;

/* How a network is described; an engine reads some of these (record/engine.h). */
enum pm_description {
    PM_DARKNET_CFG = 1,  /* a cfg for Darknet as Debian ships it */
    PM_EXTENDED_CFG = 2, /* a cfg with what network/network.h reads beyond that */
    PM_ONNX = 4          /* an ONNX file, of which nothing is known beforehand but its size */
};

#define PM_CATALOGUE_SCHEMA "pickmodel/catalogue/1"

struct pm_catalogue_entry {
    const char *id;   /* Darknet's cfg name: "resnet50" */
    const char *name; /* for people: "ResNet-50" */
    const char *family;
    const char *task; /* "imagenet-1k": accuracies compare within one task only */
    const char *cfg;  /* file name: NAME.cfg or NAME.onnx */
    struct pm_input input;
    struct pm_quantity top1_pct, top5_pct;
    const char *source; /* of the accuracy */
    const char *preprocessing;
    const char *weights; /* file or address; NULL when nobody offers them */
    const char *note;
    bool stand_in; /* timing only: no weights to be had, never picked by default */
    bool own;      /* of the user's catalogue, not of ours */
    double published_gops, published_weights_mib; /* to check ours; 0 when not published */

    const char *measured_on; /* top-1 was measured here, on the list of that digest; NULL */

    /* computed */
    const char *cfg_path; /* NULL when the file was not found */
    const char *problem;  /* why nothing could be computed; NULL when all is well */
    const char *warning;  /* what looks like a slip in the cfg; NULL when nothing does */
    enum pm_description description;
    const char *beyond; /* what makes it an extended cfg: "[scale_channels]"; NULL */
    uint64_t cfg_digest;
    long channels;       /* of the input; 0 not known. Of an ONNX file an engine told them */
    long classes;        /* outputs; 0 not known; the same */
    const char *ends_in; /* "a detector's layer": it tells no classes apart; NULL: a classifier */
    struct pm_quantity gops;       /* 1 multiply-accumulate = 2 operations */
    double least_gops;             /* what no direct convolution can do without; 0 not known */
    struct pm_quantity params_m;   /* learnable values, millions */
    struct pm_quantity weight_mib; /* size of its .weights file, 2^20 bytes */
    double memory_mib;             /* estimate for stock Darknet at batch 1, above the libraries */
    double connected_share;        /* of the parameters, in fully connected layers: 0 to 1 */
    struct pm_cost_part *part;     /* what it does, by the make of its layers; NULL not known */
    size_t parts;
    double cost[PM_COST_FEATURES], memory_cost[PM_COST_MEMORY]; /* of one image: network/cost.h */
    double image_mib; /* what each further image of a batch adds */
};

struct pm_catalogue {
    struct pm_arena arena; /* holds everything below */
    const char *path;
    uint64_t digest;
    size_t n;
    struct pm_catalogue_entry *entry;
    struct pm_index ids; /* of the entries, in catalogue.c alone */
};

/* Read the catalogue at path. cfg_dirs are searched in order for each cfg. A network whose cfg is
 * missing or refused stays in the catalogue with its problem. */
int pm_catalogue_load(const char *path, const char *const *cfg_dirs, size_t dirs,
                      struct pm_catalogue *out, struct pm_err *err);
/* What the user has added: the file own_path, in the same form, where there is one; its cfgs are
 * looked for in own_cfg_dir alone. An own network takes the place of one of ours with its id. */
int pm_catalogue_add_own(struct pm_catalogue *catalogue, const char *own_path,
                         const char *own_cfg_dir, struct pm_err *err);
/* Write those of the catalogue that are the user's to own_path. */
int pm_catalogue_save_own(const struct pm_catalogue *catalogue, const char *own_path,
                          struct pm_err *err);
/* Forget the entry at index i < n. */
void pm_catalogue_remove(struct pm_catalogue *catalogue, size_t i);
/* Put e (its texts borrowed for as long as the catalogue lives) beside the others, or in the place
 * of the one with its id. */
int pm_catalogue_put(struct pm_catalogue *catalogue, const struct pm_catalogue_entry *e,
                     struct pm_err *err);
/* A cfg file outside any catalogue, known by its name; what is computed is filled in. PM_EDATA when
 * it is no network. Texts go to the arena. */
int pm_catalogue_entry_of_cfg(const char *path, struct pm_arena *arena,
                              struct pm_catalogue_entry *out, struct pm_err *err);
void pm_catalogue_done(struct pm_catalogue *catalogue);

/* The task that is asked about: the one wanted, or "" for that of the first network. */
const char *pm_catalogue_task(const struct pm_catalogue *catalogue, const char *wanted);
/* Weights of another network are found by their size, as Darknet would take them all the same:
 * PM_EDATA unless file is as long as the weights of the entry's cfg. */
int pm_catalogue_check_weights(const struct pm_catalogue_entry *e, const char *file,
                               struct pm_err *err);
/* Fill in what is not known of an accuracy, where the catalogue's is of the same: fp32, its own
 * input size (or none stated), and no figure beside it that says it is another training of the
 * network. */
void pm_catalogue_lend_accuracy(const struct pm_catalogue_entry *entry,
                                const struct pm_configuration *to, struct pm_quantity *top1_pct,
                                struct pm_quantity *top5_pct);
/* By exact id; NULL when there is none. */
const struct pm_catalogue_entry *pm_catalogue_by_id(const struct pm_catalogue *catalogue,
                                                    const char *id);
/* By id or display name, case and separators ignored; a near miss is suggested in err. */
int pm_catalogue_find(const struct pm_catalogue *catalogue, const char *name,
                      const struct pm_catalogue_entry **out, struct pm_err *err);

#endif
