/* SPDX-License-Identifier: MIT
 * Every source against a device that plays in real time: the watts it says must be those that are
 * played, within 1 %, and nothing else's; or it must refuse, for the right reason. */
#include "base/clock.h"
#include "sensor/source.h"
#include "sensor/sysfs.h"

#include "window.h"

#include <errno.h>
#include <ftw.h>
#include <libgen.h>
#include <linux/perf_event.h>
#include <math.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define AT_ONCE     10
#define TOLERANCE   0.01
#define WINDOW_S    1.6
#define GAUGE_S     0.4
#define ROUGHLY     0.05 /* over so short a time; the device must not break meanwhile */
#define BREAK_MS    4000.0
#define LOST_CHECKS 3

static enum pm_found named(const char *sys, const char *zone, struct pm_source **out,
                           struct pm_refusal *why)
{
    return pm_powercap_open(sys, zone, out, why);
}

typedef enum pm_found open_fn(const char *sys, struct pm_source **out, struct pm_refusal *why);

enum verdict {
    MEASURES, /* .watts within the tolerance, .scope, .words in its name */
    TOO_MUCH, /* it opens, but says more than its own limit */
    ABSENT,   /* .words in the reason */
    REFUSED,  /* .words in the reason, .remedy in the remedy */
    BREAKS,   /* .watts first, then broken, .words in why */
};

struct test {
    const char *name, *tree;
    open_fn *open;
    const char *zone; /* instead of open: the zone to name */
    enum verdict verdict;
    double watts;
    enum pm_scope scope;
    const char *words, *remedy;
    double window_s; /* 0: WINDOW_S */
    bool nobody;     /* as a user who is not root */
};

