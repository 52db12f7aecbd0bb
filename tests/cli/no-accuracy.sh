#!/bin/bash
# SPDX-License-Identifier: MIT
# Figures without accuracy, as benchmarks of servers publish them: the rule that needs it says so,
# the rules that do not choose.
printf 'network,latency_ms,power_w\nnet-a,4,6\nnet-b,8,2\nnet-c,20,1\n' >t.csv
try import t.csv --device d -o d.json
for rule in pareto fastest literal least-energy; do
    try --profile ./d.json --max-latency 10ms --rule $rule
done
try --profile ./d.json --max-latency 10ms --min-top1 1 --rule fastest | head -n 3
pickmodel --profile ./d.json --max-latency 10ms --rule fastest --format json >a.json
try check a.json --profile ./d.json
pickmodel report --profile ./d.json --max-latency 10ms --rule fastest --format md | sed -n '3,5p'
# beside known accuracies: of equals the known, and nothing is lent
printf 'network,latency_ms,top1_pct\nx,4,\ny,4,60\nz,5,70\n' >mixed.csv
try import mixed.csv --device m -o m.json
try --profile ./m.json --max-latency 10ms --rule fastest | head -n 2
try --profile ./m.json --max-latency 10ms | head -n 12
