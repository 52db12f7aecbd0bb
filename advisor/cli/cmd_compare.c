/* SPDX-License-Identifier: MIT
 * `pickmodel compare A B`: two profiles, and one question to both. */
#include "advise/compare.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/emit.h"
#include "cli/options.h"
#include "report/compare_report.h"

struct side {
    struct pm_arena arena;
    struct pm_profile profile;
    struct pm_answer answer;
};

static int open_side(struct pm_context *ctx, const struct pm_options *o, const char *name,
                     struct side *s, struct pm_err *err)
{
    const char *path = NULL;
    struct pm_candidate *c = NULL;
    size_t n = 0;
    if (pm_paths_profile(&ctx->paths, name, &path, err) != 0 ||
        pm_context_load_profile(path, &o->settings, &s->profile, err) != 0 ||
        pm_candidates_of_profile(&s->profile, &ctx->catalogue, &o->settings, &s->arena, &c, &n,
                                 err) != 0)
        return -1;
    return pm_answer_find(c, n, &o->settings, &s->profile, false, &s->answer, err);
}

static void close_side(struct side *s)
{
    pm_answer_done(&s->answer);
    pm_arena_done(&s->arena);
    pm_profile_done(&s->profile);
}

/* Where nothing could be compared, nothing says that nothing changed. */
static int status_of(const struct pm_comparison *c)
{
    if (c->changed)
        return PM_EXIT_CHANGED;
    return c->n > c->open && !c->pick_untold ? PM_EXIT_OK : PM_EXIT_UNDECIDED;
}

static int compare(struct pm_context *ctx, const struct pm_options *o, struct side *a,
                   struct side *b, struct pm_err *err)
{
    struct pm_comparison c = {0};
    struct pm_buf buf = {0};
    const struct pm_style style = pm_cli_style(o);
    if (open_side(ctx, o, o->name[0], a, err) != 0 || open_side(ctx, o, o->name[1], b, err) != 0 ||
        pm_comparison_find(&a->answer, &b->answer, o->name[0], o->name[1], &c, err) != 0)
        return -1;
    const int status = status_of(&c);
    int result = pm_report_comparison(&c, o->format, &style, &buf, err);
    if (result == 0)
        result = pm_cli_emit(o, &buf, err);
    pm_buf_done(&buf);
    pm_comparison_done(&c);
    return result == 0 ? status : -1;
}

int pm_cmd_compare(const struct pm_options *o, struct pm_err *err)
{
    struct pm_context ctx = {0};
    struct side a = {0}, b = {0};
    if (pm_context_open(o->settings.confidence, &ctx, err) != 0)
        return -1;
    const int status = compare(&ctx, o, &a, &b, err);
    close_side(&a);
    close_side(&b);
    pm_context_done(&ctx);
    return status;
}
