/* SPDX-License-Identifier: MIT
 * What the targets of tests/fuzz share. A target is one reader of ours, or a chain that ends in
 * one, fed with the bytes of a stranger: targets/NAME.c defines LLVMFuzzerTestOneInput and nothing
 * else. It holds when nothing crashes, no sanitizer speaks, and what pm_fuzz_must says is true. */
#ifndef PM_FUZZ_H
#define PM_FUZZ_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file of that name, which holds these bytes, in a folder of this process alone (in memory where
 * the system has such); its path, good until the name is used again. "a/b" makes the folder a. */
const char *pm_fuzz_file(const char *name, const void *data, size_t size);
const char *pm_fuzz_folder(void);

/* Inputs that stand for several files hold them one after another, with a line of "=====" between.
 */
struct pm_fuzz_part {
    const uint8_t *data;
    size_t size;
};
struct pm_fuzz_part pm_fuzz_next(struct pm_fuzz_part *rest);

/* Ends the program, with these words, when it is not so. */
void pm_fuzz_must(bool so, const char *what);
/* A text for people: valid UTF-8 without control characters but newline and tab. */
void pm_fuzz_must_be_plain(const struct pm_buf *text, const char *what);
/* JSON that our own reader takes. */
void pm_fuzz_must_be_json(const struct pm_buf *text, const char *what);
/* A refusal has a code, and words. */
void pm_fuzz_must_say(int result, const struct pm_err *err);

#endif
