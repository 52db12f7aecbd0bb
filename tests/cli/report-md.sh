#!/bin/bash
# SPDX-License-Identifier: MIT
# the report as Markdown: recommended, infeasible, undecided; published and imported figures
export SOURCE_DATE_EPOCH=1764201600
pickmodel import "$FIXTURES/darknet-i7.csv" --device i7 -q
report() {
    echo "==== $*"
    pickmodel report --format md "$@" | sed -E 's/^(\| (Catalogue|By) \|).*/\1/'
    echo "-> ${PIPESTATUS[0]}"
}
report --profile jetson-tx1 --min-top1 70 --max-watts 13
report --profile jetson-tx1 --min-top1 70 --max-watts 10 | sed '/^## Accuracy against/,/^## All/d'
report --profile i7 --min-top1 72 --max-latency 1500ms
report --profile i7 --min-top1 72 --max-watts 5 | sed '/^## Accuracy against/,/^## All/d'
