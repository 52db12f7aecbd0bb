#!/bin/bash
# SPDX-License-Identifier: MIT
# No engine: nothing can be run, and the remedy is named; what is stored can still be asked.
mkdir none
export PICKMODEL_ENGINES=$PWD/none
try --min-top1 70
pickmodel --min-top1 70 --profile jetson-tx1 | head -1
