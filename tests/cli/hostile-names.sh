#!/bin/bash
# SPDX-License-Identifier: MIT
# escape sequences in names, cells and flags never reach the terminal
try --max-watts $'\033[31mx' --profile jetson-tx1
printf 'network,top1_pct,latency_ms\n\033[31mred,60,10\n' >t.csv
try import t.csv --device phone
printf 'network,top1_pct,latency_ms\n<script>|*x*,60,10\nb,70,20\n' >m.csv
pickmodel import m.csv --device phone -q
pickmodel --profile phone --min-top1 50 --format md | grep script
# nor does one become markup, wherever it stands: headline, heads of tables, findings, warnings
cat >evil.json <<'END'
{"schema": "pickmodel/profile/1", "origin": "published", "device": {"name": "x"},
 "notes": ["<script>alert(1)</script>", "![p](http://evil.example/track.png)"],
 "entries": [{"network": "<img src=x onerror=\"alert(1)\"> | a", "status": "complete",
              "latency_ms": {"value": 50, "origin": "published"}, "top1_pct": {"value": 70, "origin": "published"}},
             {"network": "=HYPERLINK(\"http://evil.example\",\"x\")", "status": "complete",
              "latency_ms": {"value": 10, "origin": "published"}, "top1_pct": {"value": 65, "origin": "published"}},
             {"network": "-2+3", "status": "complete", "latency_ms": {"value": 9, "origin": "published"},
              "top1_pct": {"value": 64, "origin": "published"}}]}
END
for format in md html; do
    markup='(^|[^\\])(<script>alert|<img src=x)' # in a page a Markdown image is text
    [ $format = html ] || markup+='|(^|[^\\])!\[p\]\('
    for command in pick report fit compare; do
        case $command in
        compare) pickmodel compare ./evil.json ./evil.json -f $format ;;
        fit) pickmodel fit --profile ./evil.json -f $format ;;
        *) pickmodel $command --profile ./evil.json --min-top1 60 --max-latency 80ms -f $format ;;
        esac >out 2>/dev/null
        grep -cE "$markup" out
    done
done
pickmodel --profile ./evil.json --min-top1 60 -f md | grep -E 'Ship|HYPER|script'
# and no cell of a table is a formula
pickmodel --profile ./evil.json --min-top1 60 -f csv | grep -oE "^[^,]*,[^,]*(=HYP|2.3)"
