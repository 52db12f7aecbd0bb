/* SPDX-License-Identifier: MIT */
#include "world_files.h"

#include "base/err.h"
#include "record/evaluation.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 512

/* ---- text ---- */

static void put_figure(FILE *f, const char *key, struct figure q)
{
    if (q.origin == UNKNOWN)
        return;
    fprintf(f, ", \"%s\": {\"value\": %.12g, ", key, q.value);
    if (q.lo != q.hi)
        fprintf(f, "\"lo\": %.12g, \"hi\": %.12g, ", q.lo, q.hi);
    fprintf(f, "\"origin\": \"%s\"}", origin_word(q.origin));
}

static void put_text(FILE *f, const char *key, const char *value)
{
    if (value != NULL)
        fprintf(f, ", \"%s\": \"%s\"", key, value);
}

static void put_count(FILE *f, const char *key, long value)
{
    if (value > 0)
        fprintf(f, ", \"%s\": %ld", key, value);
}

static const char *basis_word(enum basis basis)
{
    return basis == BASIS_TOTAL ? "total" : basis == BASIS_ABOVE_IDLE ? "above_idle" : NULL;
}

static void put_catalogue(FILE *f, const struct world *w, const char *folder)
{
    const char *comma = "";
    fprintf(f, "{\"schema\": \"pickmodel/catalogue/1\", \"networks\": [");
    for (size_t i = 0; i < w->nets; i++) {
        const struct net *n = &w->net[i];
        if (!n->listed)
            continue;
        fprintf(f,
                "%s\n {\"id\": \"%s\", \"name\": \"%s\", \"task\": \"imagenet-1k\", "
                "\"cfg\": \"%s\", \"input_px\": %ld",
                comma, n->id, n->id, small_cfgs[n->cfg].name, small_cfgs[n->cfg].input_px);
        put_figure(f, "top1_pct", n->top1);
        put_figure(f, "top5_pct", n->top5);
        if (n->images > 0)
            fprintf(f, ", \"weights\": \"%s/data/w.weights\"", folder);
        fprintf(f, "%s}", n->stand_in ? ", \"stand_in\": true" : "");
        comma = ",";
    }
    fprintf(f, "]}\n");
}

static void put_key(FILE *f, const struct world *w, const struct item *e)
{
    fprintf(f, "{\"network\": \"%s\"", w->net[e->net].id);
    put_text(f, "engine", engine_names[e->engine]);
    put_text(f, "precision", precision_names[e->precision]);
    put_text(f, "power_mode", mode_names[e->mode]);
    put_count(f, "input_px", e->input_px);
    put_count(f, "batch", e->batch);
    put_count(f, "threads", e->threads);
    if (e->fps > 0)
        fprintf(f, ", \"fps\": %.12g", e->fps);
}

/* FNV-1a of the times as they lie in memory. */
static uint64_t digest_of(const double *ms, size_t n)
{
    const unsigned char *bytes = (const unsigned char *)ms;
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n * sizeof *ms; i++)
        digest = (digest ^ bytes[i]) * UINT64_C(0x100000001b3);
    return digest;
}

/* Windows of one length whose powers scatter a little about the figure and sum to it. */
static void put_windows(FILE *f, const char *key, double watts, double seconds, long runs)
{
    static const double off[] = {0.004, -0.002, -0.002, 0.003, -0.003};
    fprintf(f, "\"%s\": {", key);
    for (int i = 0; i < 5; i++)
        fprintf(f, "%s%.12g", i == 0 ? "\"from_s\": [" : ", ", 1.7e9 + i * (seconds + 1));
    for (int i = 0; i < 5; i++)
        fprintf(f, "%s%.12g", i == 0 ? "], \"seconds\": [" : ", ", seconds);
    for (int i = 0; i < 5; i++)
        fprintf(f, "%s%ld", i == 0 ? "], \"runs\": [" : ", ", runs);
    for (int i = 0; i < 5; i++)
        fprintf(f, "%s%.12g", i == 0 ? "], \"joules\": [" : ", ", watts * seconds * (1 + off[i]));
    fprintf(f, "]%s}", runs == 0 ? ", \"before\": 3" : "");
}

static void put_power(FILE *f, const struct item *e)
{
    if (!e->windows || e->latency.origin == UNKNOWN || e->power.origin == UNKNOWN ||
        e->idle.origin == UNKNOWN)
        return;
    fprintf(f, ", \"power\": {\"source\": \"meter\", \"scope\": \"board\", "
               "\"kind\": \"counter\", \"period_ms\": 1, \"gain_rel\": 0.02, ");
    put_windows(f, "busy", e->power.value, 0.1 * e->latency.value, 100);
    fprintf(f, ", ");
    put_windows(f, "idle", e->idle.value, 2, 0);
    fprintf(f, "}");
}

