#!/bin/bash
# SPDX-License-Identifier: MIT
# A whole profile of few runs leaves a question open that some more settle: they are made, on top of
# it, and it stays whole.
export PICKMODEL_DATA=$FIXTURES/tiny PICKMODEL_ENGINES=$PWD/engines
mkdir engines && ln -s "$FIXTURES/engines/good" engines/
question=(--min-top1 10 --max-latency 1s --with-load)
runs() {
    python3 -c 'import json, sys
e, = json.load(open(sys.argv[1]))["entries"]
r, = json.load(open(sys.argv[1].replace(".json", ".samples.json")))["runs"]
print(e["status"], len(r["ms"]))' "$(cat path)"
}
# how long a few runs take depends on this machine
for ms in 70 110 180 290 470 760 1200 2000; do
    rm -rf "$XDG_DATA_HOME/pickmodel"
    pickmodel profile tiny5 --candidate-time ${ms}ms --with-load -q >path
    read -r status before < <(runs)
    [ "$status" = complete ] && [ "$before" -lt 60 ] && break
done
echo "$status, few: $((before < 60))"
pickmodel "${question[@]}" --no-measure >out
echo "status $?"
pickmodel "${question[@]}" -q >out
echo "status $?"
read -r status after < <(runs)
echo "$status, more: $((after > before))"
