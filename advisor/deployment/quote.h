/* SPDX-License-Identifier: MIT
 * Text of others (a file's name, a network's) in code that the reader will run: it stays text. */
#ifndef PM_QUOTE_H
#define PM_QUOTE_H

struct pm_arena;

/* As a word of a POSIX shell: as it is where that is safe, else in single quotes. In the arena;
 * NULL when out of memory, or of NULL. */
const char *pm_quote_shell(const char *text, struct pm_arena *arena);
/* As a string literal of C, with its quotes. */
const char *pm_quote_c(const char *text, struct pm_arena *arena);

#endif