static void put_item(FILE *f, const struct world *w, const struct item *e)
{
    put_key(f, w, e);
    fprintf(f, ", \"status\": \"%s\"", status_word(e->status));
    if (e->status == FAILED)
        put_text(f, "cause", "the engine ended");
    put_figure(f, "latency_ms", e->latency);
    put_figure(f, "p90_ms", e->p90);
    put_figure(f, "p95_ms", e->p95);
    put_figure(f, "p99_ms", e->p99);
    if (e->status == CENSORED)
        fprintf(f, ", \"censored_ms\": %.12g", e->censored_ms);
    put_figure(f, "top1_pct", e->top1);
    put_figure(f, "top5_pct", e->top5);
    put_figure(f, "gops", e->gops);
    put_figure(f, "params_m", e->params);
    put_figure(f, "memory_mib", e->memory);
    put_figure(f, "power_w", e->power);
    put_figure(f, "idle_w", e->idle);
    put_figure(f, "energy_j", e->energy);
    put_text(f, "power_basis", basis_word(e->basis));
    put_power(f, e);
    if (e->others_pct > 0)
        fprintf(f, ", \"other_cpu_pct\": %.12g", e->others_pct);
    if (e->runs > 0)
        fprintf(f, ", \"samples_digest\": \"%016" PRIx64 "\"", digest_of(e->ms, e->runs));
    fprintf(f, "}");
}

static void put_profile(FILE *f, const struct world *w)
{
    fprintf(f, "{\"schema\": \"pickmodel/profile/1\", \"origin\": \"%s\"",
            w->origin == DECLARED ? "imported" : origin_word(w->origin));
    put_text(f, "power_basis", basis_word(w->basis));
    put_figure(f, "idle_w", w->idle);
    fprintf(f, ", \"device\": {\"name\": \"board\"}, \"entries\": [");
    for (size_t i = 0; i < w->items; i++) {
        fprintf(f, "%s\n ", i > 0 ? "," : "");
        put_item(f, w, &w->item[i]);
    }
    fprintf(f, "]}\n");
}

/* Each run a visit of its own. */
static void put_visits(FILE *f, const struct item *e)
{
    double at_s = 1764e6;
    for (size_t k = 0; k < e->runs; k++) {
        fprintf(f, "%s%.3f", k == 0 ? "], \"visit_at_s\": [" : ", ", at_s);
        at_s += (e->ms[k] + e->rest_ms) / 1e3;
    }
    for (size_t k = 0; k < e->runs; k++)
        fprintf(f, "%s1", k == 0 ? "], \"visit_runs\": [" : ", ");
}

static void put_samples(FILE *f, const struct world *w)
{
    const char *comma = "";
    fprintf(f, "{\"schema\": \"pickmodel/samples/1\", \"runs\": [");
    for (size_t i = 0; i < w->items; i++) {
        const struct item *e = &w->item[i];
        if (e->runs == 0 || e->lost)
            continue;
        fprintf(f, "%s\n ", comma);
        put_key(f, w, e);
        for (size_t s = 0; s < e->starts; s++)
            fprintf(f, "%s%zu", s == 0 ? ", \"starts\": [" : ", ", e->start_n[s]);
        for (size_t k = 0; k < e->runs; k++)
            fprintf(f, "%s%.17g", k == 0 ? "], \"ms\": [" : ", ", e->ms[k]);
        if (e->rest_ms > 0)
            put_visits(f, e);
        fprintf(f, "]}");
        comma = ",";
    }
    fprintf(f, "]}\n");
}

static void put_cell(FILE *f, struct figure q)
{
    if (q.origin != UNKNOWN)
        fprintf(f, "%.12g", q.value);
    fputc(',', f);
}

static void put_number(FILE *f, long n)
{
    if (n > 0)
        fprintf(f, "%ld", n);
    fputc(',', f);
}

static void put_table(FILE *f, const struct world *w)
{
    fprintf(f, "network,precision,power_mode,input_px,batch,threads,top1_pct,top5_pct,latency_ms,"
               "gops,params_m,memory_mib,power_w,idle_w,power_basis\n");
    for (size_t i = 0; i < w->items; i++) {
        const struct item *e = &w->item[i];
        const char *precision = precision_names[e->precision], *mode = mode_names[e->mode];
        const char *basis = basis_word(e->basis);
        fprintf(f, "%s,%s,%s,", w->net[e->net].id, precision != NULL ? precision : "",
                mode != NULL ? mode : "");
        put_number(f, e->input_px);
        put_number(f, e->batch);
        put_number(f, e->threads);
        const struct figure cells[] = {e->top1,   e->top5,   e->latency, e->gops,
                                       e->params, e->memory, e->power,   e->idle};
        for (size_t k = 0; k < sizeof cells / sizeof *cells; k++)
            put_cell(f, cells[k]);
        fprintf(f, "%s\n", basis != NULL ? basis : "");
    }
}

/* ---- files ---- */

static FILE *open_in(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (f == NULL)
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return f;
}

static int finish(FILE *f)
{
    return fclose(f) == 0 ? 0 : -1;
}

