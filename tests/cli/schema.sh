#!/bin/bash
# SPDX-License-Identifier: MIT
# every kind of answer is what docs/answer.schema.json says
check() {
    pickmodel "$@" --format json >answer.json
    /usr/bin/python3 -c '
import json, jsonschema, sys
schema = json.load(open(sys.argv[1]))
answer = json.load(open("answer.json"))
jsonschema.Draft202012Validator(schema).validate(answer)
print(answer["status"])' "$TESTS/../docs/answer.schema.json"
}
check --profile jetson-tx1 --min-top1 70 --max-latency 90ms
check --profile jetson-tx1 --min-top1 70 --max-watts 13 --rule fastest
check --profile jetson-tx1 --min-top1 70 --max-watts 10
check --profile jetson-tx1
printf 'network,top1_pct,latency_ms\na,60,10\nb,70,20\nc,75,\n' >t.csv
pickmodel import t.csv --device phone -q
check --profile phone --max-watts 5
check --min-top1 70 --max-latency 1s --no-measure
check --min-top1 99
check --profile jetson-tx1 --min-top1 70 --max-watts 10 --fps 5 --overhead 12ms
check --profile jetson-tx1 --min-top1 70 --fps 5 --battery 40Wh --runtime 6h
check --profile jetson-tx1 --min-top1 70 --max-energy 1J --energy-basis net
check --profile jetson-tx1 --min-top1 70 --max-energy 1J --power assume:9W
