#!/bin/bash
# Every generated network that Darknet can express runs forward, on Darknet's own layers made fast,
# with finite outputs.
# SPDX-License-Identifier: MIT
export QT_QPA_PLATFORM=offscreen OMP_NUM_THREADS=2
for cfg in "$TESTS"/../data/networks/*.cfg; do
    grep -q 'beyond Darknet' "$cfg" && continue
    name=$(basename "$cfg" .cfg)
    if printf '%s\n' "{\"op\":\"load\",\"cfg\":\"$cfg\",\"threads\":2}" '{"op":"run","n":1}' '{"op":"quit"}' |
        "$BUILD/engines/darknet-blas/worker" 2>/dev/null | grep -q '"ran","n":1,"finite":true'; then
        echo "ok $name runs forward"
    else
        echo "not ok $name runs forward"
    fi
done
