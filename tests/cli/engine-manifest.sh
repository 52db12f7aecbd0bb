#!/bin/bash
# SPDX-License-Identifier: MIT
# What an engine.json may get wrong: the file, the key, and what was expected.
export PICKMODEL_DATA=$FIXTURES/tiny PICKMODEL_ENGINES=$PWD/engines
mkdir -p engines/mine
printf '#!/bin/sh\n' >engines/mine/worker
for extra in '"libraries":"x"' '"libraries":[1]' '"libraries":["gone.so"]' '"reads":[]' '"reads":{"onnx":1}' \
    '"reads":["caffe"]' '"environment":[1]' '"speed":3'; do
    printf '{"schema":"pickmodel/engine/1","name":"mine","program":"worker","precision":"fp32","devices":"cpu",%s}' \
        "$extra" >engines/mine/engine.json
    echo "$extra"
    pickmodel --min-top1 70 2>&1 | sed "s|$PWD|.|"
done
