/* SPDX-License-Identifier: MIT
 * The decision as WebAssembly: what whatif.js calls. The candidates are put in once, then every
 * move of a slider is one call. Freestanding; built with clang --target=wasm32. */
#include "advise/whatif.h"

#define EXPORT(name) __attribute__((export_name(name)))

static struct pm_whatif_candidate candidate[PM_WHATIF_CANDIDATES];
static struct pm_rule_candidate view[PM_WHATIF_CANDIDATES];
static struct pm_whatif_budget budget[PM_WHATIF_METRICS];
static struct pm_rule_choice choice;

EXPORT("capacity") int32_t capacity(void);
EXPORT("put") void put(int32_t i, double batch, int32_t may_be_picked);
EXPORT("put_claims")
void put_claims(int32_t i, int32_t has, double accuracy, double time, double energy);
EXPORT("put_interval") void put_interval(int32_t i, int32_t metric, double lo, double hi);
EXPORT("put_step")
void put_step(int32_t i, int32_t metric, int32_t steps, double from_ms, int32_t verdict);
EXPORT("put_budget")
void put_budget(int32_t metric, int32_t set, int32_t kind, int32_t steps, double bound);
EXPORT("decide") int32_t decide(int32_t n, int32_t goal, double overhead_ms);
EXPORT("status") int32_t status(void);
EXPORT("verdict") int32_t verdict(int32_t i);
EXPORT("verdict_of") int32_t verdict_of(int32_t i, int32_t metric, double overhead_ms);
EXPORT("beaten_by") int32_t beaten_by(int32_t i);

int32_t capacity(void)
{
    return PM_WHATIF_CANDIDATES;
}

void put(int32_t i, double batch, int32_t may_be_picked)
{
    candidate[i].batch = batch;
    candidate[i].may_be_picked = may_be_picked != 0;
}

/* has: bit 0 accuracy, 1 time, 2 energy, 3 they are doubtful */
void put_claims(int32_t i, int32_t has, double accuracy, double time, double energy)
{
    candidate[i].has_accuracy = (has & 1) != 0;
    candidate[i].has_time = (has & 2) != 0;
    candidate[i].has_energy = (has & 4) != 0;
    candidate[i].doubtful = (has & 8) != 0;
    candidate[i].accuracy = accuracy;
    candidate[i].time = time;
    candidate[i].energy = energy;
}

void put_interval(int32_t i, int32_t metric, double lo, double hi)
{
    candidate[i].known[metric] = true;
    candidate[i].lo[metric] = lo;
    candidate[i].hi[metric] = hi;
}

/* Steps of a candidate come in order. */
void put_step(int32_t i, int32_t metric, int32_t steps, double from_ms, int32_t verdict_then)
{
    struct pm_whatif_candidate *c = &candidate[i];
    c->known[metric] = true;
    if (c->steps[steps] == PM_WHATIF_STEPS)
        return;
    c->step[steps][c->steps[steps]].from_ms = from_ms;
    c->step[steps][c->steps[steps]++].verdict = (uint8_t)verdict_then;
}

void put_budget(int32_t metric, int32_t set, int32_t kind, int32_t steps, double bound)
{
    budget[metric].set = set != 0;
    budget[metric].kind = (uint8_t)kind;
    budget[metric].steps = (uint8_t)steps;
    budget[metric].bound = bound;
}

/* The pick, -1 for none. */
int32_t decide(int32_t n, int32_t goal, double overhead_ms)
{
    choice =
        pm_whatif_decide(candidate, (size_t)n, budget, overhead_ms, (enum pm_rule_goal)goal, view);
    return choice.pick;
}

int32_t status(void)
{
    return (int32_t)choice.status;
}

int32_t verdict(int32_t i)
{
    return view[i].verdict;
}

int32_t verdict_of(int32_t i, int32_t metric, double overhead_ms)
{
    return (int32_t)pm_whatif_judge(&candidate[i], &budget[metric], (size_t)metric, overhead_ms);
}

int32_t beaten_by(int32_t i)
{
    return view[i].beaten_by;
}
