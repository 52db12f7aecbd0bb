/* SPDX-License-Identifier: MIT
 * The Darknet engine: a process that loads one network and times inferences on request, over the
 * protocol of docs/engine-protocol.md. The parent sets OPENBLAS_NUM_THREADS=1 and
 * QT_QPA_PLATFORM=offscreen: libdarknet drags in OpenCV, which would start threads and a display.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "engines/darknet/channel.h"
#include "engines/darknet/darknet_net.h"
#include "engines/darknet/self_stat.h"
#include "engines/protocol.h"
#include "json/json.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <unistd.h>

#define RUNS_MAX        1e9
#define SAMPLES_MAX     1024
#define LAYERS_RUNS_MAX 1000
#define TOP_MAX         100

struct worker {
    struct pm_channel channel;
    struct pm_darknet *dn; /* NULL until "load" */
    struct pm_self_delay delay;
    struct pm_buf report; /* grown once, reused: the text of a "samples" line */
    size_t samples;
    double ms[SAMPLES_MAX], delay_ms[SAMPLES_MAX];
    double reported_ms; /* when the last report went out */
};

/* libdarknet calls exit(), mostly exit(0), when it cannot open a file. atexit handlers take no
 * argument, so these two stand outside. */
static int protocol_fd = -1;
static bool may_exit;

static void report_stray_exit(void)
{
    static const char reply[] = "{\"event\":\"error\",\"code\":\"engine\",\"where\":\"libdarknet\","
                                "\"message\":\"called exit() in the middle of its work\"}\n";
    if (may_exit)
        return;
    if (write(protocol_fd, reply, sizeof reply - 1) < 0)
        _exit(5);
    _exit(5);
}

static const char *hex(uint64_t digest, char out[17])
{
    snprintf(out, 17, "%016" PRIx64, digest);
    return out;
}

static struct cJSON *event(const char *name)
{
    struct cJSON *reply = pm_json_object();
    pm_json_add_text(reply, "event", name);
    return reply;
}

static void add_memory(struct cJSON *reply, struct pm_self_memory memory)
{
    pm_json_add_number(reply, "peak_kib", memory.peak_kib);
    pm_json_add_number(reply, "rss_kib", memory.rss_kib);
}

static int send_ready(struct worker *w, double baseline_kib, struct pm_err *err)
{
    char digest_text[17], version[96];
    uint64_t digest = 0;
    const char *library = pm_darknet_library();
    const bool known = *library != '\0' && pm_file_digest(library, &digest, NULL) == 0;
    struct cJSON *reply = event(PM_EVENT_READY);
    pm_json_add_number(reply, "protocol", PM_PROTOCOL_VERSION);
    pm_darknet_version(version, sizeof version);
    pm_json_add_text(reply, "engine", pm_darknet_engine());
    pm_json_add_text(reply, "engine_version", version);
    pm_json_add_text(reply, "library", library);
    pm_json_add_text(reply, "library_digest", known ? hex(digest, digest_text) : NULL);
    pm_json_add_text(reply, "precision", "fp32");
    pm_json_add_number(reply, "threads", (double)pm_darknet_max_threads());
    pm_json_add_number(reply, "baseline_kib", baseline_kib);
    return pm_channel_send(&w->channel, reply, err);
}

struct request { /* every key of every op; what an op does not use must be absent */
    const char *op, *cfg, *weights, *input;
    long batch, threads, n, top;
};

static int load(struct worker *w, const struct request *r, struct pm_err *err)
{
    if (w->dn != NULL)
        return pm_fail(err, PM_EUSAGE, "load", "a network is loaded; expected one a process");
    if (r->cfg == NULL)
        return pm_fail(err, PM_EUSAGE, "load", "the key \"cfg\" is missing");
    const long most = pm_darknet_max_threads();
    if (most > 0 && r->threads > most)
        return pm_fail(err, PM_EUSAGE, "load",
                       "threads=%ld, but stock Darknet computes in one; expected 1", r->threads);
    const double start = pm_self_ms();
    if (pm_darknet_load(r->cfg, r->weights, r->batch, r->threads, &w->dn, err) != 0)
        return -1;
    struct cJSON *reply = event(PM_EVENT_LOADED);
    pm_json_add_number(reply, "load_ms", pm_self_ms() - start);
    pm_json_add_number(reply, "batch", (double)r->batch);
    pm_json_add_number(reply, "inputs", pm_darknet_inputs(w->dn));
    pm_json_add_number(reply, "outputs", pm_darknet_outputs(w->dn));
    pm_json_add_text(reply, "weights", r->weights != NULL ? "file" : "random");
    add_memory(reply, pm_self_memory());
    return pm_channel_send(&w->channel, reply, err);
}

