/* SPDX-License-Identifier: MIT
 * Stock Darknet as the oracle of other engines: a network, weights and an input that show what is
 * computed wrongly. Only for use by tests: errors end in abort() or a wrong result. */
#ifndef PM_TEST_STOCK_H
#define PM_TEST_STOCK_H

#include <darknet.h>

/* A copy of cfg at that batch, in the current folder; its name to path[32]. Darknet takes batch and
 * subdivisions from the cfg alone. 0, or -1. */
int stock_write_cfg(const char *cfg, int batch, char *path);
/* The cfg with fixed random weights, statistics that differ from filter to filter, and an input in
 * [0, 1): the same ones every time. */
network *stock_load(char *path);
/* Softmax and the like would hide a difference, and would show it where two outputs are equal. */
const layer *stock_before_softmax(const network *net);

#endif
