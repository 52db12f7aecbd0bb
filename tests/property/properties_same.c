/* SPDX-License-Identifier: MIT
 * What must not matter: the world or the question is changed in it, and the answer stays. */
#include "properties.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world other_world;
static struct question other_question;
static struct reply other;

static enum outcome same(struct trial *t, const int *map, const char *what)
{
    const char *how = reply_differs(t, &t->base, &other, map);
    snprintf(t->also, sizeof t->also, "%s", what);
    return how == NULL ? HOLDS : trial_broken(t, "%s: %s", what, how);
}

enum outcome order_of_rows(struct trial *t)
{
    struct dice d = dice_of(t->seed);
    int map[ENTRIES_MAX];
    const size_t n = t->world.items;
    other_world = t->world;
    for (size_t i = 0; i < n; i++)
        map[i] = (int)i;
    for (size_t i = n; i > 1; i--) {
        const size_t j = dice_below(&d, (uint32_t)i);
        const struct item item = other_world.item[i - 1];
        other_world.item[i - 1] = other_world.item[j];
        other_world.item[j] = item;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            if (same_way(&t->world.item[i], &other_world.item[j]) &&
                fabs(t->world.item[i].fps - other_world.item[j].fps) < 1e-9)
                map[i] = (int)j;
        }
    }
    trial_ask_of(t, &other_world, NULL, &other);
    return same(t, map, "the entries in another order");
}

/* It breaks every budget there can be. */
static struct item hopeless(const struct world *w)
{
    struct item e = {.net = (int)w->nets, .engine = w->table ? 3 : 1, .precision = 1};
    const struct figure huge = {w->origin, 1e6, 1e6, 1e6}, none = {w->origin, 1.5, 1.5, 1.5};
    e.batch = e.threads = 1;
    e.input_px = 8;
    e.latency = huge;
    e.power = e.memory = e.params = huge;
    e.power.value = e.power.lo = e.power.hi = 5e4;
    e.basis = BASIS_TOTAL;
    e.idle = (struct figure){w->origin, 1, 1, 1};
    e.top1 = e.top5 = none;
    e.status = COMPLETE;
    if (w->origin == MEASURED) {
        e.runs = RUNS_MAX;
        e.starts = 1;
        e.start_n[0] = e.runs;
        for (size_t i = 0; i < e.runs; i++)
            e.ms[i] = 1e6 + (double)(i % 7);
    }
    return e;
}

enum outcome hopeless_candidate(struct trial *t)
{
    struct dice d = dice_of(t->seed);
    struct wish wish = question_wish(&t->question);
    struct world *w = &other_world;
    bool others = false;
    *w = t->world;
    wish.limit[MAX_SIZE].set = false; /* it has no cfg */
    if (w->items == ENTRIES_MAX || w->nets == NETS_MAX || !wish_any_budget(&wish) ||
        wish.require_measured) /* what is stated of it rules nothing out */
        return NOT_APPLICABLE;
    const struct item bad = hopeless(w);
    const size_t at = dice_below(&d, (uint32_t)w->items + 1);
    snprintf(w->net[w->nets].id, sizeof w->net[w->nets].id, "hopeless");
    w->nets++;
    memmove(&w->item[at + 1], &w->item[at], (w->items - at) * sizeof *w->item);
    w->item[at] = bad;
    w->items++;
    int map[ENTRIES_MAX];
    for (size_t i = 0; i < t->world.items; i++)
        map[i] = (int)(i < at ? i : i + 1);
    for (size_t i = 0; i < t->base.n; i++)
        others = others || !t->base.said[i].stand_in || wish.stand_ins;
    if (!others || !question_wants(&t->question, &bad) || wish.assumed_w > 0)
        return NOT_APPLICABLE;
    trial_ask_of(t, w, NULL, &other);
    return same(t, map, "one more candidate that breaks every budget");
}

enum outcome renamed_network(struct trial *t)
{
    static const char *const names[] = {"a0", "zz-top", "Net_x.9"};
    struct dice d = dice_of(t->seed);
    other_world = t->world;
    struct net *n = &other_world.net[dice_below(&d, (uint32_t)other_world.nets)];
    snprintf(n->id, sizeof n->id, "%s", DICE_ANY(&d, names));
    t->renamed = false;
    desk_put_catalogue(t->desk, &other_world);
    trial_ask_of(t, &other_world, NULL, &other);
    t->renamed = true;
    return same(t, NULL, "another name for a network");
}

