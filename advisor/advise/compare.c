/* SPDX-License-Identifier: MIT
 * Pairs of candidates, what changed between them, and what the answers make of it. */
#include "advise/compare.h"

#include "base/buf.h"
#include "base/err.h"
#include "record/profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TEXTS_MAX 24

static void add_text(const char **list, size_t *n, bool *nomem, const char *text)
{
    if (text == NULL)
        *nomem = true;
    else if (*n < TEXTS_MAX)
        list[(*n)++] = text;
}

/* ---- pairs ---- */

static void count_latency(struct pm_comparison *c, const struct pm_difference *d)
{
    switch (d->shift) {
    case PM_SHIFT_UP:
        c->slower++;
        break;
    case PM_SHIFT_DOWN:
        c->faster++;
        break;
    case PM_SHIFT_LOST:
        c->lost++;
        break;
    case PM_SHIFT_GAINED:
        c->gained++;
        break;
    case PM_SHIFT_OPEN:
        c->open++;
        break;
    case PM_SHIFT_NONE:
        break;
    }
    c->too_few += d->too_few;
    c->disturbed += d->disturbed;
    c->as_they_stand += d->as_it_stands && d->shift != PM_SHIFT_OPEN;
}

static int match(struct pm_comparison *c, struct pm_err *err)
{
    struct pm_candidate_set a, b;
    if (pm_candidate_set_make(c->a->c, c->a->n, PM_MATCHED, &c->arena, &a, err) != 0 ||
        pm_candidate_set_make(c->b->c, c->b->n, PM_MATCHED, &c->arena, &b, err) != 0)
        return -1;
    for (size_t j = 0; j < c->b->n; j++)
        c->a_of_b[j] = pm_candidate_match(&c->b->c[j], &a);
    for (size_t i = 0; i < c->a->n; i++) {
        const int j = pm_candidate_match(&c->a->c[i], &b);
        c->b_of_a[i] = j >= 0 && c->a_of_b[j] == (int)i ? j : -1;
    }
    for (size_t j = 0; j < c->b->n; j++) { /* each takes the other, or neither does */
        const int i = c->a_of_b[j];
        c->a_of_b[j] = i >= 0 && c->b_of_a[i] == (int)j ? i : -1;
    }
    return 0;
}

static void pair_up(struct pm_comparison *c)
{
    const struct pm_answer *a = c->a, *b = c->b;
    for (size_t i = 0; i < a->n; i++) {
        const int j = c->b_of_a[i];
        if (j < 0) {
            c->only_a[c->only_a_n++] = (int)i;
            continue;
        }
        struct pm_pair *p = &c->pair[c->n++];
        *p = (struct pm_pair){.a = (int)i, .b = j};
        for (size_t f = 0; f < PM_COMPARED_FIGURES; f++) {
            const enum pm_metric m = pm_compared_figure[f];
            p->figure[m] = pm_candidate_difference(&a->c[i], &b->c[j], m);
        }
        count_latency(c, &p->figure[PM_LATENCY]);
    }
    for (size_t j = 0; j < b->n; j++) {
        if (c->a_of_b[j] < 0)
            c->only_b[c->only_b_n++] = (int)j;
    }
}

static int allocate(struct pm_comparison *c, struct pm_err *err)
{
    struct pm_arena *arena = &c->arena;
    const size_t n = c->a->n, m = c->b->n;
    c->pair = pm_arena_alloc(arena, n + 1, sizeof *c->pair);
    c->b_of_a = pm_arena_alloc(arena, n + 1, sizeof *c->b_of_a);
    c->a_of_b = pm_arena_alloc(arena, m + 1, sizeof *c->a_of_b);
    c->only_a = pm_arena_alloc(arena, n + 1, sizeof *c->only_a);
    c->only_b = pm_arena_alloc(arena, m + 1, sizeof *c->only_b);
    c->left = pm_arena_alloc(arena, n + 1, sizeof *c->left);
    c->joined = pm_arena_alloc(arena, m + 1, sizeof *c->joined);
    c->why = pm_arena_alloc(arena, TEXTS_MAX, sizeof *c->why);
    c->note = pm_arena_alloc(arena, TEXTS_MAX, sizeof *c->note);
    if (c->pair == NULL || c->b_of_a == NULL || c->a_of_b == NULL || c->only_a == NULL ||
        c->only_b == NULL || c->left == NULL || c->joined == NULL || c->why == NULL ||
        c->note == NULL)
        return pm_fail_nomem(err);
    return 0;
}

