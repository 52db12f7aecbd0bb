/* SPDX-License-Identifier: MIT
 * The pick against a brute-force oracle, written from the sentence in the documentation and from
 * nothing else: keep the candidates that meet all budgets; drop each that another of them equals or
 * beats in accuracy and in time, strictly in one; of the rest take the slowest. */
#include "advise/answer.h"
#include "base/err.h"
#include "record/profile.h"
#include "stats/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close.h"

#define MOST   12
#define ROUNDS 2000

/* ---- random catalogues ---- */

static uint64_t state;

static uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % below;
}

static bool chance(uint32_t percent)
{
    return draw(100) < percent;
}

/* Few distinct values, so that ties and exact bounds are common; reciprocals of 1000 are exact. */
static const double times[] = {8, 16, 40, 64, 125, 200, 250};
static const double rates[] = {125, 62.5, 25, 15.625, 8, 5, 4};
static const double accuracies[] = {56.5, 61, 69.76, 70, 70, 73.25, 76.5, 77.75};
static const double watts[] = {2, 4.5, 9, 10, 11.5};

#define ANY(list) ((list)[draw((uint32_t)(sizeof(list) / sizeof *(list)))])

struct world {
    size_t n;
    struct pm_profile profile;
    struct pm_entry entry[MOST];
    char id[MOST][24];
    bool stand_in[MOST];
    struct pm_settings settings;
};

static struct pm_quantity maybe(double value, uint32_t missing, uint32_t interval)
{
    if (chance(missing))
        return (struct pm_quantity){0};
    if (!chance(interval))
        return pm_quantity_of(value, PM_PUBLISHED);
    return pm_quantity_between(value, value * 0.75, value * 1.25, PM_MEASURED);
}

static void make_entry(struct world *w, size_t i, uint32_t missing)
{
    struct pm_entry e = pm_entry_empty();
    snprintf(w->id[i], sizeof w->id[i], "net%zu", i);
    e.config.network = w->id[i];
    e.config.engine = "table";
    e.top1_pct = maybe(ANY(accuracies), missing, 10);
    e.latency_ms = maybe(ANY(times), missing, 40);
    e.p90_ms = e.latency_ms; /* as steady as that */
    e.power_w = maybe(ANY(watts), 30, 20);
    e.power_basis = chance(25) ? "above_idle" : "total";
    e.idle_w = maybe(1.5, 50, 0);
    e.energy_j = maybe(ANY(watts) / 4, 50, 20);
    e.memory_mib = maybe(ANY(times) * 2, 20, 0);
    e.params_m = maybe(ANY(watts), 20, 0);
    w->stand_in[i] = chance(12);
    if (i > 0 && chance(15)) { /* a duplicate in all but name */
        e = w->entry[draw((uint32_t)i)];
        e.config.network = w->id[i];
    }
    w->entry[i] = e;
}

static void bound(struct world *w, enum pm_metric m, double value)
{
    w->settings.budget[m] = (struct pm_budget){.set = true, .bound = value, .quantile = 0.9};
}

static void make_world(struct world *w)
{
    memset(w, 0, sizeof *w);
    w->n = draw(MOST + 1);
    w->settings = pm_settings_default();
    w->settings.include_stand_ins = chance(30);
    const uint32_t missing = chance(50) ? 0 : 20;
    for (size_t i = 0; i < w->n; i++)
        make_entry(w, i, missing);
    w->profile = (struct pm_profile){.origin = "imported", .n = w->n, .entry = w->entry};
    w->profile.device.name = "board";
    if (chance(60))
        bound(w, PM_TOP1, ANY(accuracies));
    if (chance(60))
        bound(w, PM_LATENCY, ANY(times));
    if (chance(20))
        bound(w, PM_FPS, ANY(rates));
    if (chance(30))
        bound(w, PM_POWER, ANY(watts));
    if (chance(20))
        bound(w, PM_ENERGY, ANY(watts) / 4);
    if (chance(20))
        bound(w, PM_MEMORY, ANY(times) * 2);
    if (chance(20))
        bound(w, PM_PARAMS, ANY(watts));
    if (chance(10)) /* nothing can be that fast */
        bound(w, PM_LATENCY, 1);
}

/* ---- the oracle ---- */

enum truth { MEETS, FAILS, OPEN };

static enum truth at_most(struct pm_quantity q, double most)
{
    if (q.origin == PM_UNKNOWN)
        return OPEN;
    return q.hi <= most ? MEETS : q.lo > most ? FAILS : OPEN;
}

static enum truth at_least(struct pm_quantity q, double least)
{
    if (q.origin == PM_UNKNOWN)
        return OPEN;
    return q.lo >= least ? MEETS : q.hi < least ? FAILS : OPEN;
}

