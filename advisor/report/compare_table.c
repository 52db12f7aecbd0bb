/* SPDX-License-Identifier: MIT
 * What changed, figure by figure. */
#include "report/compare_table.h"

#include "report/answer_json.h"

#include <math.h>
#include <stdlib.h>

const char *pm_shift_name(enum pm_shift shift)
{
    static const char *const names[] = {
        [PM_SHIFT_NONE] = "none", [PM_SHIFT_DOWN] = "down",     [PM_SHIFT_UP] = "up",
        [PM_SHIFT_LOST] = "lost", [PM_SHIFT_GAINED] = "gained", [PM_SHIFT_OPEN] = "open"};
    return names[shift];
}

static bool counts(enum pm_shift shift)
{
    return shift != PM_SHIFT_NONE && shift != PM_SHIFT_OPEN;
}

/* ---- for people ---- */

/* "+8.3 %" of a ratio 1.083; of an inference that was ended the end that is known. */
static void change_cell(struct pm_table *t, size_t column, const struct pm_difference *d)
{
    const bool more = isinf(d->hi), less = d->lo <= 0; /* NAN is neither */
    const double pct = 100 * ((more ? d->lo : less ? d->hi : d->ratio) - 1);
    if (d->shift == PM_SHIFT_LOST || d->shift == PM_SHIFT_GAINED)
        pm_table_cell(t, column, "%s", d->shift == PM_SHIFT_LOST ? "fails" : "runs");
    else if (isfinite(pct))
        pm_table_cell(t, column, "%s%+.*f %%",
                      more   ? "> "
                      : less ? "< "
                             : "",
                      fabs(pct) < 100 ? 1 : 0, pct);
}

static void range_cell(struct pm_table *t, size_t column, const struct pm_difference *d)
{
    const double lo = 100 * (d->lo - 1), hi = 100 * (d->hi - 1);
    const int digits = fabs(lo) < 100 && fabs(hi) < 100 ? 1 : 0;
    if (isfinite(lo) && isfinite(hi) && d->lo > 0 && lo < hi)
        pm_table_cell(t, column, "%+.*f .. %+.*f %%", digits, lo, digits, hi);
    else if (d->disturbed)
        pm_table_cell(t, column, "other work");
    else if (d->too_few)
        pm_table_cell(t, column, "too few runs");
    else if (d->as_it_stands && isfinite(lo))
        pm_table_cell(t, column, "as it stands");
}

static void figure_cell(struct pm_table *t, size_t column, enum pm_metric m, struct pm_quantity q)
{
    char text[40];
    if (pm_known(q))
        pm_table_cell(t, column, "%s%s", isinf(q.hi) ? "> " : "",
                      pm_metric_text(m, q.value, text, sizeof text));
}

static const char *mark_of(enum pm_shift shift, bool utf8)
{
    switch (shift) {
    case PM_SHIFT_UP:
        return utf8 ? "▲" : "+";
    case PM_SHIFT_DOWN:
        return utf8 ? "▼" : "-";
    case PM_SHIFT_LOST:
    case PM_SHIFT_GAINED:
        return utf8 ? "×" : "x";
    case PM_SHIFT_OPEN:
        return "?";
    case PM_SHIFT_NONE:
        break;
    }
    return "=";
}

struct ranked {
    int group;
    double size; /* of the change */
    size_t index;
};

static int by_change(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->size > y->size || x->size < y->size)
        return x->size > y->size ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* What got worse, what got better, the rest in A's order. */
static struct ranked *rank(const struct pm_comparison *c, struct pm_table *t)
{
    static const int group[] = {[PM_SHIFT_LOST] = 0, [PM_SHIFT_UP] = 1,   [PM_SHIFT_GAINED] = 2,
                                [PM_SHIFT_DOWN] = 3, [PM_SHIFT_NONE] = 4, [PM_SHIFT_OPEN] = 5};
    struct ranked *r = pm_arena_alloc(&t->arena, c->n + 1, sizeof *r);
    t->failed = t->failed || r == NULL;
    for (size_t k = 0; r != NULL && k < c->n; k++) {
        const struct pm_difference *d = &c->pair[k].figure[PM_LATENCY];
        const double size = isfinite(d->ratio) && d->ratio > 0 ? fabs(log(d->ratio)) : 0;
        r[k] = (struct ranked){group[d->shift], counts(d->shift) ? size : 0, k};
    }
    if (r != NULL)
        qsort(r, c->n, sizeof *r, by_change);
    return r;
}

static void add_columns(struct pm_table *t)
{
    pm_table_column(t, "A", NULL, true);
    pm_table_column(t, "B", NULL, true);
    pm_table_column(t, "CHANGE", NULL, true);
    pm_table_column(t, "RANGE", NULL, false);
}