static void add_numbers(struct pm_buf *out, const char *key, const double *values, size_t n)
{
    pm_buf_addf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < n; i++)
        pm_buf_addf(out, "%s%.6f", i > 0 ? "," : "", values[i]);
    pm_buf_add(out, "]");
}

static int report_samples(struct worker *w, struct pm_err *err)
{
    if (w->samples == 0)
        return 0;
    struct pm_buf *out = &w->report;
    out->len = 0;
    pm_buf_add(out, "{\"event\":\"" PM_EVENT_SAMPLES "\"");
    add_numbers(out, "ms", w->ms, w->samples);
    if (w->delay.n > 0)
        add_numbers(out, "delay_ms", w->delay_ms, w->samples);
    pm_buf_add(out, "}\n");
    w->samples = 0;
    if (pm_buf_check(out, err) != 0)
        return -1;
    const int result = pm_channel_write(&w->channel, out->data, out->len, err);
    w->reported_ms = pm_self_ms();
    return result;
}

/* One timed inference: nothing but the inference lies between the two clock reads. */
static void take_sample(struct worker *w)
{
    double waited_ms = 0;
    const bool told = pm_self_delay_begin(&w->delay);
    const double start = pm_self_ms();
    pm_darknet_predict(w->dn);
    const double stop = pm_self_ms();
    if (!told || !pm_self_delay_end(&w->delay, &waited_ms))
        pm_self_delay_close(&w->delay); /* half a list would be worse than none */
    w->ms[w->samples] = stop - start;
    w->delay_ms[w->samples] = waited_ms;
    w->samples++;
}

static int run(struct worker *w, const struct request *r, struct pm_err *err)
{
    if (w->dn == NULL)
        return pm_fail(err, PM_EUSAGE, "run", "no network is loaded; expected \"load\" first");
    if (r->n < 1)
        return pm_fail(err, PM_EUSAGE, "run", "the key \"n\" is missing or below 1");
    bool finite = true;
    pm_self_delay_close(&w->delay);
    pm_self_delay_open(&w->delay); /* threads have begun meanwhile */
    w->reported_ms = pm_self_ms();
    for (long i = 0; i < r->n; i++) {
        take_sample(w);
        /* The input never changes: looking at the first and the last output is enough. */
        if (i == 0 || i == r->n - 1)
            finite = pm_darknet_finite(w->dn) && finite;
        const bool due = pm_self_ms() - w->reported_ms >= PM_PROTOCOL_REPORT_MS;
        if ((due || w->samples == SAMPLES_MAX) && report_samples(w, err) != 0)
            return -1;
    }
    if (report_samples(w, err) != 0)
        return -1;
    char digest[17];
    struct cJSON *reply = event(PM_EVENT_RAN);
    pm_json_add_number(reply, "n", (double)r->n);
    pm_json_add_bool(reply, "finite", finite);
    add_memory(reply, pm_self_memory());
    pm_json_add_text(reply, "digest", hex(pm_darknet_digest(w->dn), digest));
    return pm_channel_send(&w->channel, reply, err);
}

/* The file holds the floats of the input and nothing else. */
static int read_input(const struct worker *w, const char *path, struct pm_err *err)
{
    struct pm_buf file = {0};
    size_t values = 0;
    float *input = pm_darknet_input(w->dn, &values);
    int result = pm_file_read(path, values * sizeof *input, &file, err);
    if (result == 0 && file.len != values * sizeof *input)
        result =
            pm_fail(err, PM_EDATA, path, "holds %zu bytes; expected %zu floats", file.len, values);
    if (result == 0)
        memcpy(input, pm_buf_text(&file), file.len);
    pm_buf_done(&file);
    return result;
}