/* Total watts: [lo, hi], hi without end when only the part above idle is known. */
static struct pm_quantity total_power(const struct pm_entry *e)
{
    struct pm_quantity p = e->power_w;
    if (p.origin == PM_UNKNOWN || strcmp(e->power_basis, "total") == 0)
        return p;
    if (e->idle_w.origin == PM_UNKNOWN)
        return (struct pm_quantity){p.origin, true, p.value, p.lo, (double)INFINITY};
    p.lo += e->idle_w.value;
    p.hi += e->idle_w.value;
    p.value += e->idle_w.value;
    return p;
}

static struct pm_quantity energy_of(const struct pm_entry *e)
{
    const struct pm_quantity p = total_power(e), t = e->latency_ms;
    const struct pm_quantity j = e->energy_j;
    if (j.origin != PM_UNKNOWN && strcmp(e->power_basis, "above_idle") == 0) {
        if (e->idle_w.origin == PM_UNKNOWN || t.origin == PM_UNKNOWN)
            return (struct pm_quantity){PM_MEASURED, true, j.value, j.lo, (double)INFINITY};
        const double w = e->idle_w.value / 1e3;
        return (struct pm_quantity){PM_MEASURED, true, j.value + w * t.value, j.lo + w * t.lo,
                                    j.hi + w * t.hi};
    }
    if (e->energy_j.origin != PM_UNKNOWN || p.origin == PM_UNKNOWN || t.origin == PM_UNKNOWN)
        return e->energy_j;
    return (struct pm_quantity){PM_MEASURED, true, p.value * (t.value / 1e3), p.lo * t.lo / 1e3,
                                p.hi * t.hi / 1e3};
}

static enum truth judge(const struct world *w, size_t i, enum pm_metric m)
{
    const struct pm_entry *e = &w->entry[i];
    const double b = w->settings.budget[m].bound;
    switch (m) {
    case PM_TOP1:
        return at_least(e->top1_pct, b);
    case PM_LATENCY:
        return at_most(e->latency_ms, b);
    case PM_FPS:
        return at_most(e->latency_ms, 1000 / b);
    case PM_POWER:
        return at_most(total_power(e), b);
    case PM_ENERGY:
        return at_most(energy_of(e), b);
    case PM_MEMORY:
        return at_most(e->memory_mib, b);
    case PM_PARAMS:
        return at_most(e->params_m, b);
    default: /* not drawn */
        return OPEN;
    }
}

static enum truth judge_all(const struct world *w, size_t i)
{
    enum truth all = MEETS;
    for (int m = 0; m < PM_METRICS; m++) {
        if (!w->settings.budget[m].set)
            continue;
        const enum truth one = judge(w, i, (enum pm_metric)m);
        if (one == FAILS)
            return FAILS;
        if (one == OPEN)
            all = OPEN;
    }
    return all;
}

static bool is_ranked(const struct world *w, size_t i)
{
    const struct pm_entry *e = &w->entry[i]; /* the paper's rule alone goes by accuracy */
    return e->latency_ms.origin != PM_UNKNOWN &&
           (e->top1_pct.origin != PM_UNKNOWN || w->settings.rule != PM_POLICY_PARETO);
}

static bool allowed(const struct world *w, size_t i)
{
    return is_ranked(w, i) && (!w->stand_in[i] || w->settings.include_stand_ins);
}

#define known_acc(q) ((q).origin != PM_UNKNOWN ? (q).value : -1) /* least of equals */
#define acc(w, i)    known_acc((w)->entry[i].top1_pct)
#define ms(w, i)     ((w)->entry[i].latency_ms.value)

/* Of the kept: drop the dominated, then the slowest; of equals the earliest. */
static int oracle_pareto(const struct world *w, const bool *kept)
{
    int best = -1;
    for (size_t i = 0; i < w->n; i++) {
        bool dropped = !kept[i];
        for (size_t j = 0; j < w->n && !dropped; j++) {
            if (!kept[j] || j == i)
                continue;
            const bool no_worse = acc(w, j) >= acc(w, i) && ms(w, j) <= ms(w, i);
            const bool better = acc(w, j) > acc(w, i) || ms(w, j) < ms(w, i);
            dropped = no_worse && better;
        }
        if (!dropped && (best < 0 || ms(w, i) > ms(w, (size_t)best)))
            best = (int)i;
    }
    return best;
}

/* The least (sign 1) or greatest (sign -1) of a figure; of equals the most accurate. */
static int oracle_extreme(const struct world *w, const bool *kept, int sign, bool energy)
{
    int best = -1;
    for (size_t i = 0; i < w->n; i++) {
        const struct pm_quantity q = energy ? energy_of(&w->entry[i]) : w->entry[i].latency_ms;
        if (!kept[i] || q.origin == PM_UNKNOWN || isinf(q.hi)) /* a bound is no figure */
            continue;
        const struct pm_quantity b = best < 0 ? q
                                     : energy ? energy_of(&w->entry[best])
                                              : w->entry[best].latency_ms;
        const double gain = sign * (b.value - q.value);
        if (best < 0 || gain > 0 || (!(gain < 0) && acc(w, i) > acc(w, (size_t)best)))
            best = (int)i;
    }
    return best;
}

