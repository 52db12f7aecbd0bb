/* SPDX-License-Identifier: MIT */
#include "engines/darknet/darknet_net.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "engines/darknet/accelerator.h"
#include "engines/darknet/cfg_copy.h"
#include "engines/darknet/companions.h"
#include "engines/darknet/self_stat.h"
#include "engines/darknet/weights_file.h"
#include "network/network.h"

#include <darknet.h>
#include <link.h>
#include <math.h>
#include <string.h>

struct pm_darknet {
    network *net;
    struct pm_arena arena;
    struct pm_network expected; /* what network/ says the cfg means; lives in arena */
    size_t input_values, output_values;
};

static int check_request(struct pm_darknet *dn, const char *cfg, const char *weights, long batch,
                         struct pm_err *err)
{
    if (pm_network_load(cfg, &dn->arena, &dn->expected, err) != 0 ||
        pm_companions_check(&dn->expected, err) != 0)
        return -1;
    if (dn->expected.beyond != NULL) {
        char where[300];
        snprintf(where, sizeof where, "%.270s:%zu", cfg, dn->expected.beyond_line);
        return pm_fail(err, PM_EDATA, where, "Darknet has no %s: this network needs another engine",
                       dn->expected.beyond);
    }
    const long most = pm_network_max_batch(&dn->expected);
    if (batch < 1 || batch > most)
        return pm_fail(err, PM_EUSAGE, "batch", "%ld; expected 1 to %ld for this network", batch,
                       most);
    return weights != NULL ? pm_weights_file_check(weights, &dn->expected, err) : 0;
}

/* A header that does not fit the library (other macros, another fork) shifts every member. */
static int check_agreement(const struct pm_darknet *dn, long batch, struct pm_err *err)
{
    const network *net = dn->net;
    const char *remedy = "was the worker built with the macros of this libdarknet? "
                         "See DARKNET_DIR and DARKNET_CFLAGS in the Makefile";
    if (net == NULL || (size_t)net->n != dn->expected.layers || net->batch != batch)
        return pm_fail(err, PM_EENGINE, dn->expected.name,
                       "libdarknet does not see the layers and batch of the cfg; %s", remedy);
    for (size_t i = 0; i < dn->expected.layers; i++) {
        const struct pm_layer *l = &dn->expected.layer[i];
        if ((double)net->layers[i].outputs != l->outputs || net->layers[i].batch != batch)
            return pm_fail(err, PM_EENGINE, dn->expected.name,
                           "[%s] in line %zu: libdarknet sees %d outputs, expected %.0f; %s",
                           l->kind, l->line, net->layers[i].outputs, l->outputs, remedy);
    }
    return 0;
}

/* As parsed, the variances are 0, and dividing by them makes every output NaN. */
static void set_unit_variance(const struct pm_darknet *dn)
{
    for (size_t i = 0; i < dn->expected.layers; i++) {
        const layer *l = &dn->net->layers[i];
        if (!dn->expected.layer[i].batch_normalize || l->rolling_variance == NULL)
            continue;
        for (long k = 0; k < dn->expected.layer[i].filters; k++)
            l->rolling_variance[k] = 1;
#ifdef GPU
        if (gpu_index >= 0)
            cuda_push_array(l->rolling_variance_gpu, l->rolling_variance,
                            (size_t)dn->expected.layer[i].filters);
#endif
    }
}

/* Knuth's 64-bit congruential generator: the same input on every machine. */
static void fill_input(float *values, size_t n)
{
    uint64_t state = 1;
    for (size_t i = 0; i < n; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        values[i] = (float)(state >> 40) * 0x1p-24f;
    }
}

void pm_darknet_prepare(char **argv)
{
    pm_accelerator.prepare(argv);
}

const char *pm_darknet_engine(void)
{
    return pm_accelerator.engine;
}

long pm_darknet_max_threads(void)
{
    return pm_accelerator.max_threads;
}

void pm_darknet_version(char *out, size_t size)
{
    pm_accelerator.version(out, size);
}

