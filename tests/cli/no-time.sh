#!/bin/bash
# SPDX-License-Identifier: MIT
# A latency of nothing is none, in whichever file.
for ms in 0 5e-324 1e-7; do
    cat >p.json <<END
{"schema": "pickmodel/profile/1", "origin": "published", "device": {"name": "x"}, "entries": [
 {"network": "a", "status": "complete", "latency_ms": {"value": $ms, "origin": "published"}},
 {"network": "b", "status": "complete", "latency_ms": {"value": 10, "origin": "published"}}]}
END
    try fit --profile ./p.json
    printf 'network,latency_ms\na,%s\n' $ms >t.csv
    try import t.csv --device phone
done
