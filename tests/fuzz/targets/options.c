/* SPDX-License-Identifier: MIT
 * The command line: an argument a line. */
#include "fuzz.h"

#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

#define ARGUMENTS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), *argv[ARGUMENTS + 2];
    char program[] = "pickmodel";
    struct pm_options *out = calloc(1, sizeof *out);
    struct pm_err err = {0};
    int argc = 0;
    if (text == NULL || out == NULL)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    argv[argc++] = program;
    for (char *at = text; at != NULL && argc <= ARGUMENTS;) {
        argv[argc++] = at;
        at = strchr(at, '\n');
        if (at != NULL)
            *at++ = '\0';
    }
    argv[argc] = NULL;
    pm_fuzz_must_say(pm_options_parse(argc, argv, out, &err), &err);
    free(out);
    free(text);
    return 0;
}
