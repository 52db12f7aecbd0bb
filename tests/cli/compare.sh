#!/bin/bash
# SPDX-License-Identifier: MIT
# two profiles of made-up boards: what changed, whether the pick does and why, or that nothing did
board() { /usr/bin/python3 "$FIXTURES/boards/make.py" "$@"; }
board rover watts=8 mib=300 >old.json
board rover watts=8.1 mib=300 kernel=6.6.0 governor=powersave resnet50=520 resnet34=540 tiny=gone \
    alexnet=failed darknet=81.5..84 >new.json
question='--min-top1 70 --max-latency 500ms'
# shellcheck disable=SC2086  # a list of options
try compare old.json new.json $question
# shellcheck disable=SC2086
try compare old.json new.json $question --format md
try compare old.json new.json
try compare old.json old.json --min-top1 70
try compare old.json new.json --format csv
# nothing that was measured in the same way, and figures without an interval
board rover batch=4 >batch.json
try compare old.json batch.json
try compare jetson-tx1 ./old.json --max-latency 100ms
