#!/bin/bash
# SPDX-License-Identifier: MIT
# IDX files of any length: 600,000 labels are more than one line of the decoder holds.
python3 - <<'END'
import struct
n = 600000
with open("labels", "wb") as f:
    f.write(struct.pack(">II", 0x801, n) + bytes(i % 251 for i in range(n - 1)) + bytes([7]))
with open("images", "wb") as f:
    f.write(struct.pack(">IIII", 0x803, 3, 1, 1) + bytes(3))
with open("one", "wb") as f:
    f.write(struct.pack(">IIII", 0x803, n, 1, 1) + bytes(n))
END
f=$FIXTURES/fashion
pickmodel add "$f/networks/fashion-s4.cfg" --weights "$f/weights/fashion-s4.weights" --task fashion -q
try evaluate fashion-s4 --task fashion --images images --labels labels
try evaluate fashion-s4 --task fashion --images one --labels labels --engine darknet -q
