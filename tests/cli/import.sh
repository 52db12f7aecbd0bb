#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel import "$FIXTURES/darknet-i7.csv" --device i7
pickmodel list --profile i7
pickmodel import "$FIXTURES/darknet-i7.csv" --device i7 -o there.json -q
cmp there.json data/pickmodel/profiles/i7.json
