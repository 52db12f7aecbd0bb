/* SPDX-License-Identifier: MIT
 * What `pickmodel doctor` found, ready to be laid out: groups of checks and a verdict. Texts belong
 * to whoever made them. */
#ifndef PM_REPORT_DOCTOR_H
#define PM_REPORT_DOCTOR_H

#include "report/report.h"

#include <stdbool.h>
#include <stddef.h>

#define PM_DOCTOR_SCHEMA "pickmodel/doctor/1"

enum pm_check_state {
    PM_CHECK_FACT,    /* not judged */
    PM_CHECK_OK,      /* as it should be */
    PM_CHECK_NOTE,    /* worth knowing; figures can be trusted all the same */
    PM_CHECK_TROUBLE, /* to be mended before a figure can be trusted */
    PM_CHECK_LACKING, /* not on this machine */
};

struct pm_check {
    const char *name;
    enum pm_check_state state;
    const char *text;   /* what was found; NULL only when lacking */
    const char *advice; /* NULL: there is none */
};

enum pm_check_group {
    PM_GROUP_BOARD,
    PM_GROUP_ENGINES,
    PM_GROUP_POWER,
    PM_GROUP_GUARDS,
    PM_GROUP_FILES,
    PM_CHECK_GROUPS
};

#define PM_CHECKS_MAX  40 /* a group */
#define PM_TROUBLE_MAX (PM_CHECK_GROUPS * PM_CHECKS_MAX)

struct pm_doctor {
    struct {
        size_t n;
        struct pm_check check[PM_CHECKS_MAX];
    } group[PM_CHECK_GROUPS];
    bool trusted;
    const char *verdict; /* one sentence */
    size_t mends;        /* what is in trouble, each with its remedy */
    const char *mend[PM_TROUBLE_MAX];
};

/* All four formats. */
int pm_report_doctor(const struct pm_doctor *d, enum pm_format format, const struct pm_style *style,
                     struct pm_buf *buf, struct pm_err *err);

#endif
