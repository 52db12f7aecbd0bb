#!/bin/bash
# SPDX-License-Identifier: MIT
# an option without effect is a mistake
try list --min-top1 70
try profile --profile jetson-tx1
try fit --no-measure
try import t.csv --device x --all
