/* SPDX-License-Identifier: MIT */
#include "properties.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PROPERTY(f, kind)                                                                          \
    {                                                                                              \
#f, f, kind                                                                                \
    }
const struct property properties[] = {
    PROPERTY(files_are_read, SAID),
    PROPERTY(accuracy_is_judged, SAID),
    PROPERTY(time_is_judged, SAID),
    PROPERTY(power_is_judged, SAID),
    PROPERTY(energy_is_judged, SAID),
    PROPERTY(size_is_judged, SAID),
    PROPERTY(failed_is_failed, SAID),
    PROPERTY(verdicts_agree_with_what_is_shown, SAID),
    PROPERTY(status_follows, SAID),
    PROPERTY(pick_follows_the_rule, SAID),
    PROPERTY(unknown_is_a_contender, SAID),
    PROPERTY(headline_names_the_origin, SAID),
    PROPERTY(figures_keep_their_origin, SAID),
    PROPERTY(another_budget_is_stricter, ASKS),
    PROPERTY(tighter_is_stricter, ASKS),
    PROPERTY(looser_is_laxer, ASKS),
    PROPERTY(percentile_is_stricter, ASKS),
    PROPERTY(rate_is_stricter, ASKS),
    PROPERTY(overhead_is_stricter, ASKS),
    PROPERTY(confidence_is_stricter, ASKS),
    PROPERTY(required_measurements_are, ASKS),
    PROPERTY(relaxation_holds_as_printed, RELAXES),
    PROPERTY(no_value_helps_is_true, RELAXES),
    PROPERTY(frame_rate_fits_as_printed, RELAXES),
    PROPERTY(frame_rate_of_what_draws_too_much, ASKS),
    PROPERTY(order_of_rows, ASKS),
    PROPERTY(hopeless_candidate, ASKS),
    PROPERTY(renamed_network, RARELY),
    PROPERTY(other_units, ASKS),
    PROPERTY(configuration_file, ASKS),
    PROPERTY(fields_of_a_failure, ASKS),
    PROPERTY(inherited_basis, ASKS),
    PROPERTY(stated_percentile, ASKS),
    PROPERTY(overhead_of_an_image, ASKS),
    PROPERTY(import_of_the_same, ASKS),
    PROPERTY(check_repeats, RARELY),
};
const size_t properties_n = sizeof properties / sizeof *properties;

bool refused(const struct reply *r)
{
    return r->exit != 0 && r->exit != 1 && r->exit != 4;
}

bool trial_begin(struct trial *t)
{
    t->moved = t->renamed = false;
    if (desk_put_catalogue(t->desk, &t->world) != 0 || desk_put_profile(t->desk, &t->world) != 0)
        return false;
    ask(t->desk, &t->world, &t->question, &t->base);
    return !refused(&t->base);
}

static void restore_catalogue(struct trial *t)
{
    if (t->renamed)
        desk_put_catalogue(t->desk, &t->world);
    t->renamed = false;
}

void trial_ask(struct trial *t, const struct question *q, struct reply *out)
{
    restore_catalogue(t);
    if (t->moved)
        desk_put_profile(t->desk, &t->world);
    t->moved = false;
    ask(t->desk, &t->world, q, out);
    command_text(q, &t->world, t->also, sizeof t->also);
}

void trial_ask_of(struct trial *t, const struct world *w, const struct question *q,
                  struct reply *out)
{
    restore_catalogue(t);
    t->moved = true;
    if (desk_put_profile(t->desk, w) != 0) {
        *out = (struct reply){.exit = 3};
        return;
    }
    ask(t->desk, w, q != NULL ? q : &t->question, out);
}

enum outcome trial_broken(struct trial *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(t->why, sizeof t->why, format, args);
    va_end(args);
    return BROKEN;
}

const char *verdict_word(enum verdict v)
{
    static const char *const words[] = {"meets", "fails", "undecided", "unknown", "not asked"};
    return words[v];
}

const char *status_name(enum status s)
{
    static const char *const words[] = {"recommended", "infeasible", "undecided", "overview"};
    return words[s];
}

static const char *said_differs(const struct said *a, const struct said *b)
{
    static char text[200];
    for (int k = 0; k < BUDGET_KEYS; k++) {
        if (a->budget[k].verdict == b->budget[k].verdict)
            continue;
        snprintf(text, sizeof text, "entry %d, %s: %s, then %s", a->item, key_name((enum key)k),
                 verdict_word(a->budget[k].verdict), verdict_word(b->budget[k].verdict));
        return text;
    }
    if (a->verdict == b->verdict)
        return NULL;
    snprintf(text, sizeof text, "entry %d in all: %s, then %s", a->item, verdict_word(a->verdict),
             verdict_word(b->verdict));
    return text;
}

/* Exact equals go by their order, which may be what was changed. */
static bool equals(const struct said *a, const struct said *b)
{
    const bool same_time = fabs(a->latency.value - b->latency.value) <= 1e-9 * a->latency.value;
    const bool same_top1 = fabs(a->top1.value - b->top1.value) <= 1e-9 * a->top1.value;
    const bool same_energy = a->energy.origin != UNKNOWN && b->energy.origin != UNKNOWN &&
                             fabs(a->energy.value - b->energy.value) <= 1e-9 * a->energy.value;
    return same_time || same_energy || (same_time && same_top1);
}

const char *reply_differs(const struct trial *t, const struct reply *a, const struct reply *b,
                          const int *map)
{
    static char text[200];
    int other = -1;
    (void)t;
    if (a->exit != b->exit) {
        snprintf(text, sizeof text, "exit status %d, then %d %.120s", a->exit, b->exit,
                 refused(b) ? b->text : "");
        return text;
    }
    for (size_t i = 0; i < a->n; i++) {
        const struct said *mine = &a->said[i], *its;
        const int item = map != NULL ? map[mine->item] : mine->item;
        if ((its = said_of(b, item)) == NULL)
            return "a candidate is gone";
        const char *how = said_differs(mine, its);
        if (how != NULL)
            return how;
        if ((int)i == a->pick)
            other = item;
    }
    if (a->pick < 0 || b->pick < 0)
        return a->pick < 0 && b->pick < 0 ? NULL : "a pick, and none";
    if (b->said[b->pick].item == other || equals(&a->said[a->pick], &b->said[b->pick]))
        return NULL;
    snprintf(text, sizeof text, "the pick was entry %d, and is entry %d then",
             a->said[a->pick].item, b->said[b->pick].item);
    return text;
}
