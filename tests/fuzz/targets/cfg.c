/* SPDX-License-Identifier: MIT
 * A network's cfg: its layers and what they cost; and the same for another batch. */
#include "fuzz.h"

#include "base/arena.h"
#include "network/cfg.h"
#include "network/cost.h"
#include "network/network.h"

#include <math.h>

static void other_batch(const char *text, size_t size, const struct pm_cfg *cfg)
{
    struct pm_err err = {0};
    struct pm_arena arena = {0};
    struct pm_buf rewritten = {0};
    struct pm_cfg again;
    pm_fuzz_must(pm_cfg_rewrite(text, size, "input", 4, &rewritten, &err) == 0,
                 "a cfg can be written for another batch");
    pm_fuzz_must(pm_cfg_parse(rewritten.data, rewritten.len, "again", &arena, &again, &err) == 0,
                 "which is a cfg");
    pm_fuzz_must(again.n == cfg->n, "of the same layers");
    pm_buf_done(&rewritten);
    pm_arena_done(&arena);
}

static void cost(const struct pm_network *net, struct pm_arena *arena)
{
    double features[PM_COST_FEATURES] = {0};
    size_t n = 0;
    const struct pm_cost_part *part = pm_cost_parts(net, arena, &n);
    pm_fuzz_must(part != NULL, "its cost is known");
    pm_cost_sum(part, n, features);
    for (size_t i = 0; i < PM_COST_FEATURES; i++)
        pm_fuzz_must(isfinite(features[i]) && features[i] >= 0, "a cost is a number");
    pm_fuzz_must(net->gops >= 0 && isfinite(net->gops) && net->params >= 0 && isfinite(net->params),
                 "operations and parameters are numbers");
    const long batch = pm_network_max_batch(net);
    pm_fuzz_must(batch >= 0 && isfinite(pm_network_memory_bytes(net, batch)),
                 "its memory is a number");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_arena arena = {0};
    struct pm_cfg cfg;
    struct pm_network net;
    const char *text = (const char *)data;
    int result = pm_cfg_parse(text, size, "input", &arena, &cfg, &err);
    if (result == 0) {
        other_batch(text, size, &cfg);
        result = pm_network_from_cfg(&cfg, &arena, &net, &err);
        if (result == 0)
            cost(&net, &arena);
    }
    pm_fuzz_must_say(result, &err);
    pm_arena_done(&arena);
    return 0;
}
