/* SPDX-License-Identifier: MIT
 * Questions for the real command line: each world in a folder of its own, and a line of JSON for
 * each question: how it is typed, what was answered in this process, what the oracle allows. */
#ifndef EMIT_H
#define EMIT_H

#include "ask.h"

/* n questions of worlds from that seed on, under folder; 0, or -1. */
int emit_questions(const char *folder, uint64_t seed, uint64_t n);

#endif
