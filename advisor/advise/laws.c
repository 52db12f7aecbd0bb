/* SPDX-License-Identifier: MIT
 * The two laws of the paper, fitted on the answer's candidates. */
#include "advise/answer.h"

#include "base/err.h"

#include <math.h>

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

static int fit_accuracy(struct pm_answer *a, struct pm_err *err)
{
    struct points all, front;
    const struct pm_hyperbola_options options = {.a_max = 100,
                                                 .confidence = a->settings->confidence};
    if (make_points(a, &all, err) != 0 || make_points(a, &front, err) != 0)
        return -1;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        if (pm_known(c->figure[PM_TOP1]) && pm_known(c->figure[PM_LATENCY]))
            add_point(&all, c->figure[PM_LATENCY].value, c->figure[PM_TOP1].value, (int)i);
    }
    for (size_t i = 0; i < a->steps; i++) {
        const struct pm_candidate *c = &a->c[a->step[i]];
        add_point(&front, c->figure[PM_LATENCY].value, c->figure[PM_TOP1].value, a->step[i]);
    }
    return pm_hyperbola_fit(front.x, front.y, front.n, &options, &a->fits.front, err) != 0 ||
                   pm_hyperbola_fit(all.x, all.y, all.n, &options, &a->fits.all, err) != 0
               ? -1
               : 0;
}

static int fit_operations(struct pm_answer *a, struct pm_err *err)
{
    struct points p;
    struct pm_ops_fit *fit = &a->fits.ops;
    if (make_points(a, &p, err) != 0)
        return -1;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        if (pm_known(c->gops) && pm_known(c->figure[PM_LATENCY]))
            add_point(&p, c->gops.value, c->figure[PM_LATENCY].value / (double)c->batch, (int)i);
    }
    if (pm_ops_fit(p.x, p.y, p.n, a->settings->confidence, fit, err) != 0)
        return -1;
    a->fits.spearman = (double)NAN;
    if (fit->verdict != PM_FIT_OK)
        return 0;
    if (fit->loo_worst_index < p.n)
        a->fits.ops_worst = a->c[p.index[fit->loo_worst_index]].name;
    return pm_spearman(p.x, p.y, p.n, &a->fits.spearman, err);
}

int pm_answer_fit(struct pm_answer *answer, struct pm_err *err)
{
    if (fit_accuracy(answer, err) != 0 || fit_operations(answer, err) != 0)
        return -1;
    if (answer->pick < 0 || answer->fits.front.verdict != PM_FIT_OK ||
        !pm_known(answer->c[answer->pick].figure[PM_LATENCY]))
        return 0;
    const double slope =
        pm_hyperbola_slope(&answer->fits.front, answer->c[answer->pick].figure[PM_LATENCY].value);
    if (slope > 0)
        answer->ms_per_point = 1 / slope;
    return 0;
}