static int oracle(const struct world *w, const bool *kept)
{
    const enum pm_policy rule = w->settings.rule;
    return rule == PM_POLICY_PARETO ? oracle_pareto(w, kept)
                                    : oracle_extreme(w, kept, rule == PM_POLICY_LITERAL ? -1 : 1,
                                                     rule == PM_POLICY_LEAST_ENERGY);
}

struct expected {
    enum pm_answer_status status;
    int pick;
    bool certain[MOST], possible[MOST];
};

static struct expected expect(const struct world *w)
{
    struct expected x = {.status = PM_INFEASIBLE, .pick = -1};
    bool any_left = w->n == 0; /* of nothing, nothing is known */
    for (size_t i = 0; i < w->n; i++) {
        const enum truth t = judge_all(w, i);
        x.certain[i] = allowed(w, i) && t == MEETS;
        x.possible[i] = allowed(w, i) && t != FAILS;
        any_left = any_left || (t != FAILS && (!w->stand_in[i] || w->settings.include_stand_ins));
    }
    if (!pm_settings_any_budget(&w->settings)) {
        x.status = PM_OVERVIEW;
        return x;
    }
    x.pick = oracle(w, x.certain);
    x.status = x.pick >= 0 ? PM_RECOMMENDED : any_left ? PM_NOT_DECIDED : PM_INFEASIBLE;
    if (x.pick < 0)
        x.pick = oracle(w, x.possible);
    return x;
}

static void describe(const struct world *w, const struct expected *x, int pick, int status)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct pm_entry *e = &w->entry[i];
        print_message("%2zu top1 %g ms %g [%g %g] energy %g verdict %d%s%s%s\n", i,
                      e->top1_pct.value, e->latency_ms.value, e->latency_ms.lo, e->latency_ms.hi,
                      energy_of(e).value, judge_all(w, i), w->stand_in[i] ? " stand-in" : "",
                      (int)i == x->pick ? " <- oracle" : "", (int)i == pick ? " <- program" : "");
    }
    for (int m = 0; m < PM_METRICS; m++) {
        if (w->settings.budget[m].set)
            print_message("%s %g\n", pm_metric_info((enum pm_metric)m)->key,
                          w->settings.budget[m].bound);
    }
    print_message("rule %s, status %d (oracle) %d (program)\n", pm_policy_name(w->settings.rule),
                  x->status, status);
}

/* The answer to a world; release both. */
static void ask(struct world *w, bool quick, struct pm_arena *arena, struct pm_answer *out)
{
    struct pm_candidate *c = NULL;
    size_t n = 0;
    struct pm_err err = {0};
    if (pm_candidates_of_profile(&w->profile, NULL, &w->settings, arena, &c, &n, &err) != 0)
        fail_msg("%s: %s", err.where, err.msg);
    for (size_t i = 0; i < n; i++)
        c[i].stand_in = w->stand_in[i];
    if (pm_answer_find(c, n, &w->settings, &w->profile, quick, out, &err) != 0)
        fail_msg("%s: %s", err.where, err.msg);
}

static void compare_rounds(enum pm_policy rule, uint64_t seed)
{
    size_t seen[4] = {0};
    state = seed;
    for (int round = 0; round < ROUNDS; round++) {
        struct world w;
        struct pm_answer a;
        struct pm_arena arena = {0};
        make_world(&w);
        w.settings.rule = rule;
        const struct expected x = expect(&w);
        ask(&w, chance(20), &arena, &a);
        if (a.pick != x.pick || a.status != x.status) {
            describe(&w, &x, a.pick, (int)a.status);
            fail_msg("round %d: picked %d, not %d (or another status)", round, a.pick, x.pick);
        }
        seen[a.status]++;
        pm_answer_done(&a);
        pm_arena_done(&arena);
    }
    for (size_t s = 0; s < 4; s++) /* the worlds reach every kind of answer, and often */
        assert_true(seen[s] > ROUNDS / 100);
}

static void equals_oracle(void **rule)
{
    const enum pm_policy *policy = *rule;
    compare_rounds(*policy, 20160524 + (uint64_t)*policy);
}

