#!/bin/bash
# SPDX-License-Identifier: MIT
# one network at several input sizes and precisions: told apart, and none hidden behind another that
# is less accurate, or slower
printf 'network,input_px,precision,top1_pct,latency_ms\nn,224,fp32,75,50\nn,160,fp32,71,25\nn,224,int8,73,20\nn,192,fp32,72,60\nm,224,fp32,60,10\n' >in.csv
pickmodel import in.csv --device d -o d.json -q
for most in 60ms 30ms 22ms; do
    pickmodel --profile ./d.json --min-top1 70 --max-latency $most | grep -vE '[┤│└]|^$|⚠'
done
