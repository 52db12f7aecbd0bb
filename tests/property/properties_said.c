/* SPDX-License-Identifier: MIT
 * What can be said of one answer alone: it is held against the oracle, and against itself. */
#include "properties.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void list(verdicts v, char *out, size_t size)
{
    out[0] = '\0';
    for (int k = MEETS; k <= NO_FIGURE; k++) {
        const size_t len = strlen(out);
        if ((v & ONLY(k)) != 0)
            snprintf(out + len, size - len, "%s%s", len > 0 ? " or " : "",
                     verdict_word((enum verdict)k));
    }
}

/* Against these budgets; failed: of the entries without figures alone, or of the others. */
static enum outcome judge(struct trial *t, unsigned keys, bool failed)
{
    const struct wish wish = question_wish(&t->question);
    enum outcome result = NOT_APPLICABLE;
    for (size_t i = 0; i < t->base.n; i++) {
        const struct said *s = &t->base.said[i];
        if (s->item < 0 || oracle_no_figure(&t->world, &t->world.item[s->item]) != failed)
            continue;
        for (int k = 0; k < BUDGET_KEYS; k++) {
            const struct said_budget *b = &s->budget[k];
            char right[64];
            if ((keys & 1u << k) == 0 || (!wish.limit[k].set && !(k == MIN_FPS && wish.pace.set)))
                continue;
            const verdicts may = oracle_budget(&t->world, &wish, (size_t)s->item, (enum key)k);
            list(may, right, sizeof right);
            if (b->verdict == NOT_ASKED || (may & ONLY(b->verdict)) == 0)
                return trial_broken(t, "entry %d, %s: \"%s\" (%.6g) said, right is \"%s\"", s->item,
                                    key_name((enum key)k), verdict_word(b->verdict),
                                    b->shown ? b->value : (double)NAN, right);
            result = HOLDS;
        }
    }
    return result;
}

enum outcome accuracy_is_judged(struct trial *t)
{
    return judge(t, 1u << MIN_TOP1 | 1u << MIN_TOP5, false);
}

enum outcome time_is_judged(struct trial *t)
{
    return judge(t, 1u << MAX_LATENCY | 1u << MIN_FPS, false);
}

enum outcome power_is_judged(struct trial *t)
{
    return judge(t, 1u << MAX_WATTS, false);
}

enum outcome energy_is_judged(struct trial *t)
{
    return judge(t, 1u << MAX_ENERGY, false);
}

enum outcome size_is_judged(struct trial *t)
{
    return judge(t, 1u << MAX_MEMORY | 1u << MAX_PARAMS | 1u << MAX_SIZE, false);
}

enum outcome failed_is_failed(struct trial *t)
{
    for (size_t i = 0; i < t->base.n; i++) {
        const struct said *s = &t->base.said[i];
        if (s->item >= 0 && oracle_no_figure(&t->world, &t->world.item[s->item]) &&
            s->latency.origin != UNKNOWN)
            return trial_broken(t,
                                "entry %d failed, or its runs are lost, and has a latency of "
                                "%.6g ms",
                                s->item, s->latency.value);
    }
    return judge(t, (1u << BUDGET_KEYS) - 1, true);
}

/* ---- against itself ---- */

static enum outcome beside(struct trial *t, const struct said *s, enum key key)
{
    const struct said_budget *b = &s->budget[key];
    const double bound = t->base.bound[key], slack = 1e-9 * fabs(bound);
    const bool is_min = key == MIN_TOP1 || key == MIN_TOP5 || key == MIN_FPS;
    const bool breaks = is_min ? b->value < bound - slack : b->value > bound + slack;
    const bool keeps = is_min ? b->value >= bound + slack : b->value <= bound - slack;
    if (!b->shown || !isfinite(bound))
        return HOLDS;
    if ((b->verdict == MEETS && breaks) || (b->verdict == FAILS && keeps))
        return trial_broken(t, "entry %d, %s: \"%s\" stands beside %.8g, the limit being %.8g",
                            s->item, key_name(key), verdict_word(b->verdict), b->value, bound);
    return HOLDS;
}

