#!/bin/bash
# SPDX-License-Identifier: MIT
# cells as people write them: what has one meaning is understood, what has two is refused
table() { # TEXT: a table of that, and what is read of its first row
    printf "$1" >t.csv
    echo "== ${1%%\\n*} | $(tail -n 1 t.csv)"
    pickmodel import t.csv --device d -o d.json -q 2>&1 && pickmodel list --profile ./d.json -f csv | tail -n 1
}
table 'network, top1_pct ,latency_ms\nn, 71 ,\t12.5 \n'
table 'network,top1_pct,latency_ms\nn, "71" ,"1,012.56"\n'
table '\n\nnetwork,top1_pct,latency_ms,power_w,memory_mib\nn,71 %%,12.5 ms,8W,90 MiB\n'
table 'network,latency_ms\nn,"1,01"\n'
table 'network,latency_ms\nn,"1.012,56"\n'
table 'network,latency_ms\nn,"12345,678"\n'
table 'network,latency_ms\nn,12.5 s\n'
table 'network,top1_pct\nn,0.713\n'
table 'network,top5_pct\nn,0.9\n'
table 'network,top1_pct,latency_ms\nn,0.7%%,5\n'
table 'network,top1_pct,top1_pct\nn,70,71\n'
# one rule for names; nothing is lent across precisions and input sizes, and that is said
printf 'network,precision,input_px,latency_ms\nResNet-50,fp32,256,50\nresnet 18,int8,256,9\nalexnet,fp32,128,5\nmine,fp32,,7\n' >t.csv
pickmodel import t.csv --device d -o d.json
pickmodel list --profile ./d.json
try --min-top1 0.7 --profile ./d.json
try --min-top1 0.7% --max-latency 60ms --profile ./d.json -f csv
