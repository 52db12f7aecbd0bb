/* SPDX-License-Identifier: MIT
 * One question to the program, in this process: the command line through its own parser, the files
 * through its own readers, the answer by its own decision. The answer is put down in structs of the
 * tests' own; no other file of these tests looks at the program's. */
#ifndef ASK_H
#define ASK_H

#include "random_question.h"
#include "random_world.h"

enum verdict { MEETS, FAILS, UNDECIDED, NO_FIGURE, NOT_ASKED };

struct said_budget {
    enum verdict verdict;
    bool shown; /* the figure that was judged */
    double value, lo, hi;
    char note[120];
};

struct said {
    int item; /* of the world; -1: it is none of them */
    enum verdict verdict;
    struct said_budget budget[BUDGET_KEYS];
    struct figure top1, latency, energy;
    bool stand_in;
};

#define RELAX_MAX 32
struct relaxation {
    bool possible;
    enum key key;
    int item; /* who would fit; -1 */
    double to;
};

enum status { RECOMMENDED, INFEASIBLE, OPEN, OVERVIEW };

struct reply {
    int exit;    /* as of the program; 2 and 3: refused, with the message in text */
    bool oddity; /* an answer that these tests cannot read */
    enum status status;
    size_t n;
    struct said said[ENTRIES_MAX];
    int pick;                                         /* index into said; -1 */
    double bound[BUDGET_KEYS], quantile[BUDGET_KEYS]; /* of the budgets; bound NAN: not set */
    size_t contenders;
    int contender[ENTRIES_MAX];
    char settles[ENTRIES_MAX][120];
    size_t relaxations;
    struct relaxation relax[RELAX_MAX];
    char headline[400], text[4000]; /* text: the findings, a line each; or the error */
};

/* What the command says where the files of this folder are the user's. */
struct desk {
    char folder[300];
    bool can_require;   /* the program knows --require-measured */
    uint64_t questions; /* asked so far */
    bool silent;        /* a refused table is nothing to speak of: it may have been made smaller */
    bool brief;         /* say each on standard error before it is asked (to find what crashes) */
};

/* Points the program at the folder's catalogue and user's files. */
int desk_open(struct desk *desk, const char *folder);
/* Catalogue and evaluations; then the profile (through import, for a table). */
int desk_put_catalogue(struct desk *desk, const struct world *w);
int desk_put_profile(struct desk *desk, const struct world *w);
/* Writes the profile unless it is NULL, then asks. */
void ask(struct desk *desk, const struct world *w, const struct question *q, struct reply *out);
/* The same with -c: as many keys as can stand in a file do. */
void ask_by_file(struct desk *desk, const struct world *w, const struct question *q,
                 struct reply *out);
/* Saves the answer as JSON and has `check` repeat it on the same profile; its exit status. */
int ask_check(struct desk *desk, const struct question *q);
/* As a shell would take it. */
void command_text(const struct question *q, const struct world *w, char *out, size_t size);
/* What was said of that entry; NULL. */
const struct said *said_of(const struct reply *r, int item);

#endif
