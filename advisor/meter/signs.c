/* SPDX-License-Identifier: MIT */
#include "meter/signs.h"

#include "base/file.h"
#include "base/number.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CPUS_MAX    1024
#define DEVICES_MAX 512
#define HOLE_MAX    16 /* numbers may have holes, no larger than this */
#define TRIPS_MAX   16
#define COLDEST_C   (-60.0) /* beyond these a zone's sensor is not connected */
#define HOTTEST_C   200.0

static bool line_at(const char *root, char *out, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static bool line_at(const char *root, char *out, size_t size, const char *fmt, ...)
{
    char path[256], full[PATH_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(path, sizeof path, fmt, ap);
    va_end(ap);
    const int n = snprintf(full, sizeof full, "%s%s", root, path);
    return n > 0 && (size_t)n < sizeof full && pm_file_first_line(full, out, size);
}

/* The whole line must be the number: half of garbage is garbage. */
static bool number_of(char *line, double *out)
{
    size_t end = strlen(line);
    while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\t'))
        end--;
    line[end] = '\0';
    return pm_number_double(line, out);
}

static bool count_of(char *line, double *out)
{
    double value;
    if (!number_of(line, &value) || value < 0)
        return false;
    *out = value;
    return true;
}

static void add(double *sum, double value)
{
    *sum = isnan(*sum) ? value : *sum + value;
}

/* ---- processors ---- */

/* Siblings count the same events: only the first of a list ("0-3", "2,6") speaks for all. */
static bool speaks(const char *root, int cpu, const char *list)
{
    char line[128];
    if (!line_at(root, line, sizeof line, "/sys/devices/system/cpu/cpu%d/topology/%s", cpu, list))
        return true;
    char *end;
    const long first = strtol(line, &end, 10);
    return end == line || first == cpu;
}

static bool cpu_exists(const char *root, unsigned cpu)
{
    char full[PATH_MAX];
    const int n = snprintf(full, sizeof full, "%s/sys/devices/system/cpu/cpu%u", root, cpu);
    return n > 0 && (size_t)n < sizeof full && access(full, F_OK) == 0;
}

static void read_throttles(const char *root, struct pm_signs *s)
{
    static const char dir[] = "/sys/devices/system/cpu";
    for (int i = 0, missing = 0; i < CPUS_MAX && missing < HOLE_MAX; i++) {
        char line[64];
        double events;
        missing = cpu_exists(root, (unsigned)i) ? 0 : missing + 1;
        if (missing > 0)
            continue;
        if (line_at(root, line, sizeof line, "%s/cpu%d/thermal_throttle/core_throttle_count", dir,
                    i) &&
            count_of(line, &events) && speaks(root, i, "thread_siblings_list"))
            add(&s->core_throttles, events);
        if (line_at(root, line, sizeof line, "%s/cpu%d/thermal_throttle/package_throttle_count",
                    dir, i) &&
            count_of(line, &events) && speaks(root, i, "core_siblings_list"))
            add(&s->package_throttles, events);
    }
}

size_t pm_signs_clocked(const char *root, unsigned *cpu, size_t max)
{
    size_t n = 0;
    for (unsigned i = 0, missing = 0; i < CPUS_MAX && missing < HOLE_MAX && n < max; i++) {
        double mhz;
        missing = cpu_exists(root, i) ? 0 : missing + 1;
        if (missing == 0 && pm_signs_mhz(root, i, "scaling_cur_freq", &mhz))
            cpu[n++] = i;
    }
    return n;
}

bool pm_signs_mhz(const char *root, unsigned cpu, const char *file, double *mhz)
{
    char line[64];
    double khz;
    if (!line_at(root, line, sizeof line, "/sys/devices/system/cpu/cpu%u/cpufreq/%s", cpu, file) ||
        !number_of(line, &khz) || !(khz > 0))
        return false;
    *mhz = khz / 1e3;
    return true;
}

/* user nice system idle iowait irq softirq steal; what guests take is in user already. */
static void read_stat(const char *root, struct pm_signs *s)
{
    enum { IDLE = 3, IOWAIT = 4, STEAL = 7, FIELDS = 8 };
    char line[512];
    double field[FIELDS] = {0}, all = 0;
    size_t n = 0;
    if (!line_at(root, line, sizeof line, "/proc/stat") || strncmp(line, "cpu ", 4) != 0)
        return;
    const char *p = line + 4;
    while (n < FIELDS) {
        while (*p == ' ')
            p++;
        if (!pm_number_prefix(p, &field[n], &p) || field[n] < 0)
            break;
        all += field[n++];
    }
    if (n <= IDLE)
        return;
    const double hertz = (double)sysconf(_SC_CLK_TCK);
    s->all_s = all / hertz;
    s->busy_s = (all - field[IDLE] - field[IOWAIT] - field[STEAL]) / hertz;
    if (n > STEAL)
        s->steal_s = field[STEAL] / hertz;
}

/* ---- heat and current ---- */

/* "Processor" (ACPI), "cpufreq-cpu0", "thermal-cpufreq-0", "cpu-balanced" (Jetson) ... */
static bool slows_processor(const char *type)
{
    return strcmp(type, "Processor") == 0 || strncmp(type, "cpu", 3) == 0 ||
           strncmp(type, "thermal-cpu", 11) == 0;
}

static void read_cooling(const char *root, struct pm_signs *s)
{
    for (int i = 0, missing = 0; i < DEVICES_MAX && missing < HOLE_MAX; i++) {
        char line[64];
        double state;
        if (!line_at(root, line, sizeof line, "/sys/class/thermal/cooling_device%d/type", i)) {
            missing++;
            continue;
        }
        missing = 0;
        if (!slows_processor(line) ||
            !line_at(root, line, sizeof line, "/sys/class/thermal/cooling_device%d/cur_state", i) ||
            !count_of(line, &state))
            continue;
        add(&s->cooling_devices, 1);
        add(&s->cooling_active, state > 0 ? 1 : 0);
    }
}

/* The lowest of a zone's passive trip points, where the kernel begins to slow things. */
static double passive_trip(const char *root, int zone)
{
    double lowest = (double)NAN;
    for (int i = 0; i < TRIPS_MAX; i++) {
        char line[64];
        double milli;
        if (!line_at(root, line, sizeof line,
                     "/sys/class/thermal/thermal_zone%d/trip_point_%d_type", zone, i))
            break;
        if (strcmp(line, "passive") == 0 &&
            line_at(root, line, sizeof line, "/sys/class/thermal/thermal_zone%d/trip_point_%d_temp",
                    zone, i) &&
            number_of(line, &milli) && milli > 0)
            lowest = fmin(lowest, milli / 1e3); /* fmin ignores NAN */
    }
    return lowest;
}

static void read_zones(const char *root, struct pm_signs *s)
{
    for (int i = 0, missing = 0; i < DEVICES_MAX && missing < HOLE_MAX; i++) {
        char line[64];
        double milli;
        if (!line_at(root, line, sizeof line, "/sys/class/thermal/thermal_zone%d/temp", i)) {
            missing++; /* a disabled zone cannot be read either */
            continue;
        }
        missing = 0;
        if (!number_of(line, &milli) || milli / 1e3 < COLDEST_C || milli / 1e3 > HOTTEST_C)
            continue;
        const double trip = passive_trip(root, i);
        s->hottest_c = fmax(s->hottest_c, milli / 1e3);
        if (milli / 1e3 >= trip)
            s->passive_trip_c = fmin(s->passive_trip_c, trip);
    }
}

/* Bits 0-3: now; 16-19: since boot. Without "0x". */
static void read_pi(const char *root, struct pm_signs *s)
{
    char line[64], *end;
    if (!line_at(root, line, sizeof line, "/sys/devices/platform/soc/soc:firmware/get_throttled") ||
        strspn(line, "0123456789abcdefABCDEFx") == 0)
        return;
    errno = 0;
    const unsigned long bits = strtoul(line, &end, 16);
    if (errno == 0 && bits <= UINT_MAX && end[strspn(end, " \t")] == '\0')
        s->pi_throttled = (double)bits;
}

/* The chip clears its flags when they are read: what is raised happened since the look before. */
static void read_alarms(const char *root, struct pm_signs *s)
{
    static const char *const kind[] = {"max", "crit"};
    for (int i = 0, missing = 0; i < DEVICES_MAX && missing < HOLE_MAX; i++) {
        char line[64];
        double raised;
        missing++;
        if (!line_at(root, line, sizeof line, "/sys/class/hwmon/hwmon%d/name", i))
            continue;
        missing = 0;
        if (strncmp(line, "ina3221", 7) != 0)
            continue;
        for (int channel = 1; channel <= 4; channel++) {
            for (size_t k = 0; k < 2; k++) {
                if (line_at(root, line, sizeof line, "/sys/class/hwmon/hwmon%d/curr%d_%s_alarm", i,
                            channel, kind[k]) &&
                    count_of(line, &raised))
                    add(&s->overcurrent, raised > 0 ? 1 : 0);
            }
        }
    }
}

/* ---- memory ---- */

static void read_swap(const char *root, struct pm_signs *s)
{
    char full[PATH_MAX], line[256];
    const int n = snprintf(full, sizeof full, "%s/proc/vmstat", root);
    FILE *f = n > 0 && (size_t)n < sizeof full ? fopen(full, "re") : NULL;
    if (f == NULL)
        return;
    while (fgets(line, sizeof line, f) != NULL) {
        double pages;
        const size_t key = strcspn(line, " ");
        line[strcspn(line, "\n")] = '\0';
        if ((strncmp(line, "pswpin ", 7) == 0 || strncmp(line, "pswpout ", 8) == 0) &&
            count_of(line + key + 1, &pages))
            add(&s->swap_pages, pages);
    }
    fclose(f);
}

struct pm_signs pm_signs_read(const char *root)
{
    const double unknown = (double)NAN;
    struct pm_signs s = {unknown, unknown, unknown, unknown, unknown, unknown,
                         unknown, unknown, unknown, unknown, unknown, unknown};
    read_throttles(root, &s);
    read_cooling(root, &s);
    read_pi(root, &s);
    read_alarms(root, &s);
    read_stat(root, &s);
    read_swap(root, &s);
    read_zones(root, &s);
    return s;
}

const char *pm_pi_words(unsigned bits, char *out, size_t size)
{
    static const char *const word[] = {"under-voltage", "frequency capped", "throttled",
                                       "soft temperature limit"};
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        if ((bits >> i & 1U) == 0 || len >= size)
            continue;
        const int n = snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "", word[i]);
        len += n > 0 ? (size_t)n : 0;
    }
    return out;
}
