#!/bin/bash
# No engine beats the floor: what its operations take at the peak of the processor.
# SPDX-License-Identifier: MIT
set -u
path=$(pickmodel profile tiny resnet18 --candidate-time 2s -q --with-load) || exit 1
python3 - "$path" <<'PYTHON'
import json, sys
profile = json.load(open(sys.argv[1]))
peak = profile["device"].get("core_gops", 0)
gops = {"tiny": 0.975, "resnet18": 4.688}
print("ok" if peak > 1 else "not ok", f"the peak is known: {peak} G-operations a second of a core")
ran = [e for e in profile["entries"] if "min_ms" in e]  # others were ended in their first inference
print("ok" if ran else "not ok", f"{len(ran)} of {len(profile['entries'])} candidates made runs")
for e in ran:
    # 5 % for what only the padding needs
    floor = 0.95 * 1e3 * gops[e["network"]] / (1.1 * peak * e["threads"])
    print("ok" if e["min_ms"] >= floor else "not ok",
          f"{e['network']} on {e['engine']}: {e['min_ms']:.2f} ms, floor {floor:.2f} ms")
PYTHON
