/* SPDX-License-Identifier: MIT */
#include "record/paths.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

#include <dirent.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEBIAN_CFG_DIR "/usr/share/darknet/cfg"

static bool folder_of_program(char *out, size_t size)
{
    const ssize_t n = readlink("/proc/self/exe", out, size - 1);
    if (n <= 0)
        return false;
    out[n] = '\0';
    char *slash = strrchr(out, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

/* The build tree holds build/pickmodel and data/ beside build/ (also build/sanitize/pickmodel);
 * an installation bin/pickmodel and share/pickmodel/. */
static const char *find_share(struct pm_arena *arena, const char *program_dir)
{
    static const char *const up[] = {"..", "../..", "../share/pickmodel"};
    for (size_t i = 0; i < sizeof up / sizeof *up; i++) {
        char raw[PATH_MAX + 64], path[PATH_MAX];
        snprintf(raw, sizeof raw, "%s/%s/data/networks.json", program_dir, up[i]);
        if (!pm_file_exists(raw))
            continue;
        snprintf(raw, sizeof raw, "%s/%s", program_dir, up[i]);
        if (realpath(raw, path) != NULL)
            return pm_arena_dup(arena, path);
    }
    return pm_arena_printf(arena, "%s/../share/pickmodel", program_dir);
}

/* Programs that are started: beside ours in the build tree, under libexec once installed. */
static const char *find_helpers(struct pm_arena *arena, const char *program_dir, const char *name)
{
    char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", program_dir, name);
    if (access(path, X_OK) == 0)
        return pm_arena_dup(arena, path);
    return pm_arena_printf(arena, "%s/../libexec/pickmodel/%s", program_dir, name);
}

static const char *find_engines(struct pm_arena *arena, const char *program_dir)
{
    if (variable("PICKMODEL_ENGINES") != NULL)
        return pm_arena_dup(arena, variable("PICKMODEL_ENGINES"));
    return find_helpers(arena, program_dir, "engines");
}

/* An init script or a timer may start us without HOME. */
static const char *home_of_user(void)
{
    const struct passwd *user;
    const char *home = variable("HOME");
    if (home != NULL && home[0] == '/')
        return home;
    return (user = getpwuid(geteuid())) != NULL && user->pw_dir[0] == '/' ? user->pw_dir : "/root";
}

static const char *of_user(struct pm_arena *arena, const char *name)
{
    const char *data = variable("XDG_DATA_HOME");
    const char *home = home_of_user();
    if (data != NULL && data[0] == '/')
        return pm_arena_printf(arena, "%s/pickmodel/%s", data, name);
    return pm_arena_printf(arena, "%s/.local/share/pickmodel/%s", home, name);
}

int pm_paths_find(struct pm_paths *out, struct pm_err *err)
{
    char program_dir[PATH_MAX];
    struct pm_paths p = {0};
    if (!folder_of_program(program_dir, sizeof program_dir))
        return pm_fail(err, PM_ESYSTEM, "/proc/self/exe", "cannot be read: is /proc mounted?");
    const char *share = find_share(&p.arena, program_dir);
    const char *data = variable("PICKMODEL_DATA");
    const char *user_cfg = variable("PICKMODEL_CFG_DIR");
    if (share == NULL)
        goto nomem;
    p.catalogue = data != NULL ? pm_arena_printf(&p.arena, "%s/networks.json", data)
                               : pm_arena_printf(&p.arena, "%s/data/networks.json", share);
    p.shipped_profiles = pm_arena_printf(&p.arena, "%s/profiles", share);
    p.engines = find_engines(&p.arena, program_dir);
    p.images = find_helpers(&p.arena, program_dir, "images/worker");
    p.evaluations = of_user(&p.arena, "evaluations");
    p.user_profiles = of_user(&p.arena, "profiles");
    p.own_catalogue_dir = of_user(&p.arena, "catalogue");
    p.own_catalogue = of_user(&p.arena, "catalogue/networks.json");
    p.own_cfg_dir = of_user(&p.arena, "catalogue/networks");
    if (user_cfg != NULL)
        p.cfg_dir[p.cfg_dirs++] = pm_arena_dup(&p.arena, user_cfg);
    p.cfg_dir[p.cfg_dirs++] = data != NULL ? pm_arena_printf(&p.arena, "%s/networks", data)
                                           : pm_arena_printf(&p.arena, "%s/data/networks", share);
    p.cfg_dir[p.cfg_dirs++] = DEBIAN_CFG_DIR;
    for (size_t i = 0; i < p.cfg_dirs; i++) {
        if (p.cfg_dir[i] == NULL)
            goto nomem;
    }
    if (p.catalogue == NULL || p.shipped_profiles == NULL || p.engines == NULL ||
        p.user_profiles == NULL || p.images == NULL || p.evaluations == NULL ||
        p.own_catalogue == NULL || p.own_catalogue_dir == NULL || p.own_cfg_dir == NULL)
        goto nomem;
    *out = p;
    return 0;
nomem:
    pm_arena_done(&p.arena);
    return pm_fail_nomem(err);
}

static const char *beside(struct pm_arena *arena, const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    const int folder = slash != NULL ? (int)(slash - path) : 0;
    return pm_arena_printf(arena, "%.*s/%s", folder, path, name);
}

int pm_paths_for_calibration(struct pm_paths *p, struct pm_err *err)
{
    const char *catalogue = beside(&p->arena, p->catalogue, "calibration/networks.json");
    const char *cfgs = beside(&p->arena, p->catalogue, "calibration/networks");
    const char *profiles = beside(&p->arena, p->user_profiles, "calibration");
    if (catalogue == NULL || cfgs == NULL || profiles == NULL)
        return pm_fail_nomem(err);
    p->catalogue = catalogue;
    p->cfg_dir[0] = cfgs;
    p->cfg_dirs = 1;
    p->user_profiles = profiles;
    return 0;
}

void pm_paths_done(struct pm_paths *paths)
{
    if (paths == NULL)
        return;
    pm_arena_done(&paths->arena);
    *paths = (struct pm_paths){0};
}

const char *pm_paths_own_profile(struct pm_paths *paths, const char *device)
{
    return pm_arena_printf(&paths->arena, "%s/%s.json", paths->user_profiles, device);
}

static int is_profile(const struct dirent *d)
{
    const size_t len = strlen(d->d_name);
    return len > 5 && strcmp(d->d_name + len - 5, ".json") == 0 &&
           strstr(d->d_name, ".samples.") == NULL;
}

static void list_profiles(const char *folder, struct pm_buf *names)
{
    struct dirent **entry = NULL;
    const int n = scandir(folder, &entry, is_profile, alphasort);
    for (int i = 0; i < n; i++) {
        const int stem = (int)strlen(entry[i]->d_name) - 5;
        pm_buf_addf(names, "%s%.*s", names->len > 0 ? ", " : "", stem, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
}

int pm_paths_profile(struct pm_paths *paths, const char *name, const char **path,
                     struct pm_err *err)
{
    const size_t len = strlen(name);
    const bool file =
        strchr(name, '/') != NULL || (len > 5 && strcmp(name + len - 5, ".json") == 0);
    const char *folder[] = {paths->user_profiles, paths->shipped_profiles};
    if (file) {
        *path = pm_arena_dup(&paths->arena, name);
        return *path != NULL ? 0 : pm_fail_nomem(err);
    }
    for (size_t i = 0; pm_text_is_identifier(name) && i < 2; i++) {
        const char *candidate = pm_arena_printf(&paths->arena, "%s/%s.json", folder[i], name);
        if (candidate == NULL)
            return pm_fail_nomem(err);
        if (!pm_file_is_missing(candidate)) {
            *path = candidate;
            return 0;
        }
    }
    struct pm_buf names = {0};
    list_profiles(folder[0], &names);
    list_profiles(folder[1], &names);
    pm_fail(err, PM_EDATA, NULL, "no profile \"%.60s\"; there are: %s", name,
            names.len > 0 ? pm_buf_text(&names) : "none yet (`pickmodel profile` measures one)");
    pm_buf_done(&names);
    return -1;
}
