/* SPDX-License-Identifier: MIT */
#include "ask.h"
#include "world_files.h"

#include "advise/answer.h"
#include "base/err.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/question.h"
#include "record/catalogue.h"
#include "stats/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGS_MAX (OPTIONS_MAX + 8)
#define TEXT_MAX 128

struct command {
    int argc;
    char *argv[ARGS_MAX];
    char text[ARGS_MAX][420];
};

/* Of the question that is being answered: the callback has no argument for it. */
static const struct world *world_asked;
static struct reply *reply_wanted;

static void add(struct command *c, const char *text)
{
    snprintf(c->text[c->argc], sizeof *c->text, "%s", text);
    c->argv[c->argc] = c->text[c->argc];
    c->argc++;
}

static void add2(struct command *c, const char *option, const char *folder, const char *name)
{
    char path[420];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    add(c, option);
    add(c, path);
}

/* ---- what was said ---- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int item_of(const struct pm_candidate *c)
{
    const struct world *w = world_asked;
    for (size_t i = 0; i < w->items; i++) {
        const struct item *e = &w->item[i];
        const char *precision = precision_names[e->precision];
        if (e->fps <= 0 && same_text(c->config.network, w->net[e->net].id) &&
            same_text(c->config.engine, engine_names[e->engine]) &&
            same_text(c->config.precision, precision != NULL ? precision : "fp32") &&
            same_text(c->config.power_mode, mode_names[e->mode]) &&
            c->config.input.width == e->input_px && c->config.batch == batch_of(e) &&
            c->config.threads == e->threads)
            return (int)i;
    }
    return -1;
}

static struct figure figure_of(struct pm_quantity q)
{
    static const enum origin origins[PM_ORIGINS] = {
        [PM_MEASURED] = MEASURED,   [PM_PUBLISHED] = PUBLISHED, [PM_DECLARED] = DECLARED,
        [PM_PREDICTED] = PREDICTED, [PM_ESTIMATED] = ESTIMATED, [PM_COMPUTED] = COMPUTED};
    return pm_known(q) ? (struct figure){origins[q.origin], q.value, q.lo, q.hi}
                       : (struct figure){0};
}

/* The keys of budgets stand in the order of the program's. */
static const enum pm_metric metric_of[BUDGET_KEYS] = {
    PM_TOP1, PM_TOP5, PM_LATENCY, PM_FPS, PM_POWER, PM_ENERGY, PM_MEMORY, PM_PARAMS, PM_SIZE};

/* --fps is a frame rate too and --runtime a power: of the two budgets the one that decides. NULL:
 * none was asked for. */
static const struct pm_judgement *judgement_of(const struct pm_candidate *c,
                                               const struct pm_settings *s, enum pm_metric m)
{
    const enum pm_metric follows = m == PM_FPS ? PM_KEEP_UP : m == PM_POWER ? PM_LAST : m;
    if (!s->budget[m].set)
        return s->budget[follows].set ? &c->judged[follows] : NULL;
    if (!s->budget[follows].set)
        return &c->judged[m];
    const enum pm_verdict both = pm_rule_combine(c->judged[m].verdict, c->judged[follows].verdict);
    return &c->judged[c->judged[m].verdict == both ? m : follows];
}

static void take_candidate(const struct pm_candidate *c, const struct pm_settings *s,
                           struct said *out)
{
    *out = (struct said){.item = item_of(c),
                         .verdict = (enum verdict)c->verdict,
                         .top1 = figure_of(c->figure[PM_TOP1]),
                         .latency = figure_of(c->figure[PM_LATENCY]),
                         .energy = figure_of(c->figure[PM_ENERGY]),
                         .stand_in = c->stand_in};
    for (int k = 0; k < BUDGET_KEYS; k++) {
        const struct pm_judgement *j = judgement_of(c, s, metric_of[k]);
        struct said_budget *b = &out->budget[k];
        if (j == NULL) {
            b->verdict = NOT_ASKED;
            continue;
        }
        b->verdict = (enum verdict)j->verdict;
        b->shown = pm_known(j->value);
        b->value = j->value.value;
        b->lo = j->value.lo;
        b->hi = j->value.hi;
        snprintf(b->note, sizeof b->note, "%s", j->note != NULL ? j->note : "");
    }
}

static enum key key_of(enum pm_metric metric)
{
    int k = 0;
    while (k < BUDGET_KEYS - 1 && metric_of[k] != metric)
        k++;
    return (enum key)k;
}

