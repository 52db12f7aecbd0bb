/* SPDX-License-Identifier: MIT
 * The smallest world and question in which a property still breaks: whatever can be left out is. */
#ifndef SHRINK_H
#define SHRINK_H

#include "properties.h"

/* trial: one in which the property breaks; is then the small one, with its why. */
void shrink(struct trial *trial, const struct property *p);
/* The same words but for their numbers, in the first so many characters? */
bool alike(const char *a, const char *b, size_t len);
/* As files and a command. */
void print_trial(const struct trial *trial);

#endif
