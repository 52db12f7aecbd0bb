/* SPDX-License-Identifier: MIT
 * Images and labels in a file of MNIST's kind. */
#include "fuzz.h"

#include "images/worker/decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_idx idx = {0};
    struct pm_pixels pixels = {0};
    const int result = pm_idx_load(pm_fuzz_file("images.idx", data, size), &idx, &err);
    pm_fuzz_must_say(result, &err);
    if (result == 0 && idx.w > 0 && idx.w * idx.h < 1000000) {
        pm_fuzz_must_say(pm_idx_image(&idx, idx.n > 0 ? idx.n - 1 : 0, 3, &pixels, &err), &err);
        free(pixels.data);
    }
    pm_idx_done(&idx);
    return 0;
}
