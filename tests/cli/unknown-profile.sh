#!/bin/bash
# SPDX-License-Identifier: MIT
try --profile nosuch
try --profile ./nosuch.json
mkdir ./folder.json
try --profile ./folder.json
try profile resnet51
try --engine nosuch --no-measure
