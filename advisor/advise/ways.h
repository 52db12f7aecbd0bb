/* SPDX-License-Identifier: MIT
 * A network can be run in several ways: on one engine or another, with so many threads. Each is a
 * candidate of its own; tables and pictures for people show each network in its fastest way. */
#ifndef PM_WAYS_H
#define PM_WAYS_H

#include "advise/answer.h"

/* Where a network is there in several ways, its names say which: "ResNet-50 [darknet, batch 4]".
 * Needs the name and configuration of each candidate; names go to the arena. */
int pm_candidates_name_ways(struct pm_candidate *c, size_t n, struct pm_arena *arena,
                            struct pm_err *err);
/* Alike in PM_OF_WAY. */
bool pm_same_way(const struct pm_candidate *a, const struct pm_candidate *b);
/* Sets outrun of each candidate, how many there are, and whether the rest is run in one way. */
int pm_answer_find_ways(struct pm_answer *answer, struct pm_err *err);
/* Left out of lists for people: outrun, or a stand-in that was never run and cannot be picked. */
bool pm_is_unlisted(const struct pm_answer *answer, size_t index);
/* What to call it in a list of those not outrun: the network's name alone, where all of them are
 * run in one way. */
const char *pm_shown_name(const struct pm_answer *answer, size_t index);
/* A candidate run in the way that the law of operations is fitted to: the pick's, else that of most
 * candidates with a latency; -1: none has one. */
int pm_answer_usual_way(const struct pm_answer *answer);

/* Is candidate i the first of the list that is run in its way? */
bool pm_is_first_of_way(const struct pm_candidate *c, size_t i);

#endif