static void take_rest(const struct pm_answer *a, struct reply *r)
{
    for (size_t i = 0; i < a->contenders && i < ENTRIES_MAX; i++) {
        const char *settles = a->contender[i].settles;
        r->contender[r->contenders] = a->contender[i].index;
        snprintf(r->settles[r->contenders++], sizeof *r->settles, "%s",
                 settles != NULL ? settles : "");
    }
    for (size_t i = 0; i < a->relaxations && i < RELAX_MAX; i++) {
        const struct pm_relaxation *x = &a->relaxation[i];
        r->relax[r->relaxations++] =
            (struct relaxation){x->possible, key_of(x->metric), x->index, x->to};
    }
    size_t len = 0;
    for (size_t i = 0; i < a->findings && len + 2 < sizeof r->text; i++) {
        const int n = snprintf(r->text + len, sizeof r->text - len, "%s\n", a->finding[i]);
        len = n > 0 && len + (size_t)n < sizeof r->text ? len + (size_t)n : sizeof r->text - 1;
    }
    snprintf(r->headline, sizeof r->headline, "%s", a->headline != NULL ? a->headline : "");
}

static int take(const struct pm_options *o, const struct pm_context *ctx, struct pm_answer *a,
                struct pm_err *err)
{
    static const enum status status[] = {[PM_RECOMMENDED] = RECOMMENDED,
                                         [PM_INFEASIBLE] = INFEASIBLE,
                                         [PM_NOT_DECIDED] = OPEN,
                                         [PM_OVERVIEW] = OVERVIEW};
    struct reply *r = reply_wanted;
    (void)ctx;
    (void)err;
    r->status = status[a->status];
    r->pick = a->pick;
    for (int k = 0; k < BUDGET_KEYS; k++) {
        const enum pm_metric m = metric_of[k];
        const struct pm_budget *b = &o->settings.budget[m];
        if (!b->set && m == PM_FPS)
            b = &o->settings.budget[PM_KEEP_UP];
        if (!b->set && m == PM_POWER)
            b = &o->settings.budget[PM_LAST];
        const bool two =
            (m == PM_FPS && o->settings.budget[PM_FPS].set && isfinite(o->settings.fps)) ||
            (m == PM_POWER && o->settings.budget[PM_POWER].set && isfinite(o->settings.runtime_ms));
        r->bound[k] = b->set && !two ? b->bound : (double)NAN; /* of two, either may decide */
        r->quantile[k] = b->quantile;
    }
    r->oddity = a->n > ENTRIES_MAX;
    for (size_t i = 0; i < a->n && i < ENTRIES_MAX; i++) {
        take_candidate(&a->c[i], &o->settings, &r->said[r->n++]);
        r->oddity = r->oddity || r->said[i].item < 0;
    }
    take_rest(a, r);
    return 0;
}

const struct said *said_of(const struct reply *r, int item)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->said[i].item == item)
            return &r->said[i];
    }
    return NULL;
}

/* ---- asking ---- */

/* The status that the program's main would end with. */
static int exit_of(const struct pm_err *err)
{
    return err->code == PM_EUSAGE  ? PM_EXIT_USAGE
           : err->code == PM_EDATA ? PM_EXIT_DATA
                                   : PM_EXIT_INTERNAL;
}

static void run(struct desk *desk, struct command *c, const struct world *w, struct reply *out)
{
    static struct pm_options o;
    struct pm_err err = {0};
    int status = -1;
    memset(out, 0, offsetof(struct reply, text) + 1);
    out->pick = -1;
    world_asked = w;
    reply_wanted = out;
    desk->questions++;
    if (desk->brief)
        for (int i = 1; i < c->argc; i++)
            fprintf(stderr, "%s%s", c->argv[i], i + 1 < c->argc ? " " : "\n");
    if (pm_options_parse(c->argc, c->argv, &o, &err) == 0)
        status = pm_question_answer(&o, take, &err);
    out->exit = status >= 0 ? status : exit_of(&err);
    if (status < 0)
        snprintf(out->text, sizeof out->text, "%s: %s", err.where, err.msg);
}

static void start(struct command *c, const char *folder)
{
    c->argc = 0;
    add(c, "pickmodel");
    add2(c, "--profile", folder, "board.json");
}

void ask(struct desk *desk, const struct world *w, const struct question *q, struct reply *out)
{
    static struct command c;
    char text[TEXT_MAX];
    start(&c, desk->folder);
    for (size_t i = 0; i < q->n; i++) {
        option_text(&q->option[i], false, text, sizeof text);
        add(&c, text);
    }
    run(desk, &c, w, out);
}

