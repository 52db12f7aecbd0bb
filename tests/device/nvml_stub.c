/* SPDX-License-Identifier: MIT
 * libnvidia-ml.so.1 with one GPU that draws 30 W. NVML_STUB says what it supports: "energy",
 * "power" (no counter of energy), "none" (as on a Jetson: it starts, and reads nothing), or
 * "unloaded" (no driver). */
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* libnvidia-ml.so's functions are not declared anywhere here */
int nvmlInit_v2(void);
int nvmlShutdown(void);
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device);
int nvmlDeviceGetName(void *device, char *name, unsigned size);
int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *mj);
int nvmlDeviceGetPowerUsage(void *device, unsigned *mw);
const char *nvmlErrorString(int code);

enum { INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, DRIVER_NOT_LOADED = 9 };

static int gpu;

static int mode_is(const char *mode)
{
    const char *set = getenv("NVML_STUB");
    return set != NULL && strcmp(set, mode) == 0;
}

/* In steps of 20 ms, so that the counter moves like a real one, only sooner. */
static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)(t.tv_nsec / 20000000) * 0.02;
}

int nvmlInit_v2(void)
{
    return mode_is("unloaded") ? DRIVER_NOT_LOADED : 0;
}

int nvmlShutdown(void)
{
    return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device)
{
    *device = &gpu;
    return index == 0 ? 0 : INVALID_ARGUMENT;
}

int nvmlDeviceGetName(void *device, char *name, unsigned size)
{
    (void)device;
    strncpy(name, "Stub 3000", size);
    return 0;
}

int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *mj)
{
    (void)device;
    *mj = (unsigned long long)(seconds() * 30e3);
    return mode_is("energy") ? 0 : NOT_SUPPORTED;
}

int nvmlDeviceGetPowerUsage(void *device, unsigned *mw)
{
    (void)device;
    *mw = 30000 + (unsigned)(seconds() * 50) % 2;
    return mode_is("energy") || mode_is("power") ? 0 : NOT_SUPPORTED;
}

const char *nvmlErrorString(int code)
{
    return code == NOT_SUPPORTED       ? "Not Supported"
           : code == DRIVER_NOT_LOADED ? "Driver Not Loaded"
                                       : "Invalid Argument";
}
