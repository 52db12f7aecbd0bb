/* SPDX-License-Identifier: MIT
 * Where our files are: beside the program in the build tree, under PREFIX when installed, and in
 * the user's XDG folders. Environment: PICKMODEL_DATA, PICKMODEL_ENGINES, PICKMODEL_CFG_DIR. */
#ifndef PM_PATHS_H
#define PM_PATHS_H

#include "base/arena.h"

#include <stddef.h>

struct pm_err;

struct pm_paths {
    struct pm_arena arena;
    const char *catalogue;  /* networks.json */
    const char *cfg_dir[3]; /* searched in order for a cfg */
    size_t cfg_dirs;
    const char *engines;          /* one folder an engine */
    const char *images;           /* the program that prepares images; it may be absent */
    const char *evaluations;      /* $XDG_DATA_HOME/pickmodel/evaluations */
    const char *shipped_profiles; /* jetson-tx1.json and its like */
    const char *user_profiles;    /* $XDG_DATA_HOME/pickmodel/profiles */
    const char *own_catalogue;    /* beside them, catalogue/networks.json: what the user added */
    const char *own_catalogue_dir;
    const char *own_cfg_dir; /* its cfgs */
};

int pm_paths_find(struct pm_paths *out, struct pm_err *err);
/* The same for the calibration: the networks of data/calibration, and what they took on this device
 * in $XDG_DATA_HOME/pickmodel/calibration. */
int pm_paths_for_calibration(struct pm_paths *paths, struct pm_err *err);
void pm_paths_done(struct pm_paths *paths);
/* A profile by name (the user's, then the shipped ones) or, when it holds a '/' or ends in ".json",
 * by file. The text is in paths' arena; PM_EDATA naming the profiles there are when none fits. */
int pm_paths_profile(struct pm_paths *paths, const char *name, const char **path,
                     struct pm_err *err);
/* Where this device's own profile is written. */
const char *pm_paths_own_profile(struct pm_paths *paths, const char *device);

#endif
