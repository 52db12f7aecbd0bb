#!/bin/bash
# SPDX-License-Identifier: MIT
# the same keys as the flags; flags win
cat >budgets.yaml <<'END'
# what the drone can afford
min_top1: 70
max_latency: 2s@p90
profile: jetson-tx1
rule: fastest
END
pickmodel -c budgets.yaml --format csv
echo "-> $?"
pickmodel -c budgets.yaml --min-top1 75 --format csv --rule pareto