enum outcome verdicts_agree_with_what_is_shown(struct trial *t)
{
    for (size_t i = 0; i < t->base.n; i++) {
        const struct said *s = &t->base.said[i];
        bool any_fails = false, all_meet = true;
        for (int k = 0; k < BUDGET_KEYS; k++) {
            if (s->budget[k].verdict == NOT_ASKED)
                continue;
            if (beside(t, s, (enum key)k) == BROKEN)
                return BROKEN;
            any_fails = any_fails || s->budget[k].verdict == FAILS;
            all_meet = all_meet && s->budget[k].verdict == MEETS;
        }
        /* what was measured beside other work is open, whatever the budgets */
        const struct item *e = s->item >= 0 ? &t->world.item[s->item] : NULL;
        if (e != NULL && e->others_pct > 5 && !(e->fps > 0))
            all_meet = false;
        if ((s->verdict == FAILS) != any_fails ||
            ((s->verdict == MEETS) != all_meet && !(e != NULL && e->others_pct > 5 && e->fps > 0)))
            return trial_broken(t, "entry %d: \"%s\" in all is not what its budgets say", s->item,
                                verdict_word(s->verdict));
    }
    return HOLDS;
}

static enum outcome of_oracle(struct trial *t, const char *fault)
{
    return fault == NULL ? HOLDS : trial_broken(t, "%s (%s)", fault, status_name(t->base.status));
}

enum outcome status_follows(struct trial *t)
{
    const struct wish wish = question_wish(&t->question);
    return of_oracle(t, oracle_status(&t->world, &wish, &t->base));
}

enum outcome pick_follows_the_rule(struct trial *t)
{
    const struct wish wish = question_wish(&t->question);
    if (t->base.status != RECOMMENDED)
        return NOT_APPLICABLE;
    return of_oracle(t, oracle_pick(&t->world, &wish, &t->base));
}

/* A wrong pick is another property's. */
enum outcome unknown_is_a_contender(struct trial *t)
{
    const struct wish wish = question_wish(&t->question);
    if (t->base.status != RECOMMENDED || oracle_pick(&t->world, &wish, &t->base) != NULL)
        return NOT_APPLICABLE;
    return of_oracle(t, oracle_contenders(&t->world, &wish, &t->base));
}

enum outcome headline_names_the_origin(struct trial *t)
{
    const struct wish wish = question_wish(&t->question);
    const struct limit *l = wish.limit;
    const bool times = l[MAX_LATENCY].set || l[MIN_FPS].set || wish.pace.set;
    const bool powers = l[MAX_WATTS].set || l[MAX_ENERGY].set;
    const char *head = t->base.headline;
    if (t->base.status != RECOMMENDED)
        return NOT_APPLICABLE;
    if (wish.assumed_w > 0 && powers && strstr(head, "assum") == NULL)
        return trial_broken(t, "power is assumed, and the headline does not say so: %s", head);
    if (t->world.origin == PUBLISHED && times && strstr(head, "published") == NULL)
        return trial_broken(t, "latency is published, and the headline does not say so: %s", head);
    return HOLDS;
}

/* A table that was imported is declared, a profile is what it says it is; no figure is given a
 * better origin on its way. */
enum outcome figures_keep_their_origin(struct trial *t)
{
    const struct world *w = &t->world;
    for (size_t i = 0; i < t->base.n; i++) {
        const struct said *s = &t->base.said[i];
        if (s->item < 0)
            continue;
        const struct figure stated = w->item[s->item].top1;
        const bool evaluated = w->net[w->item[s->item].net].images > 0;
        const enum origin top1 = stated.origin != UNKNOWN ? stated.origin
                                 : evaluated              ? MEASURED
                                                          : PUBLISHED;
        if (s->latency.origin != UNKNOWN && s->latency.origin != w->origin)
            return trial_broken(t, "entry %d: its latency is called %s, it is %s", s->item,
                                origin_word(s->latency.origin), origin_word(w->origin));
        if (s->top1.origin != UNKNOWN && s->top1.origin != top1)
            return trial_broken(t, "entry %d: its top-1 is called %s, it is %s", s->item,
                                origin_word(s->top1.origin), origin_word(top1));
    }
    return t->base.n > 0 ? HOLDS : NOT_APPLICABLE;
}

/* The question was answered, or refused as a question, and of the candidates asked for. */
enum outcome files_are_read(struct trial *t)
{
    size_t wanted = 0;
    if (refused(&t->base))
        return t->base.exit == 2
                   ? NOT_APPLICABLE
                   : trial_broken(t, "refused with status %d: %s", t->base.exit, t->base.text);
    if (t->base.oddity)
        return trial_broken(t, "a candidate that is none of the entries");
    for (size_t i = 0; i < t->world.items; i++) {
        const struct item *e = &t->world.item[i];
        const bool is = e->fps <= 0 && question_wants(&t->question, e);
        wanted += is;
        if (is && said_of(&t->base, (int)i) == NULL)
            return trial_broken(t, "entry %zu is no candidate", i);
    }
    if (wanted != t->base.n)
        return trial_broken(t, "%zu candidates of %zu entries", t->base.n, wanted);
    return HOLDS;
}
