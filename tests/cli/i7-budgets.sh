#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel import "$FIXTURES/darknet-i7.csv" --device i7 -q

for budgets in '--min-top1 70' '--max-latency 100ms' '--max-latency 140ms' '--max-latency 1s' '--min-fps 1' \
    '--min-top1 77 --max-latency 1.3s' '--min-top1 77.8' '--min-top5 90' '--max-params 25M' '--min-top1 99'; do
    echo "$ $budgets"
    # shellcheck disable=SC2086  # a list of options
    pickmodel --profile i7 $budgets | sed -n '1,/NETWORK/p' | sed '$d'
    echo "-> ${PIPESTATUS[0]}"
done
