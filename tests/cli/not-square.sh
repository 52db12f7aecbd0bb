#!/bin/bash
# SPDX-License-Identifier: MIT
# An input need not be square: both sides are kept, printed and judged, from the cfg to the program
# of the deployment card.
export PICKMODEL_DATA=$FIXTURES/tiny PICKMODEL_ENGINES=$PWD/engines
mkdir engines
ln -s "$BUILD/engines/darknet" engines/
printf '[net]\nwidth=32\nheight=64\nchannels=3\n[convolutional]\nfilters=4\nsize=1\nactivation=linear\n[avgpool]\n[softmax]\n' >tall.cfg
try add tall.cfg --task pages --top1 80
grep -o '"input_[^,]*' data/pickmodel/catalogue/networks.json
pickmodel list --format csv | grep -E 'network|tall'
pickmodel list | grep tall | tr -s ' '
pickmodel list --format json | grep -A4 '"tall"' | grep input
try --task pages --min-top1 70 --max-latency 5s --with-load --quiet | sed -E 's/[0-9.]+ (us|ms)/TIME/; s/[0-9]+ runs.*//' | head -n 2
pickmodel --task pages --min-top1 70 --max-latency 5s --with-load --no-measure --format json >a.json
grep -h -o '"input_[^,]*' a.json data/pickmodel/profiles/*.json | sort | uniq -c | tr -s ' '
try check a.json | head -n 1
pickmodel report --task pages --min-top1 70 --max-latency 5s --with-load --no-measure --format md | grep -E '^. Input|pixels:|floats'

# tables know both sides too, and a square one is another input
printf 'network,input_px,input_width,input_height,top1_pct,latency_ms\nn,,64,32,70,9\nn,,32,64,71,9\nn,32,,,60,4\n' >t.csv
try import t.csv --device d -o d.json
grep -o '"input_[^,]*' d.json
try --profile ./d.json --max-latency 10ms
try --profile ./d.json --max-latency 10ms --format csv
printf 'network,input_px,input_width\nn,32,64\n' >both.csv
try import both.csv --device d -o e.json
printf 'network,input_width\nn,64\n' >one.csv
try import one.csv --device d -o e.json
