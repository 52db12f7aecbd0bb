#!/bin/bash
# SPDX-License-Identifier: MIT
try --profile jetson-tx1 --min-top1 70 --fps 5 --battery 40Wh --runtime 6h
try --profile jetson-tx1 --min-top1 70 --fps 5 --battery 40Wh --runtime 8h
try --profile jetson-tx1 --min-top1 70 --runtime 6h
try --profile jetson-tx1 --max-energy 500mJ --energy-basis net --format csv
try --profile jetson-tx1 --max-latency 100ms --overhead 20ms --format csv
