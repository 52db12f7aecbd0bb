/* SPDX-License-Identifier: MIT
 * The candidates of a campaign: each network on each engine that can run it, with each number of
 * threads and each batch that is asked for. */
#include "advise/ways.h"
#include "base/err.h"
#include "cli/campaign.h"

#include <string.h>

/* As many as were asked for and the engine can use; else all cores of the highest capacity. */
static size_t threads_of(const struct pm_campaign *c, const struct pm_engine *engine,
                         long threads[PM_SWEEP_MAX])
{
    const long cores = c->ctx->board.cores > 0 ? c->ctx->board.cores : 1;
    const size_t n = pm_settings_counts(c->options->settings.threads, threads);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (engine->threads == 0 || threads[i] <= engine->threads)
            threads[kept++] = threads[i];
    }
    if (n > 0)
        return kept;
    threads[0] = engine->threads > 0 && engine->threads < cores ? engine->threads : cores;
    return 1;
}

static size_t ways(const struct pm_settings *s)
{
    long counts[PM_SWEEP_MAX];
    const size_t batches = pm_settings_counts(s->batch, counts);
    const size_t threads = pm_settings_counts(s->threads, counts);
    return (batches > 0 ? batches : 1) * (threads > 0 ? threads : 1);
}

static int add_slot(struct pm_campaign *c, const struct pm_catalogue_entry *known,
                    const struct pm_engine *engine, long threads, long batch, struct pm_err *err)
{
    struct pm_slot *s = &c->slot[c->n];
    s->known = known;
    s->problem = known->problem;
    if (!pm_engine_runs(engine, known, &c->arena, &s->problem) && s->problem == NULL)
        return pm_fail_nomem(err);
    s->engine = engine;
    s->name = known->name;
    s->key = pm_entry_empty();
    s->key.config = (struct pm_configuration){.network = known->id,
                                              .engine = engine->name,
                                              .precision = engine->precision,
                                              .input = known->input,
                                              .threads = threads,
                                              .batch = batch,
                                              .power_mode = c->ctx->mode};
    s->key.conditions = pm_context_conditions(c->ctx, engine, known);
    s->key.conditions.load = c->options->settings.with_load ? "beside other work" : NULL;
    return pm_campaign_refresh(c, c->n++, err);
}

/* One network on one engine, with each number of threads and each batch. */
static int add_slots(struct pm_campaign *c, const struct pm_catalogue_entry *known,
                     const struct pm_engine *engine, struct pm_err *err)
{
    long threads[PM_SWEEP_MAX], batch[PM_SWEEP_MAX] = {1};
    const size_t n = threads_of(c, engine, threads);
    const size_t batches = pm_settings_counts(c->options->settings.batch, batch);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < (batches > 0 ? batches : 1); j++) {
            if (add_slot(c, known, engine, threads[i], batch[j], err) != 0)
                return -1;
        }
    }
    return 0;
}

/* A network on each engine that can run it; when none can, on the first, which says what is
 * missing.
 */
static int add_network(struct pm_campaign *c, const struct pm_catalogue_entry *known,
                       struct pm_err *err)
{
    const struct pm_context *ctx = c->ctx;
    bool runs = false;
    for (size_t j = 0; j < ctx->engines; j++) {
        if (!pm_engine_runs(&ctx->engine[j], known, NULL, NULL))
            continue;
        runs = true;
        if (add_slots(c, known, &ctx->engine[j], err) != 0)
            return -1;
    }
    return runs || ctx->engines == 0 ? 0 : add_slots(c, known, &ctx->engine[0], err);
}

/* Networks that are named are wanted whatever they tell apart. */
static bool takes_part(const struct pm_campaign *c, const struct pm_catalogue_entry *known)
{
    const struct pm_options *o = c->options;
    return (o->command == PM_CMD_PROFILE && o->names > 0) ||
           strcmp(known->task, pm_catalogue_task(&c->ctx->catalogue, o->settings.task)) == 0;
}

/* Not one candidate: whose fault it is. */
static int none(const struct pm_campaign *c, size_t networks, struct pm_err *err)
{
    const struct pm_settings *s = &c->options->settings;
    if (c->ctx->engines == 0)
        return pm_fail(err, PM_EDATA, c->ctx->paths.engines,
                       "holds no engine, so nothing can be run; `make` builds them, and "
                       "PICKMODEL_ENGINES names another folder");
    if (networks == 0 && c->ctx->catalogue.n > 0)
        return pm_fail(err, PM_EUSAGE, "--task",
                       "no network of the task \"%s\" is in the catalogue; `pickmodel add` adds "
                       "one, and the first there is of \"%s\"",
                       s->task, c->ctx->catalogue.entry[0].task);
    return pm_fail(err, PM_EUSAGE, "--threads", "no engine here runs with %s", s->threads);
}

int pm_campaign_make_slots(struct pm_campaign *c, struct pm_err *err)
{
    struct pm_context *ctx = c->ctx;
    const size_t most = ctx->catalogue.n * ctx->engines * ways(&c->options->settings) + 1;
    c->slot = pm_arena_alloc(&c->arena, most, sizeof *c->slot);
    c->candidate = pm_arena_alloc(&c->arena, most, sizeof *c->candidate);
    if (c->slot == NULL || c->candidate == NULL)
        return pm_fail_nomem(err);
    size_t networks = 0;
    for (size_t i = 0; i < ctx->catalogue.n; i++) {
        if (!takes_part(c, &ctx->catalogue.entry[i]))
            continue;
        networks++;
        if (add_network(c, &ctx->catalogue.entry[i], err) != 0)
            return -1;
    }
    if (pm_candidates_name_ways(c->candidate, c->n, &c->arena, err) != 0)
        return -1;
    for (size_t i = 0; i < c->n; i++)
        c->slot[i].name = c->candidate[i].name;
    return c->n > 0 || ctx->catalogue.n == 0 ? 0 : none(c, networks, err);
}

int pm_campaign_check_threads(const struct pm_campaign *c, struct pm_err *err)
{
    long threads[PM_SWEEP_MAX];
    const size_t n = pm_settings_counts(c->options->settings.threads, threads);
    for (size_t i = 0; i < n; i++) {
        if (threads[i] > c->ctx->board.allowed)
            return pm_fail(err, PM_EUSAGE, "--threads",
                           "%ld threads would share the %ld processors we may use", threads[i],
                           c->ctx->board.allowed);
    }
    return 0;
}