enum outcome other_units(struct trial *t)
{
    struct dice d = dice_of(t->seed);
    bool changed = false;
    other_question = t->question;
    for (size_t i = 0; i < other_question.n; i++) {
        struct option *o = &other_question.option[i];
        const size_t units = key_units(o->key);
        if (units < 2)
            continue;
        o->unit = (o->unit + 1 + (int)dice_below(&d, (uint32_t)units - 1)) % (int)units;
        changed = true;
    }
    if (!changed)
        return NOT_APPLICABLE;
    trial_ask(t, &other_question, &other);
    const char *how = reply_differs(t, &t->base, &other, NULL);
    return how == NULL ? HOLDS : trial_broken(t, "the same quantities in other units: %s", how);
}

enum outcome configuration_file(struct trial *t)
{
    if (t->moved || t->renamed)
        trial_ask(t, &t->question, &other);
    ask_by_file(t->desk, &t->world, &t->question, &other);
    return same(t, NULL, "the same keys in a configuration file");
}

enum outcome fields_of_a_failure(struct trial *t)
{
    struct dice d = dice_of(t->seed);
    static struct reply with;
    other_world = t->world;
    if (t->world.items == 0 || t->world.table)
        return NOT_APPLICABLE;
    struct item *e = &other_world.item[dice_below(&d, (uint32_t)other_world.items)];
    e->status = FAILED;
    trial_ask_of(t, &other_world, NULL, &with);
    e->latency = e->p90 = e->p95 = e->p99 = e->memory = e->power = e->idle = e->energy =
        (struct figure){0};
    e->runs = 0;
    trial_ask_of(t, &other_world, NULL, &other);
    const char *how = reply_differs(t, &with, &other, NULL);
    snprintf(t->also, sizeof t->also, "entry %d failed, and its figures are there or not",
             (int)(e - other_world.item));
    return how == NULL ? HOLDS
                       : trial_broken(t, "a failure with its figures, and without: %s", how);
}

enum outcome inherited_basis(struct trial *t)
{
    struct world *w = &other_world;
    *w = t->world;
    if (w->table || (w->basis == BASIS_NONE && w->idle.origin == UNKNOWN))
        return NOT_APPLICABLE;
    for (size_t i = 0; i < w->items; i++) {
        if (w->item[i].basis == BASIS_NONE)
            w->item[i].basis = w->basis;
        if (w->item[i].idle.origin == UNKNOWN)
            w->item[i].idle = w->idle;
    }
    w->basis = BASIS_NONE;
    w->idle = (struct figure){0};
    trial_ask_of(t, w, NULL, &other);
    return same(t, NULL, "power_basis and idle_w of the profile in each entry instead");
}

/* Their verdicts of time, of the entries for which `of` holds. */
static enum outcome same_time(struct trial *t, const struct reply *a, const struct reply *b,
                              const bool *of, const char *what)
{
    if (refused(a) || refused(b))
        return NOT_APPLICABLE;
    for (size_t i = 0; i < a->n; i++) {
        const struct said *x = &a->said[i], *y = said_of(b, x->item);
        for (int k = MAX_LATENCY; y != NULL && of[x->item] && k <= MIN_FPS; k++) {
            if (x->budget[k].verdict != y->budget[k].verdict)
                return trial_broken(t, "%s: entry %d, %s: \"%s\", then \"%s\"", what, x->item,
                                    key_name((enum key)k), verdict_word(x->budget[k].verdict),
                                    verdict_word(y->budget[k].verdict));
        }
    }
    return HOLDS;
}

static bool time_alone(struct trial *t, bool rate)
{
    static const enum key gone[] = {MAX_WATTS, MAX_ENERGY, BATTERY, RUNTIME, RULE, ASSUME, RATE};
    other_question = t->question;
    for (size_t i = 0; i < sizeof gone / sizeof *gone - rate; i++) {
        const int at = question_find(&other_question, gone[i]);
        if (at >= 0)
            question_drop(&other_question, (size_t)at);
    }
    return question_find(&other_question, MAX_LATENCY) >= 0 ||
           question_find(&other_question, MIN_FPS) >= 0;
}

static struct figure *percentile_of(struct item *e, int which)
{
    return which == 0 ? &e->p90 : which == 1 ? &e->p95 : &e->p99;
}

