#!/bin/bash
# SPDX-License-Identifier: MIT
pickmodel --profile jetson-tx1 --format csv >direct.csv
pickmodel --profile jetson-tx1 --format csv -o file.csv
cmp direct.csv file.csv
try --profile jetson-tx1 -o nosuch/deep/file.csv
try --profile jetson-tx1 -o .
pickmodel --profile jetson-tx1 >/dev/full
echo "-> $?"
