/* SPDX-License-Identifier: MIT
 * `pickmodel check DECISION.json`: the saved question asked again, of figures there are already.
 *
 * Of this device's own profile only what was measured as things are now counts, as it does for
 * `pick`: after an update of the system the old figures would agree with themselves. */
#include "advise/recheck.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/emit.h"
#include "cli/options.h"
#include "record/decision.h"
#include "report/recheck_report.h"

#include <stdio.h>
#include <string.h>

struct recheck {
    struct pm_arena arena;
    struct pm_decision decision;
    struct pm_profile profile;
    struct pm_answer answer;
    size_t stale, other_modes; /* entries of the own profile that do not count */
    const char *why_stale;
};

static int status_of(enum pm_recheck_verdict verdict)
{
    static const int status[] = {
        [PM_HOLDS] = PM_EXIT_OK, [PM_NO_LONGER] = PM_EXIT_CHANGED, [PM_UNTOLD] = PM_EXIT_UNDECIDED};
    return status[verdict];
}

/* An engine that is not installed any more cannot have been rebuilt. */
static const struct pm_engine *engine_of(const struct pm_context *ctx, const struct pm_entry *e)
{
    for (size_t i = 0; i < ctx->engines; i++) {
        if (e->config.engine != NULL && strcmp(ctx->engine[i].name, e->config.engine) == 0)
            return &ctx->engine[i];
    }
    return NULL;
}

static const char *stale_now(struct pm_context *ctx, const struct pm_entry *e, bool with_load)
{
    const struct pm_catalogue_entry *network =
        pm_catalogue_by_id(&ctx->catalogue, e->config.network);
    const struct pm_engine *engine = engine_of(ctx, e);
    struct pm_conditions now = e->conditions;
    if (e->status == PM_FAILED)
        return NULL; /* it has no figures; its cause is what there is to say */
    now.cpu = ctx->board.cpu;
    now.governor = ctx->board.governor;
    now.power_mode = ctx->board.power_mode;
    now.kernel = ctx->board.kernel;
    if (engine != NULL && network != NULL)
        now = pm_context_conditions(ctx, engine, network);
    now.load = with_load ? "beside other work" : NULL;
    return pm_entry_stale(e, &now, &ctx->arena);
}

/* Keep of this device's own profile what counts now. */
static int keep_fresh(struct pm_context *ctx, struct recheck *r, struct pm_err *err)
{
    struct pm_err no_engines = {0};
    size_t kept = 0;
    if (pm_context_add_board(ctx, NULL, &no_engines) != 0 && no_engines.code == PM_ENOMEM)
        return pm_fail_nomem(err);
    for (size_t i = 0; i < r->profile.n; i++) {
        const struct pm_entry *e = &r->profile.entry[i];
        const bool other_mode = !pm_text_same(e->config.power_mode, ctx->mode);
        const char *stale = other_mode ? NULL : stale_now(ctx, e, r->decision.settings.with_load);
        r->other_modes += other_mode;
        r->stale += stale != NULL;
        r->why_stale = stale != NULL ? stale : r->why_stale;
        if (!other_mode && stale == NULL)
            r->profile.entry[kept++] = *e;
    }
    r->profile.n = kept;
    return 0;
}

static void warn(struct recheck *r)
{
    const struct pm_profile *p = &r->profile;
    char text[400];
    if (strcmp(p->origin, "measured") != 0) {
        snprintf(text, sizeof text, "the figures of %s are %s; they are judged as they stand",
                 p->device.name, p->origin);
        pm_answer_warn(&r->answer, text);
    }
    if (r->stale > 0) {
        snprintf(text, sizeof text,
                 "%zu stored result%s stale and not used: %s; `pickmodel profile --all` measures "
                 "anew",
                 r->stale, r->stale == 1 ? " is" : "s are", r->why_stale);
        pm_answer_warn(&r->answer, text);
    }
    if (r->other_modes > 0) {
        snprintf(text, sizeof text, "%zu stored result%s of other power modes and not used",
                 r->other_modes, r->other_modes == 1 ? " is" : "s are");
        pm_answer_warn(&r->answer, text);
    }
}

static int ask_again(struct pm_context *ctx, const struct pm_options *o, struct recheck *r,
                     struct pm_err *err)
{
    const struct pm_settings *s = &r->decision.settings;
    const char *path = NULL;
    struct pm_candidate *c = NULL;
    size_t n = 0;
    if (pm_context_find_profile(ctx, o->settings.profile, &path, err) != 0 ||
        pm_profile_load(path, true, &r->profile, err) != 0)
        return -1;
    if (o->settings.profile[0] == '\0' && strcmp(r->profile.origin, "measured") == 0 &&
        keep_fresh(ctx, r, err) != 0)
        return -1;
    pm_profile_keep_ways(&r->profile, s);
    if (pm_candidates_of_profile(&r->profile, &ctx->catalogue, s, &r->arena, &c, &n, err) != 0 ||
        pm_answer_find(c, n, s, &r->profile, false, &r->answer, err) != 0)
        return -1;
    warn(r);
    return 0;
}

static int check(struct pm_context *ctx, const struct pm_options *o, struct recheck *r,
                 struct pm_err *err)
{
    struct pm_recheck found = {0};
    struct pm_buf buf = {0};
    const struct pm_style style = pm_cli_style(o);
    if (ask_again(ctx, o, r, err) != 0 ||
        pm_recheck_find(&r->decision, &r->answer, &found, err) != 0)
        return -1;
    const int status = status_of(found.verdict);
    int result = pm_report_recheck(&found, o->format, &style, &buf, err);
    if (result == 0)
        result = pm_cli_emit(o, &buf, err);
    pm_buf_done(&buf);
    pm_recheck_done(&found);
    return result == 0 ? status : -1;
}

int pm_cmd_check(const struct pm_options *o, struct pm_err *err)
{
    struct pm_context ctx = {0};
    struct recheck r = {0};
    if (pm_decision_load(o->name[0], &r.decision, err) != 0)
        return -1;
    if (pm_context_open(r.decision.settings.confidence, &ctx, err) != 0) {
        pm_decision_done(&r.decision);
        return -1;
    }
    const int status = check(&ctx, o, &r, err);
    pm_answer_done(&r.answer);
    pm_arena_done(&r.arena);
    pm_profile_done(&r.profile);
    pm_decision_done(&r.decision);
    pm_context_done(&ctx);
    return status;
}
