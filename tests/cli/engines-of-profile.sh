#!/bin/bash
# SPDX-License-Identifier: MIT
# --engine holds for stored figures as for measuring; a profile without the engine, or without any
# network, is no "nothing fits"
board() { /usr/bin/python3 "$FIXTURES/boards/make.py" "$@"; }
board rover >one.json
board rover engine=darknet-blas resnet50=80 darknet19=60 >other.json
/usr/bin/python3 -c 'import json, sys
one, other = (json.load(open(f)) for f in ("one.json", "other.json"))
one["entries"] += other["entries"]
json.dump(one, sys.stdout)' >both.json
try --profile ./both.json --engine darknet --min-top1 70 --format csv
try --profile ./both.json --engine auto --min-top1 70 --format csv
try --profile ./one.json --engine darknet-blas --min-top1 70
try fit --profile ./both.json --engine onnxruntime
try compare ./both.json ./both.json --engine nothing,else
echo '{"schema": "pickmodel/profile/1", "origin": "imported", "device": {"name": "none"}, "entries": []}' >empty.json
try --profile ./empty.json --min-top1 70
