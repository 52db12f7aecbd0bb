#!/bin/bash
# SPDX-License-Identifier: MIT
# The real thing: a calibration on this device, once; predictions with intervals; what is measured
# afterwards stands beside them.
#
# Beside other work a calibration scatters, and where an interval reaches a factor of three no figure
# is given: then the reason is asked for, and what is asked of figures is asked of those there are.
set -u
export XDG_DATA_HOME
XDG_DATA_HOME=$(mktemp -d)
trap 'rm -rf "$XDG_DATA_HOME"' EXIT
cd "$XDG_DATA_HOME" || exit 1
# whatever else runs here belongs to the measurement: beside other work nothing would be decided
run() { "$BUILD/pickmodel" "$@" --with-load; }

is() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then echo "ok $what"; else echo "not ok $what"; fi
}
ask() { # EXPRESSION over the JSON d of the file
    /usr/bin/python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
sys.exit(not eval(sys.argv[2]))' "$@"
}

run predict tiny resnet50 --engine darknet-blas --format json -o first.json 2>said
is "the first question calibrates" grep -q "27 of\|\[27/27\]" said
is "both are predicted with an interval" ask first.json \
    'len(d["networks"]) == 2 and all(0 <= n["latency_ms"]["lo"] < n["latency_ms"]["value"] < n["latency_ms"]["hi"] and n["latency_ms"]["origin"] == "predicted" for n in d["networks"] if "latency_ms" in n)'
is "one without a figure says that it is beyond the calibration" ask first.json \
    'all("latency_ms" in n or n["extrapolated"] for n in d["networks"])'
run predict tiny resnet50 --engine darknet-blas --no-measure >first.txt 2>&1
is "and the text that none is given" ask first.json \
    'sum("latency_ms" not in n for n in d["networks"]) == " ".join(open("first.txt").read().split()).count("so none is given: measure it")'
is "the JSON is what docs/predict.schema.json says" /usr/bin/python3 -c 'import json, jsonschema, sys
jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).validate(json.load(open("first.json")))' \
    "$TESTS/../docs/predict.schema.json"
is "ten times the operations take longer" ask first.json \
    'any("latency_ms" not in n for n in d["networks"]) or d["networks"][1]["latency_ms"]["value"] > d["networks"][0]["latency_ms"]["value"]'
is "memory is predicted too" ask first.json 'all(n["memory_mib"]["value"] > 5 for n in d["networks"])'
run predict tiny resnet50 --engine darknet-blas --no-measure --format json -o again.json 2>said
is "the second measures nothing" test ! -s said
is "and answers the same" cmp -s first.json again.json
run profile tiny --engine darknet-blas --candidate-time 1s --power none -q >/dev/null 2>&1
run predict tiny --engine darknet-blas --no-measure --format json -o with.json
is "what was measured stands beside it" ask with.json 'd["networks"][0]["measured_ms"]["origin"] == "measured"'
is "and is left out of its own prediction" ask with.json \
    '"latency_ms" not in d["networks"][0] or abs(d["networks"][0]["latency_ms"]["value"] / json.load(open("first.json"))["networks"][0]["latency_ms"]["value"] - 1) < 1e-9'
run --min-top1 70 --max-latency 1s --engine darknet-blas --trust-predictions --format json -o trust.json 2>said
is "an answer from predictions measures nothing more" test ! -s said
is "says what is predicted" ask trust.json \
    'any("predicted" in w for w in d["warnings"]) and all(c["latency_ms"]["origin"] == "predicted" for c in d["candidates"] if c["network"] == "resnet50" and "latency_ms" in c)'
is "and is decided where the intervals allow" ask trust.json \
    'all(c["verdict"] == "fails" for c in d["candidates"] if c.get("latency_ms", {}).get("lo", 0) > 1000)'
run --min-top1 70 --max-latency 1s --engine darknet-blas --trust-predictions --profile jetson-tx1 >trust.txt 2>&1
is "not of another device" grep -q 'on this device' trust.txt
printf '[net]\nwidth=32\nheight=32\nchannels=3\n[convolutional]\nfilters=8\nsize=3\npad=1\nactivation=relu\n[convolutional]\nfilters=8\nsize=3\npad=1\nactivation=relu\n[local]\nfilters=4\nsize=3\nstride=1\npad=1\nactivation=relu\n' >own.cfg
run predict ./own.cfg --engine darknet-blas --no-measure >own.txt 2>&1
is "a cfg of one's own" grep -q "own.cfg" own.txt
is "work that no calibration network has is named" grep -q 'any "other"' own.txt
printf '[net]\nwidth=32\nfilters\n' >bad.cfg
run predict ./bad.cfg --engine darknet-blas --no-measure >bad.txt 2>&1
is "a bad cfg is named with its line" grep -q "bad.cfg:3" bad.txt
early() { # before anything is measured
    XDG_DATA_HOME=$PWD/new timeout 5 "$BUILD/pickmodel" predict tiny "$1" --with-load >early.txt 2>&1
    [ $? = "$2" ] && grep -q "$3" early.txt && [ ! -e new ]
}
is "a slip in a name is found before the calibration" early resnet5 2 'did you mean "resnet50"'
is "and one in a cfg" early ./bad.cfg 3 'bad.cfg:3'
beyond() { # CFG
    printf '[net]\nwidth=48\nheight=48\nchannels=16\n%b[avgpool]\n[softmax]\n' "$1" >beyond.cfg
    run predict ./beyond.cfg --engine darknet-blas --no-measure --format json -o beyond.json
}
is "windows as in spatial pyramids are spanned" eval "beyond '[maxpool]\nsize=13\nstride=1\n' && \
    ask beyond.json 'not d[\"networks\"][0][\"extrapolated\"]'"
is "wider ones are beyond, and named" eval "beyond '[maxpool]\nsize=21\nstride=1\n' && \
    ask beyond.json 'd[\"networks\"][0][\"beyond\"] == {\"work\": \"pooled\", \"size\": 21, \"stride\": 1}'"
is "so are kernels" eval "beyond '[convolutional]\nfilters=16\nsize=15\npad=1\n' && \
    ask beyond.json 'd[\"networks\"][0][\"beyond\"][\"size\"] == 15'"
is "and strides" eval "beyond '[convolutional]\nfilters=16\nsize=3\nstride=4\npad=1\n' && \
    ask beyond.json 'd[\"networks\"][0][\"beyond\"][\"stride\"] == 4'"
"$BUILD/pickmodel" add ./beyond.cfg --task leap --top1 90 >/dev/null
run --task leap --min-top1 80 --max-latency 100s --engine darknet-blas --trust-predictions >leap.txt 2>&1
shipped=$?
not_shipped() { [ "$shipped" = 4 ] && grep -q extrapolate leap.txt && ! grep -q ^Ship leap.txt; }
is "nothing is shipped on one" not_shipped
