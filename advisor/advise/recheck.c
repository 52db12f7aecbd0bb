/* SPDX-License-Identifier: MIT
 * What was decided against what would be decided now. */
#include "advise/recheck.h"

#include "advise/findings.h"
#include "base/err.h"
#include "record/decision.h"
#include "record/profile.h"

#include <stdio.h>
#include <string.h>

#define WHYS_MAX 24
#define THEN     "when decided"
#define NOW      "now"

static void tell(struct pm_recheck *r, bool *nomem, const char *text)
{
    if (text == NULL)
        *nomem = true;
    else if (r->whys < WHYS_MAX)
        r->why[r->whys++] = text;
}

const char *pm_recheck_name(enum pm_recheck_verdict verdict)
{
    static const char *const names[] = {"holds", "no_longer", "untold"};
    return names[verdict];
}

/* ---- the decision's candidates, as candidates ---- */

static enum pm_verdict verdict_of(const char *name)
{
    static const char *const names[] = {"meets", "fails", "undecided"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0)
            return (enum pm_verdict)i;
    }
    return PM_NO_DATA;
}

static struct pm_candidate candidate_of(const struct pm_decided *d)
{
    struct pm_candidate c = {.config = d->config,
                             .name = d->name,
                             .stand_in = d->stand_in,
                             .beaten_by = -1,
                             .verdict = PM_MEETS};
    c.figure[PM_TOP1] = d->top1_pct;
    c.figure[PM_LATENCY] = d->latency_ms;
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_decided_budget *b = &d->budget[m];
        if (b->verdict == NULL)
            continue;
        c.judged[m] = (struct pm_judgement){
            .verdict = verdict_of(b->verdict), .value = b->judged, .note = b->note};
        c.verdict = pm_rule_combine(c.verdict, c.judged[m].verdict);
    }
    return c;
}

static int take_candidates(struct pm_recheck *r, struct pm_err *err)
{
    const struct pm_decision *d = r->decision;
    r->then = pm_arena_alloc(&r->arena, d->n + 1, sizeof *r->then);
    r->why = pm_arena_alloc(&r->arena, WHYS_MAX, sizeof *r->why);
    if (r->then == NULL || r->why == NULL)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < d->n; i++)
        r->then[i] = candidate_of(&d->candidate[i]);
    if (pm_candidate_set_make(r->then, d->n, PM_MATCHED, &r->arena, &r->set_then, err) != 0 ||
        pm_candidate_set_make(r->now->c, r->now->n, PM_MATCHED, &r->arena, &r->set_now, err) != 0)
        return -1;
    r->place = d->pick >= 0 ? pm_candidate_match(&r->then[d->pick], &r->set_now) : -1;
    return 0;
}

/* ---- what is not known now, and was ---- */

/* Budgets that no board can change. */
static bool fails_anywhere(const struct pm_candidate *c)
{
    return c->judged[PM_TOP1].verdict == PM_FAILS || c->judged[PM_TOP5].verdict == PM_FAILS ||
           c->judged[PM_PARAMS].verdict == PM_FAILS || c->judged[PM_SIZE].verdict == PM_FAILS;
}

/* Could it take the pick's place, were it measured under the new profile? What the decision itself
 * did not know is not asked of the new profile either. */
static bool could_win(const struct pm_recheck *r, size_t i)
{
    const struct pm_candidate *c = &r->then[i];
    const struct pm_settings *s = &r->decision->settings;
    if ((int)i == r->decision->pick || (c->stand_in && !s->include_stand_ins) ||
        fails_anywhere(c) || (c->verdict != PM_FAILS && c->verdict != PM_MEETS))
        return false;
    if (r->decision->pick < 0 || s->rule != PM_POLICY_PARETO || !pm_known(c->figure[PM_TOP1]))
        return true;
    return c->figure[PM_TOP1].value >= r->then[r->decision->pick].figure[PM_TOP1].value;
}

static bool is_missing(const struct pm_recheck *r, size_t i)
{
    return could_win(r, i) && pm_candidate_match(&r->then[i], &r->set_now) < 0;
}

static size_t missing(const struct pm_recheck *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->decision->n; i++)
        n += is_missing(r, i);
    return n;
}

static void tell_missing(struct pm_recheck *r, bool *nomem)
{
    for (size_t i = 0; i < r->decision->n; i++) {
        if (is_missing(r, i))
            tell(r, nomem,
                 pm_arena_printf(&r->arena,
                                 "%s %s when decided, but is not measured under this profile: it "
                                 "may be the pick there. `pickmodel profile %s` measures it.",
                                 r->then[i].name,
                                 r->then[i].verdict == PM_FAILS ? "broke a budget" : "fitted",
                                 r->then[i].config.network));
    }
}

