/* SPDX-License-Identifier: MIT
 * A stricter question never gets a laxer answer, a laxer one never loses what was met. */
#include "properties.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* b is the answer to the stricter question. */
static enum outcome in_order(struct trial *t, const struct reply *a, const struct reply *b)
{
    if (refused(a) || refused(b))
        return NOT_APPLICABLE;
    for (size_t i = 0; i < a->n; i++) {
        const struct said *lax = &a->said[i], *strict = said_of(b, lax->item);
        if (strict == NULL)
            return trial_broken(t, "entry %d is gone", lax->item);
        if ((lax->verdict == FAILS && strict->verdict != FAILS) ||
            (lax->verdict != MEETS && strict->verdict == MEETS))
            return trial_broken(t,
                                "entry %d: \"%s\" to the laxer question, \"%s\" to the "
                                "stricter one",
                                lax->item, verdict_word(lax->verdict),
                                verdict_word(strict->verdict));
    }
    if (a->status == OVERVIEW || b->status == OVERVIEW)
        return HOLDS;
    if ((a->status == INFEASIBLE && b->status != INFEASIBLE) ||
        (a->status == OPEN && b->status == RECOMMENDED))
        return trial_broken(t, "%s to the laxer question, %s to the stricter one",
                            status_name(a->status), status_name(b->status));
    return HOLDS;
}

static enum outcome against(struct trial *t, const struct question *q, bool stricter)
{
    static struct reply other;
    trial_ask(t, q, &other);
    return stricter ? in_order(t, &t->base, &other) : in_order(t, &other, &t->base);
}

enum outcome another_budget_is_stricter(struct trial *t)
{
    struct dice d = dice_of(t->seed);
    static struct question more, q;
    question_make(&more, &t->world, false, &d);
    q = t->question;
    for (size_t i = 0; i < more.n && q.n < OPTIONS_MAX; i++) {
        if (more.option[i].key < BUDGET_KEYS && question_find(&q, more.option[i].key) < 0) {
            q.option[q.n++] = more.option[i];
            return against(t, &q, true);
        }
    }
    return NOT_APPLICABLE;
}

/* One of its bounds by so much; false: it has none. */
static bool scale_one(struct trial *t, bool stricter, struct question *q)
{
    static const double steps[] = {1e-3, 0.004, 0.01, 0.05, 0.25};
    struct dice d = dice_of(t->seed);
    size_t budgets[OPTIONS_MAX], n = 0;
    *q = t->question;
    for (size_t i = 0; i < q->n; i++) {
        if (q->option[i].key < BUDGET_KEYS)
            budgets[n++] = i;
    }
    if (n == 0)
        return false;
    struct option *o = &q->option[budgets[dice_below(&d, (uint32_t)n)]];
    const bool is_min = o->key == MIN_TOP1 || o->key == MIN_TOP5 || o->key == MIN_FPS;
    const double step = DICE_ANY(&d, steps), value = strtod(o->value, NULL);
    const double scaled = value * (is_min == stricter ? 1 + step : 1 / (1 + step));
    if (o->key <= MIN_TOP5 && scaled > 100)
        return false;
    question_set(q, o->key, scaled);
    return true;
}

enum outcome tighter_is_stricter(struct trial *t)
{
    static struct question q;
    return scale_one(t, true, &q) ? against(t, &q, true) : NOT_APPLICABLE;
}

enum outcome looser_is_laxer(struct trial *t)
{
    static struct question q;
    return scale_one(t, false, &q) ? against(t, &q, false) : NOT_APPLICABLE;
}

enum outcome percentile_is_stricter(struct trial *t)
{
    static const char *const higher[] = {"p92", "p95", "p99", "p99.9"};
    struct dice d = dice_of(t->seed);
    static struct question q;
    q = t->question;
    int at = question_find(&q, MAX_LATENCY);
    if (at < 0 || dice_chance(&d, 50))
        at = question_find(&q, MIN_FPS) >= 0 ? question_find(&q, MIN_FPS) : at;
    if (at < 0)
        return NOT_APPLICABLE;
    const char *old = q.option[at].quantile, *new = DICE_ANY(&d, higher);
    if (strtod(old[0] != '\0' ? old + 1 : "90", NULL) >= strtod(new + 1, NULL))
        return NOT_APPLICABLE;
    snprintf(q.option[at].quantile, sizeof q.option[at].quantile, "%s", new);
    return against(t, &q, true);
}

/* Not where power is judged, which a rate lowers, nor where runs at that rate take the place of
 * those without rest. */
