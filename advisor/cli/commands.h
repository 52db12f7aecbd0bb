/* SPDX-License-Identifier: MIT
 * The commands: each takes the parsed options and returns the exit status of the program. */
#ifndef PM_COMMANDS_H
#define PM_COMMANDS_H

struct pm_err;
struct pm_options;

enum pm_exit {
    PM_EXIT_OK = 0,
    PM_EXIT_INFEASIBLE = 1,
    PM_EXIT_UNTRUSTED = 1, /* doctor */
    PM_EXIT_CHANGED = 1,   /* compare; check: the decision no longer holds */
    PM_EXIT_USAGE = 2,
    PM_EXIT_DATA = 3,
    PM_EXIT_UNDECIDED = 4,
    PM_EXIT_INTERNAL = 5,
    PM_EXIT_INTERRUPTED = 130,
};

/* Everything but the process's own entry: parses, runs, prints errors to stderr. */
int pm_cli_main(int argc, char **argv);

/* -1 with err filled, or an exit status. */
int pm_cmd_pick(const struct pm_options *o, struct pm_err *err);
int pm_cmd_report(const struct pm_options *o, struct pm_err *err);
int pm_cmd_profile(const struct pm_options *o, struct pm_err *err);
int pm_cmd_fit(const struct pm_options *o, struct pm_err *err);
int pm_cmd_predict(const struct pm_options *o, struct pm_err *err);
int pm_cmd_evaluate(const struct pm_options *o, struct pm_err *err);
int pm_cmd_explain(const struct pm_options *o, struct pm_err *err);
int pm_cmd_add(const struct pm_options *o, struct pm_err *err);
int pm_cmd_remove(const struct pm_options *o, struct pm_err *err);
int pm_cmd_list(const struct pm_options *o, struct pm_err *err);
int pm_cmd_import(const struct pm_options *o, struct pm_err *err);
int pm_cmd_doctor(const struct pm_options *o, struct pm_err *err);
int pm_cmd_compare(const struct pm_options *o, struct pm_err *err);
int pm_cmd_check(const struct pm_options *o, struct pm_err *err);

#endif
