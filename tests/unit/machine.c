/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

char root[256];

void put(const char *path, const char *text)
{
    char full[1024];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = strchr(full + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(full, 0777);
        *slash = '/';
    }
    FILE *f = fopen(full, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

void set_mhz(int cpu, double mhz)
{
    char path[128], text[32];
    snprintf(path, sizeof path, CPU "%d/cpufreq/scaling_cur_freq", cpu);
    snprintf(text, sizeof text, "%.0f\n", mhz * 1e3);
    put(path, text);
}

int machine_begin(void **unused)
{
    const char *tmp = getenv("TMPDIR");
    (void)unused;
    snprintf(root, sizeof root, "%s/machine-XXXXXX", tmp != NULL ? tmp : "/tmp");
    return mkdtemp(root) != NULL ? 0 : -1;
}

int machine_end(void **unused)
{
    char command[300];
    (void)unused;
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}
