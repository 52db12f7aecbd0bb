#!/bin/bash
# SPDX-License-Identifier: MIT
# Started with a standard stream closed: an answer that cannot be printed is an error, and no file of
# ours becomes the stream.
question=(--profile jetson-tx1 --min-top1 70)
pickmodel "${question[@]}" >&- 2>err
echo "status $?: $(cat err)"
pickmodel "${question[@]}" <&- 2>&- | head -1
pickmodel "${question[@]}" --max-latency none >&- 2>&-
echo "status $?"
pickmodel "${question[@]}" -o answer.txt >&- <&-
echo "status $?: $(wc -l <answer.txt) lines"
PICKMODEL_DATA=$FIXTURES/tiny pickmodel explain tiny0 --engine darknet --with-load -f json 2>&1 <&- | grep -c '"schema": "pickmodel/'
PICKMODEL_DATA=$FIXTURES/tiny pickmodel profile tiny0 --engine darknet --with-load --candidate-time 100ms -q <&- >&- 2>err
echo "status $?: $(cat err)"
head -qc1 "$XDG_DATA_HOME"/pickmodel/profiles/*; echo
