#!/bin/bash
# SPDX-License-Identifier: MIT
# Other work runs while a network is measured: that decides nothing, for or against it, and is
# measured again by the next question.
export PICKMODEL_DATA=$FIXTURES/tiny PICKMODEL_ENGINES=$PWD/engines
mkdir engines
ln -s "$BUILD/engines/darknet" engines/
loops=()
for ((i = 0; i < $(nproc) + 1; i++)); do
    sh -c 'while :; do :; done' &
    loops+=($!)
done
trap 'kill "${loops[@]}"' EXIT
ask() {
    pickmodel --min-top1 42 --format json "$@" >answer.json 2>progress
    echo "-> $?"
    grep -c 'other programs use .* what is measured beside them decides nothing' progress
    python3 - <<'END'
import json
a = json.load(open("answer.json"))
c = next(c for c in a["candidates"] if c["network"] == "tiny5")
b = c["budgets"]["max_latency"]
print(a["status"], b["verdict"], b["note"].split(" that")[0], a.get("measured_now", {}).get("networks"))
print(any("other programs use" in w for w in a["warnings"]))
END
}
ask --max-latency 2s    # it meets that by far
ask --max-latency 1us   # it breaks that by far; and what was stored is no answer
ask --max-latency 2s --no-measure
pickmodel --min-top1 42 --max-latency 2s --no-measure | grep -i 'beside other work' | sed -E 's/[0-9]+ %/N %/'
# more of it is not waited for: the measurement ends before it is whole
pickmodel profile tiny5 --candidate-time 20s -q 2>progress >path
grep -o '"status": *"[a-z]*"' "$(cat path)"
# it counts where it is the robot's own
pickmodel --min-top1 42 --max-latency 2s --with-load >answer.txt 2>progress
echo "-> $?"
grep -c 'other programs' progress || true
