#!/bin/bash
# SPDX-License-Identifier: MIT
# Many keys, rows, notes, entries and classes take a time that grows with their number, not with its
# square: of the processor, so that other work beside it does not count.
part=1
[[ $BUILD != *sanitize* ]] || part=20
python3 "$TESTS/bench/growth.py" "$BUILD/pickmodel" check $part