/* Expected watts are sums of what tests/device/trees plays; a trap beside each is named in it. */
static const struct test tests[] = {
    /* ---- RAPL ---- */
    {"intel-client", "intel-client", pm_rapl_open, .watts = 10, .scope = PM_SCOPE_PACKAGE,
     .words = "rapl: package-0"},
    {"intel-dram", "intel-dram", pm_rapl_open, .watts = 12, .scope = PM_SCOPE_PACKAGE_DRAM,
     .words = "rapl: package-0 + dram"},
    {"server", "server", pm_rapl_open, .watts = 100, .scope = PM_SCOPE_PACKAGE_DRAM,
     .words = "package-0-die-0, package-0-die-1, package-1-die-0, package-1-die-1 + dram"},
    {"flat", "flat", pm_rapl_open, .watts = 22.25, .scope = PM_SCOPE_PACKAGE_DRAM,
     .words = "package-0, package-1 + dram"},
    {"amd", "amd", pm_rapl_open, .watts = 30, .scope = PM_SCOPE_PACKAGE, .words = "package-0"},
    {"mmio-only", "mmio-only", pm_rapl_open, .watts = 7.5, .scope = PM_SCOPE_PACKAGE,
     .words = "package-0"},
    {"wraps", "wraps", pm_rapl_open, .watts = 10, .scope = PM_SCOPE_PACKAGE, .words = "package-0",
     .window_s = 3.1},
    {"denied", "denied", pm_rapl_open, .verdict = REFUSED, .nobody = true,
     .words = "intel-rapl:0/energy_uj cannot be read: Permission denied",
     .remedy = "sudo chmod a+r /"},
    {"psys-only", "psys-only", pm_rapl_open, .verdict = REFUSED, .words = "only psys",
     .remedy = "powercap:ZONE"},
    {"masked", "masked", pm_rapl_open, .verdict = REFUSED, .words = "hidden",
     .remedy = "--sysfs /host/sys"},
    {"no-zones", "no-zones", pm_rapl_open, .verdict = REFUSED, .words = "has no zones",
     .remedy = "modprobe"},
    {"rapl-empty", "empty", pm_rapl_open, .verdict = ABSENT, .words = "there is no "},
    {"rapl-on-arm", "scmi", pm_rapl_open, .verdict = ABSENT, .words = "has no RAPL"},
    {"reset", "reset", pm_rapl_open, .verdict = BREAKS, .watts = 10,
     .words = "intel-rapl:0/energy_uj went back"},
    {"reset-small", "reset-small", pm_rapl_open, .verdict = BREAKS, .watts = 10,
     .words = "it was reset"},
    {"no-range", "no-range", pm_rapl_open, .verdict = BREAKS, .watts = 10, .words = "it was reset"},
    {"garbage", "garbage", pm_rapl_open, .verdict = BREAKS, .watts = 10,
     .words = "intel-rapl:0/energy_uj does not hold a number"},
    {"negative", "negative", pm_rapl_open, .verdict = BREAKS, .watts = 10,
     .words = "intel-rapl:0/energy_uj is negative"},
    {"dying", "dying", pm_rapl_open, .verdict = BREAKS, .watts = 10,
     .words = "intel-rapl:0/energy_uj cannot be read: No such file"},
    /* ---- powercap by name ---- */
    {"named-psys", "intel-client", .zone = "psys", .watts = 20, .scope = PM_SCOPE_PLATFORM,
     .words = "powercap: psys"},
    {"named-folder", "intel-client", .zone = "intel-rapl:0", .watts = 10, .scope = PM_SCOPE_PACKAGE,
     .words = "powercap: package-0"},
    {"named-package", "intel-client", .zone = "package-0", .watts = 10, .scope = PM_SCOPE_PACKAGE,
     .words = "package-0"},
    {"named-core", "intel-client", .zone = "core", .watts = 6, .scope = PM_SCOPE_UNKNOWN,
     .words = "core"},
    {"named-power", "scmi", .zone = "arm-scmi:1", .watts = 1.5, .scope = PM_SCOPE_PACKAGE,
     .words = "ddr"},
    {"named-many", "flat", .zone = "dram", .verdict = REFUSED,
     .words = "several zones: intel-rapl:0:0, intel-rapl:1:0"},
    {"named-nothing", "intel-client", .zone = "intel-rapl:7", .verdict = ABSENT,
     .words = "no zone \"intel-rapl:7\""},
    {"named-denied", "denied", .zone = "package-0", .verdict = REFUSED, .nobody = true,
     .words = "Permission denied", .remedy = "sudo chmod a+r /"},
    /* ---- SCMI ---- */
    {"scmi", "scmi", pm_scmi_open, .watts = 5.75, .scope = PM_SCOPE_PACKAGE,
     .words = "scmi: soc + ddr"},
    {"scmi-absent", "intel-client", pm_scmi_open, .verdict = ABSENT, .words = "no arm-scmi zone"},
    /* ---- perf: processor 0's clock as a joule a second, and twice that for memory ---- */
    {"perf", "perf", pm_perf_open, .watts = 3, .scope = PM_SCOPE_PACKAGE_DRAM,
     .words = "perf: energy-pkg + energy-ram"},
    {"perf-nobody", "perf", pm_perf_open, .verdict = REFUSED, .nobody = true,
     .words = "power/energy-pkg: ", .remedy = "CAP_PERFMON"},
    {"perf-absent", "empty", pm_perf_open, .verdict = ABSENT, .words = "there is no "},
    /* ---- Jetson ---- */
    {"tx1", "tx1-iio", pm_jetson_open, .watts = 9.875, .scope = PM_SCOPE_MODULE,
     .words = "jetson: VDD_IN"},
    {"nano", "nano-iio", pm_jetson_open, .watts = 4.75, .scope = PM_SCOPE_BOARD,
     .words = "jetson: POM_5V_IN"},
    {"tx2", "tx2-hwmon", pm_jetson_open, .watts = 7.6, .scope = PM_SCOPE_MODULE,
     .words = "jetson: VDD_IN"},
    {"orin-nano", "orin-nano", pm_jetson_open, .watts = 6.3, .scope = PM_SCOPE_MODULE,
     .words = "jetson: VDD_IN"},
    {"agx-orin", "agx-orin", pm_jetson_open, .watts = 16, .scope = PM_SCOPE_MODULE,
     .words = "jetson: VDD_GPU_SOC + VDD_CPU_CV + VIN_SYS_5V0"},
    {"agx-xavier", "agx-xavier", pm_jetson_open, .watts = 14.355, .scope = PM_SCOPE_MODULE,
     .words = "jetson: GPU + CPU + SOC + CV + VDDRQ + SYS5V"},
    {"agx-thor", "agx-thor", pm_jetson_open, .watts = 58.25, .scope = PM_SCOPE_BOARD,
     .words = "jetson: VIN"},
    {"tx2nx-1000x", "tx2nx-1000x", pm_jetson_open, .verdict = TOO_MUCH},
    {"jetson-unknown", "jetson-unknown", pm_jetson_open, .verdict = REFUSED,
     .words = "VDD_FUTURE, VDD_MORE, NC"},
    {"no-jetson", "no-jetson", pm_jetson_open, .verdict = ABSENT, .words = "rails of a Jetson"},
    {"jetson-empty", "empty", pm_jetson_open, .verdict = ABSENT, .words = "rails of a Jetson"},
    /* ---- battery ---- */
    {"battery", "battery", pm_battery_open, .watts = 11.25, .scope = PM_SCOPE_BOARD,
     .words = "battery: BAT0"},
    {"battery-minus", "battery-minus", pm_battery_open, .watts = 8.55, .scope = PM_SCOPE_BOARD,
     .words = "battery: BAT0"},
    {"battery-two", "battery-two", pm_battery_open, .watts = 9.5, .scope = PM_SCOPE_BOARD,
     .words = "battery: BAT0 + BAT1"},
    {"battery-full", "battery-full", pm_battery_open, .verdict = REFUSED, .words = "BAT0 is Full",
     .remedy = "unplug"},
    {"battery-charging", "battery-charging", pm_battery_open, .verdict = REFUSED,
     .words = "BAT0 is Charging", .remedy = "unplug"},
    {"battery-plugged", "battery-plugged", pm_battery_open, .verdict = BREAKS, .watts = 11.25,
     .words = "BAT0 is Charging"},
    {"no-battery", "no-battery", pm_battery_open, .verdict = ABSENT, .words = "has no battery"},
};

