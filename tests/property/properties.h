/* SPDX-License-Identifier: MIT
 * What must hold for every question. Each property is one function, by name; it may ask further
 * questions, of the same world or of one that differs in what must not matter. */
#ifndef PROPERTIES_H
#define PROPERTIES_H

#include "ask.h"
#include "oracle.h"

struct trial {
    struct desk *desk;
    struct world world;
    struct question question;
    uint64_t seed;     /* of what a property chooses itself */
    bool moved;        /* the files are another world's by now */
    bool renamed;      /* so is the catalogue */
    struct reply base; /* to the question, in that world */
    char why[600];     /* what is wrong */
    char also[1200];   /* the other command, or how the other world differs */
};

enum outcome { HOLDS, BROKEN, NOT_APPLICABLE };

enum kind {
    SAID,    /* looks at the answer alone */
    ASKS,    /* asks questions of its own */
    RARELY,  /* does so, and takes long: one question in some */
    RELAXES, /* asks what an answer proposes, which is where nothing fits */
};

struct property {
    const char *name;
    enum outcome (*test)(struct trial *t);
    enum kind kind;
};
extern const struct property properties[]; /* the first can be tested where all was refused */
extern const size_t properties_n;

/* Write the trial's world and ask its question. False: the program refused the question. */
bool trial_begin(struct trial *t);
/* Another question of the same world, or the question (NULL: the same) of another world. */
void trial_ask(struct trial *t, const struct question *q, struct reply *out);
void trial_ask_of(struct trial *t, const struct world *w, const struct question *q,
                  struct reply *out);
/* BROKEN, with what is wrong. */
enum outcome trial_broken(struct trial *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool refused(const struct reply *r);
/* The same of every candidate and of the whole? NULL, or how they differ. map: which item of b
 * is which of a; NULL: the same. */
const char *reply_differs(const struct trial *t, const struct reply *a, const struct reply *b,
                          const int *map);
const char *verdict_word(enum verdict v);
const char *status_name(enum status s);

/* properties_said.c */
enum outcome accuracy_is_judged(struct trial *t);
enum outcome time_is_judged(struct trial *t);
enum outcome power_is_judged(struct trial *t);
enum outcome energy_is_judged(struct trial *t);
enum outcome size_is_judged(struct trial *t);
enum outcome failed_is_failed(struct trial *t);
enum outcome verdicts_agree_with_what_is_shown(struct trial *t);
enum outcome status_follows(struct trial *t);
enum outcome pick_follows_the_rule(struct trial *t);
enum outcome unknown_is_a_contender(struct trial *t);
enum outcome headline_names_the_origin(struct trial *t);
enum outcome figures_keep_their_origin(struct trial *t);
enum outcome files_are_read(struct trial *t);

/* properties_order.c */
enum outcome another_budget_is_stricter(struct trial *t);
enum outcome tighter_is_stricter(struct trial *t);
enum outcome looser_is_laxer(struct trial *t);
enum outcome percentile_is_stricter(struct trial *t);
enum outcome rate_is_stricter(struct trial *t);
enum outcome overhead_is_stricter(struct trial *t);
enum outcome confidence_is_stricter(struct trial *t);
enum outcome required_measurements_are(struct trial *t);

/* properties_relax.c */
enum outcome relaxation_holds_as_printed(struct trial *t);
enum outcome no_value_helps_is_true(struct trial *t);
enum outcome frame_rate_fits_as_printed(struct trial *t);
enum outcome frame_rate_of_what_draws_too_much(struct trial *t);

/* properties_same.c */
enum outcome order_of_rows(struct trial *t);
enum outcome hopeless_candidate(struct trial *t);
enum outcome renamed_network(struct trial *t);
enum outcome other_units(struct trial *t);
enum outcome configuration_file(struct trial *t);
enum outcome fields_of_a_failure(struct trial *t);
enum outcome inherited_basis(struct trial *t);
enum outcome stated_percentile(struct trial *t);
enum outcome overhead_of_an_image(struct trial *t);
enum outcome import_of_the_same(struct trial *t);
enum outcome check_repeats(struct trial *t);

#endif