static void make_folders(const char *folder)
{
    static const char *const names[] = {"",
                                        "/data",
                                        "/data/networks",
                                        "/data/engines",
                                        "/home",
                                        "/home/pickmodel",
                                        "/home/pickmodel/evaluations"};
    char path[PATH_SIZE];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s%s", folder, names[i]);
        mkdir(path, 0777);
    }
}

/* The program's own writer: how an evaluation is stored is not what these tests are about. */
static int write_evaluation(const struct net *n, const char *folder)
{
    char path[PATH_SIZE], weights[PATH_SIZE], digest[17];
    const char *text = small_cfgs[n->cfg].text;
    uint64_t fnv = UINT64_C(0xcbf29ce484222325);
    for (const char *c = text; *c != '\0'; c++)
        fnv = (fnv ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    snprintf(path, sizeof path, "%s/home/pickmodel/evaluations/%s.json", folder, n->id);
    snprintf(digest, sizeof digest, "%016" PRIx64, fnv);
    snprintf(weights, sizeof weights, "%s/data/w.weights", folder);
    struct pm_evaluation e = {.network = n->id,
                              .cfg_digest = digest,
                              .weights = weights,
                              .weights_digest = "0000000000000000",
                              .engine = "alpha",
                              .engine_version = "1",
                              .preprocessing = "darknet-center-crop",
                              .images = "list",
                              .list_digest = "0123456789abcdef",
                              .date = "2026-11-29T00:00:00Z",
                              .n = n->images,
                              .done = n->images,
                              .classes = 1000,
                              .good = n->good,
                              .wrong = n->images - n->good,
                              .good5 = n->good};
    struct pm_err err = {0};
    e.weights_stamp = pm_evaluation_stamp(weights, &e.arena);
    e.hits = pm_evaluation_bits(&e, n->images);
    e.seen = pm_evaluation_bits(&e, n->images);
    for (long i = 0; i < n->images; i++) {
        pm_evaluation_set_bit(e.seen, i);
        if (i < n->good)
            pm_evaluation_set_bit(e.hits, i);
    }
    const int result = pm_evaluation_save(&e, path, &err);
    if (result != 0)
        fprintf(stderr, "%s: %s\n", path, err.msg);
    pm_evaluation_done(&e);
    return result;
}

/* Those of the world before. */
static void forget_evaluations(const char *folder)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/home/pickmodel/evaluations", folder);
    DIR *dir = opendir(path);
    if (dir == NULL)
        return;
    for (const struct dirent *file; (file = readdir(dir)) != NULL;)
        unlinkat(dirfd(dir), file->d_name, 0);
    closedir(dir);
}

int files_write_catalogue(const struct world *w, const char *folder)
{
    make_folders(folder);
    for (size_t i = 0; i < CFGS; i++) {
        char name[64];
        snprintf(name, sizeof name, "data/networks/%s", small_cfgs[i].name);
        FILE *f = open_in(folder, name);
        if (f == NULL)
            return -1;
        fputs(small_cfgs[i].text, f);
        if (finish(f) != 0)
            return -1;
    }
    FILE *weights = open_in(folder, "data/w.weights");
    FILE *f = open_in(folder, "data/networks.json");
    if (f == NULL || weights == NULL)
        return -1;
    put_catalogue(f, w, folder);
    int result = finish(weights) != 0 || finish(f) != 0 ? -1 : 0;
    forget_evaluations(folder);
    for (size_t i = 0; result == 0 && i < w->nets; i++) {
        if (w->net[i].images > 0 && w->net[i].listed)
            result = write_evaluation(&w->net[i], folder);
    }
    return result;
}

int files_write_profile(const struct world *w, const char *folder)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/board.json", folder);
    unlink(path); /* a table never replaces measurements */
    FILE *f = open_in(folder, w->table ? "board.csv" : "board.json");
    if (f == NULL)
        return -1;
    if (w->table)
        put_table(f, w);
    else
        put_profile(f, w);
    if (finish(f) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/board.samples.json", folder);
    unlink(path);
    if (w->origin != MEASURED)
        return 0;
    f = open_in(folder, "board.samples.json");
    if (f == NULL)
        return -1;
    put_samples(f, w);
    return finish(f);
}

void files_print(const struct world *w, const char *folder)
{
    printf("--- data/networks.json\n");
    put_catalogue(stdout, w, folder);
    for (size_t i = 0; i < w->nets; i++) {
        if (w->net[i].listed && w->net[i].images > 0)
            printf("--- an evaluation: %s got %ld of %ld right\n", w->net[i].id, w->net[i].good,
                   w->net[i].images);
    }
    printf("--- %s\n", w->table ? "board.csv" : "board.json");
    if (w->table)
        put_table(stdout, w);
    else
        put_profile(stdout, w);
    if (w->origin == MEASURED) {
        printf("--- board.samples.json\n");
        put_samples(stdout, w);
    }
}
