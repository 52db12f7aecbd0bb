/* SPDX-License-Identifier: MIT
 * Power meters of the kernel's hwmon, through libsensors: it knows the scaling of each attribute
 * and what /etc/sensors3.conf corrects (a wrong shunt resistor, say).
 *
 * Nobody knows from the outside what a channel measures, so none are ever added up, and an INA2xx
 * is taken by itself only when a label says that the whole board is fed through it. */
#include "sensor/source.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "sensor/words.h"

#include <ctype.h>
#include <math.h>
#include <sensors/error.h>
#include <sensors/sensors.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GAIN_INA   0.02
#define GAIN_OTHER 0.05
/* The bus of an INA2xx ends at 36 V, and 20 A is much for its shunt. */
#define LIMIT_INA_W   720.0
#define LIMIT_OTHER_W 10000.0 /* ACPI power meters sit in servers */
/* An ACPI power meter that does not name its averaging interval: a second is usual. */
#define SETTLE_UNKNOWN_MS 1000.0
#define NAME_SIZE         80

struct hwmon {
    struct pm_source source;
    const sensors_chip_name *chip; /* libsensors' own, until cleanup */
    int subfeature;
    bool started;
    double first_j, last_j;
};

/* ---- libsensors, kept quiet and alive ---- */

/* Out of memory, libsensors calls this and must never see it return; its own version ends the
 * program. What it was doing is abandoned. */
static _Thread_local jmp_buf escape;

static void on_fatal(const char *proc, const char *text)
{
    (void)proc;
    (void)text;
    longjmp(escape, 1);
}

static void on_parse_error(const char *text, const char *file, int line)
{
    (void)text;
    (void)file;
    (void)line;
}

static void on_plain_parse_error(const char *text, int line)
{
    (void)text;
    (void)line;
}

/* Everything that calls libsensors runs in here; false: it ran out of memory. */
static bool guarded(void (*work)(void *arg), void *arg)
{
    if (setjmp(escape) != 0)
        return false;
    work(arg);
    return true;
}

static int users; /* of libsensors, which starts once */

/* 0, or libsensors' error. */
static int hold(void)
{
    if (users == 0) {
        sensors_fatal_error = on_fatal;
        sensors_parse_error_wfn = on_parse_error;
        sensors_parse_error = on_plain_parse_error;
        const int failed = sensors_init(NULL);
        if (failed != 0)
            return failed;
    }
    users++;
    return 0;
}

static void release(void)
{
    if (--users == 0)
        sensors_cleanup();
}

/* ---- chips ---- */

static bool chip_name(const sensors_chip_name *chip, char *out)
{
    return sensors_snprintf_chip_name(out, NAME_SIZE, chip) > 0;
}

/* ina219, ina226, ina230, ina231, ina238, ina260 ...; the three-channel ina3221 is a Jetson's. */
static bool is_ina2xx(const sensors_chip_name *chip)
{
    return strncmp(chip->prefix, "ina2", 4) == 0 && isdigit((unsigned char)chip->prefix[4]);
}

/* The kernel shows each battery in hwmon too, without saying whether it charges. */
static bool is_battery(const sensors_chip_name *chip)
{
    static const char wanted[] = "/power_supply";
    char link[512], target[512];
    snprintf(link, sizeof link, "%.480s/device/subsystem", chip->path);
    const ssize_t n = readlink(link, target, sizeof target - 1);
    if (n < (ssize_t)(sizeof wanted - 1))
        return false;
    target[n] = '\0';
    return strcmp(target + n - (sizeof wanted - 1), wanted) == 0;
}

/* Labels that people and device trees give to the supply of all the board. The whole label must
 * match: "VIN_SYS_5V0" is one rail of several. Case, blanks, '-' and '_' do not count. */
