/* SPDX-License-Identifier: MIT */
#include "meter/device.h"

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

#include <ctype.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static bool line_at(const char *root, const char *path, char *out, size_t size)
{
    char full[PATH_MAX];
    snprintf(full, sizeof full, "%s%s", root, path);
    if (!pm_file_first_line(full, out, size) || out[0] == '\0')
        return false;
    pm_text_printable(out, out, size); /* as a profile keeps it, for it is compared with one */
    return true;
}

static const char *dup_line(const char *root, const char *path, struct pm_arena *arena)
{
    char line[256];
    return line_at(root, path, line, sizeof line) ? pm_arena_dup(arena, line) : NULL;
}

/* The value of "key : value" in a file of such lines. */
static bool find_value(const char *root, const char *path, const char *key, char separator,
                       char *out, size_t size)
{
    char full[PATH_MAX], line[4096];
    snprintf(full, sizeof full, "%s%s", root, path);
    FILE *f = fopen(full, "re");
    bool found = false;
    if (f == NULL)
        return false;
    while (!found && fgets(line, sizeof line, f) != NULL) {
        const size_t len = strlen(key);
        if (strncmp(line, key, len) != 0)
            continue;
        const char *p = line + len;
        while (*p == ' ' || *p == '\t')
            p++;
        if (*p != separator)
            continue;
        for (p++; *p == ' ' || *p == '\t' || *p == '"'; p++)
            ;
        snprintf(out, size, "%.*s", (int)strcspn(p, "\"\n"), p);
        pm_text_printable(out, out, size);
        found = true;
    }
    fclose(f);
    return found;
}

/* x86 has "model name"; arm64 gives numbers only, so the device tree's model says more. */
static const char *cpu_name(const char *root, struct pm_arena *arena)
{
    char name[256], implementer[64] = "?", part[64] = "?";
    if (find_value(root, "/proc/cpuinfo", "model name", ':', name, sizeof name))
        return pm_arena_dup(arena, name);
    find_value(root, "/proc/cpuinfo", "CPU implementer", ':', implementer, sizeof implementer);
    if (find_value(root, "/proc/cpuinfo", "CPU part", ':', part, sizeof part))
        return pm_arena_printf(arena, "implementer %s part %s", implementer, part);
    return NULL;
}

static long capacity_of(const char *root, size_t cpu)
{
    char path[128], line[32];
    long capacity = 1;
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%zu/cpu_capacity", cpu);
    return line_at(root, path, line, sizeof line) && pm_number_long(line, 1, LONG_MAX, &capacity)
               ? capacity
               : 1;
}

/* Cores of the highest cpu_capacity (big.LITTLE) among those we may run on. */
static void find_cores(const char *root, struct pm_board *b)
{
    long best = 0;
    CPU_ZERO(&b->any);
    CPU_ZERO(&b->fast);
    if (sched_getaffinity(0, sizeof b->any, &b->any) != 0) {
        b->cores = b->allowed = sysconf(_SC_NPROCESSORS_ONLN);
        return;
    }
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &b->any))
            continue;
        const long capacity = capacity_of(root, i);
        if (capacity > best)
            CPU_ZERO(&b->fast);
        best = capacity > best ? capacity : best;
        if (capacity == best)
            CPU_SET(i, &b->fast);
    }
    b->cores = CPU_COUNT(&b->fast);
    b->allowed = CPU_COUNT(&b->any);
}

void pm_board_use_cores(const struct pm_board *board, long threads)
{
    if (board->cores < board->allowed) /* else there is nothing to choose */
        (void)sched_setaffinity(0, sizeof board->any,
                                threads <= board->cores ? &board->fast : &board->any);
}

/* An answer for the CPU never stands for hardware that was not measured. */
static const char *find_accelerator(const char *root, struct pm_arena *arena)
{
    static const struct {
        const char *path, *name;
    } sign[] = {
        {"/dev/nvidiactl", "NVIDIA GPU"},
        {"/dev/nvhost-gpu", "NVIDIA Jetson GPU"},
        {"/dev/nvgpu/igpu0/power", "NVIDIA Jetson GPU"},
        {"/sys/devices/gpu.0", "NVIDIA Jetson GPU"},
        {"/dev/kfd", "AMD GPU"},
        {"/dev/mali0", "Arm Mali GPU"},
        {"/dev/apex_0", "Coral Edge TPU"},
        {"/dev/accel/accel0", "NPU (accel0)"},
        {"/dev/dri/renderD128", "GPU (renderD128)"},
    };
    for (size_t i = 0; i < sizeof sign / sizeof *sign; i++) {
        char full[PATH_MAX];
        snprintf(full, sizeof full, "%s%s", root, sign[i].path);
        if (access(full, F_OK) == 0)
            return pm_arena_dup(arena, sign[i].name);
    }
    return NULL;
}

static const char *find_power_mode(const char *root, struct pm_arena *arena)
{
    char line[256];
    /* NVIDIA's nvpmodel keeps "pmode:0000" */
    if (line_at(root, "/var/lib/nvpmodel/status", line, sizeof line))
        return pm_arena_printf(arena, "nvpmodel %s", line);
    if (line_at(root, "/sys/firmware/acpi/platform_profile", line, sizeof line))
        return pm_arena_dup(arena, line);
    return NULL;
}

static const char *host_name(struct pm_arena *arena)
{
    char name[129] = "";
    if (gethostname(name, sizeof name - 1) != 0)
        name[0] = '\0';
    for (char *p = name; *p != '\0'; p++) {
        if (!isalnum((unsigned char)*p) && strchr("._-", *p) == NULL)
            *p = '-';
    }
    return pm_arena_dup(arena, pm_text_is_identifier(name) ? name : "this-device");
}

int pm_board_read(const char *root, struct pm_arena *arena, struct pm_board *out)
{
    struct pm_board b = {0};
    struct utsname u;
    char line[256];
    if (uname(&u) == 0) {
        b.arch = pm_arena_dup(arena, u.machine);
        b.kernel = pm_arena_dup(arena, u.release);
    }
    b.host = host_name(arena);
    b.cpu = cpu_name(root, arena);
    b.model = dup_line(root, "/proc/device-tree/model", arena);
    if (b.model == NULL)
        b.model = dup_line(root, "/sys/class/dmi/id/product_name", arena);
    if (b.cpu == NULL)
        b.cpu = b.model;
    b.governor = dup_line(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", arena);
    b.power_mode = find_power_mode(root, arena);
    b.accelerator = find_accelerator(root, arena);
    find_cores(root, &b);
    if (find_value(root, "/etc/os-release", "PRETTY_NAME", '=', line, sizeof line))
        b.os = pm_arena_dup(arena, line);
    double kib = 0;
    const char *rest;
    if (find_value(root, "/proc/meminfo", "MemTotal", ':', line, sizeof line) &&
        pm_number_prefix(line, &kib, &rest))
        b.memory_mib = kib / 1024;
    if (find_value(root, "/proc/cpuinfo", "flags", ':', line, sizeof line)) {
        char flags[4096];
        find_value(root, "/proc/cpuinfo", "flags", ':', flags, sizeof flags);
        b.virtual_machine = strstr(flags, " hypervisor") != NULL;
    }
    if (b.host == NULL)
        return -1;
    *out = b;
    return 0;
}

double pm_board_available_mib(const char *root)
{
    char line[128];
    double kib;
    const char *rest;
    if (!find_value(root, "/proc/meminfo", "MemAvailable", ':', line, sizeof line) ||
        !pm_number_prefix(line, &kib, &rest))
        return -1;
    return kib / 1024;
}
