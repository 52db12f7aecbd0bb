/* SPDX-License-Identifier: MIT
 * The two laws of the paper, fitted on the answer's candidates. */
#include "advise/answer.h"

#include "advise/candidate_set.h"
#include "advise/ways.h"
#include "base/err.h"
#include "record/catalogue.h"
#include "record/profile.h"

#include <math.h>
#include <string.h>

/* Of more networks than this only the front is fitted with others left out: for hundreds of them
 * that would take longer than the whole answer. */
#define CHECKED_POINTS 100

struct points {
    double *x, *y;
    int *index;
    size_t n;
};

static int make_points(struct pm_answer *a, struct points *p, struct pm_err *err)
{
    p->n = 0;
    p->x = pm_arena_alloc(&a->arena, a->n + 1, sizeof *p->x);
    p->y = pm_arena_alloc(&a->arena, a->n + 1, sizeof *p->y);
    p->index = pm_arena_alloc(&a->arena, a->n + 1, sizeof *p->index);
    return p->x != NULL && p->y != NULL && p->index != NULL ? 0 : pm_fail_nomem(err);
}

static void add_point(struct points *p, double x, double y, int index)
{
    p->x[p->n] = x;
    p->y[p->n] = y;
    p->index[p->n++] = index;
}

/* Accuracies on the user's images and published ones are of different images: a curve is fitted to
 * the kind that more candidates have, and the others are said to be left out. */
static bool is_measured(const struct pm_candidate *c)
{
    return c->figure[PM_TOP1].origin == PM_MEASURED;
}

static bool several_lists(const struct pm_answer *a)
{
    const char *first = NULL;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_catalogue_entry *k = a->c[i].known;
        if (k == NULL || k->measured_on == NULL)
            continue;
        if (first != NULL && strcmp(first, k->measured_on) != 0)
            return true;
        first = k->measured_on;
    }
    return false;
}

static int choose_accuracies(struct pm_answer *a, struct pm_err *err)
{
    size_t ours = 0, theirs = 0;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        if (!pm_known(c->figure[PM_TOP1]) || !pm_known(c->figure[PM_LATENCY]) || c->outrun)
            continue;
        ours += is_measured(c);
        theirs += !is_measured(c);
    }
    a->fits.measured = ours >= theirs;
    if (several_lists(a))
        pm_answer_warn(a, "accuracies were measured on different lists of images: evaluate the "
                          "networks on one to compare them");
    if (ours == 0 || theirs == 0)
        return 0;
    const char *text = pm_arena_printf(
        &a->arena,
        "accuracies measured on your images (%zu networks) and published ones (%zu) are of "
        "different images: compare them with care; the curve is fitted to the %s ones alone",
        ours, theirs, a->fits.measured ? "measured" : "published");
    if (text == NULL)
        return pm_fail_nomem(err);
    pm_answer_warn(a, text);
    return 0;
}

/* Another power mode is another device: a curve is fitted to that of the pick, or of the first. */
static bool in_the_mode(const struct pm_answer *a, const struct pm_candidate *c)
{
    const struct pm_candidate *of = &a->c[a->pick >= 0 ? a->pick : 0];
    return pm_configuration_same(&c->config, &of->config, PM_OF_MODE);
}

/* The batch that every point of the front is run with; 0: they differ. */
static long front_batch(const struct pm_answer *a)
{
    long batch = a->steps > 0 ? a->c[a->step[0]].config.batch : 0;
    for (size_t i = 1; i < a->steps; i++)
        batch = a->c[a->step[i]].config.batch == batch ? batch : 0;
    return batch;
}