static bool names_input(const char *label)
{
    static const char *const words[] = {
        "VIN",    "VDD_IN", "DC_IN",       "POWER_IN",    "INPUT",        "BOARD",
        "SYSTEM", "TOTAL",  "INPUT_POWER", "BOARD_POWER", "SYSTEM_POWER", "TOTAL_POWER"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (pm_text_same_name(label, words[i]))
            return true;
    return false;
}

/* Of any of its channels, or of the chip as the device tree labels it, which libsensors does not
 * read. */
static bool is_labelled_input(const sensors_chip_name *chip)
{
    const sensors_feature *feature;
    char path[512], text[80];
    snprintf(path, sizeof path, "%.480s/label", chip->path);
    if (pm_file_first_line(path, text, sizeof text) && names_input(text))
        return true;
    for (int nr = 0; (feature = sensors_get_features(chip, &nr)) != NULL;) {
        char *label = sensors_get_label(chip, feature);
        const bool input = label != NULL && names_input(label);
        free(label);
        if (input)
            return true;
    }
    return false;
}

/* ---- features ---- */

static const sensors_subfeature *readable(const sensors_chip_name *chip,
                                          const sensors_feature *feature,
                                          sensors_subfeature_type type)
{
    const sensors_subfeature *sub = sensors_get_subfeature(chip, feature, type);
    return sub != NULL && (sub->flags & SENSORS_MODE_R) != 0 ? sub : NULL;
}

/* Where power or energy is read in this feature; NULL: it has neither. */
static const sensors_subfeature *value_of(const sensors_chip_name *chip,
                                          const sensors_feature *feature)
{
    if (feature->type == SENSORS_FEATURE_ENERGY)
        return readable(chip, feature, SENSORS_SUBFEATURE_ENERGY_INPUT);
    if (feature->type != SENSORS_FEATURE_POWER)
        return NULL;
    const sensors_subfeature *sub = readable(chip, feature, SENSORS_SUBFEATURE_POWER_INPUT);
    return sub != NULL ? sub : readable(chip, feature, SENSORS_SUBFEATURE_POWER_AVERAGE);
}

/* The feature called or labelled so; any at all when wanted is NULL. */
static const sensors_feature *find_feature(const sensors_chip_name *chip, const char *wanted)
{
    const sensors_feature *feature;
    for (int nr = 0; (feature = sensors_get_features(chip, &nr)) != NULL;) {
        if (value_of(chip, feature) == NULL)
            continue;
        char *label = wanted != NULL ? sensors_get_label(chip, feature) : NULL;
        const bool same = wanted == NULL || strcmp(feature->name, wanted) == 0 ||
                          (label != NULL && strcmp(label, wanted) == 0);
        free(label);
        if (same)
            return feature;
    }
    return NULL;
}

static double attribute_ms(const sensors_chip_name *chip, const char *attribute)
{
    char path[512], text[32];
    double ms;
    snprintf(path, sizeof path, "%.440s/%s", chip->path, attribute);
    if (!pm_file_first_line(path, text, sizeof text) || !pm_number_double(text, &ms) || ms <= 0)
        return NAN;
    return ms;
}

/* ---- reading ---- */

struct reading {
    struct hwmon *h;
    double value;
    int failed;
};

static void work_read(void *arg)
{
    struct reading *r = arg;
    r->failed = sensors_get_value(r->h->chip, r->h->subfeature, &r->value);
}

static enum pm_reading read_hwmon(struct pm_source *s, double wait_ms, double *value, double *at_ms,
                                  char *why, size_t why_size)
{
    struct hwmon *h = (struct hwmon *)s;
    struct reading r = {.h = h};
    (void)wait_ms;
    if (!guarded(work_read, &r))
        return PM_READING_NONE;
    *at_ms = pm_clock_ms();
    /* a driver without a value just now is -ERR_ACCESS_R or -ERR_IO; a file that is gone is not */
    if (r.failed == -SENSORS_ERR_ACCESS_R || r.failed == -SENSORS_ERR_IO)
        return PM_READING_NONE;
    if (r.failed != 0) {
        snprintf(why, why_size, "libsensors: %.100s", sensors_strerror(r.failed));
        return PM_READING_BROKEN;
    }
    *value = r.value;
    if (s->kind != PM_COUNTER)
        return PM_READING_OK;
    if (!h->started) {
        h->started = true;
        h->first_j = h->last_j = r.value;
    }
    if (r.value < h->last_j) {
        snprintf(why, why_size, "the counter went back from %.10g J to %.10g J", h->last_j,
                 r.value);
        return PM_READING_BROKEN;
    }
    h->last_j = r.value;
    *value = r.value - h->first_j;
    return PM_READING_OK;
}

static void close_hwmon(struct pm_source *s)
{
    release();
    free(s);
}

/* ---- choosing ---- */

struct search {
    const char *wanted; /* "CHIP/FEATURE"; NULL: automatic */
    struct hwmon *h;
    struct pm_refusal *why;
    bool held; /* libsensors is, for h */
    enum pm_found found;
};

/* Fills h from a feature that has a value. */
static enum pm_found take(struct search *q, const sensors_chip_name *chip,
                          const sensors_feature *feature)
{
    static const struct pm_source_ops ops = {read_hwmon, close_hwmon};
    const sensors_subfeature *value = value_of(chip, feature);
    const bool averaged = value->type == SENSORS_SUBFEATURE_POWER_AVERAGE;
    const bool ina = is_ina2xx(chip), meter = strcmp(chip->prefix, "power_meter") == 0;
    char interval[64], text[NAME_SIZE * 2], name[NAME_SIZE] = "";
    snprintf(interval, sizeof interval, "%.32s_average_interval", feature->name);
    chip_name(chip, name);
    const double period = attribute_ms(chip, averaged ? interval : "update_interval");
    q->h->chip = chip;
    q->h->subfeature = value->number;
    q->h->source = (struct pm_source){
        .ops = &ops,
        .kind = feature->type == SENSORS_FEATURE_ENERGY ? PM_COUNTER : PM_GAUGE,
        .scope = meter || (ina && is_labelled_input(chip)) ? PM_SCOPE_BOARD : PM_SCOPE_UNKNOWN,
        .period_ms = period,
        .gain_rel = ina ? GAIN_INA : GAIN_OTHER,
        .settle_ms = !averaged       ? 0
                     : isnan(period) ? SETTLE_UNKNOWN_MS
                                     : period,
        .limit_w = ina ? LIMIT_INA_W : LIMIT_OTHER_W,
    };
    char *label = sensors_get_label(chip, feature);
    const bool labelled = label != NULL && strcmp(label, feature->name) != 0;
    snprintf(text, sizeof text, "%s %.32s%s%.20s%s", name, feature->name, labelled ? " (" : "",
             labelled ? label : "", labelled ? ")" : "");
    free(label);
    pm_words_name(&q->h->source, "hwmon", text);
    return PM_FOUND;
}

struct candidates { /* of one kind: the first, and how many there are */
    const sensors_chip_name *chip;
    int n;
};

static void add(struct candidates *c, const sensors_chip_name *chip)
{
    if (c->n++ == 0)
        c->chip = chip;
}

static enum pm_found refuse_candidates(struct search *q, const struct candidates *c,
                                       const char *before, const char *after)
{
    char name[NAME_SIZE] = "";
    chip_name(c->chip, name);
    const sensors_feature *feature = find_feature(c->chip, NULL);
    pm_refuse(q->why, PM_REFUSED, "", "%s%s%s", before, name, after);
    snprintf(q->why->remedy, sizeof q->why->remedy, "name it with --power hwmon:%s/%.40s", name,
             feature != NULL ? feature->name : "FEATURE");
    return PM_REFUSED;
}

static enum pm_found find_automatic(struct search *q)
{
    struct candidates meters = {NULL, 0}, inputs = {NULL, 0}, others = {NULL, 0};
    const sensors_chip_name *chip;
    for (int nr = 0; (chip = sensors_get_detected_chips(NULL, &nr)) != NULL;) {
        if (find_feature(chip, NULL) == NULL || is_battery(chip))
            continue;
        if (strcmp(chip->prefix, "power_meter") == 0)
            add(&meters, chip);
        else if (is_ina2xx(chip))
            add(is_labelled_input(chip) ? &inputs : &others, chip);
    }
    if (meters.n > 1)
        return refuse_candidates(q, &meters, "several ACPI power meters, one of them ", "");
    if (meters.n == 1)
        return take(q, meters.chip, find_feature(meters.chip, NULL));
    if (inputs.n > 1)
        return refuse_candidates(
            q, &inputs, "several chips are labelled as the input of the board, one of them ", "");
    if (inputs.n == 1)
        return take(q, inputs.chip, find_feature(inputs.chip, NULL));
    if (others.n > 0)
        return refuse_candidates(q, &others, "no label of ",
                                 " says that it measures the input of the board");
    return pm_refuse(q->why, PM_ABSENT, "",
                     "no ACPI power meter and no INA2xx among the chips of "
                     "/sys/class/hwmon");
}

/* The chip that sensors(1) prints so, or the only one that begins so. */
static const sensors_chip_name *find_chip(struct search *q, const char *wanted)
{
    const sensors_chip_name *chip, *found = NULL;
    char name[NAME_SIZE], all[160] = "";
    int n = 0;
    for (int nr = 0; (chip = sensors_get_detected_chips(NULL, &nr)) != NULL;) {
        if (!chip_name(chip, name))
            continue;
        if (strcmp(name, wanted) == 0)
            return chip;
        if (strncmp(name, wanted, strlen(wanted)) == 0) {
            found = chip;
            n++;
        }
        const size_t len = strlen(all);
        snprintf(all + len, sizeof all - len, "%s%s", len > 0 ? ", " : "", name);
    }
    if (n == 1)
        return found;
    pm_refuse(q->why, n == 0 ? PM_ABSENT : PM_REFUSED, "", "%s %s",
              n == 0 ? "there is no chip" : "several chips begin with",
              pm_words_quote(wanted).text);
    snprintf(q->why->remedy, sizeof q->why->remedy, "%s%s",
             all[0] != '\0' ? "the chips are " : "libsensors finds no chip here", all);
    q->found = n == 0 ? PM_ABSENT : PM_REFUSED;
    return NULL;
}

static enum pm_found refuse_feature(struct search *q, const sensors_chip_name *chip,
                                    const char *wanted)
{
    const sensors_feature *feature;
    char all[160] = "";
    for (int nr = 0; (feature = sensors_get_features(chip, &nr)) != NULL;) {
        const size_t len = strlen(all);
        if (value_of(chip, feature) != NULL)
            snprintf(all + len, sizeof all - len, "%s%s", len > 0 ? ", " : "", feature->name);
    }
    pm_refuse(q->why, PM_REFUSED, "", "the chip has no power or energy called %s",
              pm_words_quote(wanted).text);
    snprintf(q->why->remedy, sizeof q->why->remedy, "%s%s",
             all[0] != '\0' ? "it has " : "it has none at all", all);
    return PM_REFUSED;
}

static enum pm_found find_named(struct search *q)
{
    char wanted[NAME_SIZE];
    const char *slash = strchr(q->wanted, '/');
    if (slash == NULL || slash == q->wanted || slash[1] == '\0' ||
        (size_t)(slash - q->wanted) >= sizeof wanted)
        return pm_refuse(q->why, PM_REFUSED, "hwmon:CHIP/FEATURE, as sensors(1) prints them",
                         "%s is no CHIP/FEATURE", pm_words_quote(q->wanted).text);
    memcpy(wanted, q->wanted, (size_t)(slash - q->wanted));
    wanted[slash - q->wanted] = '\0';
    const sensors_chip_name *chip = find_chip(q, wanted);
    if (chip == NULL)
        return q->found;
    if (is_battery(chip))
        return pm_refuse(q->why, PM_REFUSED,
                         "--power auto reads the battery itself, while it discharges",
                         "%.60s is a battery, which also shows what it is charged with", wanted);
    const sensors_feature *feature = find_feature(chip, slash + 1);
    return feature != NULL ? take(q, chip, feature) : refuse_feature(q, chip, slash + 1);
}

static void work_search(void *arg)
{
    struct search *q = arg;
    const int failed = hold();
    if (failed != 0) {
        q->found = pm_refuse(q->why, PM_ABSENT, "", "libsensors: %.100s", sensors_strerror(failed));
        return;
    }
    q->held = true;
    q->found = q->wanted != NULL ? find_named(q) : find_automatic(q);
}

enum pm_found pm_hwmon_open(const char *sys, const char *chip_feature, struct pm_source **out,
                            struct pm_refusal *why)
{
    if (strcmp(sys, PM_SYSFS) != 0)
        return pm_refuse(why, PM_REFUSED, "file:PATH:unit reads an attribute of any folder",
                         "libsensors reads this machine's own /sys alone");
    struct hwmon *h = calloc(1, sizeof *h);
    if (h == NULL)
        return PM_FOUND_NOMEM;
    struct search q = {.wanted = chip_feature, .h = h, .why = why, .found = PM_FOUND_NOMEM};
    if (!guarded(work_search,
                 &q)) { /* abandoned half way: nothing of libsensors is to be trusted */
        free(h);
        return PM_FOUND_NOMEM;
    }
    if (q.found == PM_FOUND) {
        *out = &h->source;
        return PM_FOUND;
    }
    if (q.held)
        release();
    free(h);
    return q.found;
}