/* ---- conditions ---- */

/* A device is described once, when it was last measured; each entry knows its own conditions. */
static void find_conditions(struct pm_comparison *c)
{
    static const char quiet[] = "no other work", unstated[] = "none stated";
    pm_device_differences(&c->a->profile->device, &c->b->profile->device, c->condition,
                          &c->conditions);
    pm_condition_add(c->condition, &c->conditions, "origin of the figures", c->a->profile->origin,
                     c->b->profile->origin);
    for (size_t k = 0; k < c->n; k++) {
        const struct pm_entry *a = c->a->c[c->pair[k].a].entry, *b = c->b->c[c->pair[k].b].entry;
        if (a == NULL || b == NULL)
            continue;
        const struct pm_conditions *x = &a->conditions, *y = &b->conditions;
        pm_condition_add(c->condition, &c->conditions, "kernel", x->kernel, y->kernel);
        pm_condition_add(c->condition, &c->conditions, "governor", x->governor, y->governor);
        pm_condition_add(c->condition, &c->conditions, "power mode",
                         a->config.power_mode != NULL ? a->config.power_mode : unstated,
                         b->config.power_mode != NULL ? b->config.power_mode : unstated);
        pm_condition_add(c->condition, &c->conditions, "engine build", x->engine_build,
                         y->engine_build);
        pm_condition_add(c->condition, &c->conditions, "network's cfg", x->cfg_digest,
                         y->cfg_digest);
        pm_condition_add(c->condition, &c->conditions, "load", x->load != NULL ? x->load : quiet,
                         y->load != NULL ? y->load : quiet);
        if (pm_known(c->a->c[c->pair[k].a].figure[PM_POWER]) &&
            pm_known(c->b->c[c->pair[k].b].figure[PM_POWER]))
            pm_condition_add(c->condition, &c->conditions, "the watts cover",
                             pm_scope_words(c->a->c[c->pair[k].a].power_scope),
                             pm_scope_words(c->b->c[c->pair[k].b].power_scope));
    }
}

/* ---- fronts and picks ---- */

/* Steps of one front whose candidate is on no step of the other. */
static size_t of_one_front(const struct pm_answer *own, const struct pm_answer *other,
                           const int *across, int *out, bool *on_other)
{
    size_t n = 0;
    for (size_t i = 0; i < other->steps; i++)
        on_other[other->step[i]] = true;
    for (size_t i = 0; i < own->steps; i++) {
        const int j = across[own->step[i]];
        if (j < 0 || !on_other[j])
            out[n++] = own->step[i];
    }
    return n;
}

static void compare_fronts(struct pm_comparison *c, bool *nomem)
{
    bool *on_a = pm_arena_alloc(&c->arena, c->a->n + 1, sizeof *on_a);
    bool *on_b = pm_arena_alloc(&c->arena, c->b->n + 1, sizeof *on_b);
    *nomem = *nomem || on_a == NULL || on_b == NULL;
    if (*nomem)
        return;
    c->left_front = of_one_front(c->a, c->b, c->b_of_a, c->left, on_b);
    c->joined_front = of_one_front(c->b, c->a, c->a_of_b, c->joined, on_a);
}

/* Another engine, precision, batch or number of threads makes another candidate. */
static const char *elsewhere(const struct pm_answer *other, const char *id)
{
    for (size_t i = 0; i < other->n; i++) {
        if (strcmp(other->c[i].config.network, id) == 0)
            return " with this engine, precision, batch and threads";
    }
    return "";
}

