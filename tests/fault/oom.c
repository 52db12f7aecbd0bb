/* SPDX-License-Identifier: MIT
 * Out of memory, everywhere: each operation is run again and again with its 1st, 2nd, 3rd ...
 * allocation failing, until it gets through. Every run must succeed or report PM_ENOMEM, never
 * crash, and never leave half a file. (GSL 2.7.1 leaks on some of its own failures, so leaks are
 * looked for in the unit tests, not here.) */
#include "advise/answer.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "network/network.h"
#include "record/catalogue.h"
#include "record/engine.h"
#include "record/power_log.h"
#include "record/profile.h"
#include "record/settings.h"
#include "record/table.h"
#include "report/report.h"
#include "stats/hyperbola.h"
#include "stats/latency.h"
#include "stats/regression.h"
#include "stats/sample.h"
#include "json/json.h"

#include "failing.h"

#include <dirent.h>
#include <execinfo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what the operations work on ---- */

#define RUNS 60

static char fixtures[1000], folder[1000];
static double ms[RUNS], gops[RUNS], acc[RUNS];
static size_t start_n[2] = {24, 36};
static struct pm_catalogue catalogue;
static struct pm_profile table;
static struct pm_settings settings;

static const char *in(const char *dir, const char *name)
{
    static char path[4][1200];
    static int next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", dir, name);
    return out;
}

static void make_numbers(void)
{
    for (int i = 0; i < RUNS; i++) {
        ms[i] = 20 + 0.37 * ((i * 31) % 17) + (i < 3 ? 8 : 0);
        gops[i] = 1 + 0.9 * i;
        acc[i] = 80 - 900 / (ms[i] + gops[i] * 11);
    }
}

/* ---- the operations ---- */

static int parse_and_print(struct pm_err *err)
{
    static const char text[] = "{\"a\": [1, 2.5, {\"b\": \"text\"}], \"c\": null, \"d\": true}";
    struct cJSON *root = NULL;
    struct pm_buf buf = {0};
    int result = pm_json_parse(text, sizeof text - 1, "text", &root, err);
    if (result == 0)
        result = pm_json_print(root, true, &buf, err);
    pm_buf_done(&buf);
    return result;
}

static int build_json(struct pm_err *err)
{
    static const char whole[] = "{\"list\":[0,{\"n\":0},2.385,{\"n\":1},4.77],"
                                "\"name\":\"resnet50\",\"object\":{\"nothing\":null}}\n";
    struct cJSON *root = pm_json_object();
    struct cJSON *list = pm_json_add_list(root, "list");
    struct pm_buf buf = {0};
    pm_json_add_text(root, "name", "resnet50");
    for (int i = 0; i < 3; i++) {
        pm_json_push_number(list, i * 2.385);
        if (i < 2)
            pm_json_add_number(pm_json_push_object(list), "n", i);
    }
    pm_json_add_null(pm_json_add_object(root, "object"), "nothing");
    const int result = pm_json_print(root, false, &buf, err);
    if (result == 0 && strcmp(pm_buf_text(&buf), whole) != 0)
        printf("not ok oom json building: a part is missing: %s", pm_buf_text(&buf));
    pm_buf_done(&buf);
    return result;
}

static int load_catalogue(struct pm_err *err)
{
    const char *dir = in(fixtures, "tiny/networks");
    struct pm_catalogue c = {0};
    const int result = pm_catalogue_load(in(fixtures, "tiny/networks.json"), &dir, 1, &c, err);
    if (result == 0 && (c.n != 6 || c.entry[0].problem != NULL))
        printf("not ok oom: a wrong catalogue was taken for a good one: %s\n", c.entry[0].problem);
    pm_catalogue_done(&c);
    return result;
}

static int load_network(struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_network net;
    const int result = pm_network_load(in(fixtures, "tiny/networks/tiny3.cfg"), &arena, &net, err);
    pm_arena_done(&arena);
    return result;
}

static struct pm_entry measured(const char *network)
{
    struct pm_entry e = pm_entry_empty();
    e.config.network = network;
    e.config.engine = "quick";
    e.config.input = (struct pm_input){24, 24};
    e.config.threads = 1;
    e.status = PM_PARTIAL;
    e.latency_ms = pm_quantity_between(22, 21, 23, PM_MEASURED);
    e.ms = ms;
    e.n = RUNS;
    e.start_n = start_n;
    e.starts = 2;
    e.conditions.cpu = "cpu";
    return e;
}

