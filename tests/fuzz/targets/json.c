/* SPDX-License-Identifier: MIT
 * The reader of JSON, and that what is written is read as the same. */
#include "fuzz.h"

#include "json/json.h"

#include <string.h>

/* false: it is refused, with words */
static bool written_again(const struct pm_buf *text, bool pretty, struct pm_buf *out)
{
    struct pm_err err = {0};
    struct cJSON *root = NULL;
    const int result = pm_json_parse(pm_buf_text(text), text->len, "input", &root, &err);
    pm_fuzz_must_say(result, &err);
    if (result != 0)
        return false;
    pm_fuzz_must(pm_json_print(root, pretty, out, &err) == 0, "what was read can be written");
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int pretty = 0; pretty < 2; pretty++) {
        struct pm_buf input = {0}, first = {0}, second = {0};
        pm_buf_add_bytes(&input, (const char *)data, size);
        if (written_again(&input, pretty, &first)) {
            pm_fuzz_must(written_again(&first, pretty, &second), "what was written is read");
            pm_fuzz_must(first.len == second.len && memcmp(first.data, second.data, first.len) == 0,
                         "as the same text");
        }
        pm_buf_done(&second);
        pm_buf_done(&first);
        pm_buf_done(&input);
    }
    return 0;
}