static int fit_accuracy(struct pm_answer *a, bool checked, struct pm_err *err)
{
    const bool measured = a->fits.measured;
    struct points all, front;
    struct pm_hyperbola_options options = {
        .a_max = 100, .confidence = a->settings->confidence, .unchecked = !checked};
    if (make_points(a, &all, err) != 0 || make_points(a, &front, err) != 0)
        return -1;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        if (pm_known(c->figure[PM_TOP1]) && pm_known(c->figure[PM_LATENCY]) && !c->outrun &&
            is_measured(c) == measured && in_the_mode(a, c))
            add_point(&all, c->figure[PM_LATENCY].value, c->figure[PM_TOP1].value, (int)i);
    }
    for (size_t i = 0; i < a->steps; i++) {
        const struct pm_candidate *c = &a->c[a->step[i]];
        if (is_measured(c) == measured && in_the_mode(a, c))
            add_point(&front, c->figure[PM_LATENCY].value, c->figure[PM_TOP1].value, a->step[i]);
    }
    if (pm_hyperbola_fit(front.x, front.y, front.n, &options, &a->fits.front, err) != 0)
        return -1;
    options.unchecked = !checked || all.n > CHECKED_POINTS;
    return pm_hyperbola_fit(all.x, all.y, all.n, &options, &a->fits.all, err);
}

static int fit_operations(struct pm_answer *a, struct pm_err *err)
{
    struct points p;
    struct pm_ops_fit *fit = &a->fits.ops;
    if (make_points(a, &p, err) != 0)
        return -1;
    for (size_t i = 0; i < a->n && a->fits.ops_way >= 0; i++) {
        const struct pm_candidate *c = &a->c[i];
        if (pm_same_way(c, &a->c[a->fits.ops_way]) && pm_known(c->gops) &&
            pm_known(c->figure[PM_LATENCY]))
            add_point(&p, c->gops.value, c->figure[PM_LATENCY].value / (double)c->config.batch,
                      (int)i);
    }
    if (pm_ops_fit(p.x, p.y, p.n, a->settings->confidence, fit, err) != 0)
        return -1;
    if (fit->verdict != PM_FIT_OK)
        return 0;
    if (pm_ops_check(p.x, p.y, fit, err) != 0)
        return -1;
    a->fits.ops_worst = a->c[p.index[fit->loo_worst_index]].title;
    return pm_spearman(p.x, p.y, p.n, &a->fits.spearman, err);
}

/* Of one candidate: above idle where that is known of every one, as the paper's figures are. */
static struct pm_quantity power_of(const struct pm_answer *a, const struct pm_candidate *c)
{
    struct pm_quantity p = c->busy_w;
    if (!a->fits.power.above_idle || !pm_known(p))
        return p;
    p.value -= pm_known(c->idle_w) ? c->idle_w.value : 0;
    return p;
}

static bool basis_above_idle(const struct pm_candidate *c)
{
    const struct pm_entry *e = c->entry;
    const bool published =
        e != NULL && e->power_basis != NULL && strcmp(e->power_basis, "above_idle") == 0;
    return pm_known(c->idle_w) || published;
}

struct spread { /* of a group of figures about their mean */
    size_t n;
    double sum, squares;
};

static void take(struct spread *s, double x)
{
    s->n++;
    s->sum += x;
    s->squares += x * x;
}

static double sum_of_squares(const struct spread *s)
{
    return s->n > 0 ? fmax(s->squares - s->sum * s->sum / (double)s->n, 0) : 0;
}

static bool several_batches(const struct pm_answer *a)
{
    for (size_t i = 1; i < a->n; i++) {
        if (a->c[i].config.batch != a->c[0].config.batch)
            return true;
    }
    return false;
}

/* Spread between batch sizes: of each network about its own mean, pooled. */
static int between_batches(struct pm_answer *a, struct pm_power_law *law, struct pm_err *err)
{
    struct pm_candidate_set set;
    double squares = 0;
    size_t freedom = 0;
    const bool several = several_batches(a);
    if (several && pm_candidate_set_make(a->c, a->n, PM_OF_ALL & ~(unsigned)PM_OF_BATCH, &a->arena,
                                         &set, err) != 0)
        return -1;
    for (size_t i = 0; several && i < a->n; i++) {
        struct spread s = {0};
        size_t probe = 0;
        if (pm_candidate_set_first(&set, &a->c[i]) != (int)i)
            continue;
        for (int j; (j = pm_candidate_set_next(&set, &a->c[i], &probe)) >= 0;) {
            if (pm_known(a->c[j].busy_w))
                take(&s, power_of(a, &a->c[j]).value);
        }
        if (s.n < 2)
            continue;
        squares += sum_of_squares(&s);
        freedom += s.n - 1;
    }
    law->batches = freedom;
    law->batches_sd = freedom >= 2 ? sqrt(squares / (double)freedom) : (double)NAN;
    return 0;
}

