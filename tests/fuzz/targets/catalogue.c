/* SPDX-License-Identifier: MIT
 * A catalogue of networks; and a user's own beside it, written and read again. */
#include "fuzz.h"

#include "record/catalogue.h"

static const char cfg[] =
    "[net]\nwidth=8\nheight=8\nchannels=3\n[connected]\noutput=2\nactivation=linear\n[softmax]\n";

static void own_again(const char *path)
{
    struct pm_err err = {0};
    struct pm_catalogue own = {0}, back = {0};
    const char *folder = pm_fuzz_folder();
    if (pm_catalogue_add_own(&own, path, folder, &err) == 0) {
        const char *saved = pm_fuzz_file("saved.json", "", 0);
        const int result = pm_catalogue_save_own(&own, saved, &err);
        pm_fuzz_must_say(result, &err);
        if (result == 0) {
            pm_fuzz_must(pm_catalogue_add_own(&back, saved, folder, &err) == 0,
                         "what was saved is read");
            pm_fuzz_must(own.n == back.n, "no network of one's own is lost");
        }
    } else {
        pm_fuzz_must_say(-1, &err);
    }
    pm_catalogue_done(&back);
    pm_catalogue_done(&own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_catalogue c = {0};
    const struct pm_catalogue_entry *found = NULL;
    const char *path = pm_fuzz_file("networks.json", data, size), *folder = pm_fuzz_folder();
    pm_fuzz_file("net.cfg", cfg, sizeof cfg - 1);
    const int result = pm_catalogue_load(path, &folder, 1, &c, &err);
    pm_fuzz_must_say(result, &err);
    for (size_t i = 0; result == 0 && i < c.n; i++)
        pm_fuzz_must(pm_catalogue_find(&c, c.entry[i].id, &found, &err) == 0,
                     "a network is found by its id");
    pm_catalogue_done(&c);
    own_again(path);
    return 0;
}
