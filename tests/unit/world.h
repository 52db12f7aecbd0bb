/* SPDX-License-Identifier: MIT
 * A profile made of a few networks, settings as the command line gives them, and the answer. */
#ifndef WORLD_H
#define WORLD_H

#include "advise/answer.h"
#include "base/err.h"
#include "record/profile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct world {
    struct pm_settings settings;
    struct pm_profile profile;
    struct pm_arena arena;
    struct pm_candidate *c;
    size_t n;
    struct pm_answer answer;
    char basis[16];
};

static inline struct pm_entry network(const char *name, double top1, double ms, double watts,
                                      const char *basis)
{
    struct pm_entry e = pm_entry_empty();
    e.config.network = name;
    e.config.engine = "torch7";
    e.top1_pct = pm_quantity_of(top1, PM_PUBLISHED);
    e.latency_ms = pm_quantity_of(ms, PM_PUBLISHED);
    if (isfinite(watts))
        e.power_w = pm_quantity_of(watts, PM_PUBLISHED);
    e.power_basis = basis;
    return e;
}

static inline void set(struct world *w, const char *key, const char *value)
{
    struct pm_err err = {0};
    if (pm_settings_set(&w->settings, key, value, key, &err) != 0)
        fail_msg("%s: %s", err.where, err.msg);
}

static inline void put(struct world *w, struct pm_entry e)
{
    struct pm_err err = {0};
    if (pm_profile_put(&w->profile, &e, &err) != 0)
        fail_msg("%s", err.msg);
}

static inline struct world start(void)
{
    struct world w = {.settings = pm_settings_default(), .profile = {.origin = "published"}};
    w.profile.device.name = "board";
    return w;
}

static inline void find(struct world *w)
{
    struct pm_err err = {0};
    if (pm_settings_finish(&w->settings, &err) != 0 ||
        pm_candidates_of_profile(&w->profile, NULL, &w->settings, &w->arena, &w->c, &w->n, &err) !=
            0 ||
        pm_answer_find(w->c, w->n, &w->settings, &w->profile, false, &w->answer, &err) != 0)
        fail_msg("%s: %s", err.where, err.msg);
}

static inline void finish(struct world *w)
{
    pm_answer_done(&w->answer);
    pm_profile_done(&w->profile);
    pm_arena_done(&w->arena);
}

static inline bool says(const struct pm_answer *a, const char *text)
{
    for (size_t i = 0; i < a->findings; i++) {
        if (strstr(a->finding[i], text) != NULL)
            return true;
    }
    for (size_t i = 0; i < a->warnings; i++) {
        if (strstr(a->warning[i], text) != NULL)
            return true;
    }
    return false;
}

#endif
