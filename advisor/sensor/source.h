/* SPDX-License-Identifier: MIT
 * One place where watts or joules can be read, whatever it is: a table of functions a kind of
 * sensor. Sources only read; windows, sampling and plausibility over time are in sensor/meter.
 *
 * A constructor (`pm_rapl_open`, ...) looks for its sensor under a folder that stands for /sys, and
 * returns PM_FOUND with *out set, or why not. It makes no judgement of the values; the live read is
 * sensor/probe's. */
#ifndef PM_SOURCE_H
#define PM_SOURCE_H

#include "base/scope.h"

#include <stdbool.h>
#include <stddef.h>

enum pm_source_kind {
    PM_COUNTER, /* joules since it was opened, wrap-around handled; differenced, never sampled */
    PM_GAUGE,   /* watts now, or averaged over its own update period; polled */
    PM_STREAM,  /* watts that arrive by themselves: wait, then read */
    PM_ASSUMED, /* watts the user named; nothing is read */
};

enum pm_reading {
    PM_READING_OK,
    PM_READING_NONE, /* this one is lost or not there yet (EAGAIN, ENODATA, ETIMEDOUT); try again */
    PM_READING_BROKEN /* the sensor is gone, or says what cannot be: the text says which */
};

struct pm_source;

struct pm_source_ops {
    /* *value in J or W by kind, taken at *at_ms on pm_clock_ms. PM_STREAM: waits up to wait_ms for
     * the next value; others ignore it. BROKEN fills why. */
    enum pm_reading (*read)(struct pm_source *s, double wait_ms, double *value, double *at_ms,
                            char *why, size_t why_size);
    void (*close)(struct pm_source *s); /* frees s itself */
};

struct pm_source { /* the first member of every kind's own struct */
    const struct pm_source_ops *ops;
    enum pm_source_kind kind;
    enum pm_scope scope;
    char name[96];    /* "rapl: package-0 + dram", for people and for the record */
    double period_ms; /* nominal update period; NAN when not known */
    double gain_rel;  /* standard uncertainty of its gain, relative: 0.05 */
    double settle_ms; /* it averages over this long: what was before shows until then */
    double limit_w;   /* more than this is not believed */
    double guard_ms;  /* PM_COUNTER: must be read at least this often, lest a wrap is missed */
    double assumed_w; /* PM_ASSUMED */
};

enum pm_found {
    PM_FOUND,
    PM_ABSENT,  /* no such thing here */
    PM_REFUSED, /* it is there, but: reason, and what to do about it */
    PM_FOUND_NOMEM
};

struct pm_refusal {
    char reason[240];
    char remedy[240]; /* "" when there is none */
};

#define PM_SYSFS "/sys" /* what `sys` is unless --sysfs names another folder */

/* ---- kinds; `sys` stands for /sys; *out is owned by the caller: out->ops->close ---- */

/* Jetson module rails by driver and label: JetPack 4 (iio, mW) and later (hwmon, mV x mA).
 * jetson.c */
enum pm_found pm_jetson_open(const char *sys, struct pm_source **out, struct pm_refusal *why);
/* ACPI power_meter, and INA2xx chips whose label names the board's input, through libsensors, which
 * reads the real /sys alone. chip_feature: "CHIP/FEATURE" as the user named it; NULL: automatic.
 * hwmon.c */
enum pm_found pm_hwmon_open(const char *sys, const char *chip_feature, struct pm_source **out,
                            struct pm_refusal *why);
/* RAPL through powercap: package-* and their dram, by name; never core, uncore, psys or the mmio
 * twin. rapl.c */
enum pm_found pm_rapl_open(const char *sys, struct pm_source **out, struct pm_refusal *why);
/* One powercap zone as the user named it, "intel-rapl:0" or "psys": energy_uj or power_uw.
 * powercap.c */
enum pm_found pm_powercap_open(const char *sys, const char *zone, struct pm_source **out,
                               struct pm_refusal *why);
/* Arm SCMI powercap zones (power_uw), top-level ones summed. powercap.c */
enum pm_found pm_scmi_open(const char *sys, struct pm_source **out, struct pm_refusal *why);
/* perf's energy-pkg (and energy-ram): where powercap is masked. perf.c */
enum pm_found pm_perf_open(const char *sys, struct pm_source **out, struct pm_refusal *why);
/* NVIDIA's management library, loaded at run time, judged by a read. index: of the GPU. nvml.c */
enum pm_found pm_nvml_open(int index, struct pm_source **out, struct pm_refusal *why);
/* A battery, only while it discharges. battery.c */
enum pm_found pm_battery_open(const char *sys, struct pm_source **out, struct pm_refusal *why);
/* A command of the user's that prints watts, a number a line. command.c */
enum pm_found pm_command_open(const char *command, struct pm_source **out, struct pm_refusal *why);
/* "PATH:unit", unit one of uW mW W (read as they are) or uJ mJ J (a counter). file_source.c */
enum pm_found pm_file_open(const char *path_unit, struct pm_source **out, struct pm_refusal *why);
/* "W": watts taken as given: 1e-6 to 1e5, which a profile can hold. assume.c */
bool pm_assumable(double watts);
enum pm_found pm_assume_open(const char *watts, struct pm_source **out, struct pm_refusal *why);

#endif
