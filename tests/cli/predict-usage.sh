#!/bin/bash
# SPDX-License-Identifier: MIT
# predict: what it cannot do without a calibration, and what it cannot read
export XDG_DATA_HOME=$PWD/data
plain() { sed "s|$PWD|.|g; s|calibration/[^/]*\.json|calibration/HOST.json|"; }
try predict resnet50 --no-measure | plain
try predict --batch 4 resnet50
try predict --max-latency 1s
try predict --engine nothing resnet50 | sed "s|under /.*|under FOLDER|"
try predict --confidence 2 resnet50