static double at[] = {1e9, 1e9 + 1, 1e9 + 2}, lasts[] = {1, 1, 1}, busy[] = {4, 4, 4}, none[3];
static double joules[] = {10, 10.1, 9.9};

static struct pm_entry metered(const char *network)
{
    struct pm_entry e = measured(network);
    const struct pm_windows w = {3, at, lasts, busy, joules, 0},
                            i = {3, at, lasts, none, joules, 2};
    e.top1_pct = pm_quantity_of(70, PM_PUBLISHED);
    e.power = (struct pm_power_record){"rapl", "package", "counter", 1, 0.05, "none", w, i};
    return e;
}

static int save_profile(struct pm_err *err)
{
    struct pm_profile p = {.origin = "measured"};
    const struct pm_entry a = measured("a"), b = metered("b");
    const struct pm_power_probe probe = {"rapl", true, "10 W now", "none"};
    p.device.name = "board";
    int result = pm_profile_set_probes(&p, &probe, 1, err);
    if (result == 0)
        result = pm_profile_put(&p, &a, err);
    if (result == 0)
        result = pm_profile_put(&p, &b, err);
    if (result == 0)
        result = pm_profile_add_note(&p, "a note", err);
    if (result == 0)
        result = pm_profile_save(&p, in(folder, "p.json"), err);
    pm_profile_done(&p);
    return result;
}

static int load_profile(struct pm_err *err)
{
    struct pm_profile p = {0};
    const int result = pm_profile_load(in(folder, "p.json"), true, &p, err);
    if (result == 0 && (p.n != 2 || p.entry[1].n != RUNS || p.entry[1].status == PM_FAILED ||
                        p.probes != 1 || p.entry[1].power.idle.joules == NULL))
        printf("not ok oom: a profile was loaded with a part missing\n");
    pm_profile_done(&p);
    return result;
}

static int load_yaml(struct pm_err *err)
{
    struct pm_settings s = pm_settings_default();
    const int result = pm_settings_load_yaml(in(folder, "budgets.yaml"), 0, &s, err);
    if (result == 0 && (!s.budget[PM_TOP1].set || !s.budget[PM_LATENCY].set))
        printf("not ok oom: a configuration was loaded with a part missing\n");
    return result;
}

static int import_table(struct pm_err *err)
{
    struct pm_profile p = {0};
    const int result = pm_table_load(in(fixtures, "darknet-i7.csv"), "i7", &catalogue, &p, err);
    if (result == 0 && p.n != 17)
        printf("not ok oom: a table was loaded with a part missing\n");
    pm_profile_done(&p);
    return result;
}

static int find_engines(struct pm_err *err)
{
    struct pm_arena arena = {0};
    struct pm_engine *engine = NULL;
    size_t n = 0;
    const int result = pm_engine_find_all(in(folder, "engines"), &arena, &engine, &n, err);
    if (result == 0 && n != 1)
        printf("not ok oom: %zu engines were found, not 1\n", n);
    pm_arena_done(&arena);
    return result;
}

static int summarise(struct pm_err *err)
{
    struct pm_summary s;
    return pm_summarise(ms, RUNS, &s, err);
}

static int analyse_latency(struct pm_err *err)
{
    const struct pm_runs runs = {ms, RUNS, start_n, 2, NULL, NULL};
    struct pm_latency l;
    return pm_latency_analyse(&runs, 0.95, &l, err);
}

static int judge_latency(struct pm_err *err)
{
    const struct pm_runs runs = {ms, RUNS, start_n, 2, NULL, NULL};
    struct pm_latency_verdict v;
    double share;
    if (pm_latency_judge(&runs, 26, 0.9, 0.95, &v, err) != 0)
        return -1;
    return pm_latency_share_within(&runs, 26, 0.9, &share, err);
}

static int fit_hyperbola(struct pm_err *err)
{
    struct pm_hyperbola h;
    return pm_hyperbola_fit(gops, acc, 12, NULL, &h, err);
}

