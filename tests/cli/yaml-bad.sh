#!/bin/bash
# SPDX-License-Identifier: MIT
bad() { printf '%b' "$1" >budgets.yaml && try -c budgets.yaml; }
bad 'min_top1: 70\nmax_wats: 10\n'
bad 'min_top1: 70\nmin_top1: 75\n'
bad 'min_top1: [70, 75]\n'
bad '# nothing\n'
bad 'just text\n'
bad '- min_top1\n'
bad 'min_top1: 70\n  max_watts: 10\n'
bad 'min_top1: "70\n'
bad 'min_top1: 70 points\n'
bad 'max_latency: 200\n'
bad 'include_stand_ins: yes\n'
bad 'min_top1: 70\n---\nmin_top1: 75\n'
bad 'min_top1: &a 70\nmin_top5: *a\n'
bad 'format: json\n'
try -c nosuch.yaml
try -c .