/* Each budget that judges the candidate another way on B than on A. */
static void tell_budgets(struct pm_comparison *c, int in_a, int in_b, bool *nomem)
{
    const struct pm_candidate *a = &c->a->c[in_a], *b = &c->b->c[in_b];
    for (int m = 0; m < PM_METRICS; m++) {
        if (!c->a->settings->budget[m].set || a->judged[m].verdict == b->judged[m].verdict)
            continue;
        add_text(c->why, &c->whys, nomem,
                 pm_budget_story(c->a, a->name, (enum pm_metric)m, &a->judged[m], &b->judged[m],
                                 "on A", "on B", &c->arena));
    }
}

/* Why a pick of one profile is not the other's. */
static void tell_pick(struct pm_comparison *c, bool of_a, bool *nomem)
{
    const struct pm_answer *own = of_a ? c->a : c->b, *other = of_a ? c->b : c->a;
    const char *there = of_a ? "B" : "A";
    if (own->pick < 0)
        return;
    const struct pm_candidate *pick = &own->c[own->pick];
    const int j = of_a ? c->b_of_a[own->pick] : c->a_of_b[own->pick];
    if (j < 0)
        add_text(c->why, &c->whys, nomem,
                 pm_arena_printf(&c->arena, "%s is not in %s%s.", pick->name, there,
                                 elsewhere(other, pick->config.network)));
    else
        tell_budgets(c, of_a ? own->pick : j, of_a ? j : own->pick, nomem);
    if (j < 0 || c->whys > 0)
        return;
    const struct pm_candidate *loser = &other->c[j]; /* no budget explains it: the order does */
    add_text(c->why, &c->whys, nomem,
             pm_arena_printf(&c->arena,
                             loser->verdict == PM_MEETS
                                 ? "%s meets every budget on %s too, but is passed over: %s."
                                 : "%s on %s: %s.",
                             pick->name, there, loser->reason));
}

static bool same_outcome(const struct pm_comparison *c)
{
    if (c->a->status != c->b->status || (c->a->pick < 0) != (c->b->pick < 0))
        return false;
    return c->a->pick < 0 || c->b_of_a[c->a->pick] == c->b->pick;
}

static void compare_picks(struct pm_comparison *c, bool *nomem)
{
    const bool open = c->a->status == PM_NOT_DECIDED || c->b->status == PM_NOT_DECIDED;
    c->pick_untold = open && c->a->status != c->b->status;
    c->pick_changes = !c->pick_untold && !same_outcome(c);
    if (!c->pick_changes && !c->pick_untold)
        return;
    tell_pick(c, true, nomem);
    if (c->b->pick >= 0 && (c->a->pick < 0 || c->a_of_b[c->b->pick] != c->a->pick))
        tell_pick(c, false, nomem);
}

/* ---- in words ---- */

static const char *outcome(struct pm_comparison *c, const struct pm_answer *a)
{
    if (a->status == PM_INFEASIBLE)
        return "no network fits";
    if (a->pick < 0)
        return "nothing is decided";
    return pm_arena_printf(&c->arena, "%s%s", a->c[a->pick].name,
                           a->status == PM_RECOMMENDED ? "" : " (not decided)");
}

static const char *pick_words(struct pm_comparison *c)
{
    const char *a = outcome(c, c->a), *b = outcome(c, c->b);
    if (!c->with_budgets)
        return "";
    if (a == NULL || b == NULL)
        return NULL;
    if (c->pick_untold)
        return pm_arena_printf(&c->arena,
                               " Whether the pick changes cannot be told: %s on A, %s on B.", a, b);
    if (c->pick_changes)
        return pm_arena_printf(&c->arena, " The pick changes: %s on A, %s on B.", a, b);
    if (c->a->pick < 0)
        return pm_arena_printf(&c->arena, " On both, %s.", a);
    return pm_arena_printf(&c->arena, " The pick stays %s.", a);
}

/* "2 slower, 1 faster" */
static const char *count_words(const struct pm_comparison *c, char *out, size_t size)
{
    const struct {
        size_t n;
        const char *what;
    } part[] = {{c->slower, "slower"},
                {c->faster, "faster"},
                {c->lost, "failed"},
                {c->gained, "no longer failed"}};
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        if (part[i].n > 0)
            len += (size_t)snprintf(out + len, size - len, "%s%zu %s", len > 0 ? ", " : "",
                                    part[i].n, part[i].what);
    }
    return out;
}

