#!/bin/bash
# The ONNX Runtime engine through the program: a Darknet cfg, a cfg beyond Darknet, the user's own
# ONNX file, and what it must refuse.
# SPDX-License-Identifier: MIT
set -u
worker=$BUILD/engines/onnxruntime/worker.mjs
check() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@" >said 2>&1; then echo "ok $what"; else
        echo "not ok $what"
        tail -n 5 said
    fi
}
talk() { # REQUEST...: the engine's answers, status as its own
    printf '%s\n' "$@" | "$worker"
}
refuses() { # STATUS WORDS REQUEST...
    local status=$1 words=$2
    shift 2
    talk "$@" >answers
    if [ $? = "$status" ] && grep -q "\"event\":\"error\".*$words" answers; then return 0; fi
    cat answers
    return 1
}

mkdir -p catalogue/networks
cat >catalogue/networks/gated.cfg <<'CFG'
[net]
width=24
height=24
channels=3
[convolutional]
filters=8
size_x=1
size_y=3
pad=1
activation=hard_swish
[avgpool]
[convolutional]
filters=8
activation=hard_sigmoid
[scale_channels]
from=0
[local_avgpool]
size=3
stride=2
padding=2
[connected]
output=10
activation=linear
[softmax]
CFG
node "$BUILD/engines/onnxruntime/cfg_to_onnx.mjs" catalogue/networks/gated.cfg catalogue/networks/mine.onnx
python3 - <<'PYTHON'
import json
def network(id, cfg):
    return {"id": id, "name": id, "task": "test", "cfg": cfg, "input_px": 24,
            "top1_pct": {"value": 50, "origin": "published"}, "source": "made up for tests"}
json.dump({"schema": "pickmodel/catalogue/1", "networks": [network("gated", "gated.cfg"), network("mine", "mine.onnx")]},
          open("catalogue/networks.json", "w"))
PYTHON
export PICKMODEL_DATA=$PWD/catalogue

measured() { # NETWORK: by onnxruntime alone, as the other engines cannot
    pickmodel profile "$1" --engine onnxruntime --candidate-time 300ms -q --with-load >path &&
        python3 - "$(cat path)" "$1" <<'PYTHON'
import json, sys
(e,) = [e for e in json.load(open(sys.argv[1]))["entries"] if e["network"] == sys.argv[2]]
assert (e["engine"], e["precision"]) == ("onnxruntime", "fp32") and e["status"] in ("complete", "partial"), e
assert e["latency_ms"]["value"] > 0 and e["memory_mib"]["value"] > 0, e
PYTHON
}
check "a cfg beyond Darknet is measured" measured gated
check "the user's ONNX file is measured" measured mine
only_there() {
    pickmodel --min-top1 10 --no-measure --with-load --format csv >all && [ "$(grep -c onnxruntime all)" = 2 ] && ! grep -q darknet all
}
check "auto is every engine that can run the network" only_there
without() {
    pickmodel --min-top1 10 --no-measure --engine darknet >all
    grep -q 'no engine has size_x, size_y' all && grep -q 'no engine reads ONNX files' all
}
check "what no engine can run says which could" without
named() {
    pickmodel profile gated --engine darknet-blas >all 2>&1
    [ $? = 3 ] && grep -q 'gated: no engine has' all
}
check "naming it for another engine is refused" named

cfg=$PICKMODEL_DATA/networks/gated.cfg
head -c 100 /dev/zero >short.weights
head -c 100000 /dev/zero >long.weights
echo text >no.onnx
sed 's/\[avgpool\]/[reorg]/' "$cfg" >unknown.cfg
check "short weights are refused" refuses 3 'too short' "{\"op\":\"load\",\"cfg\":\"$cfg\",\"weights\":\"short.weights\"}"
check "long weights are refused" refuses 3 'longer' "{\"op\":\"load\",\"cfg\":\"$cfg\",\"weights\":\"long.weights\"}"
check "a missing cfg is refused" refuses 3 'cannot be read' '{"op":"load","cfg":"none.cfg"}'
check "a missing ONNX file is refused" refuses 3 'is missing' '{"op":"load","cfg":"none.onnx"}'
check "a file that is no ONNX is refused" refuses 5 'no.onnx' '{"op":"load","cfg":"no.onnx"}'
check "a layer that is not translated is named" refuses 3 'reorg' '{"op":"load","cfg":"unknown.cfg"}'
check "a batch that the file has not is refused" refuses 2 'made for a batch of 1' \
    "{\"op\":\"load\",\"cfg\":\"$PICKMODEL_DATA/networks/mine.onnx\",\"batch\":3}"
check "a run before a load is refused" refuses 2 'no network is loaded' '{"op":"run","n":1}'
check "what is no JSON is refused" refuses 2 'request' 'run'
check "another op is refused" refuses 2 'unknown op' '{"op":"train"}'
batches() {
    talk "{\"op\":\"load\",\"cfg\":\"$cfg\",\"batch\":3}" '{"op":"run","n":2}' '{"op":"quit"}' >answers &&
        grep -q '"loaded".*"batch":3' answers && grep -q '"ran","n":2,"finite":true' answers && grep -q bye answers
}
check "a batch is run whole" batches
tidy() {
    mkdir pickmodel-onnx-999999999-left
    TMPDIR=$PWD batches && ! ls -d pickmodel-onnx-* 2>/dev/null
}
check "nothing is left behind, a killed engine's folder neither" tidy
generated() {
    mkdir made && cp "$TESTS/../data/networks/generate" made/ && made/generate && rm made/generate
    diff -r made "$TESTS/../data/networks" -x generate -x README.md
}
check "the catalogue's cfgs are what their script makes" generated
