#!/bin/bash
# SPDX-License-Identifier: MIT
# decisions that an earlier version saved are read, and hold
cp "$FIXTURES"/before/*.json .
for file in *.json; do
    pickmodel check "$file" --profile jetson-tx1 | head -n 2
    echo "-> ${PIPESTATUS[0]}"
done