static int fit_operations(struct pm_err *err)
{
    struct pm_ops_fit f;
    double rho;
    if (pm_ops_fit(gops, ms, 12, 0.95, &f, err) != 0 || pm_ops_check(gops, ms, &f, err) != 0)
        return -1;
    return pm_spearman(gops, ms, 12, &rho, err);
}

static int find_answer(struct pm_answer *a, struct pm_arena *arena, struct pm_err *err)
{
    struct pm_candidate *c = NULL;
    size_t n = 0;
    if (pm_candidates_of_profile(&table, &catalogue, &settings, arena, &c, &n, err) != 0)
        return -1;
    return pm_answer_find(c, n, &settings, &table, false, a, err);
}

static int answer(struct pm_err *err)
{
    struct pm_answer a = {0};
    struct pm_arena arena = {0};
    const int result = find_answer(&a, &arena, err);
    if (result == 0 && (a.pick < 0 || strcmp(a.c[a.pick].config.network, "resnext50") != 0))
        printf("not ok oom: another pick under pressure\n");
    pm_answer_done(&a);
    pm_arena_done(&arena);
    return result;
}

/* Watts from windows, at a frame rate, under two power modes. */
static int answer_in_watts(struct pm_err *err)
{
    struct pm_profile p = {.origin = "measured"};
    struct pm_entry e = metered("b");
    struct pm_candidate *c = NULL;
    struct pm_answer a = {0};
    struct pm_arena arena = {0};
    struct pm_settings s = pm_settings_default();
    size_t n = 0;
    s.budget[PM_POWER] = (struct pm_budget){true, 12, 0.9};
    s.fps = 5;
    p.device.name = "board";
    int result = pm_profile_put(&p, &e, err);
    e.config.power_mode = "slow";
    if (result == 0)
        result = pm_profile_put(&p, &e, err);
    if (result == 0)
        result = pm_candidates_of_profile(&p, NULL, &s, &arena, &c, &n, err);
    if (result == 0)
        result = pm_answer_find(c, n, &s, &p, false, &a, err);
    if (result == 0)
        result = pm_answer_other_modes(&a, NULL, NULL, err);
    if (result == 0 && (a.pick < 0 || !pm_known(a.c[a.pick].figure[PM_POWER])))
        printf("not ok oom: watts were lost under pressure\n");
    pm_answer_done(&a);
    pm_arena_done(&arena);
    pm_profile_done(&p);
    return result;
}

static int load_log(struct pm_err *err)
{
    struct pm_power_log log = {0};
    struct pm_profile p = {.origin = "measured"};
    struct pm_entry e = metered("b");
    size_t filled = 0, missed = 0;
    int result = pm_power_log_load(in(folder, "log.csv"), 0, &log, err);
    if (result == 0)
        result = pm_profile_put(&p, &e, err);
    if (result == 0)
        result = pm_power_log_apply(&log, "log", 0.02, &p, &filled, &missed, err);
    if (result == 0 && filled != 1)
        printf("not ok oom: a log filled %zu entries\n", filled);
    pm_profile_done(&p);
    pm_power_log_done(&log);
    return result;
}

static int report(enum pm_format format, struct pm_err *err)
{
    const struct pm_style style = {.width = 80, .utf8 = true};
    struct pm_answer a = {0};
    struct pm_arena arena = {0};
    struct pm_buf buf = {0};
    const long wait = until_failure;
    until_failure = 0;
    int result = find_answer(&a, &arena, err);
    until_failure = wait;
    if (result == 0)
        result = pm_report_answer(&a, format, &style, &buf, err);
    pm_buf_done(&buf);
    pm_answer_done(&a);
    pm_arena_done(&arena);
    return result;
}

static int report_text(struct pm_err *err)
{
    return report(PM_FORMAT_TEXT, err);
}

static int report_json(struct pm_err *err)
{
    return report(PM_FORMAT_JSON, err);
}

/* ---- the loop ---- */

/* No half file: what is there is a whole document, and nothing stands beside it. */
static bool folder_is_clean(void)
{
    DIR *dir = opendir(folder);
    const struct dirent *d;
    bool clean = dir != NULL;
    while (clean && (d = readdir(dir)) != NULL) {
        const size_t len = strlen(d->d_name);
        struct cJSON *root = NULL;
        if (d->d_name[0] == '.' && strlen(d->d_name) <= 2)
            continue;
        if (strcmp(d->d_name, "engines") == 0 || strcmp(d->d_name, "budgets.yaml") == 0 ||
            strcmp(d->d_name, "log.csv") == 0)
            continue;
        clean = len > 5 && strcmp(d->d_name + len - 5, ".json") == 0 &&
                pm_json_load(in(folder, d->d_name), &root, NULL) == 0;
        pm_json_free(root);
    }
    if (dir != NULL)
        closedir(dir);
    return clean;
}

