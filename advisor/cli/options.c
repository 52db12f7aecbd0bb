/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include "base/err.h"
#include "base/number.h"
#include "base/text.h"
#include "sensor/probe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const commands[] = {"pick",    "report", "profile", "fit",
                                       "predict", "list",   "import",  "doctor",
                                       "compare", "check",  "help",    "version"};

/* Options that are not settings. */
enum flag {
    F_ALL,
    F_NO_MEASURE,
    F_TRUST_PREDICTIONS,
    F_QUIET,
    F_HELP,
    F_VERSION,
    F_CONFIG,
    F_FORMAT,
    F_OUTPUT,
    F_DEVICE,
    F_OFFSET,
    F_CHARTS,
    FLAGS
};
static const struct {
    const char *name;
    char letter;
    bool takes_value;
} flags[FLAGS] = {
    [F_ALL] = {"all", 0, false},
    [F_NO_MEASURE] = {"no-measure", 0, false},
    [F_TRUST_PREDICTIONS] = {"trust-predictions", 0, false},
    [F_QUIET] = {"quiet", 'q', false},
    [F_HELP] = {"help", 'h', false},
    [F_VERSION] = {"version", 'V', false},
    [F_CONFIG] = {"config", 'c', true},
    [F_FORMAT] = {"format", 'f', true},
    [F_OUTPUT] = {"output", 'o', true},
    [F_DEVICE] = {"device", 0, true},
    [F_OFFSET] = {"offset", 0, true},
    [F_CHARTS] = {"charts", 0, true},
};

struct parser {
    int argc, next;
    char **argv;
    unsigned long seen; /* settings given as flags */
    struct pm_options *o;
    struct pm_err *err;
};

static const char *value_of(struct parser *p, const char *option, const char *inline_value)
{
    if (inline_value != NULL)
        return inline_value;
    if (p->next < p->argc)
        return p->argv[p->next++];
    pm_fail(p->err, PM_EUSAGE, option, "needs a value");
    return NULL;
}

/* "1.5s" or "-300ms" */
static int read_offset(struct parser *p, const char *value)
{
    double ms = 0;
    const bool minus = *value == '-';
    if (!pm_number_duration_ms(value + (minus || *value == '+'), &ms))
        return pm_fail(p->err, PM_EUSAGE, "--offset",
                       "expected a time with its unit, such as 1.5s or -300ms, found \"%.40s\"",
                       value);
    p->o->offset_s = (minus ? -ms : ms) / 1e3;
    return 0;
}

static int apply_flag(struct parser *p, enum flag f, const char *value)
{
    struct pm_options *o = p->o;
    switch (f) {
    case F_ALL:
        o->all = true;
        return 0;
    case F_NO_MEASURE:
        o->no_measure = true;
        return 0;
    case F_TRUST_PREDICTIONS:
        o->trust_predictions = true;
        return 0;
    case F_QUIET:
        o->quiet = true;
        return 0;
    case F_HELP:
        o->command = PM_CMD_HELP;
        return 0;
    case F_VERSION:
        o->command = PM_CMD_VERSION;
        return 0;
    case F_CONFIG:
        o->config = value;
        return 0;
    case F_OUTPUT:
        if (*value == '\0')
            return pm_fail(p->err, PM_EUSAGE, "--output", "expected the name of a file");
        o->output = value;
        return 0;
    case F_DEVICE:
        if (!pm_text_is_identifier(value))
            return pm_fail(p->err, PM_EUSAGE, "--device",
                           "expected letters, digits, '.', '_' and '-', found \"%.60s\"", value);
        o->device = value;
        return 0;
    case F_OFFSET:
        return read_offset(p, value);
    case F_CHARTS:
        o->charts = value;
        return 0;
    case F_FORMAT:
        o->format_given = true;
        if (!pm_format_parse(value, &o->format))
            return pm_fail(p->err, PM_EUSAGE, "--format",
                           "expected text, json, md, csv, html or pdf, found \"%.40s\"", value);
        return 0;
    case FLAGS:
        break;
    }
    return pm_fail(p->err, PM_EINTERNAL, NULL, "no such flag");
}

/* "max_watts" -> "--max-watts" */
static void flag_name(const char *key, char *out, size_t size)
{
    snprintf(out, size, "--%s", key);
    for (char *c = out; *c != '\0'; c++)
        *c = *c == '_' ? '-' : *c;
}

