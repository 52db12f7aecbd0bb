/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "base/text.h"
#include "json/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES 16

static char folder[200];
static char path[NAMES][300];
static size_t paths;

static void die(const char *what)
{
    fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
    exit(2);
}

static void remove_all(void)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "fuzz: %s is left\n", folder);
}

const char *pm_fuzz_folder(void)
{
    if (folder[0] == '\0') {
        const char *temporary = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/pickmodel-fuzz-XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                 : temporary != NULL           ? temporary
                                               : "/tmp");
        if (mkdtemp(folder) == NULL)
            die(folder);
        atexit(remove_all);
    }
    return folder;
}

static const char *path_of(const char *name)
{
    char whole[300];
    snprintf(whole, sizeof whole, "%s/%s", pm_fuzz_folder(), name);
    for (size_t i = 0; i < paths; i++) {
        if (strcmp(path[i], whole) == 0)
            return path[i];
    }
    if (paths == NAMES)
        die("too many names");
    memcpy(path[paths], whole, sizeof whole);
    for (char *slash = path[paths] + strlen(folder) + 1; (slash = strchr(slash, '/')) != NULL;
         slash++) {
        *slash = '\0';
        if (mkdir(path[paths], 0700) != 0 && errno != EEXIST)
            die(path[paths]);
        *slash = '/';
    }
    return path[paths++];
}

const char *pm_fuzz_file(const char *name, const void *data, size_t size)
{
    const char *file = path_of(name);
    const int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd) != 0)
        die(file);
    return file;
}

struct pm_fuzz_part pm_fuzz_next(struct pm_fuzz_part *rest)
{
    static const char between[] = "=====\n";
    const size_t length = sizeof between - 1;
    struct pm_fuzz_part part = *rest;
    for (size_t i = 0; i + length <= rest->size; i++) {
        if ((i == 0 || rest->data[i - 1] == '\n') && memcmp(rest->data + i, between, length) == 0) {
            part.size = i;
            rest->data += i + length;
            rest->size -= i + length;
            return part;
        }
    }
    rest->data += rest->size;
    rest->size = 0;
    return part;
}

void pm_fuzz_must(bool so, const char *what)
{
    if (so)
        return;
    fprintf(stderr, "fuzz: not so: %s\n", what);
    abort();
}

void pm_fuzz_must_be_plain(const struct pm_buf *text, const char *what)
{
    bool plain = true;
    const char *at = pm_buf_text(text);
    pm_fuzz_must(strlen(at) == text->len, what);
    while (*at != '\0' && plain) {
        bool shown;
        const size_t step = pm_text_step(at, &shown);
        plain = shown || *at == '\n' || *at == '\t';
        at += step;
    }
    if (!plain)
        fprintf(stderr, "fuzz: at %zu of:\n%s\n", (size_t)(at - pm_buf_text(text)),
                pm_buf_text(text));
    pm_fuzz_must(plain, what);
}

void pm_fuzz_must_be_json(const struct pm_buf *text, const char *what)
{
    struct pm_err err = {0};
    struct cJSON *root = NULL;
    if (pm_json_parse(pm_buf_text(text), text->len, what, &root, &err) != 0) {
        fprintf(stderr, "fuzz: %s: %s in:\n%s\n", err.where, err.msg, pm_buf_text(text));
        abort();
    }
    pm_json_free(root);
}

void pm_fuzz_must_say(int result, const struct pm_err *err)
{
    if (result == 0)
        return;
    struct pm_buf text = {0};
    pm_buf_addf(&text, "%s: %s", err->where, err->msg);
    pm_fuzz_must(err->code != PM_OK && err->msg[0] != '\0', "a refusal has a code and words");
    pm_fuzz_must(err->code != PM_EINTERNAL, "no input is an internal error");
    pm_fuzz_must_be_plain(&text, "a refusal is plain text");
    pm_buf_done(&text);
}
