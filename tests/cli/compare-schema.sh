#!/bin/bash
# SPDX-License-Identifier: MIT
# every kind of comparison and check is what docs/*.schema.json say
board() { /usr/bin/python3 "$FIXTURES/boards/make.py" "$@"; }
is() { # SCHEMA: standard input is of it; prints what counts
    PYTHONPATH=$FIXTURES PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -c '
import json, sys
from validate import validate
document = json.load(sys.stdin)
validate(document, sys.argv[1])
print(document.get("verdict", document.get("changed")), document["headline"])' "$TESTS/../docs/$1.schema.json"
}
board rover watts=8 mib=300 mode=MAXN >a.json
board rover watts=8.1 kernel=6.6.0 resnet50=520 tiny=gone alexnet=failed 'darknet=>90' >b.json
board rover batch=4 >batch.json
pickmodel compare a.json b.json --format json | is compare
pickmodel compare a.json b.json --min-top1 70 --max-latency 500ms --format json | is compare
pickmodel compare a.json a.json --max-watts 9 --format json | is compare
pickmodel compare a.json batch.json --format json | is compare
pickmodel compare jetson-tx1 ./a.json --max-watts 9 --fps 2 --format json | is compare
pickmodel --profile ./a.json --min-top1 70 --max-latency 500ms --format json -o pick.json
for profile in a b batch; do
    pickmodel check pick.json --profile ./$profile.json --format json | is check
done
pickmodel --profile ./a.json --min-top1 70 --max-latency 9ms --format json -o none.json
pickmodel check none.json --profile ./b.json --format json | is check
