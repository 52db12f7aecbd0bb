/* SPDX-License-Identifier: MIT */
#include "cli/options_check.h"

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/options.h"
#include "images/preprocess.h"
#include "sensor/probe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

static uint64_t bit_of(const char *key)
{
    return UINT64_C(1) << pm_settings_index(key);
}

/* The settings that mean something to a command. */
static uint64_t settings_of(enum pm_command command)
{
    const uint64_t sensor =
        bit_of("power") | bit_of("power_window") | bit_of("power_gain") | bit_of("sysfs");
    const uint64_t question = ~bit_of("sustained");
    switch (command) {
    case PM_CMD_PROFILE:
        return bit_of("task") | bit_of("time_limit") | bit_of("candidate_time") | bit_of("engine") |
               bit_of("batch") | bit_of("threads") | sensor | bit_of("with_load") | bit_of("fps") |
               bit_of("sustained");
    case PM_CMD_FIT:
        return bit_of("task") | bit_of("profile") | bit_of("engine") | bit_of("batch") |
               bit_of("threads") | bit_of("confidence") | bit_of("max_energy");
    case PM_CMD_EXPLAIN:
    case PM_CMD_PREDICT:
        return bit_of("engine") | bit_of("threads") | bit_of("confidence") | bit_of("with_load");
    case PM_CMD_EVALUATE:
        return bit_of("task") | bit_of("engine") | bit_of("threads") | bit_of("confidence");
    case PM_CMD_ADD:
        return bit_of("task");
    case PM_CMD_REMOVE:
        return 0;
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
static int check_settings(const struct pm_options *o, uint64_t given, struct pm_err *err)
{
    const char *command = pm_command_names[o->command];
    const uint64_t may = settings_of(o->command);
    for (size_t i = 0; pm_settings_key(i) != NULL; i++) {
        if ((given & ~may & (UINT64_C(1) << i)) == 0)
            continue;
        char flag[48];
        pm_options_flag(pm_settings_key(i), flag, sizeof flag);
        return pm_fail(err, PM_EUSAGE, command, "%s has no meaning here", flag);
    }
    const bool configured = asks(o) || o->command == PM_CMD_COMPARE;
    if ((!asks(o) && o->command != PM_CMD_PREDICT && o->command != PM_CMD_EXPLAIN &&
         o->no_measure) ||
        (!configured && o->config != NULL))
        return pm_fail(err, PM_EUSAGE, command, "%s has no meaning here",
                       o->no_measure ? "--no-measure" : "--config");
    if (o->trust_predictions && (!asks(o) || o->settings.profile[0] != '\0' || o->all))
        return pm_fail(err, PM_EUSAGE, "--trust-predictions",
                       "answers a question on this device, without measuring its networks");
    if (o->all && !asks(o) && o->command != PM_CMD_PROFILE && o->command != PM_CMD_EXPLAIN)
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

/* What the commands about single networks must be given. */
static int check_networks(const struct pm_options *o, struct pm_err *err)
{
    enum pm_preprocess how;
    if (o->preprocess != NULL && !pm_preprocess_parse(o->preprocess, &how))
        return pm_fail(err, PM_EUSAGE, "--preprocess", "expected %s, %s, %s or %s",
                       pm_preprocess_names[0], pm_preprocess_names[1], pm_preprocess_names[2],
                       pm_preprocess_names[3]);
    if (o->command == PM_CMD_EVALUATE && o->images == NULL)
        return pm_fail(err, PM_EUSAGE, "evaluate",
                       "--images is missing: a list of \"path<TAB>label\", a folder of images for "
                       "each class, or an IDX file with --labels");
    if (o->command == PM_CMD_EVALUATE && o->weights != NULL && o->names != 1)
        return pm_fail(err, PM_EUSAGE, "--weights", "goes with the name of one network");
    if (o->command == PM_CMD_EXPLAIN && o->names != 1)
        return pm_fail(err, PM_EUSAGE, "explain",
                       "expected one network: pickmodel explain vgg-16, or my.cfg");
    if (o->command == PM_CMD_REMOVE && o->names == 0)
        return pm_fail(err, PM_EUSAGE, "remove", "expected names of networks that were added");
    return 0;
}

static int check_combinations(const struct pm_options *o, struct pm_err *err)
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
    if (o->command == PM_CMD_ADD && o->names != 1)
        return pm_fail(err, PM_EUSAGE, "add",
                       "expected one network: pickmodel add my.cfg --weights my.weights");
    if (check_networks(o, err) != 0)
        return -1;
    if (o->names > 0 && o->command != PM_CMD_ADD && o->command != PM_CMD_EVALUATE &&
        o->command != PM_CMD_REMOVE && o->command != PM_CMD_EXPLAIN &&
        o->command != PM_CMD_PROFILE && o->command != PM_CMD_PREDICT && o->command != PM_CMD_IMPORT)
        return pm_fail(err, PM_EUSAGE, NULL, "unexpected argument \"%.60s\"", o->name[0]);
    if (o->command == PM_CMD_PROFILE && o->names > 0 && o->all)
        return pm_fail(err, PM_EUSAGE, "profile", "either --all or networks, not both");
    return 0;
}

/* Commands whose arguments are files. */
static bool reads_files(enum pm_command command)
{
    return command == PM_CMD_COMPARE || command == PM_CMD_CHECK || command == PM_CMD_IMPORT ||
           command == PM_CMD_EXPLAIN || command == PM_CMD_PREDICT || command == PM_CMD_ADD;
}

/* What is read is never written over. */
static int check_output(const struct pm_options *o, struct pm_err *err)
{
    const char *const read[] = {o->config,  o->images,           o->labels,        o->classes,
                                o->weights, o->settings.profile, o->settings.power};
    bool same = false;
    for (size_t i = 0; o->output != NULL && i < sizeof read / sizeof *read; i++)
        same = same || (read[i] != NULL && pm_file_is_same(read[i], o->output));
    for (size_t i = 0; o->output != NULL && reads_files(o->command) && i < o->names; i++)
        same = same || pm_file_is_same(o->name[i], o->output);
    return same ? pm_fail(err, PM_EUSAGE, "--output",
                          "%.200s is what is read here, and would be lost; name another file",
                          o->output)
                : 0;
}

/* A file that was sent by somebody is not a program that we run. */
static int check_commands(const struct pm_options *o, uint64_t given, struct pm_err *err)
{
    if (o->allow_commands && o->config == NULL)
        return pm_fail(err, PM_EUSAGE, "--allow-commands", "goes with --config FILE");
    const bool by_file =
        strncmp(o->settings.power, "cmd:", 4) == 0 && (given & bit_of("power")) == 0;
    return by_file && !o->allow_commands
               ? pm_fail(err, PM_EUSAGE, o->config,
                         "power: cmd: would run a command, and a file does not do that; give "
                         "--power on the command line, or --allow-commands")
               : 0;
}

int pm_options_check(struct pm_options *o, uint64_t given, struct pm_err *err)
{
    return check_commands(o, given, err) == 0 && choose_format(o, err) == 0 &&
                   check_settings(o, given, err) == 0 && check_combinations(o, err) == 0 &&
                   check_output(o, err) == 0
               ? 0
               : -1;
}
