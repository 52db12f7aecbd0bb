/* SPDX-License-Identifier: MIT
 * Files that a cfg names and libdarknet opens: it checks neither that they are there nor what they
 * hold, and writes beyond its memory. */
#ifndef PM_COMPANIONS_H
#define PM_COMPANIONS_H

struct pm_err;
struct pm_network;

/* PM_EDATA: one is missing, or is not of the form that libdarknet reads: of a tree= a line for each
 * class, "name parent", where the parent is the number of an earlier line or -1. */
int pm_companions_check(const struct pm_network *net, struct pm_err *err);

#endif
