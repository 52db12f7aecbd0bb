/* SPDX-License-Identifier: MIT
 * A table of any tool; the profile that is made of it is read again. */
#include "fuzz.h"

#include "record/profile.h"
#include "record/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_profile p = {0}, back = {0};
    const int result =
        pm_table_load(pm_fuzz_file("table.csv", data, size), "board", NULL, &p, &err);
    pm_fuzz_must_say(result, &err);
    if (result == 0) {
        const char *path = pm_fuzz_file("saved.json", "", 0);
        pm_fuzz_must(pm_profile_save(&p, path, &err) == 0, "what was imported can be saved");
        pm_fuzz_must(pm_profile_load(path, true, &back, &err) == 0, "and is read");
        pm_fuzz_must(p.n == back.n, "no row is lost");
    }
    pm_profile_done(&back);
    pm_profile_done(&p);
    return 0;
}