static int unknown_option(struct parser *p, const char *given)
{
    char names[FLAGS + 64][48];
    const char *list[FLAGS + 64];
    size_t n = 0;
    for (; n < FLAGS; n++)
        snprintf(names[n], sizeof names[n], "--%s", flags[n].name);
    for (size_t i = 0; pm_settings_key(i) != NULL && n < FLAGS + 64; i++, n++) {
        flag_name(pm_settings_key(i), names[n], sizeof names[n]);
    }
    for (size_t i = 0; i < n; i++)
        list[i] = names[i];
    const char *near = pm_text_nearest(given, list, n);
    if (near != NULL)
        return pm_fail(p->err, PM_EUSAGE, NULL, "unknown option %.60s (did you mean %s?)", given,
                       near);
    return pm_fail(p->err, PM_EUSAGE, NULL, "unknown option %.60s; see pickmodel --help", given);
}

static int apply_setting(struct parser *p, const char *option, const char *key,
                         const char *inline_value)
{
    const int index = pm_settings_index(key);
    const char *value = inline_value;
    if (pm_settings_is_switch(key) && inline_value == NULL)
        value = "true"; /* as a flag it stands alone */
    else if ((value = value_of(p, option, inline_value)) == NULL)
        return -1;
    p->seen |= 1UL << index;
    return pm_settings_set(&p->o->settings, key, value, option, p->err);
}

/* "--max-watts=10" -> option "--max-watts", key "max_watts", value "10" */
static int long_option(struct parser *p, const char *arg)
{
    char option[64], key[64];
    const char *equals = strchr(arg, '=');
    const size_t len = equals != NULL ? (size_t)(equals - arg) : strlen(arg);
    const char *inline_value = equals != NULL ? equals + 1 : NULL;
    if (len >= sizeof option)
        return unknown_option(p, arg);
    snprintf(option, sizeof option, "%.*s", (int)len, arg);
    snprintf(key, sizeof key, "%s", option + 2);
    for (char *c = key; *c != '\0'; c++)
        *c = *c == '-' ? '_' : *c;
    for (int f = 0; f < FLAGS; f++) {
        if (strcmp(option + 2, flags[f].name) != 0)
            continue;
        if (!flags[f].takes_value && inline_value != NULL)
            return pm_fail(p->err, PM_EUSAGE, option, "takes no value");
        const char *value = flags[f].takes_value ? value_of(p, option, inline_value) : "";
        return value != NULL ? apply_flag(p, (enum flag)f, value) : -1;
    }
    if (pm_settings_index(key) >= 0 && strchr(option + 2, '_') == NULL)
        return apply_setting(p, option, key, inline_value);
    return unknown_option(p, option);
}

static int short_option(struct parser *p, const char *arg)
{
    for (int f = 0; f < FLAGS; f++) {
        if (flags[f].letter == 0 || flags[f].letter != arg[1])
            continue;
        if (flags[f].takes_value) {
            const char *value = value_of(p, arg, arg[2] != '\0' ? arg + 2 : NULL);
            return value != NULL ? apply_flag(p, (enum flag)f, value) : -1;
        }
        if (arg[2] == '\0')
            return apply_flag(p, (enum flag)f, "");
    }
    return unknown_option(p, arg);
}

static int positional(struct parser *p, const char *arg)
{
    struct pm_options *o = p->o;
    if (o->names == PM_NAMES_MAX)
        return pm_fail(p->err, PM_EUSAGE, NULL, "more than %d names", PM_NAMES_MAX);
    o->name[o->names++] = arg;
    return 0;
}

/* The first word, when it is no option, names the command. */
static int find_command(struct parser *p)
{
    const size_t n = sizeof commands / sizeof *commands;
    if (p->argc < 2 || p->argv[1][0] == '-')
        return 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(p->argv[1], commands[i]) == 0) {
            p->o->command = (enum pm_command)i;
            p->next = 2;
            return 0;
        }
    }
    const char *near = pm_text_nearest(p->argv[1], commands, n);
    return pm_fail(p->err, PM_EUSAGE, NULL, "no command \"%.40s\"%s%s%s", p->argv[1],
                   near != NULL ? " (did you mean " : "; see pickmodel --help",
                   near != NULL ? near : "", near != NULL ? "?)" : "");
}

/* Does it ask a question, as pick does? */
static bool asks(const struct pm_options *o)
{
    return o->command == PM_CMD_PICK || o->command == PM_CMD_REPORT;
}

/* ".html": what a file's name ends with; NULL. */
static const char *ending_of(const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    const char *name = slash != NULL ? slash + 1 : path;
    const char *dot = name != NULL ? strrchr(name, '.') : NULL;
    return dot != name ? dot : NULL;
}

