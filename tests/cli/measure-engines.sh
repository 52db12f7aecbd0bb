#!/bin/bash
# SPDX-License-Identifier: MIT
# Both Darknet engines on the same network: two candidates, named apart, and the slower not listed.
export PICKMODEL_DATA=$FIXTURES/tiny
pickmodel profile tiny5 --engine darknet,darknet-blas --candidate-time 300ms -q --with-load >path
pickmodel --min-top1 10 --max-latency 2s --no-measure --with-load --engine darknet,darknet-blas >answer
grep -oE 'Not listed: .*' answer
sed -n '/NETWORK/,/Not listed/p' answer | grep -c 'Tiny 5'
python3 - "$(cat path)" <<'END'
import json, sys
for e in sorted(json.load(open(sys.argv[1]))["entries"], key=lambda e: e["engine"]):
    print(e["network"], e["engine"], e["threads"] == 1 or e["engine"] != "darknet", e["status"] != "failed",
          e["memory_mib"]["value"] > 0)
END
pickmodel --min-top1 10 --max-latency 2s --no-measure --with-load --engine darknet,darknet-blas --format csv | cut -d, -f2,3 | grep 'Tiny 5'
pickmodel --min-top1 10 --max-latency 2s --no-measure --with-load --engine darknet-blas | grep -o 'Tiny 5 on this board'
try profile tiny5 --engine nosuch
