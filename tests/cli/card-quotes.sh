#!/bin/bash
# SPDX-License-Identifier: MIT
# The command and the C of the deployment card are code that somebody will run: a file's name in them
# is a name, whatever it holds. The shell and a compiler say what they make of it.
mkdir -p cat/networks
export PICKMODEL_DATA=$PWD/cat
cfg=$'ev\'il";system("id");" $(touch pwned);touch pwned2 # ??= .cfg'
cp "$FIXTURES/tiny/networks/tiny1.cfg" "cat/networks/$cfg"
cfg="$cfg" python3 -c "
import json, os
json.dump({'schema': 'pickmodel/catalogue/1', 'networks': [
    {'id': 'a', 'name': 'A', 'task': 'imagenet-1k', 'cfg': os.environ['cfg'], 'input_px': 24,
     'top1_pct': {'value': 70, 'origin': 'published'}}]}, open('cat/networks.json', 'w'))"
pickmodel report --min-top1 1 --max-latency 9s --engine darknet --candidate-time 1s --with-load -f md -q >report.md
darknet() { printf '[%s]\n' "${@:4}"; }
eval "$(grep -A1 '^darknet classifier' report.md)" | sed "s|$PWD|HERE|"
ls pwned pwned2 2>&1
{
    echo '#include <stdio.h>'
    echo 'static int load_network(const char *a, const char *b, int c) { printf("[%s]\n[%s]\n", a, b); return c; }'
    echo 'int main(void) { int net;'
    grep -A1 'net = load_network(' report.md
    echo 'return net; }'
} >card.c
cc -std=c99 -trigraphs -Wall -Werror -o card card.c && ./card | sed "s|$PWD|HERE|"
