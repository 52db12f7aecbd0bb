/* SPDX-License-Identifier: MIT */
#include "advise/ways.h"

#include "base/err.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Candidates by network, so that those of one stand together. */
struct place {
    const char *id, *engine;
    double time; /* of those that are sorted by it */
    size_t index;
};

/* Then by engine, then in the order of the list. */
static int by_network(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    if (order == 0)
        order = strcmp(x->engine, y->engine);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static int by_time(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    const int order = (x->time > y->time) - (x->time < y->time);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static struct place *sorted(const struct pm_candidate *c, size_t n, struct pm_arena *arena)
{
    struct place *p = pm_arena_alloc(arena, n + 1, sizeof *p);
    for (size_t i = 0; p != NULL && i < n; i++)
        p[i] = (struct place){.id = c[i].config.network,
                              .engine = c[i].config.engine != NULL ? c[i].config.engine : "",
                              .index = i};
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

/* The parts in which the ways of one network differ, as bits. */
static unsigned varying(const struct pm_candidate *c, const struct place *p, size_t n)
{
    unsigned parts = 0;
    bool threads = false;
    for (size_t k = 1; k < n; k++)
        parts |= pm_configuration_difference(&c[p[0].index].config, &c[p[k].index].config);
    /* engines have numbers of threads of their own: only within one does it tell anything */
    for (size_t k = 1; k < n && !threads; k++) {
        const unsigned apart =
            pm_configuration_difference(&c[p[k - 1].index].config, &c[p[k].index].config);
        threads = (apart & PM_OF_ENGINE) == 0 && (apart & PM_OF_THREADS) != 0;
    }
    return threads ? parts : parts & ~(unsigned)PM_OF_THREADS;
}

static int name_way(struct pm_candidate *c, unsigned parts, struct pm_arena *arena)
{
    const char *way = pm_configuration_text(&c->config, parts, arena);
    if (way != NULL && way[0] != '\0')
        c->name = pm_arena_printf(arena, "%s [%s]", c->name, way);
    return way != NULL && c->name != NULL ? 0 : -1;
}

/* Several power modes of one board are several devices: every name says which. */
static bool modes_differ(const struct pm_candidate *c, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (!pm_configuration_same(&c[i].config, &c[0].config, PM_OF_MODE))
            return true;
    }
    return false;
}

int pm_candidates_name_ways(struct pm_candidate *c, size_t n, struct pm_arena *arena,
                            struct pm_err *err)
{
    const struct place *p = sorted(c, n, arena);
    if (p == NULL)
        return pm_fail_nomem(err);
    const unsigned everywhere = modes_differ(c, n) ? PM_OF_MODE : 0;
    for (size_t begin = 0, end; begin < n; begin = end) {
        end = end_of(p, n, begin);
        const unsigned parts = varying(c, p + begin, end - begin);
        for (size_t k = begin; k < end; k++) {
            if (name_way(&c[p[k].index], parts | everywhere, arena) != 0)
                return pm_fail_nomem(err);
        }
    }
    return 0;
}

bool pm_same_way(const struct pm_candidate *a, const struct pm_candidate *b)
{
    return pm_configuration_same(&a->config, &b->config, PM_OF_WAY);
}

/* An image's share of the batch where images a second are asked for; else how long one waits. */
static double time_of(const struct pm_answer *a, const struct pm_candidate *c)
{
    const bool of_images = a->settings->budget[PM_FPS].set || a->settings->budget[PM_KEEP_UP].set;
    const double images = of_images ? (double)c->config.batch : 1;
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
    if (pm_configuration_same(&c->config, &other->config, PM_OF_PRECISION | PM_OF_INPUT))
        return true;
    return pm_known(mine) && pm_known(theirs) && theirs.value >= mine.value;
}

static bool outrun_by(const struct pm_answer *a, size_t i, size_t j, int usual)
{
    const struct pm_candidate *c = &a->c[i], *other = &a->c[j];
    const double mine = time_of(a, c), theirs = time_of(a, other);
    if (i == j || (int)i == a->pick ||
        !pm_configuration_same(&other->config, &c->config, PM_OF_MODE) || !is_a_way_of(c, other))
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
        if (!pm_same_way(c, first))
            return false;
    }
    return true;
}

const char *pm_shown_name(const struct pm_answer *a, size_t index)
{
    const struct pm_candidate *c = &a->c[index];
    return a->outrun > 0 && a->one_way && !c->outrun ? c->title : c->name;
}

/* Among n ways of its network, the fastest first: no slower one outruns it, but for the pick. */
static bool is_outrun(const struct pm_answer *a, const struct place *p, size_t n, size_t i,
                      double time, int usual)
{
    for (size_t m = 0; m < n && p[m].time <= time; m++) {
        if (!pm_same_way(&a->c[p[m].index], &a->c[i]) && outrun_by(a, i, p[m].index, usual))
            return true;
    }
    return a->pick >= 0 &&
           pm_configuration_same(&a->c[a->pick].config, &a->c[i].config, PM_OF_NETWORK) &&
           !pm_same_way(&a->c[a->pick], &a->c[i]) && outrun_by(a, i, (size_t)a->pick, usual);
}

int pm_answer_find_ways(struct pm_answer *a, struct pm_err *err)
{
    struct place *p = sorted(a->c, a->n, &a->arena);
    if (p == NULL)
        return pm_fail_nomem(err);
    const int usual = pm_answer_usual_way(a);
    bool told_apart = true; /* by their networks' names */
    a->outrun = 0;
    for (size_t begin = 0, end; begin < a->n; begin = end) {
        end = end_of(p, a->n, begin);
        size_t listed = 0;
        for (size_t k = begin; k < end; k++)
            p[k].time = time_of(a, &a->c[p[k].index]);
        qsort(p + begin, end - begin, sizeof *p, by_time);
        for (size_t k = begin; k < end; k++) {
            const bool outrun = is_outrun(a, p + begin, end - begin, p[k].index, p[k].time, usual);
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
