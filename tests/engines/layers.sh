#!/bin/bash
# What each layer takes, on both Darknet engines: one time a layer, and together about what an
# inference takes.
# SPDX-License-Identifier: MIT
for engine in darknet darknet-blas; do
    pickmodel explain tiny --engine "$engine" --threads 1 --with-load -f json >"$engine.json" 2>/dev/null ||
        echo "not ok $engine explains a network"
    python3 - "$engine" <<'PYTHON'
import json, sys
d = json.load(open(sys.argv[1] + ".json"))
ms = [l.get("time_ms", -1) for l in d["layers"]]
work = sum(t for t, l in zip(ms, d["layers"]) if l["ops"] > 0)
print("ok" if min(ms) >= 0 and len(ms) == 22 else "not ok", f"{sys.argv[1]}: a time for each of {len(ms)} layers")
print("ok" if work > 0.5 * sum(ms) > 0 else "not ok", f"{sys.argv[1]}: {work / sum(ms):.0%} of them in convolutions")
PYTHON
done