/* ---- the device ---- */

static char scratch[64];
static const char *player, *trees;
static char play_late[160]; /* the player's file of that name, of the device that is examined */

static pid_t start_device(const char *tree, const char *dir)
{
    char spec[4096], word[16] = "";
    int ends[2];
    snprintf(spec, sizeof spec, "%s/%s", trees, tree);
    if (pipe(ends) != 0)
        return -1;
    const pid_t pid = fork();
    if (pid == 0) {
        (void)!nice(-10); /* where it may: a device does not wait for its processor */
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(player, player, dir, spec, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    const ssize_t got = read(ends[0], word, sizeof word - 1); /* "ready": every file is there */
    close(ends[0]);
    return got > 0 && strcmp(word, "ready\n") == 0 ? pid : -1;
}

/* ---- one test, in a process of its own ---- */

struct outcome {
    bool ok;
    char text[400];
};

__attribute__((format(printf, 2, 3))) static struct outcome outcome(bool ok, const char *fmt, ...)
{
    struct outcome o = {.ok = ok};
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(o.text, sizeof o.text, fmt, ap);
    va_end(ap);
    return o;
}

static struct outcome check_watts(const struct test *t, struct pm_source *s, double seconds,
                                  double tolerance)
{
    char why[240];
    double late_s = 0;
    const double watts = window_w(s, play_late, seconds, &late_s, why, sizeof why);
    if (isnan(watts))
        return outcome(false, "%s", why);
    const double error = watts / t->watts - 1;
    if (s->kind == PM_COUNTER)
        tolerance += late_s / seconds;
    return outcome(fabs(error) <= tolerance, "%.4f W of %g W: %+.3f %% (%.1f allowed)", watts,
                   t->watts, 100 * error, 100 * tolerance);
}

static struct outcome check_measures(const struct test *t, struct pm_source *s)
{
    if (s->scope != t->scope)
        return outcome(false, "its scope is %s", pm_scope_name(s->scope));
    if (strstr(s->name, t->words) == NULL)
        return outcome(false, "its name is \"%s\"", s->name);
    if (!(s->gain_rel > 0 && s->limit_w > t->watts) || (s->kind == PM_COUNTER && s->guard_ms < 20))
        return outcome(false, "gain %g, limit %g W, guard %g ms", s->gain_rel, s->limit_w,
                       s->guard_ms);
    const double seconds = t->window_s > 0 ? t->window_s : WINDOW_S;
    return check_watts(t, s, s->kind == PM_GAUGE ? GAUGE_S : seconds, TOLERANCE);
}

static struct outcome check_breaks(const struct test *t, struct pm_source *s)
{
    struct outcome o = check_watts(t, s, GAUGE_S, ROUGHLY);
    const double until_ms = pm_clock_ms() + BREAK_MS;
    while (o.ok && pm_clock_ms() < until_ms) {
        char why[240] = "";
        double value, at_ms;
        const enum pm_reading r = s->ops->read(s, 0, &value, &at_ms, why, sizeof why);
        if (r == PM_READING_BROKEN)
            return outcome(strstr(why, t->words) != NULL, "%s", why);
        if (r == PM_READING_NONE)
            return outcome(false, "a lost reading where it is broken");
        sleep_ms(20);
    }
    return o.ok ? outcome(false, "it never broke") : o;
}

static struct outcome check_too_much(struct pm_source *s)
{
    char why[240] = "";
    double value = 0, at_ms;
    const enum pm_reading r = s->ops->read(s, 0, &value, &at_ms, why, sizeof why);
    return outcome(r == PM_READING_OK && value > s->limit_w, "%.1f W, limit %.1f W %s", value,
                   s->limit_w, why);
}

static struct outcome check_refusal(const struct test *t, enum pm_found found,
                                    const struct pm_refusal *why)
{
    const bool as_wanted = (t->verdict == ABSENT && found == PM_ABSENT) ||
                           (t->verdict == REFUSED && found == PM_REFUSED);
    const bool words = strstr(why->reason, t->words != NULL ? t->words : "") != NULL;
    const bool remedy = t->remedy != NULL ? strstr(why->remedy, t->remedy) != NULL : true;
    return outcome(as_wanted && words && remedy, "%s (%s)", why->reason, why->remedy);
}

static size_t open_files(void)
{
    glob_t files;
    const size_t n = pm_sysfs_glob("/proc", "self/fd/*", &files) ? files.gl_pathc : 0;
    globfree(&files);
    return n;
}

static struct outcome examine(const struct test *t, const char *dir)
{
    snprintf(play_late, sizeof play_late, "%s/.late", dir);
    struct pm_source *s = NULL;
    struct pm_refusal why = {"", ""};
    const enum pm_found found =
        t->zone != NULL ? named(dir, t->zone, &s, &why) : t->open(dir, &s, &why);
    if (found != PM_FOUND || t->verdict == ABSENT || t->verdict == REFUSED)
        return found == PM_FOUND ? outcome(false, "it opened as %s", s->name)
                                 : check_refusal(t, found, &why);
    const struct outcome o = t->verdict == MEASURES ? check_measures(t, s)
                             : t->verdict == BREAKS ? check_breaks(t, s)
                                                    : check_too_much(s);
    s->ops->close(s);
    return o;
}

/* Who may not read what root may. Without root we are that already, but own the files. */
static bool become_nobody(const char *dir)
{
    const struct passwd *nobody = getpwnam("nobody");
    if (geteuid() == 0)
        return nobody != NULL && setgid(nobody->pw_gid) == 0 && setuid(nobody->pw_uid) == 0;
    char path[PM_SYSFS_PATH];
    if (pm_sysfs_join(path, dir, "class/powercap/intel-rapl:0/energy_uj") &&
        access(path, F_OK) == 0)
        return chmod(path, 0) == 0;
    return true;
}

/* May this process count a whole processor's events? The kernel's setting, a capability and a
 * container's filter all have their say, so it is tried. */
static bool perf_is_open(void)
{
    struct perf_event_attr attr = {.size = sizeof attr, .type = PERF_TYPE_SOFTWARE};
    const int fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* The same device is measured by who may, and refused to who may not. */
static struct test as_allowed(struct test t)
{
    if (t.open != pm_perf_open || t.verdict == ABSENT)
        return t;
    if (perf_is_open())
        return (struct test){t.name,
                             t.tree,
                             t.open,
                             .watts = 3,
                             .scope = PM_SCOPE_PACKAGE_DRAM,
                             .words = "perf: energy-pkg + energy-ram"};
    return (struct test){t.name,
                         t.tree,
                         t.open,
                         .verdict = REFUSED,
                         .words = "perf does not give its event power/energy-pkg: ",
                         .remedy = "CAP_PERFMON"};
}

static int examine_and_say(const struct test *t, const char *dir)
{
    char line[512];
    struct outcome o;
    if (t->nobody && !become_nobody(dir)) {
        o = outcome(false, "cannot become nobody");
    } else {
        const size_t files = open_files();
        const struct test allowed = as_allowed(*t);
        o = examine(&allowed, dir);
        if (o.ok && open_files() != files)
            o = outcome(false, "%zu files were open before, %zu after", files, open_files());
    }
    const int n = snprintf(line, sizeof line, "%s source %s%s%s\n", o.ok ? "ok" : "not ok", t->name,
                           o.text[0] != '\0' ? ": " : "", o.text);
    return write(STDOUT_FILENO, line, (size_t)n) == n && o.ok ? 0 : 1;
}

/* The reader is a process beside the device: as nobody it could not end it, nor would the device
 * die with it. */
static int run_test(const struct test *t)
{
    char dir[128];
    int status = 1;
    snprintf(dir, sizeof dir, "%s/%s", scratch, t->name);
    const pid_t device = mkdir(dir, 0755) == 0 ? start_device(t->tree, dir) : -1;
    if (device < 0) {
        printf("not ok source %s: the device %s does not play\n", t->name, t->tree);
        fflush(stdout);
        return 1;
    }
    const pid_t reader = fork();
    if (reader == 0)
        _exit(examine_and_say(t, dir));
    if (reader > 0)
        waitpid(reader, &status, 0);
    kill(device, SIGKILL);
    waitpid(device, NULL, 0);
    return status != 0;
}

/* ---- lost readings: a pipe with a writer that says nothing is EAGAIN ---- */

static void check_lost(void)
{
    static const int lost[LOST_CHECKS] = {ENODATA, EAGAIN, ETIMEDOUT};
    char path[PM_SYSFS_PATH], why[240] = "";
    double value = 0, at_ms;
    struct pm_source *s = NULL;
    struct pm_refusal refusal;
    bool ok = true;
    for (int i = 0; i < LOST_CHECKS; i++)
        ok = ok && pm_sysfs_judge("f", lost[i], why, sizeof why) == PM_READING_NONE;
    snprintf(path, sizeof path, "%s/class/powercap/arm-scmi:0", scratch);
    for (char *slash = path; (slash = strchr(slash + 1, '/')) != NULL; *slash = '/') {
        *slash = '\0';
        mkdir(path, 0755);
    }
    mkdir(path, 0755);
    strncat(path, "/power_uw", sizeof path - strlen(path) - 1);
    FILE *f = mkfifo(path, 0644) == 0 ? fopen(path, "r+") : NULL;
    ok = ok && f != NULL && pm_scmi_open(scratch, &s, &refusal) == PM_FOUND &&
         s->ops->read(s, 0, &value, &at_ms, why, sizeof why) == PM_READING_NONE;
    ok = ok && fputs("2385000\n", f) >= 0 && fflush(f) == 0 &&
         s->ops->read(s, 0, &value, &at_ms, why, sizeof why) == PM_READING_OK &&
         fabs(value - 2.385) < 1e-9;
    printf("%s source lost-readings%s%s\n", ok ? "ok" : "not ok", why[0] != '\0' ? ": " : "", why);
    fflush(stdout);
    if (s != NULL)
        s->ops->close(s);
    if (f != NULL)
        fclose(f);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *where)
{
    (void)st, (void)flag, (void)where;
    return remove(path);
}

int main(int argc, char **argv)
{
    static char self[4096], play_path[4200], trees_path[4096];
    const char *only = argc > 1 ? argv[1] : NULL, *folder = getenv("TESTS");
    snprintf(self, sizeof self, "%s", argv[0]);
    snprintf(play_path, sizeof play_path, "%s/tools/play", dirname(self));
    snprintf(trees_path, sizeof trees_path, "%s/device/trees", folder != NULL ? folder : "tests");
    player = play_path;
    trees = trees_path;
    /* Not TMPDIR: nobody must be able to look into it. */
    snprintf(scratch, sizeof scratch, "/tmp/pickmodel-device-XXXXXX");
    if (mkdtemp(scratch) == NULL || chmod(scratch, 0755) != 0)
        return 2;
    size_t running = 0;
    int failed = 0, status;
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        if (only != NULL && strcmp(only, tests[i].name) != 0)
            continue;
        if (running == AT_ONCE && wait(&status) > 0) {
            failed |= status;
            running--;
        }
        const pid_t pid = fork();
        if (pid == 0)
            _exit(run_test(&tests[i]));
        running += pid > 0 ? 1 : 0;
    }
    while (wait(&status) > 0)
        failed |= status;
    if (only == NULL)
        check_lost();
    nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return failed != 0;
}
