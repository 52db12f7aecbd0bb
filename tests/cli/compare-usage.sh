#!/bin/bash
# SPDX-License-Identifier: MIT
# what compare and check refuse
/usr/bin/python3 "$FIXTURES/boards/make.py" rover >a.json
try compare
try compare a.json
try compare a.json nosuch
try compare a.json a.json --format html
try compare a.json a.json --no-measure
try compare a.json a.json --max-watts 8 --power hwmon:x
try compare a.json a.json --profile a.json
try check
try check a.json
try check nosuch.json
try check a.json --min-top1 70
try check a.json --format csv
pickmodel --profile ./a.json --format json -o overview.json
try check overview.json --profile ./a.json
pickmodel --profile ./a.json --min-top1 70 --format json -o d.json
try check d.json | sed 's|profiles/[^/]*[.]json|profiles/HOST.json|'
sed 's/"max_/"most_/; s/"confidence": 0.95/"confidence": 7/' d.json >odd.json
try check odd.json --profile ./a.json
head -c 300 d.json >half.json
try check half.json --profile ./a.json
