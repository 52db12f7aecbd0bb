#!/bin/bash
# SPDX-License-Identifier: MIT
# decisions that an earlier version saved are read, and hold
cp "$FIXTURES"/before/*.json .
for file in *.json; do
    pickmodel check "$file" --profile jetson-tx1 | head -n 2
    echo "-> ${PIPESTATUS[0]}"
done
# so are profiles with their samples, own networks and evaluations: what was measured stays measured
export PICKMODEL_DATA=$FIXTURES/tiny
cp -r "$FIXTURES/before/home/." "$XDG_DATA_HOME"
# an evaluation is of weights of that size and time
cp "$FIXTURES/fashion/weights/fashion-s4.weights" . && touch -d @1795991852.737975067 fashion-s4.weights
sed -i "s|@FIXTURES@/fashion/weights|$PWD|" "$XDG_DATA_HOME"/pickmodel/{catalogue,evaluations}/*.json
pickmodel list --format csv | grep -E 'mine|fashion'
try --profile vm --min-top1 30 --max-latency 1s --format csv
try --profile vm --task fashion --min-top1 1 --no-measure | head -n 3
try compare vm vm | head -n 2
# written again, they say the same
try add "$XDG_DATA_HOME/pickmodel/catalogue/networks/mine.cfg" --task shapes --top1 92 --name Mine
grep -c input_px "$XDG_DATA_HOME/pickmodel/catalogue/networks.json"