/* ---- the verdict ---- */

static bool has_no_figures(const struct pm_candidate *c)
{
    return !pm_known(c->figure[PM_LATENCY]) && c->verdict != PM_FAILS;
}

static enum pm_recheck_verdict judge_infeasible(const struct pm_recheck *r)
{
    switch (r->now->status) {
    case PM_RECOMMENDED:
        return PM_NO_LONGER;
    case PM_INFEASIBLE:
        return missing(r) > 0 ? PM_UNTOLD : PM_HOLDS;
    case PM_NOT_DECIDED:
    case PM_OVERVIEW:
        break;
    }
    return PM_UNTOLD;
}

static enum pm_recheck_verdict judge(const struct pm_recheck *r)
{
    if (r->decision->pick < 0)
        return judge_infeasible(r);
    if (r->place < 0)
        return PM_UNTOLD;
    const struct pm_candidate *c = &r->now->c[r->place];
    if (c->verdict == PM_FAILS)
        return PM_NO_LONGER;
    if (r->now->status != PM_RECOMMENDED || c->verdict != PM_MEETS || has_no_figures(c))
        return PM_UNTOLD;
    if (r->now->pick != r->place)
        return PM_NO_LONGER;
    return missing(r) > 0 ? PM_UNTOLD : PM_HOLDS;
}

/* ---- why ---- */

/* Each budget that now judges the candidate another way, or still does not let it pass. */
static void tell_budgets(struct pm_recheck *r, const struct pm_candidate *was,
                         const struct pm_candidate *is, bool *nomem)
{
    for (int m = 0; m < PM_METRICS; m++) {
        const struct pm_judgement *a = &was->judged[m], *b = &is->judged[m];
        if (r->now->settings->budget[m].set && (a->verdict != b->verdict || b->verdict != PM_MEETS))
            tell(r, nomem,
                 pm_budget_story(r->now, was->name, (enum pm_metric)m, a, b, THEN, NOW, &r->arena));
    }
}

static void tell_new_pick(struct pm_recheck *r, bool *nomem)
{
    if (r->now->status != PM_RECOMMENDED || r->now->pick == r->place)
        return;
    const struct pm_candidate *pick = &r->now->c[r->now->pick];
    const int i = pm_candidate_match(pick, &r->set_then);
    const size_t before = r->whys;
    if (i >= 0)
        tell_budgets(r, &r->then[i], pick, nomem);
    else
        tell(r, nomem,
             pm_arena_printf(&r->arena, "%s was no candidate of the decision.", pick->name));
    if (r->whys == before && r->place >= 0 && r->now->c[r->place].verdict == PM_MEETS)
        tell(r, nomem,
             pm_arena_printf(&r->arena, "%s still meets every budget, but is passed over: %s.",
                             r->now->c[r->place].name, r->now->c[r->place].reason));
}

static void tell_why(struct pm_recheck *r, bool *nomem)
{
    if (r->decision->pick >= 0 && r->place < 0)
        tell(r, nomem,
             pm_arena_printf(&r->arena,
                             "%s is not measured under this profile%s. `pickmodel profile %s` "
                             "measures it.",
                             r->then[r->decision->pick].name,
                             r->decision->settings.engine[0] != '\0' ? " with that engine" : "",
                             r->then[r->decision->pick].config.network));
    if (r->place >= 0 && r->verdict != PM_HOLDS)
        tell_budgets(r, &r->then[r->decision->pick], &r->now->c[r->place], nomem);
    if (r->verdict == PM_NO_LONGER)
        tell_new_pick(r, nomem);
    for (size_t i = 0; r->verdict == PM_UNTOLD && i < r->now->contenders; i++)
        tell(r, nomem,
             pm_arena_printf(&r->arena, "%s: %s.", r->now->c[r->now->contender[i].index].name,
                             r->now->contender[i].settles));
    if (r->verdict == PM_UNTOLD)
        tell_missing(r, nomem);
}

/* ---- the first line ---- */

/* What takes the pick's place. */
static const char *now_words(struct pm_recheck *r)
{
    if (r->now->status == PM_RECOMMENDED && r->now->pick != r->place)
        return pm_arena_printf(&r->arena, "; %s would be picked", r->now->c[r->now->pick].name);
    if (r->now->status == PM_NOT_DECIDED)
        return "; what takes its place is not decided";
    return r->now->status == PM_INFEASIBLE ? "; no network fits" : "";
}

