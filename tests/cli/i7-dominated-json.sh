#!/bin/bash
# SPDX-License-Identifier: MIT
# the slowest that fits is named as also.literal, and passed over
pickmodel import "$FIXTURES/darknet-i7.csv" --device i7 -q
pickmodel --profile i7 --max-latency 4.4s --format json >answer.json
echo "-> $?"
python3 - <<'END'
import json
a = json.load(open("answer.json"))
print(a["schema"], a["status"], a["pick"]["network"], a["also"]["literal"]["network"])
print(next(c["dominated_by"]["network"] for c in a["candidates"] if c["network"] == "vgg-16"))
END
