#!/bin/bash
# SPDX-License-Identifier: MIT
try --hlep
try --max-wats 3
try --max_watts 3
try -z
try --no-measure=1
try list --colour always
# the last word of an option is what people remember
try --latency 5ms
try --watts 3
# a share, and a rate, with their signs
try --profile jetson-tx1 --min-top1 70 --confidence 95% --fps 5fps --quiet | sed -n 2p
try --profile jetson-tx1 --min-top1 70 --confidence 120%
