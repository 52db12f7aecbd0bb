/* SPDX-License-Identifier: MIT
 * Properties of every question, over random worlds:
 *   property [--worlds N] [--seed S] [--only NAME] [--show N] [--folder DIR] [--loud]
 *   property --emit N --folder DIR [--seed S]     questions for the command line (emit.h)
 * The first failures (--show), shrunk; then one line for each property, "ok NAME: N questions" or
 * "not ok NAME: ...". */
#include "emit.h"
#include "properties.h"
#include "shrink.h"

#include <errno.h>
#include <inttypes.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUESTIONS 20  /* of each world */
#define ENOUGH    300 /* worlds in which each property finds something to try */
#define ASKING    4   /* properties that ask further, of each question */
#define KEPT_MAX  16
#define WHOLE     SIZE_MAX /* the text to its end */

struct tally {
    uint64_t held, broken;
    struct trial *kept[KEPT_MAX];
    size_t kept_n;
};

struct run {
    uint64_t worlds, seed, emit;
    const char *only;
    size_t show;
    struct desk desk;
    struct tally *tally;
    bool broken;
    uint64_t refused, status[4];
};

static bool wanted(const struct run *r, size_t i)
{
    return r->only == NULL || strcmp(r->only, properties[i].name) == 0;
}

/* Failures alike in words are kept once. */
static void keep(struct run *r, struct tally *t, const struct trial *trial)
{
    for (size_t i = 0; i < t->kept_n; i++) {
        if (alike(t->kept[i]->why, trial->why, WHOLE))
            return;
    }
    if (t->kept_n == r->show || t->kept_n == KEPT_MAX)
        return;
    struct trial *copy = malloc(sizeof *copy);
    if (copy == NULL)
        return;
    *copy = *trial;
    t->kept[t->kept_n++] = copy;
}

static void test(struct run *r, struct trial *trial, size_t i)
{
    trial->why[0] = trial->also[0] = '\0';
    if (!wanted(r, i))
        return;
    const enum outcome outcome = properties[i].test(trial);
    r->tally[i].held += outcome == HOLDS;
    r->tally[i].broken += outcome == BROKEN;
    if (outcome == BROKEN)
        keep(r, &r->tally[i], trial);
}

/* The properties of one answer, then some that ask more: which ones goes by the dice. */
static void test_question(struct run *r, struct trial *trial, struct dice *d)
{
    for (size_t i = 0; i < properties_n; i++) {
        if (properties[i].kind == SAID)
            test(r, trial, i);
    }
    if (r->only != NULL) {
        for (size_t i = 0; i < properties_n; i++) {
            trial->seed = dice_below(d, 1u << 30);
            if (properties[i].kind != SAID)
                test(r, trial, i);
        }
        return;
    }
    for (size_t i = 0; trial->base.status == INFEASIBLE && i < properties_n; i++) {
        if (properties[i].kind == RELAXES && dice_chance(d, 50))
            test(r, trial, i);
    }
    for (int n = 0; n < ASKING;) {
        const size_t i = dice_below(d, (uint32_t)properties_n);
        if ((properties[i].kind != ASKS && properties[i].kind != RARELY) ||
            (properties[i].kind == RARELY && !dice_chance(d, 40)))
            continue;
        trial->seed = dice_below(d, 1u << 30);
        test(r, trial, i);
        n++;
    }
}

static void test_world(struct run *r, uint64_t number)
{
    static struct trial trial;
    struct dice d = dice_of(r->seed * 1000003 + number);
    trial = (struct trial){.desk = &r->desk, .moved = true, .renamed = true};
    world_make(&trial.world, &d);
    for (int n = 0; n < QUESTIONS; n++) {
        question_make(&trial.question, &trial.world, r->desk.can_require, &d);
        trial_ask(&trial, &trial.question, &trial.base);
        if (refused(&trial.base)) {
            r->refused++;
            test(r, &trial, 0);
            continue;
        }
        r->status[trial.base.status]++;
        test_question(r, &trial, &d);
    }
}