/* A report is a page unless --format or the name of the file says otherwise. */
static int choose_format(struct pm_options *o, struct pm_err *err)
{
    const char *ending = ending_of(o->output);
    if (o->command == PM_CMD_REPORT && !o->format_given && ending != NULL &&
        !pm_format_parse(ending + 1, &o->format))
        return pm_fail(err, PM_EUSAGE, o->output,
                       "its ending tells no format: .html, .pdf, .md, .json or .csv, or --format");
    if (o->command == PM_CMD_REPORT && !o->format_given && ending == NULL)
        o->format = PM_FORMAT_HTML;
    if (o->command == PM_CMD_REPORT && o->format == PM_FORMAT_TEXT)
        return pm_fail(err, PM_EUSAGE, "report",
                       "expected html, pdf, md, json or csv; `pickmodel pick` prints text");
    if (o->command != PM_CMD_REPORT && (o->format == PM_FORMAT_HTML || o->format == PM_FORMAT_PDF))
        return pm_fail(err, PM_EUSAGE, "--format", "html and pdf belong to `pickmodel report`");
    if (o->command != PM_CMD_REPORT && o->charts != NULL)
        return pm_fail(err, PM_EUSAGE, "--charts", "belongs to `pickmodel report`");
    return 0;
}

static unsigned long bit_of(const char *key)
{
    return 1UL << pm_settings_index(key);
}

/* The settings that mean something to a command. */
static unsigned long settings_of(enum pm_command command)
{
    const unsigned long sensor =
        bit_of("power") | bit_of("power_window") | bit_of("power_gain") | bit_of("sysfs");
    const unsigned long question = ~bit_of("sustained");
    switch (command) {
    case PM_CMD_PROFILE:
        return bit_of("time_limit") | bit_of("candidate_time") | bit_of("engine") |
               bit_of("batch") | bit_of("threads") | sensor | bit_of("with_load") | bit_of("fps") |
               bit_of("sustained");
    case PM_CMD_FIT:
        return bit_of("profile") | bit_of("engine") | bit_of("batch") | bit_of("threads") |
               bit_of("confidence") | bit_of("max_energy");
    case PM_CMD_PREDICT:
        return bit_of("engine") | bit_of("threads") | bit_of("confidence");
    case PM_CMD_LIST:
    case PM_CMD_CHECK:
        return bit_of("profile");
    case PM_CMD_IMPORT:
        return bit_of("power") | bit_of("power_gain");
    case PM_CMD_DOCTOR:
        return sensor;
    case PM_CMD_COMPARE: /* all of a question, nothing of measuring */
        return question & ~(bit_of("profile") | bit_of("time_limit") | bit_of("candidate_time") |
                            bit_of("power_window") | bit_of("sysfs"));
    case PM_CMD_PICK:
    case PM_CMD_REPORT:
    case PM_CMD_HELP:
    case PM_CMD_VERSION:
        break;
    }
    return question;
}

/* An option without effect is a mistake, not a wish. */
static int check_settings(const struct pm_options *o, unsigned long given, struct pm_err *err)
{
    const char *command = commands[o->command];
    const unsigned long may = settings_of(o->command);
    for (size_t i = 0; pm_settings_key(i) != NULL; i++) {
        if ((given & ~may & (1UL << i)) == 0)
            continue;
        char flag[48];
        flag_name(pm_settings_key(i), flag, sizeof flag);
        return pm_fail(err, PM_EUSAGE, command, "%s has no meaning here", flag);
    }
    const bool configured = asks(o) || o->command == PM_CMD_COMPARE;
    if ((!asks(o) && o->command != PM_CMD_PREDICT && o->no_measure) ||
        (!configured && o->config != NULL))
        return pm_fail(err, PM_EUSAGE, command, "%s has no meaning here",
                       o->no_measure ? "--no-measure" : "--config");
    if (o->trust_predictions && (!asks(o) || o->settings.profile[0] != '\0' || o->all))
        return pm_fail(err, PM_EUSAGE, "--trust-predictions",
                       "answers a question on this device, without measuring its networks");
    if (o->all && !asks(o) && o->command != PM_CMD_PROFILE)
        return pm_fail(err, PM_EUSAGE, command, "--all has no meaning here");
    return 0;
}

