/* SPDX-License-Identifier: MIT
 * Everything an engine may say, from its greeting to its end. Its words are in the pipe already,
 * and nobody listens to what it is asked. */
#include "fuzz.h"

#include "base/clock.h"
#include "meter/worker_talk.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define PIPE_BYTES 60000
#define LAYERS     3

static void count(void *context, double ms, double delay_ms)
{
    size_t *n = context;
    pm_fuzz_must(ms > 0 && isfinite(ms), "a run takes some time");
    pm_fuzz_must(isnan(delay_ms) || (delay_ms >= 0 && isfinite(delay_ms)), "a delay is a time");
    ++*n;
}

static struct pm_worker *engine_that_says(const uint8_t *data, size_t size)
{
    int words[2];
    struct pm_worker *w = calloc(1, sizeof *w);
    if (w == NULL || pipe2(words, O_CLOEXEC | O_NONBLOCK) != 0)
        abort();
    pm_fuzz_must(write(words[1], data, size) == (ssize_t)size, "a pipe holds it");
    close(words[1]);
    w->process.pid = -1;
    w->process.in = open("/dev/null", O_WRONLY | O_CLOEXEC);
    w->process.out = words[0];
    w->process.err = -1;
    w->until_ms = (double)INFINITY;
    w->program = "engine";
    return w;
}

/* Each step as far as the one before was understood. */
static enum pm_worker_end talk(struct pm_worker *w, struct pm_err *err)
{
    const struct pm_worker_network network = {.cfg = "a.cfg", .batch = 1, .threads = 1};
    struct pm_worker_ready ready;
    struct pm_worker_loaded loaded;
    struct pm_worker_ran ran;
    double elapsed = 0, ms[LAYERS];
    long classes[2];
    size_t runs = 0;
    bool finite;
    enum pm_worker_end end = pm_worker_greet(w, &ready, err);
    if (end == PM_WORKER_DONE)
        end = pm_worker_load(w, &network, 1e3, &loaded, err);
    if (end == PM_WORKER_DONE)
        end = pm_worker_run(w, 2, 1e3, count, &runs, &ran, &elapsed, err);
    if (end == PM_WORKER_DONE)
        pm_fuzz_must(runs == 2, "as many runs as were asked for");
    if (end == PM_WORKER_DONE)
        end = pm_worker_classify(w, "image", 2, 1e3, classes, &finite, err);
    if (end == PM_WORKER_DONE)
        end = pm_worker_layers(w, 1, 1e3, ms, LAYERS, err);
    return end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pm_err err = {0};
    if (size > PIPE_BYTES)
        return 0;
    struct pm_worker *w = engine_that_says(data, size);
    const enum pm_worker_end end = talk(w, &err);
    pm_fuzz_must(end != PM_WORKER_INTERRUPTED, "nobody interrupts");
    pm_fuzz_must_say(end == PM_WORKER_BROKEN ? -1 : 0, &err);
    if (end == PM_WORKER_DONE)
        (void)pm_worker_quit(w, &err);
    else
        pm_worker_kill(w);
    return 0;
}
