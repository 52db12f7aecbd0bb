/* SPDX-License-Identifier: MIT
 * A target without libFuzzer: every file of its corpus, or those that are named, once. */
#include "fuzz.h"

#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX ((size_t)16 * 1024 * 1024)

static void run(const char *path)
{
    struct pm_buf bytes = {0};
    struct pm_err err = {0};
    if (pm_file_read(path, INPUT_MAX, &bytes, &err) != 0) {
        fprintf(stderr, "fuzz: %s: %s\n", err.where, err.msg);
        exit(2);
    }
    /* of its exact size, for a sanitizer to see the end of it */
    uint8_t *copy = malloc(bytes.len + (bytes.len == 0));
    if (copy == NULL)
        exit(2);
    if (bytes.len > 0)
        memcpy(copy, bytes.data, bytes.len);
    LLVMFuzzerTestOneInput(copy, bytes.len);
    free(copy);
    pm_buf_done(&bytes);
}

static size_t run_folder(const char *folder)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    const struct dirent *d;
    char path[1300];
    if (dir == NULL) {
        perror(folder);
        exit(2);
    }
    while ((d = readdir(dir)) != NULL) {
        if (d->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        run(path);
        n++;
    }
    closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    const char *name = strrchr(argv[0], '/') != NULL ? strrchr(argv[0], '/') + 1 : argv[0];
    const char *tests = getenv("TESTS");
    char folder[1000];
    for (int i = 1; i < argc; i++)
        run(argv[i]);
    if (argc > 1)
        return 0;
    snprintf(folder, sizeof folder, "%s/fuzz/corpus/%s", tests != NULL ? tests : "tests", name);
    const size_t n = run_folder(folder);
    printf("%s fuzz %s: %zu inputs\n", n > 0 ? "ok" : "not ok", name, n);
    return n > 0 ? 0 : 1;
}