/* A stated percentile is judged as a median of that value would be at p50. */
enum outcome stated_percentile(struct trial *t)
{
    static const char *const names[] = {"p90", "p95", "p99"};
    struct dice d = dice_of(t->seed);
    static struct reply asked;
    const int which = (int)dice_below(&d, 3);
    bool of[ENTRIES_MAX] = {false};
    other_world = t->world;
    if (t->world.origin != PUBLISHED || !time_alone(t, false))
        return NOT_APPLICABLE;
    for (size_t i = 0; i < t->world.items; i++) {
        struct item *e = &other_world.item[i];
        of[i] = percentile_of(e, which)->origin != UNKNOWN;
        if (of[i])
            e->latency = *percentile_of(e, which);
        e->p90 = e->p95 = e->p99 = (struct figure){0};
    }
    for (size_t i = 0; i < other_question.n; i++)
        snprintf(other_question.option[i].quantile, sizeof other_question.option[i].quantile, "%s",
                 other_question.option[i].key == MAX_LATENCY ||
                         other_question.option[i].key == MIN_FPS
                     ? names[which]
                     : "");
    trial_ask(t, &other_question, &asked);
    for (size_t i = 0; i < other_question.n; i++) {
        if (other_question.option[i].quantile[0] != '\0')
            strcpy(other_question.option[i].quantile, "p50");
    }
    trial_ask_of(t, &other_world, &other_question, &other);
    return same_time(t, &asked, &other, of, "a stated percentile, and a median of its value");
}

static void longer(struct figure *f, double ms)
{
    if (f->origin == UNKNOWN)
        return;
    f->value += ms;
    f->lo += ms;
    f->hi += ms;
}

/* Overhead is of an image, a latency of a batch: as if each batch took so much longer. */
enum outcome overhead_of_an_image(struct trial *t)
{
    static const double overheads[] = {0.5, 2, 9};
    struct dice d = dice_of(t->seed);
    static struct reply asked;
    bool of[ENTRIES_MAX] = {false};
    const double each = DICE_ANY(&d, overheads);
    other_world = t->world;
    if (t->world.origin == MEASURED || !time_alone(t, true))
        return NOT_APPLICABLE;
    question_set(&other_question, OVERHEAD, each);
    const struct wish wish = question_wish(&other_question);
    for (size_t i = 0; i < t->world.items; i++) {
        struct item *e = &other_world.item[i];
        const double ms = each * (double)batch_of(e);
        of[i] = true;
        for (int k = MAX_LATENCY; k <= MIN_FPS; k++) {
            const verdicts may = wish.limit[k].set || (k == MIN_FPS && wish.pace.set)
                                     ? oracle_budget(&t->world, &wish, i, (enum key)k)
                                     : ONLY(MEETS);
            of[i] = of[i] && (may & (may - 1)) == 0; /* nothing at the very edge */
        }
        longer(&e->latency, ms);
        longer(&e->p90, ms);
        longer(&e->p95, ms);
        longer(&e->p99, ms);
    }
    trial_ask(t, &other_question, &asked);
    question_drop(&other_question, (size_t)question_find(&other_question, OVERHEAD));
    trial_ask_of(t, &other_world, &other_question, &other);
    return same_time(t, &asked, &other, of, "overhead, and latencies longer by batch x overhead");
}

enum outcome import_of_the_same(struct trial *t)
{
    if (!t->world.table)
        return NOT_APPLICABLE;
    other_world = t->world;
    other_world.table = false;
    for (size_t i = 0; i < other_world.items; i++) {
        const struct item *e = &other_world.item[i];
        if (other_world.net[e->net].listed &&
            (e->top1.origin == UNKNOWN || e->top5.origin == UNKNOWN))
            return NOT_APPLICABLE; /* the import may know more */
    }
    trial_ask_of(t, &other_world, NULL, &other);
    return same(t, NULL, "the profile written by hand in place of the imported table");
}

enum outcome check_repeats(struct trial *t)
{
    if (t->base.status == OVERVIEW)
        return NOT_APPLICABLE;
    if (t->moved || t->renamed)
        trial_ask(t, &t->question, &other);
    const int exit = ask_check(t->desk, &t->question), right = t->base.status == OPEN ? 4 : 0;
    snprintf(t->also, sizeof t->also,
             "... -f json -o d.json; pickmodel check d.json --profile "
             "./board.json");
    /* an answer in which nothing at all is decided is no decision */
    if (t->base.status == OPEN && t->base.pick < 0 && exit == 3)
        return HOLDS;
    return exit == right
               ? HOLDS
               : trial_broken(t, "%s, and check exits %d", status_name(t->base.status), exit);
}
