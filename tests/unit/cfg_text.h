/* SPDX-License-Identifier: MIT
 * A network from one line of text: "|" stands for a newline, so that a case fits on a line. */
#ifndef PM_TEST_CFG_TEXT_H
#define PM_TEST_CFG_TEXT_H

#include "base/err.h"
#include "network/network.h"

/* 8 x 8 x 4 coming in; the first layer's section is line 5 of "x.cfg". */
#define NET "[net]|width=8|height=8|channels=4|"

/* As pm_network_from_cfg, of that text. */
int network_of_text(const char *text, struct pm_arena *arena, struct pm_network *net,
                    struct pm_err *err);

#endif
