#!/bin/bash
# SPDX-License-Identifier: MIT
# above idle with and without the idle figure, and without a basis
cat >t.csv <<'END'
network,top1_pct,latency_ms,power_w,power_basis,idle_w
a,70,100,8,total,
b,72,100,8,above_idle,1.5
c,74,100,8,above_idle,
d,76,100,8,,
e,78,100,,,
END
pickmodel import t.csv --device rig -q
for watts in 7.9 8 9.4 9.5; do
    echo "$ --max-watts $watts"
    pickmodel --profile rig --max-watts $watts --format csv
    echo "-> $?"
done
