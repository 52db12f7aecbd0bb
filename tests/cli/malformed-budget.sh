#!/bin/bash
# SPDX-License-Identifier: MIT
# every kind of budget, refused with an example of a good one
try --min-top1 x
try --min-top1 101
try --min-top5 -1
try --max-latency 200
try --max-latency 200ms@90
try --max-latency 200ms@p100
try --max-latency 0ms
try --max-latency nan
try --max-latency 1e999s
try --max-latency 0x10ms
try --min-fps 0
try --min-fps 5Hz
try --max-watts 0
try --max-watts 5mA
try --max-watts=
try --max-energy 2
try --max-memory 512
try --max-memory 1XB
try --max-params lots
try --max-size -5MB
try --confidence 2
try --rule slowest
try --time-limit 5
try --candidate-time 0s
