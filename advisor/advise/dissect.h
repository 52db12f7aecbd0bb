/* SPDX-License-Identifier: MIT
 * Where a network's operations, parameters, memory and time go, layer by layer, and where it stands
 * among the others. Pure. */
#ifndef PM_DISSECT_H
#define PM_DISSECT_H

#include "advise/answer.h"
#include "network/network.h"

#define PM_STANDINGS 7 /* the paper's six metrics, and accuracy for each million parameters */

struct pm_standing {
    const char *title;        /* "top-1" */
    const char *value;        /* "70.5 %"; NULL: not known */
    size_t place, of;         /* 1 is the best of those known; 0 not known */
    const char *best, *worst; /* whose they are */
};

struct pm_dissection {
    struct pm_arena arena; /* what is found; start as {0} */
    const struct pm_catalogue_entry *known;
    const struct pm_network *net;
    const double *ms;   /* of each layer; NULL: not timed */
    const char *way;    /* "darknet-blas, 2 threads, median of 11"; NULL */
    const char *untold; /* why there are no times; NULL */
    double total_ms;
    size_t others; /* networks it stands among */
    struct pm_standing standing[PM_STANDINGS];
    const char *finding[8]; /* in words: where it goes, and why */
    size_t findings;
};

/* "3x3 conv 64, stride 2": what a layer is, briefly; in the arena, NULL when out of memory. */
const char *pm_layer_text(const struct pm_layer *layer, struct pm_arena *arena);

/* d's known, net, ms, way and untold are given; it is candidate[own] of n (n = 0: none to stand
 * among), of which those run in the same way count. */
int pm_dissect(struct pm_dissection *d, const struct pm_candidate *candidate, size_t n, size_t own,
               struct pm_err *err);
void pm_dissection_done(struct pm_dissection *d);

#endif
