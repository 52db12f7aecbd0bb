/* SPDX-License-Identifier: MIT
 * A profile; what is saved of it is read again, and saved as the same bytes. */
#include "fuzz.h"

#include "base/file.h"
#include "record/profile.h"

#include <string.h>

static void saved(struct pm_profile *p, struct pm_buf *text)
{
    struct pm_err err = {0};
    const char *path = pm_fuzz_file("saved.json", "", 0);
    pm_fuzz_must(pm_profile_save(p, path, &err) == 0, "what was read can be saved");
    pm_fuzz_must(pm_file_read(path, (size_t)1 << 26, text, &err) == 0, "and is there");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_profile p = {0}, back = {0};
    struct pm_buf first = {0}, second = {0};
    const int result = pm_profile_load(pm_fuzz_file("p.json", data, size), false, &p, &err);
    pm_fuzz_must_say(result, &err);
    if (result == 0) {
        saved(&p, &first);
        const char *path = pm_fuzz_file("again.json", first.data, first.len);
        pm_fuzz_must(pm_profile_load(path, false, &back, &err) == 0, "what was saved is read");
        pm_fuzz_must(p.n == back.n, "no entry is lost");
        saved(&back, &second);
        pm_fuzz_must(first.len == second.len && memcmp(first.data, second.data, first.len) == 0,
                     "as the same text");
    }
    pm_buf_done(&first);
    pm_buf_done(&second);
    pm_profile_done(&back);
    pm_profile_done(&p);
    return 0;
}
