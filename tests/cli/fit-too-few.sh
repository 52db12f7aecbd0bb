#!/bin/bash
# SPDX-License-Identifier: MIT
printf 'network,top1_pct,latency_ms,gops\na,60,10,1\nb,70,20,2\n' >t.csv
pickmodel import t.csv --device two -q
pickmodel fit --profile two
