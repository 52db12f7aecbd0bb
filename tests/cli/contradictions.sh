#!/bin/bash
# SPDX-License-Identifier: MIT
# Figures that cannot all be true are refused, nothing of another training is lent, and what is said
# of a figure is true of it.
table() { printf '%s\n' "$@" >t.csv; }
import() { rm -f d.json; try import t.csv --device d -o d.json | tail -n +2; }
ask() { try --profile ./d.json "$@" | grep -v '^$'; }
# less at work than at rest: the watts are above idle, and not said to be
table network,top1_pct,latency_ms,power_w,idle_w x,75,10,3.5,5
import
table network,top1_pct,latency_ms,power_w,idle_w,power_basis x,75,10,3.5,5,above_idle
import
ask --max-watts 8 | head -n 2
# a percentile below the median, and below a lower one
published() {
    echo '{"schema": "pickmodel/profile/1", "origin": "published", "device": {"name": "d"}, "entries": [{"network": "n", "status": "complete", "top1_pct": {"value": 80, "origin": "published"}, '"$1"'}]}' >d.json
}
of() { echo "\"$1\": {\"value\": $2, \"origin\": \"published\"}"; }
published "$(of latency_ms 20), $(of p90_ms 15)"
ask --max-latency 16ms
published "$(of p90_ms 30), $(of p95_ms 12)"
ask --max-latency 16ms@p95
published "$(of latency_ms 20), $(of p90_ms 20), $(of p99_ms 20)"
ask --max-latency 21ms | head -n 1
# a decimal comma is no comma between thousands
for cell in 0,075 1,234 12,345 1,234,567 '1,234.5' 0,500; do
    table network,latency_ms "x,\"$cell\""
    import
done
grep -o '"latency_ms": {"value": [^,]*' d.json
# another training of a network that the catalogue has; and the same one
table network,top1_pct,latency_ms resnet34,60,10 resnet18,70.7,10
import
ask --min-top5 80 | grep -E '^Ship|resnet34'
# "within the error of the accuracy figures" is not eleven points
table network,top1_pct,latency_ms,power_w a,65,30,1 b,76,15,9
import
ask --max-latency 50ms --rule least-energy | grep -c 'within the error'
# "too near to call" is said of an interval with the budget in it, and of nothing else
table network,top1_pct,latency_ms a,75.1,10 b,60,5
import
ask --min-top1 99 --require-measured=all | grep -E "near|not decided"
# advice that helps
table network,precision,latency_ms resnet18,int8,10
import
ask --min-top1 50 | head -n 2
# the watts of a mixed table; an energy with one end; a median with overhead; what lacks
table network,top1_pct,latency_ms,power_w,power_basis,idle_w a,75,10,6,total,2 b,70,8,1,above_idle,2
import
try list --profile ./d.json | tail -n 2
table network,top1_pct,latency_ms,power_w,power_basis x,75,10,3,total
import
ask --max-energy 50mJ --energy-basis net | grep energy
ask --max-latency 40ms --overhead 20ms | head -n 2
table network,top1_pct,latency_ms,power_w a,65,30,1 c,,10,
import
ask --rule least-energy --max-latency 50ms | grep 'its place'