static void write_headline(struct pm_comparison *c, bool *nomem)
{
    const size_t changed = c->slower + c->faster + c->lost + c->gained, both = c->n - c->open;
    const char *pick = pick_words(c);
    char words[120];
    if (pick == NULL)
        c->headline = NULL;
    else if (both == 0)
        c->headline = pm_arena_printf(&c->arena, "No latency of A and B can be compared.%s", pick);
    else if (changed == 0)
        c->headline = pm_arena_printf(
            &c->arena, "No latency changed beyond the intervals (%zu compared).%s", both, pick);
    else
        c->headline = pm_arena_printf(&c->arena, "%zu of %zu latencies changed on B: %s.%s",
                                      changed, both, count_words(c, words, sizeof words), pick);
    *nomem = *nomem || c->headline == NULL;
}

/* "Only in A: X, Y." */
static void note_names(struct pm_comparison *c, const char *what, const struct pm_answer *a,
                       const int *index, size_t n, bool why, bool *nomem)
{
    struct pm_buf buf = {0};
    if (n == 0)
        return;
    pm_buf_add(&buf, what);
    for (size_t i = 0; i < n; i++)
        pm_buf_addf(&buf, "%s%s", i > 0 ? ", " : "", a->c[index[i]].name);
    pm_buf_add(&buf, ".");
    const char *text = buf.failed ? NULL : pm_arena_dup(&c->arena, pm_buf_text(&buf));
    pm_buf_done(&buf);
    if (why)
        add_text(c->why, &c->whys, nomem, text);
    else
        add_text(c->note, &c->notes, nomem, text);
}

/* A front is a matter of medians: near neighbours change places without any change that counts. */
static void tell_fronts(struct pm_comparison *c, bool *nomem)
{
    compare_fronts(c, nomem);
    if (c->with_budgets || c->n == 0)
        return;
    if (c->left_front + c->joined_front == 0 && c->a->steps > 0)
        add_text(c->why, &c->whys, nomem, "The Pareto front holds the same networks on both.");
    note_names(c, "On the Pareto front of A alone: ", c->a, c->left, c->left_front, true, nomem);
    note_names(c, "On the Pareto front of B alone: ", c->b, c->joined, c->joined_front, true,
               nomem);
}

static void note_open(struct pm_comparison *c, bool *nomem)
{
    for (size_t k = 0; k < c->n; k++) {
        const struct pm_candidate *a = &c->a->c[c->pair[k].a], *b = &c->b->c[c->pair[k].b];
        const enum pm_shift shift = c->pair[k].figure[PM_LATENCY].shift;
        if (shift != PM_SHIFT_LOST && shift != PM_SHIFT_GAINED)
            continue;
        const struct pm_candidate *failed = shift == PM_SHIFT_LOST ? b : a;
        add_text(c->note, &c->notes, nomem,
                 pm_arena_printf(&c->arena, "%s failed on %s: %s.", a->name,
                                 shift == PM_SHIFT_LOST ? "B" : "A",
                                 failed->gap != NULL ? failed->gap : "no cause is known"));
    }
}

/* -1: the other side does not hold that network in any way. */
static int same_network(const struct pm_comparison *c, const struct pm_candidate *a)
{
    for (size_t j = 0; j < c->only_b_n; j++) {
        if (strcmp(a->config.network, c->b->c[c->only_b[j]].config.network) == 0)
            return c->only_b[j];
    }
    return -1;
}