static const char *no_longer_words(struct pm_recheck *r)
{
    const char *now = now_words(r);
    if (r->decision->pick < 0)
        return pm_arena_printf(&r->arena, "%s fits", r->now->c[r->now->pick].name);
    const struct pm_candidate *c = &r->now->c[r->place];
    char flags[120] = "", flag[40];
    for (int m = 0; m < PM_METRICS && c->verdict == PM_FAILS; m++) {
        const size_t len = strlen(flags);
        if (r->now->settings->budget[m].set && c->judged[m].verdict == PM_FAILS &&
            len + sizeof flag + 6 < sizeof flags)
            snprintf(flags + len, sizeof flags - len, "%s%s", len > 0 ? " and " : " breaks ",
                     pm_budget_flag((enum pm_metric)m, flag, sizeof flag));
    }
    if (now == NULL)
        return NULL;
    return pm_arena_printf(&r->arena, "%s%s%s", c->name,
                           flags[0] != '\0' ? flags : " is passed over", now);
}

static const char *untold_words(struct pm_recheck *r)
{
    const size_t n = missing(r);
    if (r->decision->pick < 0)
        return n > 0 ? "not all networks are measured" : "a network is undecided";
    const char *name = r->then[r->decision->pick].name;
    if (r->place < 0)
        return pm_arena_printf(&r->arena, "%s is not measured", name);
    if (r->now->c[r->place].verdict != PM_MEETS || r->now->status != PM_RECOMMENDED)
        return pm_arena_printf(&r->arena, "%s is undecided", name);
    return pm_arena_printf(&r->arena, "%zu network%s that may be better %s not measured", n,
                           n == 1 ? "" : "s", n == 1 ? "is" : "are");
}

static void write_headline(struct pm_recheck *r, bool *nomem)
{
    const char *board = r->now->profile->device.name, *words = NULL;
    switch (r->verdict) {
    case PM_HOLDS:
        words = r->decision->pick < 0
                    ? "still no network fits"
                    : pm_arena_printf(&r->arena, "%s certainly meets every budget",
                                      r->now->c[r->place].name);
        break;
    case PM_NO_LONGER:
        words = no_longer_words(r);
        break;
    case PM_UNTOLD:
        words = untold_words(r);
        break;
    }
    static const char *const begin[] = {[PM_HOLDS] = "The decision holds on",
                                        [PM_NO_LONGER] = "The decision no longer holds on",
                                        [PM_UNTOLD] =
                                            "It cannot be told whether the decision holds on"};
    if (words != NULL)
        r->headline = pm_arena_printf(&r->arena, "%s %s: %s.", begin[r->verdict], board, words);
    *nomem = *nomem || r->headline == NULL;
}

/* ---- conditions ---- */

static void find_conditions(struct pm_recheck *r)
{
    const struct pm_profile *p = r->now->profile;
    const struct pm_entry *e = r->place >= 0 ? r->now->c[r->place].entry : NULL;
    struct pm_device now = p->device;
    static const char unstated[] = "none stated";
    if (e != NULL) { /* a device is described when it was last measured, an entry in its own time */
        now.kernel = e->conditions.kernel != NULL ? e->conditions.kernel : now.kernel;
        now.governor = e->conditions.governor != NULL ? e->conditions.governor : now.governor;
    }
    pm_device_differences(&r->decision->device, &now, r->condition, &r->conditions);
    if (e == NULL)
        return;
    const char *mode = r->then[r->decision->pick].config.power_mode;
    pm_condition_add(r->condition, &r->conditions, "power mode", mode != NULL ? mode : unstated,
                     e->config.power_mode != NULL ? e->config.power_mode : unstated);
    pm_condition_add(r->condition, &r->conditions, "engine build", r->decision->engine_build,
                     e->conditions.engine_build);
}

int pm_recheck_find(const struct pm_decision *decision, const struct pm_answer *now,
                    struct pm_recheck *out, struct pm_err *err)
{
    struct pm_recheck r = {.decision = decision, .now = now};
    bool nomem = false;
    if (take_candidates(&r, err) != 0) {
        pm_arena_done(&r.arena);
        return -1;
    }
    r.verdict = judge(&r);
    tell_why(&r, &nomem);
    find_conditions(&r);
    write_headline(&r, &nomem);
    if (nomem) {
        pm_arena_done(&r.arena);
        return pm_fail_nomem(err);
    }
    *out = r;
    return 0;
}

void pm_recheck_done(struct pm_recheck *recheck)
{
    if (recheck == NULL)
        return;
    pm_arena_done(&recheck->arena);
    *recheck = (struct pm_recheck){0};
}
