#!/bin/bash
# SPDX-License-Identifier: MIT
# batches and threads: what is no list, and what the machine does not have
try --batch 0
try --batch 1-64*1
try --threads 2-1
try profile --all --threads 1000 | sed "s/the [0-9]* processors/the N processors/"
board() { /usr/bin/python3 "$FIXTURES/boards/make.py" "$@"; }
board rover >one.json
board rover batch=8 resnet50=2400 darknet19=2600 >other.json
/usr/bin/python3 -c 'import json, sys
one, other = (json.load(open(f)) for f in ("one.json", "other.json"))
one["entries"] += other["entries"]
json.dump(one, sys.stdout)' >both.json
echo "# 2.9 images a second: ResNet-50 at batch 8 alone, which a latency budget of one batch forbids"
try --profile ./both.json --min-top1 75 --min-fps 2.9 --format csv | cut -d, -f1,2,6,9,15,16 | grep -E "resnet50|darknet19|^->"
try --profile ./both.json --min-top1 75 --min-fps 2.9 --max-latency 1s --format csv | cut -d, -f1,2,6,9,15,16 | grep -E "resnet50|darknet19|^->"
try --profile ./both.json --min-top1 75 --batch 1 --format csv | cut -d, -f1,2,6,9,15,16 | grep -E "resnet50|darknet19|^->"
try --profile ./both.json --batch 3
