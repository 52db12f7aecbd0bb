/* SPDX-License-Identifier: MIT */
#include "network/network.h"

#include "network/layer.h"

#include "base/arena.h"
#include "base/err.h"

#include <string.h>

/* Darknet reads as many scales as there are steps, whether they are there or not. */
static int check_policy(const struct pm_layer_site *site)
{
    const struct pm_cfg_option *policy = pm_cfg_find(site->section, "policy");
    size_t steps, scales;
    if (policy == NULL || strcmp(policy->value, "steps") != 0)
        return 0;
    if (pm_layer_count(site, "steps", &steps) != 0 || pm_layer_count(site, "scales", &scales) != 0)
        return -1;
    if (steps > 0 && scales >= steps)
        return 0;
    return pm_layer_fail(site, policy,
                         "policy=steps needs steps= and as many scales=, or Darknet aborts; found "
                         "%zu and %zu",
                         steps, scales);
}

static int read_side(const struct pm_layer_site *site, const char *key, long *out)
{
    if (pm_cfg_find(site->section, key) == NULL)
        return pm_layer_fail(site, NULL, "[net] needs %s=, a whole number from 1 to %d", key,
                             PM_NETWORK_MAX_SIDE);
    return pm_layer_long(site, key, 0, 1, PM_NETWORK_MAX_SIDE, out);
}

static int read_net(const struct pm_layer_site *site, struct pm_network *net)
{
    long batch, subdivisions, time_steps, inputs;
    if (read_side(site, "width", &net->input_w) != 0 ||
        read_side(site, "height", &net->input_h) != 0 ||
        read_side(site, "channels", &net->input_c) != 0 ||
        /* Neither is used: every run states its own batch. They must only be sane. */
        pm_layer_long(site, "batch", 1, 1, 1 << 24, &batch) != 0 ||
        pm_layer_long(site, "subdivisions", 1, 1, 1 << 24, &subdivisions) != 0 ||
        pm_layer_long(site, "time_steps", 1, 1, 1, &time_steps) != 0 || check_policy(site) != 0)
        return -1;
    const double values = (double)net->input_w * (double)net->input_h * (double)net->input_c;
    if (pm_layer_counts(site, "width x height x channels", values) != 0 ||
        pm_layer_long(site, "inputs", (long)values, (long)values, (long)values, &inputs) != 0)
        return -1;
    return 0;
}

/* What a layer receives is what the one before yields. */
static void connect_layer(const struct pm_network *net, size_t i, struct pm_layer *l)
{
    if (i == 0) {
        l->w = net->input_w;
        l->h = net->input_h;
        l->c = net->input_c;
        l->inputs = (double)l->w * (double)l->h * (double)l->c;
        return;
    }
    const struct pm_layer *before = &net->layer[i - 1];
    l->w = before->out_w;
    l->h = before->out_h;
    l->c = before->out_c;
    l->inputs = before->outputs;
}

static void add_up(struct pm_network *net)
{
    double macs = 0, least_macs = 0;
    for (size_t i = 0; i < net->layers; i++) {
        const struct pm_layer *l = &net->layer[i];
        /* Darknet's own `ops` counts these two; [local] it leaves out. */
        if (strcmp(l->kind, "local") != 0)
            macs += l->macs;
        least_macs += l->least_macs;
        if (l->beyond != NULL && net->beyond == NULL) {
            net->beyond = l->beyond;
            net->beyond_line = l->line;
        }
        net->params += l->params;
        net->stored_floats += l->stored_floats;
        net->activation_bytes += 4 * l->outputs;
        if (l->workspace_bytes > net->workspace_bytes)
            net->workspace_bytes = l->workspace_bytes;
        if (strcmp(l->kind, "cost") != 0)
            net->outputs = (long)l->outputs;
    }
    net->gops = 2 * macs / 1e9;
    net->least_gops = 2 * least_macs / 1e9;
    net->weight_bytes = 20 + 4 * net->stored_floats;
    net->memory_bytes = pm_network_memory_bytes(net, 1);
}

/* Checks that need all layers. */
static int check_whole(struct pm_layer_site *site, const struct pm_network *net)
{
    for (size_t i = 0; i < net->layers; i++) {
        site->section = &site->cfg->section[i + 1];
        const struct pm_layer *l = &net->layer[i];
        if (strcmp(l->kind, "local") == 0 && 4 * l->workspace_bytes > net->workspace_bytes)
            return pm_layer_fail(site, NULL,
                                 "[local] needs a workspace of %.0f bytes and Darknet would "
                                 "allocate %.0f; expected a larger [convolutional] beside it",
                                 4 * l->workspace_bytes, net->workspace_bytes);
    }
    if (net->outputs < 1)
        return pm_layer_fail(site, NULL, "nothing but [cost]; expected a layer with an output");
    return 0;
}

static int read_layers(struct pm_layer_site *site, const struct pm_layer_kind *const *kind,
                       struct pm_network *net)
{
    for (size_t i = 0; i < net->layers; i++) {
        site->section = &site->cfg->section[i + 1];
        site->index = i;
        struct pm_layer *l = &net->layer[i];
        *l = (struct pm_layer){.kind = kind[i]->name, .line = site->section->line};
        connect_layer(net, i, l);
        if (kind[i]->read(site, l) != 0)
            return -1;
        if (pm_layer_keys_check(site, kind[i], net) != 0)
            return -1;
    }
    return 0;
}

/* The kinds first, so that an rnn is called recurrent and not blamed for having no width. */
static int find_kinds(struct pm_layer_site *site, const struct pm_layer_kind **kind, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        site->section = &site->cfg->section[i + 1];
        kind[i] = pm_layer_kind_find(site);
        if (kind[i] == NULL)
            return -1;
    }
    site->section = &site->cfg->section[0];
    return 0;
}

int pm_network_from_cfg(const struct pm_cfg *cfg, struct pm_arena *arena, struct pm_network *out,
                        struct pm_err *err)
{
    struct pm_network net = {.name = cfg->name, .layers = cfg->n - 1};
    struct pm_layer_site site = {
        .cfg = cfg, .section = &cfg->section[0], .net = &net, .arena = arena, .err = err};
    if (net.layers < 1 || net.layers > PM_NETWORK_MAX_LAYERS)
        return pm_layer_fail(&site, NULL, "%zu layers; expected 1 to %d", net.layers,
                             PM_NETWORK_MAX_LAYERS);
    const struct pm_layer_kind **kind = pm_arena_alloc(arena, net.layers, sizeof(void *));
    net.layer = pm_arena_alloc(arena, net.layers, sizeof *net.layer);
    if (kind == NULL || net.layer == NULL)
        return pm_fail_nomem(err);
    if (find_kinds(&site, kind, net.layers) != 0 || read_net(&site, &net) != 0)
        return -1;
    site.section = &cfg->section[0];
    if (pm_layer_keys_check(&site, NULL, &net) != 0)
        return -1;
    if (read_layers(&site, kind, &net) != 0)
        return -1;
    add_up(&net);
    if (check_whole(&site, &net) != 0)
        return -1;
    *out = net;
    return 0;
}

int pm_network_load(const char *path, struct pm_arena *arena, struct pm_network *out,
                    struct pm_err *err)
{
    struct pm_cfg cfg;
    if (pm_cfg_load(path, arena, &cfg, err) != 0)
        return -1;
    return pm_network_from_cfg(&cfg, arena, out, err);
}
