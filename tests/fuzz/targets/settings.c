/* SPDX-License-Identifier: MIT
 * A configuration file. */
#include "fuzz.h"

#include "record/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_settings s = pm_settings_default();
    const char *path = pm_fuzz_file("budgets.yaml", data, size);
    int result = pm_settings_load_yaml(path, 0, &s, &err);
    if (result == 0)
        result = pm_settings_finish(&s, &err);
    pm_fuzz_must_say(result, &err);
    return 0;
}
