#!/bin/bash
# The user's own ONNX files through the command line, as frameworks write them: what is added is
# measured, with the sizes that the engine told; what is no image, or not in one file, is refused.
# SPDX-License-Identifier: MIT
set -u
engine=$BUILD/engines/onnxruntime
printf '[net]\nwidth=48\nheight=32\nchannels=3\n[convolutional]\nfilters=5\nsize=3\npad=1\nactivation=leaky\n[avgpool]\n[softmax]\n' >small.cfg
node "$TESTS/engines/onnx_dialects.mjs" "$engine" "$PWD/small.cfg" "$PWD" || exit 1
export XDG_DATA_HOME=$PWD/data
check() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@" >said 2>&1; then echo "ok $what"; else
        echo "not ok $what"
        tail -n 5 said
    fi
}
adds() { # WORDS ARGUMENTS...
    local words=$1
    shift
    if pickmodel add --task five "$@" >out 2>&1 && grep -q -e "$words" out; then return 0; fi
    cat out
    return 1
}
refuses() { # STATUS WORDS ARGUMENTS...
    local status=$1 words=$2
    shift 2
    pickmodel add --task five "$@" >out 2>&1
    if [ $? = "$status" ] && grep -q -e "$words" out; then return 0; fi
    cat out
    return 1
}
check "a file that says its size is added" adds '48 x 32 pixels' plain.onnx --top1 50
check "channels last are an image too" adds '48 x 32 pixels' last.onnx --top1 51
check "an open size is asked for" refuses 3 'left open; say it with --input' open.onnx
check "an open size is taken, height first" adds '48 x 32 pixels' open.onnx --input 32x48
check "and with its channels" adds '48 x 32 pixels' open.onnx --input 3x32x48
check "a side alone is a square" adds '64 x 64 pixels' open.onnx --input 64 --top1 52
check "a size the file has not is refused" refuses 2 "own is 48 x 32 pixels" plain.onnx --input 48
check "channels the file has not are refused" refuses 2 'takes 3 channels' open.onnx --input 1x32x48
check "what is no size is refused" refuses 2 'HxW or CxHxW' open.onnx --input 1x2x3x4
check "a list is refused" refuses 2 'HxW or CxHxW' open.onnx --input 32,64
check "a cfg says its size itself" refuses 2 'width= and height=' small.cfg --input 32
check "two inputs are refused" refuses 3 'two.onnx: has 2 inputs' two.onnx
check "integers are refused" refuses 3 'integers.onnx: is uint8' integers.onnx
check "a vector is refused" refuses 3 'flat.onnx: .* no image' flat.onnx
check "weights beside the file are refused" refuses 3 'beside.onnx: its weights are in a file beside' beside.onnx
echo text >small2.onnx
check "no ONNX at all is refused" refuses 3 small2.onnx small2.onnx
imagenet() { pickmodel add plain.onnx >out 2>&1; [ $? = 2 ] && grep -q '5 classes, ImageNet 1000' out; }
check "its classes are told" imagenet
without() { PICKMODEL_ENGINES=$PWD refuses 3 'make onnxruntime' plain.onnx; }
check "without an engine for it the remedy is named" without
kept() { # one was added again, and is named by its contents since
    [ "$(cd data/pickmodel/catalogue/networks && echo * | sed 's/~[0-9a-f]*//')" = "last.onnx open.onnx plain.onnx" ]
}
check "what was refused left nothing" kept
measured() { # each at its size, also the open one
    pickmodel profile --task five --all --with-load --candidate-time 3s -q >path &&
        python3 - "$(cat path)" <<'PYTHON'
import json, sys
got = {e["network"]: e for e in json.load(open(sys.argv[1]))["entries"]}
assert sorted(got) == ["last", "open", "plain"], got.keys()
assert all(e["latency_ms"]["value"] > 0 for e in got.values())
assert got["open"]["input_px"] == 64 and got["last"]["input_width"] == 48 and got["plain"]["input_height"] == 32
PYTHON
}
check "all are measured" measured
answered() { # a busy machine may have given it too few runs: it may make more
    pickmodel --task five --min-top1 50 --max-latency 5s --with-load -q >out 2>&1
    if grep -q '^Ship open' out && ! grep -q 'Weights' out; then return 0; fi
    cat out
    return 1
}
check "and chosen" answered
agree() { # planes in, the same classes out, whichever way the file takes them
    python3 -c 'import struct; open("image", "wb").write(b"".join(struct.pack("<f", c) * (32 * 48) for c in (0, 1, 0)))'
    for file in plain last; do
        printf '%s\n' "{\"op\":\"load\",\"cfg\":\"$PWD/$file.onnx\"}" "{\"op\":\"classify\",\"input\":\"$PWD/image\",\"top\":5}" |
            "$engine/worker.mjs" | grep classified >"$file.top"
    done
    grep -q '"top":\[' plain.top && cmp plain.top last.top
}
check "an image means the same to both" agree