/* The alternatives every answer names are what their rules would have picked. */
static void alternatives_equal_oracle(void **unused)
{
    size_t certain = 0;
    (void)unused;
    state = 42;
    for (int round = 0; round < ROUNDS; round++) {
        struct world w;
        struct pm_answer a;
        struct pm_arena arena = {0};
        make_world(&w);
        const struct expected x = expect(&w);
        ask(&w, false, &arena, &a);
        if (a.status == PM_RECOMMENDED) {
            certain++;
            assert_int_equal(a.literal, oracle_extreme(&w, x.certain, -1, false));
            assert_int_equal(a.least_energy, oracle_extreme(&w, x.certain, 1, true));
            assert_true(a.fastest_equal < 0 || x.certain[a.fastest_equal]);
            assert_true(a.fastest_equal < 0 ||
                        ms(&w, (size_t)a.fastest_equal) <= ms(&w, (size_t)a.pick));
        }
        pm_answer_done(&a);
        pm_arena_done(&arena);
    }
    assert_true(certain > ROUNDS / 10);
}

static bool is_contender(const struct pm_answer *a, size_t i)
{
    for (size_t k = 0; k < a->contenders; k++) {
        if (a->contender[k].index == (int)i)
            return true;
    }
    return false;
}

/* Made to meet, would it take the pick? */
static bool would_win(const struct world *w, const struct expected *x, size_t i)
{
    bool kept[MOST];
    memcpy(kept, x->certain, sizeof kept);
    kept[i] = true;
    return oracle_pareto(w, kept) == (int)i;
}

/* A certain pick names every open candidate that would take its place, and no other. */
static void contenders_equal_oracle(void **unused)
{
    size_t named = 0;
    (void)unused;
    state = 97;
    for (int round = 0; round < ROUNDS; round++) {
        struct world w;
        struct pm_answer a;
        struct pm_arena arena = {0};
        make_world(&w);
        const struct expected x = expect(&w);
        ask(&w, false, &arena, &a);
        for (size_t i = 0; a.status == PM_RECOMMENDED && i < w.n; i++) {
            if (!is_ranked(&w, i))
                continue;
            const bool open = x.possible[i] && !x.certain[i];
            const bool should = open && would_win(&w, &x, i);
            if (should != is_contender(&a, i)) {
                describe(&w, &x, a.pick, (int)a.status);
                fail_msg("round %d: %zu %s a contender", round, i, should ? "is" : "is not");
            }
            named += should;
        }
        for (size_t k = 0; k < a.contenders; k++)
            assert_true(a.contender[k].index != a.pick && a.contender[k].settles);
        pm_answer_done(&a);
        pm_arena_done(&arena);
    }
    assert_true(named > ROUNDS / 50);
}

static void type(struct world *w, enum pm_metric m, const char *value)
{
    struct pm_err err = {0};
    if (pm_settings_set(&w->settings, pm_metric_info(m)->key, value, "typed", &err) != 0)
        fail_msg("%s: %s", value, err.msg);
}

/* What is said to do, as it is typed, gives a pick; one unit of its last digit less does not. */
static void relaxation_is_the_smallest(void **unused)
{
    size_t checked = 0;
    (void)unused;
    state = 1203;
    for (int round = 0; round < ROUNDS; round++) {
        struct world w;
        struct pm_answer a, b;
        struct pm_arena arena = {0};
        make_world(&w);
        ask(&w, false, &arena, &a);
        for (size_t k = 0; a.status == PM_INFEASIBLE && k < a.relaxations; k++) {
            const struct pm_relaxation *r = &a.relaxation[k];
            if (!r->possible)
                continue;
            struct world loose = w;
            loose.profile.entry = loose.entry;
            type(&loose, r->metric, r->typed);
            ask(&loose, true, &arena, &b);
            if (b.status != PM_RECOMMENDED)
                fail_msg("round %d: %s %s is not enough for %d", round,
                         pm_metric_info(r->metric)->key, r->typed, r->index);
            char stricter[40];
            pm_answer_done(&b);
            pm_metric_typed(r->metric, r->to, -1, stricter, sizeof stricter);
            type(&loose, r->metric, stricter);
            ask(&loose, true, &arena, &b);
            assert_int_not_equal(b.status, PM_RECOMMENDED);
            pm_answer_done(&b);
            checked++;
        }
        pm_answer_done(&a);
        pm_arena_done(&arena);
    }
    assert_true(checked > ROUNDS / 50);
}

int main(void)
{
    static enum pm_policy rule[] = {PM_POLICY_PARETO, PM_POLICY_LITERAL, PM_POLICY_FASTEST,
                                    PM_POLICY_LEAST_ENERGY};
    const struct CMUnitTest tests[] = {
        {"pareto", equals_oracle, NULL, NULL, &rule[0]},
        {"literal", equals_oracle, NULL, NULL, &rule[1]},
        {"fastest", equals_oracle, NULL, NULL, &rule[2]},
        {"least energy", equals_oracle, NULL, NULL, &rule[3]},
        cmocka_unit_test(alternatives_equal_oracle),
        cmocka_unit_test(contenders_equal_oracle),
        cmocka_unit_test(relaxation_is_the_smallest),
    };
    pm_stats_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
