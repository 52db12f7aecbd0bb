/* SPDX-License-Identifier: MIT
 * A power mode is a part of the device: profiles of several stand side by side, and the answer for
 * one says what the others would give. */
#include "advise/findings.h"

#include "base/err.h"
#include "base/text.h"
#include "record/catalogue.h"
#include "record/profile.h"

#include <stdio.h>
#include <string.h>

/* The first entry of its mode. */
static bool first_of_mode(const struct pm_profile *p, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (pm_text_same(p->entry[j].config.power_mode, p->entry[i].config.power_mode))
            return false;
    }
    return true;
}

static int describe(struct pm_answer *a, const struct pm_answer *other, const char *mode,
                    struct pm_err *err)
{
    const struct pm_candidate *c = other->pick >= 0 ? &other->c[other->pick] : NULL;
    const char *text;
    char time[40], power[60] = "";
    if (other->status != PM_RECOMMENDED && other->status != PM_INFEASIBLE) {
        text = pm_arena_printf(&a->arena,
                               "Power mode \"%s\", as far as it was measured: not decided.", mode);
    } else if (c == NULL || other->status != PM_RECOMMENDED) {
        text = pm_arena_printf(&a->arena,
                               "Power mode \"%s\", as far as it was measured: none fits.", mode);
    } else {
        const char *top1 = pm_top1_phrase(c, &a->arena);
        if (top1 == NULL)
            return pm_fail_nomem(err);
        if (pm_known(c->figure[PM_POWER]))
            snprintf(power, sizeof power, ", %s",
                     pm_metric_text(PM_POWER, c->figure[PM_POWER].value, time, sizeof time));
        text = pm_arena_printf(
            &a->arena, "In power mode \"%s\" it would be %s: %s, %s%s (measured %.10s).", mode,
            c->name, top1,
            pm_metric_text(PM_LATENCY, c->figure[PM_LATENCY].value, time, sizeof time), power,
            c->entry->measured_at != NULL ? c->entry->measured_at : "before");
    }
    bool nomem = false;
    pm_finding_add(a, &nomem, text);
    return nomem ? pm_fail_nomem(err) : 0;
}

static int answer_for(struct pm_answer *a, const struct pm_profile *all, const char *mode,
                      const struct pm_catalogue *catalogue, struct pm_err *err)
{
    struct pm_profile only = *all;
    struct pm_candidate *c = NULL;
    struct pm_answer other = {0};
    size_t n = 0;
    only.entry = pm_arena_alloc(&a->arena, all->n + 1, sizeof *only.entry);
    if (only.entry == NULL)
        return pm_fail_nomem(err);
    only.n = 0;
    for (size_t i = 0; i < all->n; i++) {
        if (pm_text_same(all->entry[i].config.power_mode, mode) &&
            all->entry[i].status != PM_FAILED)
            only.entry[only.n++] = all->entry[i];
    }
    if (pm_candidates_of_profile(&only, catalogue, a->settings, &a->arena, &c, &n, err) != 0 ||
        pm_answer_find(c, n, a->settings, &only, true, &other, err) != 0)
        return -1;
    const int result = describe(a, &other, mode, err);
    pm_answer_done(&other);
    return result;
}

int pm_answer_other_modes(struct pm_answer *a, const char *mode,
                          const struct pm_catalogue *catalogue, struct pm_err *err)
{
    const struct pm_profile *p = a->profile;
    if (p == NULL || a->status == PM_OVERVIEW)
        return 0;
    for (size_t i = 0; i < p->n; i++) {
        const char *its = p->entry[i].config.power_mode;
        if (its == NULL || pm_text_same(its, mode) || !first_of_mode(p, i))
            continue;
        if (answer_for(a, p, its, catalogue, err) != 0)
            return -1;
    }
    return 0;
}
