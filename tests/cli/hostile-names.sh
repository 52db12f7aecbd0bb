#!/bin/bash
# SPDX-License-Identifier: MIT
# escape sequences in names, cells and flags never reach the terminal
try --max-watts $'\033[31mx' --profile jetson-tx1
printf 'network,top1_pct,latency_ms\n\033[31mred,60,10\n' >t.csv
try import t.csv --device phone
printf 'network,top1_pct,latency_ms\n<script>|*x*,60,10\nb,70,20\n' >m.csv
pickmodel import m.csv --device phone -q
pickmodel --profile phone --min-top1 50 --format md | grep script
