#!/bin/bash
# SPDX-License-Identifier: MIT
# A network taken apart: without times, as text, Markdown, CSV and JSON; what it cannot explain.
unset PICKMODEL_DATA
try explain vgg-16 --no-measure --engine darknet
try explain alexnet --no-measure --engine darknet -f md | tail -22
try explain tiny --no-measure --all -f csv | head -4
pickmodel explain resnet50 --no-measure -f json >out.json
python3 - <<'END'
import json
d = json.load(open("out.json"))
print(d["schema"], d["network"], len(d["layers"]), sum(l["ops"] for l in d["layers"]) / 1e9, d["gops"],
      sum(l["params"] for l in d["layers"]) == d["params"], d["not_timed"])
END
try explain nosuch
try explain
try explain "$FIXTURES/tiny/networks/tiny5.cfg" --no-measure
try explain vgg-16 --batch 2
