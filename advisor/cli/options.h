/* SPDX-License-Identifier: MIT
 * The command line: pickmodel [command] [options] [networks]. */
#ifndef PM_OPTIONS_H
#define PM_OPTIONS_H

#include "record/settings.h"
#include "report/report.h"

#include <stdbool.h>
#include <stddef.h>

struct pm_err;

enum pm_command {
    PM_CMD_PICK,
    PM_CMD_REPORT,
    PM_CMD_PROFILE,
    PM_CMD_FIT,
    PM_CMD_PREDICT,
    PM_CMD_EVALUATE,
    PM_CMD_EXPLAIN,
    PM_CMD_LIST,
    PM_CMD_ADD,
    PM_CMD_REMOVE,
    PM_CMD_IMPORT,
    PM_CMD_DOCTOR,
    PM_CMD_COMPARE,
    PM_CMD_CHECK,
    PM_CMD_HELP,
    PM_CMD_VERSION
};
#define PM_COMMANDS (PM_CMD_VERSION + 1)
extern const char *const pm_command_names[PM_COMMANDS]; /* of the enum */

#define PM_NAMES_MAX 256

struct pm_options {
    enum pm_command command;
    struct pm_settings settings;
    enum pm_format format;
    bool format_given;
    const char *config; /* -c FILE */
    const char *output; /* -o FILE */
    const char *device; /* --device NAME */
    double offset_s;    /* --offset TIME: added to the clock of an imported log */
    const char *charts; /* --charts DIR */
    /* of a network that is added: --name, --weights, --top1, --top5, --source, --preprocess,
     * --input */
    const char *images, *labels, *classes; /* of an evaluation */
    const char *title, *weights, *top1, *top5, *source, *preprocess, *input;
    bool all, no_measure, trust_predictions, allow_commands, quiet;
    const char *name[PM_NAMES_MAX]; /* positional: networks, or files */
    size_t names;
    int argc; /* the command line as it was given */
    char **argv;
};

/* Flags are read first, then the configuration file for the keys no flag has set. Texts are
 * borrowed from argv. PM_EUSAGE with the nearest option on a mistake. */
int pm_options_parse(int argc, char **argv, struct pm_options *out, struct pm_err *err);
const char *pm_options_help(void);

#endif
