/* SPDX-License-Identifier: MIT */
#include "advise/ways.h"

#include "base/buf.h"
#include "base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Candidates by network, so that those of one stand together; in list order within it. */
struct place {
    const char *id;
    size_t index;
};

static int by_network(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    const int order = strcmp(x->id, y->id);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static struct place *sorted(const struct pm_candidate *c, size_t n, struct pm_arena *arena)
{
    struct place *p = pm_arena_alloc(arena, n + 1, sizeof *p);
    for (size_t i = 0; p != NULL && i < n; i++)
        p[i] = (struct place){c[i].id, i};
    if (p != NULL && n > 0)
        qsort(p, n, sizeof *p, by_network);
    return p;
}

/* One past the last place of the network at `begin`. */
static size_t end_of(const struct place *p, size_t n, size_t begin)
{
    size_t end = begin + 1;
    while (end < n && strcmp(p[end].id, p[begin].id) == 0)
        end++;
    return end;
}

/* What differs between the ways of one network. */
struct varying {
    bool engine, precision, input, batch, threads;
};

static struct varying varying(const struct pm_candidate *c, const struct place *p, size_t n)
{
    struct varying v = {0};
    for (size_t k = 1; k < n; k++) {
        const struct pm_candidate *a = &c[p[0].index], *b = &c[p[k].index];
        v.engine = v.engine || !same_text(a->engine, b->engine);
        v.precision = v.precision || !same_text(a->precision, b->precision);
        v.input = v.input || a->input_px != b->input_px;
        v.batch = v.batch || a->batch != b->batch;
    }
    /* engines have numbers of threads of their own: only within one does it tell anything */
    for (size_t i = 0; i < n && !v.threads; i++) {
        for (size_t k = i + 1; k < n && !v.threads; k++) {
            const struct pm_candidate *a = &c[p[i].index], *b = &c[p[k].index];
            v.threads = same_text(a->engine, b->engine) && a->threads != b->threads;
        }
    }
    return v;
}

static int name_way(struct pm_candidate *c, struct varying v, struct pm_arena *arena)
{
    struct pm_buf text = {0};
    if (v.engine && c->engine != NULL)
        pm_buf_addf(&text, ", %s", c->engine);
    if (v.precision && c->precision != NULL)
        pm_buf_addf(&text, ", %s", c->precision);
    if (v.input && c->input_px > 0)
        pm_buf_addf(&text, ", %ld px", c->input_px);
    if (v.batch)
        pm_buf_addf(&text, ", batch %ld", c->batch);
    if (v.threads && c->threads > 0)
        pm_buf_addf(&text, ", %ld thread%s", c->threads, c->threads == 1 ? "" : "s");
    if (text.len > 2)
        c->name = pm_arena_printf(arena, "%s [%s]", c->name, pm_buf_text(&text) + 2);
    const bool failed = text.failed || c->name == NULL;
    pm_buf_done(&text);
    return failed ? -1 : 0;
}

int pm_candidates_name_ways(struct pm_candidate *c, size_t n, struct pm_arena *arena,
                            struct pm_err *err)
{
    const struct place *p = sorted(c, n, arena);
    if (p == NULL)
        return pm_fail_nomem(err);
    for (size_t begin = 0, end; begin < n; begin = end) {
        end = end_of(p, n, begin);
        const struct varying v = varying(c, p + begin, end - begin);
        for (size_t k = begin; k < end; k++) {
            if (name_way(&c[p[k].index], v, arena) != 0)
                return pm_fail_nomem(err);
        }
    }
    return 0;
}

bool pm_same_way(const struct pm_candidate *a, const struct pm_candidate *b)
{
    return same_text(a->engine, b->engine) && same_text(a->precision, b->precision) &&
           same_text(a->power_mode, b->power_mode) && a->batch == b->batch &&
           a->threads == b->threads;
}

/* An image's share of the batch where images a second are asked for; else how long one waits. */
static double time_of(const struct pm_answer *a, const struct pm_candidate *c)
{
    const bool of_images = a->settings->budget[PM_FPS].set || a->settings->budget[PM_KEEP_UP].set;
    const double images = of_images ? (double)c->batch : 1;
    return pm_known(c->figure[PM_LATENCY]) ? c->figure[PM_LATENCY].value / images
                                           : (double)INFINITY;
}

static size_t count_way(const struct pm_answer *a, size_t i)
{
    size_t n = 0;
    for (size_t j = 0; j < a->n; j++)
        n += pm_known(a->c[j].figure[PM_LATENCY]) && pm_same_way(&a->c[j], &a->c[i]);
    return n;
}

#define WAYS_MAX 64

int pm_answer_usual_way(const struct pm_answer *a)
{
    int seen[WAYS_MAX], found = -1;
    size_t ways = 0, most = 0;
    if (a->pick >= 0)
        return a->pick;
    for (size_t i = 0; i < a->n && ways < WAYS_MAX; i++) {
        bool again = false;
        for (size_t k = 0; k < ways; k++)
            again = again || pm_same_way(&a->c[i], &a->c[seen[k]]);
        if (again)
            continue;
        seen[ways++] = (int)i;
        const size_t n = count_way(a, i);
        found = n > most ? (int)i : found;
        most = n > most ? n : most;
    }
    return found;
}

/* Of equals (mostly: neither was measured) the usual way stays, or else the earlier. */
static bool yields(const struct pm_answer *a, size_t i, size_t j, int usual)
{
    const bool mine = usual >= 0 && pm_same_way(&a->c[i], &a->c[usual]);
    const bool theirs = usual >= 0 && pm_same_way(&a->c[j], &a->c[usual]);
    return mine == theirs ? j < i : theirs;
}

/* At another precision or input size a network is another one: less accurate, it is no way of it.
 */
static bool is_a_way_of(const struct pm_candidate *c, const struct pm_candidate *other)
{
    const struct pm_quantity mine = c->figure[PM_TOP1], theirs = other->figure[PM_TOP1];
    if (same_text(c->precision, other->precision) && c->input_px == other->input_px)
        return true;
    return pm_known(mine) && pm_known(theirs) && theirs.value >= mine.value;
}

static bool outrun_by(const struct pm_answer *a, size_t i, size_t j, int usual)
{
    const struct pm_candidate *c = &a->c[i], *other = &a->c[j];
    const double mine = time_of(a, c), theirs = time_of(a, other);
    if (i == j || (int)i == a->pick || !same_text(other->power_mode, c->power_mode) ||
        !is_a_way_of(c, other))
        return false;
    if (!is_a_way_of(other, c)) /* more accurate: it must be faster too */
        return theirs < mine;
    return (int)j == a->pick || theirs < mine || (!(mine < theirs) && yields(a, i, j, usual));
}

bool pm_is_unlisted(const struct pm_answer *a, size_t index)
{
    const struct pm_candidate *c = &a->c[index];
    const bool idle =
        c->stand_in && !a->settings->include_stand_ins && !pm_known(c->figure[PM_LATENCY]);
    return c->outrun || idle;
}

static bool all_one_way(const struct pm_answer *a)
{
    const struct pm_candidate *first = NULL;
    for (size_t i = 0; i < a->n; i++) {
        const struct pm_candidate *c = &a->c[i];
        if (pm_is_unlisted(a, i))
            continue;
        first = first == NULL ? c : first;
        if (!pm_same_way(c, first) || !same_text(c->power_mode, first->power_mode))
            return false;
    }
    return true;
}

const char *pm_shown_name(const struct pm_answer *a, size_t index)
{
    const struct pm_candidate *c = &a->c[index];
    return a->outrun > 0 && a->one_way && !c->outrun ? c->network : c->name;
}

int pm_answer_find_ways(struct pm_answer *a, struct pm_err *err)
{
    const struct place *p = sorted(a->c, a->n, &a->arena);
    if (p == NULL)
        return pm_fail_nomem(err);
    const int usual = pm_answer_usual_way(a);
    bool told_apart = true; /* by their networks' names */
    a->outrun = 0;
    for (size_t begin = 0, end; begin < a->n; begin = end) {
        end = end_of(p, a->n, begin);
        size_t listed = 0;
        for (size_t k = begin; k < end; k++) {
            bool outrun = false;
            for (size_t m = begin; m < end; m++)
                outrun = outrun || (!pm_same_way(&a->c[p[m].index], &a->c[p[k].index]) &&
                                    outrun_by(a, p[k].index, p[m].index, usual));
            a->c[p[k].index].outrun = outrun;
            a->outrun += outrun;
            listed += !outrun;
        }
        told_apart = told_apart && listed <= 1;
    }
    a->one_way = told_apart && all_one_way(a);
    return 0;
}

bool pm_is_first_of_way(const struct pm_candidate *c, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (pm_same_way(&c[k], &c[i]))
            return false;
    }
    return true;
}
