/* SPDX-License-Identifier: MIT
 * The most arithmetic a core can do: what no engine that carries out every multiplication can beat,
 * however well it is written. */
#ifndef PM_PEAK_H
#define PM_PEAK_H

/* Giga-operations a second of one core on fp32, a multiply-accumulate being two: the best of many
 * short spells of fused multiply-adds in registers, with the widest vectors this processor has.
 * Takes 0.1 s and wants the cores of pm_board_use_cores. NAN where it cannot be told: processors
 * other than x86-64 and arm64, and those with matrix units that add to it. */
double pm_peak_gops(void);

#endif