void ask_by_file(struct desk *desk, const struct world *w, const struct question *q,
                 struct reply *out)
{
    static struct command c;
    char text[TEXT_MAX], path[420];
    size_t written = 0;
    start(&c, desk->folder);
    snprintf(path, sizeof path, "%s/question.yaml", desk->folder);
    FILE *f = fopen(path, "w");
    for (size_t i = 0; i < q->n; i++) {
        const bool file = q->option[i].key != REQUIRE_MEASURED && f != NULL;
        option_text(&q->option[i], file, text, sizeof text);
        if (file)
            fprintf(f, "%s\n", text);
        else
            add(&c, text);
        written += file;
    }
    if (f != NULL)
        fclose(f);
    if (written > 0)
        add2(&c, "-c", desk->folder, "question.yaml");
    run(desk, &c, w, out);
}

static int run_quietly(struct command *c,
                       int (*command)(const struct pm_options *, struct pm_err *))
{
    static struct pm_options o;
    struct pm_err err = {0};
    if (pm_options_parse(c->argc, c->argv, &o, &err) != 0)
        return exit_of(&err);
    const int status = command(&o, &err);
    return status >= 0 ? status : exit_of(&err);
}

int ask_check(struct desk *desk, const struct question *q)
{
    static struct command c;
    char text[TEXT_MAX];
    start(&c, desk->folder);
    for (size_t i = 0; i < q->n; i++) {
        option_text(&q->option[i], false, text, sizeof text);
        add(&c, text);
    }
    add(&c, "-fjson");
    add2(&c, "-o", desk->folder, "decision.json");
    run_quietly(&c, pm_cmd_pick);
    c.argc = 0;
    add(&c, "pickmodel");
    add(&c, "check");
    add2(&c, "--profile", desk->folder, "board.json");
    add(&c, "-fjson");
    add2(&c, "-o", desk->folder, "check.json");
    add2(&c, "--", desk->folder, "decision.json");
    desk->questions++;
    return run_quietly(&c, pm_cmd_check);
}

static void shell_word(const char *text, char *out, size_t size)
{
    const size_t len = strlen(out);
    const bool plain = strpbrk(text, " *,") == NULL;
    snprintf(out + len, size - len, " %s%s%s", plain ? "" : "'", text, plain ? "" : "'");
}

void command_text(const struct question *q, const struct world *w, char *out, size_t size)
{
    char text[TEXT_MAX];
    out[0] = '\0';
    if (w->table)
        snprintf(out, size, "pickmodel import board.csv --device board -o board.json && ");
    snprintf(out + strlen(out), size - strlen(out), "pickmodel --profile ./board.json");
    for (size_t i = 0; i < q->n; i++) {
        option_text(&q->option[i], false, text, sizeof text);
        shell_word(text, out, size);
    }
}

/* ---- the desk ---- */

int desk_open(struct desk *desk, const char *folder)
{
    static struct command c;
    char path[400];
    struct pm_err err = {0};
    static struct pm_options o;
    memset(desk, 0, sizeof *desk);
    snprintf(desk->folder, sizeof desk->folder, "%s", folder);
    snprintf(path, sizeof path, "%s/data", folder);
    setenv("PICKMODEL_DATA", path, 1);
    snprintf(path, sizeof path, "%s/data/engines", folder);
    setenv("PICKMODEL_ENGINES", path, 1);
    snprintf(path, sizeof path, "%s/home", folder);
    setenv("XDG_DATA_HOME", path, 1);
    unsetenv("PICKMODEL_CFG_DIR");
    pm_stats_init();
    c.argc = 0;
    add(&c, "pickmodel");
    add(&c, "--profile=x.json");
    add(&c, "--require-measured");
    desk->can_require = pm_options_parse(c.argc, c.argv, &o, &err) == 0;
    return 0;
}

int desk_put_catalogue(struct desk *desk, const struct world *w)
{
    return files_write_catalogue(w, desk->folder);
}

int desk_put_profile(struct desk *desk, const struct world *w)
{
    static struct command c;
    if (files_write_profile(w, desk->folder) != 0)
        return -1;
    if (!w->table)
        return 0;
    c.argc = 0;
    add(&c, "pickmodel");
    add(&c, "import");
    add(&c, "-q");
    add(&c, "--device=board");
    add2(&c, "-o", desk->folder, "board.json");
    add2(&c, "--", desk->folder, "board.csv");
    const int status = run_quietly(&c, pm_cmd_import);
    if (status != 0 && !desk->silent)
        fprintf(stderr, "import of a table ended with %d\n", status);
    return status == 0 ? 0 : -1;
}
