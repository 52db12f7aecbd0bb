/* SPDX-License-Identifier: MIT
 * Saved decisions: read back as they were written, refused when they are not quite that, and held
 * against another profile. */
#include "advise/recheck.h"
#include "base/buf.h"
#include "base/file.h"
#include "record/decision.h"
#include "report/answer_text.h"

#include "close.h"
#include "world.h"

#include <stdlib.h>

static void save_text(const char *path, const char *text)
{
    struct pm_err err = {0};
    if (pm_file_write(path, text, strlen(text), &err) != 0)
        fail_msg("%s", err.msg);
}

static void save(const struct pm_answer *a, const char *path)
{
    struct pm_buf buf = {0};
    struct pm_err err = {0};
    if (pm_answer_json(a, &buf, &err) != 0)
        fail_msg("%s", err.msg);
    save_text(path, pm_buf_text(&buf));
    pm_buf_done(&buf);
}

static struct pm_decision load(const char *path)
{
    struct pm_decision d;
    struct pm_err err = {0};
    if (pm_decision_load(path, &d, &err) != 0)
        fail_msg("%s: %s", err.where, err.msg);
    return d;
}

static struct pm_entry timed(const char *name, double top1, double ms)
{
    struct pm_entry e = network(name, top1, ms, (double)NAN, NULL);
    e.p90_ms = e.latency_ms = pm_quantity_between(ms, 0.98 * ms, 1.02 * ms, PM_MEASURED);
    return e;
}

/* ---- the same question ---- */

