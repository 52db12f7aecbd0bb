#!/bin/bash
# SPDX-License-Identifier: MIT
# a bad table names its line and column, and nothing is written
bad() { printf '%b' "$1" >t.csv && try import t.csv --device phone; }
bad 'resnet50,75.8,1130\n'
bad 'network,top1,latency_ms\nresnet50,75.8,1130\n'
bad 'top1_pct,latency_ms\n75.8,1130\n'
bad 'network,latency_ms\nresnet50,1130\nresnet18,57O\n'
bad 'network,latency_ms\nresnet50,-3\n'
bad 'network,latency_ms\nresnet50,0\n'
bad 'network,top1_pct\nresnet50,758\n'
bad 'network,batch\nresnet50,1.5\n'
bad 'network,latency_ms,gops\nresnet50,1130\n'
bad 'network,latency_ms\nresnet50,1130,9.74\n'
bad 'network,latency_ms\nresnet50,1130\nresnet50,1131\n'
bad 'network,network\nresnet50,resnet50\n'
bad 'network,latency_ms\n,1130\n'
bad 'network,latency_ms\n"resnet50,1130\n'
bad 'network,latency_ms\n"resnet50"x,1130\n'
bad 'network,power_w,power_basis\nresnet50,10,gross\n'
bad 'network,latency_ms\n'
bad ''
bad 'network,latency_ms\nresnet50,1\0000\n'
find . -name '*.json'
