/* SPDX-License-Identifier: MIT */
#include "cli/options.h"
#include "cli/options_check.h"

#include "base/err.h"
#include "base/number.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

const char *const pm_command_names[PM_COMMANDS] = {
    "pick", "report", "profile", "fit",    "predict", "evaluate", "explain", "list",
    "add",  "remove", "import",  "doctor", "compare", "check",    "help",    "version"};

/* Options that are not settings. */
enum flag {
    F_ALL,
    F_NO_MEASURE,
    F_TRUST_PREDICTIONS,
    F_ALLOW_COMMANDS,
    F_QUIET,
    F_HELP,
    F_VERSION,
    F_CONFIG,
    F_FORMAT,
    F_OUTPUT,
    F_DEVICE,
    F_OFFSET,
    F_CHARTS,
    F_NAME,
    F_WEIGHTS,
    F_TOP1,
    F_TOP5,
    F_SOURCE,
    F_PREPROCESS,
    F_INPUT,
    F_IMAGES,
    F_LABELS,
    F_CLASSES,
    FLAGS
};

#define TEXT(member) offsetof(struct pm_options, member)
#define TO_ADD       (UINT64_C(1) << PM_CMD_ADD)
#define TO_EVALUATE  (UINT64_C(1) << PM_CMD_EVALUATE)

static const struct {
    const char *name;
    char letter;
    bool takes_value;
    size_t text;   /* the member that takes its value as it is; 0: apply_flag knows */
    uint64_t with; /* the commands it belongs to; 0: pm_options_check knows */
} flags[FLAGS] = {
    [F_ALL] = {"all", 0, false, 0, 0},
    [F_NO_MEASURE] = {"no-measure", 0, false, 0, 0},
    [F_TRUST_PREDICTIONS] = {"trust-predictions", 0, false, 0, 0},
    [F_ALLOW_COMMANDS] = {"allow-commands", 0, false, 0, 0},
    [F_QUIET] = {"quiet", 'q', false, 0, 0},
    [F_HELP] = {"help", 'h', false, 0, 0},
    [F_VERSION] = {"version", 'V', false, 0, 0},
    [F_CONFIG] = {"config", 'c', true, TEXT(config), 0},
    [F_FORMAT] = {"format", 'f', true, 0, 0},
    [F_OUTPUT] = {"output", 'o', true, 0, 0},
    [F_DEVICE] = {"device", 0, true, 0, 0},
    [F_OFFSET] = {"offset", 0, true, 0, 0},
    [F_CHARTS] = {"charts", 0, true, TEXT(charts), 0},
    [F_NAME] = {"name", 0, true, TEXT(title), TO_ADD},
    [F_WEIGHTS] = {"weights", 0, true, TEXT(weights), TO_ADD | TO_EVALUATE},
    [F_TOP1] = {"top1", 0, true, TEXT(top1), TO_ADD},
    [F_TOP5] = {"top5", 0, true, TEXT(top5), TO_ADD},
    [F_SOURCE] = {"source", 0, true, TEXT(source), TO_ADD},
    [F_PREPROCESS] = {"preprocess", 0, true, TEXT(preprocess), TO_ADD | TO_EVALUATE},
    [F_INPUT] = {"input", 0, true, TEXT(input), TO_ADD},
    [F_IMAGES] = {"images", 0, true, TEXT(images), TO_EVALUATE},
    [F_LABELS] = {"labels", 0, true, TEXT(labels), TO_EVALUATE},
    [F_CLASSES] = {"classes", 0, true, TEXT(classes), TO_EVALUATE},
};

struct parser {
    int argc, next;
    char **argv;
    uint64_t seen; /* settings given as flags */
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
    const uint64_t with = flags[f].with;
    if (with != 0 && (with & UINT64_C(1) << o->command) == 0)
        return pm_fail(p->err, PM_EUSAGE, pm_command_names[o->command], "--%s has no meaning here",
                       flags[f].name);
    if (flags[f].text != 0) {
        memcpy((char *)o + flags[f].text, &value, sizeof value);
        return 0;
    }
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
    case F_ALLOW_COMMANDS:
        o->allow_commands = true;
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
    case F_FORMAT:
        o->format_given = true;
        if (!pm_format_parse(value, &o->format))
            return pm_fail(p->err, PM_EUSAGE, "--format",
                           "expected text, json, md, csv, html or pdf, found \"%.40s\"", value);
        return 0;
    default: /* a text, or no flag */
        break;
    }
    return pm_fail(p->err, PM_EINTERNAL, NULL, "no such flag");
}

void pm_options_flag(const char *key, char *out, size_t size)
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
        pm_options_flag(pm_settings_key(i), names[n], sizeof names[n]);
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
    p->seen |= UINT64_C(1) << index;
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
    if (p->argc < 2 || p->argv[1][0] == '-')
        return 0;
    for (size_t i = 0; i < PM_COMMANDS; i++) {
        if (strcmp(p->argv[1], pm_command_names[i]) == 0) {
            p->o->command = (enum pm_command)i;
            p->next = 2;
            return 0;
        }
    }
    const char *near = pm_text_nearest(p->argv[1], pm_command_names, PM_COMMANDS);
    return pm_fail(p->err, PM_EUSAGE, NULL, "no command \"%.40s\"%s%s%s", p->argv[1],
                   near != NULL ? " (did you mean " : "; see pickmodel --help",
                   near != NULL ? near : "", near != NULL ? "?)" : "");
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
    if (pm_options_check(&o, p.seen, err) != 0 || pm_settings_finish(&o.settings, err) != 0)
        return -1;
    *out = o;
    return 0;
}