static void every_part_of_the_question(void **unused)
{
    struct world w = start();
    (void)unused;
    put(&w, network("a", 71.25, 20, 10.9, "above_idle"));
    put(&w, network("b", 68.5, 10, 10.7, "above_idle"));
    w.profile.device.kernel = "6.1.0";
    static const char *const keys[][2] = {{"min_top1", "67.125"},
                                          {"min_top5", "0"},
                                          {"max_latency", "123.5ms@p99"},
                                          {"min_fps", "3"},
                                          {"max_watts", "13.5"},
                                          {"max_energy", "2.5J"},
                                          {"max_memory", "700MiB"},
                                          {"max_params", "70M"},
                                          {"max_size", "300MiB"},
                                          {"fps", "5"},
                                          {"overhead", "12ms"},
                                          {"battery", "40Wh"},
                                          {"runtime", "6h"},
                                          {"energy_basis", "net"},
                                          {"confidence", "0.99"},
                                          {"rule", "fastest"},
                                          {"include_stand_ins", "true"},
                                          {"with_load", "true"},
                                          {"power", "assume:9.75W"},
                                          {"power_gain", "2%"},
                                          {"engine", "torch7"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        set(&w, keys[i][0], keys[i][1]);
    find(&w);
    save(&w.answer, "d.json");
    struct pm_err err = {0};
    struct pm_decision d = {0};
    /* top-5, parameters and sizes are known of neither: nothing is certain, but there is a pick */
    if (pm_decision_load("d.json", &d, &err) != 0)
        fail_msg("%s: %s", err.where, err.msg);
    const struct pm_settings *x = &w.settings, *y = &d.settings;
    for (int m = 0; m < PM_METRICS; m++) {
        assert_true(x->budget[m].set && y->budget[m].set);
        assert_close(y->budget[m].bound, x->budget[m].bound, 1e-12);
        assert_close(y->budget[m].quantile, x->budget[m].quantile, 1e-12);
    }
    assert_close(y->confidence, 0.99, 1e-12);
    assert_int_equal(y->rule, PM_POLICY_FASTEST);
    assert_true(y->include_stand_ins && y->with_load && y->net_energy);
    assert_close(y->fps, 5, 1e-12);
    assert_close(y->overhead_ms, 12, 1e-12);
    assert_close(y->battery_wh, 40, 1e-12);
    assert_close(y->assumed_w, 9.75, 1e-12);
    assert_close(y->power_gain_rel, 0.02, 1e-12);
    assert_string_equal(y->engine, "torch7");
    assert_int_equal(d.status, PM_DECIDED_PROVISIONAL);
    assert_string_equal(d.device.kernel, "6.1.0");
    pm_decision_done(&d);
    finish(&w);
}

static void what_was_found(void **unused)
{
    struct world w = start();
    struct pm_entry e = timed("a", 75, 480);
    (void)unused;
    e.conditions.engine_build = "00c0ffee";
    e.config.power_mode = "nvpmodel 0";
    e.config.threads = 4;
    put(&w, e);
    put(&w, timed("b", 70, 600));
    set(&w, "max_latency", "500ms");
    find(&w);
    save(&w.answer, "d.json");
    struct pm_decision d = load("d.json");
    assert_int_equal(d.status, PM_DECIDED_PICK);
    assert_int_equal(d.n, 2);
    assert_int_equal(d.pick, 0);
    assert_string_equal(d.engine_build, "00c0ffee");
    assert_string_equal(d.candidate[0].config.power_mode, "nvpmodel 0");
    assert_int_equal(d.candidate[0].config.threads, 4);
    assert_string_equal(d.candidate[0].budget[PM_LATENCY].verdict, "meets");
    assert_close(d.candidate[0].budget[PM_LATENCY].judged.hi, 1.02 * 480, 1e-12);
    assert_string_equal(d.candidate[1].budget[PM_LATENCY].verdict, "fails");
    assert_null(d.candidate[1].budget[PM_TOP1].verdict);
    assert_false(isfinite(d.settings.fps) || d.settings.net_energy || d.settings.with_load);
    pm_decision_done(&d);
    finish(&w);
}

/* ---- refusals ---- */

/* The text with one stretch replaced. */
static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    if (at == NULL)
        fail_msg("the decision has no %s", from);
    const size_t size = strlen(text) + strlen(to) + 1, before = (size_t)(at - text);
    char *out = malloc(size);
    assert_non_null(out);
    snprintf(out, size, "%.*s%s%s", (int)before, text, to, at + strlen(from));
    return out;
}

static void expect_refusal(const char *text, const char *from, const char *to, const char *says_)
{
    struct pm_decision d;
    struct pm_err err = {0};
    char *bad = replaced(text, from, to);
    save_text("bad.json", bad);
    if (pm_decision_load("bad.json", &d, &err) == 0)
        fail_msg("%s instead of %s was taken", to, from);
    assert_int_equal(err.code, PM_EDATA);
    char whole[sizeof err.where + sizeof err.msg + 4];
    snprintf(whole, sizeof whole, "%s: %s", err.where, err.msg);
    if (strstr(whole, says_) == NULL || strstr(whole, "bad.json") == NULL)
        fail_msg("%s instead of %s: \"%s\" does not say \"%s\"", to, from, whole, says_);
    free(bad);
}

/* Of the budget; candidates have quantiles too. */
#define UNIT "\"unit\": \"ms\",\n      \"quantile\": "

static void refused(void **unused)
{
    struct world w = start();
    struct pm_buf buf = {0};
    struct pm_err err = {0};
    (void)unused;
    put(&w, timed("a", 75, 480));
    set(&w, "max_latency", "500ms");
    set(&w, "fps", "1.5");
    find(&w);
    assert_int_equal(pm_answer_json(&w.answer, &buf, &err), 0);
    const char *t = pm_buf_text(&buf);
    static const struct {
        const char *from, *to, *says;
    } c[] = {
        {"pickmodel/answer/1", "pickmodel/answer/2", "this program reads \"pickmodel/answer/1\""},
        {"pickmodel/answer/1", "pickmodel/profile/1", "schema is \"pickmodel/profile/1\""},
        {"\"rule\"", "\"rules\"", "did you mean \"rule\"?"},
        {"\"confidence\": 0.95", "\"confidence\": 1", "confidence"},
        {"\"confidence\": 0.95", "\"confidence\": null", "\"confidence\" is missing"},
        {"\"rule\": \"pareto\"", "\"rule\": \"best\"", "expected pareto, literal"},
        {"\"status\": \"recommended\"", "\"status\": \"overview\"", "save a decision: pickmodel"},
        {"\"status\": \"recommended\"", "\"status\": \"infeasible\"", "measure longer"},
        {"\"status\": \"recommended\"", "\"status\": \"good\"", "found \"good\""},
        {"\"key\": \"max_latency\"", "\"key\": \"max_latencies\"", "did you mean \"max_latency\"?"},
        {"\"bound\": 500", "\"bound\": -500", "budgets[0]"},
        {"\"bound\": 500", "\"bound\": 0", "more than 0"},
        {"\"bound\": 500", "\"bound\": \"500ms\"", "budgets[0]"},
        {"\"unit\": \"ms\"", "\"unit\": \"s\"", "must be \"ms\", found \"s\""},
        {UNIT "0.9", UNIT "1.5", "quantile"},
        {",\n      \"quantile\": 0.9,\n      \"best", ",\n      \"best", "\"quantile\" is missing"},
        {UNIT "0.9", UNIT "0.9, \"from\": \"--battery\"", "--fps or --runtime"},
        {"\"key\": \"fps\",\n      \"bound\": 1.5,\n      \"unit\": \"fps\",\n      \"from\": "
         "\"--fps\"",
         "\"key\": \"max_latency\", \"bound\": 500, \"unit\": \"ms\"", "is given twice"},
        {"\"fps\": 1.5", "\"fps\": 0", "fps"},
        {"\"fps\": 1.5", "\"fps\": 1.5, \"overhead_ms\": 600", "leave nothing"},
        {"\"fps\": 1.5", "\"fps\": 1.5, \"energy_basis\": \"gross\"", "total or net"},
        {"\"fps\": 1.5", "\"fps\": 1.5, \"with_load\": \"yes\"", "true or false"},
        {"\"fps\": 1.5", "\"fps\": 1.5, \"max_noise\": 3", "unknown key \"max_noise\""},
        {"\"device\": {", "\"device\": {\"colour\": \"red\",", "unknown key \"colour\""},
        {"\"network\": \"a\"", "\"network\": \"b\"", "none of the \"candidates\""},
        {"\"candidates\": [", "\"candidates\": [7,", "candidates[0]"},
        {"\"candidates\": [", "\"candidates\": null, \"front\": [", "twice"},
        {"\"headline\": \"", "\"headline\": \"\\u001b[31m", "control characters"},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        expect_refusal(t, c[i].from, c[i].to, c[i].says);
    expect_refusal(strstr(t, "\"candidates\"") - 1, "\"candidates\"", "x", "line 1");
    pm_buf_done(&buf);
    finish(&w);
}

/* The verdicts must answer the budgets: one more or one less is another question. */
static void verdicts_fit_the_question(void **unused)
{
    struct world w = start();
    struct pm_buf buf = {0};
    struct pm_err err = {0};
    (void)unused;
    put(&w, timed("a", 75, 480));
    set(&w, "max_latency", "500ms");
    find(&w);
    assert_int_equal(pm_answer_json(&w.answer, &buf, &err), 0);
    const char *candidates = strstr(pm_buf_text(&buf), "\"candidates\"");
    char *cut = strdup(pm_buf_text(&buf));
    char *at = strstr(cut + (candidates - pm_buf_text(&buf)), "\"max_latency\"");
    assert_non_null(at);
    memcpy(at, "\"min_latency\"", 13);
    expect_refusal(cut, "\"pick\"", "\"pick\"", "budgets.max_latency: is missing");
    memcpy(at, "\"max_latency\"", 13);
    at = strstr(at, "\"meets\"");
    assert_non_null(at);
    memcpy(at, "\"maybe\"", 7);
    expect_refusal(cut, "\"pick\"", "\"pick\"", "found \"maybe\"");
    free(cut);
    pm_buf_done(&buf);
    finish(&w);
}

/* ---- does it hold? ---- */

struct trial {
    struct pm_decision decision;
    struct world now;
    struct pm_recheck r;
};

/* A board with three networks; 0 ms leaves one out. */
static void fill(struct world *w, double a_ms, double b_ms, double c_ms)
{
    if (a_ms > 0)
        put(w, timed("a", 75, a_ms));
    if (b_ms > 0)
        put(w, timed("b", 72, b_ms));
    if (c_ms > 0)
        put(w, timed("c", 78, c_ms));
}

/* In place: an answer points at its own profile. */
static void check(struct trial *t, const double then[3], const double now[3], const char *rule)
{
    struct world w = start();
    *t = (struct trial){.now = start()};
    fill(&w, then[0], then[1], then[2]);
    set(&w, "max_latency", "500ms");
    set(&w, "min_top1", "70");
    set(&w, "rule", rule);
    find(&w);
    save(&w.answer, "d.json");
    finish(&w);
    t->decision = load("d.json");
    t->now.settings = t->decision.settings;
    fill(&t->now, now[0], now[1], now[2]);
    find(&t->now);
}

static void conclude(struct trial *t)
{
    struct pm_err err = {0};
    if (pm_recheck_find(&t->decision, &t->now.answer, &t->r, &err) != 0)
        fail_msg("%s", err.msg);
}

static void end(struct trial *t)
{
    pm_recheck_done(&t->r);
    pm_decision_done(&t->decision);
    finish(&t->now);
}

/* Decided a; c, more accurate, was too slow. */
static const double then[3] = {480, 300, 600};

static void expect(const double was[3], const double now[3], const char *rule,
                   enum pm_recheck_verdict verdict, const char *headline, const char *why)
{
    struct trial t;
    check(&t, was, now, rule);
    conclude(&t);
    if (t.r.verdict != verdict || strstr(t.r.headline, headline) == NULL)
        fail_msg("%s", t.r.headline);
    bool said = why == NULL && t.r.whys == 0;
    for (size_t i = 0; why != NULL && i < t.r.whys; i++)
        said = said || strstr(t.r.why[i], why) != NULL;
    if (!said)
        fail_msg("\"%s\", %zu reasons, first \"%s\"", t.r.headline, t.r.whys,
                 t.r.whys > 0 ? t.r.why[0] : "");
    end(&t);
}

static void verdicts(void **unused)
{
    (void)unused;
    expect(then, (const double[]){470, 310, 610}, "pareto", PM_HOLDS,
           "The decision holds on board: a certainly meets every budget.", NULL);
    expect(then, (const double[]){520, 310, 610}, "pareto", PM_NO_LONGER,
           "no longer holds on board: a breaks --max-latency; b would be picked.",
           "a was within --max-latency 500 ms when decided (480 ms); now it takes 520 ms: latency "
           "+20.0 ms.");
    expect(then, (const double[]){520, 510.5, 610}, "pareto", PM_NO_LONGER,
           "a breaks --max-latency; no network fits.", "a was within");
    /* another, more accurate one fits now */
    expect(then, (const double[]){470, 310, 450}, "pareto", PM_NO_LONGER,
           "a is passed over; c would be picked.",
           "c broke --max-latency 500 ms when decided (600 ms); now it takes 450 ms");
    expect(then, (const double[]){495, 310, 610}, "pareto", PM_UNTOLD,
           "cannot be told whether the decision holds on board: a is undecided.",
           "now it takes 495 ms, too near to call");
    expect(then, (const double[]){0, 310, 610}, "pareto", PM_UNTOLD, "a is not measured.",
           "`pickmodel profile a`");
}

/* What the new profile does not hold may fit there. */
static void not_all_measured(void **unused)
{
    (void)unused;
    expect(then, (const double[]){470, 310, 0}, "pareto", PM_UNTOLD,
           "1 network that may be better is not measured", "`pickmodel profile c`");
    /* b is less accurate: whatever its time, it is not the pick */
    expect(then, (const double[]){470, 0, 610}, "pareto", PM_HOLDS, "holds", NULL);
    /* by another rule it might be */
    expect(then, (const double[]){470, 310, 610}, "fastest", PM_HOLDS, "b certainly meets", NULL);
    expect(then, (const double[]){0, 310, 610}, "fastest", PM_UNTOLD, "not measured",
           "a fitted when decided");
    /* a certain failure needs no more */
    expect(then, (const double[]){520, 310, 0}, "pareto", PM_NO_LONGER, "a breaks", "a was within");
}

static void infeasible(void **unused)
{
    static const double none[3] = {600, 700, 800};
    (void)unused;
    expect(none, (const double[]){610, 690, 800}, "pareto", PM_HOLDS, "still no network fits",
           NULL);
    expect(none, (const double[]){450, 690, 800}, "pareto", PM_NO_LONGER, "a fits.",
           "a broke --max-latency 500 ms when decided (600 ms); now it takes 450 ms");
    expect(none, (const double[]){498, 690, 800}, "pareto", PM_UNTOLD, "a network is undecided",
           NULL);
    expect(none, (const double[]){610, 0, 800}, "pareto", PM_UNTOLD,
           "not all networks are measured", "`pickmodel profile b`");
}

/* A network that no board can save does not hold up the verdict. */
static void fails_on_every_board(void **unused)
{
    struct trial t = {.now = start()};
    struct world w = start();
    (void)unused;
    fill(&w, 600, 700, 0);
    put(&w, timed("poor", 55, 50)); /* too inaccurate */
    set(&w, "max_latency", "500ms");
    set(&w, "min_top1", "70");
    find(&w);
    save(&w.answer, "d.json");
    finish(&w);
    t.decision = load("d.json");
    t.now.settings = t.decision.settings;
    fill(&t.now, 610, 710, 0);
    find(&t.now);
    conclude(&t);
    assert_int_equal(t.r.verdict, PM_HOLDS);
    end(&t);
}

static void other_conditions(void **unused)
{
    struct trial t = {.now = start()};
    struct world w = start();
    struct pm_entry e = timed("a", 75, 480);
    (void)unused;
    e.conditions = (struct pm_conditions){
        .governor = "performance", .kernel = "6.1.0", .engine_build = "00c0ffee"};
    e.config.power_mode = "performance";
    w.profile.device.governor = "performance";
    w.profile.device.kernel = "6.1.0";
    put(&w, e);
    set(&w, "max_latency", "500ms");
    find(&w);
    save(&w.answer, "d.json");
    finish(&w);
    t.decision = load("d.json");
    t.now.settings = t.decision.settings;
    t.now.profile.device.name = "other-board";
    t.now.profile.device.kernel = "6.1.0"; /* as it was last measured; the entry knows better */
    e.conditions.kernel = "6.6.0";
    e.conditions.governor = "powersave";
    e.conditions.engine_build = "00c0ffef";
    e.config.power_mode = "powersave"; /* the only mode there is: the same candidate */
    put(&t.now, e);
    find(&t.now);
    conclude(&t);
    assert_int_equal(t.r.verdict, PM_HOLDS);
    static const char *const what[] = {"board", "kernel", "governor", "power mode", "engine build"};
    assert_int_equal(t.r.conditions, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(t.r.condition[i].what, what[i]);
    assert_string_equal(t.r.condition[1].a, "6.1.0");
    assert_string_equal(t.r.condition[1].b, "6.6.0");
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_of_the_question),
        cmocka_unit_test(what_was_found),
        cmocka_unit_test(refused),
        cmocka_unit_test(verdicts_fit_the_question),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(not_all_measured),
        cmocka_unit_test(infeasible),
        cmocka_unit_test(fails_on_every_board),
        cmocka_unit_test(other_conditions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