static bool try_all(const char *name, int (*operation)(struct pm_err *err))
{
    spared = 0;
    for (long n = 1; n < 200000; n++) {
        struct pm_err err = {0};
        failures = 0;
        until_failure = n;
        const int result = operation(&err);
        until_failure = 0;
        if (result != 0 && (failures == 0 || err.code != PM_ENOMEM)) {
            printf("not ok oom %s: allocation %ld: code %d, %s: %s\n", name, n, (int)err.code,
                   err.where, err.msg);
            return false;
        }
        if (!folder_is_clean()) {
            printf("not ok oom %s: allocation %ld leaves a broken file\n", name, n);
            return false;
        }
        if (failures == 0) {
            printf("%s oom %s: %ld allocations", n > 1 ? "ok" : "not ok", name, n - 1);
            if (spared > 0)
                printf(" (%ld of them GSL's own, let through)", spared);
            printf("\n");
            return n > 1;
        }
    }
    printf("not ok oom %s: no end of allocations\n", name);
    return false;
}

static bool prepare(void)
{
    static const char yaml[] = "min_top1: 70\nmax_latency: 2s@p90\nprofile: 'i7'\n";
    static const char log[] = "timestamp,watts\n1e9,8\n1000000002,8\n1000000004,8\n";
    const char *given = getenv("FIXTURES"), *tmp = getenv("TMPDIR");
    const char *dir = NULL;
    struct pm_err err = {0};
    char target[1300];
    if (realpath(given != NULL ? given : "tests/fixtures", fixtures) == NULL)
        return false;
    snprintf(folder, sizeof folder, "%s/oom-XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(folder) == NULL)
        return false;
    if (pm_file_write(in(folder, "engines/.keep"), "", 0, &err) != 0 ||
        pm_file_write(in(folder, "budgets.yaml"), yaml, sizeof yaml - 1, &err) != 0 ||
        pm_file_write(in(folder, "log.csv"), log, sizeof log - 1, &err) != 0)
        return false;
    snprintf(target, sizeof target, "%s/engines/quick", fixtures);
    if (symlink(target, in(folder, "engines/quick")) != 0)
        return false;
    make_numbers();
    settings = pm_settings_default();
    settings.budget[PM_LATENCY] = (struct pm_budget){true, 4400, 0.9};
    dir = in(fixtures, "tiny/networks");
    return pm_catalogue_load(in(fixtures, "tiny/networks.json"), &dir, 1, &catalogue, &err) == 0 &&
           pm_table_load(in(fixtures, "darknet-i7.csv"), "i7", &catalogue, &table, &err) == 0;
}

int main(void)
{
    static const struct {
        const char *name;
        int (*operation)(struct pm_err *err);
    } all[] = {
        {"json parse and print", parse_and_print},
        {"json building", build_json},
        {"network load", load_network},
        {"catalogue load", load_catalogue},
        {"profile put and save", save_profile},
        {"profile load", load_profile},
        {"settings yaml", load_yaml},
        {"table import", import_table},
        {"engines", find_engines},
        {"summary", summarise},
        {"latency analysis", analyse_latency},
        {"latency verdict", judge_latency},
        {"hyperbola", fit_hyperbola},
        {"operations regression", fit_operations},
        {"answer", answer},
        {"answer in watts", answer_in_watts},
        {"power log", load_log},
        {"report text", report_text},
        {"report json", report_json},
    };
    bool good = true;
    void *frame[1];
    (void)backtrace(frame, 1); /* it loads a library the first time */
    setvbuf(stdout, NULL, _IONBF, 0);
    pm_stats_init();
    if (!prepare()) {
        printf("not ok oom: the fixtures are not there\n");
        return 1;
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        good = try_all(all[i].name, all[i].operation) && good;
    pm_profile_done(&table);
    pm_catalogue_done(&catalogue);
    return good ? 0 : 1;
}
