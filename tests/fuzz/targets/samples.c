/* SPDX-License-Identifier: MIT
 * Raw samples beside a profile that refers to them, judged as a budget would. */
#include "fuzz.h"

#include "base/text.h"
#include "record/profile.h"
#include "stats/latency.h"
#include "json/json.h"

#include <inttypes.h>
#include <stdio.h>

/* The profile refers to the first run by the digest of its times, as the program's own does. */
static uint64_t digest_of_first(const char *path)
{
    struct pm_err err = {0};
    struct cJSON *root = NULL;
    struct pm_arena arena = {0};
    double *ms = NULL;
    size_t n = 0;
    uint64_t digest = 0;
    if (pm_json_load(path, &root, &err) == 0) {
        const struct cJSON *runs = pm_json_array(root, "runs");
        const struct cJSON *run = runs != NULL ? pm_json_first(runs) : NULL;
        const struct cJSON *list = run != NULL ? pm_json_array(run, "ms") : NULL;
        if (list != NULL && pm_json_numbers(list, "ms", &arena, &ms, &n, &err) == 0)
            digest = pm_digest(PM_DIGEST_START, ms, n * sizeof *ms);
    }
    pm_arena_done(&arena);
    pm_json_free(root);
    return digest;
}

static void judge(const struct pm_entry *e)
{
    struct pm_err err = {0};
    struct pm_latency l;
    struct pm_latency_verdict v;
    const struct pm_runs runs = {e->ms, e->n, e->start_n, e->starts, e->delay_ms, e->at_ms};
    if (e->n == 0 || e->n > 2000)
        return;
    pm_fuzz_must_say(pm_latency_analyse(&runs, 0.95, &l, &err), &err);
    pm_fuzz_must_say(pm_latency_judge(&runs, e->ms[e->n / 2], 0.9, 0.95, &v, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    struct pm_profile p = {0};
    char text[900];
    const char *samples = pm_fuzz_file("p.samples.json", data, size);
    const int length = snprintf(
        text, sizeof text,
        "{\"schema\":\"pickmodel/profile/"
        "1\",\"origin\":\"measured\",\"device\":{\"name\":\"board\"},"
        "\"entries\":[{\"network\":\"a\",\"engine\":\"e\",\"precision\":\"fp32\",\"input_px\":8,"
        "\"batch\":1,\"threads\":1,\"status\":\"partial\",\"latency_ms\":{\"value\":2,\"lo\":1,"
        "\"hi\":3,\"origin\":\"measured\"},\"samples_digest\":\"%016" PRIx64 "\"}]}",
        digest_of_first(samples));
    const char *path = pm_fuzz_file("p.json", text, (size_t)length);
    const int result = pm_profile_load(path, true, &p, &err);
    pm_fuzz_must_say(result, &err);
    for (size_t i = 0; result == 0 && i < p.n; i++)
        judge(&p.entry[i]);
    if (result == 0)
        pm_fuzz_must_say(pm_samples_save(&p, pm_fuzz_file("q.json", "", 0), &err), &err);
    pm_profile_done(&p);
    return 0;
}