/* Files and profiles that a command must be given. */
static int check_names(const struct pm_options *o, struct pm_err *err)
{
    if (o->command == PM_CMD_COMPARE && o->names != 2)
        return pm_fail(err, PM_EUSAGE, "compare",
                       "expected two profiles: pickmodel compare old.json new.json");
    if (o->command == PM_CMD_COMPARE && o->settings.power[0] != '\0' &&
        strncmp(o->settings.power, "assume:", 7) != 0)
        return pm_fail(err, PM_EUSAGE, "--power",
                       "names what to measure with, and nothing is measured with compare");
    if (o->command == PM_CMD_CHECK && o->names != 1)
        return pm_fail(err, PM_EUSAGE, "check",
                       "expected one saved decision: pickmodel check decision.json");
    if (o->command == PM_CMD_CHECK && o->format == PM_FORMAT_CSV)
        return pm_fail(err, PM_EUSAGE, "--format", "check has no table; use text, md or json");
    return 0;
}

static int check(const struct pm_options *o, struct pm_err *err)
{
    if (o->command == PM_CMD_COMPARE || o->command == PM_CMD_CHECK)
        return check_names(o, err);
    const char *power = o->settings.power;
    const bool own_name = power[0] == '\0' || strcmp(power, "log") == 0; /* no source of sensor/ */
    if (o->command != PM_CMD_IMPORT && !own_name && pm_power_check_name(power, "--power", err) != 0)
        return -1;
    if (o->command == PM_CMD_DOCTOR && strcmp(power, "log") == 0)
        return pm_fail(err, PM_EUSAGE, "doctor", "log is no source of power, but one to come");
    if (o->command == PM_CMD_PROFILE && strncmp(power, "assume:", 7) == 0)
        return pm_fail(err, PM_EUSAGE, "profile",
                       "an assumed power is not stored; give it with the question: pickmodel "
                       "--max-watts 10 --power %.40s",
                       power);
    const bool measures = o->settings.profile[0] == '\0' && !o->no_measure;
    if (asks(o) && power[0] != '\0' && strncmp(power, "assume:", 7) != 0 && !measures)
        return pm_fail(err, PM_EUSAGE, "--power",
                       "names what to measure with, and nothing is measured with %s",
                       o->no_measure ? "--no-measure" : "--profile");
    if (asks(o) && isfinite(o->settings.sustained_ms))
        return pm_fail(err, PM_EUSAGE, "sustained", "belongs to `pickmodel profile`");
    const bool log = o->command == PM_CMD_IMPORT && o->settings.power[0] != '\0';
    if (log && o->names > 0)
        return pm_fail(err, PM_EUSAGE, "import", "either a table or --power LOG.csv, not both");
    if (o->offset_s < 0 || o->offset_s > 0) {
        if (!log)
            return pm_fail(err, PM_EUSAGE, "--offset", "goes with import --power LOG.csv");
    }
    if (log)
        return 0;
    if (o->command == PM_CMD_IMPORT && o->names != 1)
        return pm_fail(err, PM_EUSAGE, "import",
                       "expected one CSV file: pickmodel import FILE.csv --device NAME");
    if (o->command == PM_CMD_IMPORT && o->device == NULL)
        return pm_fail(err, PM_EUSAGE, "import",
                       "--device NAME is missing: whose figures are these?");
    if (o->names > 0 && o->command != PM_CMD_PROFILE && o->command != PM_CMD_PREDICT &&
        o->command != PM_CMD_IMPORT)
        return pm_fail(err, PM_EUSAGE, NULL, "unexpected argument \"%.60s\"", o->name[0]);
    if (o->command == PM_CMD_PROFILE && o->names > 0 && o->all)
        return pm_fail(err, PM_EUSAGE, "profile", "either --all or networks, not both");
    return 0;
}

int pm_options_parse(int argc, char **argv, struct pm_options *out, struct pm_err *err)
{
    struct pm_options o = {.settings = pm_settings_default(), .argc = argc, .argv = argv};
    struct parser p = {.argc = argc, .next = 1, .argv = argv, .o = &o, .err = err};
    bool only_names = false;
    if (find_command(&p) != 0)
        return -1;
    while (p.next < argc) {
        const char *arg = argv[p.next++];
        int result;
        if (!only_names && strcmp(arg, "--") == 0) {
            only_names = true;
            continue;
        }
        if (only_names || arg[0] != '-' || arg[1] == '\0')
            result = positional(&p, arg);
        else
            result = arg[1] == '-' ? long_option(&p, arg) : short_option(&p, arg);
        if (result != 0)
            return -1;
    }
    if (o.command == PM_CMD_HELP || o.command == PM_CMD_VERSION) {
        *out = o;
        return 0;
    }
    if (o.config != NULL && pm_settings_load_yaml(o.config, p.seen, &o.settings, err) != 0)
        return -1;
    if (choose_format(&o, err) != 0 || check_settings(&o, p.seen, err) != 0 ||
        check(&o, err) != 0 || pm_settings_finish(&o.settings, err) != 0)
        return -1;
    *out = o;
    return 0;
}