static int classify(struct worker *w, const struct request *r, struct pm_err *err)
{
    size_t classes[TOP_MAX];
    if (w->dn == NULL)
        return pm_fail(err, PM_EUSAGE, "classify", "no network is loaded; expected \"load\" first");
    if (r->input == NULL || r->top < 1 || r->top > TOP_MAX ||
        (double)r->top > pm_darknet_outputs(w->dn))
        return pm_fail(err, PM_EUSAGE, "classify", "\"input\" is missing, or \"top\" not 1 to %d",
                       TOP_MAX);
    if (read_input(w, r->input, err) != 0)
        return -1;
    pm_darknet_predict(w->dn);
    struct cJSON *reply = event(PM_EVENT_CLASSIFIED), *list = pm_json_add_list(reply, "top");
    pm_json_add_bool(reply, "finite", pm_darknet_finite(w->dn));
    pm_darknet_top(w->dn, (size_t)r->top, classes);
    for (long i = 0; i < r->top; i++)
        pm_json_push_number(list, (double)classes[i]);
    return pm_channel_send(&w->channel, reply, err);
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of each layer over n inferences: ms holds them one after another. */
static int send_layers(struct worker *w, const double *ms, double *of_one, size_t n, size_t layers,
                       struct pm_err *err)
{
    struct cJSON *reply = event(PM_EVENT_LAYERS), *list = pm_json_add_list(reply, "ms");
    for (size_t i = 0; i < layers; i++) {
        for (size_t k = 0; k < n; k++)
            of_one[k] = ms[k * layers + i];
        qsort(of_one, n, sizeof *of_one, compare_doubles);
        pm_json_push_number(list, (of_one[(n - 1) / 2] + of_one[n / 2]) / 2);
    }
    return pm_channel_send(&w->channel, reply, err);
}

static int time_layers(struct worker *w, const struct request *r, struct pm_err *err)
{
    if (w->dn == NULL)
        return pm_fail(err, PM_EUSAGE, "layers", "no network is loaded; expected \"load\" first");
    if (r->n < 1 || r->n > LAYERS_RUNS_MAX)
        return pm_fail(err, PM_EUSAGE, "layers", "the key \"n\" is missing or not 1 to %d",
                       LAYERS_RUNS_MAX);
    const size_t layers = pm_darknet_layers(w->dn), n = (size_t)r->n;
    double *ms = malloc((layers * n + n) * sizeof *ms);
    if (ms == NULL)
        return pm_fail_nomem(err);
    for (size_t k = 0; k < n; k++)
        pm_darknet_predict_layers(w->dn, ms + k * layers);
    const int result = send_layers(w, ms, ms + layers * n, n, layers, err);
    free(ms);
    return result;
}

static int parse_request(const struct pm_buf *line, struct pm_arena *arena, struct request *out,
                         struct pm_err *err)
{
    static const struct pm_field fields[] = {
        PM_FIELD(struct request, op, PM_JSON_TEXT, PM_REQUIRED),
        PM_FIELD(struct request, cfg, PM_JSON_TEXT, PM_OPTIONAL),
        PM_FIELD(struct request, weights, PM_JSON_TEXT, PM_OPTIONAL),
        PM_FIELD(struct request, input, PM_JSON_TEXT, PM_OPTIONAL),
        PM_FIELD_RANGE(struct request, top, PM_JSON_INT, PM_OPTIONAL, 1, TOP_MAX),
        PM_FIELD_RANGE(struct request, batch, PM_JSON_INT, PM_OPTIONAL, 1, RUNS_MAX),
        PM_FIELD_RANGE(struct request, threads, PM_JSON_INT, PM_OPTIONAL, 1, 4096),
        PM_FIELD_RANGE(struct request, n, PM_JSON_INT, PM_OPTIONAL, 1, RUNS_MAX),
    };
    struct cJSON *root = NULL;
    *out = (struct request){.batch = 1, .threads = 1};
    int result = pm_json_parse(pm_buf_text(line), line->len, "request", &root, err);
    if (result == 0)
        result =
            pm_json_read(root, fields, sizeof fields / sizeof *fields, "request", arena, out, err);
    pm_json_free(root);
    /* To whoever asked, a malformed request is wrong usage, not wrong data. */
    if (result != 0 && err->code == PM_EDATA)
        err->code = PM_EUSAGE;
    return result;
}

/* 1 go on, 0 asked to quit, -1 err. */
static int obey(struct worker *w, const struct pm_buf *line, struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct request r;
    int result = parse_request(line, &arena, &r, err);
    if (result == 0) {
        if (strcmp(r.op, PM_OP_LOAD) == 0)
            result = load(w, &r, err) == 0 ? 1 : -1;
        else if (strcmp(r.op, PM_OP_RUN) == 0)
            result = run(w, &r, err) == 0 ? 1 : -1;
        else if (strcmp(r.op, PM_OP_CLASSIFY) == 0)
            result = classify(w, &r, err) == 0 ? 1 : -1;
        else if (strcmp(r.op, PM_OP_LAYERS) == 0)
            result = time_layers(w, &r, err) == 0 ? 1 : -1;
        else if (strcmp(r.op, PM_OP_QUIT) == 0)
            result = pm_channel_send(&w->channel, event(PM_EVENT_BYE), err);
        else
            result =
                pm_fail(err, PM_EUSAGE, "request", "unknown op \"%.40s\"; expected %s, %s, %s, %s",
                        r.op, PM_OP_LOAD, PM_OP_RUN, PM_OP_LAYERS, PM_OP_QUIT);
    }
    pm_arena_done(&arena);
    return result;
}

static int serve(struct worker *w, double baseline_kib, struct pm_err *err)
{
    struct pm_buf line = {0};
    int result = send_ready(w, baseline_kib, err) == 0 ? 1 : -1;
    while (result > 0) {
        result = pm_channel_read(&w->channel, &line, err);
        if (result > 0)
            result = obey(w, &line, err);
    }
    pm_buf_done(&line);
    return result;
}

static int report_error(struct worker *w, const struct pm_err *why)
{
    const char *code = PM_PROTOCOL_ENGINE;
    int status = 5;
    if (why->code == PM_EUSAGE) {
        code = PM_PROTOCOL_USAGE;
        status = 2;
    } else if (why->code == PM_EDATA) {
        code = PM_PROTOCOL_DATA;
        status = 3;
    } else if (why->code == PM_ENOMEM) {
        code = PM_PROTOCOL_NOMEM;
    }
    fprintf(stderr, "%s%s%s\n", why->where, why->where[0] != '\0' ? ": " : "", why->msg);
    struct cJSON *reply = event(PM_EVENT_ERROR);
    pm_json_add_text(reply, "code", code);
    pm_json_add_text(reply, "where", why->where);
    pm_json_add_text(reply, "message", why->msg);
    (void)pm_channel_send(&w->channel, reply, NULL); /* nobody is left to tell */
    return status;
}

int main(int argc, char **argv)
{
    pm_darknet_prepare(argv);
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("pickmodel %s engine %s, protocol %d\n", pm_darknet_engine(), PM_VERSION,
               PM_PROTOCOL_VERSION);
        return 0;
    }
    if (argc != 1) {
        fprintf(stderr, "usage: %s [--version]; speaks JSON lines, see engine-protocol.md\n",
                argv[0]);
        return 2;
    }
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* an inference does not look at its standard input */
#endif
    static struct worker w;
    struct pm_err err = {0};
    if (pm_channel_open(&w.channel, &err) != 0) {
        fprintf(stderr, "%s: %s\n", err.where, err.msg);
        return 5;
    }
    protocol_fd = w.channel.out;
    atexit(report_stray_exit);
    int status = 0;
    if (serve(&w, pm_self_memory().peak_kib, &err) < 0)
        status = report_error(&w, &err);
    may_exit = true;
    pm_self_delay_close(&w.delay);
    pm_buf_done(&w.report);
    pm_channel_done(&w.channel);
    return status;
}
