/* SPDX-License-Identifier: MIT
 * A list of images with their labels, and the names of the classes. */
#include "fuzz.h"

#include "record/image_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_fuzz_part rest = {data, size}, list = pm_fuzz_next(&rest), classes = rest;
    struct pm_err err = {0};
    struct pm_image_list images = {0};
    const char *path = pm_fuzz_file("list.txt", list.data, list.size), *names = NULL;
    pm_fuzz_file("a.png", "", 0);
    pm_fuzz_file("b.png", "", 0);
    if (classes.size > 0)
        names = pm_fuzz_file("classes.txt", classes.data, classes.size);
    const int result = pm_image_list_read(path, names, &images, &err);
    pm_fuzz_must_say(result, &err);
    for (size_t i = 0; result == 0 && i < images.n; i++)
        pm_fuzz_must(images.item[i].label >= 0 && images.item[i].path != NULL,
                     "an image has a label and a place");
    pm_image_list_done(&images);
    return 0;
}
