#!/bin/bash
# SPDX-License-Identifier: MIT
# without a latency or an accuracy a network is on no front; Markdown has the staircase too
printf 'network,top1_pct,latency_ms\na,60,10\nb,70,20\nc,75,\nd,,5\n' >t.csv
pickmodel import t.csv --device gaps -q
pickmodel --profile gaps --format csv | grep -E '^[cd],' | grep 'on the front'
pickmodel --profile gaps --format md | grep -E '^- .*20.0 ms.*b.*70'