/* Engines, precisions, threads and power modes draw differently: a law is of one way of running. */
static bool counts_for_power(const struct pm_answer *a, const struct pm_candidate *c)
{
    const int way = a->pick >= 0 ? a->pick : a->fits.ops_way;
    const unsigned parts = PM_OF_WAY & ~(unsigned)PM_OF_BATCH;
    return way < 0 || pm_configuration_same(&c->config, &a->c[way].config, parts);
}

static int fit_power(struct pm_answer *a, struct pm_err *err)
{
    struct pm_power_law *law = &a->fits.power;
    struct spread all = {0}, first_batch = {0};
    double busy = 0;
    *law = (struct pm_power_law){.above_idle = true};
    for (size_t i = 0; i < a->n; i++) {
        if (pm_known(a->c[i].busy_w) && counts_for_power(a, &a->c[i]))
            law->above_idle = law->above_idle && basis_above_idle(&a->c[i]);
    }
    for (size_t i = 0; i < a->n; i++) {
        if (!pm_known(a->c[i].busy_w) || !counts_for_power(a, &a->c[i]))
            continue;
        take(&all, power_of(a, &a->c[i]).value);
        if (a->c[i].config.batch == 1)
            take(&first_batch, power_of(a, &a->c[i]).value);
        busy += a->c[i].busy_w.value;
    }
    law->n = all.n;
    law->mean_w = busy / (double)all.n; /* NAN for none */
    law->base_w = all.sum / (double)all.n;
    law->networks_sd = first_batch.n >= 3
                           ? sqrt(sum_of_squares(&first_batch) / (double)(first_batch.n - 1))
                           : (double)NAN;
    return between_batches(a, law, err);
}

static void find_ceiling(struct pm_answer *a)
{
    const struct pm_budget *b = &a->settings->budget[PM_ENERGY];
    struct pm_energy_ceiling *e = &a->fits.ceiling;
    double prediction = 0;
    *e = (struct pm_energy_ceiling){.energy_j = (double)NAN};
    const struct pm_power_law *law = &a->fits.power;
    const bool constant = law->networks_sd <= PM_POWER_CONSTANT * law->base_w; /* false for NAN */
    if (a->fits.front.verdict != PM_FIT_OK || !constant || front_batch(a) != 1)
        return;
    e->energy_j = b->set ? b->bound : 1;
    e->time_ms = 1e3 * e->energy_j / a->fits.power.mean_w;
    e->top1_pct = pm_hyperbola_at(&a->fits.front, e->time_ms);
    pm_hyperbola_band(&a->fits.front, e->time_ms, &e->half_pct, &prediction);
    /* outside what the curve can say, or denied by the very network that is picked */
    const double most = e->top1_pct + e->half_pct;
    const struct pm_candidate *pick = a->pick >= 0 ? &a->c[a->pick] : NULL;
    if (!(e->top1_pct > 0 && e->half_pct < 50) ||
        (pick != NULL && pm_known(pick->figure[PM_ENERGY]) &&
         pick->figure[PM_ENERGY].value <= e->energy_j && pick->figure[PM_TOP1].value > most))
        *e = (struct pm_energy_ceiling){.energy_j = (double)NAN};
}

int pm_answer_fit(struct pm_answer *answer, struct pm_err *err)
{
    if (choose_accuracies(answer, err) != 0 || fit_accuracy(answer, false, err) != 0 ||
        pm_answer_batches(answer, err) != 0 || fit_power(answer, err) != 0)
        return -1;
    find_ceiling(answer);
    if (answer->pick < 0 || answer->fits.front.verdict != PM_FIT_OK ||
        !pm_known(answer->c[answer->pick].figure[PM_LATENCY]))
        return 0;
    const double slope =
        pm_hyperbola_slope(&answer->fits.front, answer->c[answer->pick].figure[PM_LATENCY].value);
    const long batch = front_batch(answer);
    if (slope > 0 && batch > 0) /* of an image */
        answer->ms_per_point = 1 / slope / (double)batch;
    return 0;
}

int pm_answer_finish_laws(struct pm_answer *answer, struct pm_err *err)
{
    const int result = fit_accuracy(answer, true, err);
    return result != 0 ? result : fit_operations(answer, err);
}
