/* SPDX-License-Identifier: MIT
 * NVIDIA's management library, loaded at run time: it comes with the driver, is not free, and most
 * boards have none. That it starts says nothing: on a Jetson it finds its one GPU and then supports
 * no reading of power at all. Only a reading that succeeds counts. */
#include "sensor/source.h"

#include "base/clock.h"
#include "sensor/words.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY "libnvidia-ml.so.1"
/* The energy counter moves about every 100 ms, and so do the samples under the average. */
#define PERIOD_MS 100.0
/* "On Ampere (except GA100) or newer GPUs, the API returns power averaged over 1 sec": twice that,
 * and nothing of what was before is left. */
#define SETTLE_MS 2000.0
#define GAIN_REL  0.05
#define LIMIT_W   1500.0 /* the largest board of one GPU takes 1.2 kW */

/* As in NVIDIA's nvml.h, which is no package of Debian's. */
enum { NVML_SUCCESS = 0, NVML_TIMEOUT = 10 };
typedef int nvml_plain(void);
typedef int nvml_by_index(unsigned index, void **device);
typedef int nvml_energy(void *device, unsigned long long *mj);
typedef int nvml_power(void *device, unsigned *mw);
typedef int nvml_name(void *device, char *name, unsigned size);
typedef const char *nvml_error(int code);

struct nvml {
    struct pm_source source;
    void *library, *device;
    bool started; /* nvmlInit must be undone */
    nvml_plain *init, *shutdown;
    nvml_by_index *by_index;
    nvml_energy *energy; /* NULL: this version has none */
    nvml_power *power;
    nvml_name *name;
    nvml_error *error;
    unsigned long long first_mj, last_mj;
};

static bool symbol(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found); /* ISO C has no cast from void * to a function */
    return found != NULL;
}

static bool load(struct nvml *n)
{
    n->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (n->library == NULL)
        return false;
    symbol(n->library, "nvmlDeviceGetTotalEnergyConsumption", &n->energy);
    symbol(n->library, "nvmlDeviceGetName", &n->name);
    return symbol(n->library, "nvmlInit_v2", &n->init) &&
           symbol(n->library, "nvmlShutdown", &n->shutdown) &&
           symbol(n->library, "nvmlDeviceGetHandleByIndex_v2", &n->by_index) &&
           symbol(n->library, "nvmlDeviceGetPowerUsage", &n->power) &&
           symbol(n->library, "nvmlErrorString", &n->error);
}

static void close_nvml(struct pm_source *s)
{
    struct nvml *n = (struct nvml *)s;
    if (n->started)
        n->shutdown();
    if (n->library != NULL)
        dlclose(n->library);
    free(n);
}

static enum pm_reading read_nvml(struct pm_source *s, double wait_ms, double *value, double *at_ms,
                                 char *why, size_t why_size)
{
    struct nvml *n = (struct nvml *)s;
    unsigned long long mj = 0;
    unsigned mw = 0;
    (void)wait_ms;
    const int code = s->kind == PM_COUNTER ? n->energy(n->device, &mj) : n->power(n->device, &mw);
    *at_ms = pm_clock_ms();
    if (code == NVML_TIMEOUT)
        return PM_READING_NONE;
    if (code != NVML_SUCCESS) {
        snprintf(why, why_size, "the driver says \"%.100s\"", n->error(code));
        return PM_READING_BROKEN;
    }
    if (s->kind == PM_COUNTER && mj < n->last_mj) {
        snprintf(why, why_size, "the counter of energy went back: the driver was loaded again");
        return PM_READING_BROKEN;
    }
    n->last_mj = mj;
    *value = s->kind == PM_COUNTER ? (double)(mj - n->first_mj) / 1e3 : mw / 1e3;
    return PM_READING_OK;
}

/* The counter where it reads: it misses nothing between two polls. */
static int choose(struct nvml *n)
{
    unsigned mw;
    if (n->energy != NULL && n->energy(n->device, &n->first_mj) == NVML_SUCCESS) {
        n->last_mj = n->first_mj;
        n->source.kind = PM_COUNTER;
        n->source.settle_ms = 0;
        return NVML_SUCCESS;
    }
    n->source.kind = PM_GAUGE;
    n->source.settle_ms = SETTLE_MS;
    return n->power(n->device, &mw);
}

static enum pm_found start(struct nvml *n, int index, struct pm_refusal *why)
{
    int code;
    if (!load(n))
        return pm_refuse(why, PM_ABSENT, "", "%s",
                         n->library == NULL ? "no " LIBRARY ": no driver of NVIDIA's for a card"
                                            : LIBRARY " lacks the functions that read power");
    if ((code = n->init()) != NVML_SUCCESS)
        return pm_refuse(why, PM_ABSENT, "", "NVIDIA's driver: \"%.100s\"", n->error(code));
    n->started = true;
    if ((code = n->by_index((unsigned)index, &n->device)) != NVML_SUCCESS)
        return pm_refuse(why, PM_ABSENT, "", "no GPU %d: \"%.100s\"", index, n->error(code));
    if ((code = choose(n)) != NVML_SUCCESS)
        return pm_refuse(why, PM_REFUSED, "",
                         "GPU %d has no reading of power or energy: \"%.100s\"", index,
                         n->error(code));
    char name[96] = "", text[128];
    if (n->name == NULL || n->name(n->device, name, sizeof name) != NVML_SUCCESS)
        name[0] = '\0';
    snprintf(text, sizeof text, "GPU %d%s%.90s", index, name[0] != '\0' ? ", " : "", name);
    pm_words_name(&n->source, "nvml", text);
    return PM_FOUND;
}

enum pm_found pm_nvml_open(int index, struct pm_source **out, struct pm_refusal *why)
{
    static const struct pm_source_ops ops = {read_nvml, close_nvml};
    struct nvml *n = calloc(1, sizeof *n);
    if (n == NULL)
        return PM_FOUND_NOMEM;
    n->source = (struct pm_source){
        .ops = &ops,
        .scope = PM_SCOPE_GPU,
        .period_ms = PERIOD_MS,
        .gain_rel = GAIN_REL,
        .limit_w = LIMIT_W,
    };
    const enum pm_found found = start(n, index, why);
    if (found != PM_FOUND)
        close_nvml(&n->source);
    else
        *out = &n->source;
    return found;
}
