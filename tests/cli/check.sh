#!/bin/bash
# SPDX-License-Identifier: MIT
# a saved decision against other profiles: it holds, no longer, or it cannot be told
board() { /usr/bin/python3 "$FIXTURES/boards/make.py" "$@"; }
board rover >same.json
board rover kernel=6.6.0 resnet50=520 >slower.json
board rover resnet50=495..505 >near.json
board rover resnet50=gone >gone.json
board rover build=5ca1ab1e5ca1ab1e >rebuilt.json
pickmodel --profile ./same.json --min-top1 70 --max-latency 500ms --format json -o pick.json
for profile in same slower near gone rebuilt; do
    try check pick.json --profile ./$profile.json
done
try check pick.json --profile ./slower.json --format md
# the report in JSON holds its answer, and is as good
pickmodel report --profile ./same.json --min-top1 70 --max-latency 500ms -o report.json
try check report.json --profile ./same.json
# nothing fitted: still nothing, or now something does
pickmodel --profile ./same.json --min-top1 70 --max-latency 100ms --format json -o none.json
try check none.json --profile ./slower.json
board fast resnet18=90 darknet19=95 >fast.json
try check none.json --profile ./fast.json