/* Networks that both hold, but never in the same way: the first is told, the rest counted. */
static void note_other_ways(struct pm_comparison *c, bool *nomem)
{
    struct pm_buf buf = {0};
    size_t found = 0;
    for (size_t i = 0; i < c->only_a_n; i++) {
        const struct pm_candidate *a = &c->a->c[c->only_a[i]];
        const int j = same_network(c, a);
        if (j < 0 || found++ > 0)
            continue;
        const unsigned how = PM_OF_ALL & ~(unsigned)PM_OF_NETWORK;
        const char *on_a = pm_configuration_text(&a->config, how, &c->arena);
        const char *on_b = pm_configuration_text(&c->b->c[j].config, how, &c->arena);
        *nomem = *nomem || on_a == NULL || on_b == NULL;
        if (!*nomem)
            pm_buf_addf(&buf, "%s is not compared: %s on A, but %s on B", a->name, on_a, on_b);
    }
    if (found > 1)
        pm_buf_addf(&buf, "; %zu more are not measured in the same way", found - 1);
    pm_buf_add(&buf, ".");
    if (found > 0)
        add_text(c->note, &c->notes, nomem,
                 buf.failed ? NULL : pm_arena_dup(&c->arena, pm_buf_text(&buf)));
    pm_buf_done(&buf);
}

/* By chance alone, where no network changed: two 95 % intervals of equal width are disjoint in
 * 2 (1 - Phi(1.96 sqrt 2)) of all cases. */
#define FALSE_ALARM 0.0056

static void note_reach(struct pm_comparison *c, bool *nomem)
{
    const size_t tested = c->n - c->open - c->as_they_stand;
    if (c->as_they_stand > 0)
        add_text(c->note, &c->notes, nomem,
                 pm_arena_printf(&c->arena,
                                 "%zu of %zu latencies without an interval on one side or both: "
                                 "compared as they stand, any difference counts.",
                                 c->as_they_stand, c->n - c->open));
    if (c->disturbed > 0)
        add_text(c->note, &c->notes, nomem,
                 pm_arena_printf(&c->arena,
                                 "%zu latenc%s measured beside other work on one side: whether %s "
                                 "changed is open.",
                                 c->disturbed, c->disturbed == 1 ? "y was" : "ies were",
                                 c->disturbed == 1 ? "it" : "they"));
    if (c->too_few > 0)
        add_text(c->note, &c->notes, nomem,
                 pm_arena_printf(&c->arena,
                                 "%zu latenc%s on too few runs for an interval: nothing can be "
                                 "said of %s. `pickmodel profile` measures to full precision.",
                                 c->too_few, c->too_few == 1 ? "y rests" : "ies rest",
                                 c->too_few == 1 ? "it" : "them"));
    if (tested > 0 && c->slower + c->faster > 0)
        add_text(c->note, &c->notes, nomem,
                 pm_arena_printf(&c->arena,
                                 "Were nothing different, the runs' spread alone would show a "
                                 "change in about %.1f %% of such comparisons (%zu latenc%s).",
                                 100 * (1 - pow(1 - FALSE_ALARM, (double)tested)), tested,
                                 tested == 1 ? "y" : "ies"));
}

int pm_comparison_find(const struct pm_answer *a, const struct pm_answer *b, const char *a_name,
                       const char *b_name, struct pm_comparison *out, struct pm_err *err)
{
    struct pm_comparison c = {.a = a, .b = b, .a_name = a_name, .b_name = b_name};
    bool nomem = false;
    if (allocate(&c, err) != 0 || match(&c, err) != 0) {
        pm_arena_done(&c.arena);
        return -1;
    }
    c.with_budgets = pm_settings_any_budget(a->settings);
    pair_up(&c);
    find_conditions(&c);
    tell_fronts(&c, &nomem);
    if (c.with_budgets)
        compare_picks(&c, &nomem);
    c.changed = c.pick_changes || c.slower + c.faster + c.lost + c.gained > 0;
    note_names(&c, "Only in A: ", a, c.only_a, c.only_a_n, false, &nomem);
    note_names(&c, "Only in B: ", b, c.only_b, c.only_b_n, false, &nomem);
    note_open(&c, &nomem);
    note_other_ways(&c, &nomem);
    note_reach(&c, &nomem);
    write_headline(&c, &nomem);
    if (nomem) {
        pm_arena_done(&c.arena);
        return pm_fail_nomem(err);
    }
    *out = c;
    return 0;
}

void pm_comparison_done(struct pm_comparison *comparison)
{
    if (comparison == NULL)
        return;
    pm_arena_done(&comparison->arena);
    *comparison = (struct pm_comparison){0};
}
