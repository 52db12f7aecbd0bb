#!/bin/bash
# SPDX-License-Identifier: MIT
# No engine: nothing can be run, and the remedy is named; what is stored can still be asked.
mkdir none
export PICKMODEL_ENGINES=$PWD/none
try --min-top1 70
pickmodel --min-top1 70 --profile jetson-tx1 | head -1

# two of one name, or too many to tell apart
mkdir two many
cp -r "$FIXTURES/engines/good" two/a && cp -r "$FIXTURES/engines/good" two/b
PICKMODEL_ENGINES=$PWD/two try --min-top1 70
for i in $(seq 33); do
    mkdir many/$i && sed "s/\"good\"/\"e$i\"/" "$FIXTURES/engines/good/engine.json" >many/$i/engine.json
    cp "$FIXTURES/engines/good/worker" many/$i/
done
PICKMODEL_ENGINES=$PWD/many try --min-top1 70