enum outcome rate_is_stricter(struct trial *t)
{
    static const double rates[] = {1, 3, 10, 20, 50};
    struct dice d = dice_of(t->seed);
    const struct wish wish = question_wish(&t->question);
    static struct question q;
    double rate = DICE_ANY(&d, rates);
    if (wish.limit[MAX_WATTS].set)
        return NOT_APPLICABLE;
    if (wish.fps > 0)
        rate += wish.fps;
    for (size_t i = 0; i < t->world.items; i++) {
        const double at = t->world.item[i].fps;
        if (at > 0 && (fabs(at - rate) < 1e-9 || fabs(at - wish.fps) < 1e-9))
            return NOT_APPLICABLE;
    }
    q = t->question;
    question_set(&q, RATE, rate);
    return against(t, &q, true);
}

enum outcome overhead_is_stricter(struct trial *t)
{
    static const double more[] = {0.25, 1, 7.5, 40};
    struct dice d = dice_of(t->seed);
    static struct question q;
    q = t->question;
    question_set(&q, OVERHEAD, question_wish(&q).overhead_ms + DICE_ANY(&d, more));
    return against(t, &q, true);
}

/* What is settled at the higher confidence is settled at the lower one, in the same way. */
enum outcome confidence_is_stricter(struct trial *t)
{
    static const double levels[] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.9999};
    struct dice d = dice_of(t->seed);
    static struct question q;
    static struct reply other;
    const double mine = question_wish(&t->question).confidence, its = DICE_ANY(&d, levels);
    if (!wish_any_budget(&(struct wish){.limit = {{0}}}) && fabs(mine - its) < 1e-9)
        return NOT_APPLICABLE;
    q = t->question;
    question_set(&q, CONFIDENCE, its);
    trial_ask(t, &q, &other);
    if (refused(&other))
        return trial_broken(t, "--confidence %g is refused: %.300s", its, other.text);
    const struct reply *high = its > mine ? &other : &t->base,
                       *low = its > mine ? &t->base : &other;
    for (size_t i = 0; i < high->n; i++) {
        const struct said *a = &high->said[i], *b = said_of(low, a->item);
        for (int k = 0; b != NULL && k < BUDGET_KEYS; k++) {
            const enum verdict sure = a->budget[k].verdict, less = b->budget[k].verdict;
            if ((sure == MEETS || sure == FAILS) && less != sure)
                return trial_broken(t,
                                    "entry %d, %s: \"%s\" at the higher confidence, \"%s\" at "
                                    "the lower",
                                    a->item, key_name((enum key)k), verdict_word(sure),
                                    verdict_word(less));
        }
    }
    return HOLDS;
}

static bool fails_beyond_measuring(const struct trial *t, const struct said *s)
{
    const struct wish wish = question_wish(&t->question);
    static const enum key exempt[] = {MIN_TOP1, MIN_TOP5, MAX_PARAMS, MAX_SIZE};
    for (size_t i = 0; i < sizeof exempt / sizeof *exempt; i++) {
        if (wish.limit[exempt[i]].set && s->budget[exempt[i]].verdict == FAILS)
            return true;
    }
    return false;
}

/* Somebody else's figures neither ship a network nor rule one out. */
enum outcome required_measurements_are(struct trial *t)
{
    static struct question q;
    static struct reply other;
    const struct wish wish = question_wish(&t->question);
    const struct limit *l = wish.limit;
    const bool resting = l[MAX_LATENCY].set || l[MIN_FPS].set || wish.pace.set ||
                         l[MAX_WATTS].set || l[MAX_ENERGY].set || l[MAX_MEMORY].set;
    if (!t->desk->can_require || wish.require_measured || !resting || t->world.origin == MEASURED ||
        q.n == OPTIONS_MAX)
        return NOT_APPLICABLE;
    q = t->question;
    q.option[q.n++] = (struct option){.key = REQUIRE_MEASURED};
    trial_ask(t, &q, &other);
    if (other.exit == 0)
        return trial_broken(t, "ships a network by figures that nobody measured here");
    for (size_t i = 0; other.exit == 1 && i < other.n; i++) {
        if (!other.said[i].stand_in && !fails_beyond_measuring(t, &other.said[i]) &&
            wish.overhead_ms <= 0) /* what the user declares rules out too */
            return trial_broken(t, "entry %d is ruled out by figures that nobody measured here",
                                other.said[i].item);
    }
    return HOLDS;
}