static void report(struct run *r, double seconds)
{
    for (size_t i = 0; i < properties_n; i++) {
        const struct tally *t = &r->tally[i];
        const bool needless =
            properties[i].test == required_measurements_are && !r->desk.can_require;
        if (wanted(r, i) && t->broken + t->held == 0 && r->worlds >= ENOUGH && !needless) {
            r->broken = true;
            printf("not ok %s: never tried; has a text changed that it reads?\n",
                   properties[i].name);
        } else if (wanted(r, i) && t->broken == 0)
            printf("ok %s: %" PRIu64 " questions\n", properties[i].name, t->held);
        r->broken = r->broken || t->broken > 0;
        if (wanted(r, i) && t->broken > 0)
            printf("not ok %s: broken by %" PRIu64 " of %" PRIu64 " questions\n",
                   properties[i].name, t->broken, t->held + t->broken);
    }
    if (r->only == NULL && r->desk.questions < 100 * r->worlds / 4)
        printf("not ok questions: only %" PRIu64 "\n", r->desk.questions);
    printf("# seed %" PRIu64 ", %" PRIu64 " worlds, %" PRIu64 " questions (%" PRIu64
           " refused; recommended %" PRIu64 ", infeasible %" PRIu64 ", undecided %" PRIu64
           ", overview %" PRIu64 "), %.1f s\n",
           r->seed, r->worlds, r->desk.questions, r->refused, r->status[0], r->status[1],
           r->status[2], r->status[3], seconds);
}

static void show(struct run *r)
{
    for (size_t i = 0; i < properties_n; i++) {
        for (size_t k = 0; k < r->tally[i].kept_n; k++) {
            struct trial *trial = r->tally[i].kept[k];
            bool shown = false;
            shrink(trial, &properties[i]);
            for (size_t before = 0; before < k; before++)
                shown = shown || alike(r->tally[i].kept[before]->why, trial->why, WHOLE);
            if (shown)
                continue;
            printf("\n=== %s\n", properties[i].name);
            print_trial(trial);
        }
        for (size_t k = 0; k < r->tally[i].kept_n; k++)
            free(r->tally[i].kept[k]);
    }
}

static bool read_arguments(int argc, char **argv, struct run *r, const char **folder)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--loud") == 0) {
            r->desk.brief = true;
            continue;
        }
        if (strcmp(argv[i], "--worlds") == 0)
            r->worlds = strtoull(value, NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0)
            r->seed = strtoull(value, NULL, 10);
        else if (strcmp(argv[i], "--emit") == 0)
            r->emit = strtoull(value, NULL, 10);
        else if (strcmp(argv[i], "--only") == 0)
            r->only = value;
        else if (strcmp(argv[i], "--show") == 0)
            r->show = strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--folder") == 0)
            *folder = value;
        else
            return false;
        i++;
    }
    return r->worlds > 0;
}

/* In memory where there is such a place: every question reads its files. */
static const char *make_folder(char *out, size_t size)
{
    const char *const places[] = {"/dev/shm", getenv("TMPDIR"), "/tmp"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (places[i] == NULL || access(places[i], W_OK) != 0)
            continue;
        snprintf(out, size, "%s/property-XXXXXX", places[i]);
        if (mkdtemp(out) != NULL)
            return out;
    }
    return NULL;
}

static void remove_folder(const char *folder)
{
    char command[400];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "%s is left behind\n", folder);
}

int main(int argc, char **argv)
{
    static struct run r = {.worlds = 1250, .seed = 1, .show = 1};
    char made[300];
    const char *folder = NULL;
    struct timespec from, to;
    if (!read_arguments(argc, argv, &r, &folder)) {
        fprintf(stderr, "usage: property [--worlds N] [--seed S] [--only NAME] [--show N] "
                        "[--folder DIR] [--loud]\n");
        return 2;
    }
    const bool loud = r.desk.brief, own = folder != NULL;
    if (!own && (folder = make_folder(made, sizeof made)) == NULL) {
        fprintf(stderr, "no folder for the worlds: %s\n", strerror(errno));
        return 2;
    }
    if (r.emit > 0)
        return emit_questions(folder, r.seed, r.emit) == 0 ? 0 : 2;
    r.tally = calloc(properties_n, sizeof *r.tally);
    if (r.tally == NULL || desk_open(&r.desk, folder) != 0)
        return 2;
    r.desk.brief = loud;
#ifdef __GLIBC__
    mallopt(M_TOP_PAD, 4 << 20); /* as the program does: memory is kept between questions */
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (uint64_t i = 0; i < r.worlds; i++)
        test_world(&r, i);
    clock_gettime(CLOCK_MONOTONIC, &to);
    show(&r);
    report(&r, (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
    if (!own)
        remove_folder(folder);
    free(r.tally);
    return r.broken ? 1 : 0;
}