void pm_compare_table_latency(const struct pm_comparison *c, enum pm_which which, bool utf8,
                              struct pm_table *t)
{
    const struct ranked *order = rank(c, t);
    pm_table_column(t, "", NULL, false);
    pm_table_column(t, "LATENCY", NULL, false);
    add_columns(t);
    for (size_t k = 0; k < c->n && !t->failed; k++) {
        const struct pm_pair *p = &c->pair[order[k].index];
        const struct pm_difference *d = &p->figure[PM_LATENCY];
        if (which != PM_ALL_ROWS && counts(d->shift) != (which == PM_CHANGED_ROWS))
            continue;
        pm_table_row(t);
        if (t->failed)
            return;
        t->row[t->rows - 1].colour = d->shift == PM_SHIFT_UP || d->shift == PM_SHIFT_LOST ? "red"
                                     : counts(d->shift)                                   ? "green"
                                                                                          : NULL;
        pm_table_cell(t, 0, "%s", mark_of(d->shift, utf8));
        pm_table_cell(t, 1, "%s", c->a->c[p->a].name);
        figure_cell(t, 2, PM_LATENCY, d->a);
        figure_cell(t, 3, PM_LATENCY, d->b);
        change_cell(t, 4, d);
        range_cell(t, 5, d);
    }
}

void pm_compare_table_figures(const struct pm_comparison *c, struct pm_table *t)
{
    pm_table_column(t, "OTHER FIGURE", NULL, false);
    pm_table_column(t, "NETWORK", NULL, false);
    add_columns(t);
    for (size_t f = 1; f < PM_COMPARED_FIGURES; f++) {
        const enum pm_metric m = pm_compared_figure[f];
        for (size_t k = 0; k < c->n && !t->failed; k++) {
            const struct pm_difference *d = &c->pair[k].figure[m];
            if (!counts(d->shift))
                continue;
            pm_table_row(t);
            if (t->failed)
                return;
            pm_table_cell(t, 0, "%s", pm_metric_info(m)->title);
            pm_table_cell(t, 1, "%s", c->a->c[c->pair[k].a].name);
            figure_cell(t, 2, m, d->a);
            figure_cell(t, 3, m, d->b);
            if (m == PM_TOP1)
                pm_table_cell(t, 4, "%+.1f points", d->b.value - d->a.value);
            else
                change_cell(t, 4, d);
            range_cell(t, 5, d);
        }
    }
}

/* ---- for programs ---- */

static const char *const keys[] = {
    "network",    "name",   "engine",   "precision", "input_px", "batch",       "threads",
    "power_mode", "figure", "a",        "a_lo",      "a_hi",     "b",           "b_lo",
    "b_hi",       "ratio",  "ratio_lo", "ratio_hi",  "change",   "input_width", "input_height"};

static void number(struct pm_table *t, size_t column, bool known, double value)
{
    if (known && isfinite(value))
        pm_table_cell(t, column, "%.10g", value);
}

static void quantity(struct pm_table *t, size_t column, struct pm_quantity q)
{
    number(t, column, pm_known(q), q.value);
    number(t, column + 1, q.has_interval, q.lo);
    number(t, column + 2, q.has_interval, q.hi);
}

static void machine_row(struct pm_table *t, const struct pm_candidate *c, enum pm_metric m,
                        const struct pm_difference *d, const char *change)
{
    pm_table_row(t);
    if (t->failed)
        return;
    pm_table_cell(t, 0, "%s", c->config.network);
    pm_table_cell(t, 1, "%s", c->name);
    if (c->config.engine != NULL)
        pm_table_cell(t, 2, "%s", c->config.engine);
    pm_table_cell(t, 3, "%s", c->config.precision);
    pm_table_input(t, 4, 19, c->config.input);
    pm_table_cell(t, 5, "%ld", c->config.batch);
    if (c->config.threads > 0)
        pm_table_cell(t, 6, "%ld", c->config.threads);
    if (c->config.power_mode != NULL)
        pm_table_cell(t, 7, "%s", c->config.power_mode);
    pm_table_cell(t, 8, "%s", pm_answer_figure_key(m));
    quantity(t, 9, d->a);
    quantity(t, 12, d->b);
    number(t, 15, true, d->ratio);
    number(t, 16, true, d->lo);
    number(t, 17, true, d->hi);
    pm_table_cell(t, 18, "%s", change);
}

void pm_compare_table_machines(const struct pm_comparison *c, struct pm_table *t)
{
    const struct pm_quantity none = {0};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        pm_table_column(t, keys[i], keys[i], false);
    for (size_t k = 0; k < c->n; k++) {
        for (size_t f = 0; f < PM_COMPARED_FIGURES; f++) {
            const enum pm_metric m = pm_compared_figure[f];
            const struct pm_difference *d = &c->pair[k].figure[m];
            if (m == PM_LATENCY || pm_known(d->a) || pm_known(d->b))
                machine_row(t, &c->a->c[c->pair[k].a], m, d, pm_shift_name(d->shift));
        }
    }
    for (size_t i = 0; i < c->only_a_n; i++) {
        const struct pm_candidate *a = &c->a->c[c->only_a[i]];
        const struct pm_difference d = pm_difference_of(a->figure[PM_LATENCY], none);
        machine_row(t, a, PM_LATENCY, &d, "only_a");
    }
    for (size_t i = 0; i < c->only_b_n; i++) {
        const struct pm_candidate *b = &c->b->c[c->only_b[i]];
        const struct pm_difference d = pm_difference_of(none, b->figure[PM_LATENCY]);
        machine_row(t, b, PM_LATENCY, &d, "only_b");
    }
}
