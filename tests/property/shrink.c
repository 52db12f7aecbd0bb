/* SPDX-License-Identifier: MIT */
#include "shrink.h"
#include "world_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAME_KIND 70 /* so much of what is wrong stays in words what it was */

static struct trial attempt;

bool alike(const char *a, const char *b, size_t len)
{
    const char *const start = a, *const numeric = "0123456789.-e";
    while ((size_t)(a - start) < len) {
        while (*a != '\0' && strchr(numeric, *a) != NULL)
            a++;
        while (*b != '\0' && strchr(numeric, *b) != NULL)
            b++;
        if (*a != *b)
            return false;
        if (*a == '\0')
            return true;
        a++;
        b++;
    }
    return true;
}

static bool still_breaks(struct trial *best, const struct property *p)
{
    attempt.why[0] = attempt.also[0] = '\0';
    if ((!trial_begin(&attempt) && p != properties) || p->test(&attempt) != BROKEN ||
        !alike(best->why, attempt.why, SAME_KIND))
        return false;
    *best = attempt;
    return true;
}

static bool drop_items(struct trial *best, const struct property *p)
{
    bool any = false;
    for (size_t i = best->world.items; i-- > 0;) {
        attempt = *best;
        world_drop_item(&attempt.world, i);
        any = still_breaks(best, p) || any;
    }
    for (size_t i = best->world.nets; i-- > 0;) {
        bool used = false;
        for (size_t k = 0; k < best->world.items; k++)
            used = used || best->world.item[k].net == (int)i;
        if (used || best->world.nets == 1)
            continue;
        attempt = *best;
        world_drop_net(&attempt.world, i);
        any = still_breaks(best, p) || any;
    }
    return any;
}

static bool drop_options(struct trial *best, const struct property *p)
{
    bool any = false;
    for (size_t i = best->question.n; i-- > 0;) {
        if (i >= best->question.n)
            continue;
        attempt = *best;
        question_drop(&attempt.question, i);
        any = still_breaks(best, p) || any;
    }
    for (size_t i = 0; i < best->question.n; i++) {
        attempt = *best;
        struct option *o = &attempt.question.option[i];
        if (o->quantile[0] == '\0' && o->unit == 0)
            continue;
        o->quantile[0] = '\0';
        if (still_breaks(best, p)) {
            any = true;
            continue;
        }
        attempt = *best;
        attempt.question.option[i].unit = 0;
        any = (best->question.option[i].unit != 0 && still_breaks(best, p)) || any;
    }
    return any;
}

static bool forget(struct trial *best, const struct property *p, struct figure *f)
{
    if (f->origin == UNKNOWN)
        return false;
    const struct figure old = *f;
    *f = (struct figure){0};
    if (still_breaks(best, p))
        return true;
    *f = old;
    if (f->lo >= f->hi)
        return false;
    f->lo = f->hi = f->value;
    return still_breaks(best, p);
}

/* One field of an entry to what it is when absent; false: it is that already. */
static bool plain_field(struct item *e, size_t which)
{
    long *const counts[] = {&e->threads, &e->batch, &e->input_px};
    int *const names[] = {&e->mode, &e->precision, &e->engine};
    if (which < 3) {
        const bool set = *counts[which] > 0;
        *counts[which] = 0;
        return set;
    }
    if (which < 6) {
        const bool set = *names[which - 3] > 0;
        *names[which - 3] = 0;
        return set;
    }
    if (which == 6 && e->basis != BASIS_NONE) {
        e->basis = BASIS_NONE;
        return true;
    }
    if (which == 7 && e->status == PARTIAL) {
        e->status = COMPLETE;
        return true;
    }
    if (which == 9 && e->windows) {
        e->windows = false;
        return true;
    }
    if (which == 8 && e->runs > 12) {
        e->runs /= 2;
        e->starts = 1;
        e->start_n[0] = e->runs;
        return true;
    }
    return false;
}

static bool plainer_items(struct trial *best, const struct property *p)
{
    bool any = false;
    for (size_t i = 0; i < best->world.items; i++) {
        attempt = *best;
        for (size_t k = 0; item_figure(&attempt.world.item[i], k) != NULL; k++) {
            attempt = *best;
            any = forget(best, p, item_figure(&attempt.world.item[i], k)) || any;
        }
        for (size_t k = 0; k < 10; k++) {
            attempt = *best;
            /* a measurement knows how it was made, and a table's engine is its own */
            if (best->world.origin != PUBLISHED && k < 6)
                continue;
            any = (plain_field(&attempt.world.item[i], k) && still_breaks(best, p)) || any;
        }
    }
    return any;
}

static bool plainer_nets(struct trial *best, const struct property *p)
{
    bool any = false;
    for (size_t i = 0; i < best->world.nets; i++) {
        attempt = *best;
        any = forget(best, p, &attempt.world.net[i].top1) || any;
        attempt = *best;
        any = forget(best, p, &attempt.world.net[i].top5) || any;
        attempt = *best;
        attempt.world.net[i].stand_in = false;
        any = (best->world.net[i].stand_in && still_breaks(best, p)) || any;
        attempt = *best;
        attempt.world.net[i].images = 0;
        any = (best->world.net[i].images > 0 && still_breaks(best, p)) || any;
        attempt = *best;
        attempt.world.net[i].listed = false;
        any = (best->world.net[i].listed && still_breaks(best, p)) || any;
    }
    attempt = *best;
    any = forget(best, p, &attempt.world.idle) || any;
    attempt = *best;
    attempt.world.basis = BASIS_NONE;
    return (best->world.basis != BASIS_NONE && still_breaks(best, p)) || any;
}

void shrink(struct trial *trial, const struct property *p)
{
    const bool brief = trial->desk->brief;
    trial->desk->brief = false;
    trial->desk->silent = true;
    for (int round = 0; round < 6; round++) {
        bool any = drop_items(trial, p);
        any = drop_options(trial, p) || any;
        any = plainer_items(trial, p) || any;
        if (!plainer_nets(trial, p) && !any)
            break;
    }
    trial->desk->brief = brief;
    trial->desk->silent = false;
}

void print_trial(const struct trial *t)
{
    static char command[2000];
    command_text(&t->question, &t->world, command, sizeof command);
    printf("    %s\n", t->why);
    if (t->also[0] != '\0')
        printf("    against: %s\n", t->also);
    printf("    in a folder with these files:\n    PICKMODEL_DATA=$PWD/data "
           "XDG_DATA_HOME=$PWD/home %s\n",
           command);
    files_print(&t->world, t->desk->folder);
}
