/* SPDX-License-Identifier: MIT
 * A world as files in a folder:
 *   data/networks.json, data/networks/NAME.cfg      the catalogue
 *   home/pickmodel/evaluations/                     what was measured of its accuracy
 *   board.json, board.samples.json                  the profile and its runs
 *   board.csv                                       in place of these, for a table */
#ifndef WORLD_FILES_H
#define WORLD_FILES_H

#include "random_world.h"

/* Each: 0, or -1 with a message on standard error. */
int files_write_catalogue(const struct world *w, const char *folder);
int files_write_profile(const struct world *w, const char *folder); /* or the table */
/* The same as text on standard output, to paste into a shell. */
void files_print(const struct world *w, const char *folder);

#endif
