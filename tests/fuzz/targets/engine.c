/* SPDX-License-Identifier: MIT
 * What an engine says of itself in its engine.json. */
#include "fuzz.h"

#include "record/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_arena arena = {0};
    struct pm_engine engine;
    pm_fuzz_file("worker", "#!/bin/sh\n", 10);
    pm_fuzz_file("engine.json", data, size);
    pm_fuzz_must_say(pm_engine_load(pm_fuzz_folder(), &arena, &engine, &err), &err);
    pm_arena_done(&arena);
    return 0;
}