int pm_darknet_load(const char *cfg, const char *weights, long batch, long threads,
                    struct pm_darknet **out, struct pm_err *err)
{
    struct pm_darknet *dn = calloc(1, sizeof *dn);
    struct pm_cfg_copy copy = {.fd = -1};
    if (dn == NULL)
        return pm_fail_nomem(err);
    if (check_request(dn, cfg, weights, batch, err) != 0 ||
        pm_cfg_copy_make(cfg, (size_t)batch, &copy, err) != 0)
        goto fail;
    dn->net = parse_network_cfg(copy.path);
    pm_cfg_copy_done(&copy);
    if (check_agreement(dn, batch, err) != 0)
        goto fail;
    if (weights != NULL) {
        char *path = pm_arena_dup(&dn->arena, weights); /* load_weights knows no const */
        if (path == NULL) {
            pm_fail_nomem(err);
            goto fail;
        }
        load_weights(dn->net, path);
    } else {
        set_unit_variance(dn);
    }
    if (pm_accelerator.apply(dn->net, threads) != 0) {
        pm_fail_nomem(err);
        goto fail;
    }
    dn->input_values = (size_t)dn->net->inputs * (size_t)batch;
    dn->output_values = (size_t)dn->expected.outputs * (size_t)batch;
    fill_input(dn->net->input, dn->input_values);
    *out = dn;
    return 0;
fail:
    pm_arena_done(&dn->arena);
    free(dn);
    return -1;
}

double pm_darknet_inputs(const struct pm_darknet *dn)
{
    return (double)dn->net->inputs;
}

double pm_darknet_outputs(const struct pm_darknet *dn)
{
    return (double)dn->expected.outputs;
}

void pm_darknet_predict(struct pm_darknet *dn)
{
    network_predict(dn->net, dn->net->input);
}

float *pm_darknet_input(struct pm_darknet *dn, size_t *values)
{
    *values = dn->input_values;
    return dn->net->input;
}

void pm_darknet_top(const struct pm_darknet *dn, size_t top, size_t *classes)
{
    const float *out = dn->net->output;
    const size_t n = (size_t)dn->expected.outputs;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = kept;
        while (at > 0 && out[i] > out[classes[at - 1]])
            at--;
        if (at == top)
            continue;
        kept += kept < top;
        for (size_t k = kept - 1; k > at; k--)
            classes[k] = classes[k - 1];
        classes[at] = i;
    }
}

size_t pm_darknet_layers(const struct pm_darknet *dn)
{
    return (size_t)dn->net->n;
}

/* forward_network of libdarknet, with the clock between two layers. */
void pm_darknet_predict_layers(struct pm_darknet *dn, double *ms)
{
    network net = *dn->net;
    net.truth = NULL;
    net.delta = NULL;
    net.train = 0;
    double before = pm_self_ms();
    for (int i = 0; i < net.n; i++) {
        layer l = net.layers[i];
        net.index = i;
        if (l.delta != NULL)
            memset(l.delta, 0, sizeof *l.delta * (size_t)l.outputs * (size_t)l.batch);
        l.forward(l, net);
        net.input = l.output;
        const double after = pm_self_ms();
        ms[i] = after - before;
        before = after;
    }
}

bool pm_darknet_finite(const struct pm_darknet *dn)
{
    for (size_t i = 0; i < dn->output_values; i++) {
        if (!isfinite(dn->net->output[i]))
            return false;
    }
    return true;
}

uint64_t pm_darknet_digest(const struct pm_darknet *dn)
{
    return pm_digest(PM_DIGEST_START, dn->net->output, dn->output_values * sizeof(float));
}

static int note_library(struct dl_phdr_info *info, size_t size, void *path)
{
    (void)size;
    if (info->dlpi_name == NULL || strstr(info->dlpi_name, "libdarknet") == NULL)
        return 0;
    *(const char **)path = info->dlpi_name;
    return 1;
}

const char *pm_darknet_library(void)
{
    const char *path = "";
    dl_iterate_phdr(note_library, &path);
    return path;
}
