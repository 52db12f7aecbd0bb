#!/bin/bash
# SPDX-License-Identifier: MIT
# A real measurement with the Darknet engine, then the answer from the profile it left.
export PICKMODEL_DATA=$FIXTURES/tiny PICKMODEL_ENGINES=$PWD/engines
mkdir engines
ln -s "$BUILD/engines/darknet" engines/
pickmodel --min-top1 10 --max-latency 2s --with-load >first 2>progress
echo "-> $?"
head -n 1 first | sed -E 's/[0-9.]+ (us|ms)/TIME/'
sed -E 's/[0-9]+ runs, median [0-9.]+ (us|ms) \([0-9.]+ s\)/RUNS/' progress
pickmodel --min-top1 10 --max-latency 2s --with-load --format json >second 2>progress
echo "-> $?"
cat progress
python3 - <<'END'
import json
a = json.load(open("second"))
p = a["pick"]
print(a["status"], p["network"], p["engine"], p["provisional"], 0 < p["latency_ms"] < 2000)
print(a["measured_now"]["networks"])
END
# the slower statistic and another bound are judged on the same runs
pickmodel --min-top1 10 --max-latency 1ns --with-load --no-measure >/dev/null 2>&1
echo "-> $?"
pickmodel --min-top1 46 --max-latency 2s --with-load >third 2>progress
echo "-> $?"
cat progress
head -n 1 third
