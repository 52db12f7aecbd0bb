#!/bin/bash
# SPDX-License-Identifier: MIT
# decisions that an earlier version saved are read, and hold
for file in "$FIXTURES"/before/*.json; do
    pickmodel check "$file" --profile jetson-tx1 | head -n 2 | sed "s|$FIXTURES/||"
    echo "-> ${PIPESTATUS[0]}"
done
